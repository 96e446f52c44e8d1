"""The review on show is sent to an archive as a structured report."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.exchange.pacs.addresses import named_addresses
from lesion_viewer.exchange.pacs.origins import origin_of
from lesion_viewer.ui.fitting_dialog import FittingDialog
from lesion_viewer.ui.pacs.archive_dialog import ArchiveChooser
from lesion_viewer.ui.pacs.pacs_workers import ReportSender
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.review_model import ReviewModel

WIDTH_PX = 420


class SendDialog(FittingDialog):
    """Asks where a review is sent whose study came from no archive that has a name.

    Parameters
    ----------
    parent : QWidget
        The window that the dialog belongs to.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Send the review to an archive"))
        self.archive = ArchiveChooser(self)
        form = QFormLayout()
        form.addRow(tr("Archive"), self.archive)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.send_button = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.send_button.setText(tr("Send"))
        buttons.accepted.connect(self._send)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addStrut(WIDTH_PX)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(buttons)

    def _send(self) -> None:
        if self.archive.name:
            self.accept()


class SendingController(QObject):
    """Sends the review on show; the archive from which its study came is taken.

    Parameters
    ----------
    review : ReviewModel
        The review on show.
    window : QWidget
        Parent of the dialog.

    Signals
    -------
    noticed : the report is on its way, or the archive has it; one sentence
    errored : it cannot be sent; one sentence
    """

    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, review: ReviewModel, window: QWidget) -> None:
        super().__init__(window)
        self._review, self._window = review, window
        self._sender: ReportSender | None = None

    def send(self) -> None:
        """Send the review, or ask where to."""
        collection = self._review.collection
        if self._review.refusal:
            self._review.tell_none()
        elif self._review.session is None or collection is None:
            self.errored.emit(tr("The review of a study can be sent: open one first."))
        elif self._sender is not None:
            self.noticed.emit(tr("The review is still being sent."))
        elif (origin := origin_of(collection.path)) in named_addresses():
            self._send(collection.path, origin, True)
        else:
            self._choose(collection.path)

    def _choose(self, images: Path) -> None:
        dialog = SendDialog(self._window)
        dialog.accepted.connect(lambda: self._send(images, dialog.archive.name, False))
        dialog.open()

    def _send(self, images: Path, archive: str, is_fetched: bool) -> None:
        session, collection = self._review.session, self._review.collection
        if session is None or collection is None or collection.path != images:
            return
        self._sender = ReportSender(
            session.journal_copy(), images, archive, is_fetched, self.errored
        )
        self._sender.sent.connect(self._tell)
        self._sender.finished.connect(self._end)
        self.noticed.emit(tr("The review is sent to {archive} …", archive=archive))
        self._sender.begin()

    def _tell(self, archive: str, count: int) -> None:
        self._end()  # its thread ends a moment later; the next one may begin
        text = (
            tr("{archive} has the review: 1 finding.", archive=archive)
            if count == 1
            else tr("{archive} has the review: {n:,} findings.", archive=archive, n=count)
        )
        self.noticed.emit(f"{text} {tr(NOT_A_DEVICE)}")

    def _end(self) -> None:
        if self.sender() is self._sender:
            self._sender = None
