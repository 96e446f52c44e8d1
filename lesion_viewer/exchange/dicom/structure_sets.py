"""Lesions as an RT structure set, for those who plan, and structure sets as candidates."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, RTStructureSetStorage

from lesion_viewer import NOT_A_DEVICE, __version__
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.files import UTF_8, file_bytes
from lesion_viewer.exchange.dicom.finding_groups import corners
from lesion_viewer.exchange.dicom.mask_outlines import Points, outline_of
from lesion_viewer.exchange.dicom.report_writing import MANUFACTURER, person_name
from lesion_viewer.exchange.dicom.segmentation_writing import require_frame_of_reference
from lesion_viewer.exchange.dicom.source_images import Say, SourceImages
from lesion_viewer.exchange.reviewed_lesions import drawn_by, lesions_by_series, numbered_paths
from lesion_viewer.exchange.tables.fitted_boxes import fitted, is_cut
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes, labelled
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.outlines import outlines
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import derived_uid, new_uid
from lesion_viewer.system.atomic_files import save_bytes

LABEL = "LESION REVIEW"
SERIES_NUMBER = 9103
CLOSED = "CLOSED_PLANAR"
COLOUR = [0, 200, 255]
COPIED = (
    *("StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber"),
    *("ReferringPhysicianName", "PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDescription", "IssuerOfPatientID"),
)
"""Elements of the images that say whose the study is; those of type 2 are there at least empty."""
OPTIONAL = ("StudyDescription", "IssuerOfPatientID")
MOST_OFF = 0.5
"""A contour is of the nearest slice where it lies no further from it than this share of a step."""


def export_structure_set(
    session: Session, output: Path, images: Path, say: Say = lambda text: None
) -> str:
    """Write the lesions of a review as an RT structure set, one file for each series.

    Each slice of a lesion has a closed contour: round the pixels that were outlined there, else the
    four corners of its box.

    Parameters
    ----------
    session : Session
        The review.
    output : Path
        File that is written; several series get ``name-1.dcm``, ``name-2.dcm`` ...
    images : Path
        Folder, zip or file of the study.
    say : Say
        Receives one sentence for each series that changed since the review.

    Returns
    -------
    str
        How many structures there are, in words.

    Raises
    ------
    ExchangeError
        Where there are no lesions, the images have no place in the patient or do not serve, or the
        file cannot be written.
    """
    sources, lesions = SourceImages(session, images, say), lesions_by_series(session)
    written = [_structure_set(session, *of, sources) for of in lesions.items()]
    for path, dataset in zip(numbered_paths(output, len(written)), written, strict=True):
        save_bytes(path, file_bytes(dataset))
    count = sum(map(len, lesions.values()))
    return "1 structure" if count == 1 else f"{count:,} structures"


def is_structure_set(content: bytes) -> bool:
    """Whether a DICOM file is an RT structure set.

    Parameters
    ----------
    content : bytes
        Of the file.
    """
    try:
        found = pydicom.dcmread(BytesIO(content), specific_tags=["SOPClassUID"])
        return bool(found.get("SOPClassUID") == RTStructureSetStorage)
    except Exception:  # whatever pydicom finds wrong
        return False


def read_structure_set(
    path: Path, content: bytes, geometries: Mapping[str, SeriesGeometry], key: str
) -> FoundBoxes:
    """The structures of an RT structure set as findings that nobody decided.

    A finding's box on a slice is the extent of its contours there, in stored pixels.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.
    geometries : Mapping[str, SeriesGeometry]
        UID -> where the slices of a series lie, of all series that may be meant.
    key : str
        Hash of the content.

    Returns
    -------
    FoundBoxes
        And what was left out.

    Raises
    ------
    ExchangeError
        Where the file is damaged, or none of its contours is on a slice.
    """
    try:
        structures = pydicom.dcmread(BytesIO(content))
        names = {
            int(roi.ROINumber): str(roi.get("ROIName") or "")
            for roi in structures.StructureSetROISequence
        }
        read = _Contours(geometries)
        findings = [
            labelled(path.name, uid, boxes, lesion_type_in(names.get(number, "")))
            for number, contours in _contours(structures)
            for uid, boxes in read.boxes(contours).items()
        ]
    except Exception as error:  # whatever pydicom finds wrong
        raise ExchangeError(f"{path}: is a damaged structure set: {error}") from error
    if not findings:
        raise ExchangeError(f"{path}: none of its contours is on a slice of this study")
    absent = (f"{read.absent:,} contours",) if read.absent else ()
    return FoundBoxes(key, tuple(findings), absent, clipped=read.clipped)


class _Contours:
    """Contours in the patient, and the slices that they lie on."""

    def __init__(self, geometries: Mapping[str, SeriesGeometry]) -> None:
        self._geometries = geometries
        self.absent = self.clipped = 0

    def boxes(self, contours: Sequence[Dataset]) -> dict[str, dict[int, Box]]:
        """Series UID -> slice index -> the extent of one structure there."""
        points: dict[str, dict[int, list[tuple[float, float]]]] = {}
        for contour in contours:
            at = _points(contour)
            found = self._slice_of(at)
            if found is None:
                self.absent += 1
                continue
            uid, index = found
            plane = self._geometries[uid].plane(index)
            on_slice = [plane.pixel(point) for point in at]
            points.setdefault(uid, {}).setdefault(index, []).extend(on_slice)
        return {uid: boxes for uid, of in points.items() if (boxes := dict(self._extents(uid, of)))}

    def _extents(
        self, uid: str, points: Mapping[int, list[tuple[float, float]]]
    ) -> Iterator[tuple[int, Box]]:
        for index, of in points.items():
            (x1, y1), (x2, y2) = np.min(of, axis=0).tolist(), np.max(of, axis=0).tolist()
            try:
                box = Box(x1, y1, x2, y2)
            except ValueError:
                self.absent += 1
                continue
            inside = fitted(box, self._geometries[uid].size)
            if inside is None:
                self.absent += 1
                continue
            self.clipped += is_cut(box, inside)
            yield index, inside

    def _slice_of(self, points: Sequence[Point]) -> tuple[str, int] | None:
        """The slice on whose plane all points of a contour lie."""
        for uid, geometry in self._geometries.items():
            index = geometry.nearest(points[0]).slice_index
            plane = geometry.plane(index)
            if max(abs(plane.distance_mm(one)) for one in points) <= MOST_OFF * _step(geometry):
                return uid, index
        return None


def _points(contour: Dataset) -> list[Point]:
    at = np.array(contour.ContourData, np.float64).reshape(-1, 3)
    if not len(at) or not np.isfinite(at).all():
        raise ValueError("a coordinate is no number")
    return [(float(x), float(y), float(z)) for x, y, z in at]


def _step(geometry: SeriesGeometry) -> float:
    """The smallest distance of two slices in mm; a slice alone has its thickness, else 1 mm."""
    steps = np.abs(np.diff(geometry.locations_mm))
    steps = steps[steps > 0]
    if len(steps):
        return float(steps.min())
    stated = [one for one in geometry.thickness_mm if one]
    return float(stated[0]) if stated else 1.0


def _contours(structures: Dataset) -> Iterator[tuple[int, list[Dataset]]]:
    """Number of each structure, and those of its contours that have an area."""
    for roi in structures.ROIContourSequence:
        contours = [
            one for one in roi.get("ContourSequence") or () if one.ContourGeometricType == CLOSED
        ]
        if contours:
            yield int(roi.ReferencedROINumber), contours


def _structure_set(
    session: Session, series_uid: str, findings: Sequence[Finding], sources: SourceImages
) -> Dataset:
    geometry = sources.series(series_uid).geometry
    indices = sorted({i for finding in findings for i in finding.boxes})
    headers = {i: sources.header((series_uid, i)) for i in indices}
    first = headers[indices[0]]
    require_frame_of_reference(first, "a structure set")
    if geometry is None:
        raise ExchangeError(f"series {series_uid}: where its slices lie is unknown")
    written = _beginning(session, series_uid, first)
    image_items = {i: _reference(h, sources.frame((series_uid, i))) for i, h in headers.items()}
    written.ReferencedFrameOfReferenceSequence = [_frame(first, list(image_items.values()))]
    written.StructureSetROISequence, written.ROIContourSequence = [], []
    written.RTROIObservationsSequence = []
    for number, finding in enumerate(findings, 1):
        roi, contours, observation = Dataset(), Dataset(), Dataset()
        roi.ROINumber, roi.ROIName = number, finding.lesion_type or "lesion"
        roi.ReferencedFrameOfReferenceUID = first.FrameOfReferenceUID
        roi.ROIDescription = f"Finding {number}, {drawn_by(finding)}; {finding.status.value}"
        roi.ROIGenerationAlgorithm = "SEMIAUTOMATIC" if finding.original_boxes else "MANUAL"
        contours.ReferencedROINumber, contours.ROIDisplayColor = number, COLOUR
        contours.ContourSequence = [
            _contour(geometry, index, line, image_items[index])
            for index, line in _outlines(finding).items()
        ]
        observation.ObservationNumber = observation.ReferencedROINumber = number
        observation.RTROIInterpretedType, observation.ROIInterpreter = "", ""
        written.StructureSetROISequence.append(roi)
        written.ROIContourSequence.append(contours)
        written.RTROIObservationsSequence.append(observation)
    readers = [f.decision.reader for f in findings if f.decision is not None]
    written.OperatorsName = person_name(readers[-1]) if readers else ""
    return written


def _beginning(session: Session, series_uid: str, header: Dataset) -> Dataset:
    """All of a structure set but the structures."""
    written, now = Dataset(), datetime.now()
    written.file_meta = FileMetaDataset()
    written.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    written.file_meta.MediaStorageSOPClassUID = written.SOPClassUID = RTStructureSetStorage
    written.SOPInstanceUID = UID(new_uid())
    written.file_meta.MediaStorageSOPInstanceUID = written.SOPInstanceUID
    written.SpecificCharacterSet = UTF_8
    for name in COPIED:
        if name in header or name not in OPTIONAL:
            setattr(written, name, header.get(name, ""))
    written.Modality, written.Manufacturer = "RTSTRUCT", MANUFACTURER
    written.ManufacturerModelName, written.SoftwareVersions = MANUFACTURER, __version__
    written.SeriesInstanceUID = derived_uid("structures", session.study_key, series_uid)
    written.SeriesNumber, written.SeriesDescription = SERIES_NUMBER, "Lesions of a review"
    written.InstanceNumber = 1
    written.FrameOfReferenceUID, written.PositionReferenceIndicator = header.FrameOfReferenceUID, ""
    written.StructureSetLabel = LABEL
    written.StructureSetDescription = str(NOT_A_DEVICE)
    written.StructureSetDate, written.StructureSetTime = (
        now.strftime("%Y%m%d"),
        now.strftime("%H%M%S"),
    )
    written.ApprovalStatus = "UNAPPROVED"
    return written


def _outlines(finding: Finding) -> dict[int, Points]:
    """Slice index -> the closed line round a lesion, the first corner again at its end."""
    outlined = outlines(finding)
    found: dict[int, Points] = {}
    for index, box in sorted(finding.boxes.items()):
        mask = outlined[index].mask if index in outlined else None
        found[index] = (
            corners(box) if mask is None else outline_of(mask.pixels, (mask.left, mask.top))
        )
    return found


def _reference(header: Dataset, frame: int | None) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = header.SOPClassUID
    item.ReferencedSOPInstanceUID = header.SOPInstanceUID
    if frame is not None:
        item.ReferencedFrameNumber = frame
    return item


def _frame(header: Dataset, images: Sequence[Dataset]) -> Dataset:
    """The frame of reference, with the study, series and images in it."""
    frame, study, series = Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID, series.ContourImageSequence = header.SeriesInstanceUID, list(images)
    study.ReferencedSOPClassUID = "1.2.840.10008.3.1.2.3.1"  # Detached Study Management, retired
    study.ReferencedSOPInstanceUID = header.StudyInstanceUID
    study.RTReferencedSeriesSequence = [series]
    frame.FrameOfReferenceUID = header.FrameOfReferenceUID
    frame.RTReferencedStudySequence = [study]
    return frame


def _contour(geometry: SeriesGeometry, index: int, line: Points, image: Dataset) -> Dataset:
    contour, points = Dataset(), line[:-1]
    contour.ContourImageSequence = [image]
    contour.ContourGeometricType, contour.NumberOfContourPoints = CLOSED, len(points)
    contour.ContourData = [
        pydicom.valuerep.DSfloat(value, auto_format=True)
        for x, y in points.tolist()
        for value in geometry.point(index, x, y)
    ]
    return contour
