"""NIfTI and Analyze in all their forms, packed by hand; the values are set by hand too."""

import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_collection, open_study
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError
from lesion_viewer.geometry.stack import orientation_letters
from tests.ct.nifti_files import ANALYZE, PAIR, header_1, header_2, write_nifti, write_pair


def ct(dtype: str = "<i2", slices: int = 3) -> NDArray[Any]:
    """A body of 40 HU in air, and at row 2, column 1 of slice k a voxel of 100 + k."""
    hu = np.full((slices, 6, 5), -1000)
    hu[:, 1:5, 1:4] = 40
    hu[:, 2, 1] = 100 + np.arange(slices)
    return hu.astype(dtype)


def opened(path: Path) -> Series:
    (series,) = open_study(path).series
    return series


def codes(series: Series) -> list[str]:
    return [fault.code for fault in series.faults]


@pytest.mark.parametrize("dtype", ["<i2", ">i2", "<i4", ">i4", "<f4", ">f4", "<f8", ">f8", "<i8"])
@pytest.mark.parametrize("form", ["ct.nii", "ct.nii.gz"])
def test_any_type_and_byte_order_gives_the_same_hu(tmp_path: Path, dtype: str, form: str) -> None:
    for header in (header_1, header_2):
        path = write_nifti(tmp_path / form, ct(dtype), header(ct(dtype)))
        series = opened(path)
        np.testing.assert_array_equal(load_volume(series).voxels, ct())
        assert series.spacing_mm == pytest.approx((2, 0.75, 0.5))
        assert orientation_letters(series.affine) == ("R", "L", "A", "P")
        assert series.geometry is not None
        # The first voxel is 11 mm to the patient's right and 12 mm to the front in RAS axes.
        assert series.geometry.point(0, 0.5, 0.5) == pytest.approx((-11, -12, 13))
        assert codes(series) == []


@pytest.mark.parametrize(("dtype", "intercept"), [("<u2", -1024), ("<u4", -1024), ("<i1", 0)])
def test_a_scale_is_applied(tmp_path: Path, dtype: str, intercept: int) -> None:
    stored = ((ct() - intercept) / 10).astype(dtype)
    header = header_1(stored, slope=10, intercept=intercept)
    hu = load_volume(opened(write_nifti(tmp_path / "ct.nii", stored, header))).voxels
    np.testing.assert_array_equal(hu, stored.astype(int) * 10 + intercept)


@pytest.mark.parametrize("slope", [0.0, np.nan])
@pytest.mark.parametrize("header", [header_1, header_2])
def test_a_slope_of_0_or_nan_is_no_scale(tmp_path: Path, slope: float, header: Any) -> None:
    path = write_nifti(tmp_path / "ct.nii", ct(), header(ct(), slope=slope, intercept=slope))
    assert load_volume(opened(path)).voxels[1, 2, 1] == 101
    assert codes(opened(path)) == []


@pytest.mark.parametrize(
    "scale",
    [(np.inf, 0.0), (1.0, np.nan), (1.0, np.inf), (1e9, 0.0), (1.0, -1e9)],
)
def test_a_scale_of_no_number_is_refused(tmp_path: Path, scale: tuple[float, float]) -> None:
    header = header_1(ct(), slope=scale[0], intercept=scale[1])
    with pytest.raises(CTError, match=r"ct\.nii has an unusable scale"):
        open_study(write_nifti(tmp_path / "ct.nii", ct(), header))


@pytest.mark.parametrize("form", ["ct.hdr", "ct.hdr.gz"])
def test_a_pair_opens_by_either_of_its_files(tmp_path: Path, form: str) -> None:
    for header in (header_1(ct(), PAIR), header_2(ct(), b"ni2\0")):
        path = write_pair(tmp_path / form, ct(), header)
        for one in (path, path.with_name(form.replace("hdr", "img"))):
            np.testing.assert_array_equal(load_volume(opened(one)).voxels, ct())
            assert codes(opened(one)) == []


def test_a_pair_as_simpleitk_writes_it(tmp_path: Path) -> None:
    sitk.WriteImage(sitk.GetImageFromArray(ct()), str(tmp_path / "ct.hdr"))
    np.testing.assert_array_equal(load_volume(opened(tmp_path / "ct.img")).voxels, ct())


@pytest.mark.parametrize("dtype", ["<i2", ">i2", "<f4"])
def test_analyze_is_read_and_says_that_it_knows_no_orientation(tmp_path: Path, dtype: str) -> None:
    path = write_pair(tmp_path / "old.hdr", ct(dtype), header_1(ct(dtype), ANALYZE))
    series = opened(path)
    np.testing.assert_array_equal(np.sort(load_volume(series).voxels, None), np.sort(ct(), None))
    assert series.affine is None
    assert series.spacing_mm == pytest.approx((2, 0.75, 0.5))
    (fault,) = series.faults
    assert fault.code == "missing_orientation"
    assert "Analyze 7.5" in fault.text


def test_a_dicom_file_by_the_name_of_img_stays_dicom(tmp_path: Path, write_slice: Any) -> None:
    path = write_slice(tmp_path / "slice.img")
    assert opened(path).decode(0)[0, 0] == 0
    assert opened(tmp_path).slices[0].file == "slice.img"


@pytest.mark.parametrize("form", ["ct.hdr", "ct.img"])
def test_half_a_pair_is_refused_by_name(tmp_path: Path, form: str) -> None:
    path = write_pair(tmp_path / "ct.hdr", ct(), header_1(ct(), PAIR))
    path.with_name("ct.img" if form == "ct.hdr" else "ct.hdr").unlink()
    with pytest.raises(CTError, match=rf"{form}.*(not beside it|no DICOM)"):
        open_study(tmp_path / form)


def test_a_pair_in_a_single_file_is_refused(tmp_path: Path) -> None:
    """ITK would take the voxels from ct.img, whatever that is."""
    write_nifti(tmp_path / "ct.nii", ct(), header_1(ct(), PAIR))
    (tmp_path / "ct.img").write_bytes(ct().tobytes())
    with pytest.raises(CTError, match=r"ct\.nii has its voxels in another file"):
        open_study(tmp_path / "ct.nii")


@pytest.mark.parametrize("kind", ["link", "device", "pipe", "folder"])
def test_the_voxels_of_a_pair_never_come_from_elsewhere(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    path = write_pair(folder / "ct.hdr", ct(), header_1(ct(), PAIR))
    image = folder / "ct.img"
    outside = tmp_path / "outside.img"
    os.replace(image, outside)
    if kind == "pipe":
        os.mkfifo(image)
    elif kind == "folder":
        image.mkdir()
    else:
        image.symlink_to("/dev/zero" if kind == "device" else outside)
    with pytest.raises(CTError, match=r"ct\.hdr names the data file ct\.img, which (leads|is no)"):
        open_study(path)


@pytest.mark.parametrize("form", ["ct.nii", "ct.nii.gz", "ct.nrrd", "ct.mha", "ct.mhd", "ct.nhdr"])
def test_no_numbers_become_air_and_are_counted(tmp_path: Path, form: str) -> None:
    """ITK makes 0 of them in a NIfTI, which is water."""
    voxels = ct("<f4")
    voxels[0, 0, :3] = np.nan, np.inf, -np.inf
    voxels[2, 5, 4] = np.nan
    path = tmp_path / form
    sitk.WriteImage(sitk.GetImageFromArray(voxels), str(path))
    series = opened(path)
    hu = load_volume(series).voxels
    assert hu[0, 0, :4].tolist() == [-1024, -1024, -1024, -1000]
    assert hu[2, 5, 4] == -1024
    (fault,) = series.faults
    assert fault.code == "no_numbers"
    assert fault.text.endswith(": 4.")


def test_check_prints_the_fault_of_no_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voxels = ct("<f8")
    voxels[1, 0, 0] = np.nan
    assert main(["check", str(write_nifti(tmp_path / "ct.nii.gz", voxels))]) == 0
    assert "fault: Voxels that are no number (NaN or infinite)" in capsys.readouterr().out


def test_values_beyond_int16_are_counted(tmp_path: Path) -> None:
    voxels = ct("<f4")
    voxels[0, 0, :2] = 1e6, -1e30
    series = opened(write_nifti(tmp_path / "ct.nii", voxels))
    assert load_volume(series).voxels[0, 0, :2].tolist() == [32767, -32768]
    assert [f.text[-3:] for f in series.faults if f.code == "clipped_values"] == [" 2."]


@pytest.mark.parametrize("header", [header_1, header_2])
@pytest.mark.parametrize("form", ["ct.nii", "ct.nii.gz"])
def test_volumes_in_time_are_parts_named_by_their_number(
    tmp_path: Path, header: Any, form: str
) -> None:
    voxels = np.stack([ct() + 10 * part for part in range(4)])
    series = open_study(write_nifti(tmp_path / form, voxels, header(voxels))).series
    assert [s.uid for s in series] == [f"{form}#time {n}" for n in (1, 2, 3, 4)]
    assert series[1].description == f"{form} time 2 of 4"
    for part, one in enumerate(series):
        np.testing.assert_array_equal(load_volume(one).voxels, voxels[part])
        assert codes(one) == ["parted_series"]
        assert f"number {part + 1}" in one.faults[0].text


@pytest.mark.parametrize("form", ["ct.nrrd", "ct.nhdr", "ct.mha", "ct.mhd", "ct.hdr"])
def test_volumes_in_time_of_other_formats(tmp_path: Path, form: str) -> None:
    voxels = np.stack([ct() + 10 * part for part in range(3)])
    voxels = voxels.astype(np.float32)
    voxels[2, 0, 0, 0] = np.nan
    image = sitk.GetImageFromArray(voxels, isVector=False)
    sitk.WriteImage(image, str(tmp_path / form))
    series = open_study(tmp_path / form).series
    assert [int(load_volume(s).voxels[1, 2, 1]) for s in series] == [101, 111, 121]
    assert ["no_numbers" in codes(s) for s in series] == [False, False, True]


def test_one_volume_in_time_is_one_series(tmp_path: Path) -> None:
    voxels = ct()[np.newaxis]
    series = opened(write_nifti(tmp_path / "ct.nii", voxels))
    assert (series.uid, series.shape, codes(series)) == ("ct.nii", (3, 6, 5), [])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"datatype": 128}, r"holds colours \(RGB24\), not HU"),
        ({"datatype": 2304}, r"holds colours \(RGBA32\), not HU"),
        ({"datatype": 32}, "holds complex numbers, not HU"),
        ({"datatype": 1}, "holds bits, not HU"),
        ({"datatype": 7}, r"unknown type \(7\)"),
        ({"dim": (2, 5, 18, 1, 1, 1, 1, 1)}, "is no volume, nor volumes in time: 5 x 18"),
        ({"dim": (5, 5, 6, 1, 1, 3, 1, 1)}, "is no volume, nor volumes in time: 5 x 6 x 1 x 1 x 3"),
        ({"dim": (3, 5, -6, 3, 1, 1, 1, 1)}, "has an unusable size: 5 x -6 x 3"),
        ({"dim": (9, 5, 6, 3, 1, 1, 1, 1)}, "has an unusable size: 9 axes"),
        ({"dim": (3, 32000, 32000, 3, 1, 1, 1, 1)}, "is too large"),
        ({"dim": (4, 5, 6, 3, 30000, 1, 1, 1)}, "holds 30000 volumes in time"),
        ({"offset": 200}, "its voxels begin at 200, within it"),
        ({"offset": -1}, "its voxels begin at -1"),
        ({"offset": np.nan}, "its voxels begin at nan"),
        ({"offset": 1e9}, "is cut off"),
        ({"srow": (1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)}, "not at right angles"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    path = write_nifti(tmp_path / "ct.nii", ct(), header_1(ct(), **changes))
    with pytest.raises(CTError, match=rf"^ct\.nii .*{reason}"):
        open_study(path)


def test_units_of_metres_are_turned_to_millimetres(tmp_path: Path) -> None:
    header = header_1(
        ct(),
        units=1,
        pixdim=(1, 0.0005, 0.00075, 0.002, 1, 1, 1, 1),
        srow=(-0.0005, 0, 0, 0.011, 0, -0.00075, 0, 0.012, 0, 0, 0.002, 0.013),
    )
    series = opened(write_nifti(tmp_path / "ct.nii", ct(), header))
    assert series.spacing_mm == pytest.approx((2, 0.75, 0.5))
    assert series.slices[0].location_mm == pytest.approx(13)


def test_codes_of_0_mean_that_no_orientation_is_known(tmp_path: Path) -> None:
    series = opened(write_nifti(tmp_path / "ct.nii", ct(), header_1(ct(), codes=(0, 0))))
    assert series.affine is None
    assert codes(series) == ["missing_orientation"]


def test_a_cut_off_gzip_is_named(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "ct.nii.gz", ct())
    whole = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(whole[:-1]))
    with pytest.raises(CTError, match=r"ct\.nii\.gz is cut off"):
        open_study(path)


def test_images_in_a_folder_are_left_out_by_name(tmp_path: Path, write_slice: Any) -> None:
    write_slice(tmp_path / "1.dcm")
    write_pair(tmp_path / "ct.hdr", ct(), header_1(ct(), PAIR))
    left_out = {f.file: f.reason for f in open_collection(tmp_path).left_out}
    reason = "is an image file: open it by itself"
    assert left_out == {"ct.hdr": reason, "ct.img": reason}


@pytest.mark.parametrize("after", [b"", bytes(512), b"trailing"])
def test_a_gzip_of_many_members_is_read_whole(tmp_path: Path, after: bytes) -> None:
    """As bgzip and pigz write them; some tools pad a gzip with zeros."""
    data = gzip.decompress(write_nifti(tmp_path / "one.nii.gz", ct()).read_bytes())
    members = [gzip.compress(data[k : k + 70]) for k in range(0, len(data), 70)]
    path = tmp_path / "many.nii.gz"
    path.write_bytes(b"".join(members) + after)
    np.testing.assert_array_equal(load_volume(opened(path)).voxels, ct())
