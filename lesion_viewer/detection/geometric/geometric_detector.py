"""A detector of liver lesions by levels, shapes and growing."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence

import numpy as np

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.body import may_hold_body
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.gate import Gate, LiverOnSlice
from lesion_viewer.detection.geometric.growing import grown
from lesion_viewer.detection.geometric.liver_picture import LiverPicture, Mask, liver_picture
from lesion_viewer.detection.geometric.parts import Part, best_first, parts_of
from lesion_viewer.detection.geometric.scoring import scores_of
from lesion_viewer.detection.inputs import Channels, ModelInput, volume_input
from lesion_viewer.detection.score_calibration import calibrated, calibration_on
from lesion_viewer.detection.slice_mask import SliceMask

MOST = 20
"""Most detections on a slice."""


class GeometricDetector:
    """Marks what differs from liver and is shaped like a lesion; see ``detector.Detector``.

    Of a slice it looks at what lies within 8 mm, to tell a ball from a vessel across the slice.

    Parameters
    ----------
    card : Card
        Its input, and the calibration of its scores.
    gate : Gate
        Marks the liver.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.

    Attributes
    ----------
    info : DetectorInfo
        What the card says that it is.
    device_name : str
        Where it runs.
    batch_size : int
        1; slices have nothing in common but the channels.
    """

    device_name = "CPU"
    batch_size = 1

    def __init__(self, card: Card, gate: Gate, min_score: float) -> None:
        self.info = card.info
        self._card = card
        self._gate = gate
        self._min_score = min_score
        self._channels = Channels()
        self._channels_of: weakref.ref[CTVolume] | None = None

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """The detections on the given slices, in their order, each with its mask.

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
            One answer for each slice; boxes in pixels of the stored image, tight about the masks.
        """
        if self._channels_of is None or self._channels_of() is not volume:
            self._channels, self._channels_of = Channels(), weakref.ref(volume)
        for index in slice_indices:
            yield self._search(volume, index)

    def _search(self, volume: CTVolume, slice_index: int) -> SliceDetections:
        if not may_hold_body(volume, slice_index):
            return SliceDetections(slice_index, (), False)
        liver = self._gate.locate(volume, slice_index)
        if not liver.is_there:
            return SliceDetections(slice_index, (), False)
        seen = volume_input(volume, slice_index, self._card.input, self._channels)
        found = self._detections(volume, slice_index, seen, liver)
        return SliceDetections(slice_index, found, True, SliceMask.of(liver.on_image()))

    def _detections(
        self, volume: CTVolume, slice_index: int, seen: ModelInput, liver: LiverOnSlice
    ) -> tuple[Detection, ...]:
        definition = self._card.input
        assert definition.step_mm is not None, "its card says how far the slices lie apart"
        spacing = volume.series.spacing_mm
        picture = liver_picture(seen, definition.window, definition.step_mm, spacing, liver)
        if picture is None:
            return ()
        parts = parts_of(picture)
        card = self._card
        line = calibration_on(card.calibrations, card.neighbours, volume, slice_index)
        scores = calibrated(scores_of(parts), line)
        found = []
        for k in best_first(parts, scores, MOST):
            if scores[k] >= self._min_score:
                found.append(_detection(parts[k], float(scores[k]), picture, seen))
        return tuple(one for one in found if one is not None)


def _detection(
    part: Part, score: float, picture: LiverPicture, seen: ModelInput
) -> Detection | None:
    """A part, grown, in pixels of the stored image; None where it lies between them."""
    top, left, region = grown(part, picture)
    mask = SliceMask.of(
        _on_image(region, top + picture.rows.start, left + picture.columns.start, seen)
    )
    if mask is None:
        return None
    box = Box(mask.left, mask.top, mask.left + mask.width, mask.top + mask.height)
    return Detection(box, score, mask=mask)


def _on_image(region: Mask, top: int, left: int, seen: ModelInput) -> Mask:
    """A region of the input in pixels of the stored image."""
    on_turned = np.zeros(seen.turn.size(seen.rows, seen.columns), bool)
    sides = zip(
        on_turned.shape, (seen.scale_y, seen.scale_x), (top, left), region.shape, strict=True
    )
    there, at = [], []
    for count, scale, first, size in sides:
        place = ((np.arange(count) + 0.5) * scale).astype(int) - first
        inside = np.flatnonzero((place >= 0) & (place < size))
        there.append(inside)
        at.append(place[inside])
    on_turned[np.ix_(*there)] = region[np.ix_(*at)]
    return seen.turn.inverse.apply(on_turned)
