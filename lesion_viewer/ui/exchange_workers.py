"""The thread on which a review is written to a file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.review.journal import Journal
from lesion_viewer.review.session import Session
from lesion_viewer.ui.workers import Worker

Write = Callable[[Session, Path], object]


class ExportWorker(Worker):
    """Writes a review as it stood when the export was asked for; the reader goes on meanwhile.

    Signals
    -------
    written : the path of the file
    """

    written = Signal(object)

    def __init__(self, copy: Journal, write: Write, path: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._copy, self._write, self._path = copy, write, path

    def work(self) -> None:
        """Replay the copy and write it."""
        session = Session(self._copy, reader="")
        try:
            self._write(session, self._path)
        finally:
            session.close()
        self.written.emit(self._path)
