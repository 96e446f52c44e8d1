"""How much a part looks like a lesion, by its shape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.geometric.parts import Part

USUAL_MM = 12.0
COMPACT = 1.1
"""Compactness that counts at most; parts of a few pixels have more."""

OFFSET = 3.0
WEIGHTS = {
    "size": 3.5,
    "size squared": -1.4,
    "asymmetry": -5.5,
    "compactness": 3.0,
    "bordering": -2.0,
    "growth": -1.4,
    "along": -0.8,
    "bright": -2.7,
}


def scores_of(parts: Sequence[Part]) -> NDArray[np.float64]:
    """The score of each part, before calibration.

    Parameters
    ----------
    parts : Sequence[Part]
        Parts of slices.

    Returns
    -------
    NDArray[np.float64]
        (n,), 0 to 1.

    Notes
    -----
    The logistic function of a weighted sum. The weights are rounded from a logistic regression on
    113 painted slices; no annotated image was used. ``training/recipes/NOTES.md`` says more.
    """
    weights = np.array(list(WEIGHTS.values()))
    sums = OFFSET + features_of(parts) @ weights
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-sums))
    return scores


def features_of(parts: Sequence[Part]) -> NDArray[np.float64]:
    """The features in the order of ``WEIGHTS``.

    Parameters
    ----------
    parts : Sequence[Part]
        Parts of slices.

    Returns
    -------
    NDArray[np.float64]
        (n, 8).
    """
    return np.array(
        [
            (
                size := np.log(part.diameter_mm / USUAL_MM),
                size**2,
                part.asymmetry,
                min(part.compactness, COMPACT),
                part.bordering,
                min(np.log(part.growth), 3.0),
                part.along,
                float(part.is_bright),
            )
            for part in parts
        ]
    ).reshape(-1, len(WEIGHTS))
