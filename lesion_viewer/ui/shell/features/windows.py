"""Window presets as a menu on the picture, and those that the reader saves."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from lesion_viewer.text import Text
from lesion_viewer.ui.settings import save_settings
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.study.own_windows import OwnWindow, named, own_windows
from lesion_viewer.ui.study.preset_dialog import PresetDialog
from lesion_viewer.ui.texts import tr


class WindowsFeature(Feature):
    """Offers the presets at the picture, and keeps the reader's own ones as actions like others.

    Parameters
    ----------
    window : Frame
        Its Window menu gets the reader's own presets.

    Attributes
    ----------
    own : tuple[OwnWindow, ...]
        The presets that the reader saved.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reading = window.feature(ReadingFeature)
        self._viewer, self._canvas = reading.viewer, reading.canvas
        window.add_actions(_SPECS, self)
        self.own: tuple[OwnWindow, ...] = ()
        for own in own_windows(window.settings.own_windows):
            self._add(own)

    def choose(self) -> None:
        """Let the reader pick a window, at the text that says the one on show."""
        self.choose_at(self._canvas.mapToGlobal(self._canvas.rect().bottomLeft()))

    def choose_at(self, place: QPoint) -> None:
        """Let the reader pick a window at a place.

        Parameters
        ----------
        place : QPoint
            Position on the screen.
        """
        self.window.menus["Window"].popup(place)

    def save(self) -> None:
        """Ask for a name, and keep the window on show under it."""
        dialog = PresetDialog(self._viewer.window, self.own, self.window)
        dialog.named.connect(self._take)
        dialog.open()

    def choose_deleted(self) -> None:
        """Let the reader pick an own preset, which is deleted."""
        if not self.own:
            self.window.message_bar.show_notice(tr("You have saved no preset."))
            return
        menu = QMenu(self.window)
        menu.setObjectName("deletePreset")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for own in self.own:
            menu.addAction(_text(own), partial(self.delete, own))
        menu.popup(self._canvas.mapToGlobal(self._canvas.rect().center()))

    def delete(self, own: OwnWindow) -> None:
        """Delete an own preset.

        Parameters
        ----------
        own : OwnWindow
            One of those that the reader has.
        """
        self.own = tuple(kept for kept in self.own if kept != own)
        self.window.remove_action(f"window.{own.id}")
        self._keep()
        self.window.message_bar.show_notice(tr("Deleted the preset {name}.", name=_text(own)))

    def _take(self, name: str) -> None:
        own = named(name, self._viewer.window, self.own)
        self._add(own)
        self._keep()

    def _add(self, own: OwnWindow) -> None:
        self.own += (own,)
        spec = ActionSpec[WindowsFeature](
            f"window.{own.id}", _text(own), (), "Window", lambda feature: feature._apply(own)
        )
        self.window.add_actions([spec], self)

    def _apply(self, own: OwnWindow) -> None:
        self._viewer.window = own.window

    def _keep(self) -> None:
        self.window.settings.own_windows = [own.encode() for own in self.own]
        save_settings(self.window.settings)


def _text(own: OwnWindow) -> str:
    return f"{own.name}  {own.window.width:g}/{own.window.level:g}"


A = ActionSpec[WindowsFeature]
_SPECS = (
    A("window.choose", Text("Window presets…"), ("W",), "View", lambda own: own.choose()),
    A(
        "window.save",
        Text("Save this window as a preset…"),
        (),
        "Window",
        lambda own: own.save(),
    ),
    A(
        "window.delete",
        Text("Delete an own preset…"),
        (),
        "Window",
        lambda own: own.choose_deleted(),
    ),
)
