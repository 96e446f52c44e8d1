"""Menus, keys and the key sheet, made from the table of actions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from lesion_viewer.text import Text
from lesion_viewer.ui.shell.action_spec import Mode, Owner, Spec, ToggleSpec
from lesion_viewer.ui.shell.keys.binding import native, set_keys, spec_of
from lesion_viewer.ui.texts import tr

TITLES = (
    Text("&File"),
    Text("&Edit"),
    Text("&Slice"),
    Text("&Window"),
    Text("&View"),
    Text("&Planes"),
    Text("&Queue"),
    Text("F&indings"),
    Text("&Box"),
    Text("P&rior"),
    Text("&Detection"),
    Text("&Help"),
)
"""Titles of the menus in their order; the letter behind ``&`` opens one with Alt."""

MENUS = {title.replace("&", ""): title for title in TITLES}
"""Name of a menu, as specifications write it, to its title."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A line of the key sheet.

    Attributes
    ----------
    menu : str
        Name of the menu that has the action, one of ``MENUS``.
    keys : str
        As this system writes them; several are joined by "or".
    text : str
        What the action does, in the reader's language.
    """

    menu: str
    keys: str
    text: str


def build_actions(
    window: QMainWindow, specs: Sequence[Spec[Owner]], owner: Owner
) -> dict[str, QAction]:
    """Actions by id, with their keys; each keeps its specification as its data.

    Parameters
    ----------
    window : QMainWindow
        Its keys are the actions' keys.
    specs : Sequence[Spec[Owner]]
        What is built.
    owner : Owner
        What an action is called with when it is triggered.

    Returns
    -------
    dict[str, QAction]
        In the order of ``specs``.
    """
    return {spec.id: _build(spec, window, owner) for spec in specs}


def make_menus(window: QMainWindow) -> dict[str, QMenu]:
    """Empty menus in the window's menu bar.

    Parameters
    ----------
    window : QMainWindow
        It gets the menus.

    Returns
    -------
    dict[str, QMenu]
        By name, in the order of ``MENUS``.
    """
    return {name: window.menuBar().addMenu(tr(title)) for name, title in MENUS.items()}


def fill_menus(menus: dict[str, QMenu], actions: dict[str, QAction]) -> None:
    """Append the actions to the menus that their specifications name.

    Parameters
    ----------
    menus : dict[str, QMenu]
        By name.
    actions : dict[str, QAction]
        By id, in the order in which a menu shows them.
    """
    for action in actions.values():
        menus[spec_of(action).menu].addAction(action)


def set_editing(actions: dict[str, QAction], is_editing: bool) -> None:
    """Give the arrow keys to the box that is edited, or back to the slices.

    Parameters
    ----------
    actions : dict[str, QAction]
        By id.
    is_editing : bool
        Whether a box is being edited.
    """
    for action in actions.values():
        mode = spec_of(action).mode
        if mode is not Mode.ALWAYS:
            action.setEnabled((mode is Mode.EDITING) == is_editing)


def bindings(actions: dict[str, QAction]) -> Iterator[Binding]:
    """The key sheet's lines, read from the keys that are bound at this moment.

    Parameters
    ----------
    actions : dict[str, QAction]
        By id.

    Yields
    ------
    Binding
        Of each action that has a key, menu by menu.
    """
    places = {name: place for place, name in enumerate(MENUS)}
    for action in sorted(actions.values(), key=lambda a: places[spec_of(a).menu]):
        shortcuts = action.shortcuts()
        if shortcuts:
            keys = tr("  or  ").join(map(native, shortcuts))
            yield Binding(spec_of(action).menu, keys, action.text())


def _build(spec: Spec[Owner], window: QMainWindow, owner: Owner) -> QAction:
    action = QAction(tr(spec.text), window)
    action.setObjectName(spec.id)
    action.setData(spec)
    action.setCheckable(isinstance(spec, ToggleSpec))
    set_keys(action, [QKeySequence(key) for key in spec.keys])

    def call() -> None:
        if isinstance(spec, ToggleSpec):
            spec.call(owner, action.isChecked())
        else:
            spec.call(owner)

    action.triggered.connect(call)
    window.addAction(action)
    return action
