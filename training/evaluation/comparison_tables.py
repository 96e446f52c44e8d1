"""A comparison of detectors as tables, on the screen and in Markdown."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lesion_viewer.system.atomic_files import save_bytes

from .comparing import Compared
from .intervals import Interval
from .matching import HIT_IOU, PAPER_IOU
from .results import Evaluation

IOU_TEXT = {PAPER_IOU: f"IoU > {PAPER_IOU:g}", HIT_IOU: f"IoU >= {HIT_IOU:g}"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a comparison.

    Attributes
    ----------
    title : str
        What it holds.
    heads : tuple[str, ...]
        Heads of its columns.
    rows : tuple[tuple[str, ...], ...]
        A row for each detector; its name comes first.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(found: Sequence[Compared]) -> Iterator[Sheet]:
    """The tables of a comparison.

    Parameters
    ----------
    found : Sequence[Compared]
        As ``compare`` gives them.

    Yields
    ------
    Sheet
        Sensitivity by false positives per slice, and per volume where volumes have several slices,
        and by size, at both IoUs; then times and gains.
    """
    first = found[0].evaluation
    for iou, text in IOU_TEXT.items():
        yield _curves(
            f"Lesion boxes found, {text}, by false positives per slice",
            [(one.name, *_per_slice(one.evaluation, iou)) for one in found],
        )
    for iou, text in IOU_TEXT.items():
        if first.slices > first.cases:
            yield _curves(
                f"Lesions found, {text}, by false candidates per volume",
                [
                    (
                        one.name,
                        one.evaluation.candidates_found[iou],
                        one.evaluation.candidates_interval[iou],
                    )
                    for one in found
                ],
            )
    for iou, text in IOU_TEXT.items():
        yield _sizes(
            f"Lesion boxes found at 1 false positive per slice, {text}, by size", found, iou
        )
    yield Sheet(
        "Time of the processor for a slice, one thread; mean of the boxes found at IoU >= 0.5 less"
        f" {found[0].name}'s; distance of scores and shares of hits",
        ("detector", "ms", "ratio", "gain", "calibration error"),
        tuple(
            (
                one.name,
                f"{one.slice_s * 1000:.0f}",
                f"{one.ratio:.2f}",
                _gain(one),
                _share(one.evaluation.calibration_error),
            )
            for one in found
        ),
    )


def print_comparison(found: Sequence[Compared], data: str) -> None:
    """Print the tables of a comparison.

    Parameters
    ----------
    found : Sequence[Compared]
        As ``compare`` gives them.
    data : str
        What the cases are.
    """
    console = Console()
    console.print(_heading(found[0].evaluation, data))
    for sheet in sheets(found):
        table = Table(title=sheet.title)
        for place, head in enumerate(sheet.heads):
            table.add_column(head, no_wrap=place == 0, overflow="fold")
        for row in sheet.rows:
            table.add_row(*(cell.replace(" (", "\n(") for cell in row))
        console.print(table)


def write_comparison(folder: Path, found: Sequence[Compared], data: str) -> list[Path]:
    """Write a comparison as ``comparison.md`` and, with the whole curves, ``comparison.json``.

    Parameters
    ----------
    folder : Path
        Folder of the files; made where it does not exist.
    found : Sequence[Compared]
        As ``compare`` gives them.
    data : str
        What the cases are.

    Returns
    -------
    list[Path]
        The files.

    Raises
    ------
    ExchangeError
        Where a file cannot be written.
    """
    lines = [_heading(found[0].evaluation, data)]
    for sheet in sheets(found):
        lines += ["", f"{sheet.title}:", "", _line(sheet.heads), "|---" * len(sheet.heads) + "|"]
        lines += map(_line, sheet.rows)
    content = {"data": data, "detectors": [one.to_dict() for one in found]}
    files = {
        folder / "comparison.md": "\n".join(lines) + "\n",
        folder / "comparison.json": json.dumps(content, indent=1) + "\n",
    }
    for file, text in files.items():
        save_bytes(file, text.encode())
    return list(files)


def _heading(result: Evaluation, data: str) -> str:
    return (
        f"{data}: {result.cases} volumes of {result.patients} patients, {result.slices} slices,"
        f" {result.lesions} lesions, {result.lesion_boxes} lesion boxes."
        " In brackets 95 % over patients, over slices where there is one patient."
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _per_slice(
    result: Evaluation, iou: float
) -> tuple[Mapping[float, float], Mapping[float, Interval]]:
    if iou == HIT_IOU:
        return result.sensitivity, result.interval
    return result.sensitivity_paper, result.interval_paper


def _curves(
    title: str, rows: Sequence[tuple[str, Mapping[float, float], Mapping[float, Interval]]]
) -> Sheet:
    return Sheet(
        title,
        ("detector", *(f"{n:g}" for n in rows[0][1])),
        tuple(
            (name, *(f"{_share(v)}{_between(intervals.get(n))}" for n, v in values.items()))
            for name, values, intervals in rows
        ),
    )


def _sizes(title: str, found: Sequence[Compared], iou: float) -> Sheet:
    counts = {name: one.boxes for name, one in found[0].evaluation.sizes[iou].items()}
    rows = []
    for one in found:
        of = one.evaluation.sizes[iou]
        cells = (f"{_share(of[name].found)}{_between(of[name].interval)}" for name in counts)
        rows.append((one.name, *cells))
    heads = (f"{name}, {count} boxes" for name, count in counts.items())
    return Sheet(title, ("detector", *heads), tuple(rows))


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _gain(one: Compared) -> str:
    if one.gain is None:
        return ""
    interval = "" if one.interval is None else " ({:+.2f} to {:+.2f})".format(*one.interval)
    return f"{one.gain:+.2f}{interval}"


def _between(interval: Interval | None) -> str:
    return "" if interval is None else " ({:.2f}-{:.2f})".format(*interval)
