"""How much a detector's score and that of its second look count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from lesion_viewer.detection.checkpoints.checkpoint import load_model
from lesion_viewer.detection.checkpoints.second_opinion import FURTHEST, SecondOpinion
from lesion_viewer.detection.score_calibration import logit
from lesion_viewer.errors import TrainingError

from .crops import CropFolder
from .fitting import chances_of

LEAST = 1e-3
"""Smallest weight of a score, so that the combined score rises with both."""


def weighed(second_look: Path, candidates: Path) -> SecondOpinion:
    """The weights of both scores under which the candidates have the highest likelihood.

    Parameters
    ----------
    second_look : Path
        Folder of the second look's checkpoint.
    candidates : Path
        Folder of the detector's crops; those of the ``validation`` part are used, of scans that
        neither network learned from.

    Returns
    -------
    SecondOpinion
        For the detector's card.

    Raises
    ------
    TrainingError, DetectionError
        Where either cannot be used, or the candidates are all lesions, or all none.
    """
    model, card = load_model(second_look)
    found = CropFolder(candidates).crops("validation").found
    if not found.lesion.any() or found.lesion.all():
        raise TrainingError(f"{candidates}: scores are weighed on boxes of which some are right")
    again = np.clip(logit(chances_of(model, found)), -FURTHEST, FURTHEST)
    odds = np.stack([logit(found.score), again, np.ones(len(again))])

    def loss(weights: NDArray[np.float64]) -> float:
        x = weights @ odds
        return float((np.logaddexp(0, x) - found.lesion * x).sum())

    limits = [(LEAST, None), (LEAST, None), (None, None)]
    first, second, offset = minimize(loss, np.array([0.5, 0.5, 0.0]), bounds=limits).x
    return SecondOpinion(card.sha256, card.input.slices, float(first), float(second), float(offset))
