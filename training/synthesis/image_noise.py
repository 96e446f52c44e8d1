"""Smooth random fields, and noise with the power spectrum of reconstructed CT."""

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
    """Maps enlarged bilinearly; the middles of their corner pixels stay in the corners.

    Parameters
    ----------
    values : Array
        float32 (n, r, c).
    rows : int
        Rows of the result.
    columns : int
        Columns of the result.

    Returns
    -------
    Array
        float32 (n, rows, columns).
    """
    bigger = torch.nn.functional.interpolate(
        torch.from_numpy(values)[None], (rows, columns), mode="bilinear", align_corners=True
    )
    result: Array = bigger[0].numpy()
    return result


class Field:
    """A smooth random function of space with mean 0 and a standard deviation near 1.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    cell_mm : float
        Distance of the knots between which the function is interpolated, in mm.
    extent_mm : tuple[float, float, float]
        Distances in mm along (slices, rows, columns) from the first to the last point that will be
        asked for.
    """

    def __init__(
        self, rng: np.random.Generator, cell_mm: float, extent_mm: tuple[float, float, float]
    ) -> None:
        self._cell = cell_mm
        knots = [int(np.ceil(e / cell_mm)) + 2 for e in extent_mm]
        shift = rng.random(3)
        self._shift_mm = float(shift[0]) * cell_mm
        # A bilinear mean of knots has a smaller deviation than a knot: about 2/3 on each axis.
        self._knots = (1.6 * rng.standard_normal(knots)).astype(np.float32)
        self._extent = extent_mm

    def at(self, z_mm: NDArray[np.float64], rows: int, columns: int) -> Array:
        """Values on slices.

        Parameters
        ----------
        z_mm : NDArray[np.float64]
            Heights of the slices over the extent's lower end in mm (n,).
        rows : int
            Rows of the result, spread over the extent.
        columns : int
            Columns of the result, spread over the extent.

        Returns
        -------
        Array
            float32 (n, rows, columns).
        """
        place = (z_mm + self._shift_mm) / self._cell
        low = np.clip(place.astype(int), 0, len(self._knots) - 2)
        part = np.clip(place - low, 0, 1).astype(np.float32)[:, None, None]
        # A smooth step between knots avoids visible creases.
        part = part * part * (3 - 2 * part)
        layers = self._knots[low] * (1 - part) + self._knots[low + 1] * part
        return _bicubic(layers, rows, columns)


def _bicubic(values: Array, rows: int, columns: int) -> Array:
    if min(rows / values.shape[1], columns / values.shape[2]) < 6:
        return enlarged(values, rows, columns)
    # Bicubic by 3, then bilinear: looks as smooth as bicubic alone in a third of the time.
    middle = torch.nn.functional.interpolate(
        torch.from_numpy(values)[None],
        (values.shape[1] * 3, values.shape[2] * 3),
        mode="bicubic",
        align_corners=True,
    )
    return enlarged(middle[0].numpy(), rows, columns)


@dataclass(frozen=True, slots=True)
class Scanner:
    """Blur and noise of a scanner's images.

    Attributes
    ----------
    noise_hu : float
        Standard deviation of the noise in the middle of the body, in HU.
    fall_per_mm : float
        Spatial frequency, in periods per mm, over which the noise's power falls to 1 / e.
    blur_mm : float
        Standard deviation of the point spread in the plane, in mm.
    """

    noise_hu: float
    fall_per_mm: float
    blur_mm: float

    def transfer(self, frequencies: Array) -> Array:
        """The share of a wave's amplitude that the blur leaves.

        Parameters
        ----------
        frequencies : Array
            In periods per mm.

        Returns
        -------
        Array
            0 to 1.
        """
        share: Array = np.exp(-2 * (np.pi * self.blur_mm * frequencies) ** 2)
        return share

    def power(self, frequencies: Array) -> Array:
        """Shape of the noise's power, not scaled.

        Parameters
        ----------
        frequencies : Array
            In periods per mm.

        Returns
        -------
        Array
            0 to 1.
        """
        shape: Array = np.exp(-frequencies / self.fall_per_mm) * frequencies / (frequencies + 0.02)
        return shape

    @staticmethod
    def noise_share(depth: Array) -> Array:
        """Standard deviation of the noise as a share of ``noise_hu``, more where deeper.

        Parameters
        ----------
        depth : Array
            0 at the skin to 1 in the middle of the body.

        Returns
        -------
        Array
            0.65 to 1.1.
        """
        return 0.65 + 0.45 * depth


def frequencies(rows: int, columns: int, pixel_mm: float) -> Array:
    """Spatial frequencies of an image's ``rfft2``.

    Parameters
    ----------
    rows, columns : int
        Size of the image.
    pixel_mm : float
        In-plane pixel size in mm.

    Returns
    -------
    Array
        float32 (rows, columns / 2 + 1), in periods per mm.
    """
    y = np.fft.fftfreq(rows, pixel_mm)[:, None]
    x = np.fft.rfftfreq(columns, pixel_mm)[None]
    found: Array = np.hypot(y, x).astype(np.float32)
    return found


def draw_scanner(rng: np.random.Generator) -> Scanner:
    """A random scanner; a sharp kernel has less blur and more noise of high frequency.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.

    Returns
    -------
    Scanner
        Blur and noise.
    """
    fall = rng.uniform(*FALL_PER_MM)
    sharpness = (fall - FALL_PER_MM[0]) / (FALL_PER_MM[1] - FALL_PER_MM[0])
    low, high = NOISE_HU
    noise = low + (high - low) * rng.beta(1.6, 2.2)
    return Scanner(noise, fall, 0.85 - 0.4 * sharpness + rng.uniform(-0.1, 0.1))


def scanned(
    hu: Array, scanner: Scanner, pixel_mm: float, depth: Array, rng: np.random.Generator
) -> Array:
    """A slice as a scanner shows it: blurred, with correlated noise that is stronger where deeper.

    Parameters
    ----------
    hu : Array
        float32 (rows, columns), HU without blur and noise.
    scanner : Scanner
        Blur and noise.
    pixel_mm : float
        In-plane pixel size in mm.
    depth : Array
        float32 (rows, columns), 0 at the skin to 1 in the middle of the body.
    rng : np.random.Generator
        Source of the noise.

    Returns
    -------
    Array
        float32 (rows, columns), HU.
    """
    f = frequencies(len(hu), hu.shape[1], pixel_mm)
    white = rng.standard_normal(hu.shape, np.float32)
    grain = np.fft.irfft2(np.fft.rfft2(white) * np.sqrt(scanner.power(f)), hu.shape)
    grain *= scanner.noise_hu / max(float(grain.std()), 1e-6) * scanner.noise_share(depth)
    sharp = np.fft.irfft2(np.fft.rfft2(hu) * scanner.transfer(f), hu.shape)
    result: Array = (sharp + grain).astype(np.float32)
    return result
