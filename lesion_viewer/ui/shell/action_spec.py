"""One line of a table of actions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

Owner = TypeVar("Owner")


class Mode(Enum):
    """When an action's keys are heard."""

    ALWAYS = "always"
    VIEWING = "viewing"  #: while no box is being edited
    EDITING = "editing"  #: while a box is being edited


@dataclass(frozen=True)
class Described:
    """How an action is offered.

    Attributes
    ----------
    id : str
        ``group.name``; it never changes, keys are bound to it.
    text : str
        In menus and the key sheet: a ``Text``, which is translated there.
    keys : tuple[str, ...]
        Default keys in Qt's portable notation; menus show the first one.
    menu : str
        Name of its menu, one of ``bindings.MENUS``.
    mode : Mode
        When its keys are heard.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    menu: str
    mode: Mode = field(default=Mode.ALWAYS, kw_only=True)


# Without slots: with them Python 3.11 cannot call ``ActionSpec[Window](...)`` of a frozen class.
@dataclass(frozen=True)
class ActionSpec(Described, Generic[Owner]):
    """One thing that a reader can do.

    Attributes
    ----------
    call : Callable[[Owner], object]
        Does it; called with whoever has added the action.
    """

    call: Callable[[Owner], object]


@dataclass(frozen=True)
class ToggleSpec(Described, Generic[Owner]):
    """One thing that a reader can turn on and off.

    Attributes
    ----------
    call : Callable[[Owner, bool], object]
        Does it; called with whoever has added the action, and whether it is on now.
    """

    call: Callable[[Owner, bool], object]


Spec = ActionSpec[Owner] | ToggleSpec[Owner]
