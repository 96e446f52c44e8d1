"""Text that can be read over any grey."""

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

OUTLINE = QColor(0, 0, 0, 110)
TEXT = QColor(226, 231, 238)
AROUND = ((-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1))
MARGIN_PX = 2


def draw_outlined(painter: QPainter, at: QPointF, text: str, colour: QColor = TEXT) -> None:
    """Write a text with a dark outline, so that it can be read over any grey.

    Parameters
    ----------
    painter : QPainter
        Painter on a widget; its font is used.
    at : QPointF
        Start of the baseline, in points.
    text : str
        One line; nothing is drawn for an empty one.
    colour : QColor
        Colour of the letters.
    """
    if not text:
        return
    ratio = painter.device().devicePixelRatioF()
    font = painter.font()
    picture = _picture(text, font.toString(), colour.rgba(), ratio)
    above = QFontMetricsF(font).ascent() + MARGIN_PX
    painter.drawPixmap(QPointF(round(at.x()) - MARGIN_PX, round(at.y() - above)), picture)


@lru_cache(256)
def _picture(text: str, font_name: str, rgba: int, ratio: float) -> QPixmap:
    """The text and its outline; cached, because nine layers take longer than a slice."""
    font = QFont()
    font.fromString(font_name)
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text) + 2 * MARGIN_PX
    height = metrics.height() + 2 * MARGIN_PX
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setFont(font)
    at = QPointF(MARGIN_PX, MARGIN_PX + metrics.ascent())
    painter.setPen(OUTLINE)
    for dx, dy in AROUND:
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(QColor.fromRgba(rgba))
    painter.drawText(at, text)
    painter.end()
    return picture
