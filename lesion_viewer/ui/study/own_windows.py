"""Window presets that the reader saved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from lesion_viewer.ct.values.window import Curve, Window, window_presets
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class OwnWindow:
    """A named window of the reader's.

    Attributes
    ----------
    id : str
        Stable identifier that keys are bound to; no preset of the program begins like it.
    name : str
        As the reader wrote it.
    window : Window
        The window.
    """

    id: str
    name: str
    window: Window

    def encode(self) -> dict[str, Any]:
        """As the settings keep it."""
        window = self.window
        size = {"width": window.width, "level": window.level, "curve": window.curve.value}
        return {"id": self.id, "name": self.name, **size}

    @classmethod
    def decode(cls, saved: object) -> Self | None:
        """A preset that the settings hold.

        Parameters
        ----------
        saved : object
            What stands in their file.

        Returns
        -------
        Self | None
            None for what is no preset.
        """
        try:
            values = dict(saved)  # type: ignore[call-overload]
            window = Window(
                float(values["width"]), float(values["level"]), Curve(values.get("curve", "linear"))
            )
            id_, name = values["id"], values["name"]
        except (KeyError, TypeError, ValueError):
            return None
        is_named = isinstance(name, str) and name.strip() and isinstance(id_, str)
        return cls(id_, name, window) if is_named and id_.startswith("own_") else None


def own_windows(saved: Sequence[object]) -> tuple[OwnWindow, ...]:
    """The presets that settings hold, each id once; what is no preset is left out.

    Parameters
    ----------
    saved : Sequence[object]
        Value of the setting.

    Returns
    -------
    tuple[OwnWindow, ...]
        In the order in which they were saved.
    """
    found = [own for one in saved if (own := OwnWindow.decode(one)) is not None]
    return tuple({own.id: own for own in found}.values())


def why_not_named(name: str, taken: Sequence[OwnWindow]) -> str:
    """Why a preset cannot have a name, as a sentence; empty where it can.

    Parameters
    ----------
    name : str
        As the reader wrote it.
    taken : Sequence[OwnWindow]
        Presets that the reader has.

    Returns
    -------
    str
        A text that is translated where it is shown.
    """
    names = [*(own.name for own in taken), *(preset.name for preset in window_presets())]
    if not name.strip():
        return Text("Write a name.")
    if name.strip().casefold() in map(str.casefold, names):
        return Text("There is a preset {name} already.", name=name.strip())
    return ""


def named(name: str, window: Window, taken: Sequence[OwnWindow]) -> OwnWindow:
    """A new preset; its id is made of its name, so that a key of it is found again.

    Parameters
    ----------
    name : str
        A name that ``why_not_named`` has nothing against.
    window : Window
        The window on show.
    taken : Sequence[OwnWindow]
        Presets that the reader has.

    Returns
    -------
    OwnWindow
        With an id that none of them has.
    """
    plain = "own_" + re.sub(r"\W+", "_", name.strip().casefold())
    ids, number, chosen = {own.id for own in taken}, 1, plain
    while chosen in ids:
        number += 1
        chosen = f"{plain}_{number}"
    return OwnWindow(chosen, name.strip(), window)
