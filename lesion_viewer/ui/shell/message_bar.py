"""A line over the picture that says what went wrong or what happened, and blocks nothing."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

NOTICE_MS = 8000


class MessageBar(QFrame):
    """Shows one message at a time; errors stay until closed, notices leave by themselves.

    Signals
    -------
    details_wanted : the reader asked for the list behind the message
    """

    details_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._label = QLabel(wordWrap=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = QPushButton("Show list")
        self._details.clicked.connect(self.details_wanted)
        close = QToolButton()
        close.setText("✕")
        close.setToolTip("Close this message")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._label, 1)
        row.addWidget(self._details)
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The message on show; empty when there is none."""
        return self._label.text() if not self.isHidden() else ""

    def show_error(self, text: str, has_details: bool = False) -> None:
        """Show what went wrong until the reader closes it."""
        self._show(text, "error", has_details)

    def show_notice(self, text: str, has_details: bool = False) -> None:
        """Show what happened for a few seconds; an error on show stays."""
        if self.text and self.property("kind") == "error":
            return
        self._show(text, "notice", has_details)
        if not has_details:
            self._timer.start(NOTICE_MS)

    def _show(self, text: str, kind: str, has_details: bool) -> None:
        self._timer.stop()
        self._label.setText(text)
        self._details.setVisible(has_details)
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
