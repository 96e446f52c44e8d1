"""The threads on which a report is made and written."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.exchange.report.comparison import Comparison
from lesion_viewer.exchange.report.report_content import ReportContent, report_content
from lesion_viewer.exchange.report.report_files import save_report
from lesion_viewer.exchange.same_pictures import SeriesOf, same_images
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.session import Session
from lesion_viewer.ui.report.pdf import save_pdf
from lesion_viewer.ui.workers import Worker


class ReportMaker(Worker):
    """Makes the report of a review as it was when it was asked for; reads the lesions' slices.

    Parameters
    ----------
    copy : Journal
        Copy of the review's journal.
    series_of : SeriesOf
        Function from series UID to series.
    comparison : Comparison | None
        How it compares with an earlier study; None where there is none.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    made : the report is made; its ReportContent
    """

    made = Signal(object)

    def __init__(
        self,
        copy: Journal,
        series_of: SeriesOf,
        comparison: Comparison | None,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._copy, self._series_of, self._comparison = copy, series_of, comparison

    def work(self) -> None:
        """Build the review from the copy, and say what there is to be said of it."""
        session = Session(self._copy, reader="")
        try:
            picture_of = recorded_images(session).picture_of
            series_of = same_images(picture_of, self._series_of, lambda text: None)
            content = report_content(session, series_of, self._comparison)
        finally:
            session.close()
        if not self.is_cancelled:
            self.made.emit(content)


class ReportWriter(Worker):
    """Writes a report as the file's name says.

    Parameters
    ----------
    content : ReportContent
        What it says.
    path : Path
        File to write: ``.pdf``, ``.html`` or ``.txt``.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    written : the file is written; its path, and what it holds as text
    """

    written = Signal(object, str)

    def __init__(self, content: ReportContent, path: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._content, self._path = content, path

    def work(self) -> None:
        """Write the file."""
        is_pdf = self._path.suffix.lower() == ".pdf"
        write: Callable[[ReportContent, Path], str] = save_pdf if is_pdf else save_report
        self.written.emit(self._path, write(self._content, self._path))
