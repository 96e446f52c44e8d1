"""Text that can be read over any grey."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

OUTLINE = QColor(0, 0, 0, 110)
TEXT = QColor(226, 231, 238)
AROUND = ((-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1))


def draw_outlined(painter: QPainter, at: QPointF, text: str, colour: QColor = TEXT) -> None:
    """Write ``text`` with its baseline starting at ``at``, with a dark outline."""
    if not text:
        return
    painter.setPen(OUTLINE)
    for dx, dy in AROUND:
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(colour)
    painter.drawText(at, text)
