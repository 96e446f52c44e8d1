"""The beginning of a DICOM file: preamble, mark and file meta information, which may be missing.

PS3.10 section 7.1 requires all three; data sets that were extracted from network messages or
written by old programs lack some of them.
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
# First groups of data sets: identification, or directory.
FIRST_GROUPS = (b"\x08\0", b"\x04\0")
FIRST_GROUPS_BIG = (b"\0\x08", b"\0\x04")
# Directory Record Sequence, SOP Class UID, SOP Instance UID, Modality: images and directories have
# one of them after few short elements; the last three have at most 64 bytes.
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
        The first bytes of the file, about a thousand; a large file of another format costs one
        short read.

    Returns
    -------
    bool
        True after the mark "DICM", before file meta information that names a transfer syntax, and
        before an ordered data set that contains an identifying element.
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
    """The transfer syntax, and the offset of the data set (PS3.10 section 7.1).

    The length that the group states is ignored, because some writers omit it. Preamble, mark and
    the whole group may be missing too: then the syntax is derived from the first element of the
    data set.

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
    struct.error
        ``data`` ends within the group.
    ValueError
        No transfer syntax is stated or recognised.
    """
    syntax, offset = "", elements_offset(data)
    while True:
        group, element, vr, length = _explicit_element(data, offset)
        if group != FILE_META_GROUP:
            break
        if vr in LONG_VRS:
            length = _length(data, offset + 8)[0]
            offset += 4
        elif vr not in VRS:  # written without VRs, in violation of the standard
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
    """The offset of the first element: after preamble and mark, where they are present.

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
    """The syntax of a data set by its first element; empty where it is not a data set.

    Deflated data sets are not recognisable, and only the meta information states how pixels are
    compressed.
    """
    group, vr = element[:2], element[4:6]
    if vr in VRS:
        if group in FIRST_GROUPS_BIG:
            return EXPLICIT_BIG_ENDIAN
        return EXPLICIT_LITTLE_ENDIAN if group in FIRST_GROUPS else ""
    return IMPLICIT_LITTLE_ENDIAN if group in FIRST_GROUPS else ""
