"""The line above the picture that says how much of a study is here, as long as it is a part."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from lesion_viewer.ui.texts import tr

BAR_PX = 160


class ArrivalStrip(QFrame):
    """One line about a download, with a button; hidden while there is none.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    pressed : the reader pressed the button
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.label = QLabel(wordWrap=True)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedWidth(BAR_PX)
        self.bar.setAccessibleName(tr("Images that came"))
        self.button = QPushButton()
        self.button.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.label, 1)
        row.addWidget(self.bar)
        row.addWidget(self.button)
        self.hide()

    @property
    def text(self) -> str:
        """The line on show; empty where there is none."""
        return "" if self.isHidden() else self.label.text()

    def show_arriving(self, archive: str, done: int, total: int) -> None:
        """Say how much is here, and offer to give it up.

        Parameters
        ----------
        archive : str
            Where it comes from.
        done, total : int
            Images that came, and all; 0 of 0 where that is not known yet.
        """
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if total:
            text = tr(
                "Still arriving from {archive}: {done:,} of {total:,} images. Marking and the"
                " detector begin once the study is whole.",
                archive=archive,
                done=done,
                total=total,
            )
        else:
            text = tr("{archive} is asked for the study …", archive=archive)
        self._say(text, "notice", tr("Give up"), True)

    def show_broken(self, text: str) -> None:
        """Say why a part of a study stays on show, and offer to fetch it again.

        Parameters
        ----------
        text : str
            One sentence.
        """
        said = tr("Not the whole study is on show. {why}", why=text)
        self._say(said, "error", tr("Fetch again"), False)

    def show_whole(self, archive: str) -> None:
        """Say that a study is whole while the reader is at another one, and offer to open it.

        Parameters
        ----------
        archive : str
            Where it came from.
        """
        text = tr("The study from {archive} is here as a whole.", archive=archive)
        self._say(text, "notice", tr("Open it"), False)

    def _say(self, text: str, kind: str, offer: str, is_going_on: bool) -> None:
        self.label.setText(text)
        self.button.setText(offer)
        self.bar.setVisible(is_going_on)
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
        self.show()
