"""What boxes that stand in a file change in a review: whose each one is, and what becomes of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lesion_viewer.detection.boxes import Box, pairwise_iou
from lesion_viewer.exchange.imports.change_set import Change
from lesion_viewer.exchange.imports.placed_boxes import (
    SAME_LESION_IOU,
    UNSPECIFIC,
    PlacedBox,
    PlacedSlice,
)
from lesion_viewer.exchange.tables.decision_columns import model_origin
from lesion_viewer.exchange.tables.fitted_boxes import SAME_PX
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Place, Status
from lesion_viewer.review.recist import moved_with
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import new_uid

OPEN = (Status.UNDECIDED, Status.UNSURE)


@dataclass(slots=True)
class _Said:
    """What a file says of one finding: its boxes by slice, and where it has none any more."""

    boxes: dict[int, PlacedBox] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    is_read: bool = False  # whether one of its slices was read in full


def changed_by(
    session: Session, name: str, slices: Mapping[Place, PlacedSlice]
) -> tuple[list[Change], list[Place]]:
    """The changes that boxes make, and the slices that become read in full.

    A box that came back unchanged is a decision only where its status says so, or where the slice
    was read in full; otherwise nobody may have looked at it. An unusable box neither changes nor
    deletes its finding. What an export of ours says that somebody decided, and the review does not
    know yet, is that reader's decision; such a file does not speak of what others found. Everything
    else is decided by the importer, who is the session's reader.

    Parameters
    ----------
    session : Session
        The review.
    name : str
        Of the file.
    slices : Mapping[Place, PlacedSlice]
        Series UID and slice index -> the slice as it is in the file; others stay.

    Returns
    -------
    tuple[list[Change], list[Place]]
        In the order of the slices.
    """
    said: dict[str, _Said] = {}
    new: list[tuple[Place, PlacedBox]] = []
    read: list[Place] = []
    named = {box.finding_id for one in slices.values() for box in one.boxes}
    for place, one in slices.items():
        new += _sorted_in(said, session, place, one, named)
        if _is_complete(one) and not session.is_read_in_full(*place):
            read.append(place)
    new = list(_of_no_finding(session, said, new))
    boxes = [box for one in slices.values() for box in one.boxes]
    has_labels = _names_labels(session, boxes)
    is_spoken_of = _spoken_of(boxes, has_labels)
    changes = []
    for finding_id, of_finding in said.items():
        before = session.findings[finding_id]
        if not of_finding.boxes and not is_spoken_of(before):
            continue
        after = _as_said(before, of_finding, session.reader)
        if after is not None:
            changes.append(Change(before, after))
    changes += (Change(None, one) for one in _added(session, name, new, has_labels))
    return changes, read


def _is_complete(one: PlacedSlice) -> bool:
    return one.is_read_in_full and not one.kept and not one.keeps_all


def _sorted_in(
    said: dict[str, _Said],
    session: Session,
    place: Place,
    one: PlacedSlice,
    named: Collection[str],
) -> Iterator[tuple[Place, PlacedBox]]:
    """Put a slice's boxes where they belong; gives those that belong to no finding."""
    findings = [
        f
        for f in session.findings_on(*place)
        if (f.id in named or not f.is_mere_proposal) and f.id not in one.kept
    ]
    partners = _partners(session, findings, place[1], one.boxes, named)
    box_of = {finding_id: one.boxes[n] for n, finding_id in partners.items()}
    for finding_id in dict.fromkeys((*(f.id for f in findings), *box_of)):
        if finding_id in box_of:
            of_finding = said.setdefault(finding_id, _Said())
            of_finding.boxes[place[1]] = box_of[finding_id]
            of_finding.is_read |= _is_complete(one)
        elif not one.keeps_all:
            said.setdefault(finding_id, _Said()).gone.append(place[1])
    yield from ((place, box) for n, box in enumerate(one.boxes) if n not in partners)


def _partners(
    session: Session,
    findings: Sequence[Finding],
    slice_index: int,
    boxes: Sequence[PlacedBox],
    named: Collection[str],
) -> dict[int, str]:
    """Place of a box -> id of the finding that it is of.

    The finding that the file names comes first, then one with the very decision that it states;
    then the pairs of highest IoU, but for a box with another UID none that the file names anywhere.
    """
    partners: dict[int, str] = {}
    for n, box in enumerate(boxes):
        if box.finding_id in session.findings and box.finding_id not in partners.values():
            partners[n] = box.finding_id
    for n, box in enumerate(boxes):
        stated = box.stated.decision if box.stated is not None else None
        if stated is None or n in partners:
            continue
        free = (f.id for f in findings if f.id not in partners.values() and _has(f, stated))
        partners.update((n, finding_id) for finding_id in list(free)[:1])
    if not findings or not boxes:
        return partners
    corners = [f.boxes[slice_index] for f in findings], [one.box for one in boxes]
    iou = pairwise_iou(*(np.array([b.as_tuple() for b in of]) for of in corners))
    pairs = np.argwhere(iou >= SAME_LESION_IOU).tolist()
    for m, n in sorted(pairs, key=lambda pair: -iou[pair[0], pair[1]]):
        is_other = boxes[n].finding_uid and findings[m].id in named
        if n not in partners and not is_other and findings[m].id not in partners.values():
            partners[n] = findings[m].id
    return partners


def _of_no_finding(
    session: Session, said: Mapping[str, _Said], new: Iterable[tuple[Place, PlacedBox]]
) -> Iterator[tuple[Place, PlacedBox]]:
    """Put boxes with the UID of one that was matched beside it; gives the others."""
    owners = {
        box.finding_uid: finding_id
        for finding_id, of_finding in said.items()
        for box in of_finding.boxes.values()
        if box.finding_uid
    }
    for (series_uid, index), box in new:
        owner = owners.get(box.finding_uid, "")
        is_one = owner in said and session.findings[owner].series_uid == series_uid
        if is_one and index not in said[owner].boxes:
            said[owner].boxes[index] = box
            said[owner].gone = [i for i in said[owner].gone if i != index]
        else:
            yield (series_uid, index), box


def _names_labels(session: Session, boxes: Iterable[PlacedBox]) -> bool:
    """Whether a file has labels of the review, and so all of them."""
    named = (session.findings.get(box.finding_uid) for box in boxes)
    return any(one is not None and one.origin.kind is OriginKind.LABEL for one in named)


def _spoken_of(boxes: Sequence[PlacedBox], has_labels: bool) -> Callable[[Finding], bool]:
    """Whether a file says of a finding, of which it has no box, that it is gone.

    An export of ours has all labels of its review, and what its readers found.
    """
    stated = [box.stated for box in boxes if box.stated is not None]
    if not stated:
        return lambda finding: True
    readers = {one.decision.reader for one in stated if one.decision is not None}

    def is_spoken_of(finding: Finding) -> bool:
        if finding.origin.kind is OriginKind.LABEL:
            return has_labels
        return finding.decision is not None and finding.decision.reader in readers

    return is_spoken_of


def _has(finding: Finding | None, stated: Decision) -> bool:
    known = finding.decision if finding is not None else None
    is_one = (stated.reader, stated.decided_at)
    return known is not None and (known.reader, known.decided_at) == is_one


def _as_said(finding: Finding, said: _Said, importer: str) -> Finding | None:
    """The finding as the file has it; None where that is nothing new."""
    boxes = list(said.boxes.values())
    stated = next((box for box in boxes if box.stated is not None), None)
    if stated is None or stated.stated is None:
        return _as_imported(finding, said, importer)
    if stated.stated.decision is None and _is_as_it_came(finding, said):
        return None
    if stated.stated.decision is None or _has(finding, stated.stated.decision):
        return _as_imported(finding, said, importer)
    if stated.stated.is_whole:
        said.gone = [i for i in finding.boxes if i not in said.boxes]
    moved = _moved(finding, said)
    status = stated.status or Status.UNDECIDED
    return replace(
        moved,
        status=status if status in (*OPEN, Status.REJECTED) else _lesion(moved),
        reason=stated.reason,
        note=stated.note,
        lesion_type=stated.lesion_type,
        decision=stated.stated.decision,
    )


def _is_as_it_came(finding: Finding, said: _Said) -> bool:
    """Whether the boxes in the file are those that the finding came with."""
    came = finding.original_boxes
    return all(i in came and _is_same(came[i], one.box) for i, one in said.boxes.items())


def _as_imported(finding: Finding, said: _Said, importer: str) -> Finding | None:
    """The finding as the importer decides by the file; None where nothing is decided."""
    boxes = list(said.boxes.values())
    statuses = {box.status for box in boxes}
    decided = replace(
        _moved(finding, said),
        reason=next((box.reason for box in boxes if box.reason), ""),
        note=next((box.note for box in boxes if box.note), finding.note),
        lesion_type=_type_said(finding, said) or finding.lesion_type,
        decision=Decision(importer, ""),
    )
    was_rejected = finding.status is Status.REJECTED
    if not boxes and said.gone and (was_rejected or finding.boxes.keys() <= set(said.gone)):
        return None if was_rejected else replace(decided, status=Status.REJECTED)
    if Status.REJECTED in statuses:
        return None if was_rejected else replace(decided, status=Status.REJECTED)
    is_moved = decided.boxes != finding.boxes
    if Status.UNSURE in statuses:
        is_new = finding.status is not Status.UNSURE or is_moved
        return replace(decided, status=Status.UNSURE) if is_new else None
    is_looked_at = said.is_read and not any(box.stated for box in boxes)
    is_said = is_looked_at or bool(statuses - {None, Status.UNDECIDED})
    is_kept = bool(boxes) and (was_rejected or (is_said and finding.status in OPEN))
    if is_moved or is_kept:
        return replace(decided, status=_lesion(decided))
    if decided.lesion_type != finding.lesion_type:
        return replace(finding, lesion_type=decided.lesion_type, decision=decided.decision)
    return None


def _moved(finding: Finding, said: _Said) -> Finding:
    """The finding with the boxes of the file; one that loses all keeps them, as if rejected."""
    boxes, axes = dict(finding.boxes), dict(finding.axes)
    for i, one in said.boxes.items():
        if i in boxes and _is_same(boxes[i], one.box):
            continue
        if i in axes and i in boxes:
            axes[i] = moved_with(axes[i], boxes[i], one.box)
        boxes[i] = one.box
    left = {i: box for i, box in boxes.items() if i not in said.gone}
    if not left:
        return finding
    return replace(finding, boxes=left, axes={i: a for i, a in axes.items() if i in left})


def _lesion(finding: Finding) -> Status:
    if finding.origin.kind is OriginKind.READER:
        return Status.ADDED
    return Status.ACCEPTED if finding.boxes == finding.original_boxes else Status.CORRECTED


def _type_said(finding: Finding, said: _Said) -> str:
    """The type that a finding takes from its boxes in a file; empty where it keeps its own."""
    for i, one in said.boxes.items():
        if one.is_type_chosen or not finding.lesion_type:
            return one.lesion_type
        is_specific = one.lesion_type.casefold() not in UNSPECIFIC
        is_moved = i not in finding.boxes or not _is_same(finding.boxes[i], one.box)
        if is_specific and is_moved:
            return one.lesion_type
    return ""


def _added(
    session: Session, name: str, new: Iterable[tuple[Place, PlacedBox]], has_labels: bool
) -> Iterator[Finding]:
    """The findings of boxes that are of none; those with one UID are one finding."""
    groups: dict[tuple[str, str], dict[int, PlacedBox]] = {}
    for (series_uid, index), box in new:
        if box.stated is None and box.status is Status.REJECTED:
            continue
        uid = box.finding_uid
        is_taken = uid in session.findings or index in groups.get((series_uid, uid), ())
        key = (series_uid, uid if uid and not is_taken else new_uid())
        groups.setdefault(key, {})[index] = box
    used: set[str] = set()
    for (series_uid, uid), boxes in groups.items():
        finding_id = uid if uid not in used else new_uid()
        used.add(finding_id)
        label = Finding(finding_id, series_uid, Origin(OriginKind.LABEL, name), {})
        yield _new(label, boxes, session.reader, has_labels)


def _new(
    label: Finding, placed: Mapping[int, PlacedBox], importer: str, has_labels: bool
) -> Finding:
    """A finding of its boxes; ``label`` is what it is where no reader drew it.

    Of what is rejected or unsure an export of ours does not say who proposed it: a reader, where
    the labels of the review are in the file, and this is none of them.
    """
    first = next(iter(placed.values()))
    stated, boxes = first.stated, {i: one.box for i, one in placed.items()}
    decision = Decision(importer, "") if stated is None else stated.decision
    status = first.status or Status.UNDECIDED
    origin, came = label.origin, boxes
    drawn = (Status.ADDED, *((Status.REJECTED, Status.UNSURE) if has_labels else ()))
    if stated is None:
        origin, came, status = Origin(OriginKind.READER, importer), {}, Status.ADDED
    elif stated.model:
        origin = model_origin(stated.model)
    elif status in drawn and decision is not None:
        origin, came = Origin(OriginKind.READER, decision.reader), {}
    scores = {i: one.stated.score for i, one in placed.items() if one.stated}
    ids = {i: one.annotation_id for i, one in placed.items()}
    came_type = first.lesion_type if came else ""
    return replace(
        label,
        origin=origin,
        boxes=boxes,
        original_boxes=came,
        scores={i: score for i, score in scores.items() if score is not None},
        status=status,
        reason=first.reason,
        note=first.note,
        decision=decision,
        annotation_ids={i: number for i, number in ids.items() if number is not None},
        lesion_type=first.lesion_type,
        original_type=came_type,
    )


def _is_same(a: Box, b: Box) -> bool:
    pairs = zip(a.as_tuple(), b.as_tuple(), strict=True)
    return all(abs(x - y) < SAME_PX for x, y in pairs)
