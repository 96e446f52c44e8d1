"""Detectors on the same cases, side by side."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from lesion_viewer.detection.checkpoints.checkpoint import load_card
from lesion_viewer.detection.detector import Detector
from lesion_viewer.detection.installed import find_detector, installed_detectors, why_not_run

from .cases import Case
from .detecting import Choice, cases_of, input_of, searched
from .froc import FALSE_POSITIVES_PER_SLICE, froc
from .intervals import BOOTSTRAPS, Interval
from .kept_answers import Answer, KeptAnswers
from .matching import HIT_IOU, Scored
from .results import KEYS, LOWEST_SCORE, Evaluation, evaluate
from .scoring import ScoredCase, score_case

MEASURED = ("metrics", "operating_points", "measured_on", "limits", "default_threshold", "seen")
"""Entries of a card that change no answer."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A detector of a comparison.

    Attributes
    ----------
    name : str
        As it was given: an installed detector's name, or a folder.
    evaluation : Evaluation
        Its results.
    slice_s : float
        Time of the processor for a slice, one thread.
    ratio : float
        ``slice_s`` over that of the first detector.
    gain : float | None
        Mean sensitivity at IoU .5 over ``FALSE_POSITIVES_PER_SLICE``, less the first detector's;
        None for the first one.
    interval : Interval | None
        95 % of the gain in a bootstrap over patients, drawn alike for both detectors; None for the
        first one, and with fewer than two patients.
    """

    name: str
    evaluation: Evaluation
    slice_s: float
    ratio: float
    gain: float | None
    interval: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """The comparison in JSON's types."""
        numbers = {"slice_s": self.slice_s, "ratio": self.ratio, "gain": self.gain}
        gain = {**numbers, "gain_interval": self.interval}
        return {"name": self.name, **gain, **self.evaluation.to_dict()}


def comparable() -> tuple[str, ...]:
    """Names of the installed detectors that can run here, in the order of the lists."""
    return tuple(one.key for one in installed_detectors() if not why_not_run(one))


def compare(
    names: Sequence[str],
    choice: Choice,
    device: str,
    runtime: str = "auto",
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Compared, ...]:
    """Results of detectors on the same cases, on which they take turns.

    Parameters
    ----------
    names : Sequence[str]
        Names of installed detectors, or folders; the others are compared with the first.
    choice : Choice
        Which cases to measure on.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    runtime : str
        One of ``runtimes.choice.RUNTIMES``.
    folder : Path | None
        Folder in which answers are kept by detector and cases; those that are there are not
        searched again. None keeps nothing.
    progress : Callable[[int, int], None]
        Called with the number of cases done, and about how many there are.

    Returns
    -------
    tuple[Compared, ...]
        One for each detector, in their order.

    Raises
    ------
    DetectionError, TrainingError
        Where a detector, a case or the folder cannot be used.
    """
    taking_part = [_Answering(name, choice, device, runtime, folder) for name in names]
    scored = _score(taking_part, choice, progress)
    slice_s = [one.slice_s for one in taking_part]
    found: list[Compared] = []
    for one, cases, seconds in zip(taking_part, scored, slice_s, strict=True):
        is_first = not found
        found.append(
            Compared(
                one.name,
                evaluate(cases, one.threshold),
                seconds,
                seconds / slice_s[0] if slice_s[0] else float("nan"),
                None if is_first else _mean(cases) - _mean(scored[0]),
                None if is_first else _interval(scored[0], cases),
            )
        )
    return tuple(found)


class _Answering:
    """A detector that answers on one case after the other, or whose answers are kept."""

    def __init__(
        self, name: str, choice: Choice, device: str, runtime: str, folder: Path | None
    ) -> None:
        self.name = name
        self._installed = find_detector(name)
        self._device, self._runtime = device, runtime
        self.threshold = self._installed.info().default_threshold
        self.definition = input_of(self._installed)
        file = None
        if folder is not None:
            what = json.dumps([self._identity(), repr(choice)], sort_keys=True)
            file = folder / f"{self._installed.key}-{sha256(what.encode()).hexdigest()[:12]}.jsonl"
        self.kept = KeptAnswers(file)

    @property
    def slice_s(self) -> float:
        """Time of the processor for a slice."""
        slices = sum(len(answer.found) for answer in self.kept.answers)
        return sum(answer.seconds for answer in self.kept.answers) / slices

    def score(self, number: int, case: Case) -> ScoredCase:
        """The detector's boxes on the case of a number, compared with its lesions."""
        if number == len(self.kept.answers):
            detector = self._detector
            begun = time.process_time()
            found = {s.slice_index: s.detections for s in searched(detector, case)}
            seconds = time.process_time() - begun
            self.kept.add(Answer(seconds, tuple(found.get(i, ()) for i in case.scored)))
        answer = self.kept.answers[number].on(case.scored)
        return score_case(case, answer, self.definition.neighbours)

    @cached_property
    def _detector(self) -> Detector:
        return self._installed.load(self._device, LOWEST_SCORE, runtime=self._runtime, threads=1)

    def _identity(self) -> Mapping[str, Any]:
        if self._installed.folder is None:
            return asdict(self._installed.info())
        card = load_card(self._installed.folder).to_dict()
        return {name: value for name, value in card.items() if name not in MEASURED}


def _score(
    taking_part: Sequence[_Answering], choice: Choice, progress: Callable[[int, int], None]
) -> list[list[ScoredCase]]:
    """For each detector its scored cases; cases are made once for all that need the same slices."""
    searching = [one for one in taking_part if not one.kept.is_whole] or taking_part[:1]
    definitions = {one.definition.neighbours: one.definition for one in searching}
    made = {key: cases_of(choice, definition) for key, definition in definitions.items()}
    count = max(about for _, about in made.values())
    scored: list[list[ScoredCase]] = [[] for _ in taking_part]
    for number, cases in enumerate(zip(*(each for each, _ in made.values()), strict=True)):
        of = dict(zip(made, cases, strict=True))
        for one, so_far in zip(taking_part, scored, strict=True):
            so_far.append(one.score(number, of.get(one.definition.neighbours, cases[0])))
        progress(number + 1, count)
    for one in taking_part:
        one.kept.finish()
    return scored


def _mean(cases: Sequence[ScoredCase]) -> float:
    return _mean_sensitivity([s for case in cases for s in case.slices[KEYS[HIT_IOU]]])


def _mean_sensitivity(slices: Sequence[Scored]) -> float:
    curve = froc(slices)
    return float(np.mean([curve.sensitivity_at(n) for n in FALSE_POSITIVES_PER_SLICE]))


def _interval(first: Sequence[ScoredCase], other: Sequence[ScoredCase]) -> Interval | None:
    of_patient: dict[str, tuple[list[Scored], list[Scored]]] = {}
    for place, cases in enumerate((first, other)):
        for case in cases:
            both = of_patient.setdefault(case.patient, ([], []))
            both[place].extend(case.slices[KEYS[HIT_IOU]])
    patients = list(of_patient.values())
    if len(patients) < 2:
        return None
    rng = np.random.default_rng(0)
    gains = []
    for _ in range(BOOTSTRAPS):
        drawn = [patients[k] for k in rng.integers(0, len(patients), len(patients))]
        before, after = (
            _mean_sensitivity([s for patient in drawn for s in patient[place]]) for place in (0, 1)
        )
        gains.append(after - before)
    low, high = np.nanpercentile(gains, (2.5, 97.5))
    return float(low), float(high)
