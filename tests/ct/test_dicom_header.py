from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from lesion_viewer.ct.dicom.header import Tag, read_header
from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.errors import CTError


def header_of(path: Path):
    return read_header(FolderFiles(path.parent), path.name)


def nested(depth: int, is_undefined_length: bool) -> Dataset:
    """A dataset in ``depth`` sequences, with a misleading Rows element at each depth."""
    item = Dataset()
    item.Rows = 7
    if depth:
        item.ReferencedImageSequence = Sequence([nested(depth - 1, is_undefined_length)] * 2)
        item["ReferencedImageSequence"].is_undefined_length = is_undefined_length
        item.is_undefined_length_sequence_item = is_undefined_length
    return item


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("is_undefined_length", [True, False])
def test_elements_in_sequences_are_not_taken_for_the_images_own(
    tmp_path, write_slice, syntax, is_undefined_length
):
    sequence = Sequence([nested(3, is_undefined_length)])
    path = write_slice(tmp_path / "slice", transfer_syntax=syntax, ReferencedImageSequence=sequence)
    dataset = pydicom.dcmread(path)
    dataset["ReferencedImageSequence"].is_undefined_length = is_undefined_length
    dataset.save_as(path)
    header = header_of(path)
    assert header.short(Tag.ROWS) == 4
    assert path.read_bytes()[header.pixel_offset :] == dataset.PixelData


def test_a_header_longer_than_the_first_read_is_read_whole(tmp_path, write_slice):
    path = write_slice(
        tmp_path / "slice", ImageComments="x" * 10_000, AcquisitionComments="y" * 10_000
    )
    header = header_of(path)
    assert header.short(Tag.COLUMNS) == 6
    assert header.pixel_offset > 20_000


def test_file_meta_information_without_its_length_is_read(tmp_path, ct_slice):
    path = tmp_path / "slice"
    pydicom.dcmwrite(path, ct_slice())
    assert b"\x02\0\0\0UL" not in path.read_bytes()
    header = header_of(path)
    assert header.short(Tag.COLUMNS) == 6
    assert header.pixel_offset is not None


def test_a_description_is_read_in_the_files_character_set(tmp_path, write_slice):
    path = write_slice(
        tmp_path / "slice", SpecificCharacterSet="ISO_IR 192", SeriesDescription="Abdomen venös"
    )
    assert header_of(path).written_text(Tag.SERIES_DESCRIPTION) == "Abdomen venös"


def test_numbers_that_are_none_count_as_absent(tmp_path, write_slice):
    path = write_slice(tmp_path / "slice")
    path.write_bytes(path.read_bytes().replace(b"0.5\\0.75", b"0.5\\nan "))
    assert header_of(path).numbers(Tag.PIXEL_SPACING) == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "is empty"), (b"hello", "is no DICOM file"), (b"\0" * 500, "is no DICOM file")],
)
def test_other_files_are_refused(tmp_path, content, reason):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(CTError, match=reason):
        header_of(path)


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_a_header_cut_off_anywhere_is_refused_or_lacks_its_pixels(tmp_path, write_slice):
    path = write_slice(tmp_path / "slice")
    data = path.read_bytes()
    for end in range(132, header_of(path).pixel_offset - 12):
        path.write_bytes(data[:end])
        try:
            assert not header_of(path).has_pixels
        except CTError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("end", [132, 140, 150])
def test_a_file_that_ends_in_its_first_elements_is_said_to_be_cut_off(tmp_path, write_slice, end):
    path = write_slice(tmp_path / "slice")
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(CTError, match="^has a damaged header: it is cut off$"):
        header_of(path)


@pytest.mark.realdata
def test_headers_are_those_that_pydicom_reads(real_data):
    compared = 0
    for path in sorted((real_data / "dicom-edge").rglob("*")):
        if not path.is_file():
            continue
        header, dataset = header_of(path), pydicom.dcmread(path)
        assert header.transfer_syntax == dataset.file_meta.TransferSyntaxUID
        for tag in Tag:
            expected = dataset.get(tag)
            assert (tag in header.values) == (expected is not None), (path, tag)
            if expected is not None and expected.VR == "SQ":
                assert header.values[tag] == b""
            elif expected is None or expected.VR in ("US", "SS"):
                assert header.short(tag, expected is not None and expected.VR == "SS") == (
                    expected.value if expected is not None else None
                )
            elif expected.VR in ("DS", "IS"):
                values = expected.value if expected.VM > 1 else [expected.value] * expected.VM
                assert header.numbers(tag) == tuple(map(float, values))
            else:
                joined = "\\".join(expected.value) if expected.VM > 1 else str(expected.value)
                assert [p.strip() for p in header.text(tag).split("\\")] == [
                    p.strip() for p in joined.split("\\")
                ]
            compared += 1
    assert compared > 2000
