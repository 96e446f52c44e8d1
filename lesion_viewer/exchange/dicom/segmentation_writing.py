"""Lesions as a DICOM segmentation: a segment for each, from its masks or its boxes."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from highdicom import AlgorithmIdentificationSequence
from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentDescription
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes as dicom_codes
from pydicom.sr.coding import Code

from lesion_viewer import __version__
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.files import UTF_8, file_bytes
from lesion_viewer.exchange.dicom.report_writing import MANUFACTURER, person_name
from lesion_viewer.exchange.dicom.source_images import Say, SourceImages
from lesion_viewer.review.annotations.shapes import Mask
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.followup.lesion import LESIONS
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import derived_uid, new_uid
from lesion_viewer.system.atomic_files import save_bytes

ABNORMAL = Code("49755003", "SCT", "Morphologically Abnormal Structure")
SERIES_NUMBER = 9102
MAX_VOXELS = 2**31
"""Of all segments together, which are in memory at once."""


def lesions_by_series(session: Session) -> dict[str, list[Finding]]:
    """The lesions that a reader accepted, corrected or added.

    Parameters
    ----------
    session : Session
        The review.

    Returns
    -------
    dict[str, list[Finding]]
        UID of a series -> its lesions, in the order of their arrival.

    Raises
    ------
    ExchangeError
        Where there is none.
    """
    found: dict[str, list[Finding]] = {}
    for finding in sorted(session.findings.values(), key=lambda f: f.arrival):
        if finding.status in LESIONS and finding.boxes:
            found.setdefault(finding.series_uid, []).append(finding)
    if not found:
        raise ExchangeError(f"{session.path}: no finding is accepted, corrected or added yet")
    return found


def numbered_paths(output: Path, count: int) -> list[Path]:
    """A path for each of several files: ``name.dcm``, or ``name-1.dcm``, ``name-2.dcm`` ...

    Parameters
    ----------
    output : Path
        The path that was asked for.
    count : int
        How many files there are.

    Returns
    -------
    list[Path]
        In their order.
    """
    if count == 1:
        return [output]
    return [output.with_name(f"{output.stem}-{n}{output.suffix}") for n in range(1, count + 1)]


def export_segmentation(
    session: Session, output: Path, images: Path, say: Say = lambda text: None
) -> str:
    """Write the lesions of a review as a segmentation (PS3.3 A.51), one file for each series.

    A segment's label says whether it is of masks or of boxes, which a lesion seldom fills.

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
        How many segments there are, in words.

    Raises
    ------
    ExchangeError
        Where there are no lesions, the images have no Frame of Reference UID or do not serve, or
        the file cannot be written.
    """
    sources, lesions = SourceImages(session, images, say), lesions_by_series(session)
    written = [
        segmentation_of(session, uid, findings, sources) for uid, findings in lesions.items()
    ]
    for path, dataset in zip(numbered_paths(output, len(written)), written, strict=True):
        save_bytes(path, file_bytes(dataset))
    count = sum(map(len, lesions.values()))
    return "1 segment" if count == 1 else f"{count:,} segments"


def segmentation_of(
    session: Session, series_uid: str, findings: Sequence[Finding], sources: SourceImages
) -> Dataset:
    """The segmentation of some findings of one series.

    Parameters
    ----------
    session : Session
        The review.
    series_uid : str
        UID of the series.
    findings : Sequence[Finding]
        Each becomes a segment.
    sources : SourceImages
        The images of the review.

    Returns
    -------
    Dataset
        With its file meta information.

    Raises
    ------
    ExchangeError
        Where the images have no Frame of Reference UID or do not serve.
    """
    _, rows, columns = session.pictures.series()[series_uid].shape
    indices = sorted({i for finding in findings for i in finding.boxes})
    headers = [sources.header((series_uid, i)) for i in indices]
    require_frame_of_reference(headers[0], "a segmentation")
    if any(int(header.get("NumberOfFrames") or 1) > 1 for header in headers):
        raise ExchangeError(
            f"{session.path}: a segmentation of images with several frames is not written yet;"
            " a structured report is"
        )
    if len(indices) * rows * columns * len(findings) > MAX_VOXELS:
        raise ExchangeError(f"{session.path}: {len(findings)} lesions are too many for one file")
    pixels = np.zeros((len(indices), rows, columns, len(findings)), np.uint8)
    for n, finding in enumerate(findings):
        for place, index in enumerate(indices):
            if index in finding.boxes:
                pixels[place, :, :, n] = pixels_of(finding, index, (rows, columns))
    described = [_described(finding, n) for n, finding in enumerate(findings, 1)]
    readers = [f.decision.reader for f in findings if f.decision is not None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on names of one part, which are the images'
        dataset = Segmentation(
            headers,
            pixels,
            "BINARY",
            described,
            series_instance_uid=derived_uid("segmentations", session.study_key, series_uid),
            series_number=SERIES_NUMBER,
            sop_instance_uid=new_uid(),
            instance_number=1,
            manufacturer=MANUFACTURER,
            manufacturer_model_name=MANUFACTURER,
            software_versions=__version__,
            device_serial_number="1",
            content_label="LESIONS",
            content_description="Lesions of a review; not for diagnosis",
            content_creator_name=person_name(readers[-1]) if readers else None,
            series_description="Lesions of a review",
        )
    dataset.SpecificCharacterSet = UTF_8
    return dataset


def require_frame_of_reference(header: Dataset, what: str) -> None:
    """Raise where images state no Frame of Reference UID, without which an object has no place.

    Parameters
    ----------
    header : Dataset
        Of an image.
    what : str
        What was to be made of it.

    Raises
    ------
    ExchangeError
        One line that names what does serve.
    """
    if not header.get("FrameOfReferenceUID"):
        raise ExchangeError(
            f"the images of series {header.SeriesInstanceUID} have no Frame of Reference UID, which"
            f" {what} needs; a structured report (sr) does without"
        )


def pixels_of(finding: Finding, index: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels of a lesion on a slice: those of its masks, else those whose centre its box holds.

    Parameters
    ----------
    finding : Finding
        With a box on the slice.
    index : int
        The slice, from 0.
    shape : tuple[int, int]
        Rows and columns.

    Returns
    -------
    NDArray[np.bool_]
        (rows, columns), at least one of them true.
    """
    found = np.zeros(shape, bool)
    for one in finding.annotations.values():
        if one.slice_index == index and isinstance(one.shape, Mask):
            (x, y), part = one.shape.corner, one.shape.pixels
            found[y : y + part.shape[0], x : x + part.shape[1]] |= part
    if not found.any():
        left, top, right, bottom = _centres_in(finding.boxes[index])
        found[top:bottom, left:right] = True
    return found


def _centres_in(box: Box) -> tuple[int, int, int, int]:
    """Columns and rows of the pixels whose centres a box holds; at least one."""
    left, top = round(box.x1), round(box.y1)
    return left, top, max(round(box.x2), left + 1), max(round(box.y2), top + 1)


def _described(finding: Finding, number: int) -> SegmentDescription:
    has_masks = any(isinstance(one.shape, Mask) for one in finding.annotations.values())
    is_model = finding.origin.kind is OriginKind.MODEL
    algorithm = AlgorithmIdentificationSequence(
        finding.origin.name, dicom_codes.DCM.ArtificialIntelligence, finding.origin.version or "0"
    )
    site = codes.SITES.get(finding.lesion_type)
    return SegmentDescription(
        number,
        f"Finding {number} ({'mask' if has_masks else 'box'})"[:64],
        ABNORMAL,
        codes.LESION,
        SegmentAlgorithmTypeValues.SEMIAUTOMATIC if is_model else SegmentAlgorithmTypeValues.MANUAL,
        algorithm if is_model else None,
        tracking_uid=finding.id,
        tracking_id=f"Finding {number}",
        anatomic_regions=[site] if site else None,
    )
