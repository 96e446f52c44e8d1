"""Smooth random fields, and noise with the spectrum of reconstructed CT."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float32]

NOISE_HU = (5.0, 24.0)
"""Standard deviation in the liver: 19 to 21 HU on case 1 of 3D-IRCADb-01 (1.6 mm), 13 to 15 HU on
DeepLesion's 000062_01_01 and 000007_03_01 (5 mm), after a plane and a parabola are taken off
patches of 40 pixels; less for the dose and the smooth kernels of other scanners."""

FALL_PER_MM = (0.09, 0.28)
"""The noise's power falls as exp(-f / fall): over the same patches .35 to .45 of the most at .125
periods per mm, .15 to .25 at .25, .05 to .1 at .4; wider for sharp kernels."""


def enlarged(values: Array, rows: int, columns: int) -> Array:
    """Maps (n, r, c) drawn out bilinearly to (n, rows, columns); corners stay at corners."""
    bigger = torch.nn.functional.interpolate(
        torch.from_numpy(values)[None], (rows, columns), mode="bilinear", align_corners=True
    )
    result: Array = bigger[0].numpy()
    return result


class Field:
    """A smooth random function of space with mean 0 and a standard deviation near 1.

    Parameters
    ----------
    cell_mm : distance of its knots
    extent_mm : (slices, rows, columns) from the first to the last point that will be asked for
    """

    def __init__(
        self, rng: np.random.Generator, cell_mm: float, extent_mm: tuple[float, float, float]
    ) -> None:
        self._cell = cell_mm
        knots = [int(np.ceil(e / cell_mm)) + 2 for e in extent_mm]
        shift = rng.random(3)
        self._shift_mm = float(shift[0]) * cell_mm
        # A bilinear mean of knots varies less than a knot does: by about 2/3 on each axis.
        self._knots = (1.6 * rng.standard_normal(knots)).astype(np.float32)
        self._extent = extent_mm

    def at(self, z_mm: NDArray[np.float64], rows: int, columns: int) -> Array:
        """Values on slices at ``z_mm`` from the extent's begin: (n, rows, columns)."""
        place = (z_mm + self._shift_mm) / self._cell
        low = np.clip(place.astype(int), 0, len(self._knots) - 2)
        part = np.clip(place - low, 0, 1).astype(np.float32)[:, None, None]
        # Smooth steps between knots leave no creases.
        part = part * part * (3 - 2 * part)
        layers = self._knots[low] * (1 - part) + self._knots[low + 1] * part
        return _bicubic(layers, rows, columns)


def _bicubic(values: Array, rows: int, columns: int) -> Array:
    if min(rows / values.shape[1], columns / values.shape[2]) < 6:
        return enlarged(values, rows, columns)
    # A cubic step first, then lines: as smooth to the eye and a third of the time.
    middle = torch.nn.functional.interpolate(
        torch.from_numpy(values)[None],
        (values.shape[1] * 3, values.shape[2] * 3),
        mode="bicubic",
        align_corners=True,
    )
    return enlarged(middle[0].numpy(), rows, columns)


@dataclass(frozen=True, slots=True)
class Scanner:
    """How an image blurs and grains.

    Attributes
    ----------
    noise_hu : standard deviation of the noise in the middle of the body
    fall_per_mm : of the noise's power
    blur_mm : standard deviation of the point spread in the plane
    """

    noise_hu: float
    fall_per_mm: float
    blur_mm: float


def draw_scanner(rng: np.random.Generator) -> Scanner:
    """A dose and a kernel; sharp kernels are the noisier ones."""
    fall = rng.uniform(*FALL_PER_MM)
    sharpness = (fall - FALL_PER_MM[0]) / (FALL_PER_MM[1] - FALL_PER_MM[0])
    low, high = NOISE_HU
    noise = low + (high - low) * rng.beta(1.6, 2.2)
    return Scanner(noise, fall, 0.85 - 0.4 * sharpness + rng.uniform(-0.1, 0.1))


def scanned(
    hu: Array, scanner: Scanner, pixel_mm: float, depth: Array, rng: np.random.Generator
) -> Array:
    """A slice as the scanner gives it: blurred, with correlated noise, stronger where deeper.

    Parameters
    ----------
    hu : float32 array (rows, columns)
    depth : float32 array (rows, columns), 0 at the skin to 1 in the middle
    """
    rows, columns = hu.shape
    y = np.fft.fftfreq(rows, pixel_mm)[:, None]
    x = np.fft.rfftfreq(columns, pixel_mm)[None]
    f = np.hypot(y, x).astype(np.float32)
    blur = np.exp(-2 * (np.pi * scanner.blur_mm * f) ** 2)
    power = np.exp(-f / scanner.fall_per_mm) * f / (f + 0.02)
    white = rng.standard_normal(hu.shape, np.float32)
    grain = np.fft.irfft2(np.fft.rfft2(white) * np.sqrt(power), hu.shape)
    grain *= scanner.noise_hu / max(float(grain.std()), 1e-6) * (0.65 + 0.45 * depth)
    sharp = np.fft.irfft2(np.fft.rfft2(hu) * blur, hu.shape)
    result: Array = (sharp + grain).astype(np.float32)
    return result
