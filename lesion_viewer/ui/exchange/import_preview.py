"""What another tool's file would change, before it changes anything."""

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
from lesion_viewer.exchange.reviews.external_labels import Corrections
from lesion_viewer.review.label_import import ProposedChange, counts

Index = QModelIndex | QPersistentModelIndex
NameOf = Callable[[str, int], str]

TITLES = ("Change", "Slice", "Before", "After", "Reason or note")


class ChangesModel(QAbstractTableModel):
    """Proposed changes, one a row."""

    def __init__(
        self, changes: Sequence[ProposedChange], name_of: NameOf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._changes, self._name_of = changes, name_of

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._changes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(TITLES)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return TITLES[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        change = self._changes[index.row()]
        return (
            change.kind.value,
            self._name_of(change.series_uid, change.slice_index),
            _box_text(change.before),
            _box_text(change.after),
            change.reason or change.note,
        )[index.column()]


class CorrectionsDialog(QDialog):
    """Shows what a file would change; accepted, the changes are to be made."""

    def __init__(
        self,
        file_name: str,
        corrections: Corrections,
        changes: Sequence[ProposedChange],
        name_of: NameOf,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"What {file_name} would change")
        self.resize(840, 460)
        self.summary = QLabel(summary_text(corrections, changes), wordWrap=True)
        self.table = _table(ChangesModel(changes, name_of, self), self)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        apply_rows = buttons.button(QDialogButtonBox.StandardButton.Ok)
        apply_rows.setText("Take up 1 change" if len(changes) == 1 else f"Take up {len(changes):,}")
        apply_rows.setEnabled(bool(changes))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)


def summary_text(corrections: Corrections, changes: Sequence[ProposedChange]) -> str:
    """How many changes of each kind, and what of the file cannot be used."""
    kinds = [f"{count:,} {kind.value}" for kind, count in counts(changes).items() if count]
    text = " · ".join(kinds) if kinds else "Nothing would change."
    if corrections.absent:
        text += f"\n{corrections.absent:,} slices of the file are not in this review."
    if corrections.problems:
        text += f"\n{len(corrections.problems)} boxes cannot be used: {corrections.problems[0]}"
    return text


def _table(model: ChangesModel, parent: QWidget) -> QTableView:
    view = QTableView(parent)
    view.setModel(model)
    view.setShowGrid(False)
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
    return f"{x1}, {y1} to {x2}, {y2}"
