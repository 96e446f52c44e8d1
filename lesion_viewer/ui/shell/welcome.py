"""What is shown in place of the picture before a study is opened."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ui.texts import tr

MOST_RECENT = 5
ELIDED_CHARS = 60


class Welcome(QScrollArea):
    """Says how a study is opened, and offers what opens one, and what was opened before.

    Parameters
    ----------
    recent : list[list[str]]
        Paths of what was opened before, newest first, as the settings keep them.

    Signals
    -------
    recent_wanted : the reader wants something again that was opened before; its paths
    """

    recent_wanted = Signal(list)

    def __init__(self, recent: list[list[str]]) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setWidgetResizable(True)
        # The window may be narrower than these texts are wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("welcomeInside")
        title, kinds = (
            QLabel(text, wordWrap=True)
            for text in (
                tr("Drop a CT folder or file here"),
                tr("DICOM, zip, NIfTI, NRRD, MetaImage, or a DeepLesion folder of PNGs"),
            )
        )
        title.setProperty("role", "big")
        kinds.setProperty("role", "muted")
        self._buttons = QGridLayout()
        self._buttons.setColumnStretch(0, 1)
        self._buttons.setColumnStretch(2, 1)
        column = QVBoxLayout(inside)
        column.setSpacing(14)
        column.addStretch(1)
        for label in (title, kinds):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addLayout(self._buttons)
        if recent:
            before = QLabel(tr("Opened before"), alignment=Qt.AlignmentFlag.AlignHCenter)
            before.setProperty("role", "muted")
            column.addWidget(before)
        for opened in recent[:MOST_RECENT]:
            button = QPushButton(_short(opened))
            button.setToolTip(opened[0])
            button.clicked.connect(partial(self.recent_wanted.emit, opened))
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setWidget(inside)

    def add_action(self, action: QAction) -> None:
        """Offer an action as a button, under those that were added before.

        Parameters
        ----------
        action : QAction
            Its text and its key are shown.
        """
        button = QPushButton()
        button.setObjectName(f"{action.objectName()}.welcome")

        def show() -> None:
            button.setText(f"{action.text()}  {action.shortcut().toString()}".rstrip())

        show()
        action.changed.connect(show)
        button.clicked.connect(action.trigger)
        self._buttons.addWidget(button, self._buttons.rowCount(), 1)


def _short(opened: list[str]) -> str:
    """The end of a path, and the names of what was opened with it."""
    first, *others = opened
    text = " · ".join((first, *(Path(path).name for path in others)))
    return text if len(text) <= ELIDED_CHARS else "…" + text[1 - ELIDED_CHARS :]
