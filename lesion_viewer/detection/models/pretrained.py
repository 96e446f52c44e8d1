"""Weights that a model starts from: ImageNet's by name, or a file's."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torchvision.models import get_model_weights

from lesion_viewer.detection.checkpoints.checkpoint import WEIGHTS
from lesion_viewer.detection.models.resnet import ResNetTrunk
from lesion_viewer.detection.models.vgg.vgg16_trunk import VGGTrunk
from lesion_viewer.errors import DetectionError

IMAGENET = "imagenet"
CLASSIFIERS = ("fc.", "classifier.")

Weights = dict[str, Tensor]


def load_pretrained(model: nn.Module, weights: str) -> None:
    """Put the named weights into ``model``; an empty name leaves it as initialised.

    Parameters
    ----------
    model : of ``build_model``
    weights : ``imagenet`` for torchvision's first ImageNet weights of the model's backbone, fetched
        where they are not in torch's cache; or a checkpoint's folder; or a file, safetensors or a
        torch state dict, of the whole model or of its backbone as torchvision names it (a
        classifier in it is left out)

    Raises
    ------
    DetectionError
        Without a network or a backbone, for a file that cannot be read, and for weights that do
        not fit, naming the first that does not.

    Notes
    -----
    Where the backbone's first convolution sees another number of slices than the file's, each slice
    gets the file's filters summed over its channels and divided by the number of slices: slices
    that are alike give what a grey picture gave.
    """
    if not weights:
        return
    if weights == IMAGENET:
        trunk = _trunk(model)
        _load_into(trunk, _imagenet(trunk), f"ImageNet's {trunk.imagenet_name}")
        return
    found = _read(Path(weights))
    if set(found) == set(model.state_dict()):
        _load(model, found, weights)
    else:
        _load_into(_trunk(model), found, weights)


def _trunk(model: nn.Module) -> ResNetTrunk | VGGTrunk:
    for module in model.modules():
        if isinstance(module, ResNetTrunk | VGGTrunk):
            return module
    raise DetectionError("this architecture has no backbone for pretrained weights")


def _imagenet(trunk: ResNetTrunk | VGGTrunk) -> Weights:
    entry = get_model_weights(trunk.imagenet_name)["IMAGENET1K_V1"]
    try:
        found: Weights = entry.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise DetectionError(
            f"ImageNet weights cannot be fetched: {error}; bring {entry.url} and name the file"
        ) from error
    return found


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


def _load_into(trunk: ResNetTrunk | VGGTrunk, found: Weights, source: str) -> None:
    """Load a backbone's weights, less the classifier and, in VGG, the blocks it goes without."""
    kept = {name: x for name, x in found.items() if not name.startswith(CLASSIFIERS)}
    if isinstance(trunk, VGGTrunk):
        layers = len(trunk.features)
        kept = {name: x for name, x in kept.items() if _layer(name) < layers}
    name = f"{trunk.first_convolution}.weight"
    first = trunk.get_parameter(name)
    if name in kept and kept[name].ndim == 4 and kept[name].shape[1] != first.shape[1]:
        slices = first.shape[1]
        kept[name] = kept[name].sum(1, keepdim=True).expand(-1, slices, -1, -1) / slices
    _load(trunk, kept, source)


def _layer(name: str) -> int:
    part = name.split(".")[1] if name.startswith("features.") else ""
    return int(part) if part.isdigit() else -1


def _load(module: nn.Module, found: Weights, source: str) -> None:
    # Batches are counted by a norm that trains and by no other.
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
