"""Studies are searched in an archive, fetched and opened."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from lesion_viewer.exchange.pacs.archive import FoundStudy, Query
from lesion_viewer.ui.pacs.pacs_workers import StudyFetcher, StudyFinder
from lesion_viewer.ui.pacs.search_dialog import SearchDialog
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Worker


class FetchingController(QObject):
    """Shows the search; one search or download goes on at a time.

    Parameters
    ----------
    open : Callable[[Path], object]
        Opens a study that came.
    window : QWidget
        Parent of the dialog.

    Signals
    -------
    failed : a search or a download failed; one sentence
    """

    failed = Signal(str)

    def __init__(self, open: Callable[[Path], object], window: QWidget) -> None:
        super().__init__(window)
        self._open, self._window = open, window
        self._dialog: SearchDialog | None = None
        self._worker: Worker | None = None
        self.failed.connect(self._tell)

    def show(self) -> None:
        """Show the dialog of the search."""
        if self._dialog is None:
            self._dialog = SearchDialog(self._window)
            self._dialog.search_wanted.connect(self._search)
            self._dialog.study_wanted.connect(self._fetch)
            self._dialog.cancel_wanted.connect(self._cancel)
            self._dialog.finished.connect(self._leave)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def stop(self) -> None:
        """Give up what is going on; the window is closing."""
        if self._worker is not None:
            self._worker.cancel()

    def _search(self, archive: str, query: Query) -> None:
        finder = StudyFinder(archive, query, self.failed)
        finder.found.connect(self._show)
        self._begin(finder, tr("{archive} is searched …", archive=archive))

    def _fetch(self, archive: str, study_uid: str) -> None:
        fetcher = StudyFetcher(archive, study_uid, self.failed)
        fetcher.progressed.connect(self._count)
        fetcher.fetched.connect(self._take)
        self._begin(fetcher, tr("The study is fetched from {archive} …", archive=archive))

    def _begin(self, worker: Worker, text: str) -> None:
        self._worker = worker
        worker.finished.connect(self._end)
        if self._dialog is not None:
            self._dialog.set_busy(True, isinstance(worker, StudyFetcher))
            self._dialog.say(text)
        worker.begin()

    def _show(self, found: list[FoundStudy]) -> None:
        if self.sender() is self._worker and self._dialog is not None:
            self._dialog.set_busy(False)
            self._dialog.show_studies(found)

    def _count(self, done: int, total: int) -> None:
        worker = self._worker
        if self.sender() is worker and self._dialog is not None and not worker.is_cancelled:
            self._dialog.show_progress(done, total)

    def _take(self, folder: Path) -> None:
        if self.sender() is self._worker:
            self._tell(tr("The study came whole, and is opened."))
            self._open(folder)

    def _cancel(self) -> None:
        """Give it up; what an archive still sends is waited for, so that nothing is left over."""
        if self._worker is None:
            return
        self._worker.cancel()
        if isinstance(self._worker, StudyFetcher):
            self._tell(tr("Giving it up …"))
        else:
            self._end_with(tr("The search was given up."))

    def _end(self) -> None:
        worker = self._worker
        if worker is None or self.sender() is not worker:
            return
        given_up = tr("The download was given up; no half study was kept.")
        self._end_with(given_up if worker.is_cancelled else "")

    def _end_with(self, text: str) -> None:
        self._worker = None
        if self._dialog is not None:
            self._dialog.set_busy(False)
        if text:
            self._tell(text)

    def _leave(self) -> None:
        self.stop()
        self._worker = self._dialog = None

    def _tell(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.say(text)
