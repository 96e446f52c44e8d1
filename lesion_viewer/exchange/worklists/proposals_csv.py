"""Boxes of any detector from a CSV as a project's proposals, such as those of folds."""

import math
from collections import defaultdict
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import Record, Table, read_table, unguarded
from lesion_viewer.exchange.tables.decision_columns import HASH_MARK, model_origin
from lesion_viewer.exchange.tables.fitted_boxes import fitted
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.finding import Origin, Place
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.proposals import record_proposals
from lesion_viewer.review.worklist.work_list import Item, WorkList

NEEDED = ("source", "x1", "y1", "x2", "y2", "score", "model", "model_sha256")


def take_predictions(work_list: WorkList, session: Session, path: Path) -> int:
    """Take up the boxes that ``lesion-viewer detect`` wrote.

    A patient that the file speaks of was searched: all of the patient's annotated slices count as
    answered, with nothing found where the file has no box.

    Parameters
    ----------
    work_list : WorkList
        Whose slices the boxes are on.
    session : Session
        The project's review.
    path : Path
        Of the CSV.

    Returns
    -------
    int
        How many slices were answered.

    Raises
    ------
    ExchangeError
        Where the file cannot be used, names the line; where none of its slices is in the project.
    """
    found: dict[str, dict[int, list[Detection]]] = defaultdict(lambda: defaultdict(list))
    origins: dict[str, Origin] = {}
    of_patient: dict[str, list[Item]] = defaultdict(list)
    patients: dict[str, str] = {}
    for listed in work_list.items:
        for item in work_list.slices_of(listed):
            of_patient[item.patient].append(item)
            patients[item.series_uid] = item.patient
    table = read_table(path, NEEDED)
    slices = finder(session.pictures.series())
    for record in table.records:
        source = unguarded(table.cell(record, "source"))
        place = _by_uid(table, record, work_list) or work_list.images.place_of(source)
        place = place or slices(source)
        if place is None or place[0] not in patients:
            continue
        detection = _detection(table, record)
        if fitted(detection.box, slices.shape(place)) is None:
            where = f"{path}, line {record.line}"
            raise ExchangeError(f"{where}: the box lies outside of its image {source}")
        found[place[0]][place[1]].append(detection)
        origins[patients[place[0]]] = _origin(table, record)
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


def _detection(table: Table, record: Record) -> Detection:
    try:
        x1, y1, x2, y2, score = (float(table.cell(record, name)) for name in NEEDED[1:6])
        if not math.isfinite(score):
            raise ValueError(f"needs a finite score, not {score}")
        return Detection(Box(x1, y1, x2, y2), score, _type_in(table, record))
    except ValueError as error:
        raise ExchangeError(f"{table.path}, line {record.line}: {error}") from error


def _type_in(table: Table, record: Record) -> str:
    name = "lesion_type"  # not in files of former versions
    return unguarded(table.cell(record, name)) if name in table.names else ""


def _origin(table: Table, record: Record) -> Origin:
    name, sha256 = (unguarded(table.cell(record, column)) for column in NEEDED[6:8])
    return model_origin(f"{name} {HASH_MARK}{sha256}")


def _by_uid(table: Table, record: Record, work_list: WorkList) -> Place | None:
    """The place that a row names by SOP Instance UID; of a file of several frames by index too."""
    names = ("series_uid", "sop_instance_uid", "slice_index")
    if not set(names) <= set(table.names):
        return None
    series_uid, instance, index = (unguarded(table.cell(record, name)) for name in names)
    if not instance:
        return None
    try:
        slices = work_list.series(series_uid).slices
        if slices[int(index)].sop_instance_uid == instance:
            return series_uid, int(index)
    except (KeyError, ValueError, IndexError):
        pass
    return work_list.images.place_of(instance)
