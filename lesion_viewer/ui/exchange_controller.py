"""Files that leave and enter: the reviewed CSV and labels."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.ct.study import Study
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.deeplesion_csv import export_csv, import_labels, import_reviewed
from lesion_viewer.review.session import Session
from lesion_viewer.ui.exchange_workers import ExportWorker
from lesion_viewer.ui.review_controller import ReviewController
from lesion_viewer.ui.study_controller import StudyController

CSV = "CSV (*.csv)"


class ExchangeController(QObject):
    """Exports and imports the review on show.

    Signals
    -------
    noticed : a file was written or read; one sentence
    errored : it could not be; one sentence
    """

    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, study: StudyController, review: ReviewController, window: QWidget) -> None:
        super().__init__(window)
        self._study, self._review, self._window = study, review, window

    def choose_export(self) -> None:
        """Ask where to, and export the review."""
        if self._review.session is None:
            self.noticed.emit("Open a study first.")
            return
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Export review", "reviewed.csv", CSV)
        if chosen:
            self.export(Path(chosen))

    def choose_labels(self) -> None:
        """Ask for a DeepLesion CSV and import its labels."""
        self._choose("Import labels", self.import_labels)

    def choose_reviewed(self) -> None:
        """Ask for a reviewed CSV and import its decisions."""
        self._choose("Import reviewed CSV", self.import_reviewed)

    def export(self, path: Path) -> None:
        """Write the review as CSV, in the layout of the study's kind; ``noticed`` tells the end."""
        session = self._review.session
        if session is None:
            self.errored.emit("There is no review: open a study first.")
            return
        worker = ExportWorker(session.journal_copy(), export_csv, path, self.errored)
        worker.written.connect(self._tell_written)
        worker.begin()

    def import_labels(self, path: Path) -> None:
        """Take up the labels of a DeepLesion CSV."""
        self._try(
            lambda session, study: import_labels(session, study, path),
            f"Labels of {path.name} imported.",
        )

    def import_reviewed(self, path: Path) -> None:
        """Take up the decisions of a reviewed CSV."""
        self._try(
            lambda session, study: import_reviewed(session, study, path),
            f"Review of {path.name} imported.",
        )

    def _tell_written(self, path: Path) -> None:
        self.noticed.emit(f"Exported to {path.name}. {NOT_A_DEVICE}")

    def _choose(self, title: str, take: Callable[[Path], None]) -> None:
        if self._review.session is None:
            self.noticed.emit("Open a study first.")
            return
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, "", CSV)
        if chosen:
            take(Path(chosen))

    def _try(self, action: Callable[[Session, Study], object], done: str) -> None:
        session, study = self._review.session, self._study.study
        if session is None or study is None:
            self.errored.emit("There is no review: open a study first.")
            return
        try:
            action(session, study)
        except LesionViewerError as error:
            self.errored.emit(str(error))
        else:
            self.noticed.emit(done)
