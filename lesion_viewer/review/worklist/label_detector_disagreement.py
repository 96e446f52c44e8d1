"""Where labels and a detector differ on a slice, and how much."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

SAME_IOU = 0.5
"""From this IoU a label and a detection agree."""

NEAR_IOU = 0.1
"""From this IoU up to ``SAME_IOU`` they are of one lesion, and one of them is badly placed."""

NAMED_FROM = 0.3
"""A disagreement of a lower severity is not named; it still counts in the order."""

FEWEST = 20
"""The number of agreements that a detector's usual score needs."""

Array = NDArray[np.float64]


class Kind(StrEnum):
    """What is wrong with a slice if the detector is right."""

    MISSED_BY_LABEL = "missed by the label"  #: a detection without a label nearby
    MISSED_BY_DETECTOR = "missed by the detector"  #: a label without a detection nearby
    BADLY_PLACED = "badly placed"  #: a label whose detection overlaps it too little


KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Disagreements:
    """How labels and detector differ on each slice.

    Attributes
    ----------
    kinds : NDArray[np.int64]
        (slices,) place in ``KINDS`` of the worst disagreement; -1 where none is named.
    worst : Array
        (slices,) severity of the worst disagreement, 0 to 1.
    doubt : Array
        (slices,) doubt of the most doubtful box, 0 to 1; it orders a queue.
    """

    kinds: NDArray[np.int64]
    worst: Array
    doubt: Array


def disagreements(
    labels: Array,
    label_slices: NDArray[np.int64],
    found: Array,
    found_slices: NDArray[np.int64],
    slices: int,
) -> Disagreements:
    """Where labels and detections differ, for all slices at once.

    The severity of a detection without a label nearby is its score. The severity of a label is 1
    minus the best score near it; where the box of that score overlaps the label too little, score
    times (1 - IoU) counts if it is higher. Scores are divided by the detector's usual score and
    limited to 1. The usual score is the median of the best scores of labels that a detection agrees
    with, where there are at least ``FEWEST`` of them, else 1.

    The doubt of a detection is its severity. The doubt of a label is 1 minus the highest product of
    score and IoU on its slice. It also orders labels on which no disagreement is named.

    Parameters
    ----------
    labels : Array
        (n, 4) boxes x1, y1, x2, y2 in pixels.
    label_slices : NDArray[np.int64]
        (n,) slice of each label, from 0.
    found : Array
        (m, 5) boxes in pixels, each with its score, 0 to 1.
    found_slices : NDArray[np.int64]
        (m,) slice of each detection, from 0.
    slices : int
        How many slices there are.

    Returns
    -------
    Disagreements
        One entry for each slice.
    """
    label, detection = _pairs(label_slices, found_slices, slices)
    iou = _iou(labels[label], found[detection, :4])
    scores = np.clip(found[:, 4] / _usual_score(label, iou, found[detection, 4]), 0, 1)
    nearest = np.zeros(len(found))
    np.maximum.at(nearest, detection, iou)
    is_near = iou >= NEAR_IOU
    best_score, best_placed = np.zeros(len(labels)), np.zeros(len(labels))
    np.maximum.at(best_score, label[is_near], scores[detection[is_near]])
    # A label is as well placed as the overlap with what speaks for it most surely.
    is_surest = is_near & (scores[detection] >= best_score[label])
    np.maximum.at(best_placed, label[is_surest], iou[is_surest])
    of_kind = {
        Kind.MISSED_BY_LABEL: (found_slices, np.where(nearest < NEAR_IOU, scores, 0.0)),
        Kind.MISSED_BY_DETECTOR: (label_slices, 1 - best_score),
        Kind.BADLY_PLACED: (
            label_slices,
            np.where(best_placed < SAME_IOU, best_score * (1 - best_placed), 0.0),
        ),
    }
    worst = np.zeros((len(KINDS), slices))
    for place, kind in enumerate(KINDS):
        np.maximum.at(worst[place], *of_kind[kind])
    highest = worst.max(0)
    spoken_for = np.zeros(len(labels))
    np.maximum.at(spoken_for, label, scores[detection] * iou)
    doubt = worst[KINDS.index(Kind.MISSED_BY_LABEL)].copy()
    np.maximum.at(doubt, label_slices, 1 - spoken_for)
    return Disagreements(np.where(highest >= NAMED_FROM, worst.argmax(0), -1), highest, doubt)


def _usual_score(label: NDArray[np.int64], iou: Array, scores: Array) -> float:
    """The median score of the best box of each label that agrees with it; 1 for too few of them."""
    agrees = iou >= SAME_IOU
    best = np.zeros(label.max(initial=-1) + 1)
    np.maximum.at(best, label[agrees], scores[agrees])
    found = best[best > 0]
    return float(np.median(found)) if len(found) >= FEWEST else 1.0


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
