"""Two or more detectors on the same cases, such as one before and one after labels were cleaned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from .detecting import Choice, answers_of, cases_of
from .froc import FALSE_POSITIVES_PER_SLICE, froc
from .matching import HIT_IOU, Rule, ScoredSlice
from .results import score_cases
from .scoring import ScoredCase

KEY = (Rule.CADLAB, HIT_IOU)
BOOTSTRAPS = 1000


@dataclass(frozen=True, slots=True)
class Compared:
    """A detector of a comparison, beside the first one.

    Attributes
    ----------
    name : str
        As it was given: a bundled detector's name, or a folder.
    sensitivity : dict[float, float]
        Sensitivity at IoU .5 by false positives per slice, by CADLab's rule.
    gain : float | None
        Mean sensitivity less the first detector's; None for the first one.
    interval : tuple[float, float] | None
        95 % of the gain in a bootstrap over patients, drawn alike for both detectors; None for the
        first one, and with fewer than two patients.
    """

    name: str
    sensitivity: dict[float, float]
    gain: float | None
    interval: tuple[float, float] | None

    @property
    def mean(self) -> float:
        """Mean sensitivity over the false positives per slice."""
        return sum(self.sensitivity.values()) / len(self.sensitivity)

    def to_dict(self) -> dict[str, Any]:
        """The comparison in JSON's types."""
        curve = {f"{at:g}": value for at, value in self.sensitivity.items()}
        numbers = {"mean": self.mean, "gain": self.gain, "interval": self.interval}
        return {"name": self.name, "sensitivity": curve, **numbers}


def compare(checkpoints: Sequence[str], choice: Choice, device: str) -> tuple[Compared, ...]:
    """Sensitivities of detectors on the same cases.

    Parameters
    ----------
    checkpoints : Sequence[str]
        Names of bundled detectors, or folders; the first is the one to compare with.
    choice : Choice
        Which cases to measure on.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Returns
    -------
    tuple[Compared, ...]
        One for each checkpoint, in their order.

    Raises
    ------
    DetectionError, TrainingError
        Where a detector or a case cannot be used.
    """
    scored = []
    for checkpoint in checkpoints:
        answers = answers_of(checkpoint, None, device, is_gated=True)
        cases, _ = cases_of(choice, answers.definition)
        scored.append(score_cases(cases, answers))
    curves = [_sensitivity([s for case in cases for s in case.slices[KEY]]) for cases in scored]
    found = [Compared(checkpoints[0], curves[0], None, None)]
    for name, curve, cases_of_other in zip(checkpoints[1:], curves[1:], scored[1:], strict=True):
        gain = _mean(curve) - _mean(curves[0])
        found.append(Compared(name, curve, gain, _interval(scored[0], cases_of_other)))
    return tuple(found)


def print_comparison(found: Sequence[Compared], data: str) -> None:
    """Print the sensitivities side by side.

    Parameters
    ----------
    found : Sequence[Compared]
        As ``compare`` gives them.
    data : str
        What the cases are, for the heading.
    """
    counts = list(found[0].sensitivity)
    table = Table("detector", *(f"{n:g}" for n in counts), "mean", "gain", "95 %")
    for one in found:
        gain = "" if one.gain is None else f"{one.gain:+.3f}"
        interval = "" if one.interval is None else "{:+.3f} to {:+.3f}".format(*one.interval)
        values = (f"{one.sensitivity[n]:.3f}" for n in counts)
        table.add_row(one.name, *values, f"{one.mean:.3f}", gain, interval)
    console = Console()
    console.print(f"Sensitivity at IoU .5 by false positives per slice, on {data}")
    console.print(table)


def _sensitivity(slices: Sequence[ScoredSlice]) -> dict[float, float]:
    curve = froc(slices)
    return {n: curve.sensitivity_at(n) for n in FALSE_POSITIVES_PER_SLICE}


def _mean(sensitivity: dict[float, float]) -> float:
    return sum(sensitivity.values()) / len(sensitivity)


def _interval(
    first: Sequence[ScoredCase], other: Sequence[ScoredCase]
) -> tuple[float, float] | None:
    of_patient: dict[str, tuple[list[ScoredSlice], list[ScoredSlice]]] = {}
    for place, cases in enumerate((first, other)):
        for case in cases:
            of_patient.setdefault(case.patient, ([], []))[place].extend(case.slices[KEY])
    patients = list(of_patient.values())
    if len(patients) < 2:
        return None
    rng = np.random.default_rng(0)
    gains = []
    for _ in range(BOOTSTRAPS):
        drawn = [patients[k] for k in rng.integers(0, len(patients), len(patients))]
        means = [
            _mean(_sensitivity([s for patient in drawn for s in patient[place]]))
            for place in (0, 1)
        ]
        gains.append(means[1] - means[0])
    low, high = np.nanpercentile(gains, (2.5, 97.5))
    return float(low), float(high)
