"""Detections held against known lesions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box, pairwise_iou
from lesion_viewer.detection.candidates import Candidate, SliceDetections

HIT_IOU = 0.5
PAPER_IOU = 0.1
OVERLAP_3D = 0.1
"""From this IoU of volumes, made of the boxes, a candidate is the lesion."""

Corners = tuple[float, float, float, float]
Lesion = Mapping[int, Sequence[Corners]]
"""A lesion's boxes by slice: mostly one, more where a slice cuts it in parts."""


class Rule(Enum):
    """What a second box on a lesion is.

    Attributes
    ----------
    CADLAB : neither a true nor a false positive; a box is on the lesion that it overlaps most
    COCO : a false positive; boxes take lesions in the order of their scores
    """

    CADLAB = "CADLab"
    COCO = "COCO"


@dataclass(frozen=True, slots=True)
class ScoredSlice:
    """What the detections of a slice are worth.

    Attributes
    ----------
    scores : per lesion on the slice the best score of a box on it; 0 where there is none
    false_positives : scores of the boxes that lie on no lesion
    """

    scores: tuple[float, ...]
    false_positives: tuple[float, ...]

    @property
    def lesions(self) -> int:
        """How many lesions are on the slice."""
        return len(self.scores)

    @property
    def hits(self) -> tuple[float, ...]:
        """Scores of the lesions that were hit."""
        return tuple(score for score in self.scores if score > 0)


def score_slice(
    found: SliceDetections,
    lesions: Sequence[Corners],
    rule: Rule = Rule.CADLAB,
    hit_iou: float = HIT_IOU,
) -> ScoredSlice:
    """Hits and false positives of one slice; a box whose IoU reaches ``hit_iou`` is on a lesion."""
    iou = _overlaps([d.box for d in found.detections], lesions)
    scores = [0.0] * len(lesions)
    false_positives = []
    for n in sorted(range(len(iou)), key=lambda n: -found.detections[n].score):
        score, row = found.detections[n].score, iou[n].copy()
        if rule is Rule.COCO:
            row[[s > 0 for s in scores]] = 0
        best = int(row.argmax()) if len(row) else -1
        if best < 0 or row[best] < hit_iou:
            false_positives.append(score)
        else:
            scores[best] = max(scores[best], score)
    return ScoredSlice(tuple(scores), tuple(false_positives))


def is_on_a_lesion(candidate: Candidate, truth: Lesion, hit_iou: float = HIT_IOU) -> bool:
    """Whether one of the candidate's boxes lies on a lesion, on its slice."""
    return any(
        bool((_overlaps([detection.box], truth.get(index, ())) >= hit_iou).any())
        for index, detection in candidate.detections.items()
    )


def overlap_3d(candidate: Candidate, lesion: Lesion) -> float:
    """IoU of two volumes that are made of boxes on slices of equal distance."""
    own = {i: d.box for i, d in candidate.detections.items()}
    other = {i: [Box(*corners) for corners in boxes] for i, boxes in lesion.items()}
    shared = sum(_shared(own[i], box) for i in own.keys() & other.keys() for box in other[i])
    areas = sum(b.area for b in own.values()) + sum(b.area for bs in other.values() for b in bs)
    return shared / (areas - shared)


def _shared(a: Box, b: Box) -> float:
    width = min(a.x2, b.x2) - max(a.x1, b.x1)
    height = min(a.y2, b.y2) - max(a.y1, b.y1)
    return max(width, 0.0) * max(height, 0.0)


def _overlaps(boxes: Sequence[Box], lesions: Sequence[Corners]) -> NDArray[np.float64]:
    if not boxes or not lesions:
        return np.zeros((len(boxes), len(lesions)))
    return pairwise_iou(np.array([b.as_tuple() for b in boxes]), np.array(lesions, np.float64))
