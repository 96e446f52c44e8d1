"""Boxes that were corrected elsewhere, held against a review: what would change, and doing so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np

from lesion_viewer.detection.boxes import Box, pairwise_iou
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Status
from lesion_viewer.review.recist import moved_with
from lesion_viewer.review.session import Session

SAME_PX = 0.01
"""Corners that differ less are the same; other tools round."""

SAME_LESION_IOU = 0.1
"""From this IoU a corrected box is of the same lesion as the one that overlaps it most."""

Place = tuple[str, int]  # series uid, slice index


@dataclass(frozen=True, slots=True)
class CorrectedBox:
    """A box as it came back; ``status`` is None where the file says nothing of it."""

    box: Box
    status: Status | None = None
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CorrectedSlice:
    """All boxes of a slice; with ``is_read_in_full`` the slice holds no other lesion."""

    boxes: tuple[CorrectedBox, ...]
    is_read_in_full: bool = False


class ChangeKind(StrEnum):
    """What a correction does."""

    KEEP = "keep"
    CORRECT = "correct"
    DELETE = "delete"
    ADD = "add"
    UNSURE = "unsure"
    READ = "read in full"


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """One change; ``before`` is None for a new box, ``after`` for one that is deleted."""

    kind: ChangeKind
    series_uid: str
    slice_index: int
    finding_id: str = ""
    before: Box | None = None
    after: Box | None = None
    reason: str = ""
    note: str = ""


def preview(
    session: Session, corrected: Mapping[Place, CorrectedSlice]
) -> tuple[ProposedChange, ...]:
    """What the corrected slices would change; slices that are not among them stay.

    A box that came back as it was is only kept where its status says so, or where the slice was
    read in full: nobody need have looked at it otherwise.
    """
    return tuple(
        change for place, one in corrected.items() for change in _on_slice(session, place, one)
    )


def apply_changes(session: Session, name: str, changes: Sequence[ProposedChange]) -> None:
    """Take up what ``preview`` told of the file ``name``: the findings, then the read marks.

    Each of the two is one gesture, by the session's reader.
    """
    at = datetime.now(UTC)
    changed: dict[str, Finding] = {}
    new: list[Finding] = []
    for n, change in enumerate(changes):
        # A finding is told from others by its time when it leaves as a file.
        stamp = (at + timedelta(microseconds=n)).isoformat(timespec="microseconds")
        decision = Decision(session.reader, stamp)
        if change.kind is ChangeKind.ADD:
            new.append(_added(change, decision))
        elif change.kind is not ChangeKind.READ:
            finding = changed.get(change.finding_id, session.findings[change.finding_id])
            changed[finding.id] = _changed(finding, change, decision)
    session.import_findings(name, [*changed.values(), *new])
    session.mark_all_read(
        (c.series_uid, c.slice_index) for c in changes if c.kind is ChangeKind.READ
    )


def counts(changes: Iterable[ProposedChange]) -> dict[ChangeKind, int]:
    """How many changes there are of each kind."""
    kinds = [change.kind for change in changes]
    return {kind: kinds.count(kind) for kind in ChangeKind}


def _on_slice(session: Session, place: Place, one: CorrectedSlice) -> list[ProposedChange]:
    findings = [f for f in session.findings_on(*place) if not _is_undecided_proposal(f)]
    partners = _partners([f.boxes[place[1]] for f in findings], [c.box for c in one.boxes])
    changes = []
    for n, finding in enumerate(findings):
        box = finding.boxes[place[1]]
        corrected = one.boxes[partners[n]] if n in partners else None
        kind = _kind(finding, box, corrected, one.is_read_in_full)
        if kind is not None:
            after = corrected.box if corrected and kind is not ChangeKind.DELETE else None
            said = (corrected.reason, corrected.note) if corrected else ("", "")
            changes.append(ProposedChange(kind, *place, finding.id, box, after, *said))
    for n, corrected in enumerate(one.boxes):
        if n not in partners.values() and corrected.status is not Status.REJECTED:
            said = corrected.reason, corrected.note
            changes.append(ProposedChange(ChangeKind.ADD, *place, "", None, corrected.box, *said))
    if one.is_read_in_full and not session.is_read_in_full(*place):
        changes.append(ProposedChange(ChangeKind.READ, *place))
    return changes


def _kind(
    finding: Finding, box: Box, corrected: CorrectedBox | None, is_read_in_full: bool
) -> ChangeKind | None:
    """What happens to a finding whose box came back as ``corrected``; None where nothing does."""
    is_rejected = finding.status is Status.REJECTED
    if corrected is None or corrected.status is Status.REJECTED:
        return None if is_rejected else ChangeKind.DELETE
    if corrected.status is Status.UNSURE:
        return None if finding.status is Status.UNSURE else ChangeKind.UNSURE
    if not _is_same(box, corrected.box):
        return ChangeKind.CORRECT
    is_said = is_read_in_full or corrected.status not in (None, Status.UNDECIDED)
    is_open = finding.status in (Status.UNDECIDED, Status.UNSURE)
    return ChangeKind.KEEP if is_rejected or (is_said and is_open) else None


def _changed(finding: Finding, change: ProposedChange, decision: Decision) -> Finding:
    i, boxes, axes = change.slice_index, finding.boxes, finding.axes
    if change.after is not None and change.kind is ChangeKind.CORRECT:
        if i in axes:
            axes = {**axes, i: moved_with(axes[i], boxes[i], change.after)}
        boxes = {**boxes, i: change.after}
    statuses = {ChangeKind.DELETE: Status.REJECTED, ChangeKind.UNSURE: Status.UNSURE}
    lesion = Status.ACCEPTED if boxes == finding.original_boxes else Status.CORRECTED
    if finding.origin.kind is OriginKind.READER:
        lesion = Status.ADDED
    return replace(
        finding,
        boxes=boxes,
        axes=axes,
        status=statuses.get(change.kind, lesion),
        reason=change.reason,
        note=change.note or finding.note,
        decision=decision,
    )


def _added(change: ProposedChange, decision: Decision) -> Finding:
    assert change.after is not None
    return Finding(
        id="",
        series_uid=change.series_uid,
        origin=Origin(OriginKind.READER, decision.reader),
        boxes={change.slice_index: change.after},
        status=Status.ADDED,
        reason=change.reason,
        note=change.note,
        decision=decision,
    )


def _is_undecided_proposal(finding: Finding) -> bool:
    return finding.origin.kind is OriginKind.MODEL and finding.decision is None


def _is_same(a: Box, b: Box) -> bool:
    pairs = zip(a.as_tuple(), b.as_tuple(), strict=True)
    return all(abs(x - y) < SAME_PX for x, y in pairs)


def _partners(boxes: Sequence[Box], corrected: Sequence[Box]) -> dict[int, int]:
    """Place of a box -> place of the corrected one it became; the pairs of highest IoU first."""
    if not boxes or not corrected:
        return {}
    iou = pairwise_iou(*(np.array([b.as_tuple() for b in of]) for of in (boxes, corrected)))
    partners: dict[int, int] = {}
    pairs = np.argwhere(iou >= SAME_LESION_IOU).tolist()
    for n, m in sorted(pairs, key=lambda pair: -iou[pair[0], pair[1]]):
        if n not in partners and m not in partners.values():
            partners[n] = m
    return partners
