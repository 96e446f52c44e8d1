"""Menus, keys and the key sheet, made from the table of actions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from lesion_viewer.ui.shell.action_spec import Described, Mode, Owner, Spec, ToggleSpec

MENUS = ("File", "Edit", "Slice", "Window", "View", "Queue", "Findings", "Box", "Detection", "Help")


@dataclass(frozen=True, slots=True)
class Binding:
    """A line of the key sheet.

    Attributes
    ----------
    menu : str
        Title of the menu that has the action.
    keys : str
        As this system writes them; several are joined by "or".
    text : str
        What the action does.
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
        By title, in the order of ``MENUS``.
    """
    return {title: window.menuBar().addMenu(f"&{title}") for title in MENUS}


def fill_menus(menus: dict[str, QMenu], actions: dict[str, QAction]) -> None:
    """Append the actions to the menus that their specifications name.

    Parameters
    ----------
    menus : dict[str, QMenu]
        By title.
    actions : dict[str, QAction]
        By id, in the order in which a menu shows them.
    """
    for action in actions.values():
        menus[_spec(action).menu].addAction(action)


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
        mode = _spec(action).mode
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
    for action in sorted(actions.values(), key=lambda a: MENUS.index(_spec(a).menu)):
        shortcuts = action.shortcuts()
        if shortcuts:
            native = QKeySequence.SequenceFormat.NativeText
            keys = "  or  ".join(key.toString(native) for key in shortcuts)
            yield Binding(_spec(action).menu, keys, _spec(action).text)


def _spec(action: QAction) -> Described:
    spec = action.data()
    assert isinstance(spec, Described)
    return spec


def _build(spec: Spec[Owner], window: QMainWindow, owner: Owner) -> QAction:
    action = QAction(spec.text, window)
    action.setObjectName(spec.id)
    action.setData(spec)
    action.setCheckable(isinstance(spec, ToggleSpec))
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    keys = f"  ({spec.keys[0]})" if spec.keys else ""
    action.setToolTip(spec.text.rstrip("…") + keys)

    def call() -> None:
        if isinstance(spec, ToggleSpec):
            spec.call(owner, action.isChecked())
        else:
            spec.call(owner)

    action.triggered.connect(call)
    window.addAction(action)
    return action
