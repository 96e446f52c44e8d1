"""The table of findings with its filters by status and lesion type."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.detection.lesion_types import choices
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.text import Text
from lesion_viewer.ui.finding_names import status_name, type_name
from lesion_viewer.ui.findings.findings_model import COLUMNS, FINDING, FindingsModel
from lesion_viewer.ui.texts import capitalised, tr
from lesion_viewer.viewing.finding_order import FindingFilter, FindingOrder, Scale, SortBy

CELL_MARGIN_PX = 10
TITLE_MARGIN_PX = 20
FRAME_PX = 18
ROW_MARGIN_PX = 10
LEAST_ROWS = 4
ALL_TYPES, NO_TYPE = Text("All types"), Text("No type")
MOST_HIDDEN = len(COLUMNS) - 1
NONE_YET = Text("No findings yet: run the detector, or draw a box.")
NONE_SHOWN = Text("No finding has this status and this type.")


@dataclass(frozen=True, slots=True)
class Columns:
    """How the reader has the columns.

    Attributes
    ----------
    order : tuple[str, ...]
        Names of the columns from left to right, by what they sort.
    hidden : tuple[str, ...]
        Those of them that are not shown.
    """

    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class FindingsTable(QWidget):
    """Findings to sort, filter and pick from.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    finding_picked : the reader clicked a row, or moved to it by key; id of its finding
    order_chosen : the reader clicked a column's title; the FindingOrder
    filter_chosen : the reader picked a status or a type; the FindingFilter of both
    columns_changed : the reader dragged a column's title, or showed or hid a column; the Columns
    menu_wanted : a right click on a row, or the menu key; place on the screen. The row is picked.
    """

    finding_picked = Signal(str)
    order_chosen = Signal(object)
    filter_chosen = Signal(object)
    columns_changed = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_changing = self._is_arranging = False
        self.model = FindingsModel(self)
        self.view = self._make_view()
        self.status_filter = self._make_filter()
        self.type_filter = self._make_type_filter()
        self.count_label = QLabel()
        self.count_label.setProperty("role", "muted")
        top = QHBoxLayout()
        top.addWidget(self.status_filter)
        top.addWidget(self.type_filter)
        top.addStretch(1)
        top.addWidget(self.count_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self.nothing = self._make_nothing()
        self._fit_columns()
        self.show_findings((), 0, Scale())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802, D102
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_columns()

    def sizeHint(self) -> QSize:  # noqa: N802, D102
        """As wide as all columns need."""
        return QSize(self._wide, super().sizeHint().height())

    def show_findings(self, findings: Sequence[Finding], total: int, scale: Scale) -> None:
        """Show the findings that are listed of a series.

        Parameters
        ----------
        findings : Sequence[Finding]
            Top to bottom.
        total : int
            How many there are, listed or not.
        scale : Scale
            Pixel size and turn of the series.
        """
        # Qt moves the current row when a row is removed; the reader picked nothing.
        self._is_changing = True
        self.model.set_findings(findings, scale)
        self._is_changing = False
        shown = len(findings)
        self.count_label.setText(
            f"{shown}" if shown == total else tr("{shown} of {total}", shown=shown, total=total)
        )
        self.nothing.setText(tr(NONE_SHOWN if total else NONE_YET))
        self.nothing.setVisible(not shown)
        self.view.horizontalHeader().setVisible(bool(shown))
        policy = Qt.ScrollBarPolicy
        bar = policy.ScrollBarAsNeeded if shown else policy.ScrollBarAlwaysOff
        self.view.setHorizontalScrollBarPolicy(bar)

    def show_order(self, order: FindingOrder) -> None:
        """Mark the column that findings are sorted by, without emitting a signal.

        Parameters
        ----------
        order : FindingOrder
            The order of the findings.
        """
        header = self.view.horizontalHeader()
        section = [column.sort_by for column in COLUMNS].index(order.by)
        blocker = QSignalBlocker(header)
        header.setSortIndicator(section, _direction(order.is_descending))
        blocker.unblock()

    def set_scores_shown(self, are_shown: bool) -> None:
        """Show the column of scores, or not.

        Parameters
        ----------
        are_shown : bool
            False while the study is read blind.
        """
        self.model.set_scores_shown(are_shown)
        section = [column.sort_by for column in COLUMNS].index(SortBy.SCORE)
        self.view.setColumnHidden(section, not are_shown)

    def offer_types(self, types: Set[str]) -> None:
        """Offer the types that there are; the one that is chosen stays.

        Parameters
        ----------
        types : Set[str]
            Of all findings of the series; empty for those without one.
        """
        box, chosen = self.type_filter, self.type_filter.currentData()
        own = [name for name in choices(types | {chosen or ""}) if name in {*types, chosen}]
        has_untyped = "" in types or chosen == ""
        offered = [(tr(ALL_TYPES), None), *((type_name(name), name) for name in own)]
        offered += [(tr(NO_TYPE), "")] if has_untyped and len(offered) > 1 or chosen == "" else []
        if offered == [(box.itemText(n), box.itemData(n)) for n in range(box.count())]:
            return
        blocker = QSignalBlocker(box)
        box.clear()
        for text, data in offered:
            box.addItem(text, data)
        box.setCurrentIndex([data for _, data in offered].index(chosen))
        blocker.unblock()

    def select(self, finding_id: str | None) -> None:
        """Mark a finding as the chosen one, without emitting a signal.

        Parameters
        ----------
        finding_id : str | None
            None for no finding.
        """
        index = self.model.index(self.model.row_of(finding_id), 0)
        selection = self.view.selectionModel()
        if index == selection.currentIndex():
            return
        selection.blockSignals(True)
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        selection.blockSignals(False)
        if index.isValid():
            self.view.scrollTo(index)
        self.view.viewport().update()

    @property
    def columns(self) -> Columns:
        """The order of the columns, and which of them are hidden."""
        header = self.view.horizontalHeader()
        order = [COLUMNS[header.logicalIndex(place)] for place in range(len(COLUMNS))]
        hidden = [c for c in order if header.isSectionHidden(COLUMNS.index(c))]
        return Columns(*(tuple(c.sort_by.value for c in some) for some in (order, hidden)))

    def show_columns(self, columns: Columns) -> None:
        """Show columns in an order, without emitting a signal.

        Parameters
        ----------
        columns : Columns
            Names that are no column's are ignored; columns that are not named come last.
        """
        header, names = self.view.horizontalHeader(), [c.sort_by.value for c in COLUMNS]
        self._is_arranging = True
        order = [name for name in columns.order if name in names]
        for place, name in enumerate(order):
            header.moveSection(header.visualIndex(names.index(name)), place)
        hidden = [name for name in columns.hidden if name in names]
        for section, name in enumerate(names):
            header.setSectionHidden(section, name in hidden and len(hidden) < len(names))
        self._is_arranging = False

    def shown_ids(self) -> list[str]:
        """Ids of the findings in the table, top to bottom."""
        rows = range(self.model.rowCount())
        return [self.model.index(row, 0).data(FINDING).id for row in rows]

    def _make_view(self) -> QTableView:
        view = QTableView(self)
        view.setModel(self.model)
        view.setAccessibleName(tr("Findings"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSortIndicatorShown(True)
        header.sortIndicatorChanged.connect(self._order)
        header.setSectionsMovable(True)
        header.sectionMoved.connect(self._tell_columns)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda at: self.header_menu().popup(header.mapToGlobal(at))
        )
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._ask_for_menu)
        view.selectionModel().currentRowChanged.connect(self._picked)
        view.clicked.connect(self._picked)
        return view

    def _fit_columns(self) -> None:
        """Give each column the width of its widest text in the font; notes take the rest."""
        font = QFont(self.view.font())
        cells = QFontMetrics(font)
        font.setBold(True)
        titles = QFontMetrics(font)
        widths = [
            max(
                cells.horizontalAdvance(tr(column.widest)) + CELL_MARGIN_PX,
                titles.horizontalAdvance(tr(column.title)) + TITLE_MARGIN_PX,
            )
            for column in COLUMNS
        ]
        for section, width in enumerate(widths):
            self.view.setColumnWidth(section, width)
        self.view.verticalHeader().setDefaultSectionSize(cells.height() + ROW_MARGIN_PX)
        self.view.horizontalHeader().setMinimumSectionSize(widths[-1] // 2)
        self._wide = sum(widths) + FRAME_PX

    def _make_nothing(self) -> QLabel:
        """What is said in place of rows."""
        label = QLabel(self.view.viewport(), wordWrap=True)
        label.setProperty("role", "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self.view.viewport())
        layout.addWidget(label)
        return label

    def header_menu(self) -> QMenu:
        """A menu that shows and hides each column; the last one that is shown stays."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        header = self.view.horizontalHeader()
        for place in range(len(COLUMNS)):
            section = header.logicalIndex(place)
            title = self.model.headerData(section, Qt.Orientation.Horizontal)
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(section))
            action.setEnabled(not action.isChecked() or header.hiddenSectionCount() < MOST_HIDDEN)
            action.toggled.connect(partial(self._show_column, section))
        menu.addSeparator()
        menu.addAction(tr("All columns, as they were")).triggered.connect(self._reset_columns)
        return menu

    def _show_column(self, section: int, is_shown: bool) -> None:
        self.view.horizontalHeader().setSectionHidden(section, not is_shown)
        self._tell_columns()

    def _reset_columns(self) -> None:
        self.show_columns(Columns(tuple(c.sort_by.value for c in COLUMNS)))
        self._tell_columns()

    def _tell_columns(self) -> None:
        if not self._is_arranging:
            self.columns_changed.emit(self.columns)

    def _ask_for_menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if index.isValid():
            self._picked(index)
            self.menu_wanted.emit(self.view.viewport().mapToGlobal(at))

    def _make_filter(self) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(tr("Status of the findings that are listed"))
        box.addItem(tr("All findings"), None)
        for status in Status:
            box.addItem(capitalised(status_name(status)), status.value)
        box.currentIndexChanged.connect(self._filter)
        return box

    def _make_type_filter(self) -> QComboBox:
        box = QComboBox(self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(len(type_name("soft tissue")))
        box.setAccessibleName(tr("Lesion type of the findings that are listed"))
        box.addItem(tr(ALL_TYPES), None)
        box.currentIndexChanged.connect(self._filter)
        return box

    def _order(self, section: int, direction: Qt.SortOrder) -> None:
        is_descending = direction is Qt.SortOrder.DescendingOrder
        self.order_chosen.emit(FindingOrder(COLUMNS[section].sort_by, is_descending))

    def _filter(self) -> None:
        name = self.status_filter.currentData()
        status = Status(name) if name else None
        self.filter_chosen.emit(FindingFilter(status, self.type_filter.currentData()))

    def _picked(self, index: QModelIndex) -> None:
        finding = index.data(FINDING)
        if finding is not None and not self._is_changing:
            self.finding_picked.emit(finding.id)


def _direction(is_descending: bool) -> Qt.SortOrder:
    return Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder
