"""A second network that sees the same slices in pixels of another size; their boxes are averaged.

A network is sure of lesions of the sizes that its pixels suit. Of two that were taught with
different pixels, each misses lesions that the other one finds, and each takes other vessels for
lesions.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import pairwise_iou
from lesion_viewer.detection.checkpoints.checkpoint import PARTNER, Card, load_card
from lesion_viewer.detection.inputs import Channels, InputDefinition, ModelInput, volume_input
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.runtimes.network import Network, Output
from lesion_viewer.detection.score_calibration import logit
from lesion_viewer.errors import DetectionError

ONE_PLACE_IOU = 0.3
"""Boxes of both networks that overlap by this much are of one lesion."""

LEAST, MOST = 0.003, 0.999
"""A network without a box at a place has the lower score there; neither is ever surer than this."""


class Found(NamedTuple):
    """Boxes on a slice of the stored image.

    Attributes
    ----------
    boxes : NDArray[np.float32]
        (n, 4), in pixels.
    scores : NDArray[np.float64]
        (n,), 0 to 1.
    labels : NDArray[np.integer]
        (n,), classes from 1.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float64]
    labels: NDArray[np.integer]


class Looking:
    """A network with its input: what it finds on slices of a CT.

    Parameters
    ----------
    network : Network
        Gives boxes and scores of an input.
    definition : InputDefinition
        Its input.
    name : str
        Of its checkpoint, for messages.
    """

    def __init__(self, network: Network, definition: InputDefinition, name: str) -> None:
        self._network, self._definition, self._name = network, definition, name
        self.channels = Channels()
        self._channels_of: weakref.ref[CTVolume] | None = None

    def search(self, volume: CTVolume, slice_indices: Sequence[int]) -> list[Found]:
        """The boxes on each slice.

        Parameters
        ----------
        volume : CTVolume
            Volume in which the slices and their neighbours were read, or are recorded in
            ``failures``.
        slice_indices : Sequence[int]
            Indices from 0.

        Returns
        -------
        list[Found]
            One for each slice; boxes have an area.

        Raises
        ------
        DetectionError
            A score is no number from 0 to 1.
        """
        if self._channels_of is None or self._channels_of() is not volume:
            self.channels, self._channels_of = Channels(), weakref.ref(volume)
        inputs = [volume_input(volume, i, self._definition, self.channels) for i in slice_indices]
        outputs = self._network.run([seen.image for seen in inputs])
        return [self._on_image(*one) for one in zip(inputs, outputs, strict=True)]

    def _on_image(self, seen: ModelInput, output: Output) -> Found:
        """Boxes cut off at the edges of the stored image, without those that have no area."""
        scores = output["scores"]
        if not ((scores >= 0) & (scores <= 1)).all():
            raise DetectionError(f"{self._name} gave a score that is not a number from 0 to 1")
        boxes = seen.boxes_to_image(output["boxes"])
        boxes[:, 0::2] = boxes[:, 0::2].clip(0, seen.columns)
        boxes[:, 1::2] = boxes[:, 1::2].clip(0, seen.rows)
        has_area = (boxes[:, 0] < boxes[:, 2]) & (boxes[:, 1] < boxes[:, 3])
        is_kept = has_area & np.isfinite(output["boxes"]).all(axis=1)
        return Found(boxes[is_kept], scores[is_kept].astype(np.float64), output["labels"][is_kept])


def partner_of(
    folder: Path,
    card: Card,
    device: str = "auto",
    on_notice: Callable[[str], None] = lambda notice: None,
    runtime: str = "auto",
    threads: int | None = None,
) -> Looking:
    """The partner of a checkpoint.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Card of the checkpoint, which names the partner.
    device : str
        One of ``network.DEVICES``.
    on_notice : Callable[[str], None]
        Called with a sentence when another runtime must be used.
    runtime : str
        One of ``choice.RUNTIMES``.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    Looking
        With loaded weights.

    Raises
    ------
    DetectionError
        It is missing, cannot be used, is not the one that the card names, or sees other slices.
    """
    inside = folder / PARTNER
    own = load_card(inside)
    if own.sha256 != card.partner or own.classes != card.classes:
        raise DetectionError(f"{inside} is another partner than the card of {card.name} names")
    if own.input.neighbours != card.input.neighbours:
        raise DetectionError(f"{inside} looks at other slices than {card.name}")
    network = load_network(inside, own, device, on_notice, runtime, threads)
    return Looking(network, own.input, own.name)


def averaged(first: Found, second: Found) -> Found:
    """The boxes of two networks on a slice as one set.

    Parameters
    ----------
    first, second : Found
        What each of them found.

    Returns
    -------
    Found
        For each place the mean of both logits, the mean of both boxes weighted by their scores, and
        the label of the surer one; by falling score.
    """
    boxes = np.concatenate([first.boxes, second.boxes])
    scores = np.concatenate([first.scores, second.scores])
    labels = np.concatenate([first.labels, second.labels])
    network = np.repeat((0, 1), (len(first.scores), len(second.scores)))
    iou = pairwise_iou(boxes, boxes)
    is_free = np.ones(len(scores), bool)
    places, chances, kinds = [], [], []
    for k in np.argsort(-scores, kind="stable"):
        if not is_free[k]:
            continue
        mates = np.flatnonzero((iou[k] >= ONE_PLACE_IOU) & is_free)
        is_free[mates] = False
        others = mates[network[mates] != network[k]]
        both = [k, *others[np.argsort(-scores[others], kind="stable")][:1]]
        said = [*scores[both], LEAST][:2]
        chances.append(float(logit(np.clip(said, LEAST, MOST)).mean()))
        places.append(np.average(boxes[both], axis=0, weights=scores[both] + 1e-9))
        kinds.append(labels[k])
    order = np.argsort(-np.array(chances), kind="stable")
    return Found(
        np.array(places, np.float32).reshape(-1, 4)[order],
        1 / (1 + np.exp(-np.array(chances, np.float64)[order])),
        np.array(kinds, labels.dtype)[order],
    )
