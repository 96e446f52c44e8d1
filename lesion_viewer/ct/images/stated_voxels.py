"""The voxels that the text header of an NRRD or MetaImage states, read from their file."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.gzipped import (
    GZIP_BITS,
    Readable,
    inflated,
    is_sound,
    read_up_to,
    skip,
)
from lesion_viewer.errors import CTError

AXES = 3
# A number with its blank, in a file whose voxels are text.
MAX_TEXT_BYTES = 64


class Packing(Enum):
    """How the voxels are written."""

    RAW = "raw"
    GZIP = "gzip"
    ZLIB = "zlib"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class StatedVoxels:
    """What a text header states about the voxels and their position.

    Attributes
    ----------
    name : str
        Of the header, for messages.
    kind : str
        "Nrrd" or "MetaImage".
    dtype : np.dtype[Any]
        Type of a stored voxel.
    size : tuple[int, int, int]
        Voxels along the three axes of the file.
    parts : int
        Number of volumes in time.
    spacing : NDArray[np.float64]
        Of the three axes, in the header's unit; 1 where it states none.
    direction : NDArray[np.float64]
        3 x 3, the directions of the three axes as columns, LPS.
    origin : NDArray[np.float64]
        Position of the first voxel, LPS, in the header's unit.
    packing : Packing
        How the voxels are written.
    lines : int
        Lines of the file to skip.
    offset : int
        Bytes to skip, after the lines and after inflating; -1 where the voxels end the file.
    """

    name: str
    kind: str
    dtype: np.dtype[Any]
    size: tuple[int, int, int]
    parts: int
    spacing: NDArray[np.float64]
    direction: NDArray[np.float64]
    origin: NDArray[np.float64]
    packing: Packing = Packing.RAW
    lines: int = 0
    offset: int = 0

    @property
    def data_bytes(self) -> int:
        """Bytes of all voxels, not packed."""
        return prod(self.size) * self.parts * self.dtype.itemsize


def parts_of(name: str, sizes: Sequence[int], components: int) -> int:
    """How many volumes in time an image holds.

    Parameters
    ----------
    name : str
        Of the file, for the message.
    sizes : Sequence[int]
        Of its axes, that of time last.
    components : int
        Values of a voxel.

    Returns
    -------
    int
        1 for three axes.

    Raises
    ------
    CTError
        There are not three or four axes, or several values a voxel.
    """
    if len(sizes) not in (AXES, AXES + 1) or components != 1:
        dimensions = " x ".join(map(str, sizes))
        text = f"{dimensions}, {components} values each"
        raise CTError(f"{name} is no volume, nor volumes in time: {text}")
    if min(sizes) < 1:
        raise CTError(f"{name} cannot be read: an axis has {min(sizes)} voxels")
    return prod(sizes[AXES:])


def whole_number(path: Path, entry: str, text: str, least: int = 0) -> int:
    """The whole number that an entry of a header is.

    Parameters
    ----------
    path : Path
        The file, for the message.
    entry : str
        Name of the entry, for the message.
    text : str
        What the header says.
    least : int
        Smallest number that is accepted.

    Returns
    -------
    int
        Of up to 18 digits.

    Raises
    ------
    CTError
        The text is no such number.
    """
    if not re.fullmatch(r"-?\d{1,18}", text) or int(text) < least:
        raise CTError(f"{path.name} cannot be read: its {entry} is '{text[:40]}'")
    return int(text)


def stated_slabs(path: Path, begin: int, stated: StatedVoxels) -> Iterator[NDArray[Any]]:
    """The planes of the file's third axis, volume after volume.

    Parameters
    ----------
    path : Path
        The file that contains the voxels.
    begin : int
        Length of the header in that file; 0 where it is another file.
    stated : StatedVoxels
        What the header says.

    Yields
    ------
    NDArray[Any]
        (second axis, first axis) of the stored type; float64 where the voxels are text.

    Raises
    ------
    CTError
        The file ends before its last voxel, or is damaged; the message names the
        header.
    """
    columns, rows, slices = stated.size
    count = stated.parts * slices
    with path.open("rb") as raw:
        file = _at_first_voxel(path, raw, begin, stated)
        if stated.packing is Packing.TEXT:
            yield from _numbers(file, stated).reshape(count, rows, columns)
            return
        for _ in range(count):
            data = read_up_to(file, rows * columns * stated.dtype.itemsize)
            if len(data) < rows * columns * stated.dtype.itemsize:
                raise _cut_off(stated)
            yield np.frombuffer(data, stated.dtype).reshape(rows, columns)
        if not is_sound(file):
            raise _cut_off(stated)


def _at_first_voxel(path: Path, raw: IO[bytes], begin: int, stated: StatedVoxels) -> Readable:
    if stated.offset < 0:
        start = path.stat().st_size - stated.data_bytes
        if start < begin or stated.packing is not Packing.RAW:
            raise _cut_off(stated)
        raw.seek(start)
        return raw
    raw.seek(begin)
    for _ in range(stated.lines):
        if not raw.readline():
            raise _cut_off(stated)
    file: Readable = raw
    if stated.packing in (Packing.GZIP, Packing.ZLIB):
        bits = GZIP_BITS if stated.packing is Packing.GZIP else zlib.MAX_WBITS
        file = inflated(raw, bits)
    skip(file, stated.offset)
    return file


def _numbers(file: Readable, stated: StatedVoxels) -> NDArray[np.float64]:
    count = prod(stated.size) * stated.parts
    words = read_up_to(file, count * MAX_TEXT_BYTES).split()[:count]
    if len(words) < count:
        raise _cut_off(stated)
    try:
        return np.array([float(word) for word in words])
    except ValueError as error:
        raise CTError(f"{stated.name} cannot be read: a voxel is no number") from error


def _cut_off(stated: StatedVoxels) -> CTError:
    return CTError(f"{stated.name} cannot be read: it is cut off or damaged before its last voxel")
