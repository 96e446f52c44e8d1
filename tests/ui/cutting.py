"""Texts on screen that their widget has no room for."""

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QTableView,
    QToolBar,
    QToolButton,
    QWidget,
)

TITLE_MARGIN_PX = 8
SORT_SIGN_PX = 10
FREE_COLUMNS = 1
"""Of a table: the last column takes what is left, and its texts are told in full by tool tips."""


def cut_in(window: QWidget) -> list[str]:
    """Each text of a window that is not seen whole, with the room it has and the room it needs."""
    shown = [w for w in (window, *window.findChildren(QWidget)) if w.isVisible()]
    return [f"{type(w).__name__}: {found}" for w in shown for found in _cut(w)]


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QHeaderView):
        yield from _cut_sections(widget)
    elif isinstance(widget, QTableView):
        yield from _cut_cells(widget)
    elif isinstance(widget, QMenuBar):
        yield from _cut_entries(widget)
    elif isinstance(widget, QLineEdit):
        yield from _cut_line(widget)
    elif isinstance(widget, QLabel) and widget.text():
        yield from _cut_label(widget)
    elif isinstance(widget, QAbstractButton) and widget.text():
        yield from _too_small(widget, widget.text(), widget.minimumSizeHint())
    elif isinstance(widget, QComboBox) and not widget.isEditable():
        yield from _cut_choice(widget)


def _cut_label(label: QLabel) -> Iterator[str]:
    if label.wordWrap():
        needed = QSize(0, label.heightForWidth(label.width()))
    else:
        needed = label.sizeHint()
    yield from _too_small(label, label.text(), needed)


def _cut_line(line: QLineEdit) -> Iterator[str]:
    text = line.placeholderText() if not line.text() else ""
    wide = line.fontMetrics().horizontalAdvance(text)
    if wide > line.contentsRect().width():
        yield f"{text!r} has {line.contentsRect().width()} px of {wide}"


def _cut_choice(box: QComboBox) -> Iterator[str]:
    frame = box.sizeHint().width() - _widest(box)
    wide = box.fontMetrics().horizontalAdvance(box.currentText())
    yield from _too_small(box, box.currentText(), QSize(wide + min(frame, 40), 0))


def _widest(box: QComboBox) -> int:
    texts = [box.itemText(n) for n in range(box.count())]
    return max((box.fontMetrics().horizontalAdvance(text) for text in texts), default=0)


def _cut_sections(header: QHeaderView) -> Iterator[str]:
    font = QFont(header.font())
    font.setWeight(QFont.Weight.DemiBold)
    for n in range(header.count()):
        title = header.model().headerData(n, header.orientation(), Qt.ItemDataRole.DisplayRole)
        has, needed = header.sectionSize(n), TITLE_MARGIN_PX
        needed += QFontMetrics(font).horizontalAdvance(title or "")
        if header.isSortIndicatorShown() and header.sortIndicatorSection() == n:
            needed += SORT_SIGN_PX
        if title and not header.isSectionHidden(n) and needed > has:
            yield f"{title!r} has {has} px of {needed}"


def _cut_cells(table: QTableView) -> Iterator[str]:
    for column in range(table.model().columnCount() - FREE_COLUMNS):
        has, needed = table.columnWidth(column), table.sizeHintForColumn(column)
        if needed > has and not table.isColumnHidden(column):
            yield f"column {column} has {has} px of {needed}"


def _cut_entries(bar: QMenuBar) -> Iterator[str]:
    rest = bar.findChild(QToolButton)  # Qt's, which holds the entries that have no room
    for action in bar.actions():
        if rest is not None and rest.isVisible():
            return
        if action.isVisible() and not bar.rect().contains(bar.actionGeometry(action)):
            yield f"{action.text()!r} is outside"


def _too_small(widget: QWidget, text: str, needed: QSize) -> Iterator[str]:
    has = widget.size()
    if needed.width() > has.width() or needed.height() > has.height():
        yield f"{text!r} has {has.toTuple()} of {needed.toTuple()}"
    elif not _is_whole(widget):
        yield f"{text!r} is covered: {widget.visibleRegion().boundingRect().size().toTuple()}"


def _is_whole(widget: QWidget) -> bool:
    """Whether no part of a widget is cut by those around it; what scrolls can be scrolled to."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around.parentWidget(), QAbstractScrollArea) or isinstance(around, QToolBar):
            return True
        around = around.parentWidget()
    return widget.visibleRegion().boundingRect() == widget.rect()
