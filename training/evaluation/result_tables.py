"""Results as tables on the screen."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from ..synthesis.ideal_observer import OBSERVERS, Sought
from .matching import HIT_IOU, PAPER_IOU
from .results import Evaluation

PARTS = (10, 25, 50, 75, 90)
"""Percentiles of the lesions' detectability."""


def print_evaluation(result: Evaluation, data: str) -> None:
    """Print results as tables.

    Parameters
    ----------
    result : Evaluation
        The results.
    data : str
        What they were measured on.
    """
    console = Console()
    console.print(
        f"{result.cases} volumes of {result.patients} patients ({data}): {result.slices} slices,"
        f" {result.lesions} lesions, {result.lesion_boxes} lesion boxes."
    )
    console.print(_curves(result))
    console.print(_lesions(result))
    console.print(_points(result))
    if result.paper is not None:
        p = result.paper
        console.print(
            f"The paper's measures, on {p.slices} slices with a lesion, at threshold"
            f" {p.threshold:g}: MSE {p.mse:.5f}, IoU {p.iou:.3f}, sensitivity {p.sensitivity:.3f}"
            f" at IoU .1 ({p.sensitivity_strict:.3f} at .5), false positive rate"
            f" {p.false_positive_rate:.3f}, {p.false_positives_per_slice:.2f} false positives per"
            f" slice; {p.slices_without_box} slices without a box."
        )
    precision = ", ".join(f"{n} {value:.3f}" for n, value in result.average_precision.items())
    console.print(f"COCO: {precision}. Calibration error {result.calibration_error:.3f}.")
    console.print(_candidates(result))
    console.print(_sizes(result))
    console.print(_groups(result))
    if result.types:
        console.print(_types(result))


def print_sought(found: Sequence[Sought], under_mm: float) -> None:
    """Print what ideal observers make of small lesions.

    Parameters
    ----------
    found : Sequence[Sought]
        The lesion boxes.
    under_mm : float
        Diameter that they stay under.
    """
    table = Table(
        "hidden by",
        *(f"{part:g} %" for part in PARTS),
        "found",
        title=f"{len(found)} lesion boxes under {under_mm:g} mm: detectability, and how many are"
        " found at 1 false positive per slice by an observer that knows their look",
    )
    for name in OBSERVERS:
        values = [one.detectability[name] for one in found]
        parts = np.percentile(values, PARTS) if values else ()
        count = sum(one.is_found[name] for one in found)
        table.add_row(name, *(f"{value:.1f}" for value in parts), str(count))
    Console().print(table)


def _curves(result: Evaluation) -> Table:
    table = Table(
        "FP / slice",
        "CADLab, IoU .5",
        "95 %",
        "COCO, IoU .5",
        "CADLab, IoU .1",
        "95 %",
        title="Boxes on slices found, by false positives (FP) per slice; 95 % over patients",
    )
    for count, value in result.sensitivity.items():
        table.add_row(
            f"{count:g}",
            f"{value:.3f}",
            _interval(result.interval, count),
            f"{result.sensitivity_coco[count]:.3f}",
            f"{result.sensitivity_paper[count]:.3f}",
            _interval(result.interval_paper, count),
        )
    return table


def _lesions(result: Evaluation) -> Table:
    loose, strict = PAPER_IOU, HIT_IOU
    table = Table(
        "FP / slice",
        f"IoU > {loose:g}",
        "95 %",
        f"IoU >= {strict:g}",
        "95 %",
        title="Lesions found on some slice; 95 % of independent lesions",
    )
    for count in result.sensitivity:
        columns = (
            cell
            for iou in (loose, strict)
            for cell in (
                f"{result.lesions_found[iou][count]:.3f}",
                _interval(result.lesions_interval[iou], count),
            )
        )
        table.add_row(f"{count:g}", *columns)
    return table


def _interval(intervals: Mapping[float, tuple[float, float]], count: float) -> str:
    """The interval as text; a dash where there are too few patients for one."""
    return "{:.2f}-{:.2f}".format(*intervals[count]) if count in intervals else "-"


def _points(result: Evaluation) -> Table:
    table = Table(
        "from",
        "boxes",
        "FP / slice",
        "lesions",
        "FP / volume",
        "lesions 3D",
        "FP 3D",
        title="Found, and false, by threshold; FP per volume are linked candidates",
    )
    for p in result.operating_points:
        table.add_row(
            f"{p.threshold:.2f}",
            f"{p.sensitivity:.3f}",
            f"{p.false_positives_per_slice:.3f}",
            f"{result.lesion_sensitivity[p.threshold]:.3f}",
            f"{p.false_positives_per_volume:.2f}",
            f"{result.lesion_sensitivity_3d[p.threshold]:.3f}",
            f"{result.false_candidates_3d[p.threshold]:.2f}",
        )
    return table


def _candidates(result: Evaluation) -> Table:
    table = Table(
        "FP / volume",
        f"IoU > {PAPER_IOU:g}",
        "95 %",
        f"IoU >= {HIT_IOU:g}",
        "95 %",
        title="Lesions found by linked candidates; 95 % over patients",
    )
    for count in result.candidates_found[HIT_IOU]:
        columns = (
            cell
            for iou in (PAPER_IOU, HIT_IOU)
            for cell in (
                f"{result.candidates_found[iou][count]:.3f}",
                _interval(result.candidates_interval[iou], count),
            )
        )
        table.add_row(f"{count:g}", *columns)
    return table


def _sizes(result: Evaluation) -> Table:
    table = Table(
        "size",
        "boxes",
        f"IoU > {PAPER_IOU:g}",
        "95 %",
        f"IoU >= {HIT_IOU:g}",
        "95 %",
        title="Lesion boxes found at 1 false positive per slice, by size; 95 % over patients",
    )
    for name, strict in result.sizes[HIT_IOU].items():
        loose = result.sizes[PAPER_IOU][name]
        shown = (
            cell
            for one in (loose, strict)
            for cell in (
                f"{one.found:.3f}",
                "{:.2f}-{:.2f}".format(*one.interval) if one.interval else "-",
            )
        )
        table.add_row(name, f"{strict.boxes}", *shown)
    return table


def _groups(result: Evaluation) -> Table:
    table = Table("lesion boxes by", "", "boxes", "found at 1 false positive per slice")
    for kind, groups in result.groups.items():
        for name, (boxes, share) in groups.items():
            table.add_row(kind, name, f"{boxes}", f"{share:.3f}")
    return table


def _types(result: Evaluation) -> Table:
    table = Table(
        "type",
        "boxes found",
        "named rightly",
        title="Types of the lesion boxes found at 1 false positive per slice, IoU .5",
    )
    for name, (count, share) in result.types.items():
        table.add_row(name, str(count), f"{share:.3f}")
    return table
