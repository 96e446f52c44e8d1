"""The same patient in DICOM, NIfTI and enhanced CT, stored in every way: one series."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lesion_viewer.ct.check import collection_report, report_lines
from lesion_viewer.ct.reading import open_collection, open_study
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.geometry.stack import orientation_letters
from tests.turned import EIGHT, WAYS, Ways, stored, write_stored

HU = np.random.default_rng(3).integers(-900, 900, (4, 5, 6)).astype(np.int16)
AFFINE = np.array([[0.7, 0, 0, -11], [0, 0.9, 0, 12], [0, 0, 2.5, 130], [0, 0, 0, 1]])


@pytest.mark.parametrize("ways", WAYS)
def test_a_dicom_series_is_shown_alike_however_it_is_stored(tmp_path: Path, ways: Ways) -> None:
    (series,) = open_study(write_stored(tmp_path / "ct", HU, AFFINE, ways)).series
    turn, size = series.turn, series.shape[1:]
    assert np.array_equal(turn.apply(load_volume(series).voxels), HU)
    assert series.shape == (4, *((6, 5) if ways[0] else (5, 6)))
    shown = turn.affine(series.affine, *size)
    assert shown == pytest.approx(AFFINE)
    assert turn.spacing(series.spacing_mm) == pytest.approx((2.5, 0.9, 0.7))
    assert orientation_letters(shown) == ("R", "L", "A", "P")
    assert [s.location_mm for s in series.slices] == pytest.approx([130, 132.5, 135, 137.5])
    assert series.faults == ()


@pytest.mark.parametrize("ways", EIGHT)
@pytest.mark.parametrize("suffix", [".nii.gz", ".nrrd", ".mha"])
def test_an_image_file_is_shown_alike_however_it_is_stored(
    tmp_path: Path, ways: Ways, suffix: str
) -> None:
    hu, affine = stored(HU, AFFINE, ways)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    image = sitk.GetImageFromArray(hu)
    image.SetSpacing(spacing.tolist())
    image.SetDirection((affine[:3, :3] / spacing).ravel().tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    sitk.WriteImage(image, str(tmp_path / f"ct{suffix}"))
    (series,) = open_study(tmp_path / f"ct{suffix}").series
    turn, size = series.turn, series.shape[1:]
    assert np.array_equal(turn.apply(load_volume(series).voxels), HU)
    assert turn.affine(series.affine, *size) == pytest.approx(AFFINE, abs=1e-4)


def test_slices_at_45_degrees_between_two_planes_stay_one_stack(tmp_path: Path) -> None:
    """Their directions differ in the last digits, and with them the side they are counted to."""
    import pydicom

    c = np.sqrt(0.5)
    affine = np.array([[1, 0, 0, 0], [0, c, -c * 3, 0], [0, c, c * 3, 0], [0, 0, 0, 1.0]])
    write_stored(tmp_path, HU, affine, (False, False, False, False))
    for number, file in enumerate(sorted(tmp_path.iterdir())):
        image = pydicom.dcmread(file)
        nudge = 1e-4 if number % 2 else -1e-4
        image.ImageOrientationPatient = [1, 0, 0, 0, c + nudge, c - nudge]
        image.save_as(file)
    (series,) = open_study(tmp_path).series
    steps = np.diff([s.location_mm or 0 for s in series.slices])
    assert steps == pytest.approx([3, 3, 3], abs=0.01)
    assert series.faults == ()


def test_check_says_how_a_series_is_stored_and_shown(tmp_path: Path) -> None:
    write_stored(tmp_path, HU, AFFINE, (False, True, True, False))  # prone
    report = collection_report(open_collection(tmp_path))
    assert report["series"][0]["orientation"] == ["L", "R", "P", "A"]
    assert report["series"][0]["shown_orientation"] == ["R", "L", "A", "P"]
    assert report_lines(report)[1].endswith(
        "R left, L right, A top, P bottom, stored with L left, R right, P top, A bottom"
    )
