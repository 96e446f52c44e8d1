"""Which file holds a study's review: the same from wherever it is opened, of one patient alone."""

import shutil
from pathlib import Path

import pytest

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.review_files import ReviewFiles
from lesion_viewer.review.study_reviews import StudyReviews
from tests.ct.conftest import ct_dataset, save

BOX = Box(1, 1, 3, 3)
SHARED = "1.2.9"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's home folder, which is this test's own."""
    monkeypatch.setenv("LESION_VIEWER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    """A folder with the studies of two patients under one Study Instance UID: a and b."""
    for name, series, patient in (("a", "1.2.3.1", "ID4711"), ("b", "1.2.3.2", "ID0815")):
        for n in range(3):
            image = ct_dataset(
                n,
                StudyInstanceUID=SHARED,
                SeriesInstanceUID=series,
                SOPInstanceUID=f"{series}.{n}",
                PatientID=patient,
            )
            save(image, tmp_path / "both" / name / str(n))
    return tmp_path / "both"


def found_in(path: Path, is_reviewed: bool = False) -> list[set[str]]:
    """Of each study under a path the series with findings in its review, after one more or not."""
    found = open_collection(path)
    files = ReviewFiles(found)
    files.take_apart()
    series = []
    for study in found.studies:
        reviews = StudyReviews.open(files.of(study), study, "ann")
        if is_reviewed:
            reviews.base.add(study.series[0].uid, 1, BOX)
        series.append({f.series_uid for f in reviews.base.findings.values()})
        reviews.close()
    return series


def test_two_patients_under_one_study_uid_have_a_review_each(
    patients: Path, tmp_path: Path, home: Path
) -> None:
    assert len(found_in(patients, is_reviewed=True)) == 2
    # ID0815 is the first of the two: patients are in the order of their IDs.
    assert found_in(patients) == [{"1.2.3.2"}, {"1.2.3.1"}]
    shutil.copytree(patients / "b", tmp_path / "copy")
    assert found_in(tmp_path / "copy") == found_in(patients / "b") == [{"1.2.3.2"}]
    assert found_in(patients / "a") == [{"1.2.3.1"}]
    kept = [file.read_bytes() for file in home.rglob("*") if file.is_file()]
    assert not any(patient in content for content in kept for patient in (b"ID4711", b"ID0815"))


def test_two_patients_whose_reviews_were_one_are_parted_for_good(patients: Path) -> None:
    """Opened one by one, nothing tells that the second study is of another patient."""
    found_in(patients / "a", is_reviewed=True)
    assert found_in(patients / "b", is_reviewed=True) == [{"1.2.3.1", "1.2.3.2"}]
    for _ in range(2):
        assert found_in(patients) == [{"1.2.3.2"}, {"1.2.3.1"}]
        assert found_in(patients / "a") == [{"1.2.3.1"}]
        assert found_in(patients / "b") == [{"1.2.3.2"}]
