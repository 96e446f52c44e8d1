"""Architectures by name: what a checkpoint's card and a recipe can ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    from torch import nn

Options = Mapping[str, Any]


def _faster_rcnn(options: Options, slices: int, classes: int) -> nn.Module:
    from lesion_viewer.detection.models.faster_rcnn import FasterRCNNOptions, faster_rcnn

    model: nn.Module = faster_rcnn(FasterRCNNOptions.from_dict(options), slices, classes)
    return model


ARCHITECTURES: dict[str, Callable[[Options, int, int], nn.Module]] = {"faster_rcnn": _faster_rcnn}
"""Name -> builder from (options, slices of the input, lesion classes); weights as initialised.

A built model speaks torchvision's detection interface: a list of float32 tensors (slices, rows,
columns) gives, in evaluation, a list of dicts ``boxes`` (x1, y1, x2, y2 in input pixels),
``scores``, ``labels`` (1 is the first class); in training, with targets, a dict of losses.
"""


def build_model(architecture: str, options: Options, slices: int, classes: int = 1) -> nn.Module:
    """A model of the named architecture, in training mode, with weights as initialised.

    Raises
    ------
    DetectionError
        For an unknown architecture or option, naming those that exist.
    """
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise DetectionError(f"unknown architecture '{architecture}'; known: {known}")
    return ARCHITECTURES[architecture](options, slices, classes)
