"""Checks of the types and sizes in a card, before they are used."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from lesion_viewer.errors import DetectionError

MAX_CLASSES = 1000
# float16 is the narrowest type that weights are stored in.
BYTES_A_WEIGHT = 2


def refuse_wrong_types(entries: Mapping[str, Any]) -> None:
    """Raise where an entry of a card does not have the type of the card's attribute.

    Parameters
    ----------
    entries : Mapping[str, Any]
        Entries of ``card.json``.

    Raises
    ------
    DetectionError
        An entry has another type; the message names the entry.
    """
    for name, (is_fit, kind) in KINDS.items():
        if name in entries and not is_fit(entries[name]):
            raise DetectionError(f"the card's '{name}' is not {kind}")


def refuse_oversized_network(
    architecture: str, options: Mapping[str, Any], slices: int, classes: int, weights_bytes: int
) -> None:
    """Raise where the network of a card has more weights than its file can hold.

    ``models.build_model`` makes the network without memory for its weights, so that a card cannot
    exhaust the memory.

    Parameters
    ----------
    architecture : str
        Name of the network.
    options : Mapping[str, Any]
        Arguments of the network.
    slices : int
        Number of input channels.
    classes : int
        Number of lesion classes.
    weights_bytes : int
        Size of the weights file.

    Raises
    ------
    DetectionError
        The network is too large, or cannot be made.
    """
    import torch

    from lesion_viewer.detection.models import build_model

    try:
        with torch.device("meta"):
            network = build_model(architecture, options, slices, classes)
    except DetectionError:
        raise
    except Exception as error:  # torch raises different types for invalid sizes
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise DetectionError(f"the card's {architecture} cannot be made: {lines[0]}") from error
    count = sum(p.numel() for p in network.parameters())
    if count * BYTES_A_WEIGHT > weights_bytes:
        raise DetectionError(
            f"the weights do not fit the card's {architecture}: {weights_bytes} bytes are too"
            f" few for its {count} numbers"
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _are_names(value: Any) -> bool:
    is_list = isinstance(value, list | tuple) and 1 <= len(value) <= MAX_CLASSES
    return is_list and all(map(_is_text, value))


def _are_objects(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(v, Mapping) for v in value)


def _are_points(value: Any) -> bool:
    return _are_objects(value) and all(map(_is_number, (n for p in value for n in p.values())))


def _are_ranges(value: Any) -> bool:
    return _are_objects(value) and all(
        _is_text(r.get("trait")) and _is_number(r.get("low")) and _is_number(r.get("high"))
        for r in value
    )


def _is_input(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    sizes = (value.get("slices", 1), value.get("max_side", 1))
    lengths = [value.get(k) for k in ("step_mm", "pixel_mm") if value.get(k) is not None]
    is_flag = isinstance(value.get("is_interpolated", False), bool)
    return is_flag and all(isinstance(n, int) for n in sizes) and all(map(_is_number, lengths))


_TEXT = (_is_text, "a text")
KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(
        ("name", "version", "architecture", "training_data", "terms", "limits", "measured_on",
         "gate", "partner", "sha256", "onnx_sha256"),
        _TEXT,
    ),
    "taught_on_phantoms": (lambda value: isinstance(value, bool), "true or false"),
    "onnx_opset": (lambda value: isinstance(value, int), "a whole number"),
    "options": (lambda value: isinstance(value, Mapping), "an object"),
    "second_look": (lambda value: value is None or isinstance(value, Mapping), "an object"),
    "input": (_is_input, "an input definition"),
    "classes": (_are_names, f"a list of 1 to {MAX_CLASSES} names"),
    "default_threshold": (_is_share, "a number from 0 to 1"),
    "metrics": (_are_objects, "a list of objects"),
    "operating_points": (_are_points, "a list of objects of numbers"),
    "seen": (_are_ranges, "a list of a trait, low and high each"),
}  # fmt: skip
