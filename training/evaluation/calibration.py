"""How well scores agree with the share of boxes that are hits, and a calibration that fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from lesion_viewer.detection.score_calibration import (
    Calibration,
    Calibrations,
    calibrated,
    logit,
)
from lesion_viewer.errors import TrainingError

from .matching import HIT_IOU, Rule, Scored
from .scoring import ScoredCase

BINS = 10
LOWEST_SCORE = 0.05
FOLDS = 10
FEWEST = 15
"""Boxes in a bin of a cross-fitted error, at least."""

ROUNDS = 8
"""Of choosing the boxes that a calibration shows, and fitting it to them."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """A bin of boxes of similar score.

    Attributes
    ----------
    low, high : float
        Scores from and up to.
    boxes : int
        Number of boxes in the bin.
    mean_score, share_on_lesions : float
        Mean score of the boxes, and share of them that are hits by COCO's rule at IoU .5, by which
        a second box on a lesion is a false positive.
    """

    low: float
    high: float
    boxes: int
    mean_score: float
    share_on_lesions: float


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """How far off scores are that were calibrated on other patients.

    Attributes
    ----------
    error : float
        Expected calibration error over up to ``BINS`` bins of equally many boxes, ``FEWEST`` and
        more; NaN without a box.
    boxes : int
        Number of boxes of at least ``LOWEST_SCORE``.
    """

    error: float
    boxes: int


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Boxes of one kind of slices: logits before calibration, and whether each is a hit."""

    logits: Values
    is_right: NDArray[np.bool_]


def reliability(cases: Sequence[ScoredCase]) -> tuple[Reliability, ...]:
    """Bins of the boxes by score, from ``LOWEST_SCORE``; empty bins are left out.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases.

    Returns
    -------
    tuple[Reliability, ...]
        Up to ``BINS`` bins of equal width, lowest first.
    """
    slices = [s for case in cases for s in case.slices[Rule.COCO, HIT_IOU]]
    return _bins(*_scores(slices))


def fitted_calibration(cases: Sequence[ScoredCase], now: Calibrations) -> Calibrations:
    """The slopes and offsets under which the scores that are shown have the highest likelihood.

    Slices with and without neighbours have a line each; a kind whose boxes are all right or all
    wrong keeps what it has.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases; their scores are those after ``now``.
    now : Calibrations
        The present calibration.

    Returns
    -------
    Calibrations
        What to use in place of ``now``.

    Raises
    ------
    TrainingError
        Where no box, or every box, is a hit, or hits have no higher scores than false positives.

    Notes
    -----
    Platt 1999, with his targets just above 0 and below 1, on the boxes of ``LOWEST_SCORE`` and more
    once they are calibrated: the many below must not bend the line of those that are seen.
    """
    beside, alone = (_boxes(cases, now, is_alone) for is_alone in (False, True))
    kinds = [kind for kind in (beside, alone) if kind.is_right.any() and not kind.is_right.all()]
    if not kinds:
        raise TrainingError("scores are calibrated on boxes of which some are right and some wrong")
    lines = {id(kind): _line(kind) for kind in kinds}
    return lines.get(id(beside), now[0]), lines.get(id(alone), now[1])


def cross_fitted(cases: Sequence[ScoredCase], now: Calibrations) -> Mapping[str, CrossFitted]:
    """How far off scores are on each source of cases, calibrated without the patient at hand.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases; their scores are those after ``now``.
    now : Calibrations
        The present calibration.

    Returns
    -------
    Mapping[str, CrossFitted]
        Source of the cases -> how far off; sources whose calibration no other patients give are
        left out.
    """
    patients = sorted({case.patient for case in cases})
    scores: dict[str, list[Values]] = {}
    rights: dict[str, list[NDArray[np.bool_]]] = {}
    for fold in range(min(FOLDS, len(patients))):
        held = set(patients[fold::FOLDS])
        try:
            fitted = fitted_calibration([c for c in cases if c.patient not in held], now)
        except TrainingError:
            continue
        for case in cases:
            if case.patient in held:
                for is_alone in (False, True):
                    found = _boxes([case], now, is_alone)
                    line = (fitted[is_alone] or fitted[0]) if is_alone else fitted[0]
                    chances = 1 / (1 + np.exp(-found.logits))
                    scores.setdefault(case.source, []).append(calibrated(chances, line))
                    rights.setdefault(case.source, []).append(found.is_right)
    return {
        source: _even(np.concatenate(scores[source]), np.concatenate(rights[source]))
        for source in scores
    }


def _even(scores: Values, is_right: NDArray[np.bool_]) -> CrossFitted:
    """The error over bins of equally many boxes: where few are shown, others hold two or three."""
    shown = np.flatnonzero(scores >= LOWEST_SCORE)
    if not len(shown):
        return CrossFitted(float("nan"), 0)
    shown = shown[np.argsort(scores[shown], kind="stable")]
    bins = np.array_split(shown, min(max(len(shown) // FEWEST, 1), BINS))
    away = sum(len(one) * abs(scores[one].mean() - is_right[one].mean()) for one in bins)
    return CrossFitted(float(away / len(shown)), len(shown))


def _line(boxes: _Boxes) -> Calibration:
    slope, offset = _platt(boxes)
    for _ in range(ROUNDS):
        is_shown = slope * boxes.logits + offset >= logit(np.array(LOWEST_SCORE))
        shown = _Boxes(boxes.logits[is_shown], boxes.is_right[is_shown])
        if not shown.is_right.any() or shown.is_right.all():
            break
        of_shown = _platt(shown)
        # Half of the way: otherwise two choices of boxes can follow each other for ever.
        slope, offset = (slope + of_shown[0]) / 2, (offset + of_shown[1]) / 2
    return slope, offset


def _platt(boxes: _Boxes) -> Calibration:
    right, wrong = int(boxes.is_right.sum()), int((~boxes.is_right).sum())
    targets = np.where(boxes.is_right, (right + 1) / (right + 2), 1 / (wrong + 2))

    def loss(line: Values) -> float:
        x = line[0] * boxes.logits + line[1]
        return float((np.logaddexp(0, x) - targets * x).sum())

    slope, offset = minimize(loss, np.array([1.0, 0.0])).x
    if slope <= 0:
        raise TrainingError("right boxes score no higher than wrong ones: nothing to calibrate")
    return float(slope), float(offset)


def _boxes(cases: Sequence[ScoredCase], now: Calibrations, is_alone: bool) -> _Boxes:
    slices = [
        s
        for case in cases
        for s, alone in zip(case.slices[Rule.COCO, HIT_IOU], case.is_alone, strict=True)
        if alone == is_alone
    ]
    scores, is_right = _scores(slices)
    slope, offset = (now[1] or now[0]) if is_alone else now[0]
    return _Boxes((logit(scores) - offset) / slope, is_right)


def _scores(slices: Sequence[Scored]) -> tuple[Values, NDArray[np.bool_]]:
    """Scores of the boxes on slices, hits first, and whether each is a hit."""
    right = [score for s in slices for score in s.hits]
    wrong = [score for s in slices for score in s.false_positives]
    return np.array([*right, *wrong], float), np.arange(len(right) + len(wrong)) < len(right)


def _bins(scores: Values, is_right: NDArray[np.bool_]) -> tuple[Reliability, ...]:
    edges = np.linspace(0, 1, BINS + 1)
    rows = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        is_in = (scores >= max(low, LOWEST_SCORE)) & ((scores < high) | (high == 1))
        if is_in.any():
            share, mean = float(is_right[is_in].mean()), float(scores[is_in].mean())
            rows.append(Reliability(float(low), float(high), int(is_in.sum()), mean, share))
    return tuple(rows)


def expected_calibration_error(rows: Sequence[Reliability]) -> float:
    """Mean distance of score and share of hits, weighted by the boxes; NaN without any.

    Parameters
    ----------
    rows : Sequence[Reliability]
        Bins, as ``reliability`` gives them.

    Returns
    -------
    float
        0 to 1, or NaN.

    Notes
    -----
    Naeini et al. 2015.
    """
    boxes = sum(row.boxes for row in rows)
    away = sum(row.boxes * abs(row.mean_score - row.share_on_lesions) for row in rows)
    return away / boxes if boxes else float("nan")
