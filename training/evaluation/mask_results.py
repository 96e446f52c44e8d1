"""Segmenters measured on volumes whose masks are known: results, tables, and a card's numbers."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.checkpoints.checkpoint import CARD, load_card
from lesion_viewer.detection.identity import Metric
from lesion_viewer.detection.installed import InstalledSegmenter
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.detection.running import read_volume, segment
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.label_volumes.marking import marked_voxels
from lesion_viewer.system.atomic_files import save_bytes

from .masks import LesionMeasures, Mask, MaskMeasures, compared, lesions_compared

LIVER, LESION = "liver", "lesion"


@dataclass(frozen=True, slots=True)
class LabelledVolume:
    """A CT and a label volume on its grid.

    Attributes
    ----------
    images : Path
        The CT, with one series on the grid of the labels.
    labels : Path
        Label volume or DICOM segmentation.
    liver, lesions : str
        Labels of the liver with all that lies in it, and of the lesions, such as ``1, 10-17``;
        empty where that is not known.
    """

    images: Path
    labels: Path
    liver: str
    lesions: str


@dataclass(frozen=True, slots=True)
class MaskResult:
    """What was measured on a volume.

    Attributes
    ----------
    name : str
        Of the volume.
    masks : Mapping[str, MaskMeasures]
        ``liver`` and ``lesion`` -> all its voxels, where they are known and marked.
    lesions : LesionMeasures | None
        By lesion; None where lesions are not known, or not marked.
    """

    name: str
    masks: Mapping[str, MaskMeasures]
    lesions: LesionMeasures | None

    def to_dict(self) -> dict[str, Any]:
        """All numbers in JSON types."""
        lesions = None
        if self.lesions is not None:
            each = [one.to_dict() for one in self.lesions.lesions]
            lesions = {"each": each, "false_parts": self.lesions.false_parts}
        masks = {label: one.to_dict() for label, one in self.masks.items()}
        return {"name": self.name, "masks": masks, "lesions": lesions}


def measured(
    volumes: Sequence[LabelledVolume],
    segmenter: InstalledSegmenter | None,
    predictions: Sequence[Path],
    on_progress: Callable[[float], None] = lambda share: None,
) -> Iterator[MaskResult]:
    """The measures of each volume.

    Parameters
    ----------
    volumes : Sequence[LabelledVolume]
        The volumes.
    segmenter : InstalledSegmenter | None
        What marks them; None with ``predictions``.
    predictions : Sequence[Path]
        In its place for each volume a label volume of any program, whose labels are named
        ``liver`` and ``lesion``.
    on_progress : Callable[[float], None]
        Called with the share of a volume that is marked.

    Yields
    ------
    MaskResult
        For each volume.

    Raises
    ------
    CTError, DetectionError, ExchangeError, TrainingError
        A volume, its labels or the segmenter cannot be used.
    """
    loaded = segmenter.load() if segmenter is not None else None
    for number, one in enumerate(volumes):
        study = open_study(one.images)
        true: dict[str, Mask] = {}
        for label, chosen in ((LIVER, one.liver), (LESION, one.lesions)):
            if chosen:
                series, true[label] = marked_voxels(study, one.labels, chosen)
        if not true or not next(iter(true.values())).any():
            raise TrainingError(f"{one.labels} marks nothing by these labels")
        if loaded is None:
            found = {k: marked_voxels(study, predictions[number], k)[1] for k in true}
        else:
            masks = segment(loaded, read_volume(series, Neighbours()), on_progress=on_progress)
            assert masks is not None, "nothing cancels it"
            found = {label: masks.of(label) for label in masks.labels}
        if LIVER in found and LESION in found:
            found[LIVER] = found[LIVER] | found[LESION]
        if series.spacing_mm is None:
            raise TrainingError(f"{one.images} does not say how large its voxels are")
        spacing = series.spacing_mm
        known = [label for label in true if label in found and true[label].any()]
        yield MaskResult(
            _name_of(one.images),
            {label: compared(found[label], true[label], spacing) for label in known},
            lesions_compared(found[LESION], true[LESION], spacing) if LESION in known else None,
        )


def print_masks(results: Sequence[MaskResult]) -> None:
    """Print a row for each mask and for each lesion.

    Parameters
    ----------
    results : Sequence[MaskResult]
        The results.
    """
    columns = ("Dice", "overlap error", "volume", "mean mm", "largest mm", "marked ml", "true ml")
    table = Table("volume", "mask", *columns)
    for result in results:
        for label, measures in result.masks.items():
            table.add_row(result.name, label, *_cells(measures))
        lesions = result.lesions.lesions if result.lesions is not None else ()
        for number, measures in enumerate(lesions, 1):
            table.add_row(result.name, f"lesion {number}", *_cells(measures))
    console = Console()
    console.print(table)
    for result in results:
        if result.lesions is not None:
            console.print(
                f"{result.name}: {result.lesions.found} of {len(result.lesions.lesions)} lesions"
                f" touched, {result.lesions.false_parts} marked parts touch none."
            )


def write_masks(output: Path, results: Sequence[MaskResult]) -> None:
    """Write all numbers as JSON.

    Parameters
    ----------
    output : Path
        File to write.
    results : Sequence[MaskResult]
        The results.
    """
    save_bytes(output, json.dumps([one.to_dict() for one in results], indent=1).encode())


def write_masks_into_card(folder: Path, results: Sequence[MaskResult]) -> None:
    """Write the means over the volumes into a checkpoint's card; what it says of boxes stays.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    results : Sequence[MaskResult]
        The results.
    """
    card = load_card(folder)
    today, data = date.today().isoformat(), ", ".join(one.name for one in results)
    metrics = []
    for label in (LIVER, LESION):
        found = [one.masks[label] for one in results if label in one.masks]
        for name, values in (
            (f"Dice of the {label}", [one.dice for one in found]),
            (f"mean distance of the {label}'s surface in mm", [o.mean_distance_mm for o in found]),
        ):
            if found and np.isfinite(values).all():
                metrics.append(Metric(name, round(float(np.mean(values)), 3), data, today))
    names = {one.name for one in metrics}
    kept = [one for one in card.metrics if one.name not in names]
    save_bytes(folder / CARD, replace(card, metrics=(*kept, *metrics)).to_json())


def _cells(measures: MaskMeasures) -> tuple[str, ...]:
    return (
        f"{measures.dice:.3f}",
        f"{measures.overlap_error:.3f}",
        f"{measures.volume_difference:+.1%}",
        f"{measures.mean_distance_mm:.1f}",
        f"{measures.largest_distance_mm:.1f}",
        f"{measures.found_ml:.1f}",
        f"{measures.true_ml:.1f}",
    )


def _name_of(path: Path) -> str:
    path = path.resolve()
    return path.parent.name if path.name.upper() == "DICOM" else path.name
