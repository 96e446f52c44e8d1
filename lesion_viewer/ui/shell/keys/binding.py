"""The keys of actions: those of their specifications, or what the reader chose in their place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtGui import QAction, QKeySequence

from lesion_viewer.ui.shell.action_spec import Described, Mode
from lesion_viewer.ui.texts import tr


def spec_of(action: QAction) -> Described:
    """The specification that an action was built from.

    Parameters
    ----------
    action : QAction
        One of the window's.

    Returns
    -------
    Described
        It holds the action's own keys.
    """
    spec = action.data()
    assert isinstance(spec, Described)
    return spec


def bind(actions: Iterable[QAction], chosen: Mapping[str, Sequence[str]]) -> None:
    """Give actions their keys; where two want one key, a chosen one goes before a default.

    Parameters
    ----------
    actions : Iterable[QAction]
        All of a window.
    chosen : Mapping[str, Sequence[str]]
        Keys in Qt's portable notation by id of their action; the others keep their own.
    """
    taken: dict[str, list[Mode]] = defaultdict(list)
    for action in sorted(actions, key=lambda action: spec_of(action).id not in chosen):
        spec = spec_of(action)
        keys = []
        for key in map(QKeySequence, chosen.get(spec.id, spec.keys)):
            name = key.toString()
            if name and not any(meet(spec.mode, mode) for mode in taken[name]):
                taken[name].append(spec.mode)
                keys.append(key)
        set_keys(action, keys)


def set_keys(action: QAction, keys: Sequence[QKeySequence]) -> None:
    """Have these keys call an action, and its tool tip name the first.

    Parameters
    ----------
    action : QAction
        One of the window's.
    keys : Sequence[QKeySequence]
        Menus show the first one.
    """
    action.setShortcuts(keys)
    text = tr(spec_of(action).text).rstrip("…")
    action.setToolTip(f"{text}  ({native(keys[0])})" if keys else text)


def native(key: QKeySequence) -> str:
    """A key as this system and the reader's language write it.

    Parameters
    ----------
    key : QKeySequence
        Empty for none.

    Returns
    -------
    str
        Such as "Ctrl+O", in German "Strg+O".
    """
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def meet(one: Mode, other: Mode) -> bool:
    """Whether keys of two modes are ever heard at the same time.

    Parameters
    ----------
    one, other : Mode
        Of two actions.

    Returns
    -------
    bool
        False for one that is heard while a box is edited and one that is heard while none is.
    """
    return one is other or Mode.ALWAYS in (one, other)


def caller_of(key: QKeySequence, action: QAction, actions: Iterable[QAction]) -> QAction | None:
    """The action that a key calls already while another one would hear it.

    Parameters
    ----------
    key : QKeySequence
        The key that is wanted.
    action : QAction
        The action that it is wanted for.
    actions : Iterable[QAction]
        All of the window.

    Returns
    -------
    QAction | None
        The first that clashes; None where the key is free.
    """
    mode = spec_of(action).mode
    for other in actions:
        if other is not action and key in other.shortcuts() and meet(mode, spec_of(other).mode):
            return other
    return None
