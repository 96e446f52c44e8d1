"""The boxes of a file as they stand there, each on its slice of a review."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotation_ids import annotation_ids
from lesion_viewer.exchange.box_files.annotations import AnnotationId, PlainFile, PlainRow
from lesion_viewer.exchange.box_files.reading import contradictions
from lesion_viewer.exchange.imports.change_set import LeftOut
from lesion_viewer.exchange.tables.fitted_boxes import fitted, is_cut, outside_text
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.review.finding import Decision, Finding, Place, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.times import moment

SAME_LESION_IOU = 0.1
"""From this IoU a box is of the same lesion as the one that overlaps it most."""

FOREIGN_IDS = "its ids are not those of this review; boxes were matched by where they lie"
UNSPECIFIC = frozenset(
    ("tumor", "tumour", "object", "finding", "abnormality", "candidate", "mass", "roi")
)
"""Types that say no more than that there is a lesion, where a file has no other type."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What an export of ours says of the finding of a box.

    Attributes
    ----------
    decision : Decision | None
        Who decided when; None where nobody did.
    model : str
        Text of the model that proposed the finding; empty for none.
    score : float | None
        The model's score for the box; None for none.
    is_whole : bool
        Whether all boxes of the finding can be used, so that it has none on other slices.
    """

    decision: Decision | None
    model: str = ""
    score: float | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box as a file has it.

    Attributes
    ----------
    box : Box
        On the image.
    status : Status | None
        None where the file gives none.
    reason, note : str
        What the file says of the decision.
    lesion_type : str
        One of ``DEEPLESION_TYPES`` or free text; empty where the file gives none.
    finding_id : str
        Id of the review's finding that the file names, by UID or by COCO's ``id``; empty for none.
    finding_uid : str
        UID that the file gives the finding, whether the review knows it or not; empty for none.
    annotation_id : AnnotationId | None
        COCO's ``id`` in the file.
    is_type_chosen : bool
        Whether the file knows other types too. The only type of a file is for new boxes, for
        boxes that came back changed, and for findings without a type; it says nothing of others.
    stated : Stated | None
        What is said of its finding, in an export of ours; None in a file of another tool.
    """

    box: Box
    status: Status | None = None
    reason: str = ""
    note: str = ""
    lesion_type: str = ""
    finding_id: str = ""
    finding_uid: str = ""
    annotation_id: AnnotationId | None = None
    is_type_chosen: bool = True
    stated: Stated | None = None


@dataclass(frozen=True, slots=True)
class PlacedSlice:
    """All boxes of a slice that can be used.

    Attributes
    ----------
    boxes : tuple[PlacedBox, ...]
        Of the slice.
    is_read_in_full : bool
        Whether the file says that the slice holds no other lesion.
    kept : frozenset[str]
        Ids of findings that unusable boxes belong to: they stay as they are.
    keeps_all : bool
        Whether one of its boxes is unusable: no finding is deleted, since the box may be its own.
    """

    boxes: tuple[PlacedBox, ...]
    is_read_in_full: bool = False
    kept: frozenset[str] = frozenset()
    keeps_all: bool = False


@dataclass(slots=True)
class _Read:
    """What is being gathered of one slice."""

    boxes: list[PlacedBox] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    keeps_all: bool = False


def placed_boxes(
    path: Path, file: PlainFile, session: Session, differing: Collection[str] = ()
) -> tuple[dict[Place, PlacedSlice], LeftOut]:
    """The slices of a review that a file speaks of, with all of their boxes.

    A box is of the finding whose UID it names, else of the one that its ``id`` names, where the
    file's ids are those of the review: each on its finding's slice, and none where another finding
    lies while its own does not.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    file : PlainFile
        Its boxes as they stand.
    session : Session
        The review.
    differing : Collection[str]
        Uids of series that are left aside, as their pictures are others than those reviewed.

    Returns
    -------
    tuple[dict[Place, PlacedSlice], LeftOut]
        Series UID and slice index -> the slice; and what of the file cannot be used.

    Raises
    ------
    ExchangeError
        Where none of its images is in the review; where it is a table and none of its boxes can be
        used.
    """
    slices = finder({u: r for u, r in session.pictures.series().items() if u not in differing})
    matched = slices.match(file.images)
    if not matched.places and not matched.ambiguous:
        what = "" if file.is_table else "is no COCO file of this review: "
        raise ExchangeError(f"{path}: {what}none of its images is in this review")
    several = {n: f"{n}: several images end in this name" for n in matched.ambiguous}
    shapes = {name: slices.shape(place) for name, place in matched.places.items()}
    refused = {**several, **contradictions(file, shapes)}
    ids, is_foreign = _findings_by_id(file, matched.places, session)
    read: dict[Place, _Read] = {
        place: _Read() for name, place in matched.places.items() if name not in refused
    }
    is_type_chosen = _is_type_chosen(file)
    lost: set[str] = set()
    problems, clipped, is_lost = [*file.problems, *refused.values()], 0, False
    for row in file.rows:
        place = matched.places.get(row.image)
        if row.image in refused or (place is None and row.image):
            lost.add(row.finding_uid)
            continue
        known = _named(row, place, session)
        finding_id = known.id if known else ids.get(str(row.annotation_id), "")
        box, problem = _usable(row, shapes.get(row.image))
        if problem:
            lost.add(row.finding_uid)
            problems.append(problem)
            unsure = [read[place]] if place is not None else list(read.values())
            for one in unsure:
                one.keeps_all = True  # an id may be right by chance
                one.kept |= {finding_id} - {""}
            is_lost = True
        elif box is not None and place is not None:
            clipped += row.present is not None and is_cut(row.present, box)
            read[place].boxes.append(_placed(file, row, box, finding_id, is_type_chosen))
    if is_lost and file.is_table and not any(one.boxes for one in read.values()):
        raise ExchangeError(f"{path}: none of its boxes can be used: {problems[-1]}")
    in_full = {matched.places[n] for n in file.read_in_full if n in matched.places}
    found = {
        place: PlacedSlice(
            tuple(_whole_or_not(one.boxes, lost)),
            place in in_full,
            frozenset(one.kept),
            one.keeps_all,
        )
        for place, one in read.items()
    }
    notices = (*file.notices, *([FOREIGN_IDS] if is_foreign else []))
    absent = matched.missing
    return found, LeftOut(len(absent), absent, tuple(problems), clipped, notices)


def _is_type_chosen(file: PlainFile) -> bool:
    listed = {lesion_type_in(name) for name in file.categories}
    types = listed or {row.present_type for row in file.rows}
    if file.is_table and not {text.casefold() for text in types} & UNSPECIFIC:
        return True
    return len(types) > 1


def _usable(row: PlainRow, shape: tuple[int, int] | None) -> tuple[Box | None, str]:
    """The box on its image, and why it cannot be used; neither where the row has none."""
    if row.problem or shape is None:
        return None, f"{row.where}: {row.problem or 'its image is not known'}"
    if row.present is None:
        return None, ""
    box = fitted(row.present, shape)
    return box, "" if box is not None else outside_text(row.where, row.image, row.present, shape)


def _placed(
    file: PlainFile, row: PlainRow, box: Box, finding_id: str, is_type_chosen: bool
) -> PlacedBox:
    """What the file says of a box, where it is one that we wrote, or names a status as we do."""
    status = row.said.get("status")
    return PlacedBox(
        box,
        Status(status) if status in list(Status) else None,
        row.said.get("reason", ""),
        row.said.get("note", ""),
        row.present_type,
        finding_id,
        row.finding_uid,
        row.annotation_id,
        is_type_chosen,
        _stated(row) if file.is_ours else None,
    )


def _stated(row: PlainRow) -> Stated | None:
    """What an export says of the finding of a row; None for one that it says nothing of."""
    at = row.said.get("decided_at", "")
    if row.said.get("status") not in list(Status):
        return None
    if not at:
        is_open = row.said["status"] == Status.UNDECIDED
        return Stated(None, row.said.get("model", ""), row.score) if is_open else None
    try:
        moment(at)
    except ValueError:
        return None
    decision = Decision(row.said.get("reader", ""), at)
    return Stated(decision, row.said.get("model", ""), row.score)


def _whole_or_not(boxes: Iterable[PlacedBox], lost: Collection[str]) -> Iterator[PlacedBox]:
    """The boxes, with what is said of findings that lost one marked as not all of it."""
    for box in boxes:
        is_lost = box.stated is not None and box.finding_uid in lost
        stated = replace(box.stated, is_whole=False) if box.stated and is_lost else box.stated
        yield replace(box, stated=stated)


def _named(row: PlainRow, place: Place | None, session: Session) -> Finding | None:
    """The review's finding whose UID a row gives; None for one on another series."""
    finding = session.findings.get(row.finding_uid)
    if finding is None or place is None or finding.series_uid != place[0]:
        return None
    return finding


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
        number, place = str(row.annotation_id), places.get(row.image)
        if number not in by_id or _named(row, place, session):
            continue
        finding_id, slice_index = by_id[number]
        finding = session.findings[finding_id]
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
    others = {f.id for f in on_slice if not f.is_mere_proposal} - {finding_id}
    return finding_id not in near and bool(near & others)
