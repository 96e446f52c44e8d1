"""Menus, keys and the key sheet, made from the table of actions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from lesion_viewer.ui.shell.actions import ACTIONS, ActionSpec, Mode

MENUS = ("File", "Edit", "Slice", "Window", "View", "Queue", "Findings", "Box", "Detection", "Help")


@dataclass(frozen=True, slots=True)
class Binding:
    """A line of the key sheet: keys as this system writes them, and what they do."""

    menu: str
    keys: str
    text: str


def build_actions(window: QMainWindow) -> dict[str, QAction]:
    """Every action of the table, with its keys, bound to ``window``."""
    return {spec.id: _build(spec, window) for spec in ACTIONS}


def fill_menus(window: QMainWindow, actions: dict[str, QAction]) -> dict[str, QMenu]:
    """Put the actions into the window's menu bar, in the table's order."""
    menus = {title: window.menuBar().addMenu(f"&{title}") for title in MENUS}
    for spec in ACTIONS:
        menus[spec.menu].addAction(actions[spec.id])
    return menus


def set_editing(actions: dict[str, QAction], is_editing: bool) -> None:
    """Hand the arrow keys to the box that is edited, or back to the slices."""
    for spec in ACTIONS:
        if spec.mode is not Mode.ALWAYS:
            actions[spec.id].setEnabled((spec.mode is Mode.EDITING) == is_editing)


def bindings(actions: dict[str, QAction]) -> Iterable[Binding]:
    """The key sheet's lines, read from the keys that are bound at this moment."""
    for spec in ACTIONS:
        shortcuts = actions[spec.id].shortcuts()
        if shortcuts:
            native = QKeySequence.SequenceFormat.NativeText
            keys = "  or  ".join(key.toString(native) for key in shortcuts)
            yield Binding(spec.menu, keys, spec.text)


def _build(spec: ActionSpec, window: QMainWindow) -> QAction:
    action = QAction(spec.text, window)
    action.setObjectName(spec.id)
    action.setCheckable(spec.is_checkable)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    keys = f"  ({spec.keys[0]})" if spec.keys else ""
    action.setToolTip(spec.text.rstrip("…") + keys)
    action.triggered.connect(partial(_call, window, spec, action))
    window.addAction(action)
    return action


def _call(window: QMainWindow, spec: ActionSpec, action: QAction) -> None:
    slot: Callable[..., Any] = attrgetter(spec.slot)(window)
    if spec.is_checkable:
        slot(action.isChecked())
    elif spec.argument is not None:
        slot(spec.argument)
    else:
        slot()
