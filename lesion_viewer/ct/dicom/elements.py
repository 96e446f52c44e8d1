"""The top-level elements of a DICOM file, found without decoding values.

This is several times faster than reading a header with pydicom.
"""

import struct
import zlib
from collections.abc import Iterator

from lesion_viewer.ct.dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN
from lesion_viewer.ct.files.inflation import MAX_RATIO, RATIO_COUNTS_FROM_BYTES
from lesion_viewer.errors import CTError

UNDEFINED_LENGTH = 0xFFFFFFFF

ITEM_GROUP = 0xFFFE
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
# VRs whose length has four bytes, after two reserved bytes (PS3.5 section 7.1.2).
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
VRS = LONG_VRS | frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
)

MAX_INFLATED_BYTES = 2**28
# Nesting of sequences; the standard describes at most a third of this.
MAX_DEPTH = 32

# Raised by ``walk_elements`` where a file is truncated, damaged or in another syntax.
NOT_PLAIN = (struct.error, ValueError)

_LITTLE = tuple(struct.Struct(f"<{f}").unpack_from for f in ("HHI", "I"))
_BIG = tuple(struct.Struct(f">{f}").unpack_from for f in ("HHI", "I"))


def inflated(data: bytes, dataset: int) -> bytes:
    """A file in the deflated transfer syntax with its data set inflated (PS3.5 annex A.5).

    Parameters
    ----------
    data : bytes
        The whole file.
    dataset : int
        Offset of the data set in bytes; it stays the same.

    Returns
    -------
    bytes
        The bytes before the data set, then the inflated data set.

    Raises
    ------
    CTError
        The data set is damaged, or inflates to more than any image needs.
    """
    most = min(MAX_INFLATED_BYTES, max(RATIO_COUNTS_FROM_BYTES, MAX_RATIO * len(data)))
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflating.decompress(data[dataset:], most)
    except zlib.error as error:
        raise CTError(f"has a damaged deflated data set: {error}") from error
    if inflating.unconsumed_tail:
        raise CTError(f"inflates to over {most} bytes")
    return data[:dataset] + content


def walk_elements(
    data: bytes, offset: int, syntax_is_explicit: bool, is_big_endian: bool = False, depth: int = 0
) -> Iterator[tuple[int, int, int]]:
    """Tag, offset of the value, and length of each top-level element, in file order.

    Elements within sequences are skipped. A length may be ``UNDEFINED_LENGTH``.

    Parameters
    ----------
    data : bytes
        The file, or its beginning.
    offset : int
        Where the first element begins, in bytes.
    syntax_is_explicit : bool
        Whether elements state their VR.
    is_big_endian : bool
        Byte order of tags and lengths.
    depth : int
        Number of sequences that enclose the elements; 0 for the data set itself.

    Yields
    ------
    tuple[int, int, int]
        Tag, offset in ``data`` in bytes, and length in bytes.

    Raises
    ------
    struct.error
        ``data`` ends within the head of an element.
    ValueError
        Elements are out of order, or ``data`` ends within a value.
    CTError
        Sequences are nested more than ``MAX_DEPTH`` deep.
    """
    element_at, long_at = _BIG if is_big_endian else _LITTLE
    last, end = 0, len(data)
    while offset < end:
        group, element, length = element_at(data, offset)
        tag = group << 16 | element
        is_nested_explicit = syntax_is_explicit
        if syntax_is_explicit and group != ITEM_GROUP:
            vr = data[offset + 4 : offset + 6]
            if vr in LONG_VRS:
                length = long_at(data, offset + 8)[0]
                offset += 4
                is_nested_explicit = vr != b"UN"  # PS3.5 section 6.2.2, note 2
            else:
                length = length & 0xFFFF if is_big_endian else length >> 16
        offset += 8
        if tag <= last:
            raise ValueError("elements out of order")
        last = tag
        yield tag, offset, length
        if length == UNDEFINED_LENGTH:
            offset = _end_of_sequence(data, offset, is_nested_explicit, is_big_endian, depth + 1)
        else:
            offset += length
    if offset > end:
        raise ValueError("ends within an element")


def is_big_endian(syntax: str) -> bool:
    """Whether a data set in a transfer syntax is big endian.

    Parameters
    ----------
    syntax : str
        UID.
    """
    return syntax == EXPLICIT_BIG_ENDIAN


def _end_of_sequence(data: bytes, offset: int, is_explicit: bool, is_big: bool, depth: int) -> int:
    """End of a sequence of undefined length whose items begin at ``offset``."""
    if depth > MAX_DEPTH:
        raise CTError(f"has sequences over {MAX_DEPTH} deep in one another")
    element_at = (_BIG if is_big else _LITTLE)[0]
    while True:
        group, element, length = element_at(data, offset)
        offset += 8
        if group << 16 | element == SEQUENCE_END:
            return offset
        if length == UNDEFINED_LENGTH:
            offset = _end_of_item(data, offset, is_explicit, is_big, depth)
        else:
            offset += length


def _end_of_item(data: bytes, offset: int, is_explicit: bool, is_big: bool, depth: int) -> int:
    # Some private sequences are explicit in implicit files; no value is as long as "VR" would say.
    is_explicit = is_explicit or data[offset + 4 : offset + 6] in VRS
    for tag, value, _ in walk_elements(data, offset, is_explicit, is_big, depth):
        if tag == ITEM_END:
            return value
    raise ValueError("ends within an item")
