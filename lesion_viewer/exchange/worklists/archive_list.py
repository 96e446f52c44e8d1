"""The work list of an archive of DICOM studies: its labelled slices, or all its series."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from lesion_viewer.ct.dicom.holding import holds_dicom
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Collection, Series, Study
from lesion_viewer.ct.volume.picture_identity import compare, picture_of
from lesion_viewer.errors import ReviewError
from lesion_viewer.exchange.box_files.reading import is_plain, read_plain
from lesion_viewer.exchange.box_files.uid_boxes import is_of_uids
from lesion_viewer.exchange.csv_records import header_names, read_bytes
from lesion_viewer.exchange.imports.changing import take
from lesion_viewer.exchange.imports.parsing import Meaning, parse
from lesion_viewer.exchange.imports.wording import imported_text
from lesion_viewer.exchange.label_volumes.findings import is_label_volume
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.listed import Adapter, Entered, Listed
from lesion_viewer.review.finding import Finding, OriginKind, Place
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import ARCHIVE_KEY, Group, Item, What
from lesion_viewer.text import Text

STUDY, SERIES = "study", "series"


@dataclass(slots=True)
class ArchiveImages:
    """The series of an archive, all of whose slices are there.

    Attributes
    ----------
    all : Mapping[str, Series]
        UID -> series.
    """

    all: Mapping[str, Series]
    _places: dict[str, Place | None] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for uid, series in self.all.items():
            for index, source in enumerate(series.slices):
                for name in (source.sop_instance_uid, source.file):
                    # One name of several frames is no place.
                    self._places[name] = None if name in self._places else (uid, index)

    def series(self, uid: str) -> Series:
        """As ``ListedImages`` asks for it.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        Series
            As it was opened.
        """
        return self.all[uid]

    def present(self, uid: str) -> frozenset[int]:
        """As ``ListedImages`` asks for it.

        Parameters
        ----------
        uid : str
            UID of the series.

        Returns
        -------
        frozenset[int]
            All its slices.
        """
        return frozenset(range(self.all[uid].shape[0]))

    def place_of(self, name: str) -> Place | None:
        """As ``ListedImages`` asks for it.

        Parameters
        ----------
        name : str
            SOP Instance UID, or the file relative to the archive.

        Returns
        -------
        Place | None
            None where it names no slice, or several.
        """
        return self._places.get(name)


def is_archive_review(session_file: Path) -> bool:
    """Whether a file is the review of an archive's work list; False for one that is no review.

    Parameters
    ----------
    session_file : Path
        A file.
    """
    try:
        journal = Journal.open_to_read(session_file)
    except ReviewError:
        return False  # opening it says what is wrong with it
    with_key = journal.study_key
    journal.close()
    return with_key == ARCHIVE_KEY


def _recognises(images: Path, annotations: Path | None) -> bool:
    if annotations is not None:
        if is_label_volume(annotations):
            return False
        content = read_bytes(annotations)
        if not is_plain(annotations, content) and "File_name" in header_names(content):
            return False
    return holds_dicom(images)


def _key(images: Path, annotations: Path | None) -> str:
    """Of the usual file: the labels name the list, since the archive may grow."""
    named = str(images.absolute()).encode() if annotations is None else read_bytes(annotations)
    return f"{ARCHIVE_KEY} {sha256(named).hexdigest()}"


def _listed(images: Path, annotations: Path | None) -> Listed:
    archive = open_collection(images)
    study, here = archive.as_one, _in_order(archive)
    named = _named(study, annotations)
    labels = None if annotations is None else parse(annotations, study, Meaning.LABELS)

    def enter(session: Session) -> Entered:
        others = _recognise(session, study.series)
        notices = [f"{here[uid].title}: {why}" for uid, why in others.items()]
        if labels is not None:
            notices.append(imported_text(take(session, labels)))
        found = [f for f in session.findings.values() if _is_listed(f)]
        is_labelled = any(f.origin.kind is OriginKind.LABEL for f in found)
        if annotations is None and not is_labelled:
            items = [_of_series(one) for one in here.values()]
        else:
            places = dict.fromkeys((*named, *map(_first_place, found)))
            items = [_of_slice(here[uid], index) for uid, index in places if uid in here]
        return Entered(
            [
                replace(item, number=n, is_present=item.series_uid not in others)
                for n, item in enumerate(items)
            ],
            notices,
        )

    all_series = {one.uid: one for one in study.series}
    return Listed(ARCHIVE_KEY, ArchiveImages(all_series), enter, _groups(here.values()))


def _is_listed(finding: Finding) -> bool:
    """Whether it is more than a model's proposal that nobody has decided."""
    return not finding.is_mere_proposal and bool(finding.original_boxes or finding.boxes)


def _first_place(finding: Finding) -> Place:
    """The key slice with which a finding came, which stays whatever is decided of it."""
    came = replace(finding, boxes=finding.original_boxes or finding.boxes)
    return finding.series_uid, came.key_slice


def _named(study: Study, annotations: Path | None) -> Sequence[Place]:
    """The images that COCO or a plain table names, with or without boxes."""
    if annotations is None:
        return ()
    content = read_bytes(annotations)
    if not is_plain(annotations, content) or is_of_uids(header_names(content)):
        return ()
    names = finder({one.uid: SeriesRecord.of(one) for one in study.series})
    return tuple(names.match(read_plain(annotations, content).came).places.values())


def _recognise(session: Session, wanted: Iterable[Series]) -> dict[str, str]:
    """Describe series to a review, by the slices that they have now; why one is another picture.

    Pixels are not read: each image is compared when it is shown or searched.
    """
    with undamaged(session.path):
        records = session.pictures.series()
    wanted = tuple(wanted)
    if records and not records.keys() & {one.uid for one in wanted}:
        raise ReviewError(
            f"{session.path}: the review of another archive; none of its series is here"
        )
    others, same = {}, []
    for series in wanted:
        if series.uid in records and session.pictures.has_reviewed(series.uid):
            comparison = compare(records[series.uid].picture, picture_of(series))
            if comparison.differences:
                what = ", ".join(comparison.differences)
                others[series.uid] = f"is not the series that was reviewed: other {what}"
                continue
            if comparison.is_renumbered:
                places = [p for p in comparison.places if p is not None]
                session.pictures.renumber(SeriesRecord.of(series), places)
        same.append(series)
    if not session.read_only:
        known = [(s.uid, s.shape, s.slices[0].sop_instance_uid) for s in same]
        digest = sha256(repr(known).encode("utf-8", "surrogateescape")).hexdigest()
        session.pictures.describe_series(digest, lambda: [SeriesRecord.of(one) for one in same])
    return others


@dataclass(frozen=True, slots=True)
class _Named:
    """A series with the pseudonyms of its patient and study.

    Attributes
    ----------
    series : Series
        The series.
    patient : str
        Number of the patient; the study's name where no file names a patient.
    values : Mapping[str, str]
        Its values of the list's groups.
    title : str
        On screen.
    """

    series: Series
    patient: str
    values: Mapping[str, str]
    title: str


def _in_order(archive: Collection) -> dict[str, _Named]:
    """UID -> series, patient by patient, and study by study of each."""
    found: dict[str, _Named] = {}
    for number, study in enumerate(archive.studies, 1):
        name = f"Study {number}"
        whose = f"Patient {study.patient}" if study.patient is not None else name
        patient = str(study.patient) if study.patient is not None else name
        for one in study.series:
            values = {STUDY: name, SERIES: f"{name} · {one.description}"}
            found[one.uid] = _Named(one, patient, values, f"{whose} · {one.description}")
    return found


def _groups(here: Iterable[_Named]) -> tuple[Group, ...]:
    values = [one.values for one in here]
    return (
        Group(
            STUDY, tuple(dict.fromkeys(one[STUDY] for one in values)), any_text=Text("Any study")
        ),
        Group(SERIES, tuple(dict.fromkeys(one[SERIES] for one in values))),
    )


def _of_series(one: _Named) -> Item:
    spacing = one.series.spacing_mm
    return Item(
        number=0,
        name=one.series.uid,
        title=one.title,
        series_uid=one.series.uid,
        slice_index=one.series.shape[0] // 2,
        patient=one.patient,
        what=What.SERIES,
        groups=one.values,
        pixel_mm=None if spacing is None else spacing[1:],
    )


def _of_slice(one: _Named, index: int) -> Item:
    source = one.series.slices[index]
    return replace(
        _of_series(one),
        name=source.sop_instance_uid or f"{source.file}#{source.frame}",
        title=f"{one.title} · Im {index + 1}",
        slice_index=index,
        what=What.SLICE,
    )


ARCHIVE = Adapter(_recognises, _key, _listed)
"""DICOM in a folder, a zip or a DICOMDIR, with labels that name its images by UID, or without."""
