"""Lesions as key images: secondary captures of their slices with the box drawn."""

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from highdicom.sc import SCImage
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.files import UTF_8, file_bytes
from lesion_viewer.exchange.dicom.report_writing import MANUFACTURER
from lesion_viewer.exchange.dicom.source_images import Say, SourceImages
from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.exchange.report.reported_lesions import ReportedLesion, reported_lesions
from lesion_viewer.geometry.stack import orientation_letters
from lesion_viewer.review.session import Session
from lesion_viewer.review.uids import derived_uid, new_uid
from lesion_viewer.system.atomic_files import replaced_files

SERIES_NUMBER = 9104


def export_key_images(
    session: Session, output: Path, images: Path, say: Say = lambda text: None
) -> str:
    """Write a secondary capture (PS3.3 A.8.1) for each lesion of a review, as a report shows it.

    Parameters
    ----------
    session : Session
        The review.
    output : Path
        Folder that gets ``lesion-1.dcm``, ``lesion-2.dcm`` ...; other files in it stay.
    images : Path
        Folder, zip or file of the study.
    say : Say
        Receives one sentence for each series that changed since the review.

    Returns
    -------
    str
        How many images there are, in words.

    Raises
    ------
    ExchangeError
        Where there is no lesion whose slice can be read, or the folder cannot be written.
    """
    sources = SourceImages(session, images, say)
    series_of = recorded_images(session).among(images, lambda text: None)
    lesions = [one for one in reported_lesions(session, series_of, {}) if one.series is not None]
    made = [_capture(session, lesion, sources) for lesion in lesions if lesion.picture]
    if not made:
        raise ExchangeError(f"{session.path}: has no lesion whose slice can be read")
    try:
        with replaced_files(output) as folder:
            for dataset in made:
                (folder / f"lesion-{dataset.InstanceNumber}.dcm").write_bytes(file_bytes(dataset))
    except OSError as error:
        raise ExchangeError(f"{output}: cannot be written: {error.strerror}") from error
    return "1 key image" if len(made) == 1 else f"{len(made):,} key images"


def _capture(session: Session, lesion: ReportedLesion, sources: SourceImages) -> Dataset:
    from PIL import Image

    place = lesion.finding.series_uid, lesion.place.index
    header, frame = sources.header(place), sources.frame(place)
    assert lesion.series is not None
    pixels = np.asarray(Image.open(BytesIO(lesion.picture)).convert("RGB"))
    turn, shape = lesion.series.turn, lesion.series.shape
    _, right, _, bottom = orientation_letters(turn.affine(lesion.series.affine, *shape[1:]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on names of one part, which are the images'
        capture = SCImage.from_ref_dataset(
            header,
            pixels,
            "RGB",
            8,
            "PATIENT",
            series_instance_uid=derived_uid("key images", session.study_key),
            series_number=SERIES_NUMBER,
            sop_instance_uid=new_uid(),
            instance_number=lesion.number,
            manufacturer=MANUFACTURER,
            patient_orientation=(right[:1], bottom[:1]) if right and bottom else None,
            transfer_syntax_uid=ExplicitVRLittleEndian,
            series_description="Key images of a review",
        )
    capture.ImageComments = f"Lesion {lesion.number}. {NOT_A_DEVICE}"
    source = Dataset()
    source.ReferencedSOPClassUID = header.SOPClassUID
    source.ReferencedSOPInstanceUID = header.SOPInstanceUID
    if frame is not None:
        source.ReferencedFrameNumber = frame
    capture.SourceImageSequence = [source]
    capture.BurnedInAnnotation, capture.Laterality = "NO", ""
    capture.SpecificCharacterSet = UTF_8
    return capture
