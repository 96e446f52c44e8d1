"""Losses of a run (the paper's figure 6), and FROC curves, which the paper lacks."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from lesion_viewer.errors import TrainingError

from .drawing import GREYS, LINES, MARKS

PARTS = {"train": ("-", "0.0", ""), "validation": ("--", "0.4", "o")}
RAW = "0.85"
MEANS = 50
"""A running mean covers the last 1 / ``MEANS`` of all values."""

MOST_FALSE_POSITIVES = 8.0


def losses(log: Path) -> Figure:
    """A figure of every loss of a run over its steps, one beside the other.

    Parameters
    ----------
    log : Path
        The run's ``log.csv``.

    Returns
    -------
    Figure
        The figure.

    Raises
    ------
    TrainingError
        Where the log cannot be read or holds no losses.
    """
    rows = _rows(log)
    names = [name for name in rows[0] if name not in ("step", "epoch", "part")]
    columns = min(len(names), 3)
    deep = -(-len(names) // columns)
    figure = Figure(figsize=(3.6 * columns, 2.7 * deep), layout="constrained")
    for place, name in enumerate(names, 1):
        axes = figure.add_subplot(deep, columns, place, title=name.replace("_", " "))
        for part, (line, grey, mark) in PARTS.items():
            points = [(int(r["step"]), float(r[name])) for r in rows if r["part"] == part]
            if points:
                steps, values = zip(*points, strict=True)
                smooth = _running_mean(values)
                axes.plot(steps, values, color=RAW, linewidth=0.5)
                axes.plot(
                    steps, smooth, line, color=grey, marker=mark, ms=3, linewidth=1.2, label=part
                )
        if all(float(r[name]) > 0 for r in rows):
            axes.set_yscale("log")
        axes.set_xlabel("step")
    figure.axes[0].legend(fontsize=8)
    return figure


def froc_curves(evaluations: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Sensitivity at IoU .5 over false positives per slice, with intervals over patients.

    Parameters
    ----------
    evaluations : Mapping[str, Mapping[str, Any]]
        Name of the detector -> content of the file that ``evaluate --output`` wrote.

    Returns
    -------
    Figure
        The figure.
    """
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.add_subplot(
        xlabel="false positives per slice",
        ylabel="sensitivity (IoU 0.5, CADLab's rule)",
        xlim=(0, MOST_FALSE_POSITIVES + 0.2),
        ylim=(-0.02, 1.02),
    )
    axes.grid(color="0.9")
    for k, (name, result) in enumerate(evaluations.items()):
        curve = result["curve"]
        grey, line, mark = (styles[k % len(styles)] for styles in (GREYS, LINES, MARKS))
        points = [
            (x, y)
            for x, y in zip(curve["false_positives_per_slice"], curve["sensitivity"], strict=True)
            if y is not None and x <= MOST_FALSE_POSITIVES
        ]
        style: dict[str, Any] = {"color": grey, "marker": mark}
        if len(points) < 2:
            axes.plot(*zip(*points or [(0, 0)], strict=True), linestyle="", label=name, **style)
            continue
        x, y = zip(*points, strict=True)
        axes.plot(x, y, linestyle=line, markevery=max(len(x) // 8, 1), label=name, **style)
        # Shifted by detector, so that no bar hides another.
        intervals = [
            (float(at) + 0.05 * k, *low_high) for at, low_high in result["interval"].items()
        ]
        if intervals:
            at, low, high = zip(*intervals, strict=True)
            axes.vlines(at, low, high, color=grey, linestyle=line, linewidth=1)
    axes.legend(loc="lower right", fontsize=8, title="bars: 95 % over patients", title_fontsize=8)
    return figure


def _running_mean(values: Sequence[float]) -> list[float]:
    """Mean of each value with those before it, over 1 / ``MEANS`` of all values."""
    over = max(len(values) // MEANS, 1)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - over, 0)
    means: list[float] = ((sums[ends] - sums[begins]) / (ends - begins)).tolist()
    return means


def _rows(log: Path) -> list[dict[str, str]]:
    try:
        with log.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise TrainingError(f"{log} cannot be read: {error.strerror}") from error
    if not rows:
        raise TrainingError(f"{log} holds no losses yet")
    return rows
