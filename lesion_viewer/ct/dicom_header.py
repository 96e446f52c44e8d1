"""The few header elements that a CT slice needs, and where its pixels begin.

Explicit and implicit little endian are walked here, several times faster than pydicom reads them;
whatever is not plain goes to pydicom, which reads it or says what is wrong.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from io import BytesIO
from math import isfinite
from typing import Any

from lesion_viewer.ct.files import Files
from lesion_viewer.errors import CTError

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"
HEAD_BYTES = 2**14
PREAMBLE_BYTES = 132  # with the mark DICM
UNDEFINED_LENGTH = 0xFFFFFFFF


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
FILE_META_GROUP = 0x0002
TRANSFER_SYNTAX_UID = 0x00020010
PIXEL_DATA = 0x7FE00010
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
# VRs whose length takes four bytes, after two that are reserved (PS3.5 section 7.1.2).
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())

# What walking raises where a header is cut off, damaged or in another syntax.
_NOT_PLAIN = (struct.error, ValueError, RecursionError)
_explicit_element = struct.Struct("<HH2sH").unpack_from
_implicit_element = struct.Struct("<HHI").unpack_from
_length = struct.Struct("<I").unpack_from


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
    if head[128:PREAMBLE_BYTES] != b"DICM":
        raise CTError("is no DICOM file" if head else "is empty")
    try:
        return _walk_header(name, head, is_all=len(head) < HEAD_BYTES)
    except _NOT_PLAIN:
        data = files.read(name)
    try:
        return _walk_header(name, data, is_all=True)
    except _NOT_PLAIN:
        return _header_by_pydicom(name, data)


def _walk_header(name: str, data: bytes, is_all: bool) -> DicomHeader:
    """The header in ``data``; raises one of ``_NOT_PLAIN`` where it is not plain or goes on."""
    syntax, dataset = _read_file_meta(data)
    values: dict[int, bytes] = {}
    for tag, offset, length in _elements(data, dataset, syntax != IMPLICIT_LITTLE_ENDIAN):
        if tag in WANTED:
            values[tag] = data[offset : offset + length]
        elif tag == PIXEL_DATA:
            start = offset if length != UNDEFINED_LENGTH else None
            return DicomHeader(name, syntax, values, start, True)
    if not is_all:
        raise ValueError("the header goes on")
    return DicomHeader(name, syntax, values, None, False)


def _read_file_meta(data: bytes) -> tuple[str, int]:
    """The transfer syntax, and where the data set begins (PS3.10 section 7.1).

    The group's length is not relied on: many writers leave it away or get it wrong.
    """
    syntax, offset = "", PREAMBLE_BYTES
    while True:
        group, element, vr, length = _explicit_element(data, offset)
        if group != FILE_META_GROUP:
            break
        if vr in LONG_VRS:
            length = _length(data, offset + 8)[0]
            offset += 4
        offset += 8 + length
        if group << 16 | element == TRANSFER_SYNTAX_UID:
            syntax = data[offset - length : offset].decode("ascii").strip(" \0")
    if syntax in ("", DEFLATED, EXPLICIT_BIG_ENDIAN):
        raise ValueError("not plain little endian")
    return syntax, offset


def _elements(data: bytes, offset: int, is_explicit: bool) -> Iterator[tuple[int, int, int]]:
    """Tag, offset and length of each value; ValueError where they are out of order."""
    last, end = 0, len(data)
    while offset < end:
        group, element, length = _implicit_element(data, offset)
        tag = group << 16 | element
        is_nested_explicit = is_explicit
        if is_explicit and group != 0xFFFE:
            vr = data[offset + 4 : offset + 6]
            if vr in LONG_VRS:
                length = _length(data, offset + 8)[0]
                offset += 4
                is_nested_explicit = vr != b"UN"  # PS3.5 section 6.2.2, note 2
            else:
                length >>= 16
        offset += 8
        if tag <= last:
            raise ValueError("elements out of order")
        last = tag
        yield tag, offset, length
        if length == UNDEFINED_LENGTH:
            offset = _end_of_sequence(data, offset, is_nested_explicit)
        else:
            offset += length
    if offset > end:
        raise ValueError("ends within an element")


def _end_of_sequence(data: bytes, offset: int, is_explicit: bool) -> int:
    """Where a sequence of undefined length ends that begins at ``offset``."""
    while True:
        group, element, length = _implicit_element(data, offset)
        offset += 8
        if group << 16 | element == SEQUENCE_END:
            return offset
        if length != UNDEFINED_LENGTH:
            offset += length
            continue
        for tag, value, _ in _elements(data, offset, is_explicit):
            if tag == ITEM_END:
                offset = value
                break
        else:
            raise ValueError("ends within an item")


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
