"""How good a detector is over many cases."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoint import OperatingPoint
from training.evaluation.average_precision import average_precision
from training.evaluation.calibration import (
    Reliability,
    expected_calibration_error,
    reliability,
)
from training.evaluation.cases import Case
from training.evaluation.froc import (
    FALSE_POSITIVES_PER_SLICE,
    Froc,
    froc,
    operating_points,
)
from training.evaluation.matching import HIT_IOU, PAPER_IOU, Rule, ScoredSlice
from training.evaluation.paper import PaperMeasures, paper_measures
from training.evaluation.scoring import ScoredCase, score_case

LOWEST_SCORE = 0.001
BOOTSTRAPS = 1000
SIZES_MM = (10.0, 30.0)
"""Where small, medium and large lesions part, by the longer side of the box."""

THICK_MM = 2.5
GROUPS_AT = 1.0
"""False positives per slice, of all cases, at which groups of lesions are compared."""

Interval = tuple[float, float]
Detect = Callable[[Case], Iterable[SliceDetections]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results over cases.

    Attributes
    ----------
    lesion_boxes, lesions : on the scored slices; in three dimensions
    sensitivity : by false positives per slice, the share of lesion boxes found at IoU .5, CADLab's
        rule; ``interval`` the same, 95 % of a bootstrap over patients
    sensitivity_coco, sensitivity_paper : the same by COCO's rule, and at IoU .1
    paper : the paper's measures at the threshold that the viewer begins with
    lesion_sensitivity : share of lesions with a box on them on some slice, by threshold
    lesion_sensitivity_3d, false_candidates_3d : the same by overlap of volumes, and false
        candidates per volume, by threshold
    groups : kind of group -> group -> (lesion boxes, share found) at one false positive per slice
    """

    cases: int
    patients: int
    slices: int
    lesion_boxes: int
    lesions: int
    sensitivity: Mapping[float, float]
    interval: Mapping[float, Interval]
    sensitivity_coco: Mapping[float, float]
    sensitivity_paper: Mapping[float, float]
    interval_paper: Mapping[float, Interval]
    paper: PaperMeasures | None
    average_precision: Mapping[str, float]
    lesion_sensitivity: Mapping[float, float]
    lesion_sensitivity_3d: Mapping[float, float]
    false_candidates_3d: Mapping[float, float]
    groups: Mapping[str, Mapping[str, tuple[int, float]]]
    reliability: tuple[Reliability, ...]
    calibration_error: float
    operating_points: tuple[OperatingPoint, ...]
    curve: Froc

    def to_dict(self) -> dict[str, Any]:
        """The results in plain types; a number that is none is null."""
        curve = {name: values.round(4).tolist() for name, values in asdict(self.curve).items()}
        plain: dict[str, Any] = _finite({**asdict(self), "curve": curve})
        return plain


def score_cases(
    cases: Iterable[Case],
    detect: Detect,
    progress: Callable[[int], None] = lambda done: None,
) -> list[ScoredCase]:
    """What a detector makes of each case; ``progress`` is told how many are done."""
    scored = []
    for done, case in enumerate(cases, 1):
        scored.append(score_case(case, detect(case)))
        progress(done)
    return scored


def evaluate(cases: Sequence[ScoredCase], threshold: float) -> Evaluation:
    """Results over cases; ``threshold`` is the one that the viewer begins with."""
    by_rule = {key: [s for case in cases for s in case.slices[key]] for key in cases[0].slices}
    slices = by_rule[Rule.CADLAB, HIT_IOU]
    curve = froc(slices)
    points = operating_points(slices, [case.false_candidates for case in cases])
    scores, scores_3d = (
        [score for case in cases for score in getattr(case, part)]
        for part in ("lesion_scores", "lesion_scores_3d")
    )
    false_3d = [score for case in cases for score in case.false_candidates_3d]
    calibrated = reliability(cases)
    return Evaluation(
        cases=len(cases),
        patients=len({case.patient for case in cases}),
        slices=len(slices),
        lesion_boxes=sum(s.lesions for s in slices),
        lesions=len(scores),
        sensitivity=_sensitivities(curve),
        interval=_intervals(cases, (Rule.CADLAB, HIT_IOU)),
        sensitivity_coco=_sensitivities(froc(by_rule[Rule.COCO, HIT_IOU])),
        sensitivity_paper=_sensitivities(froc(by_rule[Rule.CADLAB, PAPER_IOU])),
        interval_paper=_intervals(cases, (Rule.CADLAB, PAPER_IOU)),
        paper=paper_measures(cases, threshold),
        average_precision=average_precision(cases),
        lesion_sensitivity={p.threshold: _share(scores, p.threshold) for p in points},
        lesion_sensitivity_3d={p.threshold: _share(scores_3d, p.threshold) for p in points},
        false_candidates_3d={
            p.threshold: sum(s >= p.threshold for s in false_3d) / len(cases) for p in points
        },
        groups=_groups(cases, curve.threshold_at(GROUPS_AT)),
        reliability=calibrated,
        calibration_error=expected_calibration_error(calibrated),
        operating_points=points,
        curve=curve,
    )


def _sensitivities(curve: Froc) -> dict[float, float]:
    return {n: curve.sensitivity_at(n) for n in FALSE_POSITIVES_PER_SLICE}


def _share(scores: Sequence[float], threshold: float) -> float:
    return sum(s >= threshold for s in scores) / len(scores) if scores else math.nan


def _groups(
    cases: Sequence[ScoredCase], threshold: float
) -> dict[str, dict[str, tuple[int, float]]]:
    """Lesion boxes by size, slice distance and organ: how many, and the share found."""
    found: dict[str, dict[str, list[bool]]] = {"size": {}, "slice distance": {}, "organ": {}}
    for case in cases:
        scores = [x for s in case.slices[Rule.CADLAB, HIT_IOU] for x in s.scores]
        for score, diameter in zip(scores, case.diameters_mm, strict=True):
            names = _size(diameter), _distance(case.slice_mm), case.organ or "unknown"
            for kind, name in zip(found, names, strict=True):
                found[kind].setdefault(name, []).append(score >= threshold)
    return {
        kind: {name: (len(hits), sum(hits) / len(hits)) for name, hits in sorted(of_kind.items())}
        for kind, of_kind in found.items()
    }


def _size(diameter_mm: float) -> str:
    if math.isnan(diameter_mm):
        return "unknown"
    small, large = SIZES_MM
    if diameter_mm < small:
        return f"under {small:g} mm"
    return f"{small:g} to {large:g} mm" if diameter_mm < large else f"from {large:g} mm"


def _distance(slice_mm: float) -> str:
    if math.isnan(slice_mm):
        return "unknown"
    return f"up to {THICK_MM:g} mm" if slice_mm <= THICK_MM else f"over {THICK_MM:g} mm"


def _intervals(cases: Sequence[ScoredCase], key: tuple[Rule, float]) -> dict[float, Interval]:
    """The middle 95 % of the sensitivities of patients drawn with replacement."""
    of_patient: dict[str, list[ScoredSlice]] = {}
    for case in cases:
        of_patient.setdefault(case.patient, []).extend(case.slices[key])
    patients = list(of_patient.values())
    hits = [np.array([x for s in slices for x in s.hits]) for slices in patients]
    false = [np.array([x for s in slices for x in s.false_positives]) for slices in patients]
    lesions = np.array([sum(s.lesions for s in slices) for slices in patients])
    counts = np.array([len(slices) for slices in patients])
    if len(patients) < 2 or not lesions.any():
        return {}
    rng = np.random.default_rng(0)
    drawn: dict[float, list[float]] = {n: [] for n in FALSE_POSITIVES_PER_SLICE}
    for _ in range(BOOTSTRAPS):
        chosen = rng.integers(0, len(patients), len(patients))
        found = np.concatenate([hits[i] for i in chosen])
        wrong = np.sort(np.concatenate([false[i] for i in chosen]))
        for n, values in drawn.items():
            # The curve's own rule: what scores over the first false positive that is one too many.
            most = int(n * counts[chosen].sum())
            limit = wrong[-most - 1] if most < len(wrong) else -np.inf
            total = lesions[chosen].sum() or np.nan
            values.append(float((found > limit).sum() / total))
    limits = {n: np.nanpercentile(values, (2.5, 97.5)) for n, values in drawn.items()}
    return {n: (float(low), float(high)) for n, (low, high) in limits.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
