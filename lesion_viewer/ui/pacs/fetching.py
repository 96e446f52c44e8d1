"""Studies are searched in an archive, and one of them is asked for."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from lesion_viewer.exchange.pacs.archive import FoundStudy, Query
from lesion_viewer.exchange.pacs.local_state import LocalState
from lesion_viewer.ui.pacs.pacs_workers import StateReader, StudyFinder
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
    open_wanted : the reader asks for a study that is here already; its UID
    cancel_wanted : the reader gives the download up
    failed : a search failed; one sentence
    noticed : there is no next study, and why; one sentence
    """

    study_wanted = Signal(str, str)
    open_wanted = Signal(str)
    cancel_wanted = Signal()
    failed = Signal(str)
    noticed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: SearchDialog | None = None
        self._finder: StudyFinder | None = None
        self._states: StateReader | None = None
        self._is_fetching = False
        self._archive, self._work_list = "", ""
        self._uids: list[str] = []
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
            self._dialog.open_wanted.connect(self.open_wanted)
            self._dialog.cancel_wanted.connect(self._cancel)
            self._dialog.finished.connect(self._leave)
            self._dialog.set_fetching(self._is_fetching)
            self._dialog.open_work_list(self._work_list)
        else:
            self.refresh()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def stop(self) -> None:
        """Give up a search; the window is closing."""
        for worker in (self._finder, self._states):
            if worker is not None:
                worker.cancel()

    def refresh(self) -> None:
        """Show how far the studies that were found are by now."""
        if self._dialog is not None and self._dialog.uids:
            self._look(self._dialog.uids, self._dialog.show_states)

    def go_next(self, shown_uid: str) -> None:
        """Ask for the next study of the last search that is not done.

        Parameters
        ----------
        shown_uid : str
            Study Instance UID of the study on show; empty for none.
        """
        self._remember()
        uids = self._uids
        if not uids:
            self.noticed.emit(tr("Search an archive first, or open a work list."))
        elif self._is_fetching:
            self.noticed.emit(tr("A study is being fetched; the next one waits for its end."))
        else:
            place = uids.index(shown_uid) + 1 if shown_uid in uids else 0
            later = [uid for uid in (*uids[place:], *uids[:place]) if uid != shown_uid]
            self._look(later, lambda states: self._go_to_first_left(states))

    def _go_to_first_left(self, states: dict[str, LocalState]) -> None:
        left = next((uid for uid, state in states.items() if not state.is_done), None)
        if left is None:
            self.noticed.emit(tr("Nothing is left of the work list: search again for more."))
        elif states[left].images:
            self.open_wanted.emit(left)
        else:
            self.study_wanted.emit(self._archive, left)

    def _look(self, uids: list[str], take: Callable[[dict[str, LocalState]], object]) -> None:
        """Read how far studies are, and hand it on; only the last request is answered."""
        if self._states is not None:
            self._states.cancel()
        self._take_states = take
        self._states = StateReader(uids, self.failed)
        self._states.read.connect(self._answer)
        self._states.begin()

    def _answer(self, states: dict[str, LocalState]) -> None:
        if self.sender() is self._states:
            self._states = None
            self._take_states(states)

    def _remember(self) -> None:
        """Keep what the dialog shows, for when it is closed."""
        if self._dialog is not None:
            self._archive, self._uids = self._dialog.asked, self._dialog.uids
            self._work_list = self._dialog.work_list.name

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
        self.refresh()

    def _search(self, archive: str, query: Query) -> None:
        self._finder = StudyFinder(archive, query, self.failed)
        self._finder.found.connect(self._show)
        self._finder.finished.connect(self._end)
        if self._dialog is not None:
            self._dialog.set_searching(True)
        self.tell(tr("{archive} is searched …", archive=archive))
        self._finder.begin()

    def _show(self, found: list[FoundStudy], states: dict[str, LocalState]) -> None:
        if self.sender() is self._finder and self._dialog is not None:
            self._dialog.set_searching(False)
            self._dialog.show_studies(found, states)

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
        self._remember()
        self.stop()
        self._finder = self._dialog = self._states = None
