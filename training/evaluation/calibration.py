"""Whether a score of .7 is right seven times out of ten, and how to make it so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from lesion_viewer.detection.score_calibration import Calibration, logit
from lesion_viewer.errors import TrainingError
from training.evaluation.matching import HIT_IOU, Rule
from training.evaluation.scoring import ScoredCase

BINS = 10
LOWEST_SCORE = 0.05


@dataclass(frozen=True, slots=True)
class Reliability:
    """Boxes of similar score.

    Attributes
    ----------
    low, high : scores from and up to
    boxes : how many there are
    mean_score, share_on_lesions : what is claimed, and what is so; COCO's rule at IoU .5, so that
        a second box on a lesion is not right again
    """

    low: float
    high: float
    boxes: int
    mean_score: float
    share_on_lesions: float


def reliability(cases: Sequence[ScoredCase]) -> tuple[Reliability, ...]:
    """The boxes from score ``LOWEST_SCORE``, in ``BINS`` bins; empty bins are left out."""
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
    """The slope and offset under which the scores are likeliest.

    Parameters
    ----------
    now : what the scores have gone through already; the result takes its place

    Raises
    ------
    TrainingError
        Where no box, or every box, is right, or the right ones score no higher.

    Notes
    -----
    Platt 1999, with his targets just short of 0 and 1.
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
    """Mean distance of claim and truth, weighted by the boxes; not a number without any.

    Notes
    -----
    Naeini et al. 2015.
    """
    boxes = sum(row.boxes for row in rows)
    away = sum(row.boxes * abs(row.mean_score - row.share_on_lesions) for row in rows)
    return away / boxes if boxes else float("nan")
