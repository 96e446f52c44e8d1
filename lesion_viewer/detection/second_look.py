"""A second look at the boxes of a detector, in 3D patches, that gives them new scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import SECOND_LOOK, Card, load_card
from lesion_viewer.detection.checkpoints.second_opinion import SecondOpinion
from lesion_viewer.detection.inputs import Channels, InputDefinition, volume_input
from lesion_viewer.detection.patches import patches_around
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.errors import DetectionError

MOST_BOXES = 8
"""Boxes of a slice that are looked at, those of the highest scores; the others count as refused."""


def second_look_of(
    folder: Path,
    card: Card,
    opinion: SecondOpinion,
    on_notice: Callable[[str], None] = lambda notice: None,
    runtime: str = "auto",
    threads: int | None = None,
) -> SecondLook:
    """The second look of a checkpoint, on the CPU.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Card of the checkpoint.
    opinion : SecondOpinion
        What the card says of its second look.
    on_notice : Callable[[str], None]
        Called with a sentence when another runtime must be used.
    runtime : str
        One of ``choice.RUNTIMES``.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    SecondLook
        With loaded weights.

    Raises
    ------
    DetectionError
        It is missing, cannot be used, or is not the one that the card names.
    """
    inside = folder / SECOND_LOOK
    own = load_card(inside)
    if own.architecture != "second_look":
        raise DetectionError(f"{inside} is no second look but of {own.architecture}")
    seen = replace(card.input, slices=opinion.slices)
    if own.sha256 != opinion.sha256 or own.input != seen:
        raise DetectionError(f"{inside} is another second look than the card of {card.name} names")
    return SecondLook(load_network(inside, own, "cpu", on_notice, runtime, threads), seen, opinion)


class SecondLook:
    """New scores for the boxes of a slice.

    Parameters
    ----------
    network : Network
        What gives the probability of a lesion in patches.
    definition : InputDefinition
        The slices of which the patches are cut out: the detector's input, with more of them.
    opinion : SecondOpinion
        How both scores are combined.
    """

    def __init__(
        self, network: Network, definition: InputDefinition, opinion: SecondOpinion
    ) -> None:
        self._network = network
        self._definition = definition
        self._opinion = opinion

    def rescored(
        self,
        volume: CTVolume,
        slice_index: int,
        boxes: NDArray[np.float32],
        scores: NDArray[np.floating],
        made: Channels,
    ) -> NDArray[np.float64]:
        """The combined scores of boxes on a slice.

        Parameters
        ----------
        volume : CTVolume
            Volume in which the slices around were read, or are recorded in ``failures``.
        slice_index : int
            Index from 0.
        boxes : NDArray[np.float32]
            (n, 4), with an area, in pixels of the stored image.
        scores : NDArray[np.floating]
            (n,), the detector's, 0 to 1.
        made : Channels
            The detector's channels of this volume, which have the same pixels.

        Returns
        -------
        NDArray[np.float64]
            (n,), 0 to 1.

        Raises
        ------
        DetectionError
            A number of the network is not finite.
        """
        again = np.zeros(len(boxes))
        best = np.argsort(-scores, kind="stable")[:MOST_BOXES]
        if len(best):
            seen = volume_input(volume, slice_index, self._definition, made)
            patches = patches_around(seen, boxes[best], volume.series.spacing_mm)
            again[best] = self._network.run([patches])[0]["lesion"]
        if not np.isfinite(again).all():
            raise DetectionError("the second look gave a number that is not finite")
        return self._opinion.combined(scores, again)
