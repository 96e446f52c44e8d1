"""DICOM trouble from public reports: each test names the report that its input is made after."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import ImplicitVRLittleEndian, JPEG2000Lossless

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series
from tests.ct.conftest import ct_dataset, save

WriteSlice = Callable[..., Path]
# Stored pixels of 40 HU and 140 HU, with an intercept of -1024.
PIXELS = np.array([[1064, 1164]] * 2, np.uint16)


def only_series(path: Path) -> Series:
    (series,) = open_collection(path).series
    return series


def codes(series: Series) -> list[str]:
    return [fault.code for fault in series.faults]


def first_pixels(series: Series) -> list[int]:
    return [int(series.decode(i)[0, 0]) for i in range(series.shape[0])]


@pytest.mark.parametrize("patient_of", [lambda n: "AB"[n % 2], lambda n: "AB"[n // 4]])
def test_two_patients_under_one_series_uid_are_two_parts(
    tmp_path: Path, write_slice: WriteSlice, patient_of: Callable[[int], str]
) -> None:
    """RSNA/anonymizer#18: several Patient IDs within one study."""
    ids = {"A": "JANE-1", "B": "JOHN-2"}
    for n in range(8):
        write_slice(tmp_path / f"{n}", n, PatientID=ids[patient_of(n)])
    parts = open_collection(tmp_path).series
    wanted = [[n for n in range(8) if patient_of(n) == one] for one in "AB"]
    assert [first_pixels(part) for part in parts] == wanted
    assert [codes(part)[0] for part in parts] == ["parted_series"] * 2
    said = " ".join(f"{p.uid} {p.description} {p.faults}" for p in parts)
    assert "patient 2" in said
    assert not any(patient in said for patient in ids.values())


def test_one_image_of_another_patient_is_left_out(tmp_path: Path, write_slice: WriteSlice) -> None:
    """RSNA/anonymizer#18, a single stray."""
    for n in range(4):
        write_slice(tmp_path / f"{n}", n, PatientID="A")
    write_slice(tmp_path / "stray", 4, PatientID="B")
    study = open_collection(tmp_path)
    assert [s.shape[0] for s in study.series] == [4]
    assert [(f.file, f.reason) for f in study.left_out] == [
        ("stray", "is of another patient than its series")
    ]


def test_a_patient_id_that_some_files_lost_parts_nothing(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    for n in range(4):
        write_slice(tmp_path / f"{n}", n, PatientID="A" if n % 2 else None)
    assert only_series(tmp_path).faults == ()


def test_frames_of_reference_in_one_series_are_counted(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """slicebox/slicebox#290: one series shall have a single frame of reference."""
    for n in range(6):
        write_slice(tmp_path / f"{n}", n, FrameOfReferenceUID=f"1.2.3.{n // 3}")
    series = only_series(tmp_path)
    assert codes(series) == ["frames_of_reference"]
    assert "2 Frame of Reference UIDs" in series.faults[0].text


@pytest.mark.parametrize("is_signed", [False, True])
def test_a_high_bit_of_15_on_pixels_of_12_bits_does_not_divide_the_values_by_16(
    tmp_path: Path, write_slice: WriteSlice, is_signed: bool
) -> None:
    """pydicom/pydicom#2066 and cornerstonejs/cornerstone3D#2868: where the stored bits lie."""
    stored = PIXELS.astype(np.int16) - 1500 if is_signed else PIXELS
    intercept = 476 if is_signed else -1024
    path = write_slice(
        tmp_path / "0", 0, stored=stored, BitsStored=12, HighBit=15, RescaleIntercept=intercept
    )
    series = only_series(path)
    assert series.decode(0).tolist() == [[40, 140]] * 2
    assert "high_bit" in codes(series)


def test_pixels_that_do_lie_in_the_highest_bits_are_read_from_there(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    path = write_slice(tmp_path / "0", 0, stored=PIXELS << 4, BitsStored=12, HighBit=15)
    assert only_series(path).decode(0).tolist() == [[40, 140]] * 2


def test_bits_stored_may_differ_from_slice_to_slice(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """innolitics/dicom-numpy#15: High Bit after the highest value of each slice."""
    for n in range(3):
        stored = np.full((2, 2), 1024 + 900 * n, np.uint16)
        write_slice(tmp_path / f"{n}", n, stored=stored, BitsStored=11 + n, HighBit=10 + n)
    assert first_pixels(only_series(tmp_path)) == [0, 900, 1800]


@pytest.mark.parametrize(
    ("character_sets", "raw", "text"),
    [
        (["", "ISO 2022 IR 87"], b'\x1b$BJ"It\x1b(B', "腹部"),
        (["", "ISO 2022 IR 58"], b"CT \x1b$)A\xd5\xc5", "CT 张"),
        (["", "ISO 2022 IR 149"], b"\x1b$)C\xba\xb9\xba\xce ", "복부"),
        (["GB18030"], b"\xb8\xb9\xb2\xbf", "腹部"),
    ],
)
def test_descriptions_are_shown_in_their_character_sets(
    tmp_path: Path, character_sets: list[str], raw: bytes, text: str
) -> None:
    """dcm4che/dcm4che#263 and fo-dicom/fo-dicom#1805: escapes of Japanese and Chinese text."""
    dataset = ct_dataset(0, SeriesDescription="x" * len(raw), SpecificCharacterSet=character_sets)
    path = save(dataset, tmp_path / "0")
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    assert only_series(path).description == text


def test_a_negative_spacing_between_slices_is_a_spacing(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """OHIF/Viewers#4352 and Slicer/Slicer#7987: its sign tells of the direction of stacking."""
    for n in range(3):
        write_slice(
            tmp_path / f"{n}",
            n,
            ImagePositionPatient=None,
            SpacingBetweenSlices=-5,
            SliceThickness=10,
        )
    assert only_series(tmp_path).spacing_mm == (5.0, 0.5, 0.75)


def test_a_page_among_the_slices_is_left_out_by_name(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """rordenlab/dcm2niix#143: a dose report among the images; here a page that has a position."""
    for n in range(4):
        write_slice(tmp_path / f"{n}", n)
    write_slice(tmp_path / "page", 4, ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"])
    study = open_collection(tmp_path)
    assert [s.shape[0] for s in study.series] == [4]
    assert [f.reason for f in study.left_out] == ["is a page and no slice (SCREEN SAVE)"]


def test_a_file_that_says_implicit_and_is_explicit_is_read(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """pydicom/pydicom#1943: the transfer syntax is not that of the data set."""
    path = write_slice(tmp_path / "0", 0, stored=PIXELS)
    said, wrong = b"UI\x14\x001.2.840.10008.1.2.1\0", b"UI\x12\x001.2.840.10008.1.2\0"
    data = path.read_bytes()
    assert data.count(said) == 1
    path.write_bytes(data.replace(said, wrong))
    assert only_series(path).decode(0).tolist() == [[40, 140]] * 2


@pytest.mark.parametrize(("bits", "said_bits"), [(13, 13), (16, 16), (12, 16)])
def test_jpeg_2000_of_unsigned_numbers_under_a_signed_header_is_signed(
    tmp_path: Path, bits: int, said_bits: int
) -> None:
    """pydicom/pydicom#1149 and #2073: sign and bits of the codestream are not the header's."""
    hu = np.tile(np.array([-1000, -100, 0, 40, 100, 1500], np.int32), (32, 6))
    stored = (hu & ((1 << bits) - 1)).astype(np.uint16)
    dataset = ct_dataset(0, stored, RescaleIntercept=0)
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg", generate_instance_uid=False)
    dataset.PixelRepresentation, dataset.BitsStored = 1, said_bits
    dataset.HighBit = said_bits - 1
    assert np.array_equal(only_series(save(dataset, tmp_path / "0")).decode(0), hu)


def _element(tag: tuple[int, int], vr: bytes, value: bytes) -> bytes:
    return struct.pack("<HH", *tag) + vr + struct.pack("<H", len(value)) + value


CREATOR = _element((0x11, 0x10), b"LO", b"SOME")
IMPLICIT_ITEM = (
    struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    + struct.pack("<HHI", 0x20, 0xE, 6)
    + b"1.2.3\0"
    + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
    + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
)


@pytest.mark.parametrize(
    "private",
    [
        struct.pack("<HH", 0x11, 0x1010) + b"UN\0\0\xff\xff\xff\xff" + IMPLICIT_ITEM,
        _element((0x11, 0x1010), b"??", b"abcd"),
        _element((0x11, 0x1010), b"\0\0", b"abcd"),
        _element((0x11, 0x1010), b"LO", b"abc"),
    ],
    ids=["sequence in implicit under UN", "unknown VR", "no VR", "odd length"],
)
def test_private_elements_that_are_against_the_standard_hide_no_image(
    tmp_path: Path, write_slice: WriteSlice, private: bytes
) -> None:
    """pydicom/pydicom#242 and Enet4/dicom-rs#169: private sequences of a scanner."""
    path = write_slice(tmp_path / "0", 0, stored=PIXELS)
    data = path.read_bytes()
    at = data.index(b"\x18\x00\x50\x00DS")
    path.write_bytes(data[:at] + CREATOR + private + data[at:])
    assert only_series(path).decode(0).tolist() == [[40, 140]] * 2


def test_an_explicit_private_sequence_in_an_implicit_file_hides_no_image(
    tmp_path: Path, write_slice: WriteSlice
) -> None:
    """fo-dicom/fo-dicom#565: the items of a private sequence are in the other syntax."""
    path = write_slice(tmp_path / "0", 0, stored=PIXELS, transfer_syntax=ImplicitVRLittleEndian)
    data = path.read_bytes()
    at = data.index(b"\x18\x00\x50\x00")
    creator = struct.pack("<HHI", 0x11, 0x10, 4) + b"SOME"
    item = (
        struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
        + _element((0x20, 0xE), b"UI", b"1.2.3\0")
        + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
        + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    )
    sequence = struct.pack("<HHI", 0x11, 0x1010, 0xFFFFFFFF) + item
    path.write_bytes(data[:at] + creator + sequence + data[at:])
    assert only_series(path).decode(0).tolist() == [[40, 140]] * 2
