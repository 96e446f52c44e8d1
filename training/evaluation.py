"""How good a checkpoint is on phantoms that it has never seen."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from lesion_viewer.ct.phantom import Phantom, make_phantom
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoint import Metric, OperatingPoint, load_model, write_checkpoint
from lesion_viewer.detection.detector import MIN_SCORE, Detector, load_detector
from lesion_viewer.detection.linking import link
from training.froc import FALSE_POSITIVES_PER_SLICE, Froc, froc, operating_points
from training.matching import ScoredSlice, best_score_on, is_on_a_lesion, score_slice

LOWEST_SCORE = 0.001
BOOTSTRAPS = 1000
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ScoredVolume:
    """What a detector found in one volume, held against the truth.

    Attributes
    ----------
    lesion_scores : per lesion the best score of a box on it, on any slice
    false_candidates : scores of linked candidates that lie on no lesion, as a viewer counts them
    """

    slices: tuple[ScoredSlice, ...]
    lesion_scores: tuple[float, ...]
    false_candidates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results over volumes.

    Attributes
    ----------
    sensitivity : by false positives per slice, the share of lesion boxes that are found
    interval : the same, 95 % of a bootstrap over volumes
    lesion_sensitivity : share of the lesions of a volume hit on some slice, by threshold
    """

    volumes: int
    slices: int
    lesion_boxes: int
    lesions: int
    sensitivity: Mapping[float, float]
    interval: Mapping[float, Interval]
    lesion_sensitivity: Mapping[float, float]
    operating_points: tuple[OperatingPoint, ...]
    curve: Froc

    def to_dict(self) -> dict[str, Any]:
        """The results in plain types."""
        curve = {name: values.round(4).tolist() for name, values in asdict(self.curve).items()}
        return {**asdict(self), "curve": curve}


def evaluate_on_phantoms(
    checkpoint: Path,
    count: int,
    seed: int,
    device: str = "auto",
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Evaluation:
    """Results on ``count`` phantoms whose seeds follow from ``seed``; see ``evaluate``."""
    detector = load_detector(checkpoint, device, min_score=LOWEST_SCORE)
    volumes = []
    for done in range(count):
        volumes.append(score_phantom(detector, make_phantom(seed + done)))
        progress("phantoms", done + 1, count)
    return evaluate(volumes)


def score_phantom(detector: Detector, phantom: Phantom) -> ScoredVolume:
    """What the detector makes of one phantom."""
    found = list(detector.detect(volume_of(phantom), range(len(phantom.hu))))
    return score_volume(found, [lesion.boxes for lesion in phantom.lesions])


def score_volume(
    found: Sequence[SliceDetections],
    lesions: Sequence[Mapping[int, tuple[float, float, float, float]]],
) -> ScoredVolume:
    """Detections of all slices of a volume against its lesions' boxes by slice."""
    visible = [boxes for boxes in lesions if boxes]
    truth = {
        s.slice_index: [b[s.slice_index] for b in visible if s.slice_index in b] for s in found
    }
    shown = [
        SliceDetections(s.slice_index, tuple(d for d in s.detections if d.score >= MIN_SCORE))
        for s in found
    ]
    candidates = link(shown)
    by_slice = {s.slice_index: s.detections for s in found}
    return ScoredVolume(
        slices=tuple(score_slice(s, truth[s.slice_index]) for s in found),
        lesion_scores=tuple(best_score_on(boxes, by_slice) for boxes in visible),
        false_candidates=tuple(c.score for c in candidates if not is_on_a_lesion(c, truth)),
    )


def evaluate(volumes: Sequence[ScoredVolume]) -> Evaluation:
    """Results over volumes, with intervals by a bootstrap over the volumes."""
    slices = [s for volume in volumes for s in volume.slices]
    scores = [score for volume in volumes for score in volume.lesion_scores]
    curve = froc(slices)
    points = operating_points(slices, [volume.false_candidates for volume in volumes])
    return Evaluation(
        volumes=len(volumes),
        slices=len(slices),
        lesion_boxes=sum(s.lesions for s in slices),
        lesions=len(scores),
        sensitivity={n: curve.sensitivity_at(n) for n in FALSE_POSITIVES_PER_SLICE},
        interval=_intervals(volumes),
        lesion_sensitivity={
            p.threshold: sum(s >= p.threshold for s in scores) / max(1, len(scores)) for p in points
        },
        operating_points=points,
        curve=curve,
    )


def volume_of(phantom: Phantom) -> CTVolume:
    """The phantom as a volume that was read."""
    count = len(phantom.hu)
    series = Series(
        uid="phantom",
        study_uid="",
        modality="CT",
        description="Phantom",
        number=None,
        slices=tuple(SliceSource(f"{i}") for i in range(count)),
        shape=phantom.hu.shape,
        spacing_mm=phantom.spacing_mm,
        affine=None,
        faults=(),
        decode=lambda index: phantom.hu[index],
    )
    volume = CTVolume(series)
    for index in range(count):
        volume.put(index, phantom.hu[index])
    return volume


def write_into_card(checkpoint: Path, result: Evaluation, data: str) -> None:
    """Put the results, with today's date and what they were measured on, into the card."""
    model, card = load_model(checkpoint)
    today = date.today().isoformat()
    metrics = [
        Metric(f"sensitivity at {n:g} false positives per slice, IoU 0.5", round(v, 4), data, today)
        for n, v in result.sensitivity.items()
    ]
    share = result.lesion_sensitivity[card.default_threshold]
    name = f"share of lesions found on some slice at threshold {card.default_threshold:g}"
    metrics.append(Metric(name, round(share, 4), data, today))
    card = replace(card, metrics=tuple(metrics), operating_points=result.operating_points)
    write_checkpoint(checkpoint, model, card, half_precision=True)


def write_results(file: Path, result: Evaluation) -> None:
    """Write the results, the whole curve included, as JSON."""
    file.write_text(json.dumps(result.to_dict(), indent=2) + "\n", encoding="utf-8")


def _intervals(volumes: Sequence[ScoredVolume]) -> dict[float, Interval]:
    """The middle 95 % of the sensitivities of volumes drawn with replacement."""
    rng = np.random.default_rng(0)
    drawn: dict[float, list[float]] = {n: [] for n in FALSE_POSITIVES_PER_SLICE}
    for _ in range(BOOTSTRAPS if len(volumes) > 1 else 0):
        chosen = rng.integers(0, len(volumes), len(volumes))
        curve = froc([s for i in chosen for s in volumes[i].slices])
        for n, values in drawn.items():
            values.append(curve.sensitivity_at(n))
    limits = {n: np.nanpercentile(values, (2.5, 97.5)) for n, values in drawn.items() if values}
    return {n: (float(low), float(high)) for n, (low, high) in limits.items()}
