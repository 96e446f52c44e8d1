"""What a file changes in a review: shown as it is, then recorded as it was shown."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.finding import Finding, OriginKind, Place, Status
from lesion_viewer.review.open_review.imported_files import LabelRecords, Source


class ChangeKind(StrEnum):
    """What a change does."""

    KEEP = "keep"
    CORRECT = "correct"
    DELETE = "delete"
    ADD = "add"
    UNSURE = "unsure"
    TYPE = "type"
    LABEL = "label"  #: a new finding that nobody has decided
    READ = "read in full"
    MEASURED = "measurement"  #: what is drawn beside boxes and axes; all else stays
    DECISION = "decision"  #: who decided, when or why; all else stays


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a preview: what changes on one slice.

    Attributes
    ----------
    kind : ChangeKind
        What changes.
    series_uid : str
        UID of the series.
    slice_index : int
        The slice, from 0.
    finding_id : str
        Id of the finding that changes; empty for a new one, and for a read mark.
    before : Box | None
        The finding's present box in pixels; None where it has none on the slice.
    after : Box | None
        The box that it takes; None where that is none.
    reason : str
        Why it is so, as the file says.
    note : str
        What the file says beside it; of a measurement the kind of its shape.
    lesion_type : str
        The type that the finding takes; empty where it keeps its own, and where it takes none.
    decided : str
        Status, type, reader and time before and after; empty for a read mark.
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
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a file makes of one finding.

    Attributes
    ----------
    before : Finding | None
        As it is in the review; None for a new one.
    after : Finding
        As it will be. A decision without a time is that of the importer, and gets its time when it
        is recorded.
    """

    before: Finding | None
    after: Finding

    @property
    def kind(self) -> ChangeKind:
        """What the change does."""
        before, after = self.before, self.after
        if before is None:
            return ChangeKind.ADD if after.decision else ChangeKind.LABEL
        kinds = {Status.REJECTED: ChangeKind.DELETE, Status.UNSURE: ChangeKind.UNSURE}
        if after.status is not before.status and after.status in kinds:
            return kinds[after.status]
        if (after.boxes, after.axes) != (before.boxes, before.axes):
            return ChangeKind.CORRECT
        if after.status is not before.status:
            return ChangeKind.KEEP
        if after.lesion_type != before.lesion_type:
            return ChangeKind.TYPE
        is_measured = after == replace(before, annotations=after.annotations)
        return ChangeKind.MEASURED if is_measured else ChangeKind.DECISION

    def lines(self) -> Iterator[Line]:
        """A line for each measurement and box that differs, or one where no box does."""
        before, after, kind = self.before, self.after, self.kind
        known = before.annotations if before else {}
        drawn = [one for uid, one in after.annotations.items() if known.get(uid) != one]
        yield from (_measurement_line(OfSeries(after.series_uid, one), after.id) for one in drawn)
        if kind is ChangeKind.MEASURED:
            return
        here, there = before.boxes if before else {}, after.boxes
        differing = [i for i in sorted({*here, *there}) if here.get(i) != there.get(i)]
        was_typed = before.lesion_type if before else ""
        is_typed = after.lesion_type != was_typed
        for i in differing or [after.key_slice]:
            yield Line(
                kind,
                after.series_uid,
                i,
                after.id if before else "",
                here.get(i),
                None if kind is ChangeKind.DELETE else there.get(i),
                after.reason,
                after.note,
                after.lesion_type if is_typed else "",
                f"{_decided_text(before, is_typed)} -> {_decided_text(after, is_typed)}",
            )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a file is not taken as it stands there.

    Attributes
    ----------
    absent : int
        Rows or images of the file that are not in the review.
    absent_names : tuple[str, ...]
        Names of the images that are not there, where the file names them.
    unusable : tuple[str, ...]
        A sentence for each box, or image, that cannot be used.
    clipped : int
        Boxes that reached over the border of their image, and end there now.
    notices : tuple[str, ...]
        What was taken, and how the file was understood where it could be understood otherwise.
    """

    absent: int = 0
    absent_names: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    clipped: int = 0
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All that a file changes in a review.

    Attributes
    ----------
    source : Source
        The file.
    changes : tuple[Change, ...]
        One for each finding that differs, new labels among them.
    read : tuple[Place, ...]
        Slices that become read in full.
    labels : LabelRecords | None
        The records of an annotation file that the review takes up; None for none.
    boxes : tuple[Finding, ...]
        Findings of a file of boxes that is taken up once.
    once : str
        What marks that file as taken; empty for no mark.
    left_out : LeftOut
        What of the file is not taken as it stands there.
    slices : tuple[Place, ...]
        Slices of the review that the file speaks of.
    untaken : str
        Why nothing was recorded, where a review was opened with the file; empty otherwise.
    drawn : tuple[OfSeries, ...]
        Measurements of no finding that are new or differ.
    report : bytes
        The file, where it is a report whose other content the review keeps; empty otherwise.
    """

    source: Source
    changes: tuple[Change, ...] = ()
    read: tuple[Place, ...] = ()
    labels: LabelRecords | None = None
    boxes: tuple[Finding, ...] = ()
    once: str = ""
    left_out: LeftOut = LeftOut()
    slices: tuple[Place, ...] = ()
    untaken: str = ""
    drawn: tuple[OfSeries, ...] = ()
    report: bytes = field(default=b"", repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to record."""
        found = self.changes or self.read or self.labels or self.once
        return not (found or self.drawn or self.report)

    @property
    def measurements(self) -> int:
        """Measurements that are new or differ."""
        of_findings = 0
        for change in self.changes:
            known = change.before.annotations if change.before is not None else {}
            drawn = change.after.annotations.items()
            of_findings += sum(known.get(uid) != one for uid, one in drawn)
        return of_findings + len(self.drawn)

    @property
    def new_labels(self) -> int:
        """Findings that are new, each a label."""
        return sum(one.origin.kind is OriginKind.LABEL for one in self._new())

    @property
    def new_candidates(self) -> int:
        """Findings that are new, which a model proposed and nobody decided."""
        return sum(one.is_mere_proposal for one in self._new())

    @property
    def decided(self) -> int:
        """Decisions that are new or different."""
        return sum(change.after.decision is not None for change in self.changes)

    @property
    def to_be_seen(self) -> int:
        """Findings of the review that lose a decision, or get one that the importer makes."""
        pairs = ((one.before, one.after.decision) for one in self.changes if one.before is not None)
        return sum(
            before.decision is not None or after is None or not after.decided_at
            for before, after in pairs
        )

    @property
    def replaced(self) -> dict[str, int]:
        """Reader -> how many of that reader's decisions give way to others."""
        names = [
            change.before.decision.reader
            for change in self.changes
            if change.before is not None
            and change.before.decision is not None
            and (
                change.after.decision is None
                or change.after.decision.reader != change.before.decision.reader
            )
        ]
        return dict(Counter(names))

    def lines(self) -> tuple[Line, ...]:
        """The changes as a preview lists them."""
        found = [line for change in self.changes for line in change.lines()]
        found += map(_measurement_line, self.drawn)
        return (*found, *(Line(ChangeKind.READ, *place) for place in self.read))

    def _new(self) -> Iterator[Finding]:
        return (change.after for change in self.changes if change.before is None)


def counts(lines: Iterable[Line]) -> dict[ChangeKind, int]:
    """How many lines there are of each kind.

    Parameters
    ----------
    lines : Iterable[Line]
        Of a preview.

    Returns
    -------
    dict[ChangeKind, int]
        For every kind, 0 among them.
    """
    found = Counter(line.kind for line in lines)
    return {kind: found[kind] for kind in ChangeKind}


def _measurement_line(one: OfSeries, finding_id: str = "") -> Line:
    return Line(ChangeKind.MEASURED, *one.place, finding_id, note=one.annotation.shape.kind)


def _decided_text(finding: Finding | None, is_typed: bool) -> str:
    if finding is None:
        return "not there"
    decision = finding.decision
    typed = f", {finding.lesion_type or 'no type'}" if is_typed else ""
    by = f" by {decision.reader or 'no name'}" if decision else ""
    at = f" at {decision.decided_at}" if decision and decision.decided_at else ""
    return f"{finding.status.value}{typed}{by}{at}"
