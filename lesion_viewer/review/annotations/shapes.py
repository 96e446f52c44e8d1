"""The kinds of shapes there are."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, isfinite, pi, sin
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.shape import Position, Shape
from lesion_viewer.review.recist import Axes

OUTLINE_POINTS = 64
"""Positions that go round an ellipse."""


@dataclass(frozen=True, slots=True)
class Line(Shape):
    """A straight line, as a distance is measured along.

    Attributes
    ----------
    start, end : Position
        Its ends.
    """

    kind: ClassVar[str] = "line"
    start: Position
    end: Position

    @property
    def points(self) -> Sequence[Position]:
        """Its ends."""
        return self.start, self.end

    def encode(self) -> list[float]:  # noqa: D102
        return [*self.start, *self.end]

    @classmethod
    def decode(cls, value: Any) -> Self:  # noqa: D102
        x1, y1, x2, y2 = _finite(value)
        return cls((x1, y1), (x2, y2))


@dataclass(frozen=True, slots=True)
class Ellipse(Shape):
    """An ellipse, as a region whose HU are measured.

    Attributes
    ----------
    centre : Position
        Its centre.
    radii : tuple[float, float]
        Half of its two axes in pixels.
    angle : float
        From the rows to the first axis, clockwise on the stored picture, in radians.
    """

    kind: ClassVar[str] = "ellipse"
    centre: Position
    radii: tuple[float, float]
    angle: float = 0.0

    @property
    def points(self) -> Sequence[Position]:
        """Positions round it."""
        (x, y), (a, b) = self.centre, self.radii
        turned, steps = (cos(self.angle), sin(self.angle)), range(OUTLINE_POINTS)
        at = [(a * cos(2 * pi * n / len(steps)), b * sin(2 * pi * n / len(steps))) for n in steps]
        c, s = turned
        return [(x + c * u - s * v, y + s * u + c * v) for u, v in at]

    def encode(self) -> list[float]:  # noqa: D102
        return [*self.centre, *self.radii, self.angle]

    @classmethod
    def decode(cls, value: Any) -> Self:  # noqa: D102
        x, y, a, b, angle = _finite(value)
        if min(a, b) <= 0:
            raise ValueError(f"an ellipse of radii {a}, {b}")
        return cls((x, y), (a, b), angle)


@dataclass(frozen=True, slots=True)
class Profile(Shape):
    """A straight line along which HU are read.

    Attributes
    ----------
    start, end : Position
        Its ends; values are told from the start on.
    """

    kind: ClassVar[str] = "profile"
    start: Position
    end: Position

    @property
    def points(self) -> Sequence[Position]:
        """Its ends."""
        return self.start, self.end

    def encode(self) -> list[float]:  # noqa: D102
        return [*self.start, *self.end]

    @classmethod
    def decode(cls, value: Any) -> Self:  # noqa: D102
        x1, y1, x2, y2 = _finite(value)
        return cls((x1, y1), (x2, y2))


@dataclass(frozen=True, slots=True)
class Angle(Shape):
    """The angle between two lines that meet.

    Attributes
    ----------
    start, corner, end : Position
        The lines go from the corner to the start and to the end.
    """

    kind: ClassVar[str] = "angle"
    start: Position
    corner: Position
    end: Position

    @property
    def points(self) -> Sequence[Position]:
        """Its three points."""
        return self.start, self.corner, self.end

    def encode(self) -> list[float]:  # noqa: D102
        return [*self.start, *self.corner, *self.end]

    @classmethod
    def decode(cls, value: Any) -> Self:  # noqa: D102
        x1, y1, x2, y2, x3, y3 = _finite(value)
        return cls((x1, y1), (x2, y2), (x3, y3))


@dataclass(frozen=True, slots=True)
class Diameters(Shape):
    """A long and a short diameter that belong together, of what is no finding.

    Of a finding they are its RECIST axes.

    Attributes
    ----------
    axes : Axes
        Ends of both.
    """

    kind: ClassVar[str] = "diameters"
    axes: Axes

    @property
    def points(self) -> Sequence[Position]:
        """The ends: two of the long diameter, two of the short one."""
        return self.axes.points

    def encode(self) -> list[float]:  # noqa: D102
        return [*self.axes.long, *self.axes.short]

    @classmethod
    def decode(cls, value: Any) -> Self:  # noqa: D102
        a, b, c, d, e, f, g, h = _finite(value)
        return cls(Axes((a, b, c, d), (e, f, g, h)))


@dataclass(frozen=True, slots=True)
class Rectangle(Shape):
    """A rectangle along rows and columns, as a region whose HU are measured.

    Attributes
    ----------
    box : Box
        Its edges.
    """

    kind: ClassVar[str] = "rectangle"
    box: Box

    @property
    def points(self) -> Sequence[Position]:
        """Its corners, round it."""
        x1, y1, x2, y2 = self.box.as_tuple()
        return (x1, y1), (x2, y1), (x2, y2), (x1, y2)

    def encode(self) -> list[float]:  # noqa: D102
        return [float(edge) for edge in self.box.as_tuple()]

    @classmethod
    def decode(cls, value: Any) -> Self:  # noqa: D102
        x1, y1, x2, y2 = _finite(value)
        return cls(Box(x1, y1, x2, y2))


@dataclass(frozen=True, slots=True)
class Mask(Shape):
    """Pixels of a slice.

    Attributes
    ----------
    corner : tuple[int, int]
        Column and row of the first pixel that it may hold.
    shape : tuple[int, int]
        Rows and columns from there on.
    bits : bytes
        Row by row, one bit a pixel, as ``numpy.packbits`` packs them.
    """

    kind: ClassVar[str] = "mask"
    corner: tuple[int, int]
    shape: tuple[int, int]
    bits: bytes

    @classmethod
    def of(cls, pixels: NDArray[np.bool_]) -> Self:
        """The mask of the pixels of a slice that are true.

        Parameters
        ----------
        pixels : NDArray[np.bool_]
            (rows, columns) of the whole slice.

        Raises
        ------
        ValueError
            Where none is true.
        """
        rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
        if not len(rows):
            raise ValueError("a mask without pixels")
        part = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        corner = int(columns[0]), int(rows[0])
        return cls(corner, (part.shape[0], part.shape[1]), np.packbits(part).tobytes())

    @property
    def pixels(self) -> NDArray[np.bool_]:
        """(rows, columns) from its corner on."""
        rows, columns = self.shape
        bits = np.unpackbits(np.frombuffer(self.bits, np.uint8), count=rows * columns)
        return bits.astype(bool).reshape(rows, columns)

    @property
    def points(self) -> Sequence[Position]:
        """Corners of the rectangle round it."""
        (x, y), (rows, columns) = self.corner, self.shape
        return (x, y), (x + columns, y), (x + columns, y + rows), (x, y + rows)

    def encode(self) -> list[Any]:  # noqa: D102
        return [*self.corner, *self.shape, b64encode(self.bits).decode()]

    @classmethod
    def decode(cls, value: Any) -> Self:  # noqa: D102
        *numbers, text = value
        x, y, rows, columns = map(int, numbers)
        bits = b64decode(text, validate=True)
        if min(x, y) < 0:
            raise ValueError(f"a mask from {x}, {y} on")
        if min(rows, columns) < 1 or len(bits) != (rows * columns + 7) // 8:
            raise ValueError(f"a mask of {rows} x {columns} pixels in {len(bits)} bytes")
        return cls((x, y), (rows, columns), bits)


def _finite(value: Any) -> list[float]:
    numbers = [float(number) for number in value]
    if not all(map(isfinite, numbers)):
        raise ValueError(f"a shape at {numbers}")
    return numbers
