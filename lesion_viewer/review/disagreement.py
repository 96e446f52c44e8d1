"""Where a label and a detector say different things of a slice, and how much so."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection

SAME_IOU = 0.5
"""From this IoU a label and a detection agree."""

NEAR_IOU = 0.1
"""From this IoU up to ``SAME_IOU`` they mean one lesion, and one of them is badly placed."""

NAMED_FROM = 0.3
"""A lesser severity is no disagreement that is worth a name; it still decides the order."""

Array = NDArray[np.float64]


class Kind(StrEnum):
    """What is wrong with a slice if the detector is right."""

    MISSED_BY_LABEL = "missed by the label"  #: a detection that no label is near
    MISSED_BY_DETECTOR = "missed by the detector"  #: a label that no detection is near
    BADLY_PLACED = "badly placed"  #: a label whose detection overlaps it too little


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The worst disagreement on a slice.

    Attributes
    ----------
    severity : 0 to 1; the detector's score of a box that no label is near, what its best score
        near a label lacks to 1, the score times the lack of overlap for a label badly placed
    """

    kind: Kind
    severity: float


def disagreement(labels: Sequence[Box], found: Sequence[Detection]) -> Disagreement | None:
    """The worst disagreement of one slice; None where they agree well, or both are empty."""
    boxes = np.array([box.as_tuple() for box in labels], float).reshape(-1, 4)
    detected = np.array([(*d.box.as_tuple(), d.score) for d in found], float).reshape(-1, 5)
    kinds, severities = disagreements(
        boxes, np.zeros(len(boxes), int), detected, np.zeros(len(detected), int), 1
    )
    return Disagreement(KINDS[kinds[0]], float(severities[0])) if kinds[0] >= 0 else None


KINDS = tuple(Kind)


def disagreements(
    labels: Array,
    label_slices: NDArray[np.int64],
    found: Array,
    found_slices: NDArray[np.int64],
    slices: int,
) -> tuple[NDArray[np.int64], Array]:
    """The worst disagreement of each slice, for all slices at once.

    Parameters
    ----------
    labels : (n, 4) boxes
    label_slices : (n,) the slice of each, from 0
    found : (m, 5) boxes with scores
    found_slices : (m,) the slice of each
    slices : how many there are

    Returns
    -------
    Place in ``KINDS`` of each slice, -1 for none that is named, and the severity.
    """
    label, detection = _pairs(label_slices, found_slices, slices)
    iou = _iou(labels[label], found[detection, :4])
    scores = found[:, 4]
    nearest = np.zeros(len(found))
    np.maximum.at(nearest, detection, iou)
    is_near = iou >= NEAR_IOU
    best_score, best_placed = np.zeros(len(labels)), np.zeros(len(labels))
    np.maximum.at(best_score, label[is_near], scores[detection[is_near]])
    # A label is as well placed as the overlap with what speaks for it most surely.
    is_surest = is_near & (scores[detection] >= best_score[label])
    np.maximum.at(best_placed, label[is_surest], iou[is_surest])
    misplaced = np.where(best_placed < SAME_IOU, best_score * (1 - best_placed), 0.0)
    severity = np.zeros((len(KINDS), slices))
    np.maximum.at(severity[0], found_slices, np.where(nearest < NEAR_IOU, scores, 0.0))
    np.maximum.at(severity[1], label_slices, 1 - best_score)
    np.maximum.at(severity[2], label_slices, misplaced)
    worst = severity.max(0)
    return np.where(worst >= NAMED_FROM, severity.argmax(0), -1), worst


def _pairs(
    label_slices: NDArray[np.int64], found_slices: NDArray[np.int64], slices: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of every label and detection that are on one slice."""
    order = np.argsort(found_slices, kind="stable")
    counts = np.bincount(found_slices, minlength=slices)
    firsts = np.cumsum(counts) - counts
    per_label = counts[label_slices]
    label = np.repeat(np.arange(len(label_slices)), per_label)
    within = np.arange(len(label)) - np.repeat(np.cumsum(per_label) - per_label, per_label)
    return label, order[firsts[label_slices[label]] + within]


def _iou(a: Array, b: Array) -> Array:
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.clip(sides, 0, None).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared
    iou: Array = shared / union
    return iou
