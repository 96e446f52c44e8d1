"""Corrected boxes from other tools: COCO JSON, or a CSV in DeepLesion's columns."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import BLANK, read_bytes, read_table, unguarded
from lesion_viewer.exchange.deeplesion.annotation_rows import box_in
from lesion_viewer.exchange.tables.slice_names import Place, finder
from lesion_viewer.review.finding import Status
from lesion_viewer.review.label_import import (
    CorrectedBox,
    CorrectedSlice,
    apply_changes,
    preview,
)
from lesion_viewer.review.session import Session


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a file says of the slices of a review.

    Attributes
    ----------
    slices : series uid and slice index -> all boxes of that slice
    absent : slices of the file that are not in the review
    problems : a sentence for each box that cannot be used
    """

    slices: Mapping[Place, CorrectedSlice]
    absent: int
    problems: tuple[str, ...]


def read_corrections(path: Path, session: Session) -> Corrections:
    """The corrected boxes in a file, COCO JSON by its name's end ``.json``, else CSV.

    Raises
    ------
    ExchangeError
        Where the file cannot be read or is neither; where none of its slices is in the review.
    """
    place_of = finder(session.series())
    read = _read_coco if path.suffix.lower() == ".json" else _read_csv
    found = read(path, place_of)
    if found.absent and not found.slices:
        raise ExchangeError(f"{path}: none of its images is in this review")
    return found


def _read_coco(path: Path, place_of: Callable[[str], Place | None]) -> Corrections:
    try:
        content = _parsed(read_bytes(path))
        images = {image["id"]: image for image in content["images"]}
        boxes: dict[Any, list[CorrectedBox]] = {number: [] for number in images}
        problems = []
        for kind in ("annotations", "rejected_annotations"):
            for annotation in content.get(kind, ()) if kind != "annotations" else content[kind]:
                try:
                    box = _coco_box(annotation["bbox"])
                except ValueError as error:
                    problems.append(f"annotation {annotation.get('id')}: {error}")
                    continue
                boxes[annotation["image_id"]].append(_said(box, annotation.get("attributes")))
        named = {n: place_of(str(image["file_name"])) for n, image in images.items()}
        slices = {
            place: CorrectedSlice(tuple(boxes[n]), bool(images[n].get("read_in_full", False)))
            for n, place in named.items()
            if place is not None
        }
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        what = f"{type(error).__name__}: {error}"
        raise ExchangeError(f"{path}: is no COCO file of boxes ({what})") from error
    return Corrections(slices, len(images) - len(slices), tuple(problems))


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("lists or objects too deep in one another") from None


def _coco_box(numbers: Any) -> Box:
    x, y, width, height = map(float, numbers)
    return Box(x, y, x + width, y + height)


def _said(box: Box, attributes: Any) -> CorrectedBox:
    """What the file says of a box, where it is one that we wrote, or names a status as we do."""
    said = attributes if isinstance(attributes, Mapping) else {}
    status = said.get("status")
    return CorrectedBox(
        box,
        Status(status) if status in list(Status) else None,
        str(said.get("reason") or ""),
        str(said.get("note") or ""),
    )


def _read_csv(path: Path, place_of: Callable[[str], Place | None]) -> Corrections:
    table = read_table(path, ("File_name", "Bounding_boxes"))
    boxes: dict[Place, list[CorrectedBox]] = defaultdict(list)
    absent, problems = set(), []
    for record in table.records:
        if record.fields == BLANK:
            continue
        name = unguarded(table.cell(record, "File_name"))
        place = place_of(name)
        if place is None:
            absent.add(name)
            continue
        boxes[place]
        if not table.cell(record, "Bounding_boxes"):
            continue
        box = box_in(table, record, "Bounding_boxes")
        if box is None:
            problems.append(f"line {record.line}: the box has no area without its padding of 5 px")
            continue
        said = {
            name.lower(): unguarded(table.cell(record, name))
            for name in ("Status", "Reason", "Note")
            if name in table.names
        }
        boxes[place].append(_said(box, said))
    slices = {place: CorrectedSlice(tuple(found)) for place, found in boxes.items()}
    return Corrections(slices, len(absent), tuple(problems))


def correct_slices(session: Session, name: str, slices: Mapping[str, Sequence[Box]]) -> None:
    """Take up all the lesions of some slices, by DeepLesion's names, as read in full.

    Raises
    ------
    ExchangeError
        For a slice that is not in the review.
    """
    place_of = finder(session.series())
    corrected = {}
    for slice_name, boxes in slices.items():
        place = place_of(slice_name)
        if place is None:
            raise ExchangeError(f"{slice_name} is not in {session.path}")
        corrected[place] = CorrectedSlice(tuple(map(CorrectedBox, boxes)), is_read_in_full=True)
    apply_changes(session, name, preview(session, corrected))
