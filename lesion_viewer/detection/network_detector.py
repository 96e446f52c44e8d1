"""A detector whose boxes come from a network, on whatever runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.body import may_hold_body
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.gate import Gate, LiverOnSlice
from lesion_viewer.detection.partner import Found, Looking, averaged
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.detection.score_calibration import calibrated, calibration_on
from lesion_viewer.detection.second_look import SecondLook
from lesion_viewer.detection.slice_mask import SliceMask


class NetworkDetector:
    """The network of a checkpoint, its gate and second look; implements ``detector.Detector``.

    Parameters
    ----------
    network : Network
        What gives boxes and scores of an input.
    card : Card
        Card of the checkpoint, without its gate where the search is not gated.
    gate : Gate | None
        Discards what lies outside the liver.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.
    second_look : SecondLook | None
        Gives the boxes that the gate lets pass new scores.
    partner : Looking | None
        Another network, whose boxes are averaged with those of ``network``.

    Attributes
    ----------
    card : Card
        As given.
    info : DetectorInfo
        What the card says that the detector is.
    """

    def __init__(
        self,
        network: Network,
        card: Card,
        gate: Gate | None,
        min_score: float,
        second_look: SecondLook | None = None,
        partner: Looking | None = None,
    ) -> None:
        self.card = card
        self.info = card.info
        self._network = network
        self._gate = gate
        self._min_score = min_score
        self._second_look = second_look
        self._looking = Looking(network, card.input, card.name)
        self._partner = partner

    @property
    def device_name(self) -> str:
        """The device in words, and what runs the network there."""
        return self._network.device_name

    @property
    def batch_size(self) -> int:
        """Number of slices that ``detect`` is best given at once."""
        return self._network.batch_size

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """The detections on the given slices, in their order.

        Parameters
        ----------
        volume : CTVolume
            Volume in which the slices and their neighbours were read, or are recorded in
            ``failures``.
        slice_indices : Sequence[int]
            Slices to search, from 0.

        Yields
        ------
        SliceDetections
            One answer for each slice; boxes in pixels of the stored image.

        Raises
        ------
        DetectionError
            A number of the network is not finite, the GPU was lost, or the memory does not suffice
            for one slice.
        """
        waiting = list(slice_indices)
        while waiting:
            batch = waiting[: self.batch_size]
            waiting = waiting[len(batch) :]
            yield from self._search(volume, batch)

    def _search(self, volume: CTVolume, batch: Sequence[int]) -> Iterator[SliceDetections]:
        searched = [i for i in batch if may_hold_body(volume, i)]
        livers = {i: self._gate.locate(volume, i) for i in searched} if self._gate else {}
        searched = [i for i in searched if i not in livers or livers[i].is_there]
        answers = self._looking.search(volume, searched)
        if self._partner is not None:
            answers = list(map(averaged, answers, self._partner.search(volume, searched)))
        found = {
            i: self._detections(volume, i, answer, livers.get(i))
            for i, answer in zip(searched, answers, strict=True)
        }
        for i in batch:
            has_liver = i in livers and livers[i].is_there
            liver = SliceMask.of(livers[i].on_image()) if has_liver else None
            yield SliceDetections(i, found.get(i, ()), has_liver if self._gate else None, liver)

    def _detections(
        self,
        volume: CTVolume,
        slice_index: int,
        found: Found,
        liver: LiverOnSlice | None,
    ) -> tuple[Detection, ...]:
        """What was found, where the gate lets it pass, with its final scores."""
        boxes, scores, numbers = found
        if liver is not None:
            is_kept = np.array([liver.contains(_box(corners)) for corners in boxes], bool)
            boxes, scores, numbers = (a[is_kept] for a in found)
        if self._second_look is not None:
            made = self._looking.channels
            scores = self._second_look.rescored(volume, slice_index, boxes, scores, made)
        card = self.card
        line = calibration_on(card.calibrations, card.neighbours, volume, slice_index)
        scores = calibrated(scores, line)
        return tuple(
            Detection(_box(boxes[k]), float(scores[k]), self._type(numbers[k]))
            for k in np.argsort(-scores, kind="stable")
            if scores[k] >= self._min_score
        )

    def _type(self, number: int) -> str:
        """The class of a box, whose number counts from 1; empty where there is one class."""
        return self.card.classes[number - 1] if len(self.card.classes) > 1 else ""


def _box(corners: NDArray[np.float32]) -> Box:
    return Box(*map(float, corners))
