"""The lesions of two studies as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from lesion_viewer.review.followup.growth import Growth, Row
from lesion_viewer.review.followup.matching import LIMIT_MM
from lesion_viewer.text import Text
from lesion_viewer.ui.finding_names import type_name
from lesion_viewer.ui.followup.wording import FATES, measured_text, number_text, slice_text
from lesion_viewer.ui.texts import tr

Index = QModelIndex | QPersistentModelIndex
TARGET = 0
MATCHING = Text(
    "Lesions that were accepted, corrected or added, of the series on show. They are matched by"
    " place, up to {limit:.0f} mm apart."
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Attributes
    ----------
    title : str
        In the header; a ``Text``.
    text : Callable[[Row], str]
        What is shown of a lesion.
    is_number : bool
        Whether it stands at the right.
    """

    title: str
    text: Callable[[Row], str]
    is_number: bool = False


def _percent(row: Row) -> str:
    return number_text(None if row.change is None else row.change * 100, "{:+.0f}")


def _type(row: Row) -> str:
    kinds = [x.lesion_type for x in (row.current, row.prior) if x is not None and x.lesion_type]
    return type_name(kinds[0]) if kinds else "–"


COLUMNS = (
    Column(Text("Target"), lambda row: ""),
    Column(Text("Prior"), lambda row: slice_text(row.prior)),
    Column(Text("Now"), lambda row: slice_text(row.current)),
    Column(Text("Prior mm"), lambda row: number_text(row.prior_mm), True),
    Column(Text("Now mm"), lambda row: number_text(row.current_mm), True),
    Column(Text("± mm"), lambda row: number_text(row.change_mm, "{:+.1f}"), True),
    Column(Text("± %"), _percent, True),
    Column(Text("State"), lambda row: tr(FATES[row.fate])),
    Column(Text("Apart mm"), lambda row: number_text(row.apart_mm), True),
    Column(Text("Type"), _type),
    Column(Text("Measured by"), measured_text),
)


class GrowthModel(QAbstractTableModel):
    """One row for each lesion; the first column says whether it is a target.

    Parameters
    ----------
    parent : QObject | None
        Owner of the model.

    Attributes
    ----------
    rows : tuple[Row, ...]
        Top to bottom.

    Signals
    -------
    target_chosen : the reader made a lesion a target, or no longer; its row and whether it is one
    """

    target_chosen = Signal(int, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show_growth(self, growth: Growth | None) -> None:
        """Show other lesions.

        Parameters
        ----------
        growth : Growth | None
            None for none.
        """
        self.beginResetModel()
        self.rows = growth.rows if growth is not None else ()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_of_columns = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.ToolTipRole and is_of_columns:
            return tr(MATCHING, limit=LIMIT_MM)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(COLUMNS[section].title) if is_of_columns else str(section + 1)

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: D102
        flags = super().flags(index)
        if index.column() == TARGET and self.rows[index.row()].prior is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == TARGET:
            if row.prior is None:
                return None
            return Qt.CheckState.Checked if row.is_target else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.text(row)
        return None

    def setData(  # noqa: N802, D102
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != TARGET:
            return False
        self.target_chosen.emit(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True
