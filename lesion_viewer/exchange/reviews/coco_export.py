"""A review as COCO JSON: what pycocotools, CVAT and Label Studio open."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from lesion_viewer import NOT_A_DEVICE, __version__
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import DEEPLESION_TYPES, UNTYPED, choices, lesion_type_in
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotation_ids import annotation_ids
from lesion_viewer.exchange.box_files.annotations import AnnotationId
from lesion_viewer.exchange.box_files.coco_boxes import bbox_of
from lesion_viewer.exchange.box_files.coco_reading import (
    DECISION,
    SOURCE,
    WRITTEN_BY,
    is_coco,
    key_of,
    parsed,
)
from lesion_viewer.exchange.tables.decision_columns import model_text
from lesion_viewer.exchange.tables.slice_names import finder, image_name
from lesion_viewer.review.finding import Finding, Place, Status
from lesion_viewer.review.outlines import outlines
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.system.atomic_files import save_bytes

LESION = 1
"""The category of a lesion whose type nobody said."""

OTHER_TYPES = 10
"""The first category of the types that are none of DeepLesion's eight, which have 2 to 9."""

MAX_DIGITS = 18
COUNTED = ("images", "annotations", "rejected_annotations")


def export_coco(session: Session, path: Path) -> str:
    """Write the review's boxes; an import takes the file back, with readers and times.

    ``annotations`` are what is or may be a lesion, labels that nobody decided among them;
    ``rejected_annotations``, which other tools pass over, what is none. Proposals that nobody
    decided are left out. Boxes are tight, x, y, width, height in 0-based pixel edges; an outlined
    or marked lesion has its pixels as runs, any other its box. Ids are those of
    ``annotation_ids``. A review that began with a COCO file leaves as that file, changed only
    where something was decided. A category is a lesion type, ``lesion`` where nobody said one.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Where it goes.

    Returns
    -------
    str
        How many boxes the file has, on how many slices.

    Raises
    ------
    ExchangeError
        Where the file cannot be written or does not hold every box, or the journal does not know
        a series' slices.
    """
    on_slice: dict[Place, list[Finding]] = defaultdict(list)
    for finding in session.findings.values():
        if not finding.is_mere_proposal:
            for i in finding.boxes:
                on_slice[finding.series_uid, i].append(finding)
    for (uid, index), is_read in session.read_in_full().items():
        if is_read and index is not None:
            on_slice.setdefault((uid, index), [])
    source = _source(session)
    content = _from_source(session, on_slice, source) if source else _anew(session, on_slice)
    save_bytes(path, json.dumps(content, indent=1).encode())
    found = json.loads(path.read_bytes())
    if any(len(found[kind]) != len(content[kind]) for kind in COUNTED):
        raise ExchangeError(f"{path}: does not hold what was written; export again")
    return f"{len(content['annotations']):,} boxes on {len(content['images']):,} slices"


def _anew(session: Session, on_slice: Mapping[Place, Sequence[Finding]]) -> dict[str, Any]:
    series, ids = session.pictures.series(), annotation_ids(session)
    shown = [finding for findings in on_slice.values() for finding in findings]
    categories = _categories(finding.lesion_type for finding in shown)
    images: list[dict[str, Any]] = []
    lesions: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    for number, (place, findings) in enumerate(sorted(on_slice.items()), 1):
        images.append(_image(session, series, place, number))
        for finding in findings:
            others = rejected if finding.status is Status.REJECTED else lesions
            category = categories[finding.lesion_type]
            annotation_id = ids[finding.id, place[1]]
            size = series[place[0]].shape[1:]
            others.append(_annotation(finding, place[1], number, annotation_id, category, size))
    decided = [f.decision.decided_at for f in session.findings.values() if f.decision]
    return {
        "info": {
            "description": f"{WRITTEN_BY} {NOT_A_DEVICE}",
            "version": __version__,
            "date_created": max(decided, default=datetime.now(UTC).isoformat(timespec="seconds")),
        },
        "licenses": [],
        "categories": [
            {"id": category, "name": name or UNTYPED, "supercategory": ""}
            for name, category in categories.items()
        ],
        "images": images,
        "annotations": lesions,
        "rejected_annotations": rejected,
    }


def _source(session: Session) -> dict[str, Any] | None:
    """The COCO file that the review began with; None where it began with something else."""
    content = b"".join(session.files.label_rows())
    name = Path((session.files.imported_labels or ("", ""))[0])
    return parsed(name, content) if content and is_coco(name, content) else None


def _from_source(
    session: Session, on_slice: Mapping[Place, Sequence[Finding]], source: Mapping[str, Any]
) -> dict[str, Any]:
    """The file that the review began with, and what was decided; ``source`` keeps it as it came."""
    series, ids = session.pictures.series(), annotation_ids(session)
    images = [dict(i) if isinstance(i, Mapping) else i for i in source["images"]]
    numbers = _numbers_of(series, images)
    free = _free_id(images)
    categories = _SourceCategories(source)
    by_row = {f.origin.row: f for f in session.findings.values() if f.origin.row is not None}
    # Types that the source lacks are numbered by name: reading does not keep findings in order.
    for lesion_type in sorted({f.lesion_type for f in by_row.values() if _has_new_type(f)}):
        categories.of_changed(lesion_type)
    drawn = ((f, place[1]) for place, findings in on_slice.items() for f in findings)
    for lesion_type in sorted({f.lesion_type for f, index in drawn if _is_new(f, index)}):
        categories.of_new(lesion_type)
    lesions: list[Any] = []
    rejected: list[Any] = []
    for row, annotation in enumerate(source["annotations"]):
        finding = by_row.get(row)
        if finding is None or finding.decision is None:
            lesions.append(annotation)
            continue
        ((index, _),) = finding.original_boxes.items()
        is_none = finding.status is Status.REJECTED or index not in finding.boxes
        decided = _decided(annotation, finding, index, row)
        if _has_new_type(finding):
            decided["category_id"] = categories.of_changed(finding.lesion_type)
        (rejected if is_none else lesions).append(decided)
    for place, findings in sorted(on_slice.items()):
        if place not in numbers:
            numbers[place] = free
            images.append(_image(session, series, place, free))
            free += 1
        for finding in findings:
            if _is_new(finding, place[1]):
                category = categories.of_new(finding.lesion_type)
                number = ids[finding.id, place[1]]
                size = series[place[0]].shape[1:]
                new = _annotation(finding, place[1], numbers[place], number, category, size)
                original = finding.original_boxes.get(place[1])
                came = None if original is None else bbox_of(original)
                untyped = {} if finding.lesion_type else {"is_untyped": True}
                original_type = {"original_type": finding.original_type}
                new[DECISION] = {"row": None, "original_bbox": came, **original_type, **untyped}
                (rejected if finding.status is Status.REJECTED else lesions).append(new)
    read = {key_of(numbers[p]) for p in numbers if session.is_read_in_full(*p)}
    for image in images:
        if isinstance(image, dict) and key_of(image.get("id")) in read:
            image["read_in_full"] = True
    return {
        **source,
        "categories": categories.listed,
        "images": images,
        "annotations": lesions,
        "rejected_annotations": rejected,
        SOURCE: source,
    }


def _has_new_type(finding: Finding) -> bool:
    return finding.decision is not None and finding.lesion_type != finding.original_type


def _is_new(finding: Finding, index: int) -> bool:
    """Whether the source has no box of a finding on a slice."""
    return finding.origin.row is None or index not in finding.original_boxes


def _numbers_of(series: Mapping[str, SeriesRecord], images: Sequence[Any]) -> dict[Place, Any]:
    """The id of the image that each slice is in the source."""
    named = {
        image["file_name"]: image["id"]
        for image in reversed(images)
        if isinstance(image, Mapping)
        and isinstance(image.get("file_name"), str)
        and key_of(image.get("id"))
    }
    return {place: named[name] for name, place in finder(series).match(named).places.items()}


def _free_id(listed: Sequence[Any]) -> int:
    """The first whole number after all ids of a list, those that are written as text too."""
    keys = [key_of(one.get("id")) for one in listed if isinstance(one, Mapping)]
    return (
        max((int(key) for key in keys if key.isdecimal() and len(key) < MAX_DIGITS), default=0) + 1
    )


class _SourceCategories:
    """The categories of the source, and those that are added for other lesion types."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        listed = source.get("categories")
        self.listed: list[Any] = list(listed) if isinstance(listed, list) else []
        known = [c["id"] for c in self.listed if isinstance(c, Mapping) and "id" in c]
        self._only = known[0] if len(known) == 1 else None

    def of_new(self, lesion_type: str) -> Any:
        """The id of a new box's category: without a type the source's only one, if it has one."""
        if not lesion_type and self._only is not None:
            return self._only
        return self.of_changed(lesion_type)

    def of_changed(self, lesion_type: str) -> Any:
        """The id of a type's category, ``lesion`` for none; added where the source lacks it."""
        for one in self.listed:
            is_named = isinstance(one, Mapping) and "id" in one
            if is_named and lesion_type_in(str(one.get("name", ""))) == lesion_type:
                return one["id"]
        free = _free_id(self.listed)
        self.listed.append({"id": free, "name": lesion_type or UNTYPED, "supercategory": ""})
        return free


def _decided(annotation: Any, finding: Finding, index: int, row: int) -> dict[str, Any]:
    """An annotation of the source, with the finding's box and what was decided on it."""
    box = finding.boxes.get(index)
    said = annotation.get("attributes")
    attributes = {**(said if isinstance(said, Mapping) else {}), **_attributes(finding, index)}
    changed: dict[str, Any] = {}
    if box is not None and box != finding.original_boxes[index]:
        attributes.pop("rotation", None)
        changed = {"bbox": bbox_of(box), "area": box.area, "segmentation": [_corners(box)]}
    removed = {"removed": True} if box is None else {}
    decision = {"row": row, **removed}
    return {**annotation, **changed, "attributes": attributes, DECISION: decision}


def _image(
    session: Session, series: dict[str, SeriesRecord], place: Place, number: int
) -> dict[str, Any]:
    uid, index = place
    if uid not in series:
        raise ExchangeError(f"the review does not know the slices of series {uid}; open its study")
    _, rows, columns = series[uid].shape
    return {
        "id": number,
        "file_name": image_name(series[uid], index),
        "width": columns,
        "height": rows,
        "series_uid": uid,
        "slice_index": index,
        "read_in_full": session.is_read_in_full(uid, index),
    }


def _categories(types: Iterable[str]) -> dict[str, int]:
    """Lesion type -> category, of the types that are used and of none; a type's stays the same."""
    used = set(types)
    of_deeplesion = {name: LESION + n for n, name in DEEPLESION_TYPES.items() if name in used}
    own = [name for name in choices(used) if name not in DEEPLESION_TYPES.values()]
    return {"": LESION, **of_deeplesion, **{name: OTHER_TYPES + n for n, name in enumerate(own)}}


def _annotation(
    finding: Finding,
    index: int,
    image: Any,
    number: AnnotationId,
    category: Any,
    size: tuple[int, int],
) -> dict[str, Any]:
    """A box; its segmentation is the lesion's mask, else the box as a polygon."""
    box, outlined = finding.boxes[index], outlines(finding).get(index)
    said = _attributes(finding, index)
    shape: dict[str, Any] = {"area": box.area, "segmentation": [_corners(box)]}
    if outlined is not None:
        said["mask_by"] = "detector" if outlined.is_model else "reader"
        shape = {"area": outlined.mask.count, "segmentation": _runs(outlined.mask, size)}
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": bbox_of(box),
        **shape,
        "iscrowd": 0,
        "attributes": said,
    }


def _attributes(finding: Finding, index: int) -> dict[str, Any]:
    decision = finding.decision
    return {
        "status": finding.status.value,
        "reason": finding.reason,
        "note": finding.note,
        "reader": decision.reader if decision else "",
        "decided_at": decision.decided_at if decision else "",
        "score": finding.scores.get(index),
        "model": model_text(finding.origin),
        "finding_uid": finding.id,
    }


def _runs(mask: SliceMask, size: tuple[int, int]) -> dict[str, Any]:
    """A mask as COCO's runs, down the columns of an image of so many rows and columns."""
    along = mask.on(*size).ravel(order="F")
    ends = np.flatnonzero(np.diff(along, prepend=False)).tolist()
    counts = np.diff([0, *ends, along.size]).tolist()
    return {"size": list(size), "counts": counts}


def _corners(box: Box) -> list[float]:
    """The box as a polygon, for tools that show nothing else."""
    return [box.x1, box.y1, box.x2, box.y1, box.x2, box.y2, box.x1, box.y2]
