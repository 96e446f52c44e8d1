"""Corrected boxes from other tools: COCO JSON, a plain table, or a CSV in DeepLesion's columns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotation_ids import annotation_ids
from lesion_viewer.exchange.box_files.annotations import PlainFile, PlainRow
from lesion_viewer.exchange.box_files.box_table import read_plain_csv
from lesion_viewer.exchange.box_files.coco_reading import is_coco, read_coco_as_it_stands
from lesion_viewer.exchange.box_files.reading import contradictions, is_plain
from lesion_viewer.exchange.csv_records import (
    BLANK,
    Record,
    Table,
    read_bytes,
    read_table,
    unguarded,
)
from lesion_viewer.exchange.deeplesion.annotation_rows import box_in
from lesion_viewer.exchange.tables.file_rows import image_size_in
from lesion_viewer.exchange.tables.fitted_boxes import fitted, is_cut, outside_text
from lesion_viewer.exchange.tables.slice_names import Place, finder
from lesion_viewer.exchange.tables.type_columns import types_in
from lesion_viewer.review.finding import Status
from lesion_viewer.review.label_import import (
    SAME_LESION_IOU,
    UNSPECIFIC,
    CorrectedBox,
    CorrectedSlice,
    is_mere_proposal,
)
from lesion_viewer.review.session import Session

FOREIGN_IDS = "its ids are not those of this review; boxes were matched by where they lie"
SAID = ("Status", "Reason", "Note")


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a file says of the slices of a review.

    Attributes
    ----------
    slices : Mapping[Place, CorrectedSlice]
        Series uid and slice index -> all boxes of that slice.
    absent : int
        Images of the file that are not in the review.
    problems : tuple[str, ...]
        A sentence for each box, or image, that cannot be used.
    clipped : int
        Boxes that reached over the border of their image, and end there now.
    absent_names : tuple[str, ...]
        Names of the images that are not in the review.
    notices : tuple[str, ...]
        How the file was understood where it could be understood in another way.
    """

    slices: Mapping[Place, CorrectedSlice]
    absent: int
    problems: tuple[str, ...]
    clipped: int = 0
    absent_names: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(slots=True)
class _Read:
    """What is being gathered of one slice."""

    boxes: list[CorrectedBox] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    keeps_all: bool = False


def read_corrections(path: Path, session: Session, differing: Collection[str] = ()) -> Corrections:
    """The corrected boxes in a file: COCO, a plain table, or a table in DeepLesion's columns.

    A box is of the finding that its ``id`` names, where the file's ids are those of the review:
    each on its finding's slice, and none where another finding lies while its own does not.

    Parameters
    ----------
    path : Path
        The file.
    session : Session
        The review whose slices the file speaks of.
    differing : Collection[str]
        Uids of series that are left aside, as their pictures are others than those reviewed.

    Returns
    -------
    Corrections
        What the file says of each slice, and what of it cannot be used.

    Raises
    ------
    ExchangeError
        Where the file cannot be read or is none of these; where none of its images is in the
        review; where it is a table and none of its boxes can be used.
    """
    content = read_bytes(path)
    file = _file_in(path, content)
    slices = finder({u: r for u, r in session.series().items() if u not in differing})
    matched = slices.match(file.images)
    if not matched.places and not matched.ambiguous:
        what = "is no COCO file of this review: " if is_coco(path, content) else ""
        raise ExchangeError(f"{path}: {what}none of its images is in this review")
    several = {n: f"{n}: several images end in this name" for n in matched.ambiguous}
    shapes = {name: slices.shape(place) for name, place in matched.places.items()}
    refused = {**several, **contradictions(file, shapes)}
    ids, is_foreign = _findings_by_id(file, matched.places, session)
    read: dict[Place, _Read] = {
        place: _Read() for name, place in matched.places.items() if name not in refused
    }
    listed = {lesion_type_in(name) for name in file.categories}
    types = listed or {row.present_type for row in file.rows}
    is_type_chosen = len(types) > 1
    if not is_coco(path, content):
        is_type_chosen |= not {text.casefold() for text in types} & UNSPECIFIC
    problems, clipped, is_lost = [*file.problems, *refused.values()], 0, False
    for row in file.rows:
        finding_id, place = ids.get(str(row.annotation_id), ""), matched.places.get(row.image)
        if row.image in refused or (place is None and row.image):
            continue
        box, problem = _usable(row, shapes.get(row.image))
        if problem:
            problems.append(problem)
            unsure = [read[place]] if place is not None else list(read.values())
            for one in unsure:
                one.keeps_all = True  # an id may be right by chance
                one.kept |= {finding_id} - {""}
            is_lost = True
        elif box is not None and place is not None:
            clipped += row.present is not None and is_cut(row.present, box)
            read[place].boxes.append(_corrected(row, box, finding_id, is_type_chosen))
    if is_lost and not is_coco(path, content) and not any(one.boxes for one in read.values()):
        raise ExchangeError(f"{path}: none of its boxes can be used: {problems[-1]}")
    in_full = {matched.places[n] for n in file.read_in_full if n in matched.places}
    found = {
        place: CorrectedSlice(
            tuple(one.boxes), place in in_full, frozenset(one.kept), one.keeps_all
        )
        for place, one in read.items()
    }
    notices = (*file.notices, *([FOREIGN_IDS] if is_foreign else []))
    absent = matched.missing
    return Corrections(found, len(absent), tuple(problems), clipped, absent, notices)


def _file_in(path: Path, content: bytes) -> PlainFile:
    if is_coco(path, content):
        return read_coco_as_it_stands(path, content)
    if is_plain(path, content):
        return read_plain_csv(path, content)
    return _deeplesion_file(read_table(path, ("File_name", "Bounding_boxes")))


def _usable(row: PlainRow, shape: tuple[int, int] | None) -> tuple[Box | None, str]:
    """The box on its image, and why it cannot be used; neither where the row has none."""
    if row.problem or shape is None:
        return None, f"{row.where}: {row.problem or 'its image is not known'}"
    if row.present is None:
        return None, ""
    box = fitted(row.present, shape)
    return box, "" if box is not None else outside_text(row.where, row.image, row.present, shape)


def _corrected(row: PlainRow, box: Box, finding_id: str, is_type_chosen: bool) -> CorrectedBox:
    """What the file says of a box, where it is one that we wrote, or names a status as we do."""
    status = row.said.get("status")
    return CorrectedBox(
        box,
        Status(status) if status in list(Status) else None,
        row.said.get("reason", ""),
        row.said.get("note", ""),
        row.present_type,
        finding_id,
        row.annotation_id,
        is_type_chosen,
    )


def _findings_by_id(
    file: PlainFile, places: Mapping[str, Place], session: Session
) -> tuple[dict[str, str], bool]:
    """Id in the file -> finding; and whether its ids are another tool's, so that none counts.

    A tool that numbers boxes anew gives some box the id of another one: on another slice, or where
    that other one lies.
    """
    by_id = {str(number): key for key, number in annotation_ids(session).items()}
    found: dict[str, str] = {}
    for row in file.rows:
        number = str(row.annotation_id)
        if number not in by_id:
            continue
        finding_id, slice_index = by_id[number]
        finding, place = session.findings[finding_id], places.get(row.image)
        is_elsewhere = place is not None and place != (finding.series_uid, slice_index)
        if (
            number in found
            or is_elsewhere
            or (place and _is_of_another(session, row, finding_id, place))
        ):
            return {}, True
        found[number] = finding_id
    return found, False


def _is_of_another(session: Session, row: PlainRow, finding_id: str, place: Place) -> bool:
    """Whether a box lies on another finding of its slice, and not on the one that its id names."""
    box, on_slice = row.present, session.findings_on(*place)
    if box is None:
        return False
    near = {f.id for f in on_slice if f.boxes[place[1]].iou(box) >= SAME_LESION_IOU}
    others = {f.id for f in on_slice if not is_mere_proposal(f)} - {finding_id}
    return finding_id not in near and bool(near & others)


def _deeplesion_file(table: Table) -> PlainFile:
    """The boxes of a table in DeepLesion's columns, reviewed or not."""
    images: dict[str, tuple[int, int] | None] = {}
    rows: list[PlainRow] = []
    for record in table.records:
        if record.fields == BLANK:
            continue
        name = unguarded(table.cell(record, "File_name"))
        images.setdefault(name, image_size_in(table, record))
        box, problem = _deeplesion_box(table, record)
        said = {
            column.lower(): unguarded(table.cell(record, column))
            for column in SAID
            if column in table.names
        }
        rows.append(
            PlainRow(
                f"line {record.line}",
                name,
                len(rows),
                box,
                problem,
                lesion_type=types_in(table, record)[0],
                said=said,
            )
        )
    return PlainFile(images, list(images), rows, [])


def _deeplesion_box(table: Table, record: Record) -> tuple[Box | None, str]:
    if not table.cell(record, "Bounding_boxes").strip():
        return None, ""
    try:
        box = box_in(table, record, "Bounding_boxes")
    except ExchangeError as error:
        return None, str(error).partition("column ")[2]
    return box, "" if box else "the box has no area without its padding of 5 px"
