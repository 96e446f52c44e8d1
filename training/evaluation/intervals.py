"""Intervals of 95 % by a bootstrap over patients."""

from collections.abc import Iterable, Sequence

import numpy as np

from .froc import FALSE_POSITIVES_PER_SLICE
from .matching import Scored

BOOTSTRAPS = 1000

Interval = tuple[float, float]


def intervals(scored: Iterable[tuple[str, Sequence[Scored]]]) -> dict[float, Interval]:
    """The middle 95 % of sensitivities, where patients are drawn with replacement.

    Parameters
    ----------
    scored : Iterable[tuple[str, Sequence[Scored]]]
        Patient, and slices or volumes of that patient.

    Returns
    -------
    dict[float, Interval]
        False positives per slice or volume -> interval; empty with fewer than two patients.
    """
    of_patient: dict[str, list[Scored]] = {}
    for patient, parts in scored:
        of_patient.setdefault(patient, []).extend(parts)
    drawn_from = list(of_patient.values())
    hits = [np.array([x for s in slices for x in s.hits]) for slices in drawn_from]
    false = [np.array([x for s in slices for x in s.false_positives]) for slices in drawn_from]
    lesions = np.array([sum(s.lesions for s in slices) for slices in drawn_from])
    counts = np.array([len(slices) for slices in drawn_from])
    if len(drawn_from) < 2 or not lesions.any():
        return {}
    rng = np.random.default_rng(0)
    drawn: dict[float, list[float]] = {n: [] for n in FALSE_POSITIVES_PER_SLICE}
    for _ in range(BOOTSTRAPS):
        chosen = rng.integers(0, len(drawn_from), len(drawn_from))
        found = np.concatenate([hits[i] for i in chosen])
        wrong = np.sort(np.concatenate([false[i] for i in chosen]))
        for n, values in drawn.items():
            # As in the curve: hits score higher than the first false positive beyond the limit.
            most = int(n * counts[chosen].sum())
            limit = wrong[-most - 1] if most < len(wrong) else -np.inf
            total = lesions[chosen].sum() or np.nan
            values.append(float((found > limit).sum() / total))
    limits = {n: np.nanpercentile(values, (2.5, 97.5)) for n, values in drawn.items()}
    return {n: (float(low), float(high)) for n, (low, high) in limits.items()}


def share_interval(of_patients: Sequence[Sequence[bool]]) -> Interval | None:
    """The middle 95 % of a share over all, where patients are drawn with replacement.

    Parameters
    ----------
    of_patients : Sequence[Sequence[bool]]
        For each patient what is counted, at least one.

    Returns
    -------
    Interval | None
        None with fewer than two patients.
    """
    if len(of_patients) < 2:
        return None
    found, count = np.array([(sum(hits), len(hits)) for hits in of_patients]).T
    drawn = np.random.default_rng(0).integers(0, len(count), (BOOTSTRAPS, len(count)))
    low, high = np.percentile(found[drawn].sum(1) / count[drawn].sum(1), (2.5, 97.5))
    return float(low), float(high)
