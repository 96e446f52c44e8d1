"""Paints a series: its middle slice, its title over its size, a sign where geometry has faults."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from lesion_viewer.ui.style import theme

FAULTS = Qt.ItemDataRole.UserRole
THUMBNAIL = FAULTS + 1
PADDING_PX = 9
LEAST_LINES = 3


class SeriesDelegate(QStyledItemDelegate):
    """A thumbnail beside three lines: the title in bold, then modality and size, then spacing."""

    def sizeHint(  # noqa: N802, D102
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = len(str(index.data()).split("\n"))
        return QSize(120, lines * line_px(option.fontMetrics) + 2 * PADDING_PX)

    def paint(  # noqa: D102
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        colours = theme()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect: QRect = option.rect
        if is_selected:
            painter.fillRect(rect, QColor(colours.selection))
        painter.setPen(QColor(colours.border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        area = rect.adjusted(PADDING_PX, PADDING_PX, -PADDING_PX, -PADDING_PX)
        title, *details = str(index.data()).split("\n")
        area = self._paint_thumbnail(painter, area, index.data(THUMBNAIL))
        if index.data(FAULTS):
            area = self._paint_fault_sign(painter, area)
        self._paint_lines(painter, area, title, details, is_selected)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, area: QRect, picture: QImage | None) -> QRect:
        """The picture in a black square at the left, as large as it fits; the room beside it."""
        side = LEAST_LINES * line_px(painter.fontMetrics())
        square = QRect(area.left(), area.top(), side, side)
        painter.fillRect(square, QColor(0, 0, 0))
        if picture is not None:
            size = picture.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
            shown = QRect(square.topLeft(), size)
            shown.moveCenter(square.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(shown, picture)
        return area.adjusted(side + PADDING_PX, 0, 0, 0)

    def _paint_fault_sign(self, painter: QPainter, area: QRect) -> QRect:
        metrics = painter.fontMetrics()
        at = QPointF(area.right() - metrics.horizontalAdvance("⚠"), area.top() + metrics.ascent())
        painter.setPen(QColor(theme().mark))
        painter.drawText(at, "⚠")
        return area.adjusted(0, 0, -metrics.horizontalAdvance("⚠ "), 0)

    def _paint_lines(
        self, painter: QPainter, area: QRect, title: str, details: list[str], is_selected: bool
    ) -> None:
        colours = theme()
        step = line_px(painter.fontMetrics())
        plain, bold = QFont(painter.font()), QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(colours.chosen if is_selected else colours.text))
        # What tells two parts of a series apart stands at the title's end.
        self._paint_line(painter, area, title, Qt.TextElideMode.ElideMiddle)
        painter.setFont(plain)
        painter.setPen(QColor(colours.chosen if is_selected else colours.muted))
        for line in details:
            area = area.adjusted(0, step, 0, 0)
            self._paint_line(painter, area, line, Qt.TextElideMode.ElideRight)

    def _paint_line(
        self, painter: QPainter, area: QRect, text: str, mode: Qt.TextElideMode
    ) -> None:
        elided = painter.fontMetrics().elidedText(text, mode, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, elided)


def line_px(metrics: QFontMetrics) -> int:
    """Height of a line of the list, in points.

    Parameters
    ----------
    metrics : QFontMetrics
        Of the list's font.

    Returns
    -------
    int
        With the room under it.
    """
    return metrics.height() + 2
