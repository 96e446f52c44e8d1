"""The search of an archive: what is looked for, what was found, and how the download goes."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
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

from lesion_viewer.exchange.pacs.archive import FoundStudy, Query
from lesion_viewer.ui.pacs.archive_dialog import ArchiveChooser
from lesion_viewer.ui.pacs.studies_model import SORT, StudiesModel
from lesion_viewer.ui.texts import tr

SIZE_PX = (900, 560)
MODALITY = "CT"


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
    cancel_wanted : the reader gives up what is going on
    """

    search_wanted = Signal(str, object)
    study_wanted = Signal(str, str)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Search an archive"))
        self.resize(*SIZE_PX)
        self._asked = ""
        self._is_searching = self._is_fetching = False
        self.archive = ArchiveChooser(self)
        self.patient_id, self.patient_name = QLineEdit(), QLineEdit()
        self.first, self.last = QLineEdit(), QLineEdit()
        self.modality, self.description = QLineEdit(MODALITY), QLineEdit()
        self.search_button = QPushButton(tr("Search"))
        self.fetch_button = QPushButton(tr("Download and open"))
        self.cancel_button = QPushButton(tr("Cancel"))
        self.close_button = QPushButton(tr("Close"))
        self.said = QLabel(wordWrap=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Images that came"))
        self.progress.setTextVisible(False)
        self.progress.hide()
        self._model = StudiesModel()
        self.table = self._make_table()
        self._lay_out()
        self._connect()
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

    def show_studies(self, found: Sequence[FoundStudy]) -> None:
        """Show what was found, the newest first.

        Parameters
        ----------
        found : Sequence[FoundStudy]
            The studies.
        """
        self._model.set_studies(found)
        self.table.resizeColumnsToContents()
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
        sorted_ = QSortFilterProxyModel(self)
        sorted_.setSourceModel(self._model)
        sorted_.setSortRole(SORT)
        table = QTableView()
        table.setModel(sorted_)
        table.setAccessibleName(tr("Studies found"))
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.resizeColumnsToContents()
        return table

    def _lay_out(self) -> None:
        for line in (self.first, self.last):
            line.setPlaceholderText(tr("YYYY-MM-DD"))
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
        label = QLabel(tr("Archive"))
        label.setBuddy(self.archive.box)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.archive, 0, 1, 1, 3)
        for number, row in enumerate(rows, 1):
            for place, (text, line) in enumerate(row):
                label = QLabel(text)
                label.setBuddy(line)
                grid.addWidget(label, number, 2 * place)
                grid.addWidget(line, number, 2 * place + 1)
        grid.addWidget(self.search_button, 3, 4)
        foot = QHBoxLayout()
        foot.addWidget(self.progress, 1)
        foot.addStretch(1)
        for button in (self.fetch_button, self.cancel_button, self.close_button):
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
        self.fetch_button.clicked.connect(self._fetch)
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.close_button.clicked.connect(self.reject)
        self.table.activated.connect(lambda _: self.fetch_button.click())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._allow())
        self.table.model().modelReset.connect(self._allow)

    def _search(self) -> None:
        try:
            days = [_day(line.text()) for line in (self.first, self.last)]
        except ValueError:
            self.say(tr("A date is written as {example}.", example="2024-05-31"))
            return
        if not self.archive.name:
            self.say(tr("No archive has a name yet: add one."))
            return
        self._asked = self.archive.name
        self._model.set_studies(())
        query = Query(
            self.patient_id.text().strip(),
            _from_the_start(self.patient_name.text()),
            "-".join(days) if any(days) else "",
            self.modality.text().strip().upper(),
            self.description.text().strip(),
        )
        self.search_wanted.emit(self._asked, query)

    def _fetch(self) -> None:
        study = self._chosen()
        if study is not None:
            self.study_wanted.emit(self._asked, study.uid)

    def _chosen(self) -> FoundStudy | None:
        rows = self.table.selectionModel().selectedRows()
        return self._model.studies[self._row(rows[0])] if rows else None

    def _row(self, index: QModelIndex) -> int:
        model = self.table.model()
        assert isinstance(model, QSortFilterProxyModel)
        return model.mapToSource(index).row()

    def _allow(self) -> None:
        is_busy = self._is_searching or self._is_fetching
        self.search_button.setEnabled(not self._is_searching)
        self.cancel_button.setEnabled(is_busy)
        self.fetch_button.setEnabled(not is_busy and self._chosen() is not None)


def _day(text: str) -> str:
    """A date as archives are asked for it; empty where none is given."""
    return f"{date.fromisoformat(text.strip()):%Y%m%d}" if text.strip() else ""


def _from_the_start(name: str) -> str:
    """A family name without wildcards finds all who begin so, as the first names follow it."""
    name = name.strip()
    return name if not name or set(name) & set("*?") else f"{name}*"
