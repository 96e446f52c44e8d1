"""How well scores agree with the share of boxes that are hits, and a calibration that fits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from lesion_viewer.detection.score_calibration import Calibration, logit
from lesion_viewer.errors import TrainingError

from .matching import HIT_IOU, Rule
from .scoring import ScoredCase

BINS = 10
LOWEST_SCORE = 0.05


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
    right, wrong = _right_and_wrong(cases)
    edges = np.linspace(0, 1, BINS + 1)
    rows = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        in_bin = [
            part[(part >= max(low, LOWEST_SCORE)) & ((part < high) | (high == 1))]
            for part in (right, wrong)
        ]
        scores = np.concatenate(in_bin)
        if len(scores):
            share = len(in_bin[0]) / len(scores)
            rows.append(
                Reliability(float(low), float(high), len(scores), float(scores.mean()), share)
            )
    return tuple(rows)


def fitted_calibration(cases: Sequence[ScoredCase], now: Calibration) -> Calibration:
    """The slope and offset under which the scores have the highest likelihood.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases; their scores are those after ``now``.
    now : Calibration
        Slope and offset of the present calibration.

    Returns
    -------
    Calibration
        Slope and offset to use in place of ``now``.

    Raises
    ------
    TrainingError
        Where no box, or every box, is a hit, or hits have no higher scores than false positives.

    Notes
    -----
    Platt 1999, with his targets just above 0 and below 1.
    """
    right, wrong = (part[part >= LOWEST_SCORE] for part in _right_and_wrong(cases))
    if not len(right) or not len(wrong):
        raise TrainingError("scores are calibrated on boxes of which some are right and some wrong")
    odds = logit(np.concatenate([right, wrong]))
    targets = np.concatenate(
        [
            np.full(len(right), (len(right) + 1) / (len(right) + 2)),
            np.full(len(wrong), 1 / (len(wrong) + 2)),
        ]
    )

    def loss(line: NDArray[np.float64]) -> float:
        x = line[0] * odds + line[1]
        return float((np.logaddexp(0, x) - targets * x).sum())

    slope, offset = minimize(loss, np.array([1.0, 0.0])).x
    if slope <= 0:
        raise TrainingError("right boxes score no higher than wrong ones: nothing to calibrate")
    return float(slope * now[0]), float(slope * now[1] + offset)


def _right_and_wrong(
    cases: Sequence[ScoredCase],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    slices = [s for case in cases for s in case.slices[Rule.COCO, HIT_IOU]]
    return (
        np.array([score for s in slices for score in s.hits]),
        np.array([score for s in slices for score in s.false_positives]),
    )


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
