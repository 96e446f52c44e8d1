"""Compressed pixel data: the fragments of each frame (PS3.5 annex A.4)."""

import struct
from collections.abc import Sequence

from lesion_viewer.errors import CTError

ITEM = b"\xfe\xff\x00\xe0"
SEQUENCE_END = b"\xfe\xff\xdd\xe0"
# End marker of JPEG, JPEG-LS and JPEG 2000; up to two bytes of padding may follow.
END_OF_CODESTREAM = b"\xff\xd9"

Span = tuple[int, int]


def frame_of(data: bytes, frame: int, frames: int) -> bytes:
    """The codestream of one frame.

    Parameters
    ----------
    data : bytes
        Value of the pixel data: the item of the offset table, then the fragments.
    frame : int
        Index of the frame, from 0.
    frames : int
        Number of frames in the file.

    Returns
    -------
    bytes
        The fragments of the frame, joined.

    Raises
    ------
    CTError
        The fragments are cut off, or do not make ``frames`` frames.
    """
    table, fragments = _items_of(data)
    if not fragments:
        raise CTError("holds no compressed pixels")
    if frames == 1:
        spans = fragments
    else:
        spans = _groups(data, table, fragments, frames)[frame]
    return b"".join(data[start:end] for start, end in spans)


def _items_of(data: bytes) -> tuple[bytes, list[Span]]:
    """The basic offset table, and begin and end of each fragment's value."""
    items: list[Span] = []
    offset = 0
    while data[offset : offset + 4] == ITEM:
        (length,) = struct.unpack_from("<I", data.ljust(offset + 8), offset + 4)
        start, offset = offset + 8, offset + 8 + length
        if offset > len(data):
            raise CTError(f"is cut off: compressed pixels end {offset - len(data)} bytes early")
        items.append((start, offset))
    if data[offset : offset + 4] != SEQUENCE_END and offset < len(data):
        raise CTError("holds compressed pixels that are damaged between their fragments")
    if not items:
        raise CTError("holds compressed pixels without fragments")
    (start, end), *fragments = items
    return data[start:end], fragments


def _groups(data: bytes, table: bytes, fragments: list[Span], frames: int) -> list[list[Span]]:
    """The fragments of each frame."""
    if len(fragments) == frames:
        return [[fragment] for fragment in fragments]
    firsts = _firsts_by_table(table, fragments) or _firsts_by_ends(data, fragments)
    if len(firsts) != frames:
        raise CTError(f"holds {len(firsts)} compressed frames, not {frames} as its header says")
    ends = [*firsts[1:], len(fragments)]
    return [fragments[a:b] for a, b in zip(firsts, ends, strict=True)]


def _firsts_by_table(table: bytes, fragments: Sequence[Span]) -> list[int]:
    """Index of each frame's first fragment by the offset table; empty where it does not fit."""
    origin = fragments[0][0] - 8
    numbers = {start - 8 - origin: n for n, (start, _) in enumerate(fragments)}
    offsets = [o for (o,) in struct.iter_unpack("<I", table[: len(table) // 4 * 4])]
    firsts = [numbers.get(offset, -1) for offset in offsets]
    is_rising = all(a < b for a, b in zip(firsts, firsts[1:], strict=False))
    return firsts if firsts[:1] == [0] and is_rising else []


def _firsts_by_ends(data: bytes, fragments: Sequence[Span]) -> list[int]:
    """Index of each frame's first fragment: those that follow the end of a codestream."""
    ends = [END_OF_CODESTREAM in data[max(start, end - 4) : end] for start, end in fragments]
    return [0, *(n + 1 for n, is_end in enumerate(ends[:-1]) if is_end)]
