"""How measurements are drawn and changed by hand: points become shapes, handles move them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, sin

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.shape import Position, Shape
from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.recist import Axes, with_end

SHORTEST_PX = 0.5
"""What is smaller was not meant."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A way to draw a measurement.

    Attributes
    ----------
    kind : str
        Kind of the shape.
    points : int
        How many points it takes: the first two by one stroke, the others by a stroke each, or by
        two strokes.
    made : Callable[..., Shape | None]
        The shape of that many points; None where it is too small.
    """

    kind: str
    points: int
    made: Callable[..., Shape | None]


def handles(shape: Shape) -> Sequence[Position]:
    """The positions by which a shape is changed.

    Parameters
    ----------
    shape : Shape
        In stored pixels.

    Returns
    -------
    Sequence[Position]
        Of an ellipse the ends of its axes, of a mask none, of others the points.
    """
    if isinstance(shape, Mask):
        return ()
    if isinstance(shape, Ellipse):
        (x, y), (a, b), (c, s) = shape.centre, shape.radii, _direction(shape)
        return (
            (x + a * c, y + a * s),
            (x - a * c, y - a * s),
            (x - b * s, y + b * c),
            (
                x + b * s,
                y - b * c,
            ),
        )
    return shape.points


def with_handle(shape: Shape, number: int, to: Position) -> Shape:
    """A shape after one of its handles was moved.

    Parameters
    ----------
    shape : Shape
        Before.
    number : int
        Place of the handle in ``handles``.
    to : Position
        Where it is now.

    Returns
    -------
    Shape
        As it was where it would be too small.
    """
    points = list(shape.points)
    if isinstance(shape, Ellipse):
        return _ellipse_with_end(shape, number, to)
    if isinstance(shape, Rectangle):
        return _rectangle(points[(number + 2) % 4], to) or shape
    if isinstance(shape, Diameters):
        return Diameters(with_end(shape.axes, number, *to))
    points[number] = to
    made = TOOLS[shape.kind].made(*points) if shape.kind in TOOLS else None
    return made or shape


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    """A shape somewhere else.

    Parameters
    ----------
    shape : Shape
        Before.
    dx, dy : float
        Columns and rows to move by.

    Returns
    -------
    Shape
        Of the same size; a mask stays.
    """
    if isinstance(shape, Mask):
        return shape
    if isinstance(shape, Ellipse):
        return replace(shape, centre=(shape.centre[0] + dx, shape.centre[1] + dy))
    points = [(x + dx, y + dy) for x, y in shape.points]
    if isinstance(shape, Rectangle):
        return _rectangle(points[0], points[2]) or shape
    return TOOLS[shape.kind].made(*points) or shape


def _line(start: Position, end: Position) -> Line | None:
    return Line(start, end) if _are_apart(start, end) else None


def _profile(start: Position, end: Position) -> Profile | None:
    return Profile(start, end) if _are_apart(start, end) else None


def _angle(start: Position, corner: Position, end: Position) -> Angle | None:
    has_sides = _are_apart(start, corner) and _are_apart(corner, end)
    return Angle(start, corner, end) if has_sides else None


def _diameters(a: Position, b: Position, c: Position, d: Position) -> Diameters | None:
    if not (_are_apart(a, b) and _are_apart(c, d)):
        return None
    return Diameters(Axes((*a, *b), (*c, *d)))


def _rectangle(corner: Position, opposite: Position) -> Rectangle | None:
    (x1, x2), (y1, y2) = (sorted(pair) for pair in zip(corner, opposite, strict=True))
    is_large = x2 - x1 >= SHORTEST_PX and y2 - y1 >= SHORTEST_PX
    return Rectangle(Box(x1, y1, x2, y2)) if is_large else None


def _ellipse(corner: Position, opposite: Position) -> Ellipse | None:
    """The ellipse that fills a rectangle."""
    around = _rectangle(corner, opposite)
    if around is None:
        return None
    return Ellipse(around.box.centre, (around.box.width / 2, around.box.height / 2))


def _ellipse_with_end(shape: Ellipse, number: int, to: Position) -> Ellipse:
    """The opposite end of the axis, and the other axis' length, stay."""
    axis = number // 2
    fixed = handles(shape)[number ^ 1]
    length = hypot(to[0] - fixed[0], to[1] - fixed[1])
    if length < SHORTEST_PX:
        return shape
    radii = (length / 2, shape.radii[1]) if axis == 0 else (shape.radii[0], length / 2)
    centre = (fixed[0] + to[0]) / 2, (fixed[1] + to[1]) / 2
    away = (
        (to[0] - fixed[0], to[1] - fixed[1])
        if number % 2 == 0
        else (
            fixed[0] - to[0],
            fixed[1] - to[1],
        )
    )
    along = away if axis == 0 else (away[1], -away[0])
    return Ellipse(centre, radii, atan2(along[1], along[0]))


def _direction(shape: Ellipse) -> tuple[float, float]:
    return cos(shape.angle), sin(shape.angle)


def _are_apart(a: Position, b: Position) -> bool:
    return hypot(b[0] - a[0], b[1] - a[1]) >= SHORTEST_PX


TOOLS = {
    tool.kind: tool
    for tool in (
        Tool(Line.kind, 2, _line),
        Tool(Diameters.kind, 4, _diameters),
        Tool(Angle.kind, 3, _angle),
        Tool(Ellipse.kind, 2, _ellipse),
        Tool(Rectangle.kind, 2, _rectangle),
        Tool(Profile.kind, 2, _profile),
    )
}
"""Kind of the shape -> how it is drawn."""
