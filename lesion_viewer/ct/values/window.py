"""Display windows in HU, and the grey levels that they give."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.resource_files import resource_folder


class Curve(StrEnum):
    """The curve from HU to grey levels between the limits of a window (VOI LUT Function)."""

    LINEAR = "linear"  #: black at the lower limit, white at the upper limit
    SIGMOID = "sigmoid"  #: logistic, 12 % at the lower limit, 88 % at the upper limit


@dataclass(frozen=True, slots=True)
class Window:
    """A display window: width and level (centre) in HU, and the curve between its limits.

    Attributes
    ----------
    width : float
        Width in HU, at least 1.
    level : float
        Centre in HU.
    curve : Curve
        How HU become grey levels between the limits.

    Raises
    ------
    ValueError
        The width is under 1 or a value is not finite.
    """

    width: float
    level: float
    curve: Curve = Curve.LINEAR

    def __post_init__(self) -> None:
        if not (np.isfinite(self.width) and np.isfinite(self.level)):
            raise ValueError(f"a window needs finite numbers, not {self.width}/{self.level}")
        if self.width < 1:
            raise ValueError(f"a window's width is at least 1 HU, not {self.width}")

    @classmethod
    def from_limits(cls, lower: float, upper: float) -> Self:
        """The window that shows ``lower`` HU as black and ``upper`` HU as white.

        Parameters
        ----------
        lower, upper : float
            Limits in HU.
        """
        return cls(width=upper - lower, level=(lower + upper) / 2)

    @property
    def lower(self) -> float:
        """HU at or under which all is black where the curve is linear."""
        return self.level - self.width / 2

    @property
    def upper(self) -> float:
        """HU at or over which all is white where the curve is linear."""
        return self.level + self.width / 2


@dataclass(frozen=True, slots=True)
class Preset:
    """A named window that has a key.

    Attributes
    ----------
    id : str
        Stable identifier that key bindings refer to.
    name : str
        Name shown to the reader.
    key : str
        Key that selects the window.
    window : Window
        The window.
    """

    id: str
    name: str
    key: str
    window: Window


@cache
def window_presets() -> tuple[Preset, ...]:
    """The presets of ``resources/window_presets.json``, in the order of the file."""
    text = (resource_folder() / "window_presets.json").read_text(encoding="utf-8")
    return tuple(
        Preset(p["id"], p["name"], p["key"], Window(p["width"], p["level"]))
        for p in json.loads(text)
    )


def to_display(
    hu: NDArray[np.int16], window: Window, out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Grey levels of a slice as it is displayed through ``window``.

    Parameters
    ----------
    hu : NDArray[np.int16]
        (rows, columns) in HU.
    window : Window
        Width, level and curve.
    out : NDArray[np.uint8] | None
        (rows, columns) array to write to; a new array when left out.

    Returns
    -------
    NDArray[np.uint8]
        (rows, columns); with a linear curve 0 at or under the lower limit and 255 at or over the
        upper limit.

    Notes
    -----
    DICOM PS3.3 C.11.2.1.3.2 (LINEAR_EXACT) or C.11.2.1.3.1 (SIGMOID), rounded to the nearest level.
    """
    if window.curve is Curve.SIGMOID:
        levels: NDArray[np.uint8] = np.take(
            _sigmoid_levels(window), hu.view(np.uint16), out=out, mode="clip"
        )
        return levels
    grey = np.subtract(hu, np.float32(window.lower), dtype=np.float32)
    grey *= np.float32(255 / window.width)
    np.clip(grey, 0, 255, out=grey)
    grey += np.float32(0.5)
    if out is None:
        return grey.astype(np.uint8)
    np.copyto(out, grey, casting="unsafe")
    return out


@lru_cache(8)
def _sigmoid_levels(window: Window) -> NDArray[np.uint8]:
    """The grey level of every int16 HU, indexed by its bits as uint16."""
    hu = np.arange(2**16, dtype=np.uint16).view(np.int16)
    # Beyond 50 widths the level does not change any more and the exponential would overflow.
    exponent = np.clip(-4 * (hu - np.float64(window.level)) / window.width, -200, 200)
    levels: NDArray[np.uint8] = np.rint(255 / (1 + np.exp(exponent))).astype(np.uint8)
    return levels
