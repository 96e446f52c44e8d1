"""A second window that holds the picture alone, for another screen."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QMainWindow, QWidget


class PictureWindow(QMainWindow):
    """Holds what was in the middle of the window; keys work in it as they do there.

    Parameters
    ----------
    picture : QWidget
        The middle of the window.
    window : QMainWindow
        The window that it came from, whose actions are heard here too.

    Signals
    -------
    closing : the reader closes it; the picture is to be taken back
    """

    closing = Signal()

    def __init__(self, picture: QWidget, window: QMainWindow) -> None:
        super().__init__()
        self.setObjectName("pictureWindow")
        self._window = window
        self.setWindowTitle(window.windowTitle())
        window.windowTitleChanged.connect(self.setWindowTitle)
        self.setCentralWidget(picture)
        picture.show()
        self.addActions(window.actions())

    def show_beside(self) -> None:
        """Show it on the screen that its window is not on; beside other windows on a single one."""
        own, screens = self._window.screen(), QGuiApplication.screens()
        other = next((screen for screen in screens if screen is not own), None)
        if other is None:
            self.resize(self._window.size() * 2 / 3)
            self.show()
        else:
            _put_on(self, other)
            self.showMaximized()

    def give_back(self) -> QWidget:
        """The picture, which this window holds no longer."""
        picture = self.takeCentralWidget()
        assert picture is not None
        return picture

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802, D102
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self.addActions(self._window.actions())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802, D102
        self.closing.emit()
        super().closeEvent(event)


def _put_on(window: QWidget, screen: QScreen) -> None:
    window.setScreen(screen)
    window.setGeometry(screen.availableGeometry())
