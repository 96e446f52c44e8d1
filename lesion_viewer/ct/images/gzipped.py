"""Files that may be gzips, read to where they end or are damaged."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

GZIP_MARK = b"\x1f\x8b"
GZIP_BITS = zlib.MAX_WBITS | 16
CHUNK_BYTES = 2**20


class Readable(Protocol):
    """What bytes are read from, one after the other."""

    def read(self, size: int, /) -> bytes:
        """Up to so many bytes; none where the file ends."""


@contextmanager
def opened(path: Path) -> Iterator[Readable]:
    """A file to read from, inflated where it is a gzip.

    Parameters
    ----------
    path : Path
        Of the file; what it is decides its content, not its name.

    Yields
    ------
    Readable
        A stream of bytes.
    """
    with path.open("rb") as raw:
        yield _Inflated(raw) if raw.peek(2)[:2] == GZIP_MARK else raw


def read_up_to(file: Readable, size: int) -> bytes:
    """So many bytes, or those up to where the file ends or is damaged.

    Parameters
    ----------
    file : Readable
        As ``opened`` yields it.
    size : int
        In bytes; no more is asked for at once than ``CHUNK_BYTES``.
    """
    chunks, left = [], size
    try:
        while left and (chunk := file.read(min(left, CHUNK_BYTES))):
            chunks.append(chunk)
            left -= len(chunk)
    except (OSError, zlib.error):
        pass
    return b"".join(chunks)


def skip(file: Readable, size: int) -> None:
    """Read on without keeping what is read, up to the end of the file at most.

    Parameters
    ----------
    file : Readable
        As ``opened`` yields it.
    size : int
        In bytes.
    """
    while size and (chunk := read_up_to(file, min(size, CHUNK_BYTES))):
        size -= len(chunk)


class _Inflated:
    """The bytes in a gzip of one member or several; half as slow as the standard library."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._inflating = zlib.decompressobj(GZIP_BITS)

    def read(self, size: int) -> bytes:
        while True:
            if self._inflating.eof:
                data = self._inflating.unused_data or self._raw.read(CHUNK_BYTES)
                self._inflating = zlib.decompressobj(GZIP_BITS)
                if not data.startswith(GZIP_MARK[: len(data)]):
                    return b""  # zeros or other bytes after the last member
            else:
                data = self._inflating.unconsumed_tail or self._raw.read(CHUNK_BYTES)
            if not data:
                return b""
            if inflated := self._inflating.decompress(data, size):
                return inflated
