"""Synthetic lesions in a given CT: where they are said to be, and nothing else changed."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import TrainingError
from training.evaluation.cases import volume_cases, volume_of
from training.synthesis.insertion import Inserted, inserted

SPACING_MM = (2.5, 0.9, 0.9)
SHAPE = (40, 200, 220)
LIVER_HU = 110


@pytest.fixture(scope="module")
def liver() -> NDArray[np.bool_]:
    z, y, x = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij", sparse=True)
    return ((z - 20) / 17) ** 2 + ((y - 100) / 70) ** 2 + ((x - 90) / 70) ** 2 < 1


@pytest.fixture(scope="module")
def volume(liver: NDArray[np.bool_]) -> CTVolume:
    noise = np.random.default_rng(0).normal(0, 12, SHAPE)
    return volume_of("a", (np.where(liver, LIVER_HU, -60) + noise).astype(np.int16), SPACING_MM)


@pytest.fixture(scope="module")
def done(volume: CTVolume, liver: NDArray[np.bool_]) -> Inserted:
    return inserted(volume, liver, 6, seed=3)


def test_the_image_is_changed_inside_the_boxes_and_next_to_nowhere_else(
    done: Inserted, volume: CTVolume, liver: NDArray[np.bool_]
) -> None:
    assert len(done.lesions) == 6
    change = np.abs(done.hu.astype(int) - volume.voxels)
    near = np.zeros(SHAPE, bool)
    for _, boxes in done.lesions:
        inside = [change[i, y1:y2, x1:x2].mean() for i, (x1, y1, x2, y2) in boxes.items()]
        assert max(inside) > 5
        for i, (x1, y1, x2, y2) in boxes.items():
            assert liver[i, y1:y2, x1:x2].any()
        first, last = min(boxes), max(boxes)
        x1, y1, x2, y2 = np.array(list(boxes.values())).T
        near[
            max(first - 3, 0) : last + 4,
            max(y1.min() - 12, 0) : y2.max() + 12,
            max(x1.min() - 12, 0) : x2.max() + 12,
        ] = True
    assert not change[~near].any()


def test_the_scanners_noise_stays(done: Inserted, volume: CTVolume) -> None:
    """What is added is smooth: neighbouring pixels differ as much as they did."""
    lesion, boxes = max(done.lesions, key=lambda one: len(one[1]))
    index = sorted(boxes)[len(boxes) // 2]
    x1, y1, x2, y2 = boxes[index]
    before, after = (
        np.diff(hu[index, y1:y2, x1:x2].astype(float), axis=1).std()
        for hu in (volume.voxels, done.hu)
    )
    assert after == pytest.approx(before, rel=0.35)


def test_a_seed_gives_the_same_lesions_again(
    done: Inserted, volume: CTVolume, liver: NDArray[np.bool_]
) -> None:
    again, other = (inserted(volume, liver, 6, seed=s) for s in (3, 4))
    assert np.array_equal(again.hu, done.hu)
    assert not np.array_equal(other.hu, done.hu)


def test_lesions_do_not_lie_on_each_other(done: Inserted) -> None:
    taken: set[tuple[int, int, int]] = set()
    for _, boxes in done.lesions:
        middles = {(i, (y1 + y2) // 2, (x1 + x2) // 2) for i, (x1, y1, x2, y2) in boxes.items()}
        assert not middles & taken
        taken |= middles


def test_what_has_no_liver_or_no_room_is_refused() -> None:
    hu = np.random.default_rng(0).normal(LIVER_HU, 12, (8, 40, 40)).astype(np.int16)
    volume = volume_of("small", hu, SPACING_MM)
    with pytest.raises(TrainingError, match="no liver"):
        inserted(volume, np.zeros(hu.shape, bool), 1, seed=0)
    small = np.zeros(hu.shape, bool)
    small[2:6, 10:30, 10:30] = True
    with pytest.raises(TrainingError, match="room for"):
        inserted(volume, small, 8, seed=0)


def test_a_copy_lies_in_the_patient_as_the_original_does(tmp_path: Path) -> None:
    turned = np.array([[0, -0.9, 0, 5.0], [0.9, 0, 0, -7.0], [0, 0, 2.5, 11.0], [0, 0, 0, 1]])
    hu = np.random.default_rng(0).integers(-1000, 1000, (5, 12, 14)).astype(np.int16)
    write_series(tmp_path, hu, SPACING_MM, seed=1, affine=turned)
    (series,) = open_study(tmp_path).series
    assert series.affine == pytest.approx(turned) and not series.faults
    assert np.array_equal(load_volume(series).voxels, hu)


@pytest.mark.realdata
@pytest.mark.slow
def test_a_real_ct_gets_lesions_in_its_liver(real_data: Path, tmp_path: Path) -> None:
    """The command's whole way: the copy is read, its boxes lie in the annotated liver."""
    import SimpleITK as sitk

    from lesion_viewer.cli import main

    study = real_data / "ircadb01" / "case01"
    arguments = ("insert", str(study / "DICOM"), "--lesions", "4", "--seed", "1")
    assert main([*arguments, "--output", str(tmp_path / "copy")]) == 0
    (case,) = volume_cases(tmp_path / "copy" / "DICOM", tmp_path / "copy" / "boxes.csv")
    (original,) = open_study(study / "DICOM").series
    assert case.volume.series.affine == pytest.approx(original.affine, abs=1e-3)
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(study / "labels.nii.gz")))
    assert len(case.lesions) == 4 and labels.shape == case.volume.voxels.shape
    for lesion in case.lesions:
        labelled = [
            bool(labels[i, int(y1) : int(y2), int(x1) : int(x2)].any())
            for i, boxes in lesion.items()
            for x1, y1, x2, y2 in boxes
        ]
        assert np.mean(labelled) > 0.7
    assert main([*arguments, "--output", str(tmp_path / "copy")]) == 1
