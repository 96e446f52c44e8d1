"""Files that lack the preamble, the mark, the meta information, or all of them."""

import io
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.errors import CTError

SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]


def whole(dataset: FileDataset) -> bytes:
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def bare(dataset: Dataset, syntax: UID) -> bytes:
    """The data set alone."""
    plain, buffer = Dataset(), io.BytesIO()
    plain.update({element.tag: element for element in dataset})
    pydicom.dcmwrite(
        buffer, plain, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian
    )
    return buffer.getvalue()


def write_study(folder: Path, files: list[bytes]) -> Path:
    folder.mkdir()
    for number, data in enumerate(files):
        (folder / f"IM{number}").write_bytes(data)
    return folder


def values(folder: Path) -> list[int]:
    study = open_collection(folder)
    assert study.left_out == ()
    (series,) = study.series
    assert series.affine is not None
    return [int(series.decode(i)[0, 0]) for i in range(series.shape[0])]


@pytest.mark.parametrize("cut", [132, 128], ids=["no mark", "no preamble"])
def test_files_without_a_preamble_are_read(
    tmp_path: Path, ct_slice: Callable[..., FileDataset], cut: int
) -> None:
    files = [whole(ct_slice(i))[cut:] for i in range(3)]
    assert values(write_study(tmp_path / "study", files)) == [0, 1, 2]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda s: s.keyword)
@pytest.mark.parametrize("before", [b"", bytes(128) + b"DICM"], ids=["bare", "marked"])
def test_data_sets_without_meta_information_are_read(
    tmp_path: Path, ct_slice: Callable[..., FileDataset], syntax: UID, before: bytes
) -> None:
    files = [before + bare(ct_slice(i), syntax) for i in range(3)]
    if syntax is ExplicitVRBigEndian:
        files = [before + bare(swapped(ct_slice(i)), syntax) for i in range(3)]
    assert values(write_study(tmp_path / "study", files)) == [0, 1, 2]


def swapped(dataset: FileDataset) -> FileDataset:
    """The slice with the bytes of its pixels in big endian."""
    pixels = dataset.PixelData
    dataset.PixelData = bytes(
        b for pair in zip(pixels[1::2], pixels[::2], strict=True) for b in pair
    )
    return dataset


def test_a_long_header_without_meta_information_is_read_on(
    tmp_path: Path, ct_slice: Callable[..., FileDataset]
) -> None:
    comments = {"ImageComments": "x" * 10_000, "AcquisitionComments": "y" * 10_000}
    files = [bare(ct_slice(i, **comments), ImplicitVRLittleEndian) for i in range(2)]
    assert values(write_study(tmp_path / "study", files)) == [0, 1]


def test_meta_information_without_a_transfer_syntax_leaves_it_to_the_data_set(
    tmp_path: Path, ct_slice: Callable[..., FileDataset]
) -> None:
    data = whole(ct_slice(0))
    at = data.index(b"\x02\0\x10\0UI")
    assert values(write_study(tmp_path / "study", [data[:at] + data[at + 28 :]])) == [0]


def test_compressed_pixels_of_an_unknown_syntax_are_refused_by_name(
    tmp_path: Path, ct_slice: Callable[..., FileDataset]
) -> None:
    dataset = ct_slice(0)
    dataset.compress(RLELossless)
    folder = write_study(tmp_path / "study", [bare(dataset, ExplicitVRLittleEndian)])
    with pytest.raises(CTError, match="IM0 has compressed pixels, and no transfer syntax"):
        open_collection(folder)


def test_a_zip_of_files_without_meta_information_is_read(
    tmp_path: Path, ct_slice: Callable[..., FileDataset]
) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        for i in range(3):
            archive.writestr(f"IM{i}", bare(ct_slice(i), ImplicitVRLittleEndian))
    assert values(tmp_path / "study.zip") == [0, 1, 2]


@pytest.mark.parametrize(
    "content",
    [
        b"\x08\0\x05\0" + bytes(range(256)) * 80,
        b"\x02\0\0\0UL\x04\0" + bytes(20_000),
        b"\x08\0\x16\0UI\xff\xff" + b"1" * 20_000,
        b"\x08\0\x08\0CS\x04\0ABCD" * 2000,
    ],
    ids=["implicit", "meta", "long", "repeated"],
)
def test_files_that_only_begin_like_dicom_are_left_out_after_one_short_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    (tmp_path / "junk").write_bytes(content)
    read, sizes = FolderFiles.read, []

    def counted(self: FolderFiles, name: str, offset: int = 0, size: int = -1) -> bytes:
        sizes.append(size)
        return read(self, name, offset, size)

    monkeypatch.setattr(FolderFiles, "read", counted)
    with pytest.raises(CTError, match="junk is no DICOM file"):
        open_collection(tmp_path)
    assert sizes == [2**14]


def test_an_image_of_another_modality_without_meta_information_is_named(
    tmp_path: Path, ct_slice: Callable[..., FileDataset]
) -> None:
    data = bare(ct_slice(0, Modality="MR", SOPClassUID=CTImageStorage), ImplicitVRLittleEndian)
    with pytest.raises(CTError, match="is MR, not CT"):
        open_collection(write_study(tmp_path / "study", [data]))
