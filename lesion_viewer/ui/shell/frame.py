"""The window's frame, and the features that fill it."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.action_spec import Owner, Spec
from lesion_viewer.ui.shell.bindings import build_actions, fill_menus, make_menus, set_editing
from lesion_viewer.ui.shell.docks import Docks
from lesion_viewer.ui.shell.keys.binding import bind
from lesion_viewer.ui.shell.message_bar import MessageBar
from lesion_viewer.ui.shell.status_line import StatusLine

SIZE_PX = (1280, 800)

Kind = TypeVar("Kind", bound="Feature")


class Feature:
    """A part of the window: it makes its widgets and controllers and connects their signals.

    A feature takes what it needs of another one by ``window.feature(OtherFeature)``, and adds its
    panel by ``window.docks.add``.

    Parameters
    ----------
    window : Frame
        The window that the feature is part of; it has all features that stand before this one in
        the list of features.
    """

    def __init__(self, window: "Frame") -> None:
        self.window = window

    def cancel(self) -> None:
        """End what the reader has begun and not finished; the reader pressed Esc."""

    def stop(self) -> None:
        """End workers and timers and keep what is not kept yet; the window is closing."""


class Frame(QMainWindow):
    """A window with menus, keys, docks, messages and a status line, and nothing in them.

    Parameters
    ----------
    settings : Settings
        Of the reader; shared by all features.

    Attributes
    ----------
    actions_by_id : dict[str, QAction]
        All actions that were added.
    menus : dict[str, QMenu]
        The menus by their English names, ``bindings.MENUS``.
    docks : Docks
        The panels round the picture.
    message_bar : MessageBar
        Errors and notices; a feature puts it into its layout.
    status_line : StatusLine
        Below the picture.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.actions_by_id: dict[str, QAction] = {}
        self.menus = make_menus(self)
        self.docks = Docks(self)
        self.message_bar = MessageBar()
        self.status_line = StatusLine()
        self.setStatusBar(self.status_line)
        self._features: dict[type[Feature], Feature] = {}

    def build(self, features: Sequence[type[Feature]]) -> None:
        """Build the features in this order, then lay out their docks.

        Parameters
        ----------
        features : Sequence[type[Feature]]
            A feature stands behind those that it takes something of.
        """
        for kind in features:
            self._features[kind] = kind(self)
        self.docks.lay_out()
        self.menus["View"].addSeparator()
        self.menus["View"].addActions(self.docks.toggles())
        self.resize(*SIZE_PX)
        self.docks.take_sizes()

    def feature(self, kind: type[Kind]) -> Kind:
        """The window's feature of a class.

        Parameters
        ----------
        kind : type[Kind]
            Class of the feature.

        Returns
        -------
        Kind
            The one that was built.

        Raises
        ------
        LookupError
            Where it is not built: it stands later in the list of features, or not in it.
        """
        found = self._features.get(kind)
        if not isinstance(found, kind):
            raise LookupError(f"{kind.__name__} stands later in the list of features, or not in it")
        return found

    def add_actions(self, specs: Sequence[Spec[Owner]], owner: Owner) -> None:
        """Add actions: they get their keys or the reader's, and lines in menus and key sheet.

        Parameters
        ----------
        specs : Sequence[Spec[Owner]]
            What is added; an id and its keys may not be taken.
        owner : Owner
            What the actions are called with, such as the feature that adds them.

        Raises
        ------
        ValueError
            Where an id is taken.
        """
        taken = [spec.id for spec in specs if spec.id in self.actions_by_id]
        if taken:
            raise ValueError(f"there is an action already with the id {', '.join(taken)}")
        added = build_actions(self, specs, owner)
        fill_menus(self.menus, added)
        set_editing(added, False)
        self.actions_by_id.update(added)
        if self.settings.keys:
            bind(self.actions_by_id.values(), self.settings.keys)

    def remove_action(self, action_id: str) -> None:
        """Take an action out of menus, keys and key sheet.

        Parameters
        ----------
        action_id : str
            Id of an action that was added.
        """
        action = self.actions_by_id.pop(action_id)
        self.removeAction(action)
        for menu in self.menus.values():
            menu.removeAction(action)
        action.deleteLater()

    def cancel(self) -> None:
        """End what is being drawn, edited, played or shown; the last feature is asked first."""
        for feature in reversed(self._features.values()):
            feature.cancel()
        self.message_bar.hide()

    def stop(self) -> None:
        """End the features, those first that take something of others."""
        for feature in reversed(self._features.values()):
            feature.stop()
