"""Results as files: JSON, and the card of a checkpoint."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import CARD, load_card
from lesion_viewer.detection.identity import Metric
from lesion_viewer.detection.score_calibration import Calibration
from lesion_viewer.system.atomic_files import save_bytes

from .calibration import CrossFitted, cross_fitted, fitted_calibration
from .matching import HIT_IOU, PAPER_IOU
from .results import Evaluation
from .scoring import ScoredCase

CALIBRATED_ON = " Scores were calibrated on "


def write_results(file: Path, result: Evaluation, data: str) -> None:
    """Write results as JSON, with the whole curve.

    Parameters
    ----------
    file : Path
        The JSON; replaced where it exists.
    result : Evaluation
        The results.
    data : str
        What they were measured on.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    said = {"data": data, "date": date.today().isoformat(), **result.to_dict()}
    save_bytes(file, (json.dumps(said, indent=2) + "\n").encode())


def write_into_card(checkpoint: Path, result: Evaluation, data: str) -> None:
    """Add results, with today's date and what they were measured on, to a checkpoint's card.

    Earlier results on the same data are replaced; those on other data are kept. Operating points
    are replaced by those on whole volumes only, since a key slice says nothing about a volume.

    Parameters
    ----------
    checkpoint : Path
        Folder of the checkpoint.
    result : Evaluation
        The results.
    data : str
        What they were measured on.

    Raises
    ------
    DetectionError, ExchangeError
        Where the card cannot be read or written.
    """
    card = load_card(checkpoint)
    metrics = [metric for metric in card.metrics if metric.data != data]
    card = replace(card, metrics=(*metrics, *_metrics(result, card.default_threshold, data)))
    if result.slices > result.cases or not card.operating_points:
        card = replace(card, operating_points=result.operating_points, measured_on=data)
    save_bytes(checkpoint / CARD, card.to_json())


def write_calibration(
    checkpoint: Path, cases: Sequence[ScoredCase], data: str
) -> Mapping[str, CrossFitted]:
    """Calibrate a detector's scores, and remove from its card what was measured before.

    Parameters
    ----------
    checkpoint : Path
        Folder of the checkpoint.
    cases : Sequence[ScoredCase]
        Cases scored with the checkpoint as it is.
    data : str
        What the cases are.

    Returns
    -------
    Mapping[str, CrossFitted]
        How far off scores are, as the card says too.

    Raises
    ------
    DetectionError, ExchangeError
        Where the card cannot be read or written.
    TrainingError
        Where the cases do not separate the scores of hits and false positives.
    """
    card = load_card(checkpoint)
    now = card.calibrations
    calibration, alone = fitted_calibration(cases, now)
    errors = cross_fitted(cases, now)
    off = ", ".join(f"{one.error:.2f} on {source}" for source, one in errors.items())
    said = f"; cross-fitted over patients they are off by {off}" if off else ""
    card = replace(
        card,
        calibration=_rounded(calibration),
        calibration_alone=None if alone is None else _rounded(alone),
        metrics=(),
        operating_points=(),
        measured_on="",
        limits=f"{card.limits.split(CALIBRATED_ON)[0]}{CALIBRATED_ON}{data}{said}.",
    )
    save_bytes(checkpoint / CARD, card.to_json())
    return errors


def _rounded(line: Calibration) -> Calibration:
    return round(line[0], 4), round(line[1], 4)


def _metrics(result: Evaluation, threshold: float, data: str) -> list[Metric]:
    today = date.today().isoformat()
    at = min(result.lesion_sensitivity, key=lambda t: abs(t - threshold))
    point = next(p for p in result.operating_points if p.threshold == at)
    values = {
        _with_interval(
            f"{what} at {n:g} false positives per slice, IoU {iou}", intervals.get(n)
        ): found[n]
        for what, iou, found, intervals in (
            ("sensitivity", "> 0.1", result.sensitivity_paper, result.interval_paper),
            ("sensitivity", ">= 0.5", result.sensitivity, result.interval),
            *(
                ("lesions found", text, result.lesions_found[iou], result.lesions_interval[iou])
                for text, iou in (("> 0.1", PAPER_IOU), (">= 0.5", HIT_IOU))
                if result.lesions < result.lesion_boxes  # else it is the same
            ),
        )
        for n in found
    }
    values[f"share of lesions found on some slice at threshold {at:g}"] = result.lesion_sensitivity[
        at
    ]
    values[f"false candidates per volume at threshold {at:g}"] = point.false_positives_per_volume
    return [
        Metric(name, round(value, 4), data, today)
        for name, value in values.items()
        if math.isfinite(value)
    ]


def _with_interval(name: str, interval: tuple[float, float] | None) -> str:
    return f"{name} (95 %: {interval[0]:.3f} to {interval[1]:.3f})" if interval else name
