"""Clusters of attenuations by mean shift."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

BINS_A_BANDWIDTH = 8
"""So many bins stand for the values within a bandwidth."""

MOST_STEPS = 300


def cluster_peaks(values: Values, bandwidth: float) -> Values:
    """For each value the peak of the density that it climbs to.

    Parameters
    ----------
    values : Values
        (n,), for example HU.
    bandwidth : float
        Values this close are averaged at each step; over 0.

    Returns
    -------
    Values
        (n,); values of equal peaks are a cluster.

    Notes
    -----
    Comaniciu and Meer, IEEE PAMI 24 (2002), 603, with a flat kernel, on values rounded to an eighth
    of the bandwidth. As in scikit-learn's ``MeanShift``, of peaks within a bandwidth the one with
    the most values about it stands for all.
    """
    width = bandwidth / BINS_A_BANDWIDTH
    bins = np.round(values / width).astype(int)
    first = bins.min()
    counts = np.bincount(bins - first).astype(float)
    places = np.arange(len(counts), dtype=float)
    number = np.concatenate([[0], np.cumsum(counts)])
    total = np.concatenate([[0], np.cumsum(counts * places)])
    there = np.flatnonzero(counts)
    at = there.astype(float)
    for _ in range(MOST_STEPS):
        low, high = _window(at, len(counts))
        moved = (total[high] - total[low]) / (number[high] - number[low])
        if np.allclose(moved, at, atol=1e-3):
            break
        at = moved
    low, high = _window(at, len(counts))
    merged = _merged(at, number[high] - number[low])
    peaks = np.zeros(len(counts))
    peaks[there] = (merged + first) * width
    of_each: Values = peaks[bins - first]
    return of_each


def _window(at: Values, count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First bin within a bandwidth of each place, and the one after the last."""
    low = np.ceil(at - BINS_A_BANDWIDTH - 1e-9).astype(int).clip(0, count)
    high = np.floor(at + BINS_A_BANDWIDTH + 1e-9).astype(int).clip(-1, count - 1) + 1
    return low, high


def _merged(peaks: Values, weights: Values) -> Values:
    """Each place's nearest peak of those that no heavier peak is within a bandwidth of."""
    kept: list[float] = []
    for k in np.argsort(-weights, kind="stable"):
        if all(abs(peaks[k] - other) > BINS_A_BANDWIDTH for other in kept):
            kept.append(float(peaks[k]))
    those = np.array(kept)
    nearest: Values = those[np.abs(peaks[:, None] - those).argmin(axis=1)]
    return nearest
