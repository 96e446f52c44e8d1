"""Free-response curves (FROC): sensitivity against false positives, by threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.identity import OperatingPoint

from .matching import Scored

FALSE_POSITIVES_PER_SLICE = (0.5, 1.0, 2.0, 4.0, 8.0)
THRESHOLDS = (*(round(0.05 * k, 2) for k in range(1, 20)), 0.98)


@dataclass(frozen=True, slots=True)
class Froc:
    """A curve with one point for each score that occurs, highest threshold first.

    Attributes
    ----------
    thresholds, sensitivity, false_positives_per_slice : NDArray[np.float64]
        Arrays of equal length (points,); per volume where volumes were scored.
    """

    thresholds: NDArray[np.float64]
    sensitivity: NDArray[np.float64]
    false_positives_per_slice: NDArray[np.float64]

    def sensitivity_at(self, false_positives_per_slice: float) -> float:
        """The highest sensitivity at a limit of false positives; 0 where no point keeps to it.

        Parameters
        ----------
        false_positives_per_slice : float
            The limit, inclusive.

        Returns
        -------
        float
            0 to 1.
        """
        is_allowed = self.false_positives_per_slice <= false_positives_per_slice
        return float(self.sensitivity[is_allowed].max(initial=0.0))

    def threshold_at(self, false_positives_per_slice: float) -> float:
        """The lowest threshold at a limit of false positives; infinite where no point keeps to it.

        Parameters
        ----------
        false_positives_per_slice : float
            The limit, inclusive.

        Returns
        -------
        float
            The score from which boxes count.
        """
        is_allowed = self.false_positives_per_slice <= false_positives_per_slice
        return float(self.thresholds[is_allowed].min(initial=np.inf))


def froc(slices: Sequence[Scored]) -> Froc:
    """The curve of scored slices or volumes; its sensitivity is NaN where there is no lesion.

    Parameters
    ----------
    slices : Sequence[Scored]
        All slices of all cases, or all volumes.

    Returns
    -------
    Froc
        The curve.
    """
    hits = np.sort([score for s in slices for score in s.hits])
    false = np.sort([score for s in slices for score in s.false_positives])
    lesions = sum(s.lesions for s in slices) or np.nan
    thresholds = np.unique(np.concatenate([hits, false]))[::-1]
    return Froc(
        thresholds,
        (len(hits) - np.searchsorted(hits, thresholds)) / lesions,
        (len(false) - np.searchsorted(false, thresholds)) / len(slices),
    )


def operating_points(
    slices: Sequence[Scored], volumes: Sequence[Scored]
) -> tuple[OperatingPoint, ...]:
    """Sensitivity and false positives at each of the thresholds that a card lists.

    Parameters
    ----------
    slices : Sequence[Scored]
        All slices of all volumes.
    volumes : Sequence[Scored]
        The candidates of each volume.

    Returns
    -------
    tuple[OperatingPoint, ...]
        One for each of ``THRESHOLDS``.
    """
    lesions = sum(s.lesions for s in slices)
    points = []
    for threshold in THRESHOLDS:
        hits, false = (
            sum(score >= threshold for s in slices for score in getattr(s, part))
            for part in ("hits", "false_positives")
        )
        candidates = sum(score >= threshold for v in volumes for score in v.false_positives)
        points.append(
            OperatingPoint(
                threshold=threshold,
                sensitivity=round(hits / lesions, 4) if lesions else 0.0,
                false_positives_per_slice=round(false / len(slices), 4),
                false_positives_per_volume=round(candidates / len(volumes), 4),
            )
        )
    return tuple(points)
