"""A line above the picture for errors and notices; it blocks nothing."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from lesion_viewer.ui.texts import tr

NOTICE_MS = 8000


class MessageBar(QFrame):
    """Shows one message at a time; errors stay until closed, notices vanish after some seconds.

    What it is told as a ``Text`` is shown in the reader's language.

    Parameters
    ----------
    parent : QWidget | None
        The widget that holds the bar.

    Signals
    -------
    details_wanted : the reader asked for the list that belongs to the message
    offer_taken : the reader pressed the button that the message offers
    """

    details_wanted = Signal()
    offer_taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._label = QLabel(wordWrap=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = QPushButton(tr("Show list"))
        self._details.clicked.connect(self.details_wanted)
        self._offer = QPushButton()
        self._offer.clicked.connect(self.offer_taken)
        close = QToolButton()
        close.setText("✕")
        close.setToolTip(tr("Close this message"))
        close.setAccessibleName(tr("Close this message"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._label, 1)
        row.addWidget(self._details)
        row.addWidget(self._offer)
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The message on show; empty when there is none."""
        return self._label.text() if not self.isHidden() else ""

    def show_error(self, text: str, has_details: bool = False) -> None:
        """Show what went wrong until the reader closes it.

        Parameters
        ----------
        text : str
            One or two sentences.
        has_details : bool
            Whether a button offers a list.
        """
        self._show(text, "error", has_details)

    def show_offer(self, text: str, offer: str) -> None:
        """Show what went wrong, with a button that does something about it, until it is closed.

        Parameters
        ----------
        text : str
            One or two sentences.
        offer : str
            The button's text.
        """
        self._show(text, "error", False)
        self._offer.setText(tr(offer))
        self._offer.show()

    @property
    def offer(self) -> str:
        """What the message on show offers; empty where it offers nothing."""
        return "" if self.isHidden() or self._offer.isHidden() else self._offer.text()

    def show_notice(self, text: str, has_details: bool = False) -> None:
        """Show what happened for a few seconds; an error on show stays.

        Parameters
        ----------
        text : str
            One or two sentences.
        has_details : bool
            Whether a button offers a list; the notice then stays until it is closed.
        """
        if self.text and self.property("kind") == "error":
            return
        self._show(text, "notice", has_details)
        if not has_details:
            self._timer.start(NOTICE_MS)

    def _show(self, text: str, kind: str, has_details: bool) -> None:
        self._timer.stop()
        self._label.setText(tr(text))
        self._details.setVisible(has_details)
        self._offer.hide()
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
