"""The header elements that a CT slice needs, and the place of its pixels.

Valid headers are walked. Others are given to pydicom, which reads them or states what is wrong.
"""

import re
import struct
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO
from typing import Any

from lesion_viewer.ct.dicom.beginning import is_dicom, read_file_meta
from lesion_viewer.ct.dicom.decimal_strings import numbers_of
from lesion_viewer.ct.dicom.elements import NOT_PLAIN, inflated, is_big_endian, walk_elements
from lesion_viewer.ct.dicom.transfer_syntaxes import DEFLATED, IMPLICIT_LITTLE_ENDIAN
from lesion_viewer.ct.files.opened_files import Files
from lesion_viewer.errors import CTError

ZIP_MARK = b"PK\x03\x04"
# Longer than the header of most CT slices; longer headers need a second or third read.
HEAD_BYTES = 2**14
LONG_HEAD_BYTES = 2**22
# Longer values of the wanted elements are damaged.
MAX_VALUE_BYTES = 2**14
# Begins a change of character set (PS3.5 section 6.1.2.5); Japanese text has no other sign of it.
ESCAPE = b"\x1b"
# What pydicom leaves of such a change in Chinese text.
DESIGNATION = re.compile(r"\x1b[$()*+,./-]{1,2}[0-9A-Za-z]")


class Tag(IntEnum):
    """The elements that are read (PS3.6 chapter 6); of sequences only whether they are present."""

    DIRECTORY_RECORDS = 0x00041220
    SPECIFIC_CHARACTER_SET = 0x00080005
    IMAGE_TYPE = 0x00080008
    SOP_CLASS_UID = 0x00080016
    SOP_INSTANCE_UID = 0x00080018
    STUDY_DATE = 0x00080020
    ACQUISITION_DATE_TIME = 0x0008002A
    ACQUISITION_TIME = 0x00080032
    CONTENT_TIME = 0x00080033
    MODALITY = 0x00080060
    STUDY_DESCRIPTION = 0x00081030
    SERIES_DESCRIPTION = 0x0008103E
    PATIENT_ID = 0x00100020
    ISSUER_OF_PATIENT_ID = 0x00100021
    CONTRAST_AGENT = 0x00180010
    SLICE_THICKNESS = 0x00180050
    KVP = 0x00180060
    ECHO_TIME = 0x00180081
    ECHO_NUMBERS = 0x00180086
    SPACING_BETWEEN_SLICES = 0x00180088
    PROTOCOL_NAME = 0x00181030
    CONTRAST_START_TIME = 0x00181042
    TRIGGER_TIME = 0x00181060
    FILTER_TYPE = 0x00181160
    IMAGER_PIXEL_SPACING = 0x00181164
    CONVOLUTION_KERNEL = 0x00181210
    MONOENERGETIC_EQUIVALENT = 0x0018937C
    STUDY_INSTANCE_UID = 0x0020000D
    SERIES_INSTANCE_UID = 0x0020000E
    SERIES_NUMBER = 0x00200011
    ACQUISITION_NUMBER = 0x00200012
    INSTANCE_NUMBER = 0x00200013
    IMAGE_POSITION = 0x00200032
    IMAGE_ORIENTATION = 0x00200037
    FRAME_OF_REFERENCE = 0x00200052
    TEMPORAL_POSITION = 0x00200100
    STACK_ID = 0x00209056
    CARDIAC_PHASE = 0x00209241
    RESPIRATORY_PHASE = 0x00209245
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
    VOI_LUT_FUNCTION = 0x00281056
    RESCALE_INTERCEPT = 0x00281052
    RESCALE_SLOPE = 0x00281053
    RESCALE_TYPE = 0x00281054
    MODALITY_LUT = 0x00283000
    VOI_LUT = 0x00283010


WANTED = frozenset(map(int, Tag))
SEQUENCES = frozenset((Tag.DIRECTORY_RECORDS, Tag.MODALITY_LUT, Tag.VOI_LUT))
PIXEL_DATA = 0x7FE00010
# Binary values: float and double (PS3.5 section 6.2, FL and FD).
FLOATS = {Tag.MONOENERGETIC_EQUIVALENT: "d", Tag.CARDIAC_PHASE: "f", Tag.RESPIRATORY_PHASE: "f"}
# Alternatives to Pixel Data (PS3.3 C.7.6.24 and C.7.6.25).
FLOAT_PIXEL_DATA = {0x7FE00008: "Float Pixel Data", 0x7FE00009: "Double Float Pixel Data"}


@dataclass(slots=True)
class DicomHeader:
    """What the header of a file states about one image; values are kept as stored in the file.

    Attributes
    ----------
    file : str
        Name relative to the opened path.
    transfer_syntax : str
        UID.
    values : dict[int, bytes]
        Tag to value bytes; the values of the frame where the file holds several.
    pixel_offset : int
        Offset of the value of the pixel data in bytes, in the inflated file.
    pixel_bytes : int
        Length of that value; ``UNDEFINED_LENGTH`` where it consists of fragments.
    has_pixels : bool
        Whether the file contains Pixel Data.
    float_pixels : str
        Name of the element that holds floating point pixels; empty where there is none.
    frame, frames : int
        Index of the image in the file, from 0, and number of images.
    """

    file: str
    transfer_syntax: str
    values: dict[int, bytes]
    pixel_offset: int
    pixel_bytes: int
    has_pixels: bool
    float_pixels: str = ""
    frame: int = 0
    frames: int = 1

    def text(self, tag: Tag) -> str:
        """A value as text; empty where there is none.

        Parameters
        ----------
        tag : Tag
            Element with a text value.

        Returns
        -------
        str
            ASCII text without padding; other bytes are replaced.
        """
        return self.values.get(tag, b"").decode("ascii", "replace").strip(" \0")

    def value_text(self, tag: Tag) -> str:
        """A value as text that is equal for equal values: numbers have no redundant digits.

        Parameters
        ----------
        tag : Tag
            Element with a text, a decimal string or one of ``FLOATS``.

        Returns
        -------
        str
            Empty where there is no value.
        """
        if tag == Tag.SERIES_DESCRIPTION:
            return self.written_text(tag)
        value = self.values.get(tag, b"")
        if form := FLOATS.get(tag):
            if len(value) != struct.calcsize(form):
                return ""
            order = ">" if is_big_endian(self.transfer_syntax) else "<"
            return f"{struct.unpack(order + form, value)[0]:g}"
        number = self.number(tag) if b"\\" not in value else None
        return self.text(tag) if number is None else f"{number:.12g}"

    def numbers(self, tag: Tag) -> tuple[float, ...]:
        """The numbers of a decimal or integer string.

        Parameters
        ----------
        tag : Tag
            Element with the string.

        Returns
        -------
        tuple[float, ...]
            Empty where the value is missing, or a part of it is not a finite number.
        """
        return numbers_of(self.values.get(tag, b""))

    def decimals(self, tag: Tag) -> tuple[float, ...]:
        """The numbers of a decimal string of lengths; decimal commas are read as points.

        A comma violates PS3.5 section 6.2. In millimetres and cosines it cannot separate thousands,
        in other values it might.

        Parameters
        ----------
        tag : Tag
            Element with positions, directions or distances.

        Returns
        -------
        tuple[float, ...]
            Empty where the value is missing, or a part of it is not a finite number.
        """
        value = self.values.get(tag, b"")
        return numbers_of(value.replace(b",", b".") if b"," in value else value)

    def number(self, tag: Tag) -> float | None:
        """The first number of a decimal or integer string; None where there is none.

        Parameters
        ----------
        tag : Tag
            Element with the string.

        Returns
        -------
        float | None
            A finite number.
        """
        return next(iter(self.numbers(tag)), None)

    def short(self, tag: Tag, is_signed: bool = False) -> int | None:
        """A 16-bit integer; None where there is none.

        Parameters
        ----------
        tag : Tag
            Element with VR US or SS.
        is_signed : bool
            Whether the value is in two's complement.

        Returns
        -------
        int | None
            The value in the byte order of the file.
        """
        value = self.values.get(tag, b"")
        if len(value) != 2:
            return None
        is_big = is_big_endian(self.transfer_syntax)
        return int.from_bytes(value, "big" if is_big else "little", signed=is_signed)

    def written_text(self, tag: Tag) -> str:
        """A text that people wrote, decoded with the character set of the file.

        Parameters
        ----------
        tag : Tag
            Element with such a text.

        Returns
        -------
        str
            Empty where there is none.
        """
        value = self.values.get(tag, b"")
        if value.isascii() and ESCAPE not in value:
            return value.decode("ascii").strip(" \0")
        from pydicom.charset import convert_encodings, decode_bytes

        names = self.text(Tag.SPECIFIC_CHARACTER_SET).split("\\")
        try:
            text: str = decode_bytes(value, convert_encodings(names), set())
        except (LookupError, UnicodeError):
            text = value.decode("ascii", "backslashreplace")
        return DESIGNATION.sub("", text).strip(" \0")


def read_header(files: Files, name: str) -> DicomHeader:
    """The header of one DICOM file.

    Parameters
    ----------
    files : Files
        Files of the opened path.
    name : str
        Name of the file.

    Returns
    -------
    DicomHeader
        The wanted elements, and the place of the pixel data.

    Raises
    ------
    CTError
        The file cannot be read or is not DICOM; the message does not name the file.
    """
    head = files.read(name, 0, HEAD_BYTES)
    if not is_dicom(head):
        raise CTError(_why_no_dicom(head))
    for size in (HEAD_BYTES, LONG_HEAD_BYTES):
        if size > HEAD_BYTES:
            head = files.read(name, 0, size)
        try:
            syntax, dataset = read_file_meta(head)
            if syntax != DEFLATED:
                return _walk_header(name, head, syntax, dataset, is_all=len(head) < size)
            break
        except NOT_PLAIN:
            if len(head) < size:
                break
    return _header_of_all(name, files.read(name))


def _why_no_dicom(head: bytes) -> str:
    if head.startswith(ZIP_MARK):
        return "is a zip: open it by itself, or unpack it"
    return "is no DICOM file" if head else "is empty"


def dataset_bytes(files: Files, header: DicomHeader, end: int) -> bytes:
    """The beginning of a file, inflated where it is deflated.

    Parameters
    ----------
    files : Files
        Files of the opened path.
    header : DicomHeader
        Header of the file; its offsets hold for the answer.
    end : int
        Number of bytes, counted in the inflated file.

    Returns
    -------
    bytes
        Fewer bytes where the file ends before.
    """
    if header.transfer_syntax != DEFLATED:
        return files.read(header.file, 0, end)
    data = files.read(header.file)
    return inflated(data, read_file_meta(data)[1])[:end]


def _header_of_all(name: str, data: bytes) -> DicomHeader:
    """The header of a file that the first bytes did not suffice for, from all of its bytes."""
    try:
        syntax, dataset = read_file_meta(data)
    except struct.error as error:
        raise CTError("has a damaged header: it is cut off") from error
    except ValueError as error:
        raise CTError(f"has a damaged header: {error}") from error
    if syntax == DEFLATED:
        data = inflated(data, dataset)
    try:
        return _walk_header(name, data, syntax, dataset, is_all=True)
    except NOT_PLAIN:
        return _header_by_pydicom(name, data, syntax, dataset)


def _walk_header(name: str, data: bytes, syntax: str, dataset: int, is_all: bool) -> DicomHeader:
    """The header in ``data``; one of ``NOT_PLAIN`` where it is not in order or incomplete."""
    values: dict[int, bytes] = {}
    is_explicit = syntax != IMPLICIT_LITTLE_ENDIAN
    for tag, offset, length in walk_elements(data, dataset, is_explicit, is_big_endian(syntax)):
        if tag in WANTED:
            values[tag] = _wanted_value(tag, data, offset, length)
        elif tag in FLOAT_PIXEL_DATA:
            return DicomHeader(name, syntax, values, 0, 0, False, FLOAT_PIXEL_DATA[tag])
        elif tag == PIXEL_DATA:
            return DicomHeader(name, syntax, values, offset, length, True)
    if not is_all:
        raise ValueError("the header goes on")
    return DicomHeader(name, syntax, values, 0, 0, False)


def _wanted_value(tag: int, data: bytes, offset: int, length: int) -> bytes:
    if tag in SEQUENCES:
        return b""
    if length > MAX_VALUE_BYTES:
        raise CTError(f"has a damaged header: {Tag(tag).name} takes up {length} bytes")
    return data[offset : offset + length]


def _header_by_pydicom(name: str, data: bytes, syntax: str, start: int) -> DicomHeader:
    from pydicom.filereader import read_dataset
    from pydicom.tag import Tag as PydicomTag

    is_implicit = syntax == IMPLICIT_LITTLE_ENDIAN
    stream = BytesIO(data)
    stream.seek(start)
    wanted: list[Any] = [
        PydicomTag(tag) for tag in sorted((*WANTED, *FLOAT_PIXEL_DATA, PIXEL_DATA))
    ]
    try:
        dataset = read_dataset(stream, is_implicit, not is_big_endian(syntax), specific_tags=wanted)
        elements = {int(tag): dataset.get_item(tag) for tag in dataset.keys()}
        pixels: Any = elements.pop(PIXEL_DATA, None)
        floats = "".join(FLOAT_PIXEL_DATA[t] for t in FLOAT_PIXEL_DATA if elements.pop(t, None))
        place = (int(pixels.value_tell), int(pixels.length)) if pixels is not None else (0, 0)
        values = {t: b"" if t in SEQUENCES else _value_bytes(e) for t, e in elements.items()}
    except Exception as error:  # pydicom raises many kinds for what is damaged
        raise CTError(f"has a damaged header: {error}") from error
    has_pixels = pixels is not None and not floats
    return DicomHeader(name, syntax, values, *place, has_pixels, floats)


def _value_bytes(element: Any) -> bytes:
    """A value as stored in the file; pydicom gives the character set as text."""
    value = element.value
    if isinstance(value, bytes):
        return value[:MAX_VALUE_BYTES]
    names = [value] if isinstance(value, str) else value or []
    return "\\".join(map(str, names)).encode()[:MAX_VALUE_BYTES]
