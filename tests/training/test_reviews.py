"""What readers decided, as slices to learn from."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.session import Session
from tests.exchange.small_deeplesion import UIDS, write_project
from training.recipe.deeplesion_data import DeepLesionData
from training.recipe.scan_data import PhantomData
from training.sources.reviewed_projects import outside, read_reviews, surroundings
from training.sources.scan_sources import sources_of

DEFINITION = InputDefinition.from_dict(
    {"window": {"width": 400, "level": 40}, "slices": 3, "pixel_mm": 0.8}
)
NEW = Box(60, 60, 70, 70)


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """Patient 1: first slice kept and rejected, the second corrected and read in full.

    On a neighbour a lesion was added; patient 2 is of validation, patient 3 of the test split.
    """
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    first, second, third, fourth, fifth = session.findings
    session.accept(first)
    session.reject(second, "vessel")
    session.change_box(third, 5, Box(22, 30, 43, 51))
    session.mark_read_in_full(UIDS[0], 5, True)
    session.add(UIDS[0], 2, NEW)
    session.accept(fourth)
    session.accept(fifth)
    session.close()
    return tmp_path / "a.review"


def data(review: Path) -> DeepLesionData:
    return DeepLesionData("official", str(review.parent), "labels.csv")


def learned(review: Path) -> dict[tuple[str, int], Any]:
    said: list[str] = []
    sources = sources_of(data(review), DEFINITION, read_reviews([review]), said.append)
    source = sources["train"]
    assert said == ["3 learned from, 1 of a validation patient, 1 of a test patient"]
    keys = source.key_slices  # type: ignore[attr-defined]
    return {(key.folder, key.number): (key, source.scan(n)) for n, key in enumerate(keys)}


def test_patients_of_the_test_and_validation_split_never_flow_in(review: Path) -> None:
    assert set(learned(review)) == {
        ("000001_01_01", 10),
        ("000001_01_01", 14),
        ("000001_01_01", 11),
    }


@pytest.mark.parametrize("split", ["official", "patients"])
def test_a_test_patient_stays_out_whatever_the_split(review: Path, split: str) -> None:
    chosen = DeepLesionData(split, str(review.parent), "labels.csv", seed=3)
    source = sources_of(chosen, DEFINITION, read_reviews([review]))["train"]
    reviewed = [key for key in source.key_slices if key.is_reviewed]  # type: ignore[attr-defined]
    assert reviewed
    assert not any(key.folder.startswith("000003") for key in reviewed)


def is_ignored(ignored: np.ndarray, x: float, y: float) -> bool:
    return bool(
        (
            (ignored[:, 0] <= x) & (x < ignored[:, 2]) & (ignored[:, 1] <= y) & (y < ignored[:, 3])
        ).any()
    )


def test_kept_boxes_are_lesions_rejected_ones_background_and_the_rest_is_ignored(
    review: Path,
) -> None:
    key, scan = learned(review)["000001_01_01", 10]
    (index,) = scan.wanted
    assert scan.boxes[index].tolist() == [[20, 30, 41, 51]]
    ignored = scan.ignored[index]
    assert not is_ignored(ignored, 30, 40)  # the lesion
    assert not is_ignored(ignored, 50, 40)  # beside it, where the reader looked
    assert not is_ignored(ignored, 80, 80)  # the rejected label: hard background
    assert is_ignored(ignored, 110, 20) and is_ignored(ignored, 10, 110)  # nobody read that


def test_a_slice_that_was_read_in_full_ignores_nothing(review: Path) -> None:
    _, scan = learned(review)["000001_01_01", 14]
    (index,) = scan.wanted
    assert scan.boxes[index].tolist() == [[22, 30, 43, 51]]
    assert len(scan.ignored[index]) == 0


def test_an_added_box_on_a_neighbour_is_learned_from(review: Path) -> None:
    _, scan = learned(review)["000001_01_01", 11]
    (index,) = scan.wanted
    assert scan.boxes[index].tolist() == [list(NEW.as_tuple())]


def test_what_a_reader_was_unsure_of_is_ignored(review: Path) -> None:
    session = Session.open(review, None, "ann")
    session.mark_unsure(next(iter(session.findings)))
    session.mark_read_in_full(UIDS[0], 1, True)
    session.close()
    _, scan = learned(review)["000001_01_01", 10]
    (index,) = scan.wanted
    assert scan.boxes[index].tolist() == []
    assert scan.ignored[index].tolist() == [[20, 30, 41, 51]]


def test_without_a_decision_a_slice_is_not_among_the_reviewed(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    session.close()
    projects = read_reviews([tmp_path / "a.review"])
    assert projects[0].slices == ()
    with pytest.raises(TrainingError, match="no reviewed slice can be learned from: none at all"):
        sources_of(data(tmp_path / "a.review"), DEFINITION, projects)


def test_decisions_change_what_names_the_review(review: Path) -> None:
    before, again = read_reviews([review, review])
    assert again.sha256 == before.sha256
    session = Session.open(review, None, "ann")
    session.undo()
    session.close()
    assert read_reviews([review])[0].sha256 != before.sha256


def test_a_run_begun_by_an_earlier_version_goes_on_with_the_same_review(review: Path) -> None:
    """Its recipe names the review by this digest, which was made before there was a file."""
    (project,) = read_reviews([review])
    assert project.sha256 == "4e200b6ac392d564936054a1bae2306ba05d5cc5bf93894bb4c87b13ae872d8c"


def test_a_study_is_no_labelling_project(tmp_path: Path) -> None:
    Session.open(tmp_path / "study.review", "key", "ann").close()
    with pytest.raises(TrainingError, match="^.*study.review is no labelling project's review$"):
        read_reviews([tmp_path / "study.review"])


def test_reviews_need_a_recipe_of_deeplesion_or_their_own_images(review: Path) -> None:
    phantoms = PhantomData((0, 1), (1, 2), (5.0,), 2.0, 64, 2, (1, 2))
    with pytest.raises(TrainingError, match="name them with --review-images"):
        sources_of(phantoms, DEFINITION, read_reviews([review]))
    said: list[str] = []
    projects = read_reviews([review], [review.parent / "Images_png"])
    source = sources_of(phantoms, DEFINITION, projects, said.append)["train"]
    # A recipe that is not DeepLesion's holds none of its validation patients out.
    assert said == ["4 learned from, 1 of a test patient"]
    assert len(source) == 1 + 4


def test_what_lies_outside_of_boxes_is_covered_and_nothing_else() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        low = rng.integers(-5, 25, (3, 2))
        known = np.concatenate((low, low + rng.integers(1, 15, (3, 2))), 1).astype(np.float32)
        covered = np.zeros((30, 24), bool)
        for x1, y1, x2, y2 in outside(known, (30, 24)).astype(int):
            covered[y1:y2, x1:x2] = True
        expected = np.ones((30, 24), bool)
        for x1, y1, x2, y2 in known.astype(int):
            expected[max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = False
        assert (covered == expected).all()


def test_surroundings_reach_as_far_as_the_lesion_is_large() -> None:
    assert surroundings(np.array([[10, 20, 14, 30]], np.float32)).tolist() == [[6, 10, 18, 40]]
