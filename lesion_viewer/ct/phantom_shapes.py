"""Soft-edged shapes in patient millimetres, from which the phantom's slices are painted.

x runs to the patient's left, y to the back, z to the head; a slice's middle is x = y = 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

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
    hu : float32 array (rows, columns), painted in place
    x, y : bent positions (rows, columns) in mm, so that no organ is a plain ellipsoid
    straight_x, straight_y : positions (1, columns) and (rows, 1) before the bending
    z, thickness_mm : middle and thickness of the slice
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


def _hull(patches: list[tuple[slice, slice]]) -> tuple[slice, slice]:
    rows, columns = (
        slice(min(p[axis].start for p in patches), max(p[axis].stop for p in patches))
        for axis in (0, 1)
    )
    return rows, columns


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


class Shape(Protocol):
    """Anything that can be painted."""

    def paint(self, canvas: Canvas) -> None:
        """Fill the shape's share of every pixel of the slice."""


@dataclass(frozen=True, slots=True)
class Blob:
    """An ellipsoid, or with a higher ``power`` a rounded box, turned by ``angle`` in the plane."""

    centre: Point
    axes: Point
    hu: float
    edge_mm: float = 1.6
    angle: float = 0.0
    power: float = 2.0

    def paint(self, canvas: Canvas) -> None:
        """Fill the blob's share of every pixel of the slice."""
        if abs(canvas.z - self.centre[2]) > self.axes[2] + canvas.thickness_mm:
            return
        reach = max(self.axes[:2]) + self.edge_mm
        where = canvas.patch(*self.centre[:2], reach, reach)
        x, y = canvas.x[where] - self.centre[0], canvas.y[where] - self.centre[1]
        if self.angle:
            cos, sin = np.float32(np.cos(self.angle)), np.float32(np.sin(self.angle))
            x, y = cos * x + sin * y, cos * y - sin * x
        in_plane = _power(x / self.axes[0], self.power) + _power(y / self.axes[1], self.power)
        share: Array = np.zeros_like(in_plane)
        for z in canvas.heights():
            height = abs((z - self.centre[2]) / self.axes[2]) ** self.power
            norm = np.sqrt(in_plane + np.float32(height))
            if self.power != 2:
                norm = norm ** np.float32(2 / self.power)
            share += soft((norm - 1) * np.float32(min(self.axes[:2])), self.edge_mm)
        canvas.blend(where, share / len(SUBSLICES), self.hu)


@dataclass(frozen=True, slots=True)
class Tube:
    """Round segments along ``points``, with a radius at each."""

    points: tuple[Point, ...]
    radii: tuple[float, ...]
    hu: float
    edge_mm: float = 1.4

    def paint(self, canvas: Canvas) -> None:
        """Fill the tube's share of every pixel of the slice."""
        where, share = self.cover(canvas)
        if share.size:
            canvas.blend(where, share, self.hu)

    def cover(self, canvas: Canvas, wall_mm: float = 0) -> tuple[tuple[slice, slice], Array]:
        """The patch that the tube reaches, and its share of each pixel there.

        ``wall_mm`` is taken off its radius; the patch is empty where the slice misses the tube.
        """
        reached = [
            (a, b, radius_a - wall_mm, radius_b - wall_mm)
            for a, b, radius_a, radius_b in zip(
                self.points, self.points[1:], self.radii, self.radii[1:], strict=False
            )
            if min(a[2], b[2]) - max(radius_a, radius_b) - canvas.thickness_mm / 2 < canvas.z
            and max(a[2], b[2]) + max(radius_a, radius_b) + canvas.thickness_mm / 2 > canvas.z
        ]
        patches = [canvas.patch_round(a, b, max(ra, rb) + self.edge_mm) for a, b, ra, rb in reached]
        if not patches:
            return (slice(0, 0), slice(0, 0)), np.empty((0, 0), np.float32)
        where = _hull(patches)
        share: Array = np.zeros(canvas.x[where].shape, np.float32)
        for patch, segment in zip(patches, reached, strict=True):
            local = share[
                patch[0].start - where[0].start : patch[0].stop - where[0].start,
                patch[1].start - where[1].start : patch[1].stop - where[1].start,
            ]
            np.maximum(local, self._segment(canvas, patch, *segment), out=local)
        return where, share

    def _segment(
        self,
        canvas: Canvas,
        where: tuple[slice, slice],
        a: Point,
        b: Point,
        radius_a: float,
        radius_b: float,
    ) -> Array:
        along = np.subtract(b, a)
        length2 = float(along @ along) or 1.0
        x, y = canvas.x[where] - np.float32(a[0]), canvas.y[where] - np.float32(a[1])
        in_plane = x * np.float32(along[0]) + y * np.float32(along[1])
        share: Array = np.zeros_like(x)
        for height in canvas.heights():
            z = np.float32(height - a[2])
            t = np.clip((in_plane + z * np.float32(along[2])) / np.float32(length2), 0, 1)
            off = (x - t * np.float32(along[0])) ** 2 + (y - t * np.float32(along[1])) ** 2
            off = np.sqrt(off + (z - t * np.float32(along[2])) ** 2)
            share += soft(off - (radius_a + t * np.float32(radius_b - radius_a)), self.edge_mm)
        return share / np.float32(len(SUBSLICES))


def curve(points: Sequence[Point], steps: int) -> tuple[Point, ...]:
    """A smooth line through ``points`` (a cubic spline), in ``steps`` pieces."""
    from scipy.interpolate import CubicSpline

    spline = CubicSpline(np.linspace(0, 1, len(points)), np.asarray(points))
    return tuple(point(p) for p in spline(np.linspace(0, 1, steps + 1)))


def point(values: Array) -> Point:
    """The three coordinates as plain numbers."""
    x, y, z = map(float, values)
    return x, y, z


def paint_all(shapes: Iterable[Shape], canvas: Canvas) -> None:
    """Paint the shapes in their order; later ones lie over earlier ones."""
    for shape in shapes:
        shape.paint(canvas)


def _power(ratio: Array, power: float) -> Array:
    return ratio * ratio if power == 2 else np.abs(ratio) ** np.float32(power)
