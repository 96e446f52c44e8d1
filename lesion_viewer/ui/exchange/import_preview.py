"""The dialog that shows what a file would change, before it does."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.imports.change_set import ChangeKind, ChangeSet, Line
from lesion_viewer.exchange.imports.wording import summary
from lesion_viewer.text import Text
from lesion_viewer.ui.finding_names import reason_name
from lesion_viewer.ui.measuring.wording import title_of
from lesion_viewer.ui.texts import tr

Index = QModelIndex | QPersistentModelIndex
NameOf = Callable[[str, int], str]

TITLES = (
    Text("Change"),
    Text("Slice"),
    Text("Before"),
    Text("After"),
    Text("Reason or note"),
    Text("Decision"),
)
KINDS = {
    ChangeKind.KEEP: Text("keep"),
    ChangeKind.CORRECT: Text("correct"),
    ChangeKind.DELETE: Text("delete"),
    ChangeKind.ADD: Text("add"),
    ChangeKind.UNSURE: Text("unsure"),
    ChangeKind.TYPE: Text("type"),
    ChangeKind.LABEL: Text("label"),
    ChangeKind.READ: Text("read in full"),
    ChangeKind.MEASURED: Text("measurement"),
    ChangeKind.DECISION: Text("decision"),
}


class ChangesModel(QAbstractTableModel):
    """What a file would change, a line in each row.

    Parameters
    ----------
    lines : Sequence[Line]
        In the order of the table.
    name_of : NameOf
        Gives the text for a series UID and slice index.
    parent : QWidget | None
        Owner of the model.
    """

    def __init__(
        self, lines: Sequence[Line], name_of: NameOf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines, self._name_of = lines, name_of

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(TITLES)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return tr(TITLES[section]) if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        line = self._lines[index.row()]
        return (
            tr(KINDS[line.kind]),
            self._name_of(line.series_uid, line.slice_index),
            _box_text(line.before),
            _box_text(line.after),
            self._said(line),
            line.decided,
        )[index.column()]

    def _said(self, line: Line) -> str:
        is_measured = line.kind is ChangeKind.MEASURED
        return title_of(line.note) if is_measured else reason_name(line.reason) or line.note


class ImportDialog(QDialog):
    """Shows what a file would change; its acceptance asks for the changes.

    Parameters
    ----------
    change_set : ChangeSet
        What the file would change.
    name_of : NameOf
        Gives the text for a series UID and slice index.
    parent : QWidget
        The window.
    """

    def __init__(self, change_set: ChangeSet, name_of: NameOf, parent: QWidget) -> None:
        super().__init__(parent)
        lines = change_set.lines()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("What {name} would change", name=change_set.source.name))
        self.resize(840, 460)
        self.summary = QLabel(summary(change_set, lines), wordWrap=True)
        self.table = _table(ChangesModel(lines, name_of, self), self)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        apply = buttons.button(QDialogButtonBox.StandardButton.Ok)
        count = len(lines)
        apply.setText(tr("Apply 1 change") if count == 1 else tr("Apply {n:,} changes", n=count))
        apply.setEnabled(not change_set.is_empty)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)


def _table(model: ChangesModel, parent: QWidget) -> QTableView:
    view = QTableView(parent)
    view.setModel(model)
    view.setAccessibleName(tr("Changes"))
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.verticalHeader().hide()
    header = view.horizontalHeader()
    header.setStretchLastSection(True)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    view.resizeColumnsToContents()
    return view


def _box_text(box: Box | None) -> str:
    if box is None:
        return "–"
    x1, y1, x2, y2 = (f"{round(edge, 1):g}" for edge in box.as_tuple())
    return tr("{x1}, {y1} to {x2}, {y2}", x1=x1, y1=y1, x2=x2, y2=y2)
