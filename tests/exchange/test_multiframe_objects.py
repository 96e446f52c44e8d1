"""Objects of an enhanced CT, whose slices are frames of one file that are not in their order."""

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.shapes import Line, Mask
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file
from tests.exchange.reports import ROOT
from tests.exchange.test_structured_reports import faults, needs_dciodvfy, opened

ENHANCED = "1.2.840.10008.5.1.4.1.1.2.1"
INSTANCE = f"{ROOT}.9.3"
ROWS, COLUMNS = 48, 56
HEIGHTS_MM = (7.5, 0.0, 2.5, 5.0)
"""Of the frames in the order of the file."""
FRAME_AT = {index: HEIGHTS_MM.index(2.5 * index) + 1 for index in range(len(HEIGHTS_MM))}
"""Index of a slice -> number of its frame, from 1."""
BOXES = {1: Box(10, 12, 20, 25), 2: Box(11, 12.5, 21, 26), 3: Box(12, 13, 19, 24)}
PIXELS = np.zeros((ROWS, COLUMNS), bool)
PIXELS[14:20, 13:18] = PIXELS[20:23, 15:17] = True


def item(**values: object) -> Dataset:
    dataset = Dataset()
    for name, value in values.items():
        setattr(dataset, name, value)
    return dataset


def write_enhanced(folder: Path, *, is_shared: bool = True) -> Path:
    """A CT of four frames; directions and spacing stand once, or with every frame."""
    folder.mkdir(parents=True)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(ENHANCED), UID(INSTANCE)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    image.SOPClassUID, image.SOPInstanceUID = ENHANCED, INSTANCE
    image.StudyInstanceUID, image.SeriesInstanceUID = f"{ROOT}.9.1", f"{ROOT}.9.2"
    image.FrameOfReferenceUID, image.PositionReferenceIndicator = f"{ROOT}.9.4", ""
    image.PatientName, image.PatientID, image.PatientSex = "Doe^Jane", "4711", "F"
    image.PatientBirthDate, image.StudyID, image.AccessionNumber = "19700101", "9", "A1"
    image.StudyDate, image.StudyTime, image.ReferringPhysicianName = "20240501", "101500", ""
    image.Modality, image.Manufacturer, image.SeriesNumber, image.InstanceNumber = "CT", "T", 2, 1
    image.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    image.NumberOfFrames, image.Rows, image.Columns = len(HEIGHTS_MM), ROWS, COLUMNS
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 1
    directions = item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    measures = item(PixelSpacing=[0.7, 0.9], SliceThickness=2.5)
    stated = {"PlaneOrientationSequence": [directions], "PixelMeasuresSequence": [measures]}
    values = item(RescaleSlope=1, RescaleIntercept=0, RescaleType="HU")
    shared = item(PixelValueTransformationSequence=[values], **(stated if is_shared else {}))
    image.SharedFunctionalGroupsSequence = [shared]
    image.PerFrameFunctionalGroupsSequence = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[-10, -20, height])],
            **({} if is_shared else stated),
        )
        for height in HEIGHTS_MM
    ]
    frames = [np.full((ROWS, COLUMNS), round(height), np.int16) for height in HEIGHTS_MM]
    image.PixelData = np.stack(frames).tobytes()
    pydicom.dcmwrite(folder / "enhanced", image, enforce_file_format=True)
    return folder


def reviewed(images: Path, path: Path) -> str:
    """A drawn lesion on three slices, with a mask on one, and a distance; the lesion's id."""
    session = opened(images, path)
    (uid,) = session.pictures.series()
    lesion = session.add(uid, 1, BOXES[1])
    for index in (2, 3):
        session.add_box(lesion, index, BOXES[index])
    session.annotate(lesion, 3, Mask.of(PIXELS))
    session.annotate(lesion, 2, Line((10, 12), (20, 25)))
    session.close()
    return lesion


@pytest.fixture(params=[True, False], ids=["shared", "with every frame"])
def images(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write_enhanced(tmp_path / "images", is_shared=request.param)


def exported(images: Path, folder: Path, format: str, name: str) -> Path:
    command = ["export", str(folder / "a.review"), "--format", format]
    command += ["--output", str(folder / name), "--images", str(images)]
    assert main(command) == 0
    return folder / name


def test_a_segmentation_has_its_pixels_on_the_frames_that_were_reviewed(
    images: Path, tmp_path: Path
) -> None:
    reviewed(images, tmp_path / "a.review")
    path = exported(images, tmp_path, "seg", "seg.dcm")
    segmentation = highdicom.seg.segread(path)
    expected = {FRAME_AT[3]: PIXELS}
    for index in (1, 2):
        x1, y1, x2, y2 = (round(edge) for edge in BOXES[index].as_tuple())
        expected[FRAME_AT[index]] = np.zeros((ROWS, COLUMNS), bool)
        expected[FRAME_AT[index]][y1:y2, x1:x2] = True
    pixels = segmentation.get_pixels_by_source_frame(INSTANCE, sorted(expected))[..., 0]
    for found, frame in zip(pixels, sorted(expected), strict=True):
        assert (found == expected[frame]).all(), frame
    heights = {
        group.PlanePositionSequence[0].ImagePositionPatient[2]
        for group in segmentation.PerFrameFunctionalGroupsSequence
    }
    assert heights == {2.5, 5.0, 7.5}


def test_segmentation_and_structure_set_come_back_on_the_same_slices(
    images: Path, tmp_path: Path
) -> None:
    reviewed(images, tmp_path / "a.review")
    for format in ("seg", "rtstruct"):
        path = exported(images, tmp_path, format, f"{format}.dcm")
        session = opened(images, tmp_path / f"{format}.review")
        import_file(session, open_study(images), path)
        (finding,) = session.findings.values()
        assert finding.boxes.keys() == BOXES.keys(), format
        assert finding.boxes[1].as_tuple() == pytest.approx(BOXES[1].as_tuple()), format
        assert finding.boxes[3].as_tuple() == pytest.approx((13, 14, 18, 23)), format
        session.close()


def test_every_object_names_the_frame_that_it_is_of(images: Path, tmp_path: Path) -> None:
    lesion = reviewed(images, tmp_path / "a.review")
    structures = pydicom.dcmread(exported(images, tmp_path, "rtstruct", "rt.dcm"))
    contours = structures.ROIContourSequence[0].ContourSequence
    named = {
        contour.ContourData[2]: contour.ContourImageSequence[0].ReferencedFrameNumber
        for contour in contours
    }
    assert named == {2.5 * index: FRAME_AT[index] for index in BOXES}
    report = pydicom.dcmread(exported(images, tmp_path, "sr", "report.dcm"))
    frames = [e.value for e in report.iterall() if e.keyword == "ReferencedFrameNumber"]
    # A region for each slice; the mask; the distance; the volume of boxes.
    expected = [*BOXES, 3, 2, *BOXES]
    assert sorted(frames) == sorted(FRAME_AT[index] for index in expected)
    key = pydicom.dcmread(exported(images, tmp_path, "keyimages", "keys") / "lesion-1.dcm")
    (source,) = key.SourceImageSequence
    review = Session.open(tmp_path / "a.review", None, "")
    shown = review.findings[lesion].key_slice
    review.close()
    assert source.ReferencedSOPInstanceUID == INSTANCE
    assert source.ReferencedFrameNumber == FRAME_AT[shown]


def test_a_report_comes_back_on_the_same_slices(images: Path, tmp_path: Path) -> None:
    lesion = reviewed(images, tmp_path / "a.review")
    path = exported(images, tmp_path, "sr", "report.dcm")
    former = Session.open(tmp_path / "a.review", None, "")
    session = opened(images, tmp_path / "b.review")
    found = import_file(session, open_study(images), path)
    assert not found.left_out.unusable and not found.left_out.absent
    assert session.findings[lesion].boxes == BOXES
    assert session.findings[lesion].annotations == former.findings[lesion].annotations
    session.close()
    former.close()


@needs_dciodvfy
def test_the_objects_conform(images: Path, tmp_path: Path) -> None:
    reviewed(images, tmp_path / "a.review")
    for format in ("seg", "rtstruct", "sr"):
        assert faults(exported(images, tmp_path, format, f"{format}.dcm")) == []
    assert faults(exported(images, tmp_path, "keyimages", "keys") / "lesion-1.dcm") == []
