"""The threads on which files are written and read."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.study import Study
from lesion_viewer.exchange.reviews.external_labels import read_corrections
from lesion_viewer.exchange.tables.file_rows import FileRows, PlaceOf
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.label_import import preview
from lesion_viewer.review.session import Session
from lesion_viewer.ui.workers import Worker

Write = Callable[[Session, Path], str]
"""Writes a review; what was counted in the file afterwards."""
ReadRows = Callable[[Study | PlaceOf, Path], FileRows]


class ExportWorker(Worker):
    """Writes a review as it stood when the export was asked for; the reader goes on meanwhile.

    Signals
    -------
    written : the path of the file, and what was counted in it
    """

    written = Signal(object, str)

    def __init__(self, copy: Journal, write: Write, path: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._copy, self._write, self._path = copy, write, path

    def work(self) -> None:
        """Replay the copy and write it."""
        session = Session(self._copy, reader="")
        try:
            counted = self._write(session, self._path)
        finally:
            session.close()
        self.written.emit(self._path, counted)


class RowsReader(Worker):
    """Reads a CSV; the review takes its rows up on the thread that it is used on.

    Signals
    -------
    read : the Session that the rows are for, the path and its FileRows
    """

    read = Signal(object, object, object)

    def __init__(
        self, session: Session, read: ReadRows, study: Study, path: Path, on_error: SignalInstance
    ) -> None:
        super().__init__(on_error)
        self._session, self._read, self._path = session, read, path
        # A project's rows may be of slices whose images are not here.
        records = session.series()
        is_project = any(record.is_of_project for record in records.values())
        self._where: Study | PlaceOf = finder(records) if is_project else study

    def work(self) -> None:
        """Read the rows."""
        rows = self._read(self._where, self._path)
        if not self.is_cancelled:
            self.read.emit(self._session, self._path, rows)


class CorrectionsReader(Worker):
    """Reads another tool's boxes and holds them against a copy of the review.

    Signals
    -------
    read : the path, its Corrections, and what they would change
    """

    read = Signal(object, object, object)

    def __init__(self, copy: Journal, path: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._copy, self._path = copy, path

    def work(self) -> None:
        """Read the file and find what would change."""
        session = Session(self._copy, reader="")
        try:
            corrections = read_corrections(self._path, session)
            changes = preview(session, corrections.slices)
        finally:
            session.close()
        if not self.is_cancelled:
            self.read.emit(self._path, corrections, changes)
