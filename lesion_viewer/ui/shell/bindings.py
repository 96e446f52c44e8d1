"""Menus, keys and the key sheet, made from the table of actions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from lesion_viewer.ui.shell.actions import ActionSpec, Mode

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
    window: QMainWindow, specs: Sequence[ActionSpec], owner: object
) -> dict[str, QAction]:
    """Actions by id, with their keys; each keeps its ``ActionSpec`` as its data.

    Parameters
    ----------
    window : QMainWindow
        Its keys are the actions' keys.
    specs : Sequence[ActionSpec]
        What is built.
    owner : object
        Where the dotted path of a slot begins; it is followed when the action is triggered.

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


def _spec(action: QAction) -> ActionSpec:
    spec = action.data()
    assert isinstance(spec, ActionSpec)
    return spec


def _build(spec: ActionSpec, window: QMainWindow, owner: object) -> QAction:
    action = QAction(spec.text, window)
    action.setObjectName(spec.id)
    action.setData(spec)
    action.setCheckable(spec.is_checkable)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    keys = f"  ({spec.keys[0]})" if spec.keys else ""
    action.setToolTip(spec.text.rstrip("…") + keys)
    action.triggered.connect(partial(_call, owner, spec, action))
    window.addAction(action)
    return action


def _call(owner: object, spec: ActionSpec, action: QAction) -> None:
    slot: Callable[..., Any] = attrgetter(spec.slot)(owner)
    if spec.is_checkable:
        slot(action.isChecked())
    elif spec.argument is not None:
        slot(spec.argument)
    else:
        slot()
