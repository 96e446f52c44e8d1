"""The threads on which files are written and read."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.study import Study
from lesion_viewer.exchange.label_files import LabelFile
from lesion_viewer.exchange.reviews.external_labels import read_corrections
from lesion_viewer.exchange.reviews.reviewed_csv import is_own_export, statements_in
from lesion_viewer.exchange.tables.file_rows import PlaceOf
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.label_import import preview
from lesion_viewer.review.session import Session
from lesion_viewer.ui.workers import Worker

Write = Callable[[Session, Path], str]
"""Writes a review to a path, and returns what the file holds, as text."""
ReadRows = Callable[[Study | PlaceOf, Path], LabelFile]


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


class RowsReader(Worker):
    """Reads a file of labels; the GUI thread adds its rows to the review.

    Parameters
    ----------
    session : Session
        Session that the rows are for.
    read : ReadRows
        Reads a file.
    study : Study
        The study on show.
    path : Path
        Path of the file.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    read : the file is read; the Session that the rows are for, the path and the LabelFile
    """

    read = Signal(object, object, object)

    def __init__(
        self, session: Session, read: ReadRows, study: Study, path: Path, on_error: SignalInstance
    ) -> None:
        super().__init__(on_error)
        self._session, self._read, self._path = session, read, path
        # Rows of numbered slices may be of some whose images are not here.
        records = session.series()
        is_numbered = any(record.is_of_numbers for record in records.values())
        self._where: Study | PlaceOf = finder(records) if is_numbered else study

    def work(self) -> None:
        """Read the rows."""
        rows = self._read(self._where, self._path)
        if not self.is_cancelled:
            self.read.emit(self._session, self._path, rows)


class CorrectionsReader(Worker):
    """Reads another tool's boxes and compares them with a copy of the review.

    Parameters
    ----------
    copy : Journal
        Copy of the review's journal.
    path : Path
        Path of the file.
    differing : frozenset[str]
        UIDs of series of which another picture is on show; boxes on them are left out.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    read : the file is read and compared; the path, its Corrections, the changes, and the Statements
        that they come from, None for a file of another tool
    """

    read = Signal(object, object, object, object)

    def __init__(
        self, copy: Journal, path: Path, differing: frozenset[str], on_error: SignalInstance
    ) -> None:
        super().__init__(on_error)
        self._copy, self._path, self._differing = copy, path, differing

    def work(self) -> None:
        """Read the file and find what would change."""
        session = Session(self._copy, reader="")
        try:
            corrections = read_corrections(self._path, session, self._differing)
            ours = (
                statements_in(session, self._path) if is_own_export(session, self._path) else None
            )
            changes = preview(session, corrections.slices) if ours is None else ours.lines()
        finally:
            session.close()
        if not self.is_cancelled:
            self.read.emit(self._path, corrections, changes, ours)
