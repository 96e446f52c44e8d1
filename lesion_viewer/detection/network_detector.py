"""A detector whose boxes come from a network, on whatever runs it."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence

import numpy as np

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.body import may_hold_body
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.gate import Gate
from lesion_viewer.detection.inputs import Channels, ModelInput, volume_input
from lesion_viewer.detection.runtimes.network import Network, Output
from lesion_viewer.detection.score_calibration import (
    Calibration,
    calibrated,
    calibration_on,
)
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.errors import DetectionError


class NetworkDetector:
    """The network of a checkpoint, with its gate; implements ``detector.Detector``.

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

    Attributes
    ----------
    card : Card
        As given.
    info : DetectorInfo
        What the card says that the detector is.
    """

    def __init__(self, network: Network, card: Card, gate: Gate | None, min_score: float) -> None:
        self.card = card
        self.info = card.info
        self._network = network
        self._gate = gate
        self._min_score = min_score
        self._channels = Channels()
        self._channels_of: weakref.ref[CTVolume] | None = None

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
        inputs = [self._input(volume, i) for i in searched]
        outputs = self._network.run([seen.image for seen in inputs])
        found = {
            i: self._detections(
                seen,
                output,
                calibration_on(self.card.calibrations, self.card.input.neighbours, volume, i),
            )
            for i, seen, output in zip(searched, inputs, outputs, strict=True)
        }
        for i in batch:
            kept = tuple(
                d for d in found.get(i, ()) if i not in livers or livers[i].contains(d.box)
            )
            has_liver = i in livers and livers[i].is_there
            liver = SliceMask.of(livers[i].on_image()) if has_liver else None
            yield SliceDetections(i, kept, has_liver if self._gate else None, liver)

    def _input(self, volume: CTVolume, slice_index: int) -> ModelInput:
        if self._channels_of is None or self._channels_of() is not volume:
            self._channels, self._channels_of = Channels(), weakref.ref(volume)
        return volume_input(volume, slice_index, self.card.input, self._channels)

    def _detections(
        self, seen: ModelInput, output: Output, calibration: Calibration
    ) -> tuple[Detection, ...]:
        boxes, scores = output["boxes"], output["scores"]
        if not ((scores >= 0) & (scores <= 1)).all():
            raise DetectionError(f"{self.card.name} gave a score that is not a number from 0 to 1")
        classes = self.card.classes
        numbers = output["labels"].tolist() if len(classes) > 1 else ()  # 0 is the background
        types = np.array([classes[n - 1] for n in numbers] or [""] * len(scores), object)
        scores = calibrated(scores, calibration)
        is_kept = np.isfinite(boxes).all(1) & (scores >= self._min_score)
        boxes, scores = seen.boxes_to_image(boxes[is_kept]), scores[is_kept]
        types = types[is_kept]
        boxes[:, 0::2] = boxes[:, 0::2].clip(0, seen.columns)
        boxes[:, 1::2] = boxes[:, 1::2].clip(0, seen.rows)
        return tuple(
            Detection(Box(*map(float, boxes[k])), float(scores[k]), types[k])
            for k in np.argsort(-scores, kind="stable")
            if boxes[k, 0] < boxes[k, 2] and boxes[k, 1] < boxes[k, 3]
        )
