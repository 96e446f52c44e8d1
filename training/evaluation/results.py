"""Results of a detector over many cases."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import OperatingPoint

from .average_precision import average_precision
from .calibration import (
    Reliability,
    expected_calibration_error,
    reliability,
)
from .cases import Case
from .froc import (
    FALSE_POSITIVES_PER_SLICE,
    Froc,
    froc,
    operating_points,
)
from .matching import HIT_IOU, PAPER_IOU, Rule, ScoredSlice
from .paper_measures import PaperMeasures, paper_measures
from .scoring import ScoredCase, score_case

LOWEST_SCORE = 0.001
BOOTSTRAPS = 1000
SIZES_MM = (10.0, 30.0)
"""Limits between small, medium and large lesions, by the longer side of the box."""

THICK_MM = 2.5
GROUPS_AT = 1.0
"""False positives per slice, of all cases, at which groups of lesions are compared."""

Interval = tuple[float, float]
Detect = Callable[[Case], Iterable[SliceDetections]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results of a detector over cases.

    Attributes
    ----------
    cases, patients, slices : int
        Number of volumes, of patients, and of scored slices.
    lesion_boxes, lesions : int
        Number of lesion boxes on the scored slices, and of lesions in three dimensions.
    sensitivity : Mapping[float, float]
        False positives per slice -> share of lesion boxes found, at IoU .5, by CADLab's rule.
    interval : Mapping[float, Interval]
        False positives per slice -> 95 % of ``sensitivity`` in a bootstrap over patients; over
        slices where there is one patient.
    sensitivity_coco, sensitivity_paper : Mapping[float, float]
        As ``sensitivity``, by COCO's rule, and at IoU .1.
    interval_paper : Mapping[float, Interval]
        As ``interval``, for ``sensitivity_paper``.
    lesions_found : Mapping[float, Mapping[float, float]]
        IoU of a hit -> false positives per slice -> share of lesions with a box on them on some
        slice.
    lesions_interval : Mapping[float, Mapping[float, Interval]]
        95 % of ``lesions_found`` by Wilson, with lesions taken as independent.
    paper : PaperMeasures | None
        The paper's measures at the detector's default threshold; None without lesions.
    average_precision : Mapping[str, float]
        COCO's ``map``, ``map_50`` and ``map_75``.
    lesion_sensitivity : Mapping[float, float]
        Threshold -> share of lesions with a box on them on some slice, at IoU .5.
    lesion_sensitivity_3d, false_candidates_3d : Mapping[float, float]
        Threshold -> share of lesions that a candidate overlaps in three dimensions, and candidates
        per volume that overlap none.
    groups : Mapping[str, Mapping[str, tuple[int, float]]]
        Kind of group -> group -> (lesion boxes, share found) at one false positive per slice.
    reliability : tuple[Reliability, ...]
        Bins of the boxes by score.
    calibration_error : float
        Mean distance of score and share of hits; NaN without boxes.
    operating_points : tuple[OperatingPoint, ...]
        Sensitivity and false positives by threshold.
    curve : Froc
        The FROC curve at IoU .5, by CADLab's rule.
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
    lesions_found: Mapping[float, Mapping[float, float]]
    lesions_interval: Mapping[float, Mapping[float, Interval]]
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
        """The results in JSON's types; NaN and infinity become None."""
        curve = {name: values.round(4).tolist() for name, values in asdict(self.curve).items()}
        plain: dict[str, Any] = _finite({**asdict(self), "curve": curve})
        return plain


def score_cases(
    cases: Iterable[Case],
    detect: Detect,
    progress: Callable[[int], None] = lambda done: None,
) -> list[ScoredCase]:
    """A detector's boxes on each case, compared with the lesions.

    Parameters
    ----------
    cases : Iterable[Case]
        Cases, which may be made one after the other.
    detect : Detect
        Gives the boxes on the scored slices of a case.
    progress : Callable[[int], None]
        Called with the number of cases done.

    Returns
    -------
    list[ScoredCase]
        One for each case, in their order.
    """
    scored = []
    for done, case in enumerate(cases, 1):
        scored.append(score_case(case, detect(case)))
        progress(done)
    return scored


def evaluate(cases: Sequence[ScoredCase], threshold: float) -> Evaluation:
    """Results over scored cases.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases, at least one.
    threshold : float
        The detector's default threshold, for the paper's measures.

    Returns
    -------
    Evaluation
        The results.
    """
    by_rule = {key: [s for case in cases for s in case.slices[key]] for key in cases[0].slices}
    slices = by_rule[Rule.CADLAB, HIT_IOU]
    curve, curve_paper = froc(slices), froc(by_rule[Rule.CADLAB, PAPER_IOU])
    points = operating_points(slices, [case.false_candidates for case in cases])
    scores, scores_paper = (
        [score for case in cases for score in case.lesion_scores[iou]]
        for iou in (HIT_IOU, PAPER_IOU)
    )
    scores_3d = [score for case in cases for score in case.lesion_scores_3d]
    found = {
        HIT_IOU: _lesions_found(scores, curve),
        PAPER_IOU: _lesions_found(scores_paper, curve_paper),
    }
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
        sensitivity_paper=_sensitivities(curve_paper),
        interval_paper=_intervals(cases, (Rule.CADLAB, PAPER_IOU)),
        lesions_found=found,
        lesions_interval={
            iou: {n: _wilson(share, len(scores)) for n, share in of_iou.items() if scores}
            for iou, of_iou in found.items()
        },
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


def _lesions_found(scores: Sequence[float], curve: Froc) -> dict[float, float]:
    return {n: _share(scores, curve.threshold_at(n)) for n in FALSE_POSITIVES_PER_SLICE}


def _wilson(share: float, count: int) -> Interval:
    """The 95 % interval of a share of ``count`` independent trials (Wilson 1927)."""
    z = 1.96
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)) / (1 + z**2 / count)
    return max(middle - half, 0.0), min(middle + half, 1.0)


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
    """The middle 95 % of sensitivities; patients, or slices of one, are drawn with replacement."""
    of_patient: dict[str, list[ScoredSlice]] = {}
    for case in cases:
        of_patient.setdefault(case.patient, []).extend(case.slices[key])
    drawn_from = list(of_patient.values())
    if len(drawn_from) == 1:
        drawn_from = [[s] for s in drawn_from[0]]
    hits = [np.array([x for s in slices for x in s.hits]) for slices in drawn_from]
    false = [np.array([x for s in slices for x in s.false_positives]) for slices in drawn_from]
    lesions = np.array([sum(s.lesions for s in slices) for slices in drawn_from])
    counts = np.array([len(slices) for slices in drawn_from])
    if len(drawn_from) < 2 or not lesions.any():
        return {}
    rng = np.random.default_rng(0)
    drawn: dict[float, list[float]] = {n: [] for n in FALSE_POSITIVES_PER_SLICE}
    for _ in range(BOOTSTRAPS):
        chosen = rng.integers(0, len(drawn_from), len(drawn_from))
        found = np.concatenate([hits[i] for i in chosen])
        wrong = np.sort(np.concatenate([false[i] for i in chosen]))
        for n, values in drawn.items():
            # As in the curve: hits score higher than the first false positive beyond the limit.
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
