"""The table of growth, its sums, and what is said of lesions by hand."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.review.followup.growth import Growth
from lesion_viewer.ui.followup.growth_model import COLUMNS, GrowthModel
from lesion_viewer.ui.followup.wording import remarks_text, sum_text
from lesion_viewer.ui.texts import tr

ROW_PX, LEAST_ROWS = 24, 4


class GrowthView(QTableView):
    """A table that asks for the height of few rows; it is given more where there is more."""

    def sizeHint(self) -> QSize:  # noqa: N802, D102
        return QSize(super().sizeHint().width(), LEAST_ROWS * ROW_PX)


class GrowthPanel(QWidget):
    """Lesions of two studies side by side; selecting one asks for both to be shown.

    Parameters
    ----------
    actions : Sequence[QAction]
        What can be said of the chosen lesions, and done with the table.

    Attributes
    ----------
    model : GrowthModel
        The rows.
    view : QTableView
        The table.
    sum_label, remarks_label : QLabel
        Sums and category, and what they leave open.

    Signals
    -------
    rows_chosen : the reader chose rows; their numbers from 0, the last one chosen last
    """

    rows_chosen = Signal(tuple)

    def __init__(self, actions: Sequence[QAction]) -> None:
        super().__init__()
        self.model = GrowthModel(self)
        self.view = self._make_view()
        self.sum_label, self.remarks_label = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.remarks_label.setProperty("role", "disclaimer")
        for label in (self.sum_label, self.remarks_label):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[QToolButton] = []
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAccessibleName(action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
            self._buttons.append(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 2, 8, 4)
        column.setSpacing(3)
        column.addLayout(buttons)
        column.addWidget(self.view, 1)
        column.addWidget(self.sum_label)
        column.addWidget(self.remarks_label)
        self.show_growth(None, "")

    def show_growth(self, growth: Growth | None, why_none: str) -> None:
        """Show other lesions; the chosen rows are to be chosen anew.

        Parameters
        ----------
        growth : Growth | None
            None for none.
        why_none : str
            What is said where there is none.
        """
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        self.model.show_growth(growth)
        selection.blockSignals(False)
        for widget in (self.view, *self._buttons):
            widget.setVisible(growth is not None)
        self.sum_label.setText(why_none if growth is None else sum_text(growth))
        remarks = "" if growth is None else remarks_text(growth)
        self.remarks_label.setText(remarks)
        self.remarks_label.setVisible(bool(remarks))

    def choose(self, rows: Sequence[int]) -> None:
        """Mark rows as chosen, without emitting a signal.

        Parameters
        ----------
        rows : Sequence[int]
            Numbers from 0, the last one is the current one.
        """
        selection, wanted = self.view.selectionModel(), QItemSelection()
        for row in rows:
            wanted.select(self.model.index(row, 0), self.model.index(row, len(COLUMNS) - 1))
        selection.blockSignals(True)
        flags = QItemSelectionModel.SelectionFlag
        selection.select(wanted, flags.ClearAndSelect)
        if rows:
            selection.setCurrentIndex(self.model.index(rows[-1], 1), flags.NoUpdate)
        selection.blockSignals(False)
        if rows:
            self.view.scrollTo(self.model.index(rows[-1], 1))
        self.view.viewport().update()

    def as_text(self, linked_by: str) -> str:
        """The table as lines of cells between tabs, then sums and what they leave open.

        Parameters
        ----------
        linked_by : str
            What the two studies are linked by, as it is shown.

        Returns
        -------
        str
            Some lines, in the reader's language.
        """
        yes, no = tr("yes"), tr("no")
        lines = ["\t".join(tr(column.title) for column in COLUMNS)]
        for row in self.model.rows:
            cells = [column.text(row) for column in COLUMNS[1:]]
            lines.append("\t".join([yes if row.is_target else no, *cells]))
        lines += [self.sum_label.text(), self.remarks_label.text(), linked_by]
        return "\n".join(filter(None, lines)) + "\n"

    def _make_view(self) -> QTableView:
        view = GrowthView(self)
        view.setModel(self.model)
        view.setAccessibleName(tr("Growth of lesions"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.verticalHeader().setDefaultSectionSize(ROW_PX)
        view.setMinimumHeight(LEAST_ROWS * ROW_PX)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        view.selectionModel().selectionChanged.connect(self._tell_chosen)
        return view

    def _tell_chosen(self) -> None:
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        current = self.view.currentIndex().row()
        if current in rows:
            rows = [*(row for row in rows if row != current), current]
        self.rows_chosen.emit(tuple(rows))
