"""A checkpoint's network as ``model.onnx``, for runtimes other than torch."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.ops import boxes as boxes_module
from torchvision.ops import poolers

from lesion_viewer.detection.checkpoints.checkpoint import (
    CARD,
    GATE,
    ONNX,
    PARTNER,
    SECOND_LOOK,
    Card,
    load_model,
)
from lesion_viewer.detection.models.fcn import MARKS, Fcn
from lesion_viewer.detection.models.one_box import OneBoxRegressor
from lesion_viewer.detection.patches import SIDE, VIEWS
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import save_bytes

OPSET = 17
EXAMPLE_SIDES, EXAMPLE_BOXES = (96, 136), 3
"""Rows and columns of the image that is traced, and boxes for a second look; the network takes any
others."""

WATCHED = ("backbone", "network", "last")
"""Parts of a model whose features must be finite, of which each model has one."""


def export_onnx(folder: Path) -> Path:
    """Write ``model.onnx`` beside the weights of a checkpoint and of those that belong to it.

    The whole network is in it, from an image to boxes, labels and scores; its card names it.
    Weights that are float16 without loss are stored so.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DetectionError
        The checkpoint or its gate cannot be used.
    TrainingError
        The files cannot be written.
    """
    for part in (GATE, SECOND_LOOK, PARTNER):
        if (folder / part / CARD).is_file():
            export_onnx(folder / part)
    model, card = load_model(folder)
    data = onnx_of(model, card)
    card = replace(card, onnx_sha256=sha256(data).hexdigest(), onnx_opset=OPSET)
    try:
        save_bytes(folder / ONNX, data)
        save_bytes(folder / CARD, card.to_json())
    except OSError as error:
        raise TrainingError(f"{folder} cannot be written: {error.strerror}") from error
    return folder / ONNX


def onnx_of(model: nn.Module, card: Card) -> bytes:
    """A network in the ONNX format.

    Parameters
    ----------
    model : nn.Module
        Network of a checkpoint, in evaluation mode.
    card : Card
        Its card.

    Returns
    -------
    bytes
        Input ``image`` (slices, rows, columns), for a second look (boxes, planes, rows, columns).
        Outputs as ``network.Network.run`` gives them, and
        ``features``, one number that is finite where the network's features are.
    """
    graph = _Graph(model)
    names, sizes = ["boxes", "labels", "scores"], {0: "count"}
    if isinstance(model, Fcn):
        names, sizes = [model.marks], {0: "rows", 1: "columns"}
    example = torch.rand(card.input.slices, *EXAMPLE_SIDES)
    image_sizes = {1: "rows", 2: "columns"}
    if card.architecture == "second_look":
        names = ["lesion"]
        example = torch.rand(EXAMPLE_BOXES, VIEWS * (card.input.slices + 1), SIDE, SIDE)
        image_sizes = {0: "count"}
    stream = io.BytesIO()
    with _parts_for_runtimes(), warnings.catch_warnings():
        # Of what the trace makes constant: the checks for broken weights.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph.requires_grad_(False),
            (example,),
            stream,  # type: ignore[arg-type]
            input_names=["image"],
            output_names=[*names, "features"],
            dynamic_axes={
                "image": image_sizes,
                **dict.fromkeys(names, sizes),
            },
            opset_version=OPSET,
            # The other exporter needs fixed numbers of proposals and boxes.
            dynamo=False,
            # Otherwise norms are folded, after which no weight is a float16.
            training=torch.onnx.TrainingMode.PRESERVE,
        )
    return _halved(stream.getvalue())


class _Graph(nn.Module):
    """What is exported: one image in, its outputs and a check of the features out."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self._features: Any = None
        watched = next(part for name, part in model.named_children() if name in WATCHED)
        watched.register_forward_hook(self._keep)

    def _keep(self, part: nn.Module, given: Any, features: Any) -> None:
        self._features = features

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """The model's outputs for an image in their order, and the sum of its features."""
        if isinstance(self.model, OneBoxRegressor):
            outputs = _one_box(self.model, image)
        else:
            outputs = self.model([image])[0]
        maps = self._features
        coarsest = list(maps.values())[-1] if isinstance(maps, dict) else maps
        order = ("boxes", "labels", "scores", *MARKS)
        return (*(outputs[name] for name in order if name in outputs), coarsest.sum())


@contextmanager
def _parts_for_runtimes() -> Iterator[None]:
    """Two parts of torchvision in a form that suits other runtimes, while a model is traced.

    Suppression in each class has no branch for no boxes at all: OpenVINO gives one box of whatever
    lies in its memory where such a branch gives none. What is pooled on each level is put together
    by an index, not element by element, which took ONNX Runtime a twentieth of all its time.
    """
    torchvisions = boxes_module._batched_nms_coordinate_trick, poolers._onnx_merge_levels
    boxes_module._batched_nms_coordinate_trick = _suppressed
    poolers._onnx_merge_levels = _merged
    try:
        yield
    finally:
        boxes_module._batched_nms_coordinate_trick, poolers._onnx_merge_levels = torchvisions


def _merged(levels: Tensor, pooled: list[Tensor]) -> Tensor:
    """The features of all proposals in their order, pooled by level."""
    order = torch.cat([torch.where(levels == level)[0] for level in range(len(pooled))])
    return torch.cat(pooled)[order.argsort()]


def _suppressed(boxes: Tensor, scores: Tensor, classes: Tensor, iou: float) -> Tensor:
    """Indices of the boxes that are kept: those of different classes are moved apart."""
    furthest = torch.cat([boxes.flatten(), torch.zeros(1)]).max()
    apart = classes.to(boxes) * (furthest + 1)
    kept: Tensor = boxes_module.nms(boxes + apart[:, None], scores, iou)
    return kept


def _one_box(model: OneBoxRegressor, image: Tensor) -> dict[str, Tensor]:
    """The model's box of an image whose size is not known when the model is traced."""
    rows, columns = (torch.as_tensor(side) for side in image.shape[1:])
    tall, wide = _stretching(rows, model.side), _stretching(columns, model.side)
    # From here on sizes are known to the trace.
    stretched = (tall @ image @ wide.T).reshape(1, len(image), model.side, model.side)
    corners = model.corners_of(stretched)
    sides = torch.stack([columns, rows, columns, rows])
    one = torch.ones(1)
    return {"boxes": corners * sides, "scores": one, "labels": one.long()}


def _stretching(before: Tensor, after: int) -> Tensor:
    """The share of each of ``before`` pixels in each of ``after``, as ``detection.inputs``."""
    step = before / after
    centres = (torch.arange(after) + 0.5) * step
    places = torch.arange(before) + 0.5  # type: ignore[call-overload]
    distances = (places - centres[:, None]).abs()
    shares: Tensor = (1 - distances / step.clamp(min=1)).clamp(min=0)
    return shares / shares.sum(dim=1, keepdim=True)


def _halved(data: bytes) -> bytes:
    """A model whose weights are stored as float16 where that loses nothing; half the size."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(data)
    casts = []
    for stored in model.graph.initializer:
        values = numpy_helper.to_array(stored)
        with np.errstate(over="ignore"):
            half = values.astype(np.float16)
        if values.dtype == np.float32 and values.ndim > 1 and np.array_equal(half, values):
            name = stored.name
            stored.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            casts.append(
                onnx.helper.make_node("Cast", [stored.name], [name], to=onnx.TensorProto.FLOAT)
            )
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    whole: bytes = model.SerializeToString()
    return whole
