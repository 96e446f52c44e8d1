"""How the program looks: theme, size of text, full screen, the picture on a screen of its own."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from lesion_viewer.text import Text
from lesion_viewer.ui.settings import save_settings
from lesion_viewer.ui.shell.action_spec import ActionSpec, ToggleSpec
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.shell.picture_window import PictureWindow
from lesion_viewer.ui.style import TEXT_PERCENTS, apply_style, is_styled
from lesion_viewer.ui.texts import tr


class LookFeature(Feature):
    """Keeps the look as settings and system want it, and gives the picture the screen.

    Parameters
    ----------
    window : Frame
        Its panels are put away, and its middle moves to another window.

    Attributes
    ----------
    apart : PictureWindow | None
        The window that holds the picture; None while it is in the middle.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self.apart: PictureWindow | None = None
        window.add_actions(_SPECS, self)
        self._hints = QGuiApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._show)
        self.show_look()

    def show_look(self) -> None:
        """Show theme and size of text as the settings have them."""
        self._show(self._hints.colorScheme())

    def step_text(self, steps: int) -> None:
        """Make all text larger, or smaller, and keep that.

        Parameters
        ----------
        steps : int
            Places further among the sizes; negative is smaller.
        """
        settings = self.window.settings
        place = [p for p, percent in enumerate(TEXT_PERCENTS) if percent <= settings.text_percent]
        wanted = min(max(place[-1] + steps, 0), len(TEXT_PERCENTS) - 1)
        settings.text_percent = TEXT_PERCENTS[wanted]
        save_settings(settings)
        self.show_look()

    def set_full_screen(self, is_full: bool) -> None:
        """Give the picture the whole screen, without panels and bars, or bring them back.

        Parameters
        ----------
        is_full : bool
            Whether it has the screen.
        """
        shown = self.apart or self.window
        shown.setWindowState(
            shown.windowState() | Qt.WindowState.WindowFullScreen
            if is_full
            else shown.windowState() & ~Qt.WindowState.WindowFullScreen
        )
        if self.apart is None:
            self.window.docks.set_bare(is_full)
            self.window.menuBar().setHidden(is_full)
            if is_full:
                key = self.window.actions_by_id["view.full_screen"].shortcut().toString()
                self.window.message_bar.show_notice(tr("{key} leaves the full screen.", key=key))

    def set_apart(self, is_apart: bool) -> None:
        """Move the picture to a window of its own, on another screen where there is one, or back.

        Parameters
        ----------
        is_apart : bool
            Whether it has a window of its own.
        """
        if is_apart is (self.apart is not None):
            return
        full_screen = self.window.actions_by_id["view.full_screen"]
        if full_screen.isChecked():
            full_screen.trigger()
        if is_apart:
            picture = self.window.takeCentralWidget()
            assert picture is not None
            self.apart = PictureWindow(picture, self.window)
            self.apart.closing.connect(self._take_back)
            self.apart.show_beside()
        else:
            self._take_back()

    def stop(self) -> None:
        """Take the picture back; the system's theme is no longer followed."""
        self._hints.colorSchemeChanged.disconnect(self._show)
        self._take_back()

    def _take_back(self) -> None:
        apart, self.apart = self.apart, None
        self.window.actions_by_id["view.apart"].setChecked(False)
        if apart is not None:
            picture = apart.give_back()
            self.window.setCentralWidget(picture)
            picture.show()
            self.window.docks.take_sizes()
            apart.closing.disconnect(self._take_back)
            apart.close()
            apart.deleteLater()

    def _show(self, scheme: Qt.ColorScheme) -> None:
        application, settings = QApplication.instance(), self.window.settings
        look = settings.theme, settings.text_percent, scheme
        if isinstance(application, QApplication) and not is_styled(application, *look):
            apply_style(application, *look)
            if self.window.isVisible():
                self.window.docks.take_sizes()


A, T = ActionSpec[LookFeature], ToggleSpec[LookFeature]
_SPECS = (
    T(
        "view.full_screen",
        Text("Full screen"),
        ("F11",),
        "View",
        lambda own, on: own.set_full_screen(on),
    ),
    T(
        "view.apart",
        Text("Picture in a window of its own"),
        ("F9",),
        "View",
        lambda own, on: own.set_apart(on),
    ),
    A(
        "view.larger_text",
        Text("Larger text"),
        ("Ctrl++", "Ctrl+="),
        "View",
        lambda own: own.step_text(1),
    ),
    A(
        "view.smaller_text",
        Text("Smaller text"),
        ("Ctrl+-",),
        "View",
        lambda own: own.step_text(-1),
    ),
)
