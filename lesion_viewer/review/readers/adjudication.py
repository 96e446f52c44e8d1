"""A third reading that settles what two readers disagree on, and keeps both readings."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Reading, Status
from lesion_viewer.review.outlines import model_masks
from lesion_viewer.review.readers.agreement import LESION, Agreement, Pair, agreement
from lesion_viewer.review.session import Session


def begin_adjudication(
    first: Session, second: Session, third: Session, min_iou: float = 0.5
) -> Agreement:
    """Take two readings up into a third reader's journal; what they agree on is settled.

    Where both readers have a lesion and their boxes overlap by ``min_iou``, the finding takes the
    first reader's box; where both have none it is rejected. All others are undecided, with the
    boxes of the first reader who has one. Every finding keeps both readings.

    Parameters
    ----------
    first : Session
        The first reader's review.
    second : Session
        The second reader's review.
    third : Session
        Opened anew on the same project, with its labels and nothing decided.
    min_iou : float
        From this IoU two boxes are of one lesion.

    Returns
    -------
    Agreement
        Of the first two readings.

    Raises
    ------
    ReviewError
        Where the three are not of one project, the third reader is one of the two, or has decided
        something already.
    """
    refuse_reader(first, second, third.reader)
    if third.study_key != first.study_key:
        raise ReviewError(f"{first.path} and {third.path} are reviews of different projects")
    if any(f.decision or f.readings for f in third.findings.values()):
        raise ReviewError(f"{third.path} was begun already; an adjudication needs a new file")
    found = agreement(first, second, min_iou)
    names = " and ".join(found.readers)
    by_row = {f.origin.row: f for f in third.findings.values()}
    taken: dict[tuple[str, str], Finding] = {}
    disputed = {id(pair) for pair in found.disagreements}
    for pair in found.pairs:
        key = (pair.first.id if pair.first else "", pair.second.id if pair.second else "")
        if key not in taken:  # boxes of one finding on other slices come along
            pairs = [p for p in found.pairs if _is_of(p, pair)]
            is_settled = not any(id(p) in disputed for p in pairs)
            taken[key] = _settled(pair, found.readers, names, is_settled, by_row)
    third.files.import_findings(f"the readings of {names}", list(taken.values()))
    third.mark_all_read(_read_by_both(first, second))
    return found


def refuse_reader(first: Session, second: Session, reader: str) -> None:
    """Refuse a third reader who is one of the two, however the name is written.

    Parameters
    ----------
    first : Session
        The first reader's review.
    second : Session
        The second reader's review.
    reader : str
        Name of the third reader.

    Raises
    ------
    ReviewError
        Where ``reader`` decided something in one of the two reviews.
    """
    decisions = (f.decision for s in (first, second) for f in s.findings.values())
    names = {decision.reader.casefold() for decision in decisions if decision}
    if reader.strip().casefold() in names:
        raise ReviewError(f"{reader} is one of the two readers; a third one settles what is left")


def _is_of(pair: Pair, other: Pair) -> bool:
    return pair.first is other.first and pair.second is other.second


def _settled(
    pair: Pair,
    readers: tuple[str, str],
    names: str,
    is_settled: bool,
    by_row: dict[int | None, Finding],
) -> Finding:
    """The finding of the third reading, decided where both agree."""
    base = next(f for f in (pair.first, pair.second) if f is not None)
    readings = tuple(
        _reading(finding, reader)
        for finding, reader in zip((pair.first, pair.second), readers, strict=True)
    )
    label = by_row.get(base.origin.row) if base.origin.row is not None else None
    finding = label or replace(
        base,
        origin=base.origin if base.origin.kind is OriginKind.MODEL else _drawn_by(readers, pair),
        original_boxes=base.boxes,
        masks=model_masks(base),
        original_axes=base.axes,
        original_type=base.lesion_type,
        boxes=base.boxes,
        status=Status.UNDECIDED,
        decision=None,
        reason="",
        note="",
    )
    if not is_settled:
        return replace(finding, readings=readings)
    times = [f.decision.decided_at for f in (pair.first, pair.second) if f and f.decision]
    return replace(
        finding,
        boxes=base.boxes,
        axes=base.axes,
        status=base.status,
        reason=base.reason,
        note=base.note,
        lesion_type=base.lesion_type,
        decision=Decision(names, max(times)),
        readings=readings,
    )


def _drawn_by(readers: tuple[str, str], pair: Pair) -> Origin:
    """Who drew a finding that is no label: one of the readers, or both."""
    drew = [r for r, f in zip(readers, (pair.first, pair.second), strict=True) if f is not None]
    return Origin(OriginKind.READER, " and ".join(drew))


def _reading(finding: Finding | None, reader: str) -> Reading:
    """What a reader decided; no lesion where the reader has no finding."""
    if finding is None:
        return Reading(reader, Status.REJECTED, {})
    decision = finding.decision
    return Reading(
        reader,
        finding.status,
        finding.boxes if finding.status in (*LESION, Status.UNSURE) else {},
        finding.reason,
        finding.note,
        decision.decided_at if decision else "",
        finding.lesion_type,
    )


def _read_by_both(first: Session, second: Session) -> Iterable[tuple[str, int]]:
    for (uid, index), is_read in first.read_in_full().items():
        if is_read and index is not None and second.is_read_in_full(uid, index):
            yield uid, index


def begin_third(first: Session, path: Path, reader: str) -> Session:
    """A new review of the same project, with its labels and nothing decided.

    Parameters
    ----------
    first : Session
        A review of the project.
    path : Path
        File of the new review.
    reader : str
        Name of the third reader.

    Returns
    -------
    Session
        Open.

    Raises
    ------
    ReviewError
        Where the file is there already, or cannot be made.
    """
    if path.exists():
        raise ReviewError(f"{path} is there already; an adjudication needs a new file")
    third = Session.open(path, first.study_key, reader)
    third.pictures.describe_series("", lambda: list(first.pictures.series().values()))
    name, sha256 = first.files.imported_labels or ("", "")
    labels = [f for f in first.findings.values() if f.origin.row is not None]
    rows = {f.origin.row: f for f in labels if f.origin.row is not None}
    third.files.import_labels(
        name,
        sha256,
        first.files.label_rows(),
        {
            row: (f.series_uid, i, box)
            for row, f in sorted(rows.items())
            for i, box in f.original_boxes.items()
        },
        {row: axes for row, f in rows.items() for axes in f.original_axes.values()},
        {row: f.original_type for row, f in rows.items()},
    )
    return third
