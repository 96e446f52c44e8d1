"""Files that may be gzips, read to where they end or are damaged."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

GZIP_MARK = b"\x1f\x8b"
CHUNK_BYTES = 2**20

Readable = IO[bytes] | gzip.GzipFile


@contextmanager
def opened(path: Path) -> Iterator[Readable]:
    """A file to read from, inflated where it is a gzip.

    Parameters
    ----------
    path : of the file; what it is decides its content, not its name

    Yields
    ------
    A stream of bytes.
    """
    with path.open("rb") as raw:
        if raw.peek(2)[:2] == GZIP_MARK:
            with gzip.GzipFile(fileobj=raw) as inflated:
                yield inflated
        else:
            yield raw


def read_up_to(file: Readable, size: int) -> bytes:
    """So many bytes, or those up to where the file ends or is damaged.

    Parameters
    ----------
    file : as ``opened`` yields it
    size : in bytes; no more is asked for at once than ``CHUNK_BYTES``
    """
    chunks, left = [], size
    try:
        while left and (chunk := file.read(min(left, CHUNK_BYTES))):
            chunks.append(chunk)
            left -= len(chunk)
    except (EOFError, OSError, zlib.error):
        pass
    return b"".join(chunks)


def skip(file: Readable, size: int) -> None:
    """Read on without keeping what is read, up to the end of the file at most.

    Parameters
    ----------
    file : as ``opened`` yields it
    size : in bytes
    """
    while size and (chunk := read_up_to(file, min(size, CHUNK_BYTES))):
        size -= len(chunk)
