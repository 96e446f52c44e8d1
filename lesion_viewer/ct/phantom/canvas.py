"""Slices in the making, in patient millimetres, and the distances that shapes are made of.

x runs to the patient's left, y to the back, z to the head; a slice's middle is x = y = 0.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Point = tuple[float, float, float]

SUBSLICES = (-0.33, 0.0, 0.33)
"""Heights in a slice, in thicknesses, over which a shape is averaged: partial volume."""


def soft(distance_mm: Array, edge_mm: float) -> Array:
    """Share of a pixel that lies inside, from its signed distance (negative inside)."""
    share: Array = np.clip(0.5 - distance_mm / np.float32(edge_mm), 0, 1)
    return share


def smooth_min(a: Array, b: Array, blend_mm: float) -> Array:
    """Union of two distance fields with a fillet of ``blend_mm``."""
    fillet = np.float32(blend_mm) - np.abs(a - b)
    np.maximum(fillet, 0, out=fillet)
    fillet *= fillet
    filleted: Array = np.minimum(a, b) - fillet * np.float32(0.25 / blend_mm)
    return filleted


def smooth_max(a: Array, b: Array, blend_mm: float) -> Array:
    """Intersection of two distance fields with a rounded edge of ``blend_mm``."""
    return -smooth_min(-a, -b, blend_mm)


def ellipsoid(x: Array, y: Array, z: Array | float, centre: Point, axes: Point) -> Array:
    """Approximate signed distance in mm to an ellipsoid; arguments broadcast."""
    u, v, w = (
        (p - np.float32(c)) / np.float32(a) for p, c, a in zip((x, y, z), centre, axes, strict=True)
    )
    norm: Array = np.sqrt(u * u + v * v + w * w)
    return (norm - 1) * np.float32(min(axes))


class Canvas:
    """One slice in the making.

    Attributes
    ----------
    hu : float
        float32 array (rows, columns), painted in place.
    x, y : bent positions (rows, columns) in mm, so that no organ is a plain ellipsoid
    straight_x, straight_y : positions (1, columns) and (rows, 1) before the bending
    z, thickness_mm : float
        Middle and thickness of the slice.
    pixel_area : square mm
    """

    def __init__(
        self, shape: tuple[int, int], spacing_mm: Point, z: float, bend: "Bend", hu: float
    ) -> None:
        self.straight_x, self.straight_y = pixel_positions(shape, spacing_mm)
        self.x, self.y = bend(self.straight_x, self.straight_y, z)
        self.z, self.thickness_mm = z, spacing_mm[0]
        self._spacing = spacing_mm
        self.pixel_area = spacing_mm[1] * spacing_mm[2]
        self._reach_mm = bend.reach_mm
        self.hu: Array = np.full(shape, hu, np.float32)

    def patch(self, x: float, y: float, reach_x: float, reach_y: float) -> tuple[slice, slice]:
        """Rows and columns within reach of a point, bending included."""
        (rows, columns), (_, row_mm, column_mm) = self.hu.shape, self._spacing
        return (
            _span(y, reach_y + self._reach_mm, rows, row_mm),
            _span(x, reach_x + self._reach_mm, columns, column_mm),
        )

    def patch_round(self, a: Point, b: Point, reach: float) -> tuple[slice, slice]:
        """Rows and columns within ``reach`` of the line between two points."""
        x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        return self.patch(x, y, abs(a[0] - b[0]) / 2 + reach, abs(a[1] - b[1]) / 2 + reach)

    def heights(self) -> list[float]:
        """Heights over which shapes are averaged."""
        return [self.z + part * self.thickness_mm for part in SUBSLICES]

    def blend(self, where: tuple[slice, slice], share: Array, hu: float | Array) -> None:
        """Fill ``share`` of each pixel with ``hu``."""
        under = self.hu[where]
        under += share * (hu - under)


def pixel_positions(shape: tuple[int, int], spacing_mm: Point) -> tuple[Array, Array]:
    """Positions x (1, columns) and y (rows, 1) of pixel centres, 0 in the image's middle."""
    (rows, columns), (_, row_mm, column_mm) = shape, spacing_mm
    x = (np.arange(columns, dtype=np.float32) - np.float32((columns - 1) / 2)) * column_mm
    y = (np.arange(rows, dtype=np.float32) - np.float32((rows - 1) / 2)) * row_mm
    return x.astype(np.float32)[None, :], y.astype(np.float32)[:, None]


def _span(centre: float, reach: float, count: int, pixel_mm: float) -> slice:
    middle = centre / pixel_mm + (count - 1) / 2
    first = int(np.clip(np.floor(middle - reach / pixel_mm), 0, count))
    last = int(np.clip(np.ceil(middle + reach / pixel_mm) + 1, 0, count))
    return slice(first, last)


class Bend:
    """A smooth random displacement of the plane that changes with height.

    It fades out towards the spine, so that bones keep their form.
    """

    WAVES = 4

    def __init__(self, rng: np.random.Generator, amplitude_mm: float, spine_y: float) -> None:
        self.reach_mm = 2.5 * amplitude_mm
        self._amplitude = rng.normal(0, amplitude_mm / 2, (2, self.WAVES)).clip(
            -amplitude_mm / 1.6, amplitude_mm / 1.6
        )
        self._wave = 2 * np.pi / rng.uniform(60, 170, (2, self.WAVES, 3))
        self._phase = rng.uniform(0, 2 * np.pi, (2, self.WAVES, 3))
        self._spine_y = spine_y

    def __call__(self, x: Array, y: Array, z: float | Array) -> tuple[Array, Array]:
        """Bent x and y of positions that broadcast against each other."""
        calm = np.exp(-((x / 45) ** 2)) * np.exp(-(((y - self._spine_y) / 50) ** 2))
        freedom = (1 - calm).astype(np.float32)
        moved = []
        for axis, start in enumerate((x, y)):
            shift: Array | float = 0.0
            for amplitude, wave, phase in zip(
                self._amplitude[axis], self._wave[axis], self._phase[axis], strict=True
            ):
                along_z = np.float32(amplitude) * np.cos(z * wave[2] + phase[2])
                along_x = np.sin(x * np.float32(wave[0]) + np.float32(phase[0]))
                along_y = np.sin(y * np.float32(wave[1]) + np.float32(phase[1]))
                shift = shift + (along_z * along_x).astype(np.float32) * along_y
            moved.append((start + shift * freedom).astype(np.float32, copy=False))
        return moved[0], moved[1]
