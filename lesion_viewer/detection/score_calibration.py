"""Scores of a network, calibrated to measured probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Calibration = tuple[float, float]
"""Slope and offset on the logit of a score."""

UNCALIBRATED: Calibration = (1.0, 0.0)
CERTAIN = 1e-6


def calibrated(scores: NDArray[Any], calibration: Calibration) -> NDArray[np.float64]:
    """Scores as probabilities of being right; their order stays the same.

    Parameters
    ----------
    scores : NDArray[Any]
        Scores of the network, 0 to 1.
    calibration : Calibration
        Slope and offset on the logit.

    Returns
    -------
    NDArray[np.float64]
        0 to 1.

    Notes
    -----
    Platt 1999, on the logit of the score.
    """
    if calibration == UNCALIBRATED:
        return np.asarray(scores, np.float64)
    slope, offset = calibration
    return 1 / (1 + np.exp(-(slope * logit(scores) + offset)))


def logit(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Logarithm of the odds; finite for 0 and 1 as well.

    Parameters
    ----------
    scores : NDArray[Any]
        0 to 1.

    Returns
    -------
    NDArray[np.float64]
        Natural logarithms.
    """
    within = np.clip(np.asarray(scores, np.float64), CERTAIN, 1 - CERTAIN)
    return np.asarray(np.log(within / (1 - within)))
