"""The slices of a work list on which something was decided, from its review."""

from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.reading import is_plain, read_plain
from lesion_viewer.exchange.deeplesion.annotated_rows import annotated_rows
from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, indices_of, slice_number
from lesion_viewer.exchange.deeplesion.groups import split_code
from lesion_viewer.exchange.numbered_rows import NumberedRow
from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.exchange.reviewed_slices import ReviewedProject, ReviewedSlice, save_slices
from lesion_viewer.exchange.worklists.plain_slices import plain_rows
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import ARCHIVE_KEY

LESION = (Status.ACCEPTED, Status.CORRECTED, Status.ADDED)


def export_slices(session: Session, path: Path) -> str:
    """Write what was decided in a work list's review, for training.

    Parameters
    ----------
    session : Session
        The review.
    path : Path
        Where it goes.

    Returns
    -------
    str
        How many lesions the file has, on how many slices.

    Raises
    ------
    ExchangeError
        Where the review is no work list's, or the file cannot be written.
    """
    project = reviewed_project(session)
    save_slices(path, project)
    lesions = sum(len(one.lesions) for one in project.slices)
    return f"{lesions:,} lesions on {len(project.slices):,} reviewed slices"


def reviewed_project(session: Session) -> ReviewedProject:
    """What was decided in a work list's review; slices that nobody touched are left out.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    ReviewedProject
        Its slices with a decision or a mark.

    Raises
    ------
    ExchangeError
        Where it is no work list's.
    """
    series, is_archive = session.pictures.series(), session.study_key == ARCHIVE_KEY
    if not is_archive:
        series = {uid: record for uid, record in series.items() if record.is_of_numbers}
    if not series:
        raise ExchangeError(f"{session.path} is no labelling project's review")
    rows = [] if is_archive else _rows(session)
    organs = {row.row: row.lesion_type for row in rows}
    splits: dict[str, set[str]] = defaultdict(set)
    patients: dict[str, str] = {}
    for row in rows:
        splits[row.patient].add(split_code(row.groups))
        patients[row.folder] = row.patient
    found: dict[tuple[str, int], ReviewedSlice] = {}

    def slice_at(uid: str, index: int) -> ReviewedSlice:
        if (uid, index) not in found:
            record = series[uid]
            folder, number = uid, index
            if not is_archive:
                folder, number = folder_of(uid), int(slice_number(record.files[index]))
            patient = patients.get(folder) or indices_of(folder)[0]
            found[uid, index] = ReviewedSlice(
                folder,
                number,
                record.study_uid if is_archive else patient,
                frozenset(splits[patient]),
                (record.shape[1], record.shape[2]),
                record.spacing_mm,
                session.is_read_in_full(uid, index)
                or (is_archive and session.is_read_in_full(uid, None)),
                series_uid=uid,
                slice_index=index,
            )
        return found[uid, index]

    for (uid, index), is_read in session.read_in_full().items():
        if is_read and index is not None and uid in series:
            slice_at(uid, index)
    decided = [f for f in session.findings.values() if f.decision and f.series_uid in series]
    for finding in decided:
        for index, box in finding.boxes.items():
            one = slice_at(finding.series_uid, index)
            if finding.status in LESION:
                one.lesions.append(box)
                one.types.append(_type_of(finding, organs))
            else:
                (one.rejected if finding.status is Status.REJECTED else one.open).append(box)
        for index in finding.original_boxes.keys() - finding.boxes.keys():
            slice_at(finding.series_uid, index)
    for finding in session.findings.values():
        if finding.decision is None and finding.origin.kind is not OriginKind.MODEL:
            for index, box in finding.boxes.items():
                if (finding.series_uid, index) in found:
                    found[finding.series_uid, index].open.append(box)
    slices = tuple(sorted(found.values(), key=lambda one: (one.folder, one.number)))
    texts = [repr(one) + (repr(one.types) if any(one.types) else "") for one in slices]
    digest = sha256("\n".join(texts).encode()).hexdigest()
    is_named = any(record.names for record in series.values())
    return ReviewedProject(
        session.path.name,
        digest,
        slices,
        not (is_archive or is_named),
        recorded_images(session),
    )


def _rows(session: Session) -> list[NumberedRow]:
    """The rows of the labels that a list of numbered slices began with."""
    content = b"".join(session.files.label_rows())
    name = Path((session.files.imported_labels or ("", ""))[0])
    if is_plain(name, content):
        return plain_rows(read_plain(name, content), {})
    return annotated_rows(session.path, content)[1]


def _type_of(finding: Finding, organs: Mapping[int, str]) -> str:
    """Its type; of a label in a review from before there were types, that of its row."""
    row = finding.origin.row
    untold = "" if row is None or finding.original_type else organs.get(row, "")
    return finding.lesion_type or untold
