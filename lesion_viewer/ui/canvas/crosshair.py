"""The crosshair: two lines through the position that all pictures share."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

COLOUR = QColor(120, 220, 255, 190)
SHADE = QColor(0, 0, 0, 90)
GAP_PX = 14


def draw_crosshair(painter: QPainter, area: QRectF, at: QPointF) -> None:
    """Draw the lines across the widget, open in the middle so that they hide no lesion.

    Parameters
    ----------
    painter : QPainter
        Painter on the widget.
    area : QRectF
        The whole widget.
    at : QPointF
        Where the lines meet, in points; possibly beside the widget.
    """
    x, y = at.x(), at.y()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in (QPen(SHADE, 3), QPen(COLOUR, 1)):
        painter.setPen(pen)
        for begin, end in (
            (QPointF(area.left(), y), QPointF(x - GAP_PX, y)),
            (QPointF(x + GAP_PX, y), QPointF(area.right(), y)),
            (QPointF(x, area.top()), QPointF(x, y - GAP_PX)),
            (QPointF(x, y + GAP_PX), QPointF(x, area.bottom())),
        ):
            painter.drawLine(begin, end)
    painter.restore()
