"""Volumes of NIfTI, NRRD and MetaImage, against SimpleITK and against voxels set by hand."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lesion_viewer.ct.images.itk_volumes import CHILD
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError
from lesion_viewer.geometry.stack import orientation_letters
from lesion_viewer.system.child_pool import ask

# Directions of the file's axes (columns of the matrix) in LPS, by the letters they run towards.
ORIENTATIONS = {
    "LPS": np.eye(3),
    "RAS": np.diag([-1.0, -1, 1]),
    "LAS": np.diag([1.0, -1, 1]),
    "PSL": np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]),
    "SRP": np.array([[0.0, -1, 0], [0, 0, 1], [1, 0, 0]]),
    "IPR": np.array([[0.0, 0, -1], [0, 1, 0], [-1, 0, 0]]),
}


def volume(path: Path, directions=ORIENTATIONS["LPS"], dtype=np.int16) -> Path:
    voxels = np.random.default_rng(0).integers(-1000, 1500, (5, 4, 3)).astype(dtype)
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing((0.7, 0.8, 2.5))
    image.SetOrigin((-11, 12, 130))
    image.SetDirection(directions.ravel().tolist())
    sitk.WriteImage(image, str(path))
    return path


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".mha"])
@pytest.mark.parametrize("name", ORIENTATIONS)
def test_axes_are_turned_to_lps_without_touching_a_voxel(tmp_path, suffix, name):
    path = volume(tmp_path / f"ct{suffix}", ORIENTATIONS[name])
    series = open_study(path).series[0]
    expected = sitk.DICOMOrient(sitk.ReadImage(str(path)), "LPS")
    np.testing.assert_array_equal(load_volume(series).voxels, sitk.GetArrayFromImage(expected))
    assert series.spacing_mm == pytest.approx(expected.GetSpacing()[::-1], rel=1e-5)
    for column, row, index in ((0, 0, 0), (1, 0, 0), (0, 2, 0), (0, 0, 1)):
        point = expected.TransformIndexToPhysicalPoint((column, row, index))
        assert series.geometry is not None
        found = series.geometry.point(index, column + 0.5, row + 0.5)
        assert found == pytest.approx(point, abs=1e-4)
    assert orientation_letters(series.affine) == ("R", "L", "A", "P")
    assert series.faults == ()


def test_an_oblique_volume_keeps_its_obliqueness(tmp_path):
    c, s = np.cos(0.3), np.sin(0.3)
    path = volume(tmp_path / "ct.nrrd", np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]]))
    series = open_study(path).series[0]
    assert orientation_letters(series.affine) == ("RA", "LP", "AL", "PR")
    assert series.slices[2].location_mm == pytest.approx(135)


def test_float_voxels_are_rounded_and_clipped(tmp_path):
    voxels = np.array([[[-0.6, 0.4, 1e6, np.nan]]], np.float32)
    path = tmp_path / "ct.mha"
    sitk.WriteImage(sitk.GetImageFromArray(voxels), str(path))
    assert open_study(path).series[0].decode(0).tolist() == [[-1, 0, 32767, -1024]]


def test_a_nifti_without_transforms_has_no_orientation(tmp_path):
    path = volume(tmp_path / "ct.nii")
    data = bytearray(path.read_bytes())
    data[252:256] = bytes(4)  # qform_code and sform_code of nifti1.h
    path.write_bytes(data)
    series = open_study(path).series[0]
    assert series.affine is None
    assert [f.code for f in series.faults] == ["missing_orientation"]
    assert series.slices[0].location_mm is None
    assert series.spacing_mm == pytest.approx((2.5, 0.8, 0.7))


def changed(path: Path, *places: tuple[int, str, float]) -> Path:
    """A NIfTI with numbers at these places of its header (nifti1.h) of these types."""
    data = bytearray(path.read_bytes())
    for offset, kind, number in places:
        struct.pack_into(f"<{kind}", data, offset, number)
    path.write_bytes(data)
    return path


PIXDIM, QFORM_CODE, SFORM_CODE, QUATERN_B, SROW_X = 76, 252, 254, 256, 280


@pytest.mark.parametrize(
    "places",
    [
        [(PIXDIM + 4, "f", np.nan)],
        [(PIXDIM + 12, "f", np.inf)],
        [(PIXDIM + 8, "f", 0)],
        [(QUATERN_B, "f", np.nan), (SFORM_CODE, "h", 0)],
        [(SROW_X, "f", np.nan), (QFORM_CODE, "h", 0)],
        [(SROW_X + 12, "f", np.inf), (QFORM_CODE, "h", 0)],
    ],
)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_axes_of_no_numbers_are_refused_and_not_made_up(tmp_path, places, suffix):
    """ITK would take 1 mm, or no turn."""
    path = changed(volume(tmp_path / "ct.nii"), *places)
    if suffix == ".nii.gz":
        path = tmp_path / "ct.nii.gz"
        path.write_bytes(gzip.compress((tmp_path / "ct.nii").read_bytes()))
    with pytest.raises(CTError, match=rf"ct{suffix} (has unusable axes|cannot be read: .*ortho)"):
        open_study(path)


@pytest.mark.parametrize(
    ("places", "apart"),
    [
        ([(SROW_X + 12, "f", 24.5)], "13.5 mm"),  # volume()'s origin is at 11 mm to the right
        ([(PIXDIM + 4, "f", 2.7)], "4.0 mm"),  # 2 mm more for 2 steps
        ([(PIXDIM + 12, "f", 1.5), (QFORM_CODE, "h", 0)], "4.0 mm"),  # 1 mm less for 4 steps
    ],
)
def test_axes_that_are_said_in_two_ways_that_differ_are_a_fault(tmp_path, places, apart):
    (series,) = open_study(changed(volume(tmp_path / "ct.nii"), *places)).series
    (fault,) = series.faults
    assert fault.code == "conflicting_axes"
    assert f"{apart} apart at a corner" in fault.text


@pytest.mark.parametrize("shape", [(4, 4), (2, 3, 4, 4)])
def test_what_is_no_volume_is_refused_by_name(tmp_path, shape):
    path = tmp_path / "odd.nrrd"
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros(shape, np.int16)), str(path))
    with pytest.raises(CTError, match=r"odd\.nrrd is no volume"):
        open_study(path)


@pytest.mark.parametrize("name", ["ct.nii", "ct.nii.gz", "ct.nrrd", "ct.mha"])
def test_a_damaged_file_is_named_in_one_line(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"no volume")
    with pytest.raises(CTError, match=f"{name} cannot be read: .") as error:
        open_study(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["ct.nii", "ct.nii.gz", "ct.nrrd", "ct.mha"])
def test_a_cut_off_file_is_named_and_never_filled_up(tmp_path, name):
    path = volume(tmp_path / name)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CTError, match=name):
        open_study(path).series[0].decode(0)


def test_a_nifti_compressed_in_several_members_is_whole(tmp_path):
    data = volume(tmp_path / "ct.nii").read_bytes()
    path = tmp_path / "parts.nii.gz"
    path.write_bytes(gzip.compress(data[:400]) + gzip.compress(data[400:]))
    assert open_study(path).series[0].shape == (5, 4, 3)


def test_a_gzip_damaged_in_its_middle_is_refused(tmp_path):
    """Other bits in the middle may inflate to as many voxels, of other values."""
    values = np.random.default_rng(0).integers(-1000, 1000, (9, 30, 40)).astype(np.int16)
    path = tmp_path / "ct.nii.gz"
    sitk.WriteImage(sitk.GetImageFromArray(values), str(path))
    data = bytearray(path.read_bytes())
    data[-3000:-2900] = bytes(100)
    path.write_bytes(data)
    with pytest.raises(CTError, match=r"ct\.nii\.gz is damaged: its checksum is wrong"):
        open_study(path)


@pytest.mark.realdata
def test_the_real_nifti_is_what_simpleitk_reads_turned_to_lps(real_data):
    path = real_data / "totalsegmentator/example_ct.nii.gz"
    series = open_study(path).series[0]
    itk = sitk.DICOMOrient(sitk.ReadImage(str(path)), "LPS")
    np.testing.assert_array_equal(load_volume(series).voxels, sitk.GetArrayFromImage(itk))
    assert orientation_letters(series.affine) == ("R", "L", "A", "P")
    assert series.spacing_mm == pytest.approx((3, 3, 3))


@pytest.mark.realdata
def test_the_real_liver_is_on_the_images_left(real_data):
    """In TotalSegmentator's class map 5 is the liver."""
    labels = open_study(real_data / "totalsegmentator/example_seg.nii.gz").series[0]
    columns = np.nonzero(load_volume(labels).voxels == 5)[2]
    assert columns.mean() < labels.shape[2] / 2


@pytest.mark.realdata
def test_case01_and_its_label_volume_lie_on_the_same_grid(real_data):
    case = real_data / "ircadb01/case01"
    ct, labels = open_study(case / "DICOM").series[0], open_study(case / "labels.nii.gz").series[0]
    assert ct.affine is not None and labels.affine is not None
    np.testing.assert_allclose(ct.affine, labels.affine, atol=1e-3)
    assert orientation_letters(ct.affine) == ("R", "L", "A", "P")
    liver = load_volume(labels).voxels[60] == 1
    assert np.nonzero(liver)[1].mean() < 256  # the liver is on the image's left
    inside = ct.decode(60)[liver]
    assert 40 < np.median(inside) < 200  # contrast-enhanced liver


def test_a_file_on_which_itk_never_comes_back_is_stopped(tmp_path):
    """Found by fuzzing: a direction of -1e308 sets ITK's MetaImage reader turning for ever."""
    path = tmp_path / "endless.mha"
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((3, 16, 16), np.int16)), str(path))
    matrix = b"TransformMatrix = 1 0 0 0 1 0 0 0 1"
    data = path.read_bytes()
    assert matrix in data
    path.write_bytes(data.replace(matrix, b"TransformMatrix = 1 0 0 -1e308 1 0 0 0 1"))
    with pytest.raises(CTError, match=r"endless\.mha has unusable axes"):
        open_study(path)
    request = {"path": str(path), "data": str(path), "order": [0, 1, 2], "flips": []}
    with pytest.raises(CTError, match="cannot be decoded: not done in 2 s, and stopped"):
        ask(CHILD, request, b"", 2, 10**6)


@pytest.mark.parametrize("matrix", [b"0 0 0 0 0 0 0 0 0", b"1 0 0 1 0 0 0 0 1"])
def test_axes_that_make_no_volume_are_refused(tmp_path, matrix):
    path = volume(tmp_path / "flat.mha")
    path.write_bytes(path.read_bytes().replace(b"= 1 0 0 0 1 0 0 0 1", b"= " + matrix))
    with pytest.raises(CTError, match=r"flat\.mha"):
        open_study(path)
