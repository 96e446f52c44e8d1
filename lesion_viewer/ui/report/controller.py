"""The report of the review on show: previewed, copied as text, written as HTML, PDF or text."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.exchange.report.comparison import Comparison
from lesion_viewer.exchange.report.report_content import ReportContent
from lesion_viewer.exchange.report.report_files import counted, report_text
from lesion_viewer.text import Text
from lesion_viewer.ui.report.report_dialog import ReportDialog
from lesion_viewer.ui.report.report_workers import ReportMaker, ReportWriter
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.review_model import ReviewModel

KINDS = (("PDF", ".pdf"), ("HTML", ".html"), (Text("Text"), ".txt"))


class ReportController(QObject):
    """Makes the report of the review on show.

    Parameters
    ----------
    review : ReviewModel
        The review on show.
    keep_time : Callable[[], object]
        Has the reading time kept in the review, from which the report takes it.
    comparison : Callable[[], Comparison | None]
        Gives how it compares with an earlier study; None where there is none beside it.
    window : QWidget
        Parent of the dialogs.

    Signals
    -------
    noticed : the report was copied or written; one sentence
    errored : it cannot be made or written; one sentence
    """

    noticed = Signal(str)
    errored = Signal(str)

    def __init__(
        self,
        review: ReviewModel,
        keep_time: Callable[[], object],
        comparison: Callable[[], Comparison | None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._review, self._keep_time, self._window = review, keep_time, window
        self._comparison = comparison
        self._maker: ReportMaker | None = None
        self._what_then: Callable[[ReportContent], None] = self._show

    def preview(self) -> None:
        """Make the report and show it, to be copied or saved."""
        self._make(self._show)

    def copy_text(self) -> None:
        """Make the report and put its text on the clipboard; it names no patient."""
        self._make(self._copy)

    def save(self, content: ReportContent, path: Path) -> None:
        """Write a report; ``noticed`` tells when it is written.

        Parameters
        ----------
        content : ReportContent
            What it says.
        path : Path
            File to write: ``.pdf``, ``.html`` or ``.txt``.
        """
        writer = ReportWriter(content, path, self.errored)
        writer.written.connect(self._tell_written)
        writer.begin()

    def _make(self, take: Callable[[ReportContent], None]) -> None:
        session, study = self._review.session, self._review.study
        if session is None or study is None:
            self._review.tell_none()
            return
        self._keep_time()
        series = {one.uid: one for one in study.series}
        maker = ReportMaker(
            session.journal_copy(), series.__getitem__, self._comparison(), self.errored
        )
        self._maker, self._what_then = maker, take
        maker.made.connect(self._take)
        maker.begin()

    def _take(self, content: ReportContent) -> None:
        if self.sender() is self._maker:
            self._maker = None
            self._what_then(content)

    def _show(self, content: ReportContent) -> None:
        dialog = ReportDialog(content, self._window)
        dialog.copy_wanted.connect(lambda: self._copy(dialog.content))
        dialog.save_wanted.connect(lambda: self._choose(dialog))
        dialog.open()

    def _copy(self, content: ReportContent) -> None:
        QGuiApplication.clipboard().setText(report_text(content))
        self.noticed.emit(tr("Report copied as text: {lesions}.", lesions=counted(content)))

    def _choose(self, dialog: ReportDialog) -> None:
        kinds = {f"{tr(name)} (*{suffix})": suffix for name, suffix in KINDS}
        chosen, kind = QFileDialog.getSaveFileName(
            dialog, tr("Save report"), "report.pdf", ";;".join(kinds)
        )
        if chosen:
            path, suffix = Path(chosen), kinds.get(kind, ".pdf")
            self.save(dialog.content, path if path.suffix else path.with_suffix(suffix))

    def _tell_written(self, path: Path, holds: str) -> None:
        text = tr("Report written to {file}: {lesions}.", file=path.name, lesions=holds)
        self.noticed.emit(f"{text} {tr(NOT_A_DEVICE)}")
