"""How the score of a second look enters a detector's score."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.score_calibration import logit
from lesion_viewer.errors import DetectionError

FURTHEST = 4.0
"""Largest logit of a second look, of either sign: it may change a score so far and no further."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A detector's score and that of its second look, weighed against each other.

    Attributes
    ----------
    sha256 : str
        SHA-256 of the weights of the second look.
    slices : int
        Number of slices that it looks at, odd, as far apart as the detector's.
    first, second, offset : float
        Weights of the two logits, both over 0, and what is added to their sum.

    Raises
    ------
    DetectionError
        A value has the wrong type or size.
    """

    sha256: str
    slices: int
    first: float
    second: float
    offset: float

    def __post_init__(self) -> None:
        if not (isinstance(self.sha256, str) and isinstance(self.slices, int)):
            raise DetectionError("the card's second look has no SHA-256 or number of slices")
        if self.slices < 1 or self.slices % 2 == 0:
            raise DetectionError(f"a second look has an odd number of slices, not {self.slices}")
        weights = self.first, self.second, self.offset
        if not all(isinstance(weight, int | float) and math.isfinite(weight) for weight in weights):
            raise DetectionError("the card's second look has a weight that is no number")
        if min(self.first, self.second) <= 0:
            raise DetectionError("the card's second look would change the order of scores")

    def combined(
        self, scores: NDArray[np.floating], again: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Scores that rise with the detector's score as with the second look's.

        Parameters
        ----------
        scores : NDArray[np.floating]
            Scores of the detector, 0 to 1.
        again : NDArray[np.floating]
            Probabilities of the second look, 0 to 1; 0 for a box that it does not look at.

        Returns
        -------
        NDArray[np.float64]
            0 to 1.
        """
        second = np.clip(logit(again), -FURTHEST, FURTHEST)
        odds = self.first * logit(scores) + self.second * second + self.offset
        return np.asarray(np.exp(-np.logaddexp(0, -odds)))
