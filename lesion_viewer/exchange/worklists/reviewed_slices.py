"""What readers decided on the slices of a work list, for those who learn from it."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.reading import is_plain, read_plain
from lesion_viewer.exchange.deeplesion.annotated_rows import annotated_rows
from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, indices_of, slice_number
from lesion_viewer.exchange.deeplesion.groups import split_code
from lesion_viewer.exchange.numbered_rows import NumberedRow
from lesion_viewer.exchange.worklists.plain_slices import plain_rows
from lesion_viewer.exchange.worklists.recorded_images import decoder
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import ARCHIVE_KEY

LESION = (Status.ACCEPTED, Status.CORRECTED, Status.ADDED)


@dataclass(frozen=True, slots=True)
class ReviewedSlice:
    """A slice on which a reader decided something.

    Attributes
    ----------
    folder : str
        Of its image, as the list names it; of an archive the UID of its series.
    number : int
        Of its image in the folder; of an archive its index in the series.
    patient : str
        As the annotations name the patient, of an archive its study; empty where they do not.
    splits : frozenset[str]
        DeepLesion's ``Train_Val_Test`` of all the patient's rows.
    shape : tuple[int, int]
        Rows and columns.
    spacing_mm : tuple[float, float, float] | None
        Of slices, rows and columns; None where it is unknown.
    is_read_in_full : bool
        Whether there is no other lesion on the slice.
    lesions : list[Box]
        Tight boxes that were accepted, corrected or added.
    rejected : list[Box]
        Boxes that are no lesion.
    open : list[Box]
        Boxes that a reader was unsure of, or labels that nobody decided.
    types : list[str]
        Of each of ``lesions``; empty where nobody said.
    series_uid : str
        UID of its series.
    slice_index : int
        Its index in the series, from 0, as the journal counts.
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
    types: list[str] = field(default_factory=list, repr=False)
    # ``repr`` names the content of a review, for runs that are resumed.
    series_uid: str = field(default="", repr=False)
    slice_index: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class ReviewedProject:
    """The reviewed slices of a work list's journal, and what names their content.

    Attributes
    ----------
    name : str
        Of the journal's file.
    sha256 : str
        Of what was decided, in hexadecimal digits.
    slices : tuple[ReviewedSlice, ...]
        By folder and number.
    is_of_deeplesion : bool
        Whether its images have DeepLesion's names.
    series : Mapping[str, Series]
        UID -> series of the slices, where their images were named; slices are decoded by the
        indices of the journal, and one that is another image now raises CTError.
    """

    name: str
    sha256: str
    slices: tuple[ReviewedSlice, ...]
    is_of_deeplesion: bool = True
    series: Mapping[str, Series] = field(default_factory=dict, repr=False)


def reviewed_project(session_file: Path, images: Path | None = None) -> ReviewedProject:
    """What was decided in a work list's journal; slices that nobody touched are left out.

    Parameters
    ----------
    session_file : Path
        The journal.
    images : Path | None
        The list's images; None where they are not wanted.

    Returns
    -------
    ReviewedProject
        Its slices with a decision or a mark.

    Raises
    ------
    ReviewError
        Where the journal cannot be opened.
    ExchangeError
        Where it is no work list's.
    CTError
        Where the images cannot be read as those of the list.
    """
    session = Session.open_or_read(session_file, None, reader="")
    try:
        found = _project_in(session)
        return found if images is None else replace(found, series=_series(session, images, found))
    finally:
        session.close()


def _series(session: Session, images: Path, found: ReviewedProject) -> dict[str, Series]:
    """Those of its series that are there; the session may be closed afterwards."""
    series_of, there = decoder(session, images), {}
    for uid in dict.fromkeys(one.series_uid for one in found.slices):
        with suppress(KeyError):
            there[uid] = series_of(uid)
    return there


def _rows(session: Session) -> list[NumberedRow]:
    """The rows of the labels that a list of numbered slices began with."""
    content = b"".join(session.label_rows())
    name = Path((session.imported_labels or ("", ""))[0])
    if is_plain(name, content):
        return plain_rows(read_plain(name, content), {})
    return annotated_rows(session.path, content)[1]


def _project_in(session: Session) -> ReviewedProject:
    series, is_archive = session.series(), session.study_key == ARCHIVE_KEY
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
    return ReviewedProject(session.path.name, digest, slices, not (is_archive or is_named))


def _type_of(finding: Finding, organs: Mapping[int, str]) -> str:
    """Its type; of a label in a review from before there were types, that of its row."""
    row = finding.origin.row
    untold = "" if row is None or finding.original_type else organs.get(row, "")
    return finding.lesion_type or untold
