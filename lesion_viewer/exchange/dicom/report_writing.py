"""A review as a structured report (DICOM PS3.16 TID 1500), which a PACS files under its study."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pydicom
from highdicom.sr import (
    CodeContentItem,
    CodedConcept,
    Comprehensive3DSR,
    ComprehensiveSR,
    ContainerContentItem,
    ContentSequence,
    DeviceObserverIdentifyingAttributes,
    LanguageOfContentItemAndDescendants,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    RelationshipTypeValues,
)
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.sr.codedict import codes as dicom_codes
from pydicom.sr.coding import Code

from lesion_viewer import NOT_A_DEVICE, __version__
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.content_items import items
from lesion_viewer.exchange.dicom.files import UTF_8, file_bytes, in_utf8
from lesion_viewer.exchange.dicom.finding_groups import groups_of
from lesion_viewer.exchange.dicom.foreign_groups import (
    Carried,
    add_evidence,
    add_schemes,
    carried,
)
from lesion_viewer.exchange.dicom.image_library import image_library
from lesion_viewer.exchange.dicom.measurement_groups import group_of, text_item
from lesion_viewer.exchange.dicom.source_images import Say, SourceImages
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import derived_uid, new_uid
from lesion_viewer.system.atomic_files import save_bytes

MANUFACTURER = "Lesion Viewer"
TITLE = "Lesion review"
SERIES_NUMBER = 9101
NOTHING = "Nothing is recorded here."
"""Stands in the part for measurements where there are none: readers of reports want it there."""
PROGRAM_UID = derived_uid("program")
"""What the reports name as the device that wrote them; one for all copies of the program."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which findings go into a report.

    Attributes
    ----------
    rejected : bool
        Rejected ones, in a part of their own.
    undecided : bool
        Candidates that nobody decided.
    """

    rejected: bool = True
    undecided: bool = False

    def of(self, session: Session) -> list[Finding]:
        """The findings of a review that are wanted.

        Parameters
        ----------
        session : Session
            The review.

        Returns
        -------
        list[Finding]
            In the order of their arrival.
        """
        return [
            finding
            for finding in sorted(session.findings.values(), key=lambda f: f.arrival)
            if (self.rejected or finding.status is not Status.REJECTED)
            and (self.undecided or finding.status is not Status.UNDECIDED)
        ]


def report_of(
    session: Session,
    sources: SourceImages,
    chosen: Chosen = Chosen(),
    previous: Sequence[Dataset] = (),
) -> Dataset:
    """The structured report of a review.

    Accepted, corrected, added and unsure findings stand under Imaging Measurements, one group for
    each slice, and what was measured after them; rejected ones in a part of their own, where no
    reader of reports takes them for lesions. What other programs measured is carried along: under
    Imaging Measurements, or in a part of its own where this review speaks of the same. Images
    without a Frame of Reference UID get a Comprehensive SR, others a Comprehensive 3D SR. Patient
    and study are those of the images.

    Parameters
    ----------
    session : Session
        The review.
    sources : SourceImages
        Its images.
    chosen : Chosen
        Which findings the report holds.
    previous : Sequence[Dataset]
        Earlier reports of this review and of others on its images, in UTF-8, which it refers to as
        its predecessors.

    Returns
    -------
    Dataset
        To be written as a file, or stored in a PACS.

    Raises
    ------
    ExchangeError
        Where the review is of several studies, or an image is missing or cannot be read.
    """
    findings, loose = chosen.of(session), list(session.series_annotations.values())
    places = [(f.series_uid, i) for f in findings for i in f.boxes]
    places += [(f.series_uid, a.slice_index) for f in findings for a in f.annotations.values()]
    places += [one.place for one in loose]
    if not places:
        uid, record = next(iter(session.pictures.series().items()))
        places = [(uid, record.shape[0] // 2)]
    evidence = {h.SOPInstanceUID: h for h in map(sources.header, dict.fromkeys(places))}
    studies = {header.StudyInstanceUID for header in evidence.values()}
    if len(studies) > 1:
        raise ExchangeError(
            f"{session.path}: a report is of one study, its findings are of several"
        )
    has_frame = all(h.get("FrameOfReferenceUID") for h in evidence.values())
    ours, unwanted = _own_uids(session, findings), _unwanted(session, chosen)
    came = carried(previous, ours, unwanted, evidence.keys(), has_frame)
    root = _root(findings, list(evidence.values()))
    for name, groups in _parts(findings, loose, sources).items():
        if groups:
            root.ContentSequence.append(_part(name, groups))
    for notice in (str(NOT_A_DEVICE), *_staying_lines(came)):
        root.ContentSequence.append(text_item(codes.NOTICE, notice))
    kind = Comprehensive3DSR if has_frame else ComprehensiveSR
    is_open = any(f.status is Status.UNDECIDED for f in session.findings.values())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on names of one part, which are the images'
        report = kind(
            evidence=list(evidence.values()),
            content=root,
            series_instance_uid=_series_uid(session, studies),
            series_number=SERIES_NUMBER,
            sop_instance_uid=new_uid(),
            instance_number=1 + max((_number(one) for one in previous), default=0),
            manufacturer=MANUFACTURER,
            is_complete=not is_open,
            previous_versions=list(previous) or None,
            series_description=TITLE,
        )
    report.ManufacturerModelName = MANUFACTURER
    report.SoftwareVersions = __version__
    report.CodingSchemeIdentificationSequence = [_scheme()]
    report.SpecificCharacterSet = UTF_8
    return _with_carried(report, came, previous) if came.groups or came.former else report


def _staying_lines(came: Carried) -> list[str]:
    """What of former reports is not in a new one.

    Parameters
    ----------
    came : Carried
        What is.

    Returns
    -------
    list[str]
        A sentence for each reason, without a full stop.
    """
    return [
        f"{'1 measurement group stays' if count == 1 else f'{count:,} measurement groups stay'}"
        f" in the former report: {'it' if count == 1 else 'each'} {reason}"
        for reason, count in came.staying.items()
    ]


def export_report(
    session: Session,
    output: Path,
    images: Path,
    chosen: Chosen = Chosen(),
    say: Say = lambda text: None,
) -> str:
    """Write the structured report of a review; a report that is there becomes its predecessor.

    Parameters
    ----------
    session : Session
        The review.
    output : Path
        File that is written; a report of ours of the same study may be there already.
    images : Path
        Folder, zip or file of the study.
    chosen : Chosen
        Which findings the report holds.
    say : Say
        Receives one sentence for each series that changed since the review, and for what of other
        programs' reports stays in them.

    Returns
    -------
    str
        How many findings the report has, in words.

    Raises
    ------
    ExchangeError
        Where the file cannot be written, something else is there, or the images do not serve.
    CTError
        Where there is no CT under ``images``.
    """
    sources, former = SourceImages(session, images, say), _previous(output)
    reports = [*former, *map(_report_in, session.files.kept_reports())]
    report = report_of(session, sources, chosen, list(_each_once(reports)))
    if any(one.StudyInstanceUID != report.StudyInstanceUID for one in former):
        raise ExchangeError(f"{output}: is the report of another study; choose another file")
    save_bytes(output, file_bytes(report))
    for item in items(report, "TEXT", codes.NOTICE):
        if item.TextValue != str(NOT_A_DEVICE):
            say(item.TextValue)
    count = len({f.id for f in chosen.of(session)})
    return "1 finding" if count == 1 else f"{count:,} findings"


def _root(findings: Sequence[Finding], images: Sequence[Dataset]) -> ContainerContentItem:
    """The root of a report without its parts (TID 1500)."""
    root = ContainerContentItem(
        dicom_codes.cid7021.ImagingMeasurementReport, template_id=codes.TEMPLATE
    )
    root.ContentSequence = ContentSequence(
        [
            *LanguageOfContentItemAndDescendants(CodedConcept.from_code(codes.ENGLISH)),
            *_observers(findings),
            CodeContentItem(
                dicom_codes.DCM.ProcedureReported,
                codes.CT_PROCEDURE,
                relationship_type=RelationshipTypeValues.HAS_CONCEPT_MOD,
            ),
        ]
    )
    root.ContentSequence.append(image_library(images))
    return root


def _observers(findings: Sequence[Finding]) -> ObservationContext:
    """The readers who decided, or the program where nobody has."""
    readers = [f.decision.reader for f in findings if f.decision is not None and f.decision.reader]
    device = ObserverContext(
        dicom_codes.DCM.Device,
        DeviceObserverIdentifyingAttributes(
            uid=PROGRAM_UID,
            name=MANUFACTURER,
            manufacturer_name=MANUFACTURER,
            model_name=f"{MANUFACTURER} {__version__}",
        ),
    )
    if not readers:
        return ObservationContext(observer_device_context=device)
    person = ObserverContext(
        dicom_codes.DCM.Person,
        PersonObserverIdentifyingAttributes(name=str(person_name(readers[-1]))),
    )
    return ObservationContext(observer_person_context=person, observer_device_context=device)


def person_name(reader: str) -> str:
    """A reader's name as DICOM writes names (PS3.5 section 6.2): all of it as the family name.

    Parameters
    ----------
    reader : str
        As it stands in the review.

    Returns
    -------
    str
        At most 64 characters.
    """
    plain = "".join(" " if c in "^=\\" or not c.isprintable() else c for c in reader)
    return f"{plain.strip()[:62]}^"


def _parts(
    findings: Sequence[Finding], loose: Sequence[OfSeries], sources: SourceImages
) -> dict[Code, list[Dataset]]:
    """The parts of a report by their names, with the groups that each holds."""
    kept: list[Dataset] = []
    rejected: list[Dataset] = []
    for number, finding in enumerate(findings, 1):
        part = rejected if finding.status is Status.REJECTED else kept
        part += groups_of(finding, number, sources)
    kept += [group_of(one, None, "", sources) for one in loose]
    return {
        codes.MEASUREMENTS: kept or [text_item(codes.COMMENT, NOTHING)],
        codes.REJECTED_PART: rejected,
    }


def _with_carried(report: Dataset, came: Carried, former: Sequence[Dataset]) -> Dataset:
    """A report with what other programs measured; highdicom takes no items that are not its own."""
    plain = pydicom.dcmread(BytesIO(file_bytes(report)))
    (part,) = items(plain, "CONTAINER", codes.MEASUREMENTS)
    ours = [item for item in part.ContentSequence if item.get("TextValue") != NOTHING]
    part.ContentSequence = [*ours, *came.groups] or part.ContentSequence
    if came.former:
        added: Dataset = _part(codes.FORMER_PART, ())
        added.add_new("ContentSequence", "SQ", came.former)
        plain.ContentSequence.append(added)
    add_evidence(plain, came.evidence)
    add_schemes(plain, former)
    return plain


def _part(name: Code, groups: Sequence[Dataset]) -> ContainerContentItem:
    part = ContainerContentItem(name, relationship_type=RelationshipTypeValues.CONTAINS)
    if groups:
        part.ContentSequence = Items(groups)
    return part


def _own_uids(session: Session, findings: Sequence[Finding]) -> set[str]:
    """Tracking UIDs of what a report of the review says something about."""
    every = session.findings.values()
    spoken = {f.id for f in every if f.decision is not None} | {f.id for f in findings}
    drawn = {uid for f in every for uid in f.annotations}
    return spoken | drawn | set(session.series_annotations)


def _unwanted(session: Session, chosen: Chosen) -> set[str]:
    every = session.findings.values()
    return set() if chosen.rejected else {f.id for f in every if f.status is Status.REJECTED}


def _number(report: Dataset) -> int:
    """Instance Number of a report of ours; 0 of others."""
    return int(report.get("InstanceNumber") or 0) if _is_ours(report) else 0


def _is_ours(report: Dataset) -> bool:
    return bool(report.get("Manufacturer") == MANUFACTURER)


def _each_once(reports: Iterable[Dataset]) -> Iterator[Dataset]:
    seen = set()
    for report in reports:
        if report.SOPInstanceUID not in seen:
            seen.add(report.SOPInstanceUID)
            yield report


def _report_in(content: bytes) -> Dataset:
    return in_utf8(pydicom.dcmread(BytesIO(content)))


def _series_uid(session: Session, studies: set[str]) -> str:
    """Of the series that all reports of a review are in."""
    return derived_uid("reports", str(session.study_key), *sorted(studies))


def _scheme() -> Dataset:
    scheme = Dataset()
    scheme.CodingSchemeDesignator = codes.SCHEME
    scheme.CodingSchemeName = f"Terms of {MANUFACTURER}"
    scheme.CodingSchemeResponsibleOrganization = MANUFACTURER
    return scheme


def _previous(output: Path) -> list[Dataset]:
    """The report of ours that a file holds; none where there is no file."""
    if not output.exists():
        return []
    try:
        former = in_utf8(pydicom.dcmread(output))
    except Exception as error:
        raise ExchangeError(f"{output}: is there already, and is no report") from error
    if former.get("Modality") != "SR" or not _is_ours(former):
        raise ExchangeError(f"{output}: is there already, and is no report of ours")
    return [former]
