"""Results as files: JSON, and the card of a checkpoint."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from lesion_viewer.detection.checkpoint import Metric, load_model, write_checkpoint
from lesion_viewer.exchange.saving import save_bytes
from training.evaluation.results import Evaluation


def write_results(file: Path, result: Evaluation, data: str) -> None:
    """Write the results, the whole curve included, as JSON; ``data`` says what they are of.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    said = {"data": data, "date": date.today().isoformat(), **result.to_dict()}
    save_bytes(file, (json.dumps(said, indent=2) + "\n").encode())


def write_into_card(checkpoint: Path, result: Evaluation, data: str) -> None:
    """Put the results, with today's date and what they were measured on, into the card."""
    model, card = load_model(checkpoint)
    today = date.today().isoformat()
    metrics = [
        Metric(_with_interval(name, result.interval.get(n)), round(value, 4), data, today)
        for n, value in result.sensitivity.items()
        for name in [f"sensitivity at {n:g} false positives per slice, IoU 0.5"]
    ]
    threshold = min(result.lesion_sensitivity, key=lambda t: abs(t - card.default_threshold))
    name = f"share of lesions found on some slice at threshold {threshold:g}"
    metrics.append(Metric(name, round(result.lesion_sensitivity[threshold], 4), data, today))
    points = result.operating_points
    card = replace(card, metrics=tuple(metrics), operating_points=points, measured_on=data)
    write_checkpoint(checkpoint, model, card, half_precision=True)


def _with_interval(name: str, interval: tuple[float, float] | None) -> str:
    return f"{name} (95 %: {interval[0]:.3f} to {interval[1]:.3f})" if interval else name
