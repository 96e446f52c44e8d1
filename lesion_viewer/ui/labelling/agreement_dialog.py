"""How far two readers agree, and the list of what they do not agree on."""

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.review.finding import Finding
from lesion_viewer.review.readers.agreement import Agreement, Pair
from lesion_viewer.ui.finding_names import reason_name, status_name
from lesion_viewer.ui.texts import tr

Index = QModelIndex | QPersistentModelIndex
NameOf = Callable[[str, int], str]


class DisagreementsModel(QAbstractTableModel):
    """The places on which two readers disagree, one in each row.

    Parameters
    ----------
    found : Agreement
        Agreement of the two.
    name_of : NameOf
        Gives the text for a series UID and slice index.
    parent : QWidget | None
        Owner of the model.
    """

    def __init__(self, found: Agreement, name_of: NameOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairs = found.disagreements
        self._titles = (tr("Slice"), *found.readers, tr("IoU"))
        self._name_of = name_of

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self.pairs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._titles)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._titles[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        pair = self.pairs[index.row()]
        texts = (
            self._name_of(*pair.place),
            _said(pair.first),
            _said(pair.second),
            f"{pair.iou:.2f}" if pair.iou else "–",
        )
        return texts[index.column()]


class AgreementDialog(QDialog):
    """Shows the agreement; its acceptance asks for a third reading of the rest.

    Parameters
    ----------
    found : Agreement
        Agreement of the two.
    name_of : NameOf
        Gives the text for a series UID and slice index.
    parent : QWidget
        The window.

    Signals
    -------
    place_wanted : the reader clicked a row, or pressed Enter on it; series UID and slice index
    """

    place_wanted = Signal(str, int)

    def __init__(self, found: Agreement, name_of: NameOf, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Agreement of two readers"))
        self.resize(720, 460)
        self.summary = QLabel(summary_text(found), wordWrap=True)
        self._model = DisagreementsModel(found, name_of, self)
        self.table = QTableView(self)
        self.table.setModel(self._model)
        self.table.setAccessibleName(tr("Places to be settled"))
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.resizeColumnsToContents()
        self.table.activated.connect(self._want)
        self.table.clicked.connect(self._want)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Close
        )
        settle = buttons.button(QDialogButtonBox.StandardButton.Ok)
        settle.setText(tr("Settle in a third reading"))
        settle.setEnabled(bool(found.disagreements))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(22, 18, 22, 16)
        column_.setSpacing(12)
        for widget in (self.summary, self.table, buttons):
            column_.addWidget(widget)

    def _want(self, index: QModelIndex) -> None:
        pair: Pair = self._model.pairs[index.row()]
        self.place_wanted.emit(*pair.place)


def summary_text(found: Agreement) -> str:
    """The numbers of an agreement, each with what it counts.

    Parameters
    ----------
    found : Agreement
        Agreement of two readers.

    Returns
    -------
    str
        Three lines.
    """
    both, first, second, neither = found.table
    a, b = found.readers
    kappa, mean_iou = _number(found.kappa), _number(found.mean_iou)
    return tr(
        "Lesion seen by both {both:,} · only by {a} {first:,} · only by {b} {second:,}"
        " · by neither {neither:,}\nCohen's kappa on presence {kappa}"
        " · boxes that meet at IoU {min_iou:g}: {matched:,} of {both:,} · mean IoU {mean_iou}"
        "\n{unsettled:,} to be settled",
        both=both,
        a=a,
        first=first,
        b=b,
        second=second,
        neither=neither,
        kappa=kappa,
        min_iou=found.min_iou,
        matched=len(found.matched),
        mean_iou=mean_iou,
        unsettled=len(found.disagreements),
    )


def _number(value: float) -> str:
    """A measure; kappa is none where both readers gave one answer throughout."""
    return tr("not defined") if math.isnan(value) else f"{value:.2f}"


def _said(finding: Finding | None) -> str:
    if finding is None:
        return tr("nothing there")
    reason = f" ({reason_name(finding.reason)})" if finding.reason else ""
    return status_name(finding.status) + reason
