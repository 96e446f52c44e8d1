"""Which COCO ``id`` the box of a finding has, in every export and after every import.

A label keeps the id that it came with; a box that another tool added keeps that tool's. Any other
box has a number of 48 bits made from what it goes back to: it is the same in every export, and no
tool that numbers boxes from 1 gives it to another one.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from lesion_viewer.exchange.box_files.annotations import AnnotationId
from lesion_viewer.exchange.box_files.reading import is_plain, read_plain
from lesion_viewer.exchange.tables.finding_rows import slices_of
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.session import Session

BYTES = 6
"""Of a made id: whole in JavaScript's numbers too."""

Ids = dict[tuple[str, int], AnnotationId]
"""Id of a finding and slice index -> COCO id."""


def annotation_ids(session: Session) -> Ids:
    """The COCO id of each box of a review, as it stands and as it came; no two are the same.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    Ids
        By finding and slice.
    """
    came = ids_that_came(session)
    ids: Ids = {}
    used: set[str] = set()
    for finding in sorted(session.findings.values(), key=lambda f: f.arrival):
        for i in slices_of(finding):
            row = finding.origin.row if i in finding.original_boxes else None
            wanted = [came.get(row) if row is not None else None, finding.annotation_ids.get(i)]
            made = (_made(session, finding, i, n) for n in range(len(used) + 1))
            ids[finding.id, i] = _first_free([*(w for w in wanted if w is not None)], made, used)
            used.add(str(ids[finding.id, i]))
    return ids


def ids_that_came(session: Session) -> Mapping[int, AnnotationId]:
    """Data row of the labels' file -> id of the annotation, of a plain file that gives them.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    Mapping[int, AnnotationId]
        Empty where the labels came in another way.
    """
    content = b"".join(session.files.label_rows())
    name = Path((session.files.imported_labels or ("", ""))[0])
    if not content or not is_plain(name, content):
        return {}
    rows = read_plain(name, content).rows
    return {r.row: r.annotation_id for r in rows if r.row is not None and r.annotation_id}


def _first_free(
    wanted: Iterable[AnnotationId], made: Iterable[AnnotationId], used: set[str]
) -> AnnotationId:
    for candidates in (wanted, made):
        for number in candidates:
            if str(number) not in used:
                return number
    raise AssertionError("an id of 48 bits is always free")


def _made(session: Session, finding: Finding, slice_index: int, attempt: int) -> int:
    """A number that the next export makes again, and the review of another reader too."""
    origin = finding.origin
    parts: tuple[object, ...] = (origin.kind, origin.row)
    if origin.kind is OriginKind.READER:
        parts = (origin.kind, origin.name, finding.id)
    elif origin.kind is OriginKind.MODEL:
        first = min(finding.original_boxes.items(), default=(0, None))
        parts = (origin.kind, origin.name, origin.sha256, finding.series_uid, first)
    text = repr((session.study_key, *parts, slice_index, attempt))
    return int.from_bytes(sha256(text.encode()).digest()[:BYTES])
