"""COCO JSON as the boxes of a file: ours, CVAT's, Label Studio's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotations import (
    SAID,
    PlainFile,
    PlainRow,
    refuse_shares,
)
from lesion_viewer.exchange.box_files.coco_boxes import box_of
from lesion_viewer.exchange.tables.decision_columns import DecidedRow, is_uid
from lesion_viewer.review.finding import Status
from lesion_viewer.review.times import moment

SOURCE = "lesion_viewer_source"
"""Where an export keeps the COCO file that its review began with."""
DECISION = "lesion_viewer_decision"
"""Where an annotation of an export says which of the source's it was, and what its box was."""
WRITTEN_BY = "Lesion Viewer."
"""How the description of an export begins; a tool that writes the file again has its own."""
KINDS = ("annotations", "rejected_annotations")
WANTED = "a COCO file has images with id and file_name, and annotations with image_id and bbox"


def is_coco(path: Path, content: bytes) -> bool:
    """Whether a file is JSON and not a table.

    Parameters
    ----------
    path : Path
        Its name may end in ``.json``.
    content : bytes
        Of the file.
    """
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return path.suffix.lower() == ".json" or start.startswith((b"{", b"["))


def read_coco(path: Path, content: bytes) -> PlainFile:
    """The labels of a COCO file, with what was decided on them where we exported it.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.

    Returns
    -------
    PlainFile
        Its ``content`` is one piece of JSON: the file, or the one that the review which the file
        was exported from began with.

    Raises
    ------
    ExchangeError
        Where it is no COCO file.
    """
    data = parsed(path, content)
    source: Any = data.get(SOURCE)
    decided = [a for a in _listed(data) if isinstance(a.get(DECISION), Mapping)]
    if not _is_coco(source) or not _is_rest_as_it_came(data, source):
        data = _without_ours(data)
        return _file(path, data, _rows(path, data, KINDS[:1]), data)
    rows = list(_rows(path, source, KINDS[:1]))
    added: list[PlainRow] = []
    images, _, _ = _images(path, data)
    categories = _categories(data)
    for n, annotation in enumerate(decided):
        found = _row(annotation, n, images, categories)
        place = annotation[DECISION].get("row")
        came = None if place is None else rows[place]
        decision = _decided(path, annotation, found, came)
        known = replace(
            found if came is None else came,
            row=place,
            lesion_type=decision.original_type,
            annotation_id=found.annotation_id,
            decided=decision,
        )
        if place is None:
            added.append(known)
        else:
            rows[place] = known
    return _file(path, data, [*rows, *added], source)


def read_coco_as_it_stands(path: Path, content: bytes) -> PlainFile:
    """All boxes of a COCO file as they stand in it, whatever it was exported from.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.

    Returns
    -------
    PlainFile
        Without what our export says was decided.

    Raises
    ------
    ExchangeError
        Where it is no COCO file.
    """
    data = parsed(path, content)
    return _file(path, data, _rows(path, data, KINDS), data)


def _file(
    path: Path, data: Mapping[str, Any], rows: Sequence[PlainRow], kept: Mapping[str, Any]
) -> PlainFile:
    images, sizes, problems = _images(path, data)
    read = [i for i in data["images"] if isinstance(i, Mapping) and i.get("read_in_full") is True]
    read_in_full = {images.get(str(image.get("id")), "") for image in read} - {""}
    refuse_shares(path, (row.present for row in rows))
    content = [json.dumps(kept).encode()]
    came = list(sizes if kept is data else _images(path, kept)[1])
    return PlainFile(
        sizes,
        came,
        rows,
        content,
        problems,
        frozenset(read_in_full),
        categories=tuple(_categories(data).values()),
        is_table=False,
        is_ours=SOURCE in data or _is_described_by_us(data),
    )


def _is_described_by_us(data: Mapping[str, Any]) -> bool:
    info = data.get("info")
    description = info.get("description") if isinstance(info, Mapping) else None
    return isinstance(description, str) and description.startswith(WRITTEN_BY)


def _rows(path: Path, data: Mapping[str, Any], kinds: Sequence[str]) -> list[PlainRow]:
    images, _, _ = _images(path, data)
    categories = _categories(data)
    rows = []
    for kind in kinds:
        listed = data.get(kind)
        for n, annotation in enumerate(listed if isinstance(listed, list) else []):
            row = replace(_row(annotation, n, images, categories), row=n)
            if kind == KINDS[1]:
                row = replace(row, said={**row.said, "status": Status.REJECTED.value})
            rows.append(row)
    return rows


def _listed(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    lists = [data[kind] for kind in KINDS if isinstance(data.get(kind), list)]
    return [a for found in lists for a in found if isinstance(a, Mapping)]


def _without_ours(data: Mapping[str, Any]) -> dict[str, Any]:
    """A file without what an export of another review, that a tool has changed since, added."""
    annotations = [
        {k: v for k, v in a.items() if k != DECISION} if isinstance(a, Mapping) else a
        for a in data["annotations"]
    ]
    kept = {name: value for name, value in data.items() if name != SOURCE}
    return {**kept, "annotations": annotations}


def _is_rest_as_it_came(data: Mapping[str, Any], source: Mapping[str, Any]) -> bool:
    """Whether all labels but the decided ones are as in the source: nobody edited the export."""
    decided: set[int] = set()
    for annotation in _listed(data):
        decision = annotation.get(DECISION)
        row = decision.get("row") if isinstance(decision, Mapping) else None
        if row is None:
            continue
        if not isinstance(row, int) or not 0 <= row < len(source["annotations"]):
            return False
        decided.add(row)
    rest = [
        a
        for a in data["annotations"]
        if not (isinstance(a, Mapping) and isinstance(a.get(DECISION), Mapping))
    ]
    came = [a for n, a in enumerate(source["annotations"]) if n not in decided]
    return json.dumps(rest) == json.dumps(came)


def _decided(
    path: Path, annotation: Mapping[str, Any], row: PlainRow, came: PlainRow | None
) -> DecidedRow:
    """What our export says of a box; ``came`` is the label that it was.

    Raises
    ------
    ExchangeError
        Where it is not as we write it.
    """
    said: Any = annotation.get("attributes")
    decision = annotation[DECISION]
    try:
        at, score = str(said["decided_at"]), said["score"]
        status = Status(said["status"])
        if at or status is not Status.UNDECIDED:
            moment(at)
        uid = str(said.get("finding_uid", ""))
        if uid and not is_uid(uid):
            raise ValueError(f"finding_uid {uid[:60]!r} is no UID")
        original = None if came is None else came.box
        if decision.get("original_bbox") is not None:
            original = box_of({"bbox": decision["original_bbox"]})
        return DecidedRow(
            status,
            str(said["reason"]),
            str(said["note"]),
            str(said["reader"]),
            at,
            None if score is None else float(score),
            str(said["model"]),
            None if decision.get("removed") is True else row.box,
            original,
            lesion_type="" if decision.get("is_untyped") is True else row.lesion_type,
            original_type=_type_that_came(decision, row, came),
            finding_uid=uid,
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ExchangeError(
            f"{path}: {row.where}: its decision cannot be read ({error})"
        ) from error


def _type_that_came(decision: Mapping[str, Any], row: PlainRow, came: PlainRow | None) -> str:
    """The type before anybody changed it; earlier exports do not say it of new boxes."""
    if came is not None:
        return came.lesion_type
    earlier = row.lesion_type if decision.get("original_bbox") is not None else ""
    return lesion_type_in(str(decision.get("original_type", earlier)))


def parsed(path: Path, content: bytes) -> dict[str, Any]:
    """The object of a COCO file.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.

    Returns
    -------
    dict[str, Any]
        With the lists ``images`` and ``annotations``.

    Raises
    ------
    ExchangeError
        Where it is no JSON, or no COCO.
    """
    try:
        data = json.loads(content)
    except RecursionError:
        raise _no_coco(path, "lists or objects too deep in one another") from None
    except ValueError as error:
        raise _no_coco(path, str(error)) from error
    if not _is_coco(data):
        seen = ", ".join(map(str, list(data)[:12])) if isinstance(data, Mapping) else "a list"
        raise _no_coco(path, f"it holds {seen or 'nothing'}; {WANTED}")
    found: dict[str, Any] = data
    _refuse_doubled_categories(path, found)
    return found


def key_of(number: Any) -> str:
    """An id as text, the same for 1, 1.0 and "1".

    Parameters
    ----------
    number : Any
        As in the file.

    Returns
    -------
    str
        Empty for what is no id.
    """
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    is_id = isinstance(number, int | str) and not isinstance(number, bool)
    return str(number) if is_id else ""


def _no_coco(path: Path, what: str) -> ExchangeError:
    return ExchangeError(f"{path}: is no COCO file of boxes: {what}")


def _is_coco(data: Any) -> bool:
    return isinstance(data, Mapping) and all(
        isinstance(data.get(name), list) for name in ("images", "annotations")
    )


def _images(
    path: Path, data: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, tuple[int, int] | None], list[str]]:
    """Image id -> name; name -> rows and columns; a sentence for each that has no name."""
    names: dict[str, str] = {}
    sizes: dict[str, tuple[int, int] | None] = {}
    problems = []
    for n, image in enumerate(data["images"]):
        name = image.get("file_name") if isinstance(image, Mapping) else None
        number = key_of(image.get("id")) if isinstance(image, Mapping) else ""
        if not isinstance(name, str) or not name.strip() or not number:
            problems.append(f"image {n + 1} has no id or no file_name")
            continue
        size = (image.get("height"), image.get("width"))
        if names.setdefault(number, name) != name:
            raise _no_coco(path, f"{names[number]} and {name} have the same id {number}")
        is_sized = all(isinstance(side, int | float) and side >= 1 for side in size)
        said = (int(size[0]), int(size[1])) if is_sized else None
        if sizes.setdefault(name, said) != said:
            problems.append(f"{name} is listed twice, with different sizes")
    if not names:
        raise _no_coco(path, problems[0] if problems else f"it has no images; {WANTED}")
    return names, sizes, problems


def _categories(data: Mapping[str, Any]) -> dict[str, str]:
    listed = data.get("categories")
    return {
        key_of(one.get("id")): str(one.get("name") or "")
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping)
    }


def _refuse_doubled_categories(path: Path, data: Mapping[str, Any]) -> None:
    """Raise where one id has several names, as in files that were joined."""
    listed = data.get("categories")
    names: dict[str, str] = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, Mapping) and (number := key_of(one.get("id"))):
            name = str(one.get("name") or "")
            if names.setdefault(number, name) != name:
                raise _no_coco(
                    path, f"the categories {names[number]} and {name} have the same id {number}"
                )


def _row(
    annotation: Any, place: int, images: Mapping[str, str], categories: Mapping[str, str]
) -> PlainRow:
    if not isinstance(annotation, Mapping):
        return PlainRow(f"annotation at place {place + 1}", "", None, None, "it is no object")
    number = annotation.get("id")
    is_id = isinstance(number, int | str) and not isinstance(number, bool)
    image = images.get(key_of(annotation.get("image_id")), "")
    box, problem = None, ""
    try:
        box = box_of(annotation)
    except ValueError as error:
        problem = str(error)
    if not image:
        problem = f"its image {str(annotation.get('image_id'))[:40]} is not in the file"
    attributes = annotation.get("attributes")
    said = attributes if isinstance(attributes, Mapping) else {}
    score = annotation.get("score", said.get("score"))
    uid = str(said.get("finding_uid") or "")
    decision = annotation.get(DECISION)
    is_untyped = isinstance(decision, Mapping) and decision.get("is_untyped") is True
    category = "" if is_untyped else categories.get(key_of(annotation.get("category_id")), "")
    return PlainRow(
        where=f"annotation {str(number)[:40]}" if is_id else f"annotation at place {place + 1}",
        image=image,
        row=None,
        box=box if not problem else None,
        problem=problem,
        lesion_type=lesion_type_in(category),
        score=float(score) if isinstance(score, float) and 0 <= score <= 1 else None,
        annotation_id=number if is_id else None,
        said={name: str(said.get(name) or "") for name in SAID},
        finding_uid=uid if is_uid(uid) else "",
    )
