"""How well masks agree, by hand, and the command that measures segmenters."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.segmenter import Masks
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.label_volumes.label_nrrd import save_masks
from training.cli import app
from training.evaluation.masks import compared, lesions_compared

SPACING = (3.0, 2.0, 1.0)


def box(*sides: tuple[int, int]) -> NDArray[np.bool_]:
    """(12, 20, 30), true from the first up to the second index along each axis."""
    mask = np.zeros((12, 20, 30), bool)
    mask[tuple(slice(*side) for side in sides)] = True
    return mask


TRUE = box((2, 8), (4, 14), (5, 25))


def test_equal_masks_agree() -> None:
    measures = compared(TRUE, TRUE.copy(), SPACING)
    assert (measures.dice, measures.overlap_error, measures.volume_difference) == (1, 0, 0)
    assert (measures.mean_distance_mm, measures.largest_distance_mm) == (0, 0)
    assert measures.true_ml == pytest.approx(6 * 10 * 20 * 6 / 1000)


def test_a_mask_that_is_moved_by_four_columns_is_measured_as_by_hand() -> None:
    measures = compared(box((2, 8), (4, 14), (9, 29)), TRUE, SPACING)
    assert measures.dice == pytest.approx(16 / 20)
    assert measures.overlap_error == pytest.approx(1 - 16 / 24)
    assert measures.volume_difference == 0
    # The faces that were moved lie 4 mm apart, and no voxel lies further from the other surface.
    assert measures.largest_distance_mm == pytest.approx(4)
    assert 0 < measures.mean_distance_mm < 4


def test_a_mask_that_is_a_slice_thicker_is_3_mm_away_at_most() -> None:
    measures = compared(box((1, 8), (4, 14), (5, 25)), TRUE, SPACING)
    assert measures.volume_difference == pytest.approx(1 / 6)
    assert measures.largest_distance_mm == pytest.approx(3)


def test_where_nothing_is_marked_the_distance_is_infinite() -> None:
    measures = compared(np.zeros_like(TRUE), TRUE, SPACING)
    assert (measures.dice, measures.overlap_error, measures.volume_difference) == (0, 1, -1)
    assert measures.mean_distance_mm == np.inf
    assert measures.to_dict()["mean_distance_mm"] is None
    with pytest.raises(TrainingError, match="not empty"):
        compared(TRUE, np.zeros_like(TRUE), SPACING)


def test_lesions_are_measured_one_by_one() -> None:
    large, small = box((1, 5), (1, 9), (1, 9)), box((8, 10), (12, 16), (20, 24))
    half_large, elsewhere = box((1, 5), (1, 9), (1, 5)), box((8, 10), (1, 3), (1, 3))
    measures = lesions_compared(half_large | elsewhere, large | small, SPACING)
    assert [round(one.dice, 3) for one in measures.lesions] == [round(2 / 3, 3), 0]
    assert (measures.found, measures.false_parts) == (1, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A CT with true masks, and with others that lack a slice of the liver and a lesion."""
    hu = np.full(TRUE.shape, -900, np.int16)
    hu[TRUE] = 100
    affine = np.diag((SPACING[2], SPACING[1], SPACING[0], 1.0))
    write_series(tmp_path / "case" / "DICOM", hu, SPACING, 1, affine=affine)
    (series,) = open_study(tmp_path / "case" / "DICOM").series
    values = TRUE.astype(np.uint8)
    values[4, 6:8, 7:12] = 2
    values[5, 6:8, 17:20] = 2
    save_masks(tmp_path / "true.nrrd", series, Masks(values, ("liver", "lesion")))
    values[2] = 0
    values[5][values[5] == 2] = 1
    save_masks(tmp_path / "found.nrrd", series, Masks(values, ("liver", "lesion")))
    return tmp_path


def test_masks_of_any_program_are_measured_by_the_command(folder: Path) -> None:
    chosen = ["--volume", str(folder / "case" / "DICOM"), "--labels", str(folder / "true.nrrd")]
    chosen += ["--liver", "liver,lesion", "--lesions", "lesion"]
    files = ["--predictions", str(folder / "found.nrrd"), "--output", str(folder / "out.json")]
    done = CliRunner().invoke(app, ["evaluate-masks", *chosen, *files])
    assert done.exit_code == 0, done.output
    assert "case: 1 of 2 lesions touched, 0 marked parts touch none." in done.output
    (result,) = json.loads((folder / "out.json").read_text())
    assert result["masks"]["liver"]["dice"] == pytest.approx(2 * 5 / 11)
    assert result["masks"]["lesion"]["dice"] == pytest.approx(2 * 10 / 26)
    assert [one["dice"] for one in result["lesions"]["each"]] == [1, 0]


def test_labels_that_a_volume_lacks_are_named(folder: Path) -> None:
    chosen = ["--volume", str(folder / "case" / "DICOM"), "--labels", str(folder / "true.nrrd")]
    done = CliRunner().invoke(app, ["evaluate-masks", "body", *chosen, "--liver", "77"])
    assert isinstance(done.exception, TrainingError)
    assert "true.nrrd marks nothing by these labels" in str(done.exception)
