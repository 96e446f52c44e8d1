"""Lesions as segmentation, structure set and key images: what leaves, and what comes back."""

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.sr import MeasurementReport
from pydicom.sr.coding import Code

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.errors import ExchangeError
from lesion_viewer.review.annotations.shapes import Mask, Rectangle
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file
from tests.exchange.reports import COLUMNS, MODEL, ROOT, ROWS, review_of, write_study
from tests.exchange.test_structured_reports import faults, needs_dciodvfy, opened

ATTENUATION = Code("112031", "DCM", "Attenuation Coefficient")
VOLUME = Code("118565006", "SCT", "Volume")
KEPT = (Status.ACCEPTED, Status.CORRECTED, Status.ADDED)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_study(tmp_path / "images")


def exported(images: Path, folder: Path, format: str, name: str) -> Path:
    path = folder / name
    command = ["export", str(folder / "a.review"), "--format", format, "--output", str(path)]
    assert main([*command, "--images", str(images)]) == 0
    return path


def lesions(folder: Path) -> list[Finding]:
    session = Session.open(folder / "a.review", None, "")
    found = [f for f in session.findings.values() if f.status in KEPT]
    session.close()
    return found


def test_a_segmentation_holds_the_pixels_of_each_lesion(images: Path, tmp_path: Path) -> None:
    review_of(images, tmp_path / "a.review").close()
    segmentation = highdicom.seg.segread(exported(images, tmp_path, "seg", "seg.dcm"))
    found = lesions(tmp_path)
    assert segmentation.number_of_segments == len(found) == 3
    assert {d.tracking_uid for d in segmentation.SegmentSequence} == {f.id for f in found}
    assert segmentation.StudyInstanceUID == f"{ROOT}.1"
    uids = [f"{ROOT}.3.{n + 1}" for n in range(6)]
    for description in segmentation.SegmentSequence:
        finding = next(f for f in found if f.id == description.tracking_uid)
        assert description.SegmentLabel.endswith("(box)")
        for index, box in finding.boxes.items():
            pixels = segmentation.get_pixels_by_source_instance(
                [uids[index]], segment_numbers=[description.segment_number]
            )[0, :, :, 0]
            rows, columns = np.nonzero(pixels)
            extent = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            assert extent == tuple(map(round, box.as_tuple()))
            assert pixels.sum() == (extent[2] - extent[0]) * (extent[3] - extent[1])


def test_a_mask_leaves_as_it_is_and_is_named_one(images: Path, tmp_path: Path) -> None:
    session = review_of(images, tmp_path / "a.review")
    (drawn,) = (f for f in session.findings.values() if f.status is Status.ADDED)
    drawn_pixels = np.zeros((ROWS, COLUMNS), bool)
    drawn_pixels[12:15, 11:19] = drawn_pixels[15:18, 13:15] = True
    session.annotate(drawn.id, 4, Mask.of(drawn_pixels))
    session.close()
    segmentation = highdicom.seg.segread(exported(images, tmp_path, "seg", "seg.dcm"))
    (one,) = (d for d in segmentation.SegmentSequence if d.tracking_uid == drawn.id)
    assert one.SegmentLabel.endswith("(mask)")
    pixels = segmentation.get_pixels_by_source_instance(
        [f"{ROOT}.3.5"], segment_numbers=[one.segment_number]
    )
    assert (pixels[0, :, :, 0] == drawn_pixels).all()


@needs_dciodvfy
def test_all_objects_conform(images: Path, tmp_path: Path) -> None:
    review_of(images, tmp_path / "a.review").close()
    for format in ("seg", "rtstruct"):
        assert faults(exported(images, tmp_path, format, f"{format}.dcm")) == []
    folder = exported(images, tmp_path, "keyimages", "keys")
    assert len(list(folder.iterdir())) == 3
    for path in folder.iterdir():
        assert faults(path) == []


def test_segmentation_and_structure_set_come_back_as_the_same_boxes(
    images: Path, tmp_path: Path
) -> None:
    review_of(images, tmp_path / "a.review").close()
    wanted = sorted(
        ({i: b.as_tuple() for i, b in f.boxes.items()} for f in lesions(tmp_path)), key=str
    )
    for format, tolerance in (("seg", 0.5), ("rtstruct", 1e-4)):
        path = exported(images, tmp_path, format, f"{format}.dcm")
        session = opened(images, tmp_path / f"{format}.review")
        found = import_file(session, open_study(images), path)
        assert found.left_out.absent == 0 and not found.left_out.unusable
        boxes = sorted(
            ({i: b.as_tuple() for i, b in f.boxes.items()} for f in session.findings.values()),
            key=str,
        )
        assert len(boxes) == len(wanted)
        for ours, theirs in zip(boxes, wanted, strict=True):
            assert ours.keys() == theirs.keys()
            for index, box in ours.items():
                assert box == pytest.approx(theirs[index], abs=tolerance + 1e-9)
        session.close()


def test_contours_lie_where_the_boxes_are_in_the_patient(images: Path, tmp_path: Path) -> None:
    review_of(images, tmp_path / "a.review").close()
    structures = pydicom.dcmread(exported(images, tmp_path, "rtstruct", "rt.dcm"))
    geometry = open_study(images).series[0].geometry
    assert geometry is not None
    (drawn,) = (f for f in lesions(tmp_path) if f.status is Status.ADDED)
    names = {r.ROINumber: r.ROIName for r in structures.StructureSetROISequence}
    (roi,) = (
        r for r in structures.ROIContourSequence if names[r.ReferencedROINumber] == "adrenal gland"
    )
    (contour,) = roi.ContourSequence
    points = np.array(contour.ContourData, float).reshape(-1, 3)
    box = drawn.boxes[4]
    assert points[0] == pytest.approx(geometry.point(4, box.x1, box.y1), abs=1e-6)
    assert points[2] == pytest.approx(geometry.point(4, box.x2, box.y2), abs=1e-6)
    assert contour.ContourImageSequence[0].ReferencedSOPInstanceUID == f"{ROOT}.3.5"


def test_what_the_detector_marked_leaves_as_contour_and_volume_and_stays_with_its_finding(
    images: Path, tmp_path: Path
) -> None:
    session = opened(images, tmp_path / "a.review")
    (uid,) = session.pictures.series()
    marked = np.zeros((ROWS, COLUMNS), bool)
    marked[12:15, 11:19] = marked[15:18, 13:15] = True
    detection = Detection(Box(10, 11, 20, 19), 0.8, mask=SliceMask.of(marked))
    run = session.proposals.begin_run(uid, MODEL)
    session.proposals.record_detections(run, [SliceDetections(i, (detection,)) for i in (2, 3)])
    (finding,) = session.findings.values()
    session.accept(finding.id)
    session.close()
    structures = pydicom.dcmread(exported(images, tmp_path, "rtstruct", "rt.dcm"))
    assert structures.StructureSetROISequence[0].ROIDescription.endswith("mask; accepted")
    assert [c.NumberOfContourPoints for c in structures.ROIContourSequence[0].ContourSequence] == [
        8,
        8,
    ]
    content = highdicom.sr.srread(exported(images, tmp_path, "sr", "report.dcm")).content
    assert isinstance(content, MeasurementReport)
    volumes = [
        measured
        for group in content.get_image_measurement_groups(tracking_uid=finding.id)
        for measured in group.get_measurements(VOLUME)
    ]
    assert volumes[1].value == pytest.approx(2 * marked.sum() * 0.7 * 0.9 * 2.5 / 1000)
    assert [c.graphic_type.value for c in volumes[1].referenced_coordinates] == ["POLYLINE"] * 2
    session = Session.open(tmp_path / "a.review", None, "")
    session.reject(finding.id)
    import_file(session, open_study(images), tmp_path / "report.dcm")
    after = session.findings[finding.id]
    assert after.status is Status.ACCEPTED and after.masks.keys() == {2, 3}
    session.close()


def test_contours_and_values_are_of_the_reviewed_slices_where_more_arrived_since(
    images: Path, tmp_path: Path
) -> None:
    geometry = open_study(images).series[0].geometry
    assert geometry is not None
    late = (images / "IM000").rename(tmp_path / "IM000")
    session = opened(images, tmp_path / "a.review")
    (uid,) = session.pictures.series()
    drawn = session.add(uid, 2, Box(10, 11, 20, 21))
    measured = session.annotate(drawn, 2, Rectangle(Box(10, 11, 20, 21)))
    session.close()
    late.rename(images / "IM000")
    structures = pydicom.dcmread(exported(images, tmp_path, "rtstruct", "rt.dcm"))
    (contour,) = structures.ROIContourSequence[0].ContourSequence
    assert contour.ContourImageSequence[0].ReferencedSOPInstanceUID == f"{ROOT}.3.4"
    points = np.array(contour.ContourData, float).reshape(-1, 3)
    assert points[0] == pytest.approx(geometry.point(3, 10, 11), abs=1e-6)
    content = highdicom.sr.srread(exported(images, tmp_path, "sr", "report.dcm")).content
    assert isinstance(content, MeasurementReport)
    (group,) = content.get_planar_roi_measurement_groups(tracking_uid=measured)
    values = [m.value for m in group.get_measurements(ATTENUATION)]
    assert values == [43, 0, 43, 43], "a slice of write_study has 40 HU and its index"


def test_a_key_image_shows_the_lesion_and_says_what_it_is(images: Path, tmp_path: Path) -> None:
    review_of(images, tmp_path / "a.review").close()
    folder = exported(images, tmp_path, "keyimages", "keys")
    image = pydicom.dcmread(folder / "lesion-1.dcm")
    assert image.PhotometricInterpretation == "RGB" and image.PatientName == "Doe^Jane"
    assert "Not a medical device" in image.ImageComments
    assert list(image.PatientOrientation) == ["L", "P"]
    pixels = image.pixel_array.astype(int)
    is_box = (pixels[..., 2] - pixels[..., 0]) > 150
    rows, columns = np.nonzero(is_box)
    (finding,) = (f for f in lesions(tmp_path) if f.status is Status.ACCEPTED)
    box = finding.boxes[1]
    scale = pixels.shape[1] / COLUMNS
    assert columns.min() == pytest.approx(box.x1 * scale, abs=4)
    assert columns.max() == pytest.approx(box.x2 * scale, abs=4)


def test_images_without_a_frame_of_reference_are_refused_by_what_does_serve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = write_study(tmp_path / "images", FrameOfReferenceUID=None)
    review_of(images, tmp_path / "a.review").close()
    for format in ("seg", "rtstruct"):
        path = tmp_path / f"{format}.dcm"
        command = ["export", str(tmp_path / "a.review"), "--format", format, "--output", str(path)]
        assert main([*command, "--images", str(images)]) == 1
        said = capsys.readouterr().err
        assert "have no Frame of Reference UID" in said and "a structured report" in said
        assert not path.exists()


def test_a_review_without_lesions_and_a_damaged_structure_set_are_said(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review_of(images, tmp_path / "a.review").close()
    path = exported(images, tmp_path, "rtstruct", "rt.dcm")
    opened(images, tmp_path / "b.review").close()
    command = ["export", str(tmp_path / "b.review"), "--format", "seg", "--output", "x.dcm"]
    assert main([*command, "--images", str(images)]) == 1
    assert "no finding is accepted, corrected or added yet" in capsys.readouterr().err
    structures = pydicom.dcmread(path)
    structures.ROIContourSequence[0].ContourSequence[0].ContourData = ["1", "2"]
    structures.save_as(tmp_path / "bad.dcm")
    session = opened(images, tmp_path / "c.review")

    with pytest.raises(ExchangeError, match=r"bad\.dcm: is a damaged structure set"):
        import_file(session, open_study(images), tmp_path / "bad.dcm")
    session.close()
