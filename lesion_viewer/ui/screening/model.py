"""The series of a screening's results as a table; a row is described only when it is painted."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from lesion_viewer.review.finding import Status
from lesion_viewer.screening.list_filter import Column
from lesion_viewer.screening.screened_list import ScreenedList, State
from lesion_viewer.text import Text
from lesion_viewer.ui.canvas.status_appearance import status_colour
from lesion_viewer.ui.screening.wording import SIGNS, STATES, fault_name, outcome_name
from lesion_viewer.ui.style import legible, theme
from lesion_viewer.ui.texts import capitalised, tr

Index = QModelIndex | QPersistentModelIndex
COLUMNS = tuple(Column)
TITLES = {
    Column.STATE: "✓",
    Column.SCORE: Text("Score"),
    Column.COUNT: Text("Count"),
    Column.SIZE: Text("mm"),
    Column.OUTCOME: Text("Outcome"),
    Column.UNIT: Text("Where"),
}
MEANINGS = {
    Column.STATE: Text("How far the review is"),
    Column.SCORE: Text("Score of the best candidate"),
    Column.COUNT: Text("Candidates"),
    Column.SIZE: Text("Longest side of the largest candidate in mm"),
    Column.OUTCOME: Text("What became of the series, or its fault"),
    Column.UNIT: Text("Folder or file in the archive"),
}
RIGHT = (Column.SCORE, Column.COUNT, Column.SIZE)


class ScreenedModel(QAbstractTableModel):
    """One series in each row.

    Parameters
    ----------
    parent : QObject
        The panel.

    Attributes
    ----------
    list : ScreenedList | None
        What is shown; None at first.

    Signals
    -------
    sorted : the reader sorted it by another column
    """

    sorted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.list: ScreenedList | None = None

    def show_list(self, shown: ScreenedList | None) -> None:
        """Show another list, or the same one arranged anew.

        Parameters
        ----------
        shown : ScreenedList | None
            None for nothing.
        """
        self.beginResetModel()
        self.list = shown
        self.endResetModel()

    def refresh(self) -> None:
        """Describe all that is on screen anew."""
        if self.rowCount():
            self.dataChanged.emit(
                self.index(0, 0), self.index(self.rowCount() - 1, len(COLUMNS) - 1)
            )

    def row_at(self, place: int) -> int | None:
        """The series in a line of the table.

        Parameters
        ----------
        place : int
            From 0.

        Returns
        -------
        int | None
            Its row in the results; None where there is no such line.
        """
        is_there = self.list is not None and 0 <= place < len(self.list)
        return int(self.list.shown[place]) if self.list is not None and is_there else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() or self.list is None else len(self.list)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        return {
            Qt.ItemDataRole.DisplayRole: tr(TITLES[column]),
            Qt.ItemDataRole.ToolTipRole: tr(MEANINGS[column]),
            Qt.ItemDataRole.AccessibleTextRole: tr(MEANINGS[column]),
        }.get(Qt.ItemDataRole(role))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None or self.list is None:
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(column, row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(column, row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            is_state = column is Column.STATE
            return tr(STATES[State(self.list.states[row])]) if is_state else None
        return None

    def sort(  # noqa: D102
        self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder
    ) -> None:
        is_descending = order is Qt.SortOrder.DescendingOrder
        if self.list is None or (COLUMNS[column], is_descending) == (
            self.list.column,
            self.list.is_descending,
        ):
            return
        self.beginResetModel()
        self.list.sort(COLUMNS[column], is_descending)
        self.endResetModel()
        self.sorted.emit()

    def _text(self, column: Column, row: int) -> str:
        assert self.list is not None
        results = self.list.results
        match column:
            case Column.STATE:
                return SIGNS[State(self.list.states[row])]
            case Column.OUTCOME:
                return self._outcome(row)
            case Column.UNIT:
                return results.text("unit", row)
        value = results.value(column, row)
        if value is None:
            return ""
        return f"{value:.2f}" if column is Column.SCORE else f"{value:.0f}"

    def _outcome(self, row: int) -> str:
        """The fault of a series that was searched, else what became of it."""
        assert self.list is not None
        results = self.list.results
        outcome, faults = results.text("outcome", row), results.value("faults", row) or ()
        if outcome != "searched" or not faults:
            return outcome_name(outcome)
        more = f" +{len(faults) - 1}" if len(faults) > 1 else ""
        return fault_name(faults[0]["code"]) + more

    def _colour(self, column: Column, row: int) -> QColor | None:
        assert self.list is not None
        state = State(self.list.states[row])
        if column is Column.STATE:
            is_done = state is State.DONE
            return QColor(legible(status_colour(Status.ACCEPTED if is_done else Status.UNDECIDED)))
        return QColor(theme().muted) if state is State.DONE else None

    def _tool_tip(self, row: int) -> str:
        assert self.list is not None
        results = self.list.results
        slices, slice_mm = results.value("slices", row), results.value("slice_mm", row)
        stack = tr("{n} slices", n=slices or 0)
        if slice_mm:
            stack = tr("{slices}, {mm:.4g} mm apart", slices=stack, mm=slice_mm)
        said = [
            results.text("unit", row),
            results.text("series_uid", row),
            stack,
            capitalised(outcome_name(results.text("outcome", row))),
            results.text("reason", row),
            *(fault["text"] for fault in results.value("faults", row) or ()),
            capitalised(tr(STATES[State(self.list.states[row])])),
        ]
        return "\n".join(filter(None, said))
