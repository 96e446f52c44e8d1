"""What a detector sees, and where its boxes lie, however the slices are stored."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import find_checkpoint
from lesion_viewer.detection.detector import Detector, load_detector
from lesion_viewer.detection.inputs import InputDefinition, volume_input
from lesion_viewer.detection.planes import why_not_searched
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from tests.turned import EIGHT, WAYS, Ways, corners_mm, stored, write_stored
from tests.turns import found_in, furthest

AFFINE = np.array([[0.7, 0, 0, -11], [0, 0.9, 0, 12], [0, 0, 2.5, 130], [0, 0, 0, 1]])
SEEN = InputDefinition(Window(400, 40), slices=3, step_mm=5.0, pixel_mm=0.8)
FIRST, SEARCHED = 93, range(1, 8)
"""Of case 1's slices nine, of which seven are searched."""

MakeVolume = Callable[..., CTVolume]


def volume_in(make_volume: MakeVolume, ways: Ways) -> CTVolume:
    hu = np.random.default_rng(1).integers(-300, 300, (7, 20, 30)).astype(np.int16)
    # A series counts its slices towards the head, so they are never stored the other way.
    hu, affine = stored(hu, AFFINE, ways)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    volume = make_volume(hu, tuple(float(mm) for mm in spacing[::-1]))
    volume.series = replace(volume.series, geometry=geometry_of_grid(affine, hu.shape))
    return volume


@pytest.mark.parametrize("ways", EIGHT)
def test_an_input_is_the_same_to_the_last_bit_however_slices_are_stored(
    make_volume: MakeVolume, ways: Ways
) -> None:
    seen = volume_input(volume_in(make_volume, ways), 3, SEEN)
    plain = volume_input(volume_in(make_volume, EIGHT[0]), 3, SEEN)
    np.testing.assert_array_equal(seen.image, plain.image)
    boxes = np.array([[3, 4, 9, 14], [0, 0, 30, 20]], np.float32)
    on_input = plain.boxes_to_input(boxes)
    stored_boxes = seen.boxes_to_image(on_input)
    assert np.allclose(seen.boxes_to_input(stored_boxes), on_input, atol=1e-5)
    affine = volume_in(make_volume, ways).series.affine
    assert affine is not None
    for box, there in zip(boxes.tolist(), stored_boxes.tolist(), strict=True):
        wanted = corners_mm(box, AFFINE, 3)
        assert corners_mm(there, affine, 3) == pytest.approx(wanted, abs=1e-4)


def test_planes_far_off_axial_are_not_searched(make_volume: MakeVolume) -> None:
    volume = volume_in(make_volume, EIGHT[0])
    assert why_not_searched(replace(volume.series, geometry=None), "liver") == ""
    for degrees, is_searched in ((0, True), (30, True), (31, False), (90, False)):
        a = np.radians(degrees)
        affine = AFFINE.copy()
        affine[1:3, 1], affine[1:3, 2] = (np.cos(a), np.sin(a)), (-np.sin(a), np.cos(a))
        there = geometry_of_grid(affine, volume.series.shape)
        why = why_not_searched(replace(volume.series, geometry=there), "liver")
        assert (why == "") is is_searched
    assert "liver learned axial slices and does not search" in why
    assert why.endswith("its planes are 90° off axial.")


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector(find_checkpoint("liver"), "cpu", min_score=0.05)


@pytest.mark.realdata
def test_case_1_has_the_same_boxes_in_the_patient_in_every_way_of_storing_it(
    detector: Detector, real_data: Path, tmp_path: Path
) -> None:
    (series,) = open_study(real_data / "ircadb01/case01/DICOM").series
    assert series.affine is not None
    affine = series.affine.copy()
    affine[:, 3] = affine @ (0, 0, FIRST, 1)
    hu = np.stack([series.decode(i) for i in range(FIRST, FIRST + 9)])
    folders = [write_stored(tmp_path / str(n), hu, affine, ways) for n, ways in enumerate(WAYS)]
    wanted = found_in(detector, folders[0], SEARCHED)
    assert len(wanted) >= 3
    for folder in folders[1:]:
        away_mm, away_score = furthest(found_in(detector, folder, SEARCHED), wanted)
        assert away_mm < 0.001
        assert away_score < 1e-5
