"""What readers decided on the slices of a labelling project, for those who learn from it."""

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, indices_of, slice_number
from lesion_viewer.exchange.tables.annotated_rows import annotated_rows
from lesion_viewer.review.finding import OriginKind, Status
from lesion_viewer.review.session import Session

LESION = (Status.ACCEPTED, Status.CORRECTED, Status.ADDED)


@dataclass(frozen=True, slots=True)
class ReviewedSlice:
    """A slice on which a reader decided something.

    Attributes
    ----------
    folder, number : where its image is, as DeepLesion names it
    splits : DeepLesion's ``Train_Val_Test`` of all the patient's rows
    shape : rows and columns
    lesions : boxes that were accepted, corrected or added; tight
    rejected : boxes that are no lesion
    open : boxes that a reader was unsure of, or labels that nobody decided
    is_read_in_full : whether there is no other lesion on the slice
    """

    folder: str
    number: int
    patient: str
    splits: frozenset[str]
    shape: tuple[int, int]
    spacing_mm: tuple[float, float, float] | None
    is_read_in_full: bool
    lesions: list[Box] = field(default_factory=list)
    rejected: list[Box] = field(default_factory=list)
    open: list[Box] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReviewedProject:
    """The reviewed slices of a project's journal, and what names their content."""

    name: str
    sha256: str
    slices: tuple[ReviewedSlice, ...]


def reviewed_project(session_file: Path) -> ReviewedProject:
    """What was decided in a labelling project's journal; slices that nobody touched are left out.

    Raises
    ------
    ReviewError
        Where the journal cannot be opened.
    ExchangeError
        Where it is no labelling project's.
    """
    session = Session.open_or_read(session_file, None, reader="")
    try:
        return _project_in(session)
    finally:
        session.close()


def _project_in(session: Session) -> ReviewedProject:
    series = {uid: record for uid, record in session.series().items() if record.is_of_project}
    if not series:
        raise ExchangeError(f"{session.path} is no labelling project's review")
    content = b"".join(session.label_rows())
    _, rows = annotated_rows(session.path, content)
    splits: dict[str, set[str]] = defaultdict(set)
    patients: dict[str, str] = {}
    for row in rows:
        splits[row.patient].add(row.split)
        patients[row.folder] = row.patient
    found: dict[tuple[str, int], ReviewedSlice] = {}

    def slice_at(uid: str, index: int) -> ReviewedSlice:
        if (uid, index) not in found:
            record, folder = series[uid], folder_of(uid)
            patient = patients.get(folder) or indices_of(folder)[0]
            found[uid, index] = ReviewedSlice(
                folder,
                int(slice_number(record.files[index])),
                patient,
                frozenset(splits[patient]),
                (record.shape[1], record.shape[2]),
                record.spacing_mm,
                session.is_read_in_full(uid, index),
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
    digest = sha256("\n".join(map(repr, slices)).encode()).hexdigest()
    return ReviewedProject(session.path.name, digest, slices)
