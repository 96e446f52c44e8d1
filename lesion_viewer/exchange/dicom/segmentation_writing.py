"""Lesions as a DICOM segmentation: a segment for each, from its masks or its boxes."""

import copy
import warnings
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from highdicom import AlgorithmIdentificationSequence, PlanePositionSequence
from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentDescription
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes as dicom_codes
from pydicom.sr.coding import Code

from lesion_viewer import __version__
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.files import UTF_8, file_bytes
from lesion_viewer.exchange.dicom.report_writing import MANUFACTURER, person_name
from lesion_viewer.exchange.dicom.source_images import Say, SourceImages
from lesion_viewer.exchange.reviewed_lesions import (
    drawn_by,
    lesions_by_series,
    numbered_paths,
    pixels_of,
)
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.outlines import outlines
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import derived_uid, new_uid
from lesion_viewer.system.atomic_files import save_bytes

ABNORMAL = Code("49755003", "SCT", "Morphologically Abnormal Structure")
SERIES_NUMBER = 9102
MAX_VOXELS = 2**31
"""Of all segments together, which are in memory at once."""


def export_segmentation(
    session: Session, output: Path, images: Path, say: Say = lambda text: None
) -> str:
    """Write the lesions of a review as a segmentation (PS3.3 A.51), one file for each series.

    A segment's label says whether it is of a reader's masks, of the detector's, or of boxes, which
    a lesion seldom fills.

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
    frames = [sources.name((series_uid, i))[1] for i in indices]
    images, positions = _placed(headers, frames)
    if len(indices) * rows * columns * len(findings) > MAX_VOXELS:
        raise ExchangeError(f"{session.path}: {len(findings)} lesions are too many for one file")
    pixels = np.zeros((len(indices), rows, columns, len(findings)), np.uint8)
    for n, finding in enumerate(findings):
        for index, own in pixels_of(finding, (rows, columns)).items():
            pixels[indices.index(index), :, :, n] = own
    described = [_described(finding, n) for n, finding in enumerate(findings, 1)]
    readers = [f.decision.reader for f in findings if f.decision is not None]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on names of one part, which are the images'
            dataset = Segmentation(
                images,
                pixels,
                "BINARY",
                described,
                plane_positions=positions,
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
    except (ValueError, AttributeError) as error:
        raise ExchangeError(
            f"the images of series {headers[0].SeriesInstanceUID} can have no segmentation: {error}"
        ) from error
    if positions is not None:
        _keep_sources(dataset, {frame + 1 for frame in frames})
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


def _placed(
    headers: Sequence[Dataset], frames: Sequence[int]
) -> tuple[list[Dataset], list[PlanePositionSequence] | None]:
    """The images that a segmentation is of, and where its planes lie where that is one image.

    Of an image with several frames (PS3.3 A.38) a segmentation needs the directions and the spacing
    that all of them share, which some files repeat for each frame.
    """
    if "PerFrameFunctionalGroupsSequence" not in headers[0]:
        return list(headers), None
    if len({header.SOPInstanceUID for header in headers}) > 1:
        raise ExchangeError(
            f"the lesions of series {headers[0].SeriesInstanceUID} are on several files of several"
            " frames each, which one segmentation cannot be of; a structured report (sr) can"
        )
    image = copy.deepcopy(headers[0])
    shared, own = image.SharedFunctionalGroupsSequence[0], image.PerFrameFunctionalGroupsSequence
    for name in ("PlaneOrientationSequence", "PixelMeasuresSequence"):
        if name not in shared:
            if any(own[n].get(name) != own[frames[0]].get(name) for n in frames):
                raise ExchangeError(
                    f"the frames of series {image.SeriesInstanceUID} have different directions or"
                    " pixel spacings, which one segmentation cannot have"
                )
            setattr(shared, name, own[frames[0]].get(name))
    return [image], [
        PlanePositionSequence.from_sequence(own[n].PlanePositionSequence) for n in frames
    ]


def _keep_sources(segmentation: Dataset, frames: Collection[int]) -> None:
    """Leave out source frames that are none of these, such as those of another phase there."""
    for group in segmentation.PerFrameFunctionalGroupsSequence:
        (derivation,) = group.DerivationImageSequence
        derivation.SourceImageSequence = [
            one for one in derivation.SourceImageSequence if one.ReferencedFrameNumber in frames
        ]


def _described(finding: Finding, number: int) -> SegmentDescription:
    is_model = finding.origin.kind is OriginKind.MODEL
    by_model = {i for i, one in outlines(finding).items() if one.is_model}
    how = SegmentAlgorithmTypeValues.MANUAL
    if is_model:
        is_as_marked = by_model == finding.boxes.keys()
        how = SegmentAlgorithmTypeValues["AUTOMATIC" if is_as_marked else "SEMIAUTOMATIC"]
    algorithm = AlgorithmIdentificationSequence(
        finding.origin.name, dicom_codes.DCM.ArtificialIntelligence, finding.origin.version or "0"
    )
    site = codes.SITES.get(finding.lesion_type)
    return SegmentDescription(
        number,
        f"Finding {number} ({drawn_by(finding)})"[:64],
        ABNORMAL,
        codes.LESION,
        how,
        algorithm if is_model else None,
        tracking_uid=finding.id,
        tracking_id=f"Finding {number}",
        anatomic_regions=[site] if site else None,
    )
