"""The search of an archive: what is looked for, what was found, and how the download goes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.archive import FoundStudy, Query
from lesion_viewer.exchange.pacs.local_state import LocalState
from lesion_viewer.exchange.pacs.work_lists import (
    NO_PATIENT,
    WorkList,
    days,
    keep_work_list,
    kept_work_lists,
)
from lesion_viewer.ui.pacs.archive_dialog import ArchiveChooser
from lesion_viewer.ui.pacs.studies_model import SORT, FilteredStudies, StudiesModel
from lesion_viewer.ui.pacs.work_list_chooser import WorkListChooser
from lesion_viewer.ui.texts import tr

SIZE_PX = (960, 600)
MODALITY = "CT"
WORDS_PX = 160
"""Least width of the studies' descriptions; their tool tip shows them whole."""


class SearchDialog(QDialog):
    """Asks for studies and shows those that were found; the window can be used meanwhile.

    Parameters
    ----------
    parent : QWidget
        The window that the dialog belongs to.

    Signals
    -------
    search_wanted : the reader asks for studies; name of the archive and the Query
    study_wanted : the reader asks for a study; name of the archive that found it, and its UID
    open_wanted : the reader asks for a study that is here already; its UID
    cancel_wanted : the reader gives up what is going on
    """

    search_wanted = Signal(str, object)
    study_wanted = Signal(str, str)
    open_wanted = Signal(str)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Search an archive"))
        self.resize(*SIZE_PX)
        self._asked = ""
        self._is_searching = self._is_fetching = False
        self.work_list = WorkListChooser(self)
        self.archive = ArchiveChooser(self)
        self.patient_id, self.patient_name = QLineEdit(), QLineEdit()
        self.first, self.last = QLineEdit(), QLineEdit()
        self.modality, self.description = QLineEdit(MODALITY), QLineEdit()
        self.search_button = QPushButton(tr("Search"))
        self.is_left_only = QCheckBox(tr("Only what is not done"))
        self.fetch_button = QPushButton(tr("Download and open"))
        self.again_button = QPushButton(tr("Download again"))
        self.cancel_button = QPushButton(tr("Cancel"))
        self.close_button = QPushButton(tr("Close"))
        self.said = QLabel(wordWrap=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Images that came"))
        self.progress.setTextVisible(False)
        self.progress.hide()
        self._model = StudiesModel()
        self._shown = FilteredStudies(self._model, self)
        self.table = self._make_table()
        self._lay_out()
        self._connect()
        self._fit_columns()
        self._allow()
        if not self.archive.name:
            self.say(tr("No archive has a name yet: add one."))

    def say(self, text: str) -> None:
        """Say how it stands.

        Parameters
        ----------
        text : str
            One sentence.
        """
        self.said.setText(text)

    @property
    def asked(self) -> str:
        """The archive that was searched; empty before."""
        return self._asked

    @property
    def uids(self) -> list[str]:
        """The studies in the order of the table, those among them that the filter hides."""
        return [study.uid for study in self._shown.in_order()]

    def open_work_list(self, name: str) -> None:
        """Search anew as a work list says.

        Parameters
        ----------
        name : str
            The work list's; one that is not kept is ignored.
        """
        kept = kept_work_lists().get(name)
        if kept is None:
            return
        self.work_list.fill(name)
        self.archive.choose(kept.archive)
        self.patient_id.clear()
        self.patient_name.clear()
        for line, text in (
            *((self.first, kept.first), (self.last, kept.last)),
            *((self.modality, kept.modality), (self.description, kept.description)),
        ):
            line.setText(text)
        self._search()

    def show_states(self, states: Mapping[str, LocalState]) -> None:
        """Show how far the studies are by now.

        Parameters
        ----------
        states : Mapping[str, LocalState]
            UID -> how far it is on this machine.
        """
        self._model.set_states(states)
        self._shown.invalidate()
        self._allow()

    def show_studies(self, found: Sequence[FoundStudy], states: Mapping[str, LocalState]) -> None:
        """Show what was found, the newest first.

        Parameters
        ----------
        found : Sequence[FoundStudy]
            The studies.
        states : Mapping[str, LocalState]
            UID -> how far it is on this machine.
        """
        self._model.set_studies(found, states)
        self._fit_columns()
        count = len(found)
        self.say(tr("1 study found") if count == 1 else tr("{n:,} studies found", n=count))
        if found:
            self.table.selectRow(0)
            self.table.setFocus()

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the download is.

        Parameters
        ----------
        done : int
            Images that came.
        total : int
            Images of the study.
        """
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.say(tr("{done:,} of {total:,} images", done=done, total=total))

    def set_searching(self, is_searching: bool) -> None:
        """Offer to cancel a search, or to begin one.

        Parameters
        ----------
        is_searching : bool
            Whether one goes on.
        """
        self._is_searching = is_searching
        self._allow()

    def set_fetching(self, is_fetching: bool) -> None:
        """Offer to cancel a download, or to begin one.

        Parameters
        ----------
        is_fetching : bool
            Whether one goes on.
        """
        self._is_fetching = is_fetching
        self.progress.setVisible(is_fetching)
        self.progress.setRange(0, 0)
        self._allow()

    def _make_table(self) -> QTableView:
        self._shown.setSortRole(SORT)
        table = QTableView()
        table.setModel(self._shown)
        table.setAccessibleName(tr("Studies found"))
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return table

    def _fit_columns(self) -> None:
        """Let each column show its texts, and the last one take what room is left."""
        header, last = self.table.horizontalHeader(), self._shown.columnCount() - 1
        header.setStretchLastSection(False)
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(last, max(header.sectionSizeHint(last), WORDS_PX))
        is_roomy = header.length() < self.table.viewport().width()
        header.setStretchLastSection(is_roomy)

    def _lay_out(self) -> None:
        for line in (self.first, self.last):
            line.setPlaceholderText(tr("YYYY-MM-DD"))
            line.setToolTip(tr("-7 is seven days ago, -0 today"))
        for line in (self.patient_id, self.patient_name, self.modality, self.description):
            line.setPlaceholderText(tr("any"))
            line.setToolTip(tr("* stands for any letters, ? for one"))
        rows = (
            ((tr("Patient ID"), self.patient_id), (tr("Patient name"), self.patient_name)),
            ((tr("Date from"), self.first), (tr("to"), self.last)),
            ((tr("Modality"), self.modality), (tr("Description"), self.description)),
        )
        grid = QGridLayout()
        grid.setSpacing(8)
        choosers = (
            (tr("Work list"), self.work_list, self.work_list.box),
            (tr("Archive"), self.archive, self.archive.box),
        )
        for number, (text, chooser, box) in enumerate(choosers):
            label = QLabel(text)
            label.setBuddy(box)
            grid.addWidget(label, number, 0)
            grid.addWidget(chooser, number, 1, 1, 3)
        for number, row in enumerate(rows, 2):
            for place, (text, line) in enumerate(row):
                label = QLabel(text)
                label.setBuddy(line)
                grid.addWidget(label, number, 2 * place)
                grid.addWidget(line, number, 2 * place + 1)
        grid.addWidget(self.search_button, 4, 4)
        foot = QHBoxLayout()
        foot.addWidget(self.is_left_only)
        foot.addWidget(self.progress, 1)
        foot.addStretch(1)
        for button in (
            *(self.fetch_button, self.again_button),
            *(self.cancel_button, self.close_button),
        ):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addLayout(grid)
        column.addWidget(self.table, 1)
        column.addWidget(self.said)
        column.addLayout(foot)

    def _connect(self) -> None:
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter is a search in a field, a download in the table
        for line in (
            *(self.patient_id, self.patient_name, self.first, self.last),
            *(self.modality, self.description),
        ):
            line.returnPressed.connect(self.search_button.click)
        self.search_button.clicked.connect(self._search)
        self.fetch_button.clicked.connect(self._take)
        self.again_button.clicked.connect(self._fetch)
        self.is_left_only.toggled.connect(self._shown.set_left_only)
        self.work_list.chosen.connect(self.open_work_list)
        self.work_list.keep_wanted.connect(self._keep)
        self.work_list.forget_wanted.connect(self._forget)
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.close_button.clicked.connect(self.reject)
        self.table.activated.connect(lambda _: self.fetch_button.click())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._allow())
        self.table.model().modelReset.connect(self._allow)

    def _search(self) -> None:
        try:
            dates = days(self.first.text(), self.last.text())
        except ExchangeError as error:
            self.say(tr(error.args[0]))
            return
        if not self.archive.name:
            self.say(tr("No archive has a name yet: add one."))
            return
        self._asked = self.archive.name
        self._model.set_studies(())
        query = Query(
            self.patient_id.text().strip(),
            _from_the_start(self.patient_name.text()),
            dates,
            self.modality.text().strip().upper(),
            self.description.text().strip(),
        )
        self.search_wanted.emit(self._asked, query)

    def _take(self) -> None:
        """Open what is here already, or fetch it."""
        study = self._chosen()
        if study is not None and self._model.state(study).images:
            self.open_wanted.emit(study.uid)
        else:
            self._fetch()

    def _keep(self, name: str) -> None:
        if self.patient_id.text().strip() or self.patient_name.text().strip():
            self.say(tr(NO_PATIENT))
            return
        lines = (self.first, self.last, self.modality, self.description)
        try:
            keep_work_list(name, WorkList(self.archive.name, *(x.text().strip() for x in lines)))
        except ExchangeError as error:
            self.say(tr(error.args[0]))
            return
        self.work_list.fill(name)
        self.say(tr("The work list {name} is kept.", name=name))

    def _forget(self, name: str) -> None:
        try:
            keep_work_list(name, None)
        except ExchangeError as error:
            self.say(str(error))
        self.work_list.fill("")

    def _fetch(self) -> None:
        study = self._chosen()
        if study is not None:
            self.study_wanted.emit(self._asked, study.uid)

    def _chosen(self) -> FoundStudy | None:
        rows = self.table.selectionModel().selectedRows()
        return self._model.studies[self._row(rows[0])] if rows else None

    def _row(self, index: QModelIndex) -> int:
        return self._shown.mapToSource(index).row()

    def _allow(self) -> None:
        is_busy = self._is_searching or self._is_fetching
        self.search_button.setEnabled(not self._is_searching)
        self.cancel_button.setEnabled(is_busy)
        study = self._chosen()
        is_here = study is not None and self._model.state(study).images > 0
        self.fetch_button.setText(tr("Open") if is_here else tr("Download and open"))
        self.fetch_button.setEnabled(not is_busy and study is not None)
        self.again_button.setEnabled(not is_busy and is_here)


def _from_the_start(name: str) -> str:
    """A family name without wildcards finds all who begin so, as the first names follow it."""
    name = name.strip()
    return name if not name or set(name) & set("*?") else f"{name}*"
