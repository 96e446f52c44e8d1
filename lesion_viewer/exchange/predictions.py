"""Boxes of any detector from a CSV as a project's proposals, such as those of folds."""

import csv
import math
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.linking import link
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import unguarded
from lesion_viewer.exchange.decision_columns import HASH_MARK, model_origin
from lesion_viewer.exchange.detections_csv import save_detections
from lesion_viewer.review.finding import Origin
from lesion_viewer.review.project import Item, Project
from lesion_viewer.review.proposing import detect_item, record_proposals
from lesion_viewer.review.session import Session

if TYPE_CHECKING:
    from lesion_viewer.detection.detector import Detector

NEEDED = ("source", "x1", "y1", "x2", "y2", "score", "model", "model_sha256")


def save_predictions(
    project: Project, detector: "Detector", patients: Collection[str], path: Path
) -> None:
    """Write what a detector finds on these patients' items, as ``lesion-viewer detect`` does.

    For a detector that did not learn from them: one of the folds of a cross-validation.

    Raises
    ------
    CTError, DetectionError
        Where a slice cannot be read, or the detector fails.
    ExchangeError
        Where the file cannot be written.
    """
    found = [
        (project.series(item.series_uid), link([detect_item(project, detector, item)]))
        for item in project.items
        if item.patient in patients and item.is_present
    ]
    card = detector.card
    save_detections(path, found, f"{card.name} {card.version}", card.sha256)


def take_predictions(project: Project, session: Session, path: Path) -> int:
    """Take up the boxes that ``lesion-viewer detect`` wrote; how many slices were answered.

    A patient that the file speaks of was searched: all of the patient's annotated slices count as
    answered, with nothing found where the file has no box.

    Raises
    ------
    ExchangeError
        Where the file cannot be used, names the line; where none of its slices is in the project.
    """
    found: dict[str, dict[int, list[Detection]]] = defaultdict(lambda: defaultdict(list))
    origins: dict[str, Origin] = {}
    of_patient: dict[str, list[Item]] = defaultdict(list)
    patients: dict[str, str] = {}
    for item in project.items:
        of_patient[item.patient].append(item)
        patients[item.series_uid] = item.patient
    for where, row in _rows(path):
        place = project.place_of(_name(unguarded(row["source"] or "")))
        if place is None:
            continue
        found[place[0]][place[1]].append(_detection(where, row))
        origins[patients[place[0]]] = _origin(row)
    if not found:
        raise ExchangeError(f"{path}: none of its boxes is on a slice of this project")
    answered = 0
    for patient, origin in origins.items():
        for item in of_patient[patient]:
            boxes = found[item.series_uid].get(item.slice_index, [])
            boxes.sort(key=lambda d: -d.score)
            answer = SliceDetections(item.slice_index, tuple(boxes))
            record_proposals(session, item.series_uid, origin, answer)
            answered += 1
    return answered


def _rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = csv.DictReader(stream)
            if missing := [name for name in NEEDED if name not in (rows.fieldnames or ())]:
                raise ExchangeError(f"{path}, line 1: the column {missing[0]} is missing")
            return [(f"{path}, line {rows.line_num}", row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExchangeError(f"{path}: cannot be read ({error})") from error


def _detection(where: str, row: dict[str, str]) -> Detection:
    try:
        x1, y1, x2, y2, score = (float(row[name]) for name in NEEDED[1:6])
        if not math.isfinite(score):
            raise ValueError(f"needs a finite score, not {score}")
        return Detection(Box(x1, y1, x2, y2), score)
    except (TypeError, ValueError) as error:
        raise ExchangeError(f"{where}: {error}") from error


def _origin(row: dict[str, str]) -> Origin:
    return model_origin(f"{unguarded(row['model'] or '')} {HASH_MARK}{row['model_sha256'] or ''}")


def _name(source: str) -> str:
    """DeepLesion's name of a slice from its file, in a folder or flat."""
    path = PurePosixPath(source)
    return path.name if "_" in path.stem else f"{path.parent.name}_{path.name}"
