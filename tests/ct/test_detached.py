"""NRRD and MetaImage headers whose voxels lie in another file: inside their folder, or refused."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError

NRRD = """NRRD0004
type: uint8
dimension: 3
sizes: 10 10 10
encoding: raw
space: left-posterior-superior
space directions: (1,0,0) (0,1,0) (0,0,1)
"""
META = """ObjectType = Image
NDims = 3
DimSize = 10 10 10
ElementType = MET_UCHAR
"""
SECRET = b"root:x:0:0:" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder beside which a secret lies, and in which links lead to it."""
    folder = tmp_path / "study"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(SECRET)
    (folder / "link.raw").symlink_to(tmp_path / "secret")
    (folder / "away").symlink_to(tmp_path)
    (folder / "zero.raw").symlink_to("/dev/zero")
    (folder / "inner.raw").write_bytes(SECRET)
    (folder / "sub/inner.raw").write_bytes(SECRET)
    (folder / "LIST.raw").write_bytes(SECRET)
    (folder / "img1.raw").write_bytes(SECRET)
    os.mkfifo(folder / "pipe.raw")
    return folder


def both(name: str) -> list[tuple[str, str]]:
    """An NRRD and a MetaImage header that name a data file."""
    return [
        ("a.nhdr", f"{NRRD}data file: {name}\n"),
        ("b.mhd", f"{META}ElementDataFile = {name}\n"),
        ("c.nrrd", f"{NRRD}datafile: {name}\n\n"),
        ("d.mha", f"{META}ElementDataFile:{name}\r\n"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "//etc/passwd",
        "../secret",
        "sub/../../secret",
        "..\\secret",
        "\\etc\\passwd",
        "C:\\secret",
        "away/secret",
        "link.raw",
        "zero.raw",
        "/dev/zero",
        "/dev/stdin",
        "-",
        "pipe.raw",
        "sub",
        ".",
        "LIST",
        "LIST 2",
        "LIST.raw",
        "img%d.raw 1 1 1",
        "img%d.raw 1 1 1 2",
        "../%s",
        "absent.raw",
        "/proc/self/environ",
    ],
)
def test_data_that_lies_elsewhere_is_refused_by_name(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file, header in both(name):
        path = folder / file
        path.write_text(header)
        assert main(["check", str(path)]) == 1
        error = capsys.readouterr().err
        assert f"{file} names the data file {name}".replace("\\", "\\") in error
        assert error.count("\n") == 1


@pytest.mark.parametrize("name", ["inner.raw", "sub/inner.raw", "./inner.raw"])
def test_data_in_the_folder_of_the_header_is_read(folder: Path, name: str) -> None:
    for file, header in both(name):
        (folder / file).write_text(header)
        (series,) = open_study(folder / file).series
        assert series.decode(0)[0, :4].tolist() == list(SECRET[:4])


TRICKS = {
    "twice.nhdr": NRRD + "data file: inner.raw\ndata file: ../secret\n",
    "twice_spelled.nhdr": NRRD + "data file: inner.raw\ndatafile: ../secret\n",
    "blank.nhdr": NRRD + "data  file: ../secret\n",
    "tab.nhdr": NRRD + "data\tfile: ../secret\n",
    "case.nhdr": NRRD + "Data File: ../secret\n",
    "keyvalue.nhdr": NRRD + "data file:=../secret\n",
    "no_blank.nhdr": NRRD + "data file:../secret\n",
    "return.nhdr": NRRD + "content: x\rdata file: ../secret\n",
    "list.nhdr": NRRD + "data file: LIST\n../secret\n",
    "list.mhd": META + "ElementDataFile = LIST\n../secret\n",
    "list2.mhd": META + "ElementDataFile = LIST 2\n../secret\n",
    "pattern.mhd": META + "ElementDataFile = ../secre%c 116 116 1\n",
    "case.mhd": META + "elementdatafile = inner.raw\nElementDataFile = ../secret\n",
    "colon.mhd": META + "ElementDataFile : ../secret\n",
    "double.mhd": META + "ElementDataFile == ../secret\n",
    "eaten.mhd": META + "Comment =\nElementDataFile = LOCAL\nElementDataFile = ../secret\n",
    "eaten_colon.mhd": META + "Comment = :\nElementDataFile = LOCAL\nElementDataFile = ../secret\n",
    "return.mhd": META + "Comment = x\rElementDataFile = ../secret\nElementDataFile = inner.raw\n",
    "no_sign.mhd": META + "ElementDataFile\n= ../secret\n",
    "long.mhd": META + f"Comment = {'x' * 500}ElementDataFile = ../secret\n",
    "local.mhd": META + "ElementDataFile = LoCaL\n",
    "zero.mhd": META + "Comment = x\0y\nElementDataFile = inner.raw\n",
    "nothing.mhd": META,
    "spelled.mhd": META + "Element Data File = inner.raw\nElementDataFile = ../secret\n",
    "short.mhd": META.replace("10 10 10", "10 10") + "ElementDataFile = inner.raw\n",
    "axes.mhd": META.replace("NDims = 3", "NDims = -1.2e16") + "ElementDataFile = inner.raw\n",
    "late.mhd": "DimSize = 10 10 10\n" + META + "ElementDataFile = inner.raw\n",
    "words.mhd": META + "ElementSpacing = 1 1 x\nElementDataFile = inner.raw\n",
    "empty.nhdr": NRRD + "data file: \n",
}


@pytest.mark.parametrize("file", TRICKS)
def test_a_reference_hidden_from_the_check_is_refused(folder: Path, file: str) -> None:
    """What ITK could understand in another way than the check is not given to it."""
    (folder / file).write_bytes(TRICKS[file].encode())
    with pytest.raises(CTError, match=file.replace(".", r"\.")):
        open_study(folder / file)


def test_a_header_that_never_ends_is_refused(folder: Path) -> None:
    (folder / "a.nhdr").write_text(NRRD + "# x\n" * 100_000 + "data file: ../secret\n")
    with pytest.raises(CTError, match=r"a\.nhdr has a header of over"):
        open_study(folder / "a.nhdr")


@pytest.mark.parametrize("file", ["a.nrrd", "a.mha", "a.nhdr", "a.mhd", "a.nii"])
def test_the_format_is_the_one_that_the_name_says(folder: Path, file: str, tmp_path: Path) -> None:
    """ITK would choose a reader by the content, and so one whose references are not checked."""
    content = tmp_path / f"b.{'nrrd' if file.startswith('a.m') else 'mha'}"
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((3, 4, 5), np.int16)), str(content))
    shutil.copy(content, folder / file)
    with pytest.raises(CTError, match=file.replace(".", r"\.")):
        open_study(folder / file)


@pytest.mark.parametrize("form", ["nhdr", "mhd"])
def test_detached_volumes_of_simpleitk_are_read(tmp_path: Path, form: str) -> None:
    voxels = np.random.default_rng(0).integers(-1000, 1500, (3, 4, 5)).astype(np.int16)
    path = tmp_path / f"my ct.{form}"
    image = sitk.GetImageFromArray(voxels)
    for is_compressed in (False, True):
        sitk.WriteImage(image, str(path), useCompression=is_compressed)
        (series,) = open_study(path).series
        np.testing.assert_array_equal(load_volume(series).voxels, voxels)


@pytest.mark.parametrize("form", ["nrrd", "mha", "nhdr", "mhd"])
def test_entries_of_other_programs_do_no_harm(tmp_path: Path, form: str) -> None:
    """SimpleITK writes the elements of DICOM along under their tags."""
    image = sitk.GetImageFromArray(np.full((3, 4, 5), -1000, np.int16))
    for name, value in (("0008|103e", "Abdomen: liver = 1"), ("note", "x" * 450), ("a b", "é")):
        image.SetMetaData(name, value)
    sitk.WriteImage(image, str(tmp_path / f"ct.{form}"))
    (series,) = open_study(tmp_path / f"ct.{form}").series
    assert series.decode(0)[0, 0] == -1000


@pytest.mark.parametrize("form", ["nhdr", "mhd"])
def test_two_images_of_one_header_are_two_studies(tmp_path: Path, form: str) -> None:
    keys = set()
    for number in (1, 2):
        path = tmp_path / str(number) / f"ct.{form}"
        path.parent.mkdir()
        image = sitk.GetImageFromArray(np.full((3, 4, 5), -1000 + number, np.int16))
        sitk.WriteImage(image, str(path))
        keys.add(open_study(path).key)
    assert (tmp_path / "1" / f"ct.{form}").read_bytes() == path.read_bytes()
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("file", "header", "faults"),
    [
        (
            "a.mhd",
            META + "ElementDataFile = inner.raw\n",
            {"missing_spacing", "missing_orientation"},
        ),
        (
            "b.nhdr",
            NRRD.split("space:")[0] + "data file: inner.raw\n",
            {"missing_spacing", "missing_orientation"},
        ),
        (
            "c.nhdr",
            NRRD.split("space:")[0] + "spacings: 1 1 2\ndata file: inner.raw\n",
            {"missing_orientation"},
        ),
        (
            "d.mhd",
            META + "ElementSpacing = 1 1 2\nElementDataFile = inner.raw\n",
            {"missing_orientation"},
        ),
    ],
)
def test_what_a_text_header_leaves_away_is_not_made_up(
    folder: Path, file: str, header: str, faults: set[str]
) -> None:
    """ITK takes 1 mm and the axes as they come."""
    (folder / file).write_text(header)
    (series,) = open_study(folder / file).series
    assert {f.code for f in series.faults} - {"not_hu", "excess_pixels"} == faults
    assert (series.spacing_mm is None) == ("missing_spacing" in faults)
    assert series.affine is None


def test_data_that_is_longer_than_its_header_says_is_a_fault(folder: Path) -> None:
    """2200 bytes where 1000 voxels of one byte are said, and 1100 of two would fit as well."""
    for file, header in both("inner.raw"):
        (folder / file).write_text(header)
        (series,) = open_study(folder / file).series
        assert "excess_pixels" in [f.code for f in series.faults], file
        (folder / file).write_text(header.replace("10 10 10", "10 10 22"))
        (series,) = open_study(folder / file).series
        assert "excess_pixels" not in [f.code for f in series.faults], file


def test_data_that_is_shorter_than_its_header_says_is_refused(folder: Path) -> None:
    for file, header in both("inner.raw"):
        (folder / file).write_text(header.replace("10 10 10", "10 10 23"))
        with pytest.raises(CTError, match=f"{file[:2]}.* cannot be read"):
            open_study(folder / file)


@pytest.mark.parametrize(
    ("space", "is_placed"),
    [
        ("left-posterior-superior", True),
        ("RAS", True),
        ("scanner-xyz", False),
        ("3D-right-handed", False),
    ],
)
def test_a_space_that_is_not_the_patients_is_no_orientation(
    folder: Path, space: str, is_placed: bool
) -> None:
    header = NRRD.replace("left-posterior-superior", space) + "data file: inner.raw\n"
    (folder / "a.nhdr").write_text(header)
    (series,) = open_study(folder / "a.nhdr").series
    assert (series.affine is not None) == is_placed
    assert ("missing_orientation" in [f.code for f in series.faults]) != is_placed


def test_values_of_several_components_are_refused(tmp_path: Path) -> None:
    for form in ("nrrd", "mha"):
        path = tmp_path / f"rgb.{form}"
        image = sitk.GetImageFromArray(np.zeros((3, 4, 5, 3), np.uint8), isVector=True)
        sitk.WriteImage(image, str(path))
        with pytest.raises(CTError, match=r"rgb.* is no volume, .*, 3 values each"):
            open_study(path)
