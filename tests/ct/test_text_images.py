"""NRRD and MetaImage in every type and packing: the voxels and axes that SimpleITK reads."""

import bz2
import gzip
import zlib
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray

from lesion_viewer.cli import main
from lesion_viewer.ct.images.label_images import read_label_image
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError

TYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
TURN = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])
VOXELS = np.random.default_rng(3).integers(-100, 100, (4, 3, 5))
NRRD = (
    "NRRD0005\ntype: short\ndimension: 3\nsizes: 5 3 4\nendian: {endian}\nencoding: {encoding}\n"
    "space: {space}\nspace directions: (0.7,0,0) (0,0.8,0) (0,0,2)\nspace origin: (3,4,5)\n{more}\n"
)
META = (
    "ObjectType = Image\nNDims = 3\nDimSize = 5 3 4\nElementSpacing = 0.7 0.8 2\nOffset = 3 4 5\n"
    "TransformMatrix = 1 0 0 0 1 0 0 0 1\nElementType = MET_SHORT\n{more}ElementDataFile = LOCAL\n"
)


def opened(path: Path) -> Series:
    (series,) = open_study(path).series
    return series


def assert_read_as_by_simpleitk(path: Path) -> None:
    series, image = opened(path), sitk.DICOMOrient(sitk.ReadImage(str(path)), "LPS")
    expected = np.rint(sitk.GetArrayFromImage(image))
    np.testing.assert_array_equal(load_volume(series).voxels, expected)
    assert series.spacing_mm == pytest.approx(image.GetSpacing()[::-1])
    assert series.affine is not None
    np.testing.assert_allclose(series.affine[:3, 3], image.GetOrigin(), atol=1e-6)


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("suffix", ["nrrd", "mha"])
@pytest.mark.parametrize("dtype", [*TYPES, "float32", "float64"])
def test_a_volume_of_any_type_and_turn_is_as_simpleitk_reads_it(
    tmp_path: Path, dtype: str, suffix: str, is_packed: bool
) -> None:
    image = sitk.GetImageFromArray(np.abs(VOXELS).astype(dtype))
    image.SetSpacing((0.7, 0.8, 2.5))
    image.SetOrigin((-11, 12, 130))
    image.SetDirection(TURN.ravel().tolist())
    path = tmp_path / f"ct.{suffix}"
    sitk.WriteImage(image, str(path), useCompression=is_packed)
    assert_read_as_by_simpleitk(path)


@pytest.mark.parametrize("space", ["left-posterior-superior", "RAS", "left-anterior-superior"])
@pytest.mark.parametrize("endian", ["little", "big"])
@pytest.mark.parametrize("encoding", ["raw", "gzip", "gz", "ascii", "text"])
def test_an_nrrd_of_any_encoding_and_space_is_as_simpleitk_reads_it(
    tmp_path: Path, encoding: str, endian: str, space: str
) -> None:
    header = NRRD.format(encoding=encoding, endian=endian, space=space, more="")
    path = tmp_path / "ct.nrrd"
    path.write_bytes(header.encode() + packed(encoding, "<i2" if endian == "little" else ">i2"))
    assert_read_as_by_simpleitk(path)


def packed(encoding: str, dtype: str) -> bytes:
    data = VOXELS.astype(dtype).tobytes()
    if encoding in ("ascii", "text"):
        return " ".join(map(str, VOXELS.ravel())).encode()
    return gzip.compress(data) if encoding.startswith("gz") else data


@pytest.mark.parametrize(
    ("more", "before"),
    [
        ("byte skip: 7\n", b"1234567"),
        ("line skip: 2\n", b"one line\nand two\n"),
        ("line skip: 1\nbyte skip: 3\n", b"a line\n123"),
        ("byte skip: -1\n", b"of any length"),
    ],
)
def test_what_lies_before_the_voxels_of_an_nrrd_is_skipped(
    tmp_path: Path, more: str, before: bytes
) -> None:
    header = NRRD.format(encoding="raw", endian="little", space="LPS", more=more)
    path = tmp_path / "ct.nrrd"
    path.write_bytes(header.encode() + before + VOXELS.astype("<i2").tobytes())
    np.testing.assert_array_equal(load_volume(opened(path)).voxels, VOXELS)


@pytest.mark.parametrize(
    ("more", "data"),
    [
        ("", VOXELS.astype("<i2").tobytes()),
        ("BinaryDataByteOrderMSB = True\n", VOXELS.astype(">i2").tobytes()),
        ("BinaryData = False\n", " ".join(map(str, VOXELS.ravel())).encode()),
        ("CompressedData = True\n", zlib.compress(VOXELS.astype("<i2").tobytes())),
    ],
)
def test_a_metaimage_of_any_packing_is_read(tmp_path: Path, more: str, data: bytes) -> None:
    path = tmp_path / "ct.mha"
    path.write_bytes(META.format(more=more).encode() + data)
    np.testing.assert_array_equal(load_volume(opened(path)).voxels, VOXELS)


@pytest.mark.parametrize("suffix", ["nrrd", "mha"])
def test_volumes_in_time_are_a_series_each(tmp_path: Path, suffix: str) -> None:
    values: NDArray[np.int16] = np.stack([VOXELS, VOXELS + 1000]).astype(np.int16)
    path = tmp_path / f"ct.{suffix}"
    sitk.WriteImage(sitk.GetImageFromArray(values, isVector=False), str(path))
    series = open_study(path).series
    assert [s.uid for s in series] == [f"ct.{suffix}#time 1", f"ct.{suffix}#time 2"]
    for one, expected in zip(series, values, strict=True):
        np.testing.assert_array_equal(load_volume(one).voxels, expected)


def test_segments_of_3d_slicer_keep_their_names(tmp_path: Path) -> None:
    path = tmp_path / "a.seg.nrrd"
    image = sitk.GetImageFromArray(np.abs(VOXELS).astype(np.uint8))
    for key, value in (
        ("Segment0_LabelValue", "7"),
        ("Segment0_Name", "liver: left = lobe"),
        ("Segment1_LabelValue", "9"),
        ("Segment1_Name", "cyst"),
    ):
        image.SetMetaData(key, value)
    sitk.WriteImage(image, str(path))
    assert read_label_image(path).names == {7: "liver: left = lobe", 9: "cyst"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (("encoding: raw", "encoding: bzip2"), "its encoding is 'bzip2'"),
        (("type: short", "type: block"), "its type is 'block'"),
        (("endian: little", "endian: middle"), "its endian is 'middle'"),
        (("sizes: 5 3 4", "sizes: 5 3"), "sizes of another number of axes"),
        (("sizes: 5 3 4", "sizes: 5 3 -4"), "its size is '-4'"),
        (("sizes: 5 3 4", "sizes: 5 3 0"), "an axis has 0 voxels"),
        (("(0,0.8,0)", "(0,0.8,x)"), "unusable axes"),
        (("(0,0.8,0)", "none"), "unusable axes"),
        (("(0,0.8,0)", "(0,0,0)"), "unusable axes"),
        (("(3,4,5)", "(3,4)"), "unusable origin"),
    ],
)
def test_an_nrrd_that_is_not_understood_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: tuple[str, str], reason: str
) -> None:
    header = NRRD.format(encoding="raw", endian="little", space="LPS", more="")
    assert changes[0] in header
    data = VOXELS.astype("<i2").tobytes()
    path = tmp_path / "ct.nrrd"
    path.write_bytes(header.replace(*changes).encode() + bz2.compress(data) + data)
    assert main(["check", str(path)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("lesion-viewer: ct.nrrd ") and reason in error


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (("MET_SHORT", "MET_OTHER"), "its type is 'MET_OTHER'"),
        (("NDims = 3", "NDims = 3\nElementNumberOfChannels = 2"), "2 values each"),
        (("ElementType", "HeaderSize = x\nElementType"), "its HeaderSize is 'x'"),
        (("5 3 4", "5 3 0"), "an axis has 0 voxels"),
    ],
)
def test_a_metaimage_that_is_not_understood_is_refused_by_name(
    tmp_path: Path, changes: tuple[str, str], reason: str
) -> None:
    header = META.format(more="")
    assert changes[0] in header
    path = tmp_path / "ct.mha"
    path.write_bytes(header.replace(*changes).encode() + VOXELS.astype("<i2").tobytes())
    with pytest.raises(CTError, match=rf"ct\.mha .*{reason}"):
        open_study(path)


@pytest.mark.parametrize("suffix", ["nrrd", "mha", "nii.gz"])
def test_packed_voxels_that_are_damaged_are_never_filled_up(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"ct.{suffix}"
    values = np.random.default_rng(0).integers(-1000, 1000, (9, 30, 40)).astype(np.int16)
    sitk.WriteImage(sitk.GetImageFromArray(values), str(path), useCompression=True)
    data = bytearray(path.read_bytes())
    data[-3000:-2900] = bytes(100)
    path.write_bytes(data)
    with pytest.raises(CTError, match=rf"ct\.{suffix} .*(cut off|damaged)"):
        open_study(path)
