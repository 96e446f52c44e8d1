"""The long and short axis of a lesion on the image: how they are drawn and picked."""

from math import hypot

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from lesion_viewer.review.recist import Axes
from lesion_viewer.ui.canvas.viewport import Viewport

GRAB_PX = 8
END_RADIUS_PX = 4.5
LINE_PX = 1.5
SHADE = QColor(0, 0, 0, 150)


def end_at(viewport: Viewport, axes: Axes, point: QPointF) -> int | None:
    """The end of the axes that a press takes hold of.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    axes : Axes
        Long and short axis of the edited finding, in stored pixels.
    point : QPointF
        Position of the press on the widget.

    Returns
    -------
    int | None
        0 and 1 are the ends of the long axis, 2 and 3 of the short one; the nearest within
        ``GRAB_PX``, None where none is.
    """
    away = [
        hypot(at.x() - point.x(), at.y() - point.y())
        for at in (viewport.to_widget(*p) for p in axes.points)
    ]
    nearest = min(range(len(away)), key=away.__getitem__)
    return nearest if away[nearest] <= GRAB_PX else None


def draw_axes(
    painter: QPainter, viewport: Viewport, axes: Axes, colour: QColor, has_handles: bool
) -> None:
    """Draw the long axis as a line and the short one dotted.

    Parameters
    ----------
    painter : QPainter
        Painter on the widget.
    viewport : Viewport
        Where the image lies on the widget.
    axes : Axes
        Long and short axis, in stored pixels.
    colour : QColor
        Colour of the lines.
    has_handles : bool
        Whether each end is a disc that can be dragged.
    """
    ends = [viewport.to_widget(*point) for point in axes.points]
    # Dots begin at the same end however the slice is stored.
    (a, b), (c, d) = (sorted(pair, key=lambda p: p.toTuple()) for pair in (ends[:2], ends[2:]))
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
