"""Architectures by name: what a checkpoint's card and a recipe can ask for.

From outside: ``batch_norm_folding``, ``fcn``, ``finiteness``, ``one_box``, ``pretrained``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    from torch import nn

WEIGHTS = "weights.safetensors"
"""Name of the file that holds a model's weights in the folder of its checkpoint."""

Options = Mapping[str, Any]


def build_model(architecture: str, options: Options, slices: int, classes: int = 1) -> nn.Module:
    """A model of the named architecture, in training mode, with weights as initialised.

    Parameters
    ----------
    architecture : str
        A key of ``ARCHITECTURES``.
    options : Options
        Fields of the architecture's options by name, in a card's or recipe's plain types; what is
        left out keeps its default.
    slices : int
        CT slices of one input, its channels.
    classes : int
        Lesion classes, without the background; only ``faster_rcnn`` takes more than one.

    Returns
    -------
    nn.Module
        The model; ``ARCHITECTURES`` describes its inputs and outputs.

    Raises
    ------
    DetectionError
        For an unknown architecture or option, naming those that exist, and for several classes
        where the architecture takes one.
    """
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise DetectionError(f"unknown architecture '{architecture}'; known: {known}")
    return ARCHITECTURES[architecture](options, slices, classes)


def _baseline(options: Options, slices: int, classes: int) -> nn.Module:
    from lesion_viewer.detection.models.baseline import BaselineOptions, baseline
    from lesion_viewer.detection.models.model_options import options_from

    _check_one_class("baseline", classes)
    return baseline(options_from(BaselineOptions, "baseline", options), slices)


def _vgg_frontend(options: Options, slices: int, classes: int) -> nn.Module:
    from lesion_viewer.detection.models.model_options import options_from
    from lesion_viewer.detection.models.vgg.frontend import VGGFrontendOptions, vgg_frontend

    _check_one_class("vgg_frontend", classes)
    return vgg_frontend(options_from(VGGFrontendOptions, "vgg_frontend", options), slices)


def _vgg_concat(options: Options, slices: int, classes: int) -> nn.Module:
    from lesion_viewer.detection.models.model_options import options_from
    from lesion_viewer.detection.models.vgg.concat import VGGConcatOptions, vgg_concat

    _check_one_class("vgg_concat", classes)
    return vgg_concat(options_from(VGGConcatOptions, "vgg_concat", options), slices)


def _faster_rcnn(options: Options, slices: int, classes: int) -> nn.Module:
    from lesion_viewer.detection.models.faster_rcnn import FasterRCNNOptions, faster_rcnn
    from lesion_viewer.detection.models.model_options import options_from

    shape = options_from(FasterRCNNOptions, "faster_rcnn", options)
    model: nn.Module = faster_rcnn(shape, slices, classes)
    return model


def _liver_gate(options: Options, slices: int, classes: int) -> nn.Module:
    _check_one_class("liver_gate", classes)
    return _fcn({**options, "marks": "liver"}, slices, classes)


def _fcn(options: Options, slices: int, classes: int) -> nn.Module:
    from lesion_viewer.detection.models.fcn import Fcn, FcnOptions
    from lesion_viewer.detection.models.model_options import options_from

    _check_one_class("fcn", classes)
    return Fcn(options_from(FcnOptions, "fcn", options), slices)


def _second_look(options: Options, slices: int, classes: int) -> nn.Module:
    from lesion_viewer.detection.models.model_options import options_from
    from lesion_viewer.detection.models.second_look import SecondLook, SecondLookOptions

    _check_one_class("second_look", classes)
    return SecondLook(options_from(SecondLookOptions, "second_look", options), slices)


def _check_one_class(architecture: str, classes: int) -> None:
    if classes != 1:
        raise DetectionError(f"{architecture} knows one class, not {classes}")


ARCHITECTURES: dict[str, Callable[[Options, int, int], nn.Module]] = {
    "baseline": _baseline,
    "vgg_frontend": _vgg_frontend,
    "vgg_concat": _vgg_concat,
    "faster_rcnn": _faster_rcnn,
    "liver_gate": _liver_gate,
    "fcn": _fcn,
    "second_look": _second_look,
}
"""Name -> builder from (options, slices of the input, lesion classes); weights as initialised.

A built model speaks torchvision's detection interface: a list of float32 tensors (slices, rows,
columns) gives, in evaluation, a list of dicts ``boxes`` (x1, y1, x2, y2 in input pixels),
``scores``, ``labels`` (1 is the first class); in training, with targets, a dict of losses. In
targets a label of one more than there are classes is a lesion of unknown class.
``faster_rcnn`` learns from every target's ``boxes``, ``labels`` and, where given, ``ignored``
boxes; ``fcn`` gives the masks that it ``marks``, ``liver`` or ``lesion``, instead of boxes, and
learns from masks; ``liver_gate`` is one that marks the liver; ``second_look`` takes patches around
boxes and gives ``lesion``; the others regress one box, see ``one_box``.
"""
