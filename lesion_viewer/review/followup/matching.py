"""Which lesion of a study is which one of an earlier study, by their places."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.review.followup.lesion import Lesion
from lesion_viewer.review.followup.statements import Statements

LIMIT_MM = 25.0
"""Lesions further apart are two lesions; a liver moves by up to about this with the breath."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One lesion at two times.

    Attributes
    ----------
    prior, current : Lesion
        In the earlier and in the present study.
    apart_mm : float | None
        Distance of the two once one study is laid on the other; None where that is unknown.
    is_stated : bool
        Whether a reader said so.
    """

    prior: Lesion
    current: Lesion
    apart_mm: float | None
    is_stated: bool = False


def matched(
    prior: Sequence[Lesion],
    current: Sequence[Lesion],
    to_current: RigidMap | None,
    stated: Statements,
    limit_mm: float = LIMIT_MM,
) -> list[Pair]:
    """The pairs of lesions: those that a reader stated, then the nearest ones.

    Parameters
    ----------
    prior, current : Sequence[Lesion]
        Lesions of the two studies.
    to_current : RigidMap | None
        From the prior's patient frame to the present one; None where places cannot be compared, so
        that only what was stated counts.
    stated : Statements
        What the reader said; lesions of which he said something take no part otherwise.
    limit_mm : float
        Largest distance of a pair.

    Returns
    -------
    list[Pair]
        Each lesion at most once. As many as the limit allows, and of those ways the one with the
        least sum of distances.
    """
    before, now = ({lesion.id: lesion for lesion in side} for side in (prior, current))
    pairs = [
        Pair(before[a], now[b], _apart_mm(before[a], now[b], to_current), True)
        for a, b in stated.pairs.items()
        if a in before and b in now
    ]
    taken = {lesion.id for pair in pairs for lesion in (pair.prior, pair.current)}
    taken |= stated.gone | stated.new
    free = [[x for x in side if x.id not in taken] for side in (prior, current)]
    if to_current is not None:
        pairs += _nearest(free[0], free[1], to_current, limit_mm)
    return pairs


def _nearest(
    prior: Sequence[Lesion], current: Sequence[Lesion], to_current: RigidMap, limit_mm: float
) -> list[Pair]:
    from scipy.optimize import linear_sum_assignment  # slow to import, and not needed to show a CT

    apart = [[_apart_mm(a, b, to_current) for b in current] for a in prior]
    cost = np.array([[np.inf if mm is None else mm for mm in row] for row in apart], float)
    if not cost.size:
        return []
    # One pair beyond the limit costs more than all within it together.
    beyond = limit_mm * (min(cost.shape) + 1)
    allowed = cost <= limit_mm
    rows, columns = linear_sum_assignment(np.where(allowed, cost, beyond))
    return [
        Pair(prior[a], current[b], float(cost[a, b]))
        for a, b in zip(rows, columns, strict=True)
        if allowed[a, b]
    ]


def _apart_mm(prior: Lesion, current: Lesion, to_current: RigidMap | None) -> float | None:
    if to_current is None or prior.point_mm is None or current.point_mm is None:
        return None
    there = to_current.point(prior.point_mm)
    return float(np.linalg.norm(np.subtract(there, current.point_mm)))
