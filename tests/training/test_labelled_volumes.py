"""CT with label volumes to learn from: masks, boxes, turns and refusals."""

from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.segmenter import Masks
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.label_volumes.label_nrrd import save_masks
from training.fitting.rendered_slices import rendered
from training.recipe.labelled_data import LabelledData
from training.recipe.recipe import parse_recipe
from training.sources.labelled_volumes import LabelledVolumes
from training.sources.scan_sources import sources_of

SHAPE, SPACING = (5, 40, 48), (4.0, 1.0, 1.0)
DEFINITION = InputDefinition(Window(400, 40), slices=1)


def write_patient(folder: Path, affine: np.ndarray, has_lesion: bool = True) -> None:
    """A liver of 100 HU with a lesion of 40 HU on two of its slices, and their labels."""
    values = np.zeros(SHAPE, np.uint8)
    values[1:4, 10:30, 8:40] = 1
    if has_lesion:
        values[2:4, 12:18, 10:20] = 2
    hu = np.choose(values, (-900, 100, 40)).astype(np.int16)
    write_series(folder / "CT", hu, SPACING, 1, affine=affine)
    (series,) = open_study(folder / "CT").series
    save_masks(folder / "labels.nrrd", series, Masks(values, ("liver", "lesion")))


@pytest.fixture
def options(tmp_path: Path) -> LabelledData:
    upright, upside_down = np.diag((1.0, 1, 4, 1)), np.diag((1.0, -1, 4, 1))
    write_patient(tmp_path / "a", upright)
    write_patient(tmp_path / "b", upside_down)
    write_patient(tmp_path / "c", upright, has_lesion=False)
    return LabelledData(str(tmp_path), "liver", "lesion", ("c",), labels="labels.nrrd")


def test_masks_and_boxes_lie_on_what_the_labels_mark(options: LabelledData) -> None:
    scan = LabelledVolumes(options, "train").scan(0)
    assert scan.liver is not None and scan.lesion is not None
    assert np.array_equal(scan.liver, scan.voxels > 0)
    assert np.array_equal(scan.lesion, scan.voxels == 40)
    assert {i: boxes.tolist() for i, boxes in scan.boxes.items() if len(boxes)} == {
        2: [[10, 12, 20, 18]],
        3: [[10, 12, 20, 18]],
    }


def test_a_patient_stored_upside_down_is_turned_with_its_masks(options: LabelledData) -> None:
    scan = LabelledVolumes(options, "train").scan(1)
    assert scan.liver is not None
    assert np.array_equal(scan.liver, scan.voxels > 0)
    assert scan.boxes[2].tolist() == [[10, 22, 20, 28]]


def test_networks_see_the_masks_of_patients_with_and_without_lesions(
    options: LabelledData,
) -> None:
    sources = sources_of(options, DEFINITION)
    assert [len(sources[part]) for part in ("train", "validation")] == [2, 1]
    (seen,) = [rendered(sources["validation"].scan(0), DEFINITION)[2]]
    assert seen.has_masks and seen.image[1].any() and not seen.image[2].any()


def test_a_recipe_names_the_labels(options: LabelledData, tmp_path: Path) -> None:
    text = f"""
name = "own"
version = "1"
seed = 1
architecture = "fcn"
training_data = "own"
terms = "own"
limits = "for tests"
[options]
marks = "lesion"
[input]
window = {{ width = 400, level = 40 }}
[data]
kind = "labels"
folder = "{tmp_path.as_posix()}"
liver = "1"
lesions = "2, 10-17"
validation = ["c"]
[fit]
steps = 1
batch = 1
learning_rate = 0.1
"""
    assert parse_recipe(text).data == LabelledData(tmp_path.as_posix(), "1", "2, 10-17", ("c",))
    with pytest.raises(TrainingError, match="lesions in data names labels"):
        parse_recipe(text.replace("2, 10-17", " "))


def test_what_is_not_there_is_named(options: LabelledData, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no patient 'z'"):
        LabelledVolumes(
            LabelledData(str(tmp_path), "1", "2", ("z",), labels="labels.nrrd"), "train"
        )
    with pytest.raises(TrainingError, match="none of the labels 7"):
        LabelledVolumes(LabelledData(str(tmp_path), "7", "2", labels="labels.nrrd"), "train").scan(
            0
        )
    with pytest.raises(TrainingError, match="no folder with labels.nii.gz"):
        LabelledVolumes(LabelledData(str(tmp_path), "1", "2"), "train")
