"""Lesions that a detector marked leave as masks, and are named as the detector's."""

import contextlib
import csv
import io
from pathlib import Path

import highdicom
import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.exchange.label_volumes.findings import read_label_volume
from lesion_viewer.exchange.report.report_content import report_content
from lesion_viewer.exchange.report.report_files import report_html, report_text
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.reading_mode import ReadingMode
from lesion_viewer.review.session import Session
from tests.exchange.reports import COLUMNS, ROOT, ROWS, SLICES, write_study
from tests.review.marked import MODEL, disc, marked, mask

LIVER = mask(20, 3, 5)
MARKED = (2, 3, 4)
DISC = np.zeros((ROWS, COLUMNS), bool)
DISC[30:41, 20:31] = disc(5)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_study(tmp_path / "images")


@pytest.fixture
def study(images: Path) -> Study:
    return open_study(images)


def reviewed(study: Study, path: Path, searched: int = SLICES) -> Session:
    """One accepted candidate, whose box on slice 4 was changed; one that is rejected."""
    session = Session.open(path, study.key, "ann")
    session.pictures.describe(study)
    run = session.proposals.begin_run(study.series[0].uid, MODEL)
    found = {
        i: ((marked(), marked(3, 60, 10, 0.4)) if i in MARKED else ()) for i in range(searched)
    }
    session.proposals.record_detections(
        run, [SliceDetections(i, boxes, True, LIVER) for i, boxes in found.items()]
    )
    accepted, rejected = by_score(session)
    session.accept(accepted.id)
    session.change_box(accepted.id, 4, Box(18, 28, 33, 43))
    session.reject(rejected.id)
    return session


def by_score(session: Session) -> list[Finding]:
    return sorted(session.findings.values(), key=lambda f: -(f.score or 0))


def exported(images: Path, review: Path, format: str, output: Path) -> Path:
    command = ["export", str(review), "--format", format, "--output", str(output)]
    assert main([*command, "--images", str(images)]) == 0
    return output


def expected(index: int) -> NDArray[np.bool_]:
    """The disc where the box is the detector's, the changed box where it is not."""
    pixels = DISC.copy()
    if index == 4:
        pixels[28:43, 18:33] = True
    return pixels


def test_a_segmentation_holds_the_marked_pixels(images: Path, study: Study, tmp_path: Path) -> None:
    reviewed(study, tmp_path / "a.review").close()
    path = exported(images, tmp_path / "a.review", "seg", tmp_path / "seg.dcm")
    segmentation = highdicom.seg.segread(path)
    (one,) = segmentation.SegmentSequence
    assert one.SegmentLabel == "Finding 1 (detector's mask; box on 1 of 3 slices)"
    assert one.SegmentAlgorithmType == "SEMIAUTOMATIC"
    for index in MARKED:
        pixels = segmentation.get_pixels_by_source_instance(
            [f"{ROOT}.3.{index + 1}"], segment_numbers=[1]
        )
        assert np.array_equal(pixels[0, :, :, 0] > 0, expected(index))


def test_a_segment_that_is_as_the_detector_marked_it_is_called_automatic(
    images: Path, study: Study, tmp_path: Path
) -> None:
    session = reviewed(study, tmp_path / "a.review")
    session.reset(by_score(session)[0].id)
    session.accept(by_score(session)[0].id)
    session.close()
    path = exported(images, tmp_path / "a.review", "seg", tmp_path / "seg.dcm")
    (one,) = highdicom.seg.segread(path).SegmentSequence
    assert (one.SegmentLabel, one.SegmentAlgorithmType) == (
        "Finding 1 (detector's mask)",
        "AUTOMATIC",
    )


def test_a_label_volume_lies_on_the_voxels_of_the_ct_and_comes_back(
    images: Path, study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = reviewed(study, tmp_path / "a.review")
    boxes = dict(by_score(session)[0].boxes)
    session.close()
    path = exported(images, tmp_path / "a.review", "labels", tmp_path / "lesions.nrrd")
    assert "1 label" in capsys.readouterr().err
    volume = sitk.ReadImage(str(path))
    values = sitk.GetArrayFromImage(volume)
    assert values.shape == (SLICES, ROWS, COLUMNS)
    for index in range(SLICES):
        wanted = expected(index) if index in MARKED else np.zeros((ROWS, COLUMNS), bool)
        assert np.array_equal(values[index] == 1, wanted)
    (series,) = study.series
    assert series.affine is not None
    x, y, z, _ = series.affine @ (20, 30, 2, 1)
    place = volume.TransformIndexToPhysicalPoint((20, 30, 2))
    assert place == pytest.approx((x, y, z), abs=1e-6)
    (found,) = read_label_volume(study, path, "").findings
    assert {i: b.as_tuple() for i, b in found.boxes.items()} == {
        i: b.as_tuple() for i, b in boxes.items()
    }


def test_coco_has_the_marked_pixels_as_runs(images: Path, study: Study, tmp_path: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    reviewed(study, tmp_path / "a.review").close()
    exported(images, tmp_path / "a.review", "coco", tmp_path / "out.json")
    with contextlib.redirect_stdout(io.StringIO()):
        opened = coco.COCO(str(tmp_path / "out.json"))
    indices = {i["id"]: i["slice_index"] for i in opened.loadImgs(opened.getImgIds())}
    seen = {indices[one["image_id"]]: one for one in opened.loadAnns(opened.getAnnIds())}
    assert set(seen) == set(MARKED)
    for index, one in seen.items():
        assert np.array_equal(opened.annToMask(one) > 0, expected(index))
        by = one["attributes"].get("mask_by")
        assert (by, one["area"]) == (None, 15 * 15) if index == 4 else ("detector", DISC.sum())


def test_volumes_leave_with_the_measurements_and_say_whose_they_are(
    images: Path, study: Study, tmp_path: Path
) -> None:
    session = reviewed(study, tmp_path / "a.review", searched=5)
    others = {by_score(session)[1].id}
    session.close()
    exported(images, tmp_path / "a.review", "coco", tmp_path / "out.json")
    with (tmp_path / "out.measurements.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["Finding_uid"] not in others]
    volumes = {row["Kind"]: row["Volume_ml"] for row in rows}
    # .7 mm x .9 mm x 2.5 mm a voxel.
    voxel_ml = 0.7 * 0.9 * 2.5 / 1000
    assert float(volumes["volume_from_detector"]) == pytest.approx(
        2 * DISC.sum() * voxel_ml, abs=5e-4
    )
    liver_ml = 5 * LIVER.count * voxel_ml
    assert float(volumes["liver_volume_from_detector_in_part"]) == pytest.approx(liver_ml, abs=5e-4)


def test_a_report_tells_volumes_but_nothing_before_the_first_read_is_done(
    study: Study, tmp_path: Path
) -> None:
    session = reviewed(study, tmp_path / "a.review", searched=5)
    series_of = {series.uid: series for series in study.series}.__getitem__
    liver = "(the detector's marks on 5 slices; 5 of 6 slices searched; cut by the end of the scan)"
    content = report_content(session, series_of)
    said = " ".join(report_text(content).split())
    assert "Volume 0.26 ml (the detector's marks on 2 slices)." in said
    assert f"Liver: 9.90 ml {liver}" in said
    assert '<td valign="top">0.26 ml' in report_html(content)
    session.reading.choose(ReadingMode.SECOND_READER)
    assert "Liver: " not in report_text(report_content(session, series_of))
    session.close()
