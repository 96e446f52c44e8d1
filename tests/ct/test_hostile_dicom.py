"""Headers that claim what is not there, and values that no scanner writes."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.uid import DeflatedExplicitVRLittleEndian

from lesion_viewer.ct.dicom import elements
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values import hounsfield
from lesion_viewer.errors import CTError


def codes(series):
    return [fault.code for fault in series.faults]


def with_element(path, tag, vr, value):
    """The file with an element before its pixels, written byte by byte."""
    data = path.read_bytes()
    at = data.rindex(b"\xe0\x7f\x10\x00OW")
    head = struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value
    path.write_bytes(data[:at] + head + data[at:])
    return path


def test_a_deflate_bomb_is_refused_before_it_fills_the_memory(tmp_path, write_slice):
    path = write_slice(tmp_path / "bomb", transfer_syntax=DeflatedExplicitVRLittleEndian)
    data = path.read_bytes()
    start = elements.read_file_meta(data)[1]
    packer = zlib.compressobj(9, wbits=-15)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    path.write_bytes(data[:start] + packed)
    with pytest.raises(CTError, match="bomb inflates to over 33554432 bytes"):
        open_study(path)


def test_sequences_too_deep_in_one_another_are_refused(tmp_path, write_slice):
    path = write_slice(tmp_path / "deep")
    opening = b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    data = path.read_bytes()
    at = data.index(b"\x08\0\x60\0CS")
    path.write_bytes(data[:at] + opening * 5000 + data[at:])
    with pytest.raises(CTError, match="deep has sequences over 32 deep in one another"):
        open_study(path)


def test_a_series_larger_than_any_memory_is_refused(ct_folder, monkeypatch):
    monkeypatch.setattr("lesion_viewer.ct.dicom.series.MAX_VOXELS", 4 * 6 * 4)
    with pytest.raises(CTError, match=r"is of a series that is too large: 5 x 4 x 6 voxels"):
        open_study(ct_folder)
    assert hounsfield.MAX_VOXELS == 2**31


def test_pixels_that_end_before_the_next_element_are_cut_off(tmp_path, write_slice):
    """The bytes after them are padding, not pixels."""
    path = write_slice(tmp_path / "short")
    dataset = pydicom.dcmread(path)
    dataset.PixelData = dataset.PixelData[:20]
    dataset.add_new(0xFFFCFFFC, "OB", bytes(100))
    dataset.save_as(path)
    with pytest.raises(CTError, match="short is cut off: 20 of 48 bytes"):
        open_study(path).series[0].decode(0)


def test_more_pixels_than_the_size_needs_are_said(tmp_path, write_slice):
    path = write_slice(tmp_path / "slice")
    dataset = pydicom.dcmread(path)
    dataset.Rows = 3
    dataset.save_as(path)
    assert codes(open_study(path).series[0]) == ["excess_pixels"]


def test_padding_that_is_shown_as_air_is_said(tmp_path, write_slice):
    stored = np.array([[63536, 1024]], np.uint16)
    path = write_slice(tmp_path / "slice", stored=stored, PixelPaddingValue=63536)
    (series,) = open_study(path).series
    assert codes(series) == ["bright_padding"]
    assert "63536" in series.faults[0].text
    assert series.decode(0).tolist() == [[-1024, 0]]


def test_a_modality_look_up_table_is_refused(tmp_path, write_slice):
    path = with_element(write_slice(tmp_path / "lut"), 0x00283000, b"SQ", b"")
    data = path.read_bytes().replace(b"\x28\0\x00\x30SQ\0\0", b"\x28\0\x00\x30SQ\0\0\0\0\0\0")
    path.write_bytes(data)
    with pytest.raises(CTError, match="lut has a modality look-up table"):
        open_study(path)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ImagePositionPatient": [1e300, 0, 0]}, None),
        ({"PixelSpacing": [1e200, 0.5]}, "missing_spacing"),
        ({"PixelSpacing": [-1, 0.5]}, "missing_spacing"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, None),
        ({"WindowWidth": 1e300}, None),
        ({"SliceThickness": 1e-300}, None),
    ],
)
def test_numbers_beyond_any_patient_count_as_absent(tmp_path, write_slice, changes, code):
    with pydicom.config.disable_value_validation():
        path = write_slice(tmp_path / "slice", **changes)
    (series,) = open_study(path).series
    assert series.decode(0).shape == (4, 6)
    if code:
        assert code in codes(series)
        assert series.spacing_mm is None
    if "ImagePositionPatient" in changes or "ImageOrientationPatient" in changes:
        assert series.affine is None
    if "WindowWidth" in changes:
        assert series.file_window is None


@pytest.mark.parametrize("slope", [1e300, 1e7])
def test_a_rescale_beyond_any_ct_is_refused(tmp_path, write_slice, slope):
    with pydicom.config.disable_value_validation():
        path = write_slice(tmp_path / "slice", RescaleSlope=slope)
    with pytest.raises(CTError, match="unusable rescale slope"):
        open_study(path)


def test_a_number_with_a_mark_between_thousands_is_none(tmp_path, write_slice):
    """Python reads 1_0 as 10."""
    path = write_slice(tmp_path / "slice")
    path.write_bytes(path.read_bytes().replace(b"-1024.0 ", b"-1_024.0"))
    with pytest.raises(CTError, match="has no rescale slope and intercept"):
        open_study(path)


@pytest.mark.parametrize("uid", ["../../../etc/cron.d/x", "/abs/olute", "a\\b", "C:x", "." * 64])
def test_uids_that_are_paths_stay_texts(tmp_path, write_slice, monkeypatch, uid):
    from lesion_viewer.review.user_folders import journal_path

    with pydicom.config.disable_value_validation():
        path = write_slice(
            tmp_path / "s" / "slice", StudyInstanceUID=uid, SeriesInstanceUID=uid,
            SOPInstanceUID=uid,
        )  # fmt: skip
    study = open_study(path)
    assert study.series[0].study_uid == uid
    journal = journal_path(study.key)
    assert journal.parent == journal_path("").parent
    assert journal.resolve() == journal.absolute()


def test_a_value_longer_than_any_is_refused(tmp_path, write_slice):
    path = write_slice(tmp_path / "long", transfer_syntax="1.2.840.10008.1.2")
    data = path.read_bytes()
    at = data.index(b"\x28\x00\x30\x00")
    path.write_bytes(data[: at + 4] + struct.pack("<I", 20000) + b"1" * 20000 + data[at + 16 :])
    with pytest.raises(CTError, match="long has a damaged header: PIXEL_SPACING takes up 20000"):
        open_study(path)


def png(rows, columns, *more):
    buffer = BytesIO()
    Image.fromarray(np.zeros((4, 4), np.uint16)).save(buffer, "PNG")
    data = buffer.getvalue()
    header = struct.pack(">IIBBBBB", columns, rows, 16, 0, 0, 0, 0)
    chunk = (
        struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    return data[:8] + chunk + b"".join(more) + data[33:]


@pytest.mark.parametrize("side", [2**16, 2**31 - 1])
def test_a_png_bomb_is_refused_by_its_header(tmp_path, side):
    (tmp_path / "1.png").write_bytes(png(side, side))
    with pytest.raises(CTError, match=f"1.png has an unusable size of {side} x {side} pixels"):
        open_study(tmp_path / "1.png")


def test_a_png_with_a_second_header_is_refused(tmp_path):
    second = png(20000, 20000)[8:33]
    (tmp_path / "1.png").write_bytes(png(4, 4, second))
    series = open_study(tmp_path / "1.png").series[0]
    with pytest.raises(CTError, match=r"1\.png cannot be decoded"):
        series.decode(0)


def test_a_png_that_claims_more_than_it_holds_is_refused(tmp_path):
    (tmp_path / "1.png").write_bytes(png(8192, 8192))
    series = open_study(tmp_path / "1.png").series[0]
    with pytest.raises(CTError, match=r"1\.png cannot be decoded"):
        series.decode(0)
