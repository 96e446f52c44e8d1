"""Detections compared with known lesions."""

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
"""Lowest IoU of the volumes made up of boxes at which a candidate is a lesion."""

Corners = tuple[float, float, float, float]
Lesion = Mapping[int, Sequence[Corners]]
"""A lesion's boxes by slice: several where a slice cuts the lesion into parts."""


class Rule(Enum):
    """What a second box on a lesion counts as.

    Attributes
    ----------
    CADLAB
        Neither a true nor a false positive; a box is on the lesion that it overlaps most.
    COCO
        A false positive; boxes are matched with lesions in the order of their scores.
    """

    CADLAB = "CADLab"
    COCO = "COCO"


@dataclass(frozen=True, slots=True)
class Scored:
    """The boxes of a slice, or the candidates of a volume, compared with its lesions.

    Attributes
    ----------
    scores : tuple[float, ...]
        For each lesion the highest score of a box or candidate on it; 0 where there is none.
    false_positives : tuple[float, ...]
        Scores of the boxes or candidates that lie on no lesion.
    """

    scores: tuple[float, ...]
    false_positives: tuple[float, ...]

    @property
    def lesions(self) -> int:
        """Number of lesions."""
        return len(self.scores)

    @property
    def hits(self) -> tuple[float, ...]:
        """Scores of the lesions that have a box or candidate on them."""
        return tuple(score for score in self.scores if score > 0)


def score_slice(
    found: SliceDetections,
    lesions: Sequence[Corners],
    rule: Rule = Rule.CADLAB,
    hit_iou: float = HIT_IOU,
) -> Scored:
    """Hits and false positives on a slice.

    Parameters
    ----------
    found : SliceDetections
        Boxes with scores.
    lesions : Sequence[Corners]
        Boxes of the lesions, in pixels.
    rule : Rule
        What a second box on a lesion counts as.
    hit_iou : float
        Lowest IoU of a box that lies on a lesion.

    Returns
    -------
    Scored
        The scores by lesion, and those of the other boxes.
    """
    iou = overlaps([d.box for d in found.detections], lesions)
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
    return Scored(tuple(scores), tuple(false_positives))


def score_candidates(
    candidates: Sequence[Candidate], lesions: Sequence[Lesion], hit_iou: float = HIT_IOU
) -> Scored:
    """Hits and false positives among the candidates of a volume.

    Parameters
    ----------
    candidates : Sequence[Candidate]
        Boxes that are linked over slices.
    lesions : Sequence[Lesion]
        Boxes of each lesion by slice.
    hit_iou : float
        Lowest IoU of a box that lies on a lesion; a candidate lies on the lesions on which one of
        its boxes does.

    Returns
    -------
    Scored
        The scores by lesion, and those of the candidates that lie on none.
    """
    scores = [0.0] * len(lesions)
    false_positives = []
    for one in candidates:
        on = [n for n, lesion in enumerate(lesions) if _is_on(one, lesion, hit_iou)]
        for n in on:
            scores[n] = max(scores[n], one.score)
        if not on:
            false_positives.append(one.score)
    return Scored(tuple(scores), tuple(false_positives))


def _is_on(candidate: Candidate, lesion: Lesion, hit_iou: float) -> bool:
    return any(
        bool((overlaps([found.box], lesion[index]) >= hit_iou).any())
        for index, found in candidate.detections.items()
        if index in lesion
    )


def overlap_3d(candidate: Candidate, lesion: Lesion) -> float:
    """IoU of the volumes that the boxes of a candidate and of a lesion make up.

    Parameters
    ----------
    candidate : Candidate
        Boxes that are linked over slices.
    lesion : Lesion
        Boxes of the lesion by slice.

    Returns
    -------
    float
        0 to 1; the slices are taken to be equally far apart.
    """
    own = {i: d.box for i, d in candidate.detections.items()}
    other = {i: [Box(*corners) for corners in boxes] for i, boxes in lesion.items()}
    shared = sum(_shared(own[i], box) for i in own.keys() & other.keys() for box in other[i])
    areas = sum(b.area for b in own.values()) + sum(b.area for bs in other.values() for b in bs)
    return shared / (areas - shared)


def _shared(a: Box, b: Box) -> float:
    width = min(a.x2, b.x2) - max(a.x1, b.x1)
    height = min(a.y2, b.y2) - max(a.y1, b.y1)
    return max(width, 0.0) * max(height, 0.0)


def overlaps(boxes: Sequence[Box], lesions: Sequence[Corners]) -> NDArray[np.float64]:
    """How far boxes and lesions of a slice overlap.

    Parameters
    ----------
    boxes : Sequence[Box]
        Found boxes.
    lesions : Sequence[Corners]
        Boxes of the lesions.

    Returns
    -------
    NDArray[np.float64]
        IoU, float64 (boxes, lesions).
    """
    if not boxes or not lesions:
        return np.zeros((len(boxes), len(lesions)))
    return pairwise_iou(np.array([b.as_tuple() for b in boxes]), np.array(lesions, np.float64))
