"""Where a label and a detector say different things of a slice, and how much so."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

SAME_IOU = 0.5
"""From this IoU a label and a detection agree."""

NEAR_IOU = 0.1
"""From this IoU up to ``SAME_IOU`` they mean one lesion, and one of them is badly placed."""

NAMED_FROM = 0.3
"""A lesser severity is no disagreement that is worth a name; it still decides the order."""

FEWEST = 20
"""Agreements from which a detector's usual score can be told."""

Array = NDArray[np.float64]


class Kind(StrEnum):
    """What is wrong with a slice if the detector is right."""

    MISSED_BY_LABEL = "missed by the label"  #: a detection that no label is near
    MISSED_BY_DETECTOR = "missed by the detector"  #: a label that no detection is near
    BADLY_PLACED = "badly placed"  #: a label whose detection overlaps it too little


KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Disagreements:
    """What label and detector say of each slice.

    Attributes
    ----------
    kinds : (slices,) place in ``KINDS`` of the worst disagreement; -1 where none is worth a name
    worst : (slices,) its severity, 0 to 1
    doubt : (slices,) of the slice's most doubtful box, 0 to 1; what a queue is ordered by
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
    """Where labels and detections part, for all slices at once.

    The severity of a detection that no label is near is its score; that of a label is what the best
    score near it lacks to 1, or, where that box overlaps it too little, the score times the lack of
    overlap. A score is told in units of the detector's usual one where it agrees with a label: the
    median of these, if there are ``FEWEST``; what is as sure as that is certain.

    The doubt of a detection is its severity. That of a label is what score times overlap lack to 1
    in the detection that speaks best for it: the less sure and the less well placed, the more of
    it, so that labels on which all agree in name have an order too.

    Parameters
    ----------
    labels : (n, 4) boxes
    label_slices : (n,) the slice of each, from 0
    found : (m, 5) boxes with scores, 0 to 1
    found_slices : (m,) the slice of each
    slices : how many there are
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
