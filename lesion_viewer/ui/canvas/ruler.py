"""A line on the slice and its length."""

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from lesion_viewer.ui.canvas.text import OUTLINE, draw_outlined
from lesion_viewer.ui.canvas.viewport import Viewport

COLOUR = QColor(120, 220, 255)
END_PX = 4


def length_text(a: QPointF, b: QPointF, spacing_mm: tuple[float, float, float] | None) -> str:
    """The distance of two positions as text.

    Parameters
    ----------
    a : QPointF
        One end, in stored pixels.
    b : QPointF
        Other end, in stored pixels.
    spacing_mm : tuple[float, float, float] | None
        Distances of (slices, rows, columns) as stored; None where unknown.

    Returns
    -------
    str
        Length in mm with one decimal; in pixels where the spacing is unknown.
    """
    if spacing_mm is None:
        return f"{math.hypot(b.x() - a.x(), b.y() - a.y()):.1f} px"
    _, row, column = spacing_mm
    return f"{math.hypot((b.x() - a.x()) * column, (b.y() - a.y()) * row):.1f} mm"


def draw_line(
    painter: QPainter, viewport: Viewport, ends: tuple[QPointF, QPointF], text: str
) -> None:
    """Draw the line, with its length at its second end.

    Parameters
    ----------
    painter : QPainter
        Painter on the widget.
    viewport : Viewport
        Where the image lies on the widget.
    ends : tuple[QPointF, QPointF]
        Both ends, in stored pixels.
    text : str
        The length.
    """
    a, b = (viewport.to_widget(end.x(), end.y()) for end in ends)
    for pen in (QPen(OUTLINE, 3.5), QPen(COLOUR, 1.5)):
        painter.setPen(pen)
        painter.drawLine(a, b)
        for end in (a, b):
            painter.drawLine(end - QPointF(END_PX, 0), end + QPointF(END_PX, 0))
            painter.drawLine(end - QPointF(0, END_PX), end + QPointF(0, END_PX))
    draw_outlined(painter, b + QPointF(8, -6), text, COLOUR)
