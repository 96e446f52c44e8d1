"""The long and short axis of a lesion on the image, and how their ends follow the hand."""

from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from lesion_viewer.detection.boxes import Box
from lesion_viewer.ui.canvas.viewport import Viewport

GRAB_PX = 8
HALF_PIXEL = 0.5
END_RADIUS_PX = 4.5
LINE_PX = 1.5
SHADE = QColor(0, 0, 0, 150)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the axes end, in image positions: both ends of the long one, then of the short one."""

    points: tuple[Point, Point, Point, Point]

    @property
    def box(self) -> Box:
        """The box tight round the pixels that the ends lie in the middle of."""
        xs, ys = zip(*self.points, strict=True)
        half = HALF_PIXEL
        return Box(min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)

    def carried(self, before: Box, after: Box) -> "Ends":
        """The axes moved and stretched as their box was."""
        a, b, c, d = (
            (
                _carried(x, before.x1, before.x2, after.x1, after.x2),
                _carried(y, before.y1, before.y2, after.y1, after.y2),
            )
            for x, y in self.points
        )
        return Ends((a, b, c, d))

    def moved(self, end: int, to: Point, rows: int, columns: int) -> "Ends":
        """The axes with one end elsewhere within the image, at a tenth of a pixel."""
        x, y = (
            round(min(max(value, HALF_PIXEL), limit - HALF_PIXEL), 1)
            for value, limit in zip(to, (columns, rows), strict=True)
        )
        a, b, c, d = ((x, y) if n == end else point for n, point in enumerate(self.points))
        return Ends((a, b, c, d))


def end_at(viewport: Viewport, ends: Ends, point: QPointF) -> int | None:
    """Which end a press at ``point`` of the widget holds, the nearest one; None beside all."""
    away = [
        hypot(at.x() - point.x(), at.y() - point.y())
        for at in (viewport.to_widget(*p) for p in ends.points)
    ]
    nearest = min(range(len(away)), key=away.__getitem__)
    return nearest if away[nearest] <= GRAB_PX else None


def draw_axes(
    painter: QPainter, viewport: Viewport, ends: Ends, colour: QColor, has_handles: bool
) -> None:
    """Draw both axes, the short one dotted; with handles, each end as a disc to be held."""
    a, b, c, d = (viewport.to_widget(*point) for point in ends.points)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for (start, end), dash in (((a, b), []), ((c, d), [2.0, 2.0])):
        for pen_colour, width in ((SHADE, LINE_PX + 2), (colour, LINE_PX)):
            pen = QPen(pen_colour, width)
            if dash:
                pen.setDashPattern([length * LINE_PX / width for length in dash])
            painter.setPen(pen)
            painter.drawLine(start, end)
    if has_handles:
        painter.setPen(QPen(QColor(0, 0, 0), 1))
        painter.setBrush(colour)
        for point in (a, b, c, d):
            painter.drawEllipse(point, END_RADIUS_PX, END_RADIUS_PX)


def _carried(value: float, low: float, high: float, new_low: float, new_high: float) -> float:
    """A position between the middles of the outermost pixels, at the same share of the new way."""
    way, new_way = high - low - 1, new_high - new_low - 1
    share = (value - low - HALF_PIXEL) / way if way > 0 else 0.5
    return new_low + HALF_PIXEL + share * new_way
