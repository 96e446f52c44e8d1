"""Trouble with image files, folders and zips from public reports, which each test names."""

import gzip
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.fileset import FileSet

from lesion_viewer.ct.images.numbered_slices import list_pngs
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series
from lesion_viewer.errors import CTError
from lesion_viewer.exchange.deeplesion.image_files import list_slices
from tests.ct.conftest import ct_dataset, save
from tests.ct.nifti_files import header_1

# 40 HU above air, and the same stored as halves with -1024 taken off.
HU = np.full((3, 4, 5), 40, np.int16)
HU[:, 0] = -1000
STORED = ((HU + 1024) // 2).astype(np.int16)
NRRD = (
    "NRRD0005\ntype: short\ndimension: 3\nsizes: 5 4 3\nendian: little\nencoding: raw\n"
    "space: left-posterior-superior\n"
)
MHA = (
    "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
    "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 1 2 3\n"
)
MHA_END = "DimSize = 5 4 3\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
RESOURCE_FORK = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(60)


def only_series(path: Path) -> Series:
    (series,) = open_collection(path).series
    return series


def codes(series: Series) -> list[str]:
    return [fault.code for fault in series.faults]


def directions(a: float, b: float, c: float) -> str:
    return f"space directions: ({a},0,0) (0,{b},0) (0,0,{c})\n"


def write_nrrd(path: Path, header: str) -> Path:
    path.write_bytes((NRRD + header + "\n").encode() + HU.tobytes())
    return path


@pytest.mark.parametrize(
    ("unit", "mm"),
    [("mm", 1.0), ("cm", 10.0), ("m", 1e3), ("microns", 1e-3), ("inch", 25.4), ("", 1.0)],
)
def test_lengths_of_an_nrrd_are_in_its_units(tmp_path: Path, unit: str, mm: float) -> None:
    """ANTsX/ANTsPy#514 and BIC-MNI/minc-toolkit#38: ITK takes every unit for a millimetre."""
    units = f'space units: "{unit}" "{unit}" "{unit}"\n'
    header = directions(0.7 / mm, 0.8 / mm, 2 / mm) + f"space origin: (0,0,{30 / mm})\n" + units
    series = only_series(write_nrrd(tmp_path / "a.nrrd", header))
    assert series.spacing_mm == pytest.approx((2, 0.8, 0.7))
    assert series.slices[0].location_mm == pytest.approx(30)


@pytest.mark.parametrize("units", ['"mm" "mm" "cm"', '"pixel" "pixel" "pixel"'])
def test_units_that_are_none_of_length_or_several_are_refused(tmp_path: Path, units: str) -> None:
    """JuliaImages/Images.jl#127: a unit string of pixels."""
    path = write_nrrd(tmp_path / "a.nrrd", directions(1, 1, 1) + f"space units: {units}\n")
    with pytest.raises(CTError, match=r"a\.nrrd gives lengths in .*, which are not read"):
        open_collection(path)


def test_spacings_that_are_no_numbers_are_not_one_millimetre(tmp_path: Path) -> None:
    """natverse/nat#385 and its kind: entries of an axis that are none."""
    header = NRRD.replace("space: left-posterior-superior\n", "spacings: 0.7 0.7 nan\n")
    path = tmp_path / "a.nrrd"
    path.write_bytes((header + "thicknesses: nan nan 5\n\n").encode() + HU.tobytes())
    series = only_series(path)
    assert series.spacing_mm is None
    assert "missing_spacing" in codes(series)


def test_an_nrrd_with_a_list_axis_of_one_is_a_volume(tmp_path: Path) -> None:
    """pnlbwh/conversion#13: the first of four axes has no direction in space."""
    header = NRRD.replace("dimension: 3\nsizes: 5 4 3", "dimension: 4\nsizes: 1 5 4 3")
    header += "space directions: none (0.7,0,0) (0,0.8,0) (0,0,2)\n"
    header += "kinds: list domain domain domain\n\n"
    path = tmp_path / "a.nrrd"
    path.write_bytes(header.encode() + HU.tobytes())
    series = only_series(path)
    assert series.spacing_mm == (2, 0.8, 0.7)
    assert np.array_equal(series.decode(1), HU[1])


def test_values_that_were_quantized_are_named(tmp_path: Path) -> None:
    """teem's "old min" and "old max", which ITK's reader leaves out."""
    path = write_nrrd(tmp_path / "a.nrrd", directions(1, 1, 1) + "old min: -1000\nold max: 3000\n")
    assert "quantized_values" in codes(only_series(path))


def test_the_scale_of_a_metaimage_is_applied(tmp_path: Path) -> None:
    """SimpleITK/SimpleITK#1205 and its kind: a slope in the header that nobody applies."""
    scale = "ElementToIntensityFunctionSlope = 2\nElementToIntensityFunctionOffset = -1024\n"
    path = tmp_path / "a.mha"
    path.write_bytes(
        (MHA + scale + "ElementSpacing = 1 1 1\n" + MHA_END).encode() + STORED.tobytes()
    )
    assert np.array_equal(only_series(path).decode(1), HU[1])
    path.write_bytes(path.read_bytes().replace(b"Slope = 2", b"Slope = x"))
    with pytest.raises(CTError, match=r"a\.mha has an unusable scale: x and -1024"):
        open_collection(path)


@pytest.mark.parametrize(("unit", "mm"), [("um", 1e-3), ("mm", 1.0), ("cm", 10.0), ("?", 1.0)])
def test_lengths_of_a_metaimage_are_in_its_units(tmp_path: Path, unit: str, mm: float) -> None:
    """InsightSoftwareConsortium/ITKIOOMEZarrNGFF#42: spacing "always millimetres"."""
    spacing = f"DistanceUnits = {unit}\nElementSpacing = {0.7 / mm} {0.8 / mm} {2 / mm}\n"
    path = tmp_path / "a.mha"
    path.write_bytes((MHA + spacing + MHA_END).encode() + HU.tobytes())
    assert only_series(path).spacing_mm == pytest.approx((2, 0.8, 0.7))


def test_a_nifti_whose_fourth_axis_is_0_is_one_volume(tmp_path: Path) -> None:
    """scilus/fibernavigator#40: the number of bands is not set."""
    path = tmp_path / "a.nii"
    path.write_bytes(header_1(HU, dim=(4, 5, 4, 3, 0, 0, 0, 0)) + bytes(4) + HU.tobytes())
    assert only_series(path).shape == (3, 4, 5)


@pytest.mark.parametrize(("qfac", "first_hu"), [(0, 1), (1, 1), (-1, 3)])
def test_a_qfac_of_0_is_1(tmp_path: Path, qfac: int, first_hu: int) -> None:
    """nipy/nibabel#522: pixdim[0] of 0; nifti1.h takes it for 1."""
    values = np.arange(1, 4, dtype=np.int16)[:, np.newaxis, np.newaxis] * np.ones_like(HU)
    header = header_1(values, codes=(1, 0), pixdim=(qfac, 0.5, 0.75, 2, 1, 1, 1, 1))
    path = tmp_path / "a.nii"
    path.write_bytes(header + bytes(4) + values.tobytes())
    assert int(only_series(path).decode(0)[0, 0]) == first_hu


def test_a_gzip_of_two_members_with_zeros_behind_them_is_read_whole(tmp_path: Path) -> None:
    """Files packed in blocks, as by bgzip, and padded by tapes."""
    data = header_1(HU) + bytes(4) + HU.tobytes()
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(data[:400]) + gzip.compress(data[400:]) + bytes(512))
    assert int(only_series(path).decode(2).max()) == 40


def write_png(path: Path, hu: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8), 32768 + hu, np.uint16)).save(path)


def test_files_that_macos_adds_stand_for_no_slice(tmp_path: Path) -> None:
    """OpenNeuroOrg/openneuro#2520: ``._109.png`` beside ``109.png``; it stood for the slice."""
    folder = tmp_path / "000001_01_01"
    for n in range(1, 4):
        write_png(folder / f"{n:03d}.png", n)
        (folder / f"._{n:03d}.png").write_bytes(RESOURCE_FORK)
    assert list_slices(tmp_path, ["000001_01_01"])["000001_01_01"] == {
        n: f"000001_01_01/{n:03d}.png" for n in range(1, 4)
    }
    assert list_pngs(tmp_path) == [f"000001_01_01/{n:03d}.png" for n in range(1, 4)]
    study = open_collection(tmp_path)
    assert [int(study.series[0].decode(n)[0, 0]) for n in range(3)] == [1, 2, 3]
    assert {f.reason for f in study.left_out} == {"is no DICOM file"}


def test_slices_in_capital_letters_are_there(tmp_path: Path) -> None:
    """bastula/dicompyler#4: extensions in capital letters on Linux."""
    write_png(tmp_path / "000001_01_01" / "002.PNG", 7)
    write_png(tmp_path / "000002_01_01_005.PNG", 7)
    assert list_slices(tmp_path, ["000001_01_01", "000002_01_01"]) == {
        "000001_01_01": {2: "000001_01_01/002.PNG"},
        "000002_01_01": {5: "000002_01_01_005.PNG"},
    }


def test_chunks_of_a_png_change_no_value(tmp_path: Path) -> None:
    """Yolo_mark#107 and its kind: gamma, significant bits, transparency, EXIF orientation."""
    exif = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" + bytes(6)
    chunks = {
        b"gAMA": struct.pack(">I", 45455),
        b"sBIT": b"\x0c",
        b"tRNS": struct.pack(">H", 32808),
        b"eXIf": exif,
    }
    values = np.full((4, 6), 32808, ">u2")
    values[0] = 31768
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    for n, (kind, data) in enumerate(chunks.items(), 1):
        parts = [
            (b"IHDR", struct.pack(">IIBBBBB", 6, 4, 16, 0, 0, 0, 0)),
            (kind, data),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        ]
        content = b"".join(
            struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d))
            for k, d in parts
        )
        (tmp_path / f"{n}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    series = only_series(tmp_path)
    for n in range(4):
        assert series.decode(n).tolist() == [[-1000] * 6] + [[40] * 6] * 3


def test_a_zip_with_backslashes_has_folders(tmp_path: Path) -> None:
    """nih-at/libzip#291 and python/cpython#91036: names as Windows writes them."""
    write_png(tmp_path / "one.png", 7)
    content = (tmp_path / "one.png").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("Images\\000001_01_01\\"), b"")
        for series in (1, 2):
            for n in (3, 4):
                name = f"Images\\00000{series}_01_01\\{n:03d}.png"
                archive.writestr(zipfile.ZipInfo(name), content)
    study = open_collection(tmp_path / "a.zip")
    assert [s.uid for s in study.series] == ["000001_01_01/003-004", "000002_01_01/003-004"]
    assert study.left_out == ()


def test_a_zip_of_macos_gives_the_images_and_names_what_it_adds(tmp_path: Path) -> None:
    """OpenNeuroOrg/openneuro#2520, in a zip: ``__MACOSX`` and ``._`` files."""
    slice_file = save(ct_dataset(0), tmp_path / "slice").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a/IM0.dcm", slice_file)
        archive.writestr("__MACOSX/a/._IM0.dcm", RESOURCE_FORK)
    study = open_collection(tmp_path / "a.zip")
    assert [s.shape for s in study.series] == [(1, 4, 6)]
    assert [f.reason for f in study.left_out] == ["is no DICOM file"]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = FileSet()
    for n in range(3):
        files.add(
            ct_dataset(
                n, PatientID="1", PatientName="A", StudyDate="20200101", StudyTime="1", StudyID="1"
            )
        )
    folder = tmp_path_factory.mktemp("disk") / "disk"
    files.write(folder)
    return folder


@pytest.mark.parametrize(
    "copied_as",
    [
        lambda name, is_file: name.lower(),
        lambda name, is_file: name.capitalize(),
        lambda name, is_file: f"{name}.dcm" if is_file else name,
        lambda name, is_file: f"{name.lower()}.DCM" if is_file else name,
        lambda name, is_file: f"{name}.;1" if is_file else name,
    ],
    ids=["small", "capitalised", "extension", "small with extension", "version"],
)
def test_files_of_a_dicomdir_are_found_as_disks_are_copied(
    tmp_path: Path, disk: Path, copied_as: Callable[[str, bool], str]
) -> None:
    """nroduit/Weasis#272: other case, an extension, the version of ISO 9660."""
    copy = tmp_path / "copy"
    shutil.copytree(disk, copy)
    for path in sorted(copy.rglob("*"), key=lambda p: -len(p.parts)):
        if path.name != "DICOMDIR":
            path.rename(path.with_name(copied_as(path.name, path.is_file())))
    assert only_series(copy / "DICOMDIR").shape[0] == 3


def test_of_two_files_that_a_dicomdir_may_mean_none_is_taken(tmp_path: Path, disk: Path) -> None:
    """The same: what is listed as IM000000 is neither IM000000.a nor IM000000.b."""
    copy = tmp_path / "copy"
    shutil.copytree(disk, copy)
    first = next(p for p in sorted(copy.rglob("*")) if p.is_file() and p.name != "DICOMDIR")
    for suffix in "ab":
        shutil.copy(first, first.with_name(f"{first.name}.{suffix}"))
    first.unlink()
    study = open_collection(copy / "DICOMDIR")
    assert study.series[0].shape[0] == 2
    assert [f.reason for f in study.left_out] == ["is listed in the DICOMDIR and is not there"]
