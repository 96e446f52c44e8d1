"""Files that leave and enter beside another picture than the one that was reviewed."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import digest_of
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import StudyReviews, is_other_image
from lesion_viewer.review.worklist.proposals import propose
from tests.exchange.imported import import_file
from tests.exchange.small_deeplesion import write_project

Change = Callable[[pydicom.Dataset], None]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    hu = np.random.default_rng(1).integers(-200, 200, (6, 64, 64)).astype(np.int16)
    write_series(folder, hu, (5.0, 0.8, 0.8), seed=1)
    return folder


@pytest.fixture
def review(study: Path, tmp_path: Path) -> Path:
    """A finding on slice 2, of a review that knows the pixels of its slices."""
    file = tmp_path / "a.review"
    opened = open_study(study)
    for _ in range(2):  # the pixels are taken down when what was reviewed is opened again
        reviews = StudyReviews.open(file, opened, "ann")
        if not reviews.base.findings:
            reviews.base.add(opened.series[0].uid, 2, Box(10, 20, 30, 40))
        reviews.close()
    return file


def change_study(study: Path, change: Change) -> None:
    for file in study.glob("*.dcm"):
        image = pydicom.dcmread(file)
        change(image)
        image.save_as(file)


def brighter(image: pydicom.Dataset) -> None:
    image.PixelData = (image.pixel_array + 1).tobytes()


def coarser(image: pydicom.Dataset) -> None:
    image.PixelSpacing = [0.9, 0.9]


def report(review: Path, images: Path, to: Path) -> str:
    arguments = ["--format", "report", "--images", str(images), "--output", str(to)]
    assert main(["export", str(review), *arguments]) == 0
    return to.read_text()


@pytest.mark.parametrize(
    ("change", "what"), [(brighter, "other pixels of Im 1, 4, 6"), (coarser, "other spacing")]
)
def test_a_report_has_no_picture_of_what_was_not_reviewed(
    study: Path,
    review: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Change,
    what: str,
) -> None:
    assert "data:image/png" in report(review, study, tmp_path / "before.html")
    change_study(study, change)
    capsys.readouterr()
    assert "data:image/png" not in report(review, study, tmp_path / "after.html")
    said = [line for line in capsys.readouterr().err.splitlines() if "has changed since" in line]
    assert len(said) == 1 and what in said[0]


def test_a_report_shows_a_finding_on_its_slice_after_others_joined(
    study: Path, tmp_path: Path
) -> None:
    files = sorted(study.glob("*.dcm"))
    first = files[0].read_bytes()
    files[0].unlink()
    opened = open_study(study)
    reviews = StudyReviews.open(tmp_path / "a.review", opened, "ann")
    reviews.base.add(opened.series[0].uid, 2, Box(10, 20, 30, 40))
    reviews.close()
    before = pictures(report(tmp_path / "a.review", study, tmp_path / "before.html"))
    files[0].write_bytes(first)
    after = pictures(report(tmp_path / "a.review", study, tmp_path / "after.html"))
    assert len(before) == 1 and after == before


def pictures(text: str) -> list[str]:
    return re.findall(r'src="data:image/png;base64,([^"]+)"', text)


def test_rows_of_an_image_of_other_size_or_spacing_are_left_out_by_name(
    study: Path, review: Path, tmp_path: Path
) -> None:
    exported = tmp_path / "reviewed.csv"
    assert main(["export", str(review), "--output", str(exported)]) == 0
    change_study(study, coarser)
    opened = open_study(study)
    session = Session.open(tmp_path / "b.review", opened.key, "ben")
    taken = import_file(session, opened, exported)
    assert session.findings == {}
    (problem,) = taken.left_out.unusable
    assert problem == (
        "line 2: is of an image with pixels of 0.8 x 0.8 mm, but the image here has 0.9 x 0.9 mm"
    )
    change_study(study, lambda image: setattr(image, "PixelSpacing", [0.8, 0.8]))
    taken = import_file(session, open_study(study), exported)
    session.close()
    assert not taken.left_out.unusable


class NeverAsked:
    """A detector that must not be asked."""

    info, device_name, batch_size = DetectorInfo("never", "1"), "none", 1

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        raise AssertionError(f"asked for {slice_indices}")


def test_a_detector_does_not_answer_for_an_image_that_replaced_a_reviewed_one(
    tmp_path: Path,
) -> None:
    images, labels = write_project(tmp_path)
    project, session = open_project(images, labels, tmp_path / "a.review", "ann")
    item = project.items[0]
    series = project.series(item.series_uid)
    digest = digest_of(series.decode(item.slice_index))
    assert not is_other_image(session, series, item.slice_index, digest)  # known from now on
    file = images / item.name[:12] / item.name[13:]
    Image.fromarray(np.array(Image.open(file)) + np.uint16(3)).save(file)
    ((left_out, why),) = propose(project, session, NeverAsked(), [item])
    assert left_out is item
    assert why.endswith("is another image than the one that was reviewed")
    session.close()


def test_the_rows_of_a_csv_still_read_back(study: Path, review: Path, tmp_path: Path) -> None:
    exported = tmp_path / "reviewed.csv"
    assert main(["export", str(review), "--output", str(exported)]) == 0
    with exported.open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 1
    opened = open_study(study)
    session = Session.open(tmp_path / "b.review", opened.key, "ben")
    import_file(session, opened, exported)
    boxes = [f.boxes for f in session.findings.values()]
    session.close()
    assert boxes == [{2: Box(10, 20, 30, 40)}]
