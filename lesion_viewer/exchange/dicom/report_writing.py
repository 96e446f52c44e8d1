"""A review as a structured report (DICOM PS3.16 TID 1500), which a PACS files under its study."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from highdicom.sr import (
    Comprehensive3DSR,
    ComprehensiveSR,
    ContainerContentItem,
    DeviceObserverIdentifyingAttributes,
    MeasurementReport,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    RelationshipTypeValues,
)
from highdicom.sr import MeasurementsAndQualitativeEvaluations as Lines
from highdicom.sr import PlanarROIMeasurementsAndQualitativeEvaluations as Group
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.sr.codedict import codes as dicom_codes
from pydicom.sr.coding import Code

from lesion_viewer import NOT_A_DEVICE, __version__
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.files import file_bytes
from lesion_viewer.exchange.dicom.finding_groups import groups_of, text_item
from lesion_viewer.exchange.dicom.source_images import UTF_8, Say, SourceImages
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import derived_uid, new_uid
from lesion_viewer.system.atomic_files import save_bytes

MANUFACTURER = "Lesion Viewer"
TITLE = "Lesion review"
SERIES_NUMBER = 9101
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
    each slice; rejected ones in a part of their own, where no reader of reports takes them for
    lesions. Images without a Frame of Reference UID get a Comprehensive SR, others a Comprehensive
    3D SR. Patient and study are those of the images.

    Parameters
    ----------
    session : Session
        The review.
    sources : SourceImages
        Its images.
    chosen : Chosen
        Which findings the report holds.
    previous : Sequence[Dataset]
        Earlier reports of this review, which it refers to as its predecessors.

    Returns
    -------
    Dataset
        To be written as a file, or stored in a PACS.

    Raises
    ------
    ExchangeError
        Where the review is of several studies, or an image is missing or cannot be read.
    """
    findings = chosen.of(session)
    places = [(f.series_uid, i) for f in findings for i in f.boxes]
    if not places:
        uid, record = next(iter(session.pictures.series().items()))
        places = [(uid, record.shape[0] // 2)]
    evidence = {h.SOPInstanceUID: h for h in map(sources.header, dict.fromkeys(places))}
    studies = {header.StudyInstanceUID for header in evidence.values()}
    if len(studies) > 1:
        raise ExchangeError(
            f"{session.path}: a report is of one study, its findings are of several"
        )
    kept: list[Group | Lines] = []
    rejected: list[Group | Lines] = []
    for number, finding in enumerate(findings, 1):
        part = rejected if finding.status is Status.REJECTED else kept
        part += groups_of(finding, number, sources)
    content = MeasurementReport(
        observation_context=_observers(findings),
        procedure_reported=codes.CT_PROCEDURE,
        imaging_measurements=kept or None,
        referenced_images=list(evidence.values()),
    )
    root = content[0]
    if rejected:
        root.ContentSequence.append(_part(codes.REJECTED_PART, rejected))
    root.ContentSequence.append(text_item(codes.NOTICE, str(NOT_A_DEVICE)))
    has_frame = all(h.get("FrameOfReferenceUID") for h in evidence.values())
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
            instance_number=1 + len(previous),
            manufacturer=MANUFACTURER,
            is_complete=not is_open,
            previous_versions=list(previous) or None,
            series_description=TITLE,
        )
    report.ManufacturerModelName = MANUFACTURER
    report.SoftwareVersions = __version__
    report.CodingSchemeIdentificationSequence = [_scheme()]
    report.SpecificCharacterSet = UTF_8
    return report


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
        Receives one sentence for each series that changed since the review.

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
    sources = SourceImages(session, images, say)
    report = report_of(session, sources, chosen, _previous(output))
    before = report.get("PredecessorDocumentsSequence")
    if before and before[0].StudyInstanceUID != report.StudyInstanceUID:
        raise ExchangeError(f"{output}: is the report of another study; choose another file")
    save_bytes(output, file_bytes(report))
    count = len({f.id for f in chosen.of(session)})
    return "1 finding" if count == 1 else f"{count:,} findings"


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


def _part(name: Code, groups: Sequence[Group | Lines]) -> ContainerContentItem:
    part = ContainerContentItem(name, relationship_type=RelationshipTypeValues.CONTAINS)
    part.ContentSequence = Items([item for group in groups for item in group])
    return part


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
    import pydicom

    if not output.exists():
        return []
    try:
        former = pydicom.dcmread(output)
    except Exception as error:
        raise ExchangeError(f"{output}: is there already, and is no report") from error
    if former.get("Modality") != "SR" or former.get("Manufacturer") != MANUFACTURER:
        raise ExchangeError(f"{output}: is there already, and is no report of ours")
    return [former]
