"""RECIST's two axes of a lesion, and the box that goes with them.

Ends of axes are centres of pixels, in 0-based pixel edges: the centre of pixel (0, 0) is .5, .5.
A lesion's box is the extent of the pixels that its ends lie in; DeepLesion's is that plus 5 px.
"""

import math
from dataclasses import dataclass

from lesion_viewer.detection.boxes import Box

HALF_PX = 0.5
Line = tuple[float, float, float, float]  # x, y of one end, x, y of the other
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axes:
    """The longest diameter and the one across it, each from end to end.

    Attributes
    ----------
    long : Line
        The longest diameter: x and y of one end, then of the other, in pixels.
    short : Line
        The longest diameter across it, in the same way.

    Raises
    ------
    ValueError
        For a coordinate that is not finite.
    """

    long: Line
    short: Line

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (*self.long, *self.short))):
            raise ValueError(f"axes need finite coordinates, not {self.long}, {self.short}")

    @property
    def points(self) -> tuple[Point, Point, Point, Point]:
        """The ends: two of the long axis, two of the short one."""
        a, b = self.long, self.short
        return (a[0], a[1]), (a[2], a[3]), (b[0], b[1]), (b[2], b[3])

    @property
    def lengths_px(self) -> tuple[float, float]:
        """Lengths of the long and the short axis in pixels."""
        return self.lengths_mm(1, 1)

    def lengths_mm(self, row_mm: float, column_mm: float) -> tuple[float, float]:
        """Lengths of both axes in mm.

        Parameters
        ----------
        row_mm : float
            Height of a pixel in mm.
        column_mm : float
            Width of a pixel in mm.

        Returns
        -------
        tuple[float, float]
            Long axis, short axis.
        """
        a, b = (
            math.hypot((line[2] - line[0]) * column_mm, (line[3] - line[1]) * row_mm)
            for line in (self.long, self.short)
        )
        return a, b


def box_of(axes: Axes) -> Box:
    """The box that is tight round the pixels of the axes' ends.

    Parameters
    ----------
    axes : Axes
        Ends in pixels.

    Returns
    -------
    Box
        In pixels.
    """
    xs, ys = zip(*axes.points, strict=True)
    return Box(min(xs) - HALF_PX, min(ys) - HALF_PX, max(xs) + HALF_PX, max(ys) + HALF_PX)


def axes_of(box: Box) -> Axes:
    """Axes through the middle of a box, whose extent is the box.

    Parameters
    ----------
    box : Box
        In pixels.

    Returns
    -------
    Axes
        The long one along the longer side of the box.
    """
    x, y = box.centre
    left, right = _inside(box.x1, box.x2)
    top, bottom = _inside(box.y1, box.y2)
    across, down = (left, y, right, y), (x, top, x, bottom)
    return Axes(across, down) if box.width >= box.height else Axes(down, across)


def moved_with(axes: Axes, old: Box, new: Box) -> Axes:
    """The axes after a change of their box: moved and stretched as the box was.

    Axes whose extent is ``old`` have the extent ``new``.

    Parameters
    ----------
    axes : Axes
        Before the change.
    old : Box
        The box before the change, in pixels.
    new : Box
        The box after it, in pixels.

    Returns
    -------
    Axes
        After the change.
    """
    xs = _Stretch(*_inside(old.x1, old.x2), *_inside(new.x1, new.x2))
    ys = _Stretch(*_inside(old.y1, old.y2), *_inside(new.y1, new.y2))
    a, b = axes.long, axes.short
    return Axes(
        (xs(a[0]), ys(a[1]), xs(a[2]), ys(a[3])),
        (xs(b[0]), ys(b[1]), xs(b[2]), ys(b[3])),
    )


def with_end(axes: Axes, end: int, x: float, y: float) -> Axes:
    """The axes with one end moved; the longer one is the long axis afterwards.

    Parameters
    ----------
    axes : Axes
        Before the change.
    end : int
        Place in ``Axes.points``, 0 to 3.
    x : float
        New column of the end, in pixels.
    y : float
        New row of the end, in pixels.

    Returns
    -------
    Axes
        After the change.
    """
    points = list(axes.points)
    points[end] = x, y
    changed = Axes((*points[0], *points[1]), (*points[2], *points[3]))
    long_px, short_px = changed.lengths_px
    return changed if long_px >= short_px else Axes(changed.short, changed.long)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The straight line that takes ``a`` to ``c`` and ``b`` to ``d``; a shift where a is b."""

    a: float
    b: float
    c: float
    d: float

    def __call__(self, value: float) -> float:
        if self.b - self.a < 1e-9:
            return value + (self.c + self.d - self.a - self.b) / 2
        # Exact at both ends.
        share = (value - self.a) / (self.b - self.a)
        return self.c * (1 - share) + self.d * share


def _inside(low: float, high: float) -> tuple[float, float]:
    """Centres of the outermost pixels of a side; its middle where it is under a pixel long."""
    if high - low <= 2 * HALF_PX:
        return (low + high) / 2, (low + high) / 2
    return low + HALF_PX, high - HALF_PX
