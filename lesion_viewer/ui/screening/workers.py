"""The threads on which results are read, their reviews looked at, and images looked for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.screening.places import ArchiveMoved
from lesion_viewer.screening.screened_list import ScreenedList
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Batcher, Worker, extra_told


class ResultsReader(Worker):
    """Reads the results of a screening.

    Parameters
    ----------
    folder : Path
        Their folder.
    on_error : SignalInstance
        Receives one sentence where they cannot be read.

    Signals
    -------
    read : they are arranged as the reader had them; the ScreenedList, and the row to begin with
    """

    read = Signal(object, object)

    def __init__(self, folder: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._folder = folder

    def work(self) -> None:
        """Read them."""
        with extra_told():
            from lesion_viewer.screening.results import Results

            found = ScreenedList(Results.read(self._folder))
        if not self.is_cancelled:
            self.read.emit(found, found.first())


class ProgressReader(Worker):
    """Reads how far the reviews of a list's series are.

    Parameters
    ----------
    shown : ScreenedList
        The list.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    read : reviews were read, at most every 0.1 s; a list of dicts from row to SeriesProgress
    """

    read = Signal(object)

    def __init__(self, shown: ScreenedList, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._results, self._known = shown.results, dict(shown.reviews)

    def work(self) -> None:
        """Read them, study by study."""
        from lesion_viewer.screening.reviews import all_progress

        batcher = Batcher(self.read.emit)
        for progress in all_progress(self._results, self._known, lambda: self.is_cancelled):
            batcher.add(progress)
        batcher.flush()


class UnitFinder(Worker):
    """Finds where the images of a series are.

    Parameters
    ----------
    shown : ScreenedList
        The list.
    row : int
        Of the series.
    on_error : SignalInstance
        Receives one sentence where they are nowhere.

    Signals
    -------
    found : they are there; the SearchedUnit
    remote : they are in a DICOMweb archive, and not here; the SearchedUnit, name of the archive,
        and UID of the study
    moved : they are not where they were; the source that is not there
    """

    found = Signal(object)
    remote = Signal(object, str, str)
    moved = Signal(str)

    def __init__(self, shown: ScreenedList, row: int, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._list, self._row = shown, row

    def work(self) -> None:
        """Look for them."""
        try:
            searched, unit = self._list.unit(self._row)
        except ArchiveMoved as error:
            if not self.is_cancelled:
                self.moved.emit(error.source)
                self.errored.emit(tr(error.args[0]))
            return
        if self.is_cancelled:
            return
        if unit.is_remote and not any(searched.path.glob("*.dcm")):
            self.remote.emit(searched, unit.place, searched.path.name)
        else:
            self.found.emit(searched)
