"""A screening's results as a list: opened, arranged, gone through, kept."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from lesion_viewer.ct.study import Study
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.series_progress import SeriesProgress
from lesion_viewer.review.study_reviews import StudyReviews
from lesion_viewer.screening.kept_lists import keep_list
from lesion_viewer.screening.list_filter import Column, ListFilter
from lesion_viewer.screening.screened_list import ScreenedList
from lesion_viewer.screening.searched_unit import SearchedUnit
from lesion_viewer.ui.screening.panel import ScreenedPanel
from lesion_viewer.ui.screening.workers import ProgressReader, ResultsReader, UnitFinder
from lesion_viewer.ui.settings import Settings, save_settings
from lesion_viewer.ui.texts import tr

KEEP_MS = 1500


class ScreeningController(QObject):
    """Keeps the panel as the list is, and asks for the series that the reader wants.

    Parameters
    ----------
    settings : Settings
        Remember what was opened.
    window : QWidget
        Parent of the dialog.

    Attributes
    ----------
    panel : ScreenedPanel
        Of the list.
    list : ScreenedList | None
        None while no results are open.
    row : int | None
        Row of the series that was asked for last; None at first.

    Signals
    -------
    shown : results are open; the ScreenedList
    closed : they are closed
    unit_wanted : a series is to be opened; the SearchedUnit
    study_wanted : a study is to be fetched first; name of its archive, and its UID
    progressed : results are read, or that is over; one sentence, empty in the second case
    noticed : nothing is left, or a key had no effect; one sentence
    errored : results cannot be read, or a series not be found; one sentence
    """

    shown = Signal(object)
    closed = Signal()
    unit_wanted = Signal(object)
    study_wanted = Signal(str, str)
    progressed = Signal(str)
    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._window = settings, window
        self.panel = ScreenedPanel()
        self.list: ScreenedList | None = None
        self.row: int | None = None
        self._reader: ResultsReader | None = None
        self._states: ProgressReader | None = None
        self._finder: UnitFinder | None = None
        self._awaited: SearchedUnit | None = None
        self._missing = ""
        self._is_asked = True
        self._keeping = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keeping.timeout.connect(self.keep)
        self.panel.row_wanted.connect(self.show_row)
        self.panel.filter_chosen.connect(self._filter)
        self.panel.order_chosen.connect(self._take_order)

    # The list.

    def open(self, folder: Path) -> None:
        """Open results, with all that came since they were opened last.

        Parameters
        ----------
        folder : Path
            Their folder.
        """
        self.keep()
        if self._reader is not None:
            self._reader.cancel()
        self.progressed.emit(tr("Opening {name} …", name=folder.name))
        self._reader = ResultsReader(folder.resolve(), self.errored)
        self._reader.read.connect(self._take)
        self._reader.finished.connect(self._end_reading)
        self._reader.begin()

    def refresh(self) -> None:
        """Read the results again: a run may have added some."""
        if self.list is None:
            self._tell_none()
        else:
            self.open(self.list.folder)

    def close(self) -> None:
        """Close the list; what is on show stays."""
        self.stop()
        self.list = self.row = self._awaited = None
        self.panel.show_list(None)
        self.closed.emit()

    def stop(self) -> None:
        """Keep how the list is, and end what is being read."""
        self._keeping.stop()
        self.keep()
        for worker in (self._reader, self._states, self._finder):
            if worker is not None:
                worker.cancel()
        self._reader = self._states = self._finder = None

    def keep(self) -> None:
        """Keep order, filter and place for the next opening."""
        if self.list is None:
            return
        try:
            keep_list(self.list.folder, self.list.kept)
        except LesionViewerError as error:
            self.errored.emit(str(error))

    # Going through.

    def show_row(self, row: int, is_asked: bool = True) -> None:
        """Have a series opened.

        Parameters
        ----------
        row : int
            Of the results.
        is_asked : bool
            Whether the reader asked for it; what is not here is fetched only then.
        """
        if self.list is None:
            return
        if self._finder is not None:
            self._finder.cancel()
        self._is_asked, self._awaited = is_asked, None
        self.row, self.list.last = row, self.list.results.text("key", row)
        self.panel.set_current(row)
        self._keeping.start()
        self._finder = UnitFinder(self.list, row, self.errored)
        self._finder.found.connect(self._take_unit)
        self._finder.remote.connect(self._fetch)
        self._finder.moved.connect(self._take_missing)
        self._finder.begin()

    def go_next(self) -> None:
        """Have the next series opened that is not done."""
        if self.list is None:
            self._tell_none()
            return
        row = self.list.next_left(self.row)
        if row is None:
            self.noticed.emit(tr("Nothing is left of the list: clear its filters for more."))
        else:
            self.show_row(row)

    def open_arrived(self, folder: Path) -> bool:
        """Have the awaited series opened from the study that was fetched for it.

        Parameters
        ----------
        folder : Path
            Of the study that came.

        Returns
        -------
        bool
            False where no series of it is awaited.
        """
        awaited, self._awaited = self._awaited, None
        if awaited is None or awaited.path != folder.absolute():
            return False
        self.unit_wanted.emit(awaited)
        return True

    def find_archive(self) -> None:
        """Ask where the archive is now, and open the series that was not found."""
        if self.list is None:
            self._tell_none()
            return
        sources = [source for source in self.list.sources if "://" not in source]
        source = self._missing or next(iter(sources), "")
        title = tr("Where is {archive} now?", archive=source)
        chosen = QFileDialog.getExistingDirectory(self._window, title)
        if chosen and source:
            self.list.moved[source] = chosen
            self._missing = ""
            self.keep()
            row = self.list.first() if self.row is None else self.row
            if row is not None:
                self.show_row(row)

    def take_reviews(self, study: Study, reviews: StudyReviews) -> None:
        """Take up how far the reviews on show are.

        Parameters
        ----------
        study : Study
            On show.
        reviews : StudyReviews
            Of the study.
        """
        if self.list is None:
            return
        results, found = self.list.results, dict[int, SeriesProgress | None]()
        for row in results.rows_of_series([series.uid for series in study.series]):
            uid = results.text("series_uid", row)
            session = reviews.session_of(uid)
            if session is not None:
                found[row] = SeriesProgress.of(session, uid)
            if not results.text("study_uid", row):
                self.list.reviews[results.text("key", row)] = study.key
        self._take_progress([found])

    # Inside.

    def _take(self, found: ScreenedList, first: int | None) -> None:
        if self.sender() is not self._reader:
            return
        self.list, self.row, self._missing = found, None, ""
        self._settings.remember(found.folder)
        save_settings(self._settings)
        self.panel.show_list(found)
        self.shown.emit(found)
        if self._states is not None:
            self._states.cancel()
        self._states = ProgressReader(found, self.errored)
        self._states.read.connect(self._take_read)
        self._states.finished.connect(self._end_states)
        self._states.begin()
        if first is not None:
            self.show_row(first, is_asked=False)

    def _end_reading(self) -> None:
        if self.sender() is self._reader:
            self._reader = None
            self.progressed.emit("")

    def _take_read(self, batch: list[dict[int, SeriesProgress | None]]) -> None:
        if self.sender() is self._states:
            self._take_progress(batch)

    def _end_states(self) -> None:
        """Leave out what is done, or put it in its place, where the reader had it so."""
        if self.sender() is not self._states or self.list is None:
            return
        self._states = None
        if self.list.filter.is_done is not None or self.list.column is Column.STATE:
            self.list.arrange()
            self.panel.show_arranged()
            self.panel.set_current(self.row)

    def _take_progress(self, batch: Sequence[Mapping[int, SeriesProgress | None]]) -> None:
        if self.list is not None:
            for progress in batch:
                self.list.take_progress(progress)
            self.panel.model.refresh()
            self.panel.show_count()

    def _take_unit(self, searched: SearchedUnit) -> None:
        if self.sender() is self._finder:
            self._finder = None
            self.unit_wanted.emit(searched)

    def _fetch(self, searched: SearchedUnit, archive: str, study_uid: str) -> None:
        if self.sender() is not self._finder:
            return
        self._finder = None
        if self._is_asked:
            self._awaited = searched
            self.study_wanted.emit(archive, study_uid)

    def _take_missing(self, source: str) -> None:
        if self.sender() is self._finder:
            self._missing = source

    def _filter(self, wanted: ListFilter) -> None:
        if self.list is not None:
            self.list.choose(wanted)
            self._take_order()

    def _take_order(self) -> None:
        self.panel.show_arranged()
        self.panel.set_current(self.row)
        self._keeping.start()

    def _tell_none(self) -> None:
        self.noticed.emit(tr("Open the results of a screening first."))
