"""Whether a score of .7 is right seven times out of ten."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
    slices = [s for case in cases for s in case.slices[Rule.COCO, HIT_IOU]]
    right = np.array([score for s in slices for score in s.hits])
    wrong = np.array([score for s in slices for score in s.false_positives])
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


def expected_calibration_error(rows: Sequence[Reliability]) -> float:
    """Mean distance of claim and truth, weighted by the boxes; not a number without any.

    Notes
    -----
    Naeini et al. 2015.
    """
    boxes = sum(row.boxes for row in rows)
    away = sum(row.boxes * abs(row.mean_score - row.share_on_lesions) for row in rows)
    return away / boxes if boxes else float("nan")
