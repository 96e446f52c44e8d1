"""Studies are searched in an archive, and one of them is asked for."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from lesion_viewer.exchange.pacs.archive import FoundStudy, Query
from lesion_viewer.ui.pacs.pacs_workers import StudyFinder
from lesion_viewer.ui.pacs.search_dialog import SearchDialog
from lesion_viewer.ui.texts import tr


class FetchingController(QObject):
    """Shows the search and how a download goes; one search goes on at a time.

    Parameters
    ----------
    window : QWidget
        Parent of the dialog.

    Signals
    -------
    study_wanted : the reader asks for a study; name of the archive that found it, and its UID
    cancel_wanted : the reader gives the download up
    failed : a search failed; one sentence
    """

    study_wanted = Signal(str, str)
    cancel_wanted = Signal()
    failed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: SearchDialog | None = None
        self._finder: StudyFinder | None = None
        self._is_fetching = False
        self.failed.connect(self.tell)

    @property
    def is_shown(self) -> bool:
        """Whether the dialog is on screen."""
        return self._dialog is not None

    def show(self) -> None:
        """Show the dialog of the search."""
        if self._dialog is None:
            self._dialog = SearchDialog(self._window)
            self._dialog.search_wanted.connect(self._search)
            self._dialog.study_wanted.connect(self.study_wanted)
            self._dialog.cancel_wanted.connect(self._cancel)
            self._dialog.finished.connect(self._leave)
            self._dialog.set_fetching(self._is_fetching)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def stop(self) -> None:
        """Give up a search; the window is closing."""
        if self._finder is not None:
            self._finder.cancel()

    def tell(self, text: str) -> None:
        """Say in the dialog how it stands.

        Parameters
        ----------
        text : str
            One sentence.
        """
        if self._dialog is not None:
            self._dialog.say(text)

    def begin_download(self, archive: str) -> None:
        """Show that a study is fetched.

        Parameters
        ----------
        archive : str
            Where from.
        """
        self._is_fetching = True
        if self._dialog is not None:
            self._dialog.set_fetching(True)
        self.tell(tr("The study is fetched from {archive} …", archive=archive))

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the download is.

        Parameters
        ----------
        done, total : int
            Images that came, and all.
        """
        if self._dialog is not None:
            self._dialog.show_progress(done, total)

    def end_download(self) -> None:
        """Show that nothing is fetched any more."""
        self._is_fetching = False
        if self._dialog is not None:
            self._dialog.set_fetching(False)

    def _search(self, archive: str, query: Query) -> None:
        self._finder = StudyFinder(archive, query, self.failed)
        self._finder.found.connect(self._show)
        self._finder.finished.connect(self._end)
        if self._dialog is not None:
            self._dialog.set_searching(True)
        self.tell(tr("{archive} is searched …", archive=archive))
        self._finder.begin()

    def _show(self, found: list[FoundStudy]) -> None:
        if self.sender() is self._finder and self._dialog is not None:
            self._dialog.set_searching(False)
            self._dialog.show_studies(found)

    def _cancel(self) -> None:
        if self._finder is not None:
            self._finder.cancel()
            self._finder = None
            if self._dialog is not None:
                self._dialog.set_searching(False)
            self.tell(tr("The search was given up."))
        elif self._is_fetching:
            self.tell(tr("Giving it up …"))
            self.cancel_wanted.emit()

    def _end(self) -> None:
        if self.sender() is self._finder:
            self._finder = None
            if self._dialog is not None:
                self._dialog.set_searching(False)

    def _leave(self) -> None:
        self.stop()
        self._finder = self._dialog = None
