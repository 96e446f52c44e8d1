"""Lesion types choose what is learned from: rows of a CSV, and lesions of reviews."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.worklists.project_files import open_project
from training.deeplesion.scans import open_rows
from training.recipe.deeplesion_data import DeepLesionData
from training.sources.reviewed_projects import read_reviews, reviews_of

sys.path.insert(0, str(Path(__file__).parents[1] / "exchange"))
from tests.exchange.small_deeplesion import write_project  # noqa: E402


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """Five labels of liver; the first is kidney, the second a metastasis, all are accepted."""
    images, labels = write_project(tmp_path)
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    first, second, *_ = session.findings
    session.set_type(first, "kidney")
    session.set_type(second, "Metastasis")
    for finding in session.findings:
        session.accept(finding)
    export_csv(session, tmp_path / "reviewed.csv")
    session.close()
    return tmp_path / "a.review"


def data(review: Path, *types: int | str, csv: str = "reviewed.csv") -> DeepLesionData:
    return DeepLesionData("official", str(review.parent), csv, types=types)


@pytest.mark.parametrize(
    ("types", "rows"),
    [
        ((4,), [2]),
        (("liver",), [2]),
        (("4",), [2]),
        ((6,), [0]),
        (("metastasis",), [1]),
        (("Kidney", "liver"), [0, 2]),
        ((), [0, 1, 2]),
    ],
)
def test_rows_are_chosen_by_name_and_number(
    review: Path, types: tuple[int | str, ...], rows: list[int]
) -> None:
    found, _ = open_rows(data(review, *types))
    assert [one.row for one in found.parts["train"]] == rows


def test_reviewed_lesions_of_another_type_are_ignored(review: Path) -> None:
    asked = data(review, "liver", "metastasis", csv="labels.csv")
    rows, images = open_rows(asked)
    found = reviews_of(read_reviews([review]), rows, images, asked.type_names)
    first = found.key_slices["000001_01_01", 10]
    assert first.boxes.tolist() == [[70, 70, 91, 91]]
    assert np.array([20, 30, 41, 51], np.float32).tolist() in first.unsure.tolist()


def test_a_type_that_is_none_is_refused(review: Path) -> None:
    with pytest.raises(TrainingError, match="types in data are lesion types, not '-1'"):
        data(review, -1)
