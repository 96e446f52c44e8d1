"""Boxes that were corrected in another tool: what they would change in a review, and doing it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np

from lesion_viewer.detection.boxes import Box, pairwise_iou
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Status
from lesion_viewer.review.open_review.imported_files import Source
from lesion_viewer.review.recist import moved_with
from lesion_viewer.review.session import Session

SAME_PX = 0.01
"""Corners that differ less are the same; other tools round."""

SAME_LESION_IOU = 0.1
"""From this IoU a corrected box is of the same lesion as the one that overlaps it most."""

UNSPECIFIC = frozenset(
    ("tumor", "tumour", "object", "finding", "abnormality", "candidate", "mass", "roi")
)
"""Types that say no more than that there is a lesion, where a file has no other type."""

Place = tuple[str, int]  # series uid, slice index


@dataclass(frozen=True, slots=True)
class CorrectedBox:
    """A box as another tool wrote it.

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
        Id of the finding that the file gives for the box; empty where it gives none.
    annotation_id : int | str | None
        COCO's ``id`` in the file.
    is_type_chosen : bool
        Whether the file knows other types too. The only type of a file is for new boxes, for
        boxes that came back changed, and for findings without a type; it says nothing of others.
    """

    box: Box
    status: Status | None = None
    reason: str = ""
    note: str = ""
    lesion_type: str = ""
    finding_id: str = ""
    annotation_id: int | str | None = None
    is_type_chosen: bool = True


@dataclass(frozen=True, slots=True)
class CorrectedSlice:
    """All boxes of a slice that can be used.

    Attributes
    ----------
    boxes : tuple[CorrectedBox, ...]
        Of the slice.
    is_read_in_full : bool
        Whether the file says that the slice holds no other lesion.
    kept : frozenset[str]
        Ids of findings that unusable boxes belong to: they stay as they are.
    keeps_all : bool
        Whether one of its boxes is unusable: no finding is deleted, since the box may be its own.
    """

    boxes: tuple[CorrectedBox, ...]
    is_read_in_full: bool = False
    kept: frozenset[str] = frozenset()
    keeps_all: bool = False


class ChangeKind(StrEnum):
    """What a correction does."""

    KEEP = "keep"
    CORRECT = "correct"
    DELETE = "delete"
    ADD = "add"
    UNSURE = "unsure"
    TYPE = "type"
    READ = "read in full"
    DECISION = "decision"  #: who decided, when or why; all else stays


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """One change that a corrected file makes.

    Attributes
    ----------
    kind : ChangeKind
        What it does.
    series_uid : str
        UID of the series.
    slice_index : int
        The slice, from 0.
    finding_id : str
        Id of the finding that it changes; empty for a new one, and for a read mark.
    before : Box | None
        The finding's present box in pixels; None for a new one.
    after : Box | None
        The box that it takes; None for one that is deleted.
    reason : str
        What the file says of the decision.
    note : str
        What the file says beside it.
    lesion_type : str
        The type that the finding takes; empty to keep its own.
    annotation_id : int | str | None
        COCO's ``id`` in the file; None for none.
    decided : str
        Reader and status before and after, where the file says who decided.
    """

    kind: ChangeKind
    series_uid: str
    slice_index: int
    finding_id: str = ""
    before: Box | None = None
    after: Box | None = None
    reason: str = ""
    note: str = ""
    lesion_type: str = ""
    annotation_id: int | str | None = None
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    """Decisions of a file of ours, with their readers and times: what is shown and recorded.

    Attributes
    ----------
    source : Source
        The file.
    before : tuple[Finding | None, ...]
        Each finding as it is in the review; None for a new one.
    after : tuple[Finding, ...]
        Each as the file has it.
    read : tuple[Place, ...]
        Slices that become read in full.
    """

    source: Source
    before: tuple[Finding | None, ...]
    after: tuple[Finding, ...]
    read: tuple[Place, ...]

    @property
    def replaced(self) -> dict[str, int]:
        """Reader -> how many of that reader's decisions give way to another reader's."""
        names = [
            before.decision.reader
            for before, after in zip(self.before, self.after, strict=True)
            if before is not None
            and before.decision is not None
            and (after.decision is None or after.decision.reader != before.decision.reader)
        ]
        return dict(Counter(names))

    def lines(self) -> tuple[ProposedChange, ...]:
        """The changes as a preview lists them, a line for each box that differs."""
        pairs = zip(self.before, self.after, strict=True)
        found = [line for before, after in pairs for line in _lines(before, after)]
        return (*found, *(ProposedChange(ChangeKind.READ, *place) for place in self.read))

    def record(self, session: Session) -> None:
        """Record exactly these changes, as one gesture of whoever the review is open to.

        Parameters
        ----------
        session : Session
            The review that they were found for, or of which a copy was.

        Raises
        ------
        ReviewError
            Where the review changed meanwhile; nothing is recorded.
        """
        now = tuple(session.findings.get(finding.id) for finding in self.after)
        if now != self.before:
            name = self.source.name
            raise ReviewError(f"the review changed since {name} was read; import it again")
        session.record_import(self.source, findings=self.after, read=self.read)


def preview(
    session: Session, corrected: Mapping[Place, CorrectedSlice]
) -> tuple[ProposedChange, ...]:
    """What the corrected slices would change; slices that are not among them stay.

    A box that came back unchanged is a decision only where its status says so, or where the slice
    was read in full; otherwise nobody may have looked at it. An unusable box neither changes nor
    deletes its finding.

    Parameters
    ----------
    session : Session
        The review.
    corrected : Mapping[Place, CorrectedSlice]
        Series UID and slice index -> the slice as it came back.

    Returns
    -------
    tuple[ProposedChange, ...]
        In the order of the slices.
    """
    return tuple(
        change for place, one in corrected.items() for change in _on_slice(session, place, one)
    )


def apply_changes(session: Session, name: str, changes: Sequence[ProposedChange]) -> None:
    """Record what ``preview`` gave: the findings, then the read marks.

    Parameters
    ----------
    session : Session
        The review.
    name : str
        Name of the corrected file.
    changes : Sequence[ProposedChange]
        As ``preview`` gave them.
    """
    at = datetime.now(UTC)
    changed: dict[str, Finding] = {}
    new: list[Finding] = []
    for n, change in enumerate(changes):
        # In a file findings are told apart by the time of their decision.
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
    """How many changes there are of each kind.

    Parameters
    ----------
    changes : Iterable[ProposedChange]
        As ``preview`` gave them.

    Returns
    -------
    dict[ChangeKind, int]
        For every kind, 0 among them.
    """
    kinds = [change.kind for change in changes]
    return {kind: kinds.count(kind) for kind in ChangeKind}


def _lines(before: Finding | None, after: Finding) -> Iterator[ProposedChange]:
    """A finding's changes: a line for each box that differs, or one where none does."""
    here, there = before.boxes if before else {}, after.boxes
    differing = [i for i in sorted({*here, *there}) if here.get(i) != there.get(i)]
    decided = f"{_decided_text(before)} -> {_decided_text(after)}"
    for i in differing or [after.key_slice]:
        yield ProposedChange(
            _kind_of(before, after),
            after.series_uid,
            i,
            after.id if before else "",
            here.get(i),
            there.get(i),
            after.reason,
            after.note,
            after.lesion_type,
            decided=decided,
        )


def _kind_of(before: Finding | None, after: Finding) -> ChangeKind:
    if before is None:
        return ChangeKind.ADD
    kinds = {Status.REJECTED: ChangeKind.DELETE, Status.UNSURE: ChangeKind.UNSURE}
    if after.status is not before.status and after.status in kinds:
        return kinds[after.status]
    if (after.boxes, after.axes) != (before.boxes, before.axes):
        return ChangeKind.CORRECT
    if after.status is not before.status:
        return ChangeKind.KEEP
    is_typed = after.lesion_type != before.lesion_type
    return ChangeKind.TYPE if is_typed else ChangeKind.DECISION


def _decided_text(finding: Finding | None) -> str:
    if finding is None:
        return "not there"
    decision = finding.decision
    by = f" by {decision.reader or 'no name'} at {decision.decided_at}" if decision else ""
    return f"{finding.status.value}{by}"


def _on_slice(session: Session, place: Place, one: CorrectedSlice) -> list[ProposedChange]:
    findings = [
        f for f in session.findings_on(*place) if not is_mere_proposal(f) and f.id not in one.kept
    ]
    partners = _partners(findings, place[1], one.boxes)
    is_complete = one.is_read_in_full and not one.kept and not one.keeps_all
    changes = []
    for n, finding in enumerate(findings):
        box = finding.boxes[place[1]]
        corrected = one.boxes[partners[n]] if n in partners else None
        kind = _kind(finding, box, corrected, is_complete)
        if corrected is None and one.keeps_all:
            kind = None
        if kind is not None:
            after = corrected.box if corrected and kind is not ChangeKind.DELETE else None
            change = ProposedChange(kind, *place, finding.id, box, after)
            lesion_type = _type_said(finding, box, corrected) if corrected else ""
            changes.append(_as_said(change, corrected, lesion_type) if corrected else change)
    for n, corrected in enumerate(one.boxes):
        if n not in partners.values() and corrected.status is not Status.REJECTED:
            change = ProposedChange(ChangeKind.ADD, *place, "", None, corrected.box)
            changes.append(_as_said(change, corrected, corrected.lesion_type))
    if is_complete and not session.is_read_in_full(*place):
        changes.append(ProposedChange(ChangeKind.READ, *place))
    return changes


def _as_said(change: ProposedChange, corrected: CorrectedBox, lesion_type: str) -> ProposedChange:
    """The change with what the file says of the box beside where it lies."""
    return replace(
        change,
        reason=corrected.reason,
        note=corrected.note,
        lesion_type=lesion_type,
        annotation_id=corrected.annotation_id,
    )


def _type_said(finding: Finding, box: Box, corrected: CorrectedBox) -> str:
    """The type that a finding takes from its box in a file; empty where it keeps its own."""
    if corrected.is_type_chosen or not finding.lesion_type:
        return corrected.lesion_type
    is_specific = corrected.lesion_type.casefold() not in UNSPECIFIC
    return corrected.lesion_type if is_specific and not _is_same(box, corrected.box) else ""


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
    if is_rejected or (is_said and is_open):
        return ChangeKind.KEEP
    is_same_type = _type_said(finding, box, corrected) in ("", finding.lesion_type)
    return None if is_same_type else ChangeKind.TYPE


def _changed(finding: Finding, change: ProposedChange, decision: Decision) -> Finding:
    lesion_type = change.lesion_type or finding.lesion_type
    if change.kind is ChangeKind.TYPE:
        return replace(finding, lesion_type=lesion_type, decision=decision)
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
        lesion_type=lesion_type,
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
        lesion_type=change.lesion_type,
        decision=decision,
        annotation_ids=(
            {} if change.annotation_id is None else {change.slice_index: change.annotation_id}
        ),
    )


def is_mere_proposal(finding: Finding) -> bool:
    """Whether a model proposed a finding and nobody has decided on it.

    Parameters
    ----------
    finding : Finding
        Of a review.
    """
    return finding.origin.kind is OriginKind.MODEL and finding.decision is None


def _is_same(a: Box, b: Box) -> bool:
    pairs = zip(a.as_tuple(), b.as_tuple(), strict=True)
    return all(abs(x - y) < SAME_PX for x, y in pairs)


def _partners(
    findings: Sequence[Finding], slice_index: int, corrected: Sequence[CorrectedBox]
) -> dict[int, int]:
    """Place of a finding -> place of the corrected box that its own became.

    The finding that the file names comes first; then the pairs of highest IoU.
    """
    if not findings or not corrected:
        return {}
    ids = {finding.id: n for n, finding in enumerate(findings)}
    partners = {ids[one.finding_id]: m for m, one in enumerate(corrected) if one.finding_id in ids}
    boxes = [f.boxes[slice_index] for f in findings], [one.box for one in corrected]
    iou = pairwise_iou(*(np.array([b.as_tuple() for b in of]) for of in boxes))
    pairs = np.argwhere(iou >= SAME_LESION_IOU).tolist()
    for n, m in sorted(pairs, key=lambda pair: -iou[pair[0], pair[1]]):
        if n not in partners and m not in partners.values():
            partners[n] = m
    return partners
