"""The list of a project's slices: a model that describes a row when it is painted, and a view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from lesion_viewer.ui.style import theme
from lesion_viewer.ui.texts import tr

ROW = Qt.ItemDataRole.UserRole
PADDING_PX = 7
SIGN_GAP_PX = 5

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An item as the list shows it.

    Parameters
    ----------
    sign : str
        One character for its status.
    colour : str
        Colour of the sign, as ``#rrggbb``.
    title : str
        First line, in bold.
    detail : str
        Second line.
    is_faint : bool
        Whether the title is grey.
    """

    sign: str
    colour: str
    title: str
    detail: str
    is_faint: bool = False


class QueueModel(QAbstractListModel):
    """The items in the queue's order; a row is described only when it is painted.

    Parameters
    ----------
    describe : Callable[[int], QueueRow]
        Gives the row of an item's number.
    parent : QWidget | None
        Owner of the model.
    """

    def __init__(self, describe: Callable[[int], QueueRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._numbers: Sequence[int] = ()
        self._places: dict[int, int] = {}

    def set_numbers(self, numbers: Sequence[int]) -> None:
        """Show the items of these numbers, top to bottom.

        Parameters
        ----------
        numbers : Sequence[int]
            Numbers of the items in the project, top to bottom.
        """
        self.beginResetModel()
        self._numbers = numbers
        self._places = {number: place for place, number in enumerate(numbers)}
        self.endResetModel()

    def refresh(self, number: int) -> None:
        """Describe an item anew.

        Parameters
        ----------
        number : int
            Number of the item in the project.
        """
        index = self.index_of(number)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def index_of(self, number: int | None) -> QModelIndex:
        """The index of an item.

        Parameters
        ----------
        number : int | None
            Number of the item in the project; None selects none.

        Returns
        -------
        QModelIndex
            Index of its row; invalid where the item is not shown.
        """
        return self.index(self._places.get(-1 if number is None else number, -1), 0)

    def number_at(self, row: int) -> int:
        """The number of the item in a row.

        Parameters
        ----------
        row : int
            Row from 0.

        Returns
        -------
        int
            Number of the item in the project.
        """
        return self._numbers[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._numbers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid() or role not in (
            ROW,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        row = self._describe(self._numbers[index.row()])
        return row if role == ROW else f"{row.title}\n{row.detail}"


class QueueDelegate(QStyledItemDelegate):
    """Paints the sign, the title in bold, and the detail under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, D102
        return QSize(120, 2 * (option.fontMetrics.height() + 1) + 2 * PADDING_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        row: QueueRow = index.data(ROW)
        colours = theme()
        rect: QRect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_selected:
            painter.fillRect(rect, QColor(colours.selection))
        painter.setPen(QColor(colours.border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        area = rect.adjusted(PADDING_PX, PADDING_PX, -PADDING_PX, -PADDING_PX)
        line = QRect(area.left(), area.top(), area.width(), painter.fontMetrics().height() + 1)
        painter.setPen(QColor(row.colour))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, row.sign)
        line.setLeft(line.left() + painter.fontMetrics().height() + SIGN_GAP_PX)
        bold = QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        plain = painter.font()
        painter.setFont(bold)
        if is_selected:
            painter.setPen(QColor(colours.chosen))
        else:
            painter.setPen(QColor(colours.muted if row.is_faint else colours.text))
        _draw(painter, line, row.title)
        painter.setFont(plain)
        painter.setPen(QColor(colours.chosen if is_selected else colours.muted))
        _draw(painter, line.translated(0, line.height()), row.detail)
        painter.restore()


class QueueList(QListView):
    """The items to choose from; the one on show is selected.

    Parameters
    ----------
    describe : Callable[[int], QueueRow]
        Gives the row of an item's number.
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    item_wanted : the reader clicked an item; its number in the project
    """

    item_wanted = Signal(int)

    def __init__(self, describe: Callable[[int], QueueRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Queue"))
        self.queue = QueueModel(describe, self)
        self.setModel(self.queue)
        self.setItemDelegate(QueueDelegate(self))
        # Rows of one height: Qt lays out ten thousand without asking each for its size.
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda index: self.item_wanted.emit(self.queue.number_at(index.row())))

    def set_current(self, number: int | None) -> None:
        """Select the item on show, and scroll to it.

        Parameters
        ----------
        number : int | None
            Number of the item in the project; None selects none.
        """
        index = self.queue.index_of(number)
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)


def _draw(painter: QPainter, rect: QRect, text: str) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft, elided)
