"""The few header elements that a CT slice needs, and where its pixels begin.

What is plain little endian is walked; all else goes to pydicom, which reads it or says what is
wrong.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from io import BytesIO
from math import isfinite
from typing import Any

from lesion_viewer.ct.dicom_elements import (
    EXPLICIT_BIG_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    MARK,
    MARK_OFFSET,
    NOT_PLAIN,
    UNDEFINED_LENGTH,
    read_file_meta,
    walk_elements,
)
from lesion_viewer.ct.files import Files
from lesion_viewer.errors import CTError

# Holds the header of most CT slices; a longer one takes a second read.
HEAD_BYTES = 2**14


class Tag(IntEnum):
    """The elements that are read (PS3.6 chapter 6)."""

    SPECIFIC_CHARACTER_SET = 0x00080005
    IMAGE_TYPE = 0x00080008
    SOP_CLASS_UID = 0x00080016
    SOP_INSTANCE_UID = 0x00080018
    MODALITY = 0x00080060
    SERIES_DESCRIPTION = 0x0008103E
    SLICE_THICKNESS = 0x00180050
    SPACING_BETWEEN_SLICES = 0x00180088
    STUDY_INSTANCE_UID = 0x0020000D
    SERIES_INSTANCE_UID = 0x0020000E
    SERIES_NUMBER = 0x00200011
    INSTANCE_NUMBER = 0x00200013
    IMAGE_POSITION = 0x00200032
    IMAGE_ORIENTATION = 0x00200037
    SAMPLES_PER_PIXEL = 0x00280002
    PHOTOMETRIC_INTERPRETATION = 0x00280004
    NUMBER_OF_FRAMES = 0x00280008
    ROWS = 0x00280010
    COLUMNS = 0x00280011
    PIXEL_SPACING = 0x00280030
    BITS_ALLOCATED = 0x00280100
    BITS_STORED = 0x00280101
    HIGH_BIT = 0x00280102
    PIXEL_REPRESENTATION = 0x00280103
    PIXEL_PADDING_VALUE = 0x00280120
    PIXEL_PADDING_RANGE_LIMIT = 0x00280121
    WINDOW_CENTER = 0x00281050
    WINDOW_WIDTH = 0x00281051
    RESCALE_INTERCEPT = 0x00281052
    RESCALE_SLOPE = 0x00281053
    RESCALE_TYPE = 0x00281054


WANTED = frozenset(map(int, Tag))
PIXEL_DATA = 0x7FE00010


@dataclass(slots=True)
class DicomHeader:
    """What one file's header says; values as they stand in the file.

    Attributes
    ----------
    file : name within the opened path
    transfer_syntax : UID
    values : tag -> value bytes
    pixel_offset : where the pixel data's value begins in the file; None where that is not known
    has_pixels : whether there is pixel data
    """

    file: str
    transfer_syntax: str
    values: dict[int, bytes]
    pixel_offset: int | None
    has_pixels: bool

    def text(self, tag: Tag) -> str:
        """A value as text, empty where there is none."""
        return self.values.get(tag, b"").decode("ascii", "replace").strip(" \0")

    def numbers(self, tag: Tag) -> tuple[float, ...]:
        """The numbers of a decimal or integer string; empty where one of them is none."""
        return _numbers(self.values.get(tag, b""))

    def number(self, tag: Tag) -> float | None:
        """The first number of a decimal or integer string, None where there is none."""
        return next(iter(self.numbers(tag)), None)

    def short(self, tag: Tag, is_signed: bool = False) -> int | None:
        """A 16-bit integer, None where there is none."""
        value = self.values.get(tag, b"")
        if len(value) != 2:
            return None
        is_big = self.transfer_syntax == EXPLICIT_BIG_ENDIAN
        return int.from_bytes(value, "big" if is_big else "little", signed=is_signed)

    def description(self) -> str:
        """The Series Description in the file's character set."""
        value = self.values.get(Tag.SERIES_DESCRIPTION, b"")
        if value.isascii():
            return value.decode("ascii").strip(" \0")
        from pydicom.charset import convert_encodings, decode_bytes

        names = self.text(Tag.SPECIFIC_CHARACTER_SET).split("\\")
        return decode_bytes(value, convert_encodings(names), set()).strip(" \0")


def read_header(files: Files, name: str) -> DicomHeader:
    """The header of one DICOM file.

    Raises
    ------
    CTError
        Where the file cannot be read or is no DICOM; says why without naming it.
    """
    head = files.read(name, 0, HEAD_BYTES)
    if head[MARK_OFFSET : MARK_OFFSET + len(MARK)] != MARK:
        raise CTError("is no DICOM file" if head else "is empty")
    try:
        return _walk_header(name, head, is_all=len(head) < HEAD_BYTES)
    except NOT_PLAIN:
        data = files.read(name)
    try:
        return _walk_header(name, data, is_all=True)
    except NOT_PLAIN:
        return _header_by_pydicom(name, data)


def _walk_header(name: str, data: bytes, is_all: bool) -> DicomHeader:
    """The header in ``data``; raises one of ``NOT_PLAIN`` where it is not plain or goes on."""
    syntax, dataset = read_file_meta(data)
    values: dict[int, bytes] = {}
    for tag, offset, length in walk_elements(data, dataset, syntax != IMPLICIT_LITTLE_ENDIAN):
        if tag in WANTED:
            values[tag] = data[offset : offset + length]
        elif tag == PIXEL_DATA:
            start = offset if length != UNDEFINED_LENGTH else None
            return DicomHeader(name, syntax, values, start, True)
    if not is_all:
        raise ValueError("the header goes on")
    return DicomHeader(name, syntax, values, None, False)


def _header_by_pydicom(name: str, data: bytes) -> DicomHeader:
    import pydicom

    try:
        dataset = pydicom.dcmread(BytesIO(data), specific_tags=[*WANTED, PIXEL_DATA])
        values = {int(tag): _value_bytes(dataset.get_item(tag).value) for tag in dataset.keys()}
        syntax = str(dataset.file_meta.TransferSyntaxUID)
    except Exception as error:  # pydicom raises many kinds for what is damaged
        raise CTError(f"has a damaged header: {error}") from error
    has_pixels = values.pop(PIXEL_DATA, None) is not None
    return DicomHeader(name, syntax, values, None, has_pixels)


def _value_bytes(value: Any) -> bytes:
    """A value as it stands in the file; pydicom has turned the character set into text."""
    if isinstance(value, bytes):
        return value
    names = [value] if isinstance(value, str) else value or []
    return "\\".join(map(str, names)).encode()


@lru_cache(4096)
def _numbers(value: bytes) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in value.strip(b" \0").split(b"\\") if part.strip())
    except ValueError:
        return ()
    return numbers if all(map(isfinite, numbers)) else ()
