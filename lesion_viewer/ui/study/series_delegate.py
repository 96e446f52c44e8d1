"""Paints a series: its title over its size, and a sign where its geometry has faults."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from lesion_viewer.ui.style import BORDER, MARK, MUTED, TEXT

FAULTS = Qt.ItemDataRole.UserRole
PADDING_PX = 9


class SeriesDelegate(QStyledItemDelegate):
    """Three lines: the title in bold, then modality and size, then spacing."""

    def sizeHint(  # noqa: N802, D102
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = len(str(index.data()).split("\n"))
        return QSize(120, lines * (option.fontMetrics.height() + 2) + 2 * PADDING_PX)

    def paint(  # noqa: D102
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect: QRect = option.rect
        if is_selected:
            painter.fillRect(rect, QColor("#2b5d8f"))
        painter.setPen(QColor(BORDER))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        area = rect.adjusted(PADDING_PX, PADDING_PX, -PADDING_PX, -PADDING_PX)
        title, *details = str(index.data()).split("\n")
        if index.data(FAULTS):
            area = self._paint_fault_sign(painter, area)
        self._paint_lines(painter, area, title, details, is_selected)
        painter.restore()

    def _paint_fault_sign(self, painter: QPainter, area: QRect) -> QRect:
        painter.setPen(QColor(MARK))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, "⚠")
        return area.adjusted(0, 0, -20, 0)

    def _paint_lines(
        self, painter: QPainter, area: QRect, title: str, details: list[str], is_selected: bool
    ) -> None:
        step = painter.fontMetrics().height() + 2
        plain, bold = QFont(painter.font()), QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(TEXT))
        self._paint_line(painter, area, title)
        painter.setFont(plain)
        painter.setPen(QColor(TEXT if is_selected else MUTED))
        for line in details:
            area = area.adjusted(0, step, 0, 0)
            self._paint_line(painter, area, line)

    def _paint_line(self, painter: QPainter, area: QRect, text: str) -> None:
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, elided)
