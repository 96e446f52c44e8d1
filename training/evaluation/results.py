"""Results of a detector over many cases."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import OperatingPoint
from lesion_viewer.detection.neighbours import Neighbours

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
from .intervals import Interval, intervals, share_interval
from .matching import HIT_IOU, PAPER_IOU, Rule
from .named_types import types_named
from .paper_measures import PaperMeasures, paper_measures
from .scoring import IOUS, ONE_SLICE, ScoredCase, score_case

LOWEST_SCORE = 0.001
SIZES_MM = (10.0, 20.0, 50.0)
"""Limits between the sizes of lesions, by the longer side of the box."""

THICK_MM = 2.5
GROUPS_AT = 1.0
"""False positives per slice, of all cases, at which groups of lesions are compared."""

SIZES = (
    f"under {SIZES_MM[0]:g} mm",
    *(f"{low:g} to {high:g} mm" for low, high in pairwise(SIZES_MM)),
    f"from {SIZES_MM[-1]:g} mm",
)
KEYS = {HIT_IOU: (Rule.CADLAB, HIT_IOU), PAPER_IOU: (Rule.CADLAB, PAPER_IOU)}

Detect = Callable[[Case], Iterable[SliceDetections]]


@dataclass(frozen=True, slots=True)
class OfSize:
    """Lesion boxes of one size.

    Attributes
    ----------
    boxes : int
        Number of lesion boxes.
    found : float
        Share of them that is found at one false positive per slice of all cases.
    interval : Interval | None
        95 % of ``found`` in a bootstrap over patients; None with fewer than two patients.
    """

    boxes: int
    found: float
    interval: Interval | None


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
    candidates_found : Mapping[float, Mapping[float, float]]
        IoU of a hit -> false candidates per volume -> share of lesions with a candidate on them.
    candidates_interval : Mapping[float, Mapping[float, Interval]]
        95 % of ``candidates_found`` in a bootstrap over patients; empty where there is one.
    sizes : Mapping[float, Mapping[str, OfSize]]
        IoU of a hit -> size, smallest first -> lesion boxes of it.
    groups : Mapping[str, Mapping[str, tuple[int, float]]]
        Kind of group -> group -> (lesion boxes, share found) at one false positive per slice.
    types : Mapping[str, tuple[int, float]]
        Lesion type -> (lesion boxes found, share named rightly) at one false positive per slice;
        empty for a detector of one class.
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
    candidates_found: Mapping[float, Mapping[float, float]]
    candidates_interval: Mapping[float, Mapping[float, Interval]]
    sizes: Mapping[float, Mapping[str, OfSize]]
    groups: Mapping[str, Mapping[str, tuple[int, float]]]
    types: Mapping[str, tuple[int, float]]
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
    neighbours: Neighbours = ONE_SLICE,
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
    neighbours : Neighbours
        Slices that the detector looks at.

    Returns
    -------
    list[ScoredCase]
        One for each case, in their order.
    """
    scored = []
    for done, case in enumerate(cases, 1):
        scored.append(score_case(case, detect(case), neighbours))
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
    points = operating_points(slices, [case.candidates[HIT_IOU] for case in cases])
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
        interval=_intervals(cases, KEYS[HIT_IOU]),
        sensitivity_coco=_sensitivities(froc(by_rule[Rule.COCO, HIT_IOU])),
        sensitivity_paper=_sensitivities(curve_paper),
        interval_paper=_intervals(cases, KEYS[PAPER_IOU]),
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
        candidates_found={
            iou: _sensitivities(froc([case.candidates[iou] for case in cases])) for iou in IOUS
        },
        candidates_interval={
            iou: intervals([(case.patient, [case.candidates[iou]]) for case in cases])
            for iou in IOUS
        },
        sizes={iou: _sizes(cases, KEYS[iou]) for iou in IOUS},
        groups=_groups(cases, curve.threshold_at(GROUPS_AT)),
        types=types_named(cases, curve.threshold_at(GROUPS_AT)),
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
    """Lesion boxes by slice distance and organ: how many, and the share found."""
    found: dict[str, dict[str, list[bool]]] = {"slice distance": {}, "organ": {}}
    for case in cases:
        names = _distance(case.slice_mm), case.organ or "unknown"
        hits = [x >= threshold for s in case.slices[KEYS[HIT_IOU]] for x in s.scores]
        for kind, name in zip(found, names, strict=True):
            if hits:
                found[kind].setdefault(name, []).extend(hits)
    return {
        kind: {name: (len(hits), sum(hits) / len(hits)) for name, hits in sorted(of_kind.items())}
        for kind, of_kind in found.items()
    }


def _size(diameter_mm: float) -> str:
    if math.isnan(diameter_mm):
        return "unknown"
    return SIZES[sum(diameter_mm >= limit for limit in SIZES_MM)]


def _distance(slice_mm: float) -> str:
    if math.isnan(slice_mm):
        return "unknown"
    return f"up to {THICK_MM:g} mm" if slice_mm <= THICK_MM else f"over {THICK_MM:g} mm"


def _sizes(cases: Sequence[ScoredCase], key: tuple[Rule, float]) -> dict[str, OfSize]:
    """Lesion boxes by size, those of unknown size last."""
    threshold = froc([s for case in cases for s in case.slices[key]]).threshold_at(GROUPS_AT)
    hits: dict[str, dict[str, list[bool]]] = {name: {} for name in (*SIZES, "unknown")}
    for case in cases:
        scores = [x for s in case.slices[key] for x in s.scores]
        for score, diameter in zip(scores, case.diameters_mm, strict=True):
            hits[_size(diameter)].setdefault(case.patient, []).append(score >= threshold)
    return {
        size: OfSize(
            sum(map(len, of_patient.values())),
            float(np.mean([hit for one in of_patient.values() for hit in one])),
            share_interval(list(of_patient.values())),
        )
        for size, of_patient in hits.items()
        if of_patient
    }


def _intervals(cases: Sequence[ScoredCase], key: tuple[Rule, float]) -> dict[float, Interval]:
    """The middle 95 % of sensitivities over patients, or over slices where there is one patient."""
    if len({case.patient for case in cases}) == 1:
        slices = [s for case in cases for s in case.slices[key]]
        return intervals([(str(n), [s]) for n, s in enumerate(slices)])
    return intervals([(case.patient, case.slices[key]) for case in cases])


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
