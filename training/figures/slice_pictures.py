"""Slices with their lesions and a model's boxes: the paper's figures 1, 4, 5 and 7."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from torch import Tensor, nn
from torchvision.ops import box_iou

from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.errors import TrainingError

from ..evaluation.matching import PAPER_IOU
from ..scan import Source

Line = Literal["-", "--"]
TRUTH: Line = "-"
FOUND: Line = "--"
MOST_BOXES = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A slice with its lesions.

    Attributes
    ----------
    image : Tensor
        float32 (channels, rows, columns), 0 to 1, as the model sees it.
    boxes : Tensor
        Lesions (n, 4), in pixels of the image.
    """

    image: Tensor
    boxes: Tensor


@dataclass(frozen=True, slots=True)
class Answer:
    """A slice with a detector's boxes.

    Attributes
    ----------
    example : Example
        The slice and its lesions.
    boxes : Tensor
        The detector's boxes (n, 4), in pixels of the image, best first.
    scores : Tensor
        Score of each box (n,).
    """

    example: Example
    boxes: Tensor
    scores: Tensor

    def errors(self, threshold: float) -> int:
        """Number of lesions that no box hits and of boxes that hit no lesion, at the paper's IoU.

        Parameters
        ----------
        threshold : float
            Lowest score of the boxes that count.

        Returns
        -------
        int
            The sum of both.
        """
        is_hit = box_iou(self.example.boxes, self.boxes[self.scores >= threshold]) > PAPER_IOU
        return int((~is_hit.any(1)).sum() + (~is_hit.any(0)).sum())


def examples(source: Source, definition: InputDefinition, count: int) -> list[Example]:
    """Slices with a lesion: of each scan the one with the largest lesion.

    Parameters
    ----------
    source : Source
        Scans, taken in their order.
    definition : InputDefinition
        How a slice and its neighbours become the model's input.
    count : int
        Most slices to give.

    Returns
    -------
    list[Example]
        One for each scan with a lesion, at least one.

    Raises
    ------
    TrainingError
        Where no slice of the source holds a lesion.
    """
    found = []
    for number in range(len(source)):
        scan = source.scan(number)
        areas = {i: _largest(scan.boxes[i]) for i in scan.wanted if len(scan.boxes.get(i, ()))}
        if areas:
            index = max(areas, key=lambda i: areas[i])
            seen = model_input(scan.voxels, index, scan.spacing_mm, definition, scan.missing)
            boxes = torch.from_numpy(seen.boxes_to_input(scan.boxes[index]))
            found.append(Example(torch.from_numpy(seen.image), boxes))
        if len(found) == count:
            break
    if not found:
        raise TrainingError("no slice of the recipe's data holds a lesion to show")
    return found


def example_slice(example: Example) -> Figure:
    """A figure of the slices that are one input of a model, with the lesions on the middle one.

    Parameters
    ----------
    example : Example
        The input.

    Returns
    -------
    Figure
        The figure.
    """
    channels = len(example.image)
    figure = Figure(figsize=(2.6 * channels, 3.4), layout="constrained")
    for place, image in enumerate(example.image):
        away = place - channels // 2
        axes = figure.add_subplot(1, channels, place + 1)
        _show(axes, image, f"channel {place + 1}" + ("" if away else ": the slice"))
        if away == 0:
            _draw(axes, example.boxes, TRUTH)
    figure.legend(handles=_keys()[:1], loc="outside lower center", fontsize=8)
    return figure


def answers(model: nn.Module, shown: Sequence[Example]) -> list[Answer]:
    """A model's boxes on slices.

    Parameters
    ----------
    model : nn.Module
        A detector; put into evaluation mode.
    shown : Sequence[Example]
        The slices.

    Returns
    -------
    list[Answer]
        One for each slice, in their order.
    """
    model.eval()
    with torch.inference_mode():
        found = [model([example.image])[0] for example in shown]
    return [
        Answer(example, one["boxes"].cpu(), one["scores"].cpu())
        for example, one in zip(shown, found, strict=True)
    ]


def predictions(title: str, shown: Sequence[Answer], threshold: float) -> Figure:
    """A figure of slices with their lesions and the boxes from a score on.

    Parameters
    ----------
    title : str
        Heading.
    shown : Sequence[Answer]
        The slices and boxes.
    threshold : float
        Lowest score of the boxes that are shown.

    Returns
    -------
    Figure
        The figure.
    """
    columns = min(len(shown), 3)
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(3.0 * columns, 3.0 * rows + 0.7), layout="constrained")
    figure.suptitle(title, fontsize=10)
    for place, answer in enumerate(shown, 1):
        axes = figure.add_subplot(rows, columns, place)
        image = answer.example.image
        _show(axes, image[len(image) // 2], "")
        _draw(axes, answer.example.boxes, TRUTH)
        is_shown = answer.scores >= threshold
        _draw(axes, answer.boxes[is_shown][:MOST_BOXES], FOUND, answer.scores[is_shown])
    figure.legend(handles=_keys(), loc="outside lower center", ncols=2, fontsize=8)
    return figure


def failures(shown: Sequence[Answer], threshold: float, count: int) -> list[Answer]:
    """The slices with the most errors, worst first; those without an error are left out.

    Parameters
    ----------
    shown : Sequence[Answer]
        The slices and boxes.
    threshold : float
        Lowest score of the boxes that count.
    count : int
        Most slices to give.

    Returns
    -------
    list[Answer]
        Up to ``count`` of those given.
    """
    worst = sorted(shown, key=lambda answer: -answer.errors(threshold))
    return [answer for answer in worst[:count] if answer.errors(threshold)]


def _largest(boxes: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
    return float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).max())


def _show(axes: Axes, image: Tensor, title: str) -> None:
    rows, columns = image.shape
    # Pixel edges are integers in our boxes.
    extent = (0, columns, rows, 0)
    axes.imshow(image.numpy(), cmap="gray", vmin=0, vmax=1, extent=extent)
    axes.set_title(title, fontsize=9)
    axes.axis("off")


def _draw(axes: Axes, boxes: Tensor, line: str, scores: Tensor | None = None) -> None:
    """Boxes as white lines on a black edge, so that they stand out from any grey."""
    for number, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
        for width, colour, dash in ((2.2, "black", "-"), (1.0, "white", line)):
            axes.add_patch(
                Rectangle(
                    (x1, y1), x2 - x1, y2 - y1, fill=False, ec=colour, lw=width, linestyle=dash
                )
            )
        if scores is not None:
            axes.text(
                x2,
                y1,
                f"{float(scores[number]):.2f}",
                color="white",
                fontsize=7,
                va="bottom",
                clip_on=True,
                bbox={"facecolor": "black", "edgecolor": "none", "pad": 0.8},
            )


def _keys() -> list[Line2D]:
    return [
        Line2D([], [], color="black", linestyle=TRUTH, label="lesion"),
        Line2D([], [], color="black", linestyle=FOUND, label="detector, with score"),
    ]
