"""The threads on which files are written and read."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.study import Collection, Study
from lesion_viewer.errors import ExchangeError, LesionViewerError
from lesion_viewer.exchange.imports.changing import change_set
from lesion_viewer.exchange.imports.parsing import Meaning, parse, studies_in
from lesion_viewer.exchange.imports.wording import elsewhere_clause
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.session import Session
from lesion_viewer.ui.workers import Worker

Write = Callable[[Session, Path], str]
"""Writes a review to a path, and returns what the file holds, as text."""


class ExportWorker(Worker):
    """Writes a review as it was when the export was asked for; later decisions are not in the file.

    Parameters
    ----------
    copy : Journal
        Copy of the review's journal.
    write : Write
        Writes a session to a path.
    path : Path
        Path of the file.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    written : the file is written; its path, and what it holds as text
    """

    written = Signal(object, str)

    def __init__(self, copy: Journal, write: Write, path: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._copy, self._write, self._path = copy, write, path

    def work(self) -> None:
        """Build the review from the copy and write it."""
        session = Session(self._copy, reader="")
        try:
            counted = self._write(session, self._path)
        finally:
            session.close()
        self.written.emit(self._path, counted)


class ImportReader(Worker):
    """Reads a file and holds it against a copy of the review; nothing is changed.

    Parameters
    ----------
    copy : Journal
        Copy of the review's journal.
    reader : str
        Who imports.
    path : Path
        Path of the file.
    meaning : Meaning
        What boxes are that nobody is said to have decided.
    study : Study | None
        The study that labels are of; None for what the review itself knows of its slices.
    differing : frozenset[str]
        UIDs of series of which another picture is on show; boxes on them are left out.
    others : Collection | None
        The studies that are open beside the one on show; None for a labelling project.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    read : the file is read and compared; the ChangeSet
    """

    read = Signal(object)

    def __init__(
        self,
        copy: Journal,
        reader: str,
        path: Path,
        meaning: Meaning,
        study: Study | None,
        differing: frozenset[str],
        others: Collection | None,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._copy, self._reader, self._path = copy, reader, path
        self._meaning, self._study, self._differing = meaning, study, differing
        self._others = others

    def work(self) -> None:
        """Read the file and find what it would change.

        Raises
        ------
        ExchangeError
            Where the file cannot be used for the review on show.
        """
        session = Session(self._copy, self._reader)
        try:
            known = {
                u: one for u, one in session.pictures.series().items() if u not in self._differing
            }
            parsed = parse(self._path, self._study or finder(known), self._meaning)
            found = change_set(parsed, session, self._differing)
        except ExchangeError as error:
            if count := self._elsewhere():
                raise ExchangeError(f"{error}; {elsewhere_clause(count)}") from error
            raise
        finally:
            session.close()
        if found.left_out.absent and (count := self._elsewhere()):
            notices = (*found.left_out.notices, elsewhere_clause(count))
            found = replace(found, left_out=replace(found.left_out, notices=notices))
        if not self.is_cancelled:
            self.read.emit(found)

    def _elsewhere(self) -> int:
        """How many of the other studies the file has labels of."""
        if self._others is None or not self._others.studies:
            return 0
        try:
            return len(studies_in(self._path, self._others))
        except LesionViewerError:
            return 0
