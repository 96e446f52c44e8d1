"""Soft-edged shapes from which the phantom's slices are painted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lesion_viewer.ct.phantom.canvas import SUBSLICES, Array, Canvas, Point, soft


class Shape(Protocol):
    """Anything that can be painted on a slice."""

    def paint(self, canvas: Canvas) -> None:
        """Fill the shape's share of every pixel.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        """


@dataclass(frozen=True, slots=True)
class Blob:
    """An ellipsoid or rounded box, rotated in the slice plane.

    Attributes
    ----------
    centre : Point
        Centre in mm.
    axes : Point
        Half axes in mm.
    hu : float
        Value in HU.
    edge_mm : float
        Width of the border in mm.
    angle : float
        Rotation in radians.
    power : float
        Exponent of the norm: 2 gives an ellipsoid, higher values a rounded box.
    """

    centre: Point
    axes: Point
    hu: float
    edge_mm: float = 1.6
    angle: float = 0.0
    power: float = 2.0

    def paint(self, canvas: Canvas) -> None:
        """Fill the blob's share of every pixel.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        """
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
    """Round segments along a line.

    Attributes
    ----------
    points : tuple[Point, ...]
        Points of the line in mm.
    radii : tuple[float, ...]
        Radius at each point in mm.
    hu : float
        Value in HU.
    edge_mm : float
        Width of the border in mm.
    """

    points: tuple[Point, ...]
    radii: tuple[float, ...]
    hu: float
    edge_mm: float = 1.4

    def paint(self, canvas: Canvas) -> None:
        """Fill the tube's share of every pixel.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        """
        where, share = self.cover(canvas)
        if share.size:
            canvas.blend(where, share, self.hu)

    def cover(self, canvas: Canvas, wall_mm: float = 0) -> tuple[tuple[slice, slice], Array]:
        """The patch that the tube reaches, and its share of each pixel there.

        Parameters
        ----------
        canvas : Canvas
            Slice that is painted.
        wall_mm : float
            Length in mm that is subtracted from the radii.

        Returns
        -------
        tuple[tuple[slice, slice], Array]
            Index slices of rows and columns, empty where the slice misses the tube; share of each
            pixel, 0 to 1.
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
    """A smooth line through points (a cubic spline).

    Parameters
    ----------
    points : Sequence[Point]
        Two points or more in mm.
    steps : int
        Number of pieces.

    Returns
    -------
    tuple[Point, ...]
        ``steps`` + 1 points in mm.
    """
    from scipy.interpolate import CubicSpline

    spline = CubicSpline(np.linspace(0, 1, len(points)), np.asarray(points))
    return tuple(point(p) for p in spline(np.linspace(0, 1, steps + 1)))


def point(values: Array) -> Point:
    """Three coordinates as Python numbers.

    Parameters
    ----------
    values : Array
        (3).

    Returns
    -------
    Point
        The same values.
    """
    x, y, z = map(float, values)
    return x, y, z


def paint_all(shapes: Iterable[Shape], canvas: Canvas) -> None:
    """Paint shapes in their order; later shapes cover earlier ones.

    Parameters
    ----------
    shapes : Iterable[Shape]
        Shapes to paint.
    canvas : Canvas
        Slice to paint.
    """
    for shape in shapes:
        shape.paint(canvas)


def _power(ratio: Array, power: float) -> Array:
    return ratio * ratio if power == 2 else np.abs(ratio) ** np.float32(power)


def _hull(patches: list[tuple[slice, slice]]) -> tuple[slice, slice]:
    rows, columns = (
        slice(min(p[axis].start for p in patches), max(p[axis].stop for p in patches))
        for axis in (0, 1)
    )
    return rows, columns
