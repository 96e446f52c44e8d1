"""The results of a screening beside the picture: filters, the table of series, how many."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.screening.list_filter import Column
from lesion_viewer.screening.screened_list import ScreenedList
from lesion_viewer.ui.screening.filters import ScreenedFilters
from lesion_viewer.ui.screening.model import COLUMNS, TITLES, ScreenedModel
from lesion_viewer.ui.screening.wording import fault_name, outcome_name
from lesion_viewer.ui.texts import tr

MIN_WIDTH_PX = 264
CELL_MARGIN_PX, TITLE_MARGIN_PX, ROW_MARGIN_PX = 14, 24, 8
WIDEST = {Column.STATE: "✓", Column.SCORE: "0.00", Column.COUNT: "000", Column.SIZE: "000"}
WHERE_PX = 120
Key = Qt.Key
MOVES = (
    *(Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown, Key.Key_Home, Key.Key_End),
    *(Key.Key_Left, Key.Key_Right),
)


class SeriesTable(QTableView):
    """A table that keeps the keys which move through it, as long as it has the focus."""

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if event.key() in MOVES and plain == Qt.KeyboardModifier.NoModifier:
                event.accept()  # else it were a slice's
                return True
        return super().event(event)


class ScreenedPanel(QWidget):
    """The series of a screening, in an order and under filters of choice.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    row_wanted : the reader asks for a series by Enter or a double click; its row in the results
    filter_chosen : the reader changed a filter; the ListFilter
    order_chosen : the reader sorted the table
    """

    row_wanted = Signal(int)
    filter_chosen = Signal(object)
    order_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ScreenedModel(self)
        self.table = self._make_table()
        self.filters = ScreenedFilters()
        self.filters.hide()
        self.filters.filter_chosen.connect(self.filter_chosen)
        self.filter_button = QPushButton(tr("Filters"))
        self.filter_button.setCheckable(True)
        self.filter_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.filter_button.toggled.connect(self.filters.setVisible)
        self.detector, self.count = QLabel(wordWrap=True), QLabel(wordWrap=True)
        for label in (self.detector, self.count):
            label.setProperty("role", "muted")
        self._lay_out()
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802, D102
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_columns()

    def show_list(self, shown: ScreenedList | None) -> None:
        """Show another list.

        Parameters
        ----------
        shown : ScreenedList | None
            None for nothing.
        """
        self.model.show_list(shown)
        if shown is None:
            return
        order = Qt.SortOrder.DescendingOrder if shown.is_descending else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(COLUMNS.index(shown.column), order)
        self.filters.offer(shown.results.outcomes[0], shown.results.fault_codes)
        self.filters.show_filter(shown.filter)
        self.detector.setText(
            tr(
                "{detector}, scores from {score:.2g}",
                detector=shown.detector,
                score=shown.min_score,
            )
        )
        self._fit_columns()
        self.show_count()

    def show_arranged(self) -> None:
        """Show the list in its order and under its filter of now."""
        self.model.show_list(self.model.list)
        self.show_count()

    def show_count(self) -> None:
        """Say how many series are shown, and how many of them are done."""
        shown = self.model.list
        if shown is not None:
            self.count.setText(
                tr(
                    "{shown:,} of {total:,} series · {done:,} done",
                    shown=len(shown),
                    total=len(shown.results),
                    done=shown.done,
                )
            )

    def set_current(self, row: int | None) -> None:
        """Mark the series on show, and scroll to it.

        Parameters
        ----------
        row : int | None
            Its row in the results; None for none.
        """
        shown = self.model.list
        place = shown.place_of(row) if shown is not None and row is not None else None
        if place is None:
            self.table.clearSelection()
        else:
            self.table.selectRow(place)

    def _make_table(self) -> QTableView:
        table = SeriesTable()
        table.setModel(self.model)
        table.setAccessibleName(tr("Series of the results"))
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setSortingEnabled(True)
        table.activated.connect(lambda index: self._want(index.row()))
        self.model.sorted.connect(self.order_chosen)
        # Lines of one height: Qt need not ask a hundred thousand for theirs.
        lines = table.verticalHeader()
        lines.hide()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        return table

    def _want(self, place: int) -> None:
        row = self.model.row_at(place)
        if row is not None:
            self.row_wanted.emit(row)

    def _fit_columns(self) -> None:
        """Make each column as wide as the widest of its texts, of which there are few."""
        metrics, bold = self.fontMetrics(), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        titles = QFontMetrics(bold)
        for n, column in enumerate(COLUMNS):
            widest = max(map(metrics.horizontalAdvance, self._texts_of(column)), default=0)
            title = titles.horizontalAdvance(tr(TITLES[column])) + TITLE_MARGIN_PX
            least = WHERE_PX if column is Column.UNIT else 0
            self.table.setColumnWidth(n, max(widest + CELL_MARGIN_PX, title, least))
        self.table.verticalHeader().setDefaultSectionSize(metrics.height() + ROW_MARGIN_PX)

    def _texts_of(self, column: Column) -> list[str]:
        if column is not Column.OUTCOME:
            return [WIDEST.get(column, "")]
        shown = self.model.list
        if shown is None:
            return []
        outcomes = [outcome_name(name) for name in shown.results.outcomes[0]]
        most = int(shown.results.fault_counts.max(initial=0))
        more = f" +{most - 1}" if most > 1 else ""
        return outcomes + [fault_name(code) + more for code in shown.results.fault_codes]

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.detector, 1)
        top.addWidget(self.filter_button)
        column = QVBoxLayout(self)
        column.addStrut(MIN_WIDTH_PX)
        column.setContentsMargins(8, 0, 4, 8)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.filters)
        column.addWidget(self.table, 1)
        column.addWidget(self.count)
