"""How a DICOM file begins: with or without a preamble, the mark and file meta information.

PS3.10 section 7.1 asks for all three; data sets that were cut out of network messages or written
by old programs lack some of them.
"""

import struct

from lesion_viewer.ct.dicom.elements import (
    LONG_VRS,
    NOT_PLAIN,
    VRS,
    is_big_endian,
    walk_elements,
)
from lesion_viewer.ct.dicom.transfer_syntaxes import (
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from lesion_viewer.errors import CTError

MARK = b"DICM"
MARK_OFFSET = 128
FILE_META_GROUP = 0x0002
TRANSFER_SYNTAX_UID = 0x00020010
# Groups that a data set begins with: the identifying one, or that of a directory.
FIRST_GROUPS = (b"\x08\0", b"\x04\0")
FIRST_GROUPS_BIG = (b"\0\x08", b"\0\x04")
# Directory Record Sequence, SOP Class UID, SOP Instance UID, Modality: an image or a directory has
# one of them, behind few and short elements; the last three take up 64 bytes or less.
DIRECTORY_RECORDS = 0x00041220
TELLING_TAGS = frozenset((0x00080016, 0x00080018, 0x00080060))
MAX_TELLING_BYTES = 64

_explicit_element = struct.Struct("<HH2sH").unpack_from
_length = struct.Struct("<I").unpack_from


def is_dicom(head: bytes) -> bool:
    """Whether a file is DICOM by its first bytes, with or without preamble and meta information.

    Parameters
    ----------
    head : bytes
        The file's first bytes, some thousand of them. No more is looked at, so that a large file of
        another kind costs one short read.

    Returns
    -------
    bool
        True behind the mark, before file meta information that names a transfer syntax, and before
        a data set in order that says what it is.
    """
    if elements_offset(head):
        return True
    try:
        syntax, start = read_file_meta(head)
        if start:
            return syntax.replace(".", "").isdigit()
        elements = walk_elements(head, 0, syntax != IMPLICIT_LITTLE_ENDIAN, is_big_endian(syntax))
        return any(
            tag == DIRECTORY_RECORDS or (tag in TELLING_TAGS and length <= MAX_TELLING_BYTES)
            for tag, _, length in elements
        )
    except (*NOT_PLAIN, CTError):
        return False


def read_file_meta(data: bytes) -> tuple[str, int]:
    """The transfer syntax, and where the data set begins (PS3.10 section 7.1).

    The length that the group states is not relied on: some writers leave it away. Preamble, mark
    and the whole group may be missing too: then the data set's first element tells its syntax.

    Parameters
    ----------
    data : bytes
        The file, or its beginning.

    Returns
    -------
    tuple[str, int]
        UID of the transfer syntax; offset of the data set in bytes.

    Raises
    ------
    One of ``NOT_PLAIN``
        Where there is no transfer syntax.
    """
    syntax, offset = "", elements_offset(data)
    while True:
        group, element, vr, length = _explicit_element(data, offset)
        if group != FILE_META_GROUP:
            break
        if vr in LONG_VRS:
            length = _length(data, offset + 8)[0]
            offset += 4
        elif vr not in VRS:  # written without VRs, against the standard
            length = _length(data, offset + 4)[0]
        offset += 8 + length
        if group << 16 | element == TRANSFER_SYNTAX_UID:
            syntax = data[offset - length : offset].decode("ascii").strip(" \0")
    if syntax in ("", IMPLICIT_LITTLE_ENDIAN):  # or explicit, whatever the group says
        syntax = _syntax_by_content(data[offset : offset + 8]) or syntax
    if not syntax:
        raise ValueError("no transfer syntax")
    return syntax, offset


def elements_offset(data: bytes) -> int:
    """Where the first element begins: behind the mark, if there is one.

    Parameters
    ----------
    data : bytes
        The file, or its beginning.

    Returns
    -------
    int
        Offset in bytes; 0 for a file without preamble and mark.
    """
    if data[MARK_OFFSET : MARK_OFFSET + len(MARK)] == MARK:
        return MARK_OFFSET + len(MARK)
    return len(MARK) if data.startswith(MARK) else 0


def _syntax_by_content(element: bytes) -> str:
    """The syntax of a data set whose first element begins so; empty where it is none.

    A deflated data set looks like any other bytes, and nothing but the meta information tells how
    pixels are compressed.
    """
    group, vr = element[:2], element[4:6]
    if vr in VRS:
        if group in FIRST_GROUPS_BIG:
            return EXPLICIT_BIG_ENDIAN
        return EXPLICIT_LITTLE_ENDIAN if group in FIRST_GROUPS else ""
    return IMPLICIT_LITTLE_ENDIAN if group in FIRST_GROUPS else ""
