"""Files that may be gzips, read up to their end or to the first damage."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

GZIP_MARK = b"\x1f\x8b"
GZIP_BITS = zlib.MAX_WBITS | 16
CHUNK_BYTES = 2**20


class Readable(Protocol):
    """A source of bytes that is read from beginning to end."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; none where the file ends.

        Parameters
        ----------
        size : int
            Largest number of bytes.

        Returns
        -------
        bytes
            At most ``size`` bytes.
        """


@contextmanager
def opened(path: Path) -> Iterator[Readable]:
    """A file opened for reading, inflated where its content is a gzip.

    Parameters
    ----------
    path : Path
        Any file; its content decides, not its name.

    Yields
    ------
    Readable
        The content from its beginning.
    """
    with path.open("rb") as raw:
        yield _Inflated(raw) if raw.peek(2)[:2] == GZIP_MARK else raw


def read_up_to(file: Readable, size: int) -> bytes:
    """The next bytes, or those up to where the file ends or is damaged.

    Parameters
    ----------
    file : Readable
        A source that ``opened`` yielded.
    size : int
        Number of bytes; no more than ``CHUNK_BYTES`` are read at once.

    Returns
    -------
    bytes
        At most ``size`` bytes.
    """
    chunks, left = [], size
    try:
        while left and (chunk := file.read(min(left, CHUNK_BYTES))):
            chunks.append(chunk)
            left -= len(chunk)
    except (OSError, zlib.error):
        pass
    return b"".join(chunks)


def is_sound(file: Readable) -> bool:
    """Whether the checksum of what is inflated is right; reads what is left before it.

    Parameters
    ----------
    file : Readable
        A source that ``opened`` yielded.

    Returns
    -------
    bool
        True also where there is no checksum.
    """
    try:
        while isinstance(file, _Inflated) and file.read(CHUNK_BYTES):
            pass
    except zlib.error:
        return False
    return True


def skip(file: Readable, size: int) -> None:
    """Read and discard bytes, at most up to the end of the file.

    Parameters
    ----------
    file : Readable
        A source that ``opened`` yielded.
    size : int
        Number of bytes.
    """
    while size and (chunk := read_up_to(file, min(size, CHUNK_BYTES))):
        size -= len(chunk)


class _Inflated:
    """The content of a gzip with one member or several; twice as fast as the gzip module."""

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
