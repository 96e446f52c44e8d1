"""Detections held against known lesions, by CADLab's rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lesion_viewer.detection.boxes import Box, pairwise_iou
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections

HIT_IOU = 0.5
Truth = Mapping[int, Sequence[tuple[float, float, float, float]]]


@dataclass(frozen=True, slots=True)
class ScoredSlice:
    """What the detections of a slice are worth.

    Attributes
    ----------
    hits : per lesion that was hit, the best score of a box on it
    false_positives : scores of the boxes that lie on no lesion
    lesions : on the slice
    """

    hits: tuple[float, ...]
    false_positives: tuple[float, ...]
    lesions: int


def score_slice(
    found: SliceDetections, lesions: Sequence[tuple[float, float, float, float]]
) -> ScoredSlice:
    """Hits and false positives of one slice.

    Notes
    -----
    CADLab's rule: a box whose IoU with some lesion is ``HIT_IOU`` or more is on that lesion, the
    one that it overlaps most; further boxes on the same lesion count neither as true nor as false.
    """
    boxes = [d.box for d in found.detections]
    on = _lesion_of_each(boxes, lesions)
    best: dict[int, float] = {}
    false_positives = []
    for detection, lesion in zip(found.detections, on, strict=True):
        if lesion is None:
            false_positives.append(detection.score)
        else:
            best[lesion] = max(best.get(lesion, 0.0), detection.score)
    return ScoredSlice(tuple(best.values()), tuple(false_positives), len(lesions))


def is_on_a_lesion(candidate: Candidate, truth: Truth) -> bool:
    """Whether one of the candidate's boxes lies on a lesion, on its slice."""
    return any(
        _lesion_of_each([detection.box], truth.get(index, ()))[0] is not None
        for index, detection in candidate.detections.items()
    )


def best_score_on(
    lesion: Mapping[int, tuple[float, float, float, float]],
    found: Mapping[int, Sequence[Detection]],
) -> float:
    """The best score of a box that lies on the lesion on any of its slices; 0 where none does."""
    return max(
        (
            detection.score
            for index, box in lesion.items()
            for detection in found.get(index, ())
            if detection.box.iou(Box(*box)) >= HIT_IOU
        ),
        default=0.0,
    )


def _lesion_of_each(
    boxes: Sequence[Box], lesions: Sequence[tuple[float, float, float, float]]
) -> list[int | None]:
    if not boxes or not lesions:
        return [None] * len(boxes)
    iou = pairwise_iou(np.array([b.as_tuple() for b in boxes]), np.array(lesions, np.float64))
    return [
        int(k) if row[k] >= HIT_IOU else None for row, k in zip(iou, iou.argmax(1), strict=True)
    ]
