"""Shapes as the coordinates of a structured report (PS3.3 C.18.6.1), and back."""

from math import atan2, cos, hypot, sin

import numpy as np

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.dicom.mask_outlines import Points, outline_of, pixels_in
from lesion_viewer.review.annotations.annotation import decode_shape
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.recist import Axes

REGIONS = (Ellipse.kind, Rectangle.kind, Mask.kind)
"""Kinds that have an area."""


def lines_of(shape: Shape) -> list[Points]:
    """The coordinates that draw a shape.

    Parameters
    ----------
    shape : Shape
        In stored pixels.

    Returns
    -------
    list[Points]
        One (n, 2), or two for diameters, the longer one in pixels first: of an ellipse the ends of
        its longer and then of its shorter axis, of other regions the closed line round them.
    """
    if isinstance(shape, Mask):
        return [outline_of(shape.pixels, shape.corner)]
    if isinstance(shape, Ellipse):
        (x, y), (c, s) = shape.centre, (cos(shape.angle), sin(shape.angle))
        first, second = ((shape.radii[0], c, s), (shape.radii[1], -s, c))
        if shape.radii[1] > shape.radii[0]:
            first, second = second, first
        ends = [(x + k * r * u, y + k * r * v) for r, u, v in (first, second) for k in (-1, 1)]
        return [np.array(ends)]
    if isinstance(shape, Diameters):
        return [np.array(line).reshape(2, 2) for line in (shape.axes.long, shape.axes.short)]
    points = list(shape.points)
    return [np.array([*points, points[0]] if isinstance(shape, Rectangle) else points)]


def shape_text(shape: Shape) -> str:
    """A shape as a text from which it can be read exactly.

    Parameters
    ----------
    shape : Shape
        In stored pixels.

    Returns
    -------
    str
        Its kind and its numbers; of a mask the kind alone, since the line round it says all.
    """
    numbers = () if isinstance(shape, Mask) else shape.encode()
    return " ".join([shape.kind, *(repr(float(number)) for number in numbers)])


def shape_in(said: str, lines: list[Points], size: tuple[int, int]) -> Shape:
    """The shape that a report holds: as its text says, unless it was drawn otherwise since.

    Parameters
    ----------
    said : str
        As ``shape_text`` gives it.
    lines : list[Points]
        The coordinates beside it.
    size : tuple[int, int]
        Rows and columns of the image.

    Returns
    -------
    Shape
        In stored pixels.

    Raises
    ------
    ValueError
        Where text and coordinates are no shape.
    LookupError
        Where its kind is not known.
    """
    kind, *numbers = said.split()
    if kind == Mask.kind:
        return drawn_shape(kind, lines, size)
    shape = decode_shape(kind, [float(number) for number in numbers])
    ours = [line.astype(np.float32) for line in lines_of(shape)]
    is_same = len(ours) == len(lines) and all(map(np.array_equal, ours, lines))
    return shape if is_same else drawn_shape(kind, lines, size)


def drawn_shape(kind: str, lines: list[Points], size: tuple[int, int]) -> Shape:
    """The shape of a kind that coordinates draw.

    Parameters
    ----------
    kind : str
        Of the shape.
    lines : list[Points]
        As ``lines_of`` gives them.
    size : tuple[int, int]
        Rows and columns of the image.

    Returns
    -------
    Shape
        In stored pixels.

    Raises
    ------
    ValueError
        Where they draw none of this kind.
    """
    points = [(float(x), float(y)) for x, y in lines[0]]
    if kind == Mask.kind:
        return Mask.of(pixels_in(lines[0], size))
    if kind == Ellipse.kind and len(points) == 4:
        (x1, y1), (x2, y2), (x3, y3), (x4, y4) = points
        radii = hypot(x2 - x1, y2 - y1) / 2, hypot(x4 - x3, y4 - y3) / 2
        middle = (x1 + x2) / 2, (y1 + y2) / 2
        return Ellipse.decode([*middle, *radii, atan2(y2 - y1, x2 - x1)])
    if kind == Rectangle.kind:
        low, high = lines[0].min(axis=0), lines[0].max(axis=0)
        return Rectangle(Box(*low.tolist(), *high.tolist()))
    if kind == Diameters.kind and [len(line) for line in lines] == [2, 2]:
        (a, b, c, d), (e, f, g, h) = (line.ravel().tolist() for line in lines)
        return Diameters(Axes((a, b, c, d), (e, f, g, h)))
    if kind == Angle.kind and len(points) == 3:
        return Angle(*points)
    if kind in (Line.kind, Profile.kind) and len(points) == 2:
        return (Line if kind == Line.kind else Profile)(*points)
    raise ValueError(f"{len(points)} points draw no {kind}")
