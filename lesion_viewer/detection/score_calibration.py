"""Scores of a network, calibrated to measured probabilities."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.inputs import is_alone
from lesion_viewer.errors import DetectionError

if TYPE_CHECKING:
    from lesion_viewer.ct.volume.ct_volume import CTVolume
    from lesion_viewer.detection.neighbours import Neighbours

Calibration = tuple[float, float]
"""Slope and offset on the logit of a score."""

Calibrations = tuple[Calibration, Calibration | None]
"""On slices with neighbours, and on those without; None where the first serves both."""

UNCALIBRATED: Calibration = (1.0, 0.0)
CERTAIN = 1e-6


def read_calibration(entry: Any) -> Calibration:
    """The calibration that a card holds.

    Parameters
    ----------
    entry : Any
        Slope and offset, as JSON has them.

    Returns
    -------
    Calibration
        A slope over 0, and an offset that is finite.

    Raises
    ------
    DetectionError
        It would change the order of scores.
    TypeError, ValueError
        It is not two numbers.
    """
    slope, offset = map(float, entry)
    if not (math.isfinite(offset) and 0 < slope < math.inf):
        raise DetectionError("the card's calibration would change the order of scores")
    return slope, offset


def calibration_on(
    calibrations: Calibrations, neighbours: Neighbours, volume: CTVolume, slice_index: int
) -> Calibration:
    """The calibration of the scores on a slice, by whether it has neighbours.

    Parameters
    ----------
    calibrations : Calibrations
        Those of the detector.
    neighbours : Neighbours
        Slices that it looks at.
    volume : CTVolume
        Volume in which the slice and its neighbours were read, or are recorded in ``failures``.
    slice_index : int
        The slice, from 0.

    Returns
    -------
    Calibration
        Slope and offset.
    """
    beside, alone = calibrations
    if alone is None or not is_alone(neighbours, volume, slice_index):
        return beside
    return alone


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
