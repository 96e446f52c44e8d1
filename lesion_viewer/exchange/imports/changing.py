"""From what a file holds to what it changes in a review, and recording that as one gesture."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lesion_viewer.errors import ExchangeError, ReviewError
from lesion_viewer.exchange.imports.change_set import Change, ChangeSet, LeftOut
from lesion_viewer.exchange.imports.matching import changed_by
from lesion_viewer.exchange.imports.parsing import Parsed
from lesion_viewer.exchange.imports.placed_boxes import placed_boxes
from lesion_viewer.exchange.tables.file_rows import FileRows
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes
from lesion_viewer.exchange.tables.reviewed_rows import findings_of, with_known_ids
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.open_review.imported_files import LabelRecords
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import imported_uid, new_uid

KNOWN = "was imported before; nothing is changed"
SHOWN_BY = "Import labels"
"""The action that shows what a file changes before it does."""


def change_set(parsed: Parsed, session: Session, differing: Collection[str] = ()) -> ChangeSet:
    """What a file changes in a review; nothing is recorded.

    Decisions that a file of ours states keep their readers and times. Such a file is one of the
    review's own labels, or the review has no labels yet and takes its up too; of any other one only
    the boxes count.

    Parameters
    ----------
    parsed : Parsed
        What the file holds.
    session : Session
        The review, or a copy of it; its reader is the importer.
    differing : Collection[str]
        Uids of series whose boxes are left aside, as their pictures are others than those reviewed.

    Returns
    -------
    ChangeSet
        To be shown, and then recorded by ``apply``.

    Raises
    ------
    ExchangeError
        Where nothing in the file is of an image of the review.
    ReviewError
        Where the review holds the labels of another file.
    """
    if parsed.found is not None:
        return _of_found(parsed, parsed.found, session)
    if parsed.boxes is None or (parsed.rows is not None and _is_of_review(parsed.rows, session)):
        assert parsed.rows is not None
        return _of_rows(parsed, parsed.rows, session)
    slices, left_out = placed_boxes(parsed.path, parsed.boxes, session, differing)
    changes, read = changed_by(session, parsed.path.name, slices)
    return ChangeSet(
        parsed.source, tuple(changes), tuple(read), left_out=left_out, slices=tuple(slices)
    )


def apply(session: Session, change_set: ChangeSet) -> None:
    """Record exactly what a change set shows, in one transaction and as one gesture.

    Parameters
    ----------
    session : Session
        The review that it was made for, or of a copy of which.
    change_set : ChangeSet
        As it was shown.

    Raises
    ------
    ReviewError
        Where the review changed meanwhile; nothing is recorded.
    """
    source, labels = change_set.source, change_set.labels
    is_now = all(session.findings.get(c.after.id) == c.before for c in change_set.changes)
    is_taken = labels is not None and session.files.imported_labels is not None
    if not is_now or is_taken or (change_set.once and session.files.has_boxes_of(change_set.once)):
        raise ReviewError(f"the review changed since {source.name} was read; import it again")
    at, new = datetime.now(UTC), _ids_of_labels(change_set)
    findings = []
    for n, change in enumerate(change_set.changes):
        after = change.after
        if after.id in new and after.decision is None:
            continue  # its label says all of it
        if after.decision is not None and not after.decision.decided_at:
            # In a file findings are told apart by the time of their decision.
            stamp = (at + timedelta(microseconds=n)).isoformat(timespec="microseconds")
            after = replace(after, decision=replace(after.decision, decided_at=stamp))
        findings.append(after)
    session.files.record_import(
        source,
        labels=labels,
        findings=findings,
        read=change_set.read,
        boxes=change_set.boxes,
        once=change_set.once,
        drawn=change_set.drawn,
        report=change_set.report,
    )


def take(session: Session, parsed: Parsed) -> ChangeSet:
    """Take up the labels that a review is opened with, where no finding in it needs a look first.

    Parameters
    ----------
    session : Session
        The review.
    parsed : Parsed
        The labels, reviewed or not.

    Returns
    -------
    ChangeSet
        As it was recorded; its ``untaken`` says why nothing was.

    Raises
    ------
    ExchangeError
        Where nothing in the file is of an image of the review.
    ReviewError
        Where the review holds the labels of another file.
    """
    found = change_set(parsed, session)
    nothing = ChangeSet(parsed.source, left_out=found.left_out)
    if found.is_empty or _was_taken(parsed, session):
        return replace(nothing, untaken=KNOWN)
    if count := found.to_be_seen:
        findings = "1 finding" if count == 1 else f"{count:,} findings"
        return replace(nothing, untaken=f"would change {findings}; {SHOWN_BY} shows which")
    apply(session, found)
    return found


def _was_taken(parsed: Parsed, session: Session) -> bool:
    sha256 = parsed.source.sha256
    hashes = {one.source.sha256 for one in session.files.imports()}
    return sha256 in hashes or session.files.has_boxes_of(sha256)


def _is_of_review(rows: FileRows, session: Session) -> bool:
    """Whether the labels that decisions were made on are the review's, or can become its."""
    known = session.files.imported_labels
    return known is None or not _has_labels(rows) or rows.sha256 == known[1]


def _has_labels(rows: FileRows) -> bool:
    return rows.is_plain or len(rows.annotation) > 1


def _of_rows(parsed: Parsed, rows: FileRows, session: Session) -> ChangeSet:
    path, known = parsed.path, session.files.imported_labels
    if rows.absent and not (rows.labels or rows.decided or rows.drawn):
        raise ExchangeError(f"{path}: none of its rows is of an image in this study")
    labels = None
    if _has_labels(rows) and (known is None or known[1] != rows.sha256):
        if known is not None:
            raise ReviewError(f"{session.path}: already holds the labels of {known[0]}")
        labels = LabelRecords(rows.sha256, rows.content, rows.labels, rows.axes, rows.types)
    name = known[0] if known is not None else path.name
    new = {label.id: label for label in labels.findings(name)} if labels is not None else {}
    decided = with_known_ids(findings_of(rows.decided, name), {**session.findings, **new})
    after: dict[str, Finding] = dict(new)
    for finding in decided:
        is_free = finding.id and (finding.id not in after or finding.id in new)
        finding_id = finding.id if is_free else new_uid()
        new.pop(finding_id, None)
        after[finding_id] = _with_rest(
            replace(finding, id=finding_id), session.findings.get(finding_id)
        )
    drawn = _measured(rows, after, session)
    places = {place[:2] for place in rows.labels.values()}
    places |= {(row.series_uid, row.slice_index) for row in rows.decided}
    places |= {one.place for _, one in rows.drawn}
    kept = {one.source.sha256 for one in session.files.imports()}
    return ChangeSet(
        parsed.source,
        tuple(Change(session.findings.get(one.id), one) for one in after.values()),
        tuple(place for place in rows.read if not session.is_read_in_full(*place)),
        labels,
        left_out=LeftOut(
            rows.absent,
            unusable=tuple(rows.unusable),
            clipped=rows.clipped,
            notices=tuple(rows.notices),
        ),
        slices=tuple(places),
        drawn=tuple(drawn),
        report=b"" if parsed.source.sha256 in kept else rows.report,
    )


def _measured(rows: FileRows, after: dict[str, Finding], session: Session) -> list[OfSeries]:
    """The measurements of no finding that are new or differ; those of findings go into them."""
    loose = []
    for finding_id, one in rows.drawn:
        uid = one.annotation.uid
        finding = after.get(finding_id) or session.findings.get(finding_id)
        if finding is None or finding.series_uid != one.series_uid:
            if session.series_annotations.get(uid) != one:
                loose.append(one)
        elif finding.annotations.get(uid) != one.annotation:
            drawn = {**finding.annotations, uid: one.annotation}
            after[finding_id] = replace(finding, annotations=drawn)
    return loose


def _with_rest(finding: Finding, known: Finding | None) -> Finding:
    """A finding of a file with what the file cannot say of it."""
    if known is None:
        return finding
    return replace(
        finding,
        readings=known.readings,
        annotations=known.annotations,
        masks=known.masks,
        annotation_ids=finding.annotation_ids or known.annotation_ids,
    )


def _of_found(parsed: Parsed, found: FoundBoxes, session: Session) -> ChangeSet:
    is_known = session.files.has_boxes_of(found.sha256)
    ids = [imported_uid(found.sha256, f.series_uid, n) for n, f in enumerate(found.findings)]
    pairs = zip(ids, found.findings, strict=True)
    changes = [
        Change(None, replace(finding, id=uid))
        for uid, finding in pairs
        if uid not in session.findings
    ]
    is_partly_known = len(changes) < len(ids)
    return ChangeSet(
        parsed.source,
        () if is_known else tuple(changes),
        boxes=() if is_known or is_partly_known else found.findings,
        once="" if is_known else found.sha256,
        left_out=LeftOut(
            len(found.absent),
            tuple(dict.fromkeys(found.absent)),
            found.unusable,
            found.clipped,
            found.notices,
        ),
        slices=tuple({(f.series_uid, i) for f in found.findings for i in f.boxes}),
    )


def _ids_of_labels(change_set: ChangeSet) -> set[str]:
    """Ids of the findings that the labels or boxes of a change set become by themselves."""
    labels, boxes = change_set.labels, change_set.boxes
    ids = set(labels.by_id) if labels else set()
    return ids | {imported_uid(change_set.once, f.series_uid, n) for n, f in enumerate(boxes)}
