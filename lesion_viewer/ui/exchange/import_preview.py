"""The dialog that shows what another tool's file would change."""

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
from lesion_viewer.errors import one_line
from lesion_viewer.exchange.reviews.external_labels import Corrections
from lesion_viewer.exchange.reviews.import_outcome import cut_sentences
from lesion_viewer.review.label_import import ProposedChange, counts

Index = QModelIndex | QPersistentModelIndex
NameOf = Callable[[str, int], str]

SHOWN = 5
"""Number of entries of a list that are shown; the others are counted."""
TITLES = ("Change", "Slice", "Before", "After", "Reason or note", "Decision")


class ChangesModel(QAbstractTableModel):
    """Proposed changes, one in each row.

    Parameters
    ----------
    changes : Sequence[ProposedChange]
        Changes in the order of the table.
    name_of : NameOf
        Gives the text for a series UID and slice index.
    parent : QWidget | None
        Owner of the model.
    """

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
            change.decided,
        )[index.column()]


class CorrectionsDialog(QDialog):
    """Shows what a file would change; its acceptance asks for the changes.

    Parameters
    ----------
    file_name : str
        Name of the file.
    corrections : Corrections
        What the file says.
    changes : Sequence[ProposedChange]
        What it would change.
    name_of : NameOf
        Gives the text for a series UID and slice index.
    parent : QWidget
        The window.
    replaced : Sequence[str]
        Sentences on decisions of other readers that give way, without full stops.
    """

    def __init__(
        self,
        file_name: str,
        corrections: Corrections,
        changes: Sequence[ProposedChange],
        name_of: NameOf,
        parent: QWidget,
        replaced: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"What {file_name} would change")
        self.resize(840, 460)
        self.summary = QLabel(
            "\n".join([summary_text(corrections, changes), *(f"It {r}." for r in replaced)]),
            wordWrap=True,
        )
        self.table = _table(ChangesModel(changes, name_of, self), self)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        apply_rows = buttons.button(QDialogButtonBox.StandardButton.Ok)
        what = "1 change" if len(changes) == 1 else f"{len(changes):,} changes"
        apply_rows.setText(f"Apply {what}")
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
    """How many changes of each kind, and what of the file was left out or cut.

    Parameters
    ----------
    corrections : Corrections
        What the file says.
    changes : Sequence[ProposedChange]
        What it would change.

    Returns
    -------
    str
        One line for each kind of fact.
    """
    kinds = [f"{count:,} {kind.value}" for kind, count in counts(changes).items() if count]
    lines = [" · ".join(kinds) if kinds else "Nothing would change.", *corrections.notices]
    if corrections.absent:
        names = _listed(corrections.absent_names)
        lines.append(f"{corrections.absent:,} images of the file are not in this review: {names}")
    lines += [f"{sentence}." for sentence in cut_sentences(corrections.clipped)]
    if corrections.problems:
        count = len(corrections.problems)
        left_out = "1 entry" if count == 1 else f"{count:,} entries"
        lines.append(f"Left out, and the labels they stood for stay: {left_out}")
        lines += [f"    {one_line(problem)}" for problem in corrections.problems[:SHOWN]]
        if count > SHOWN:
            lines.append(f"    and {count - SHOWN:,} more; lesion-viewer import lists them all")
    return "\n".join(lines)


def _listed(names: Sequence[str]) -> str:
    """The first names of a list, each in a length that fits a line."""
    shown = ", ".join(one_line(name, 60) for name in names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown}, …"


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
