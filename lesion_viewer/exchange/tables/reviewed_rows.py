"""Rows of a reviewed CSV as findings again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.tables.decision_columns import DecidedRow, model_origin
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of a reviewed CSV whose slice is in the study.

    Attributes
    ----------
    series_uid : str
        UID of the series.
    slice_index : int
        Slice index within the series, from 0.
    label_row : int | None
        Data row of the annotation file that the row was made from; None for other rows.
    slice_range : str
        Cell of ``Slice_range``.
    decided : DecidedRow
        Values of the decision columns.
    annotation_id : int | str | None
        COCO's ``id`` of a box that goes back to no label; None where the file gives none.
    """

    series_uid: str
    slice_index: int
    label_row: int | None
    slice_range: str
    decided: DecidedRow
    annotation_id: int | str | None = None


def findings_of(rows: Iterable[PlacedRow], file_name: str) -> list[Finding]:
    """The findings that the rows were written from; the id is the UID in the file, or empty.

    Rows with one UID are one finding. In files of before there were UIDs, rows that one reader
    decided at one time are one finding, since no two gestures shared a time, and undecided rows are
    one while series, model and extent are the same and the slice index rises, since an export
    writes a finding's rows in the order of its slices.

    Parameters
    ----------
    rows : Iterable[PlacedRow]
        Rows in the order of the file.
    file_name : str
        Name of the file, for the origin of labels.

    Returns
    -------
    list[Finding]
        Findings that have a box on some slice.
    """
    groups: list[list[PlacedRow]] = []
    latest: dict[tuple[str, ...], list[PlacedRow]] = {}
    for row in rows:
        d = row.decided
        undecided = (d.model, row.slice_range, str(row.label_row))
        is_named = bool(d.finding_uid)
        decided = ("at", d.reader, d.decided_at) if d.decided_at else undecided
        key = (row.series_uid, *(("uid", d.finding_uid) if is_named else decided))
        group = latest.get(key)
        is_whole = is_named or bool(d.decided_at)
        if group is None or not (is_whole or row.slice_index > group[-1].slice_index):
            group = latest[key] = []
            groups.append(group)
        group.append(row)
    found = [_finding(group, file_name) for group in groups]
    return [finding for finding in found if finding.boxes]


def with_known_ids(findings: Iterable[Finding], review: Mapping[str, Finding]) -> list[Finding]:
    """The findings that are new to a review or changed, with the review's id where it has one.

    A finding is matched by its UID first. Where the file gives none, or the review does not know
    it, a label is matched by its row or its box, a candidate by the model and a proposed box, a
    drawn finding by its reader and time.

    Parameters
    ----------
    findings : Iterable[Finding]
        Findings of a reviewed CSV; the id is the UID in the file, or empty.
    review : Mapping[str, Finding]
        Id -> finding of the review that they are imported into.

    Returns
    -------
    list[Finding]
        New and changed findings; a new one keeps the UID of the file.

    Raises
    ------
    ExchangeError
        Where the review has one of the UIDs on another series.
    """
    known = {key: f.id for f in review.values() for key in _keys(f)}
    news = []
    for finding in findings:
        ids = [known[key] for key in _keys(finding) if key in known]
        if named := review.get(finding.id):
            ids = [named.id]
            if named.series_uid != finding.series_uid:
                raise ExchangeError(
                    f"the finding {named.id} is on series {named.series_uid} in this review,"
                    f" and on {finding.series_uid} in the file"
                )
        finding = replace(finding, id=ids[0] if ids else finding.id)
        if not ids or _exported(review[ids[0]]) != _exported(finding):
            news.append(finding)
    return news


def _finding(rows: Sequence[PlacedRow], file_name: str) -> Finding:
    first = rows[0].decided
    return Finding(
        id=first.finding_uid,
        series_uid=rows[0].series_uid,
        origin=_origin(rows, file_name),
        boxes={r.slice_index: r.decided.box for r in rows if r.decided.box},
        original_boxes={r.slice_index: r.decided.original for r in rows if r.decided.original},
        scores={r.slice_index: r.decided.score for r in rows if r.decided.score is not None},
        status=first.status,
        reason=first.reason,
        note=first.note,
        decision=Decision(first.reader, first.decided_at) if first.decided_at else None,
        axes={r.slice_index: r.decided.axes for r in rows if r.decided.axes},
        original_axes={
            r.slice_index: r.decided.original_axes for r in rows if r.decided.original_axes
        },
        annotation_ids={
            r.slice_index: r.annotation_id for r in rows if r.annotation_id is not None
        },
        lesion_type=first.lesion_type,
        original_type=first.original_type,
    )


def _origin(rows: Sequence[PlacedRow], file_name: str) -> Origin:
    first = rows[0].decided
    if first.model:
        return model_origin(first.model)
    if any(r.decided.original for r in rows):
        label_rows = [r.label_row for r in rows if r.label_row is not None]
        return Origin(OriginKind.LABEL, file_name, row=next(iter(label_rows), None))
    return Origin(OriginKind.READER, first.reader)


def _keys(finding: Finding) -> list[tuple[object, ...]]:
    origin, uid = finding.origin, finding.series_uid
    if origin.kind is OriginKind.LABEL and origin.row is not None:
        return [(origin.kind, origin.row)]
    if origin.kind is OriginKind.READER and finding.decision is not None:
        return [(origin.kind, uid, finding.decision.reader, finding.decision.decided_at)]
    model = (origin.kind, origin.name, origin.sha256, uid)
    if origin.kind is OriginKind.LABEL:  # an export does not name the label file
        model = (origin.kind, "", "", uid)
    originals = sorted(finding.original_boxes.items())
    return [(*model, i, box, finding.scores.get(i)) for i, box in originals]


def _exported(finding: Finding) -> tuple[object, ...]:
    """What an export contains of a finding: all but window and threshold."""
    decision = finding.decision
    return (
        (finding.status, finding.boxes, finding.original_boxes, finding.scores),
        (finding.axes, finding.original_axes),
        (finding.reason, finding.note, finding.lesion_type),
        decision and (decision.reader, decision.decided_at),
    )
