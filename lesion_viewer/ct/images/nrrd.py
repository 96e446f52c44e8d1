"""What the header of an NRRD says of its voxels."""

import re
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.images.stated_voxels import (
    AXES,
    Packing,
    StatedVoxels,
    parts_of,
    whole_number,
)
from lesion_viewer.ct.images.text_headers import TextHeader
from lesion_viewer.errors import CTError

Value = TypeVar("Value")

# Section 5, "type"; blocks are no numbers.
TYPES = {
    **dict.fromkeys(("signed char", "int8", "int8_t"), "i1"),
    **dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1"),
    **dict.fromkeys(
        ("short", "short int", "signed short", "signed short int", "int16", "int16_t"), "i2"
    ),
    **dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), "u2"),
    **dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4"),
    **dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4"),
    **dict.fromkeys(
        ("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"), "i8"
    ),
    **dict.fromkeys(
        ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"), "u8"
    ),
    **{"signed long long int": "i8", "float": "f4", "double": "f8"},
}
ENCODINGS = {
    "raw": Packing.RAW,
    **dict.fromkeys(("gz", "gzip"), Packing.GZIP),
    **dict.fromkeys(("txt", "text", "ascii"), Packing.TEXT),
}
ENDIANS = {"little": "<", "big": ">"}
# Axes of several values of one voxel have other kinds, such as vector, list or RGB-color.
DOMAINS = {"", "???", "none", "domain", "space", "time"}
# The directions of a space's axes in LPS; other spaces are taken as they are.
TO_LPS = {
    **dict.fromkeys(("right-anterior-superior", "ras"), np.array([-1.0, -1, 1])),
    **dict.fromkeys(("left-anterior-superior", "las"), np.array([1.0, -1, 1])),
}
VECTOR = re.compile(r"\(([^()]*)\)|(none)")


def nrrd_voxels(path: Path, header: TextHeader) -> StatedVoxels:
    """What an NRRD says of its voxels.

    Parameters
    ----------
    path : Path
        The file, for messages.
    header : TextHeader
        Its header.

    Returns
    -------
    StatedVoxels
        Three axes in space, and volumes in time where there is a fourth.

    Raises
    ------
    CTError
        The header states no volume of numbers, or cannot be understood; the message names the
        file.

    Notes
    -----
    "Definition of NRRD File Format", teem.sourceforge.net/nrrd/format.html.
    """
    fields = header.fields
    sizes = tuple(whole_number(path, "size", text) for text in fields.get("sizes", "").split())
    if len(sizes) != whole_number(path, "dimension", fields.get("dimension", "0")):
        raise CTError(f"{path.name} cannot be read: it has sizes of another number of axes")
    kinds = [*fields.get("kinds", "").lower().split(), *[""] * len(sizes)][: len(sizes)]
    axes = [axis for axis, kind in enumerate(kinds) if kind in DOMAINS]
    components = prod(size for axis, size in enumerate(sizes) if axis not in axes)
    parts = parts_of(path.name, [sizes[axis] for axis in axes], components)
    spacing, direction = _axes(path, fields, axes)
    turn = TO_LPS.get(fields.get("space", "").lower(), np.ones(AXES))
    return StatedVoxels(
        name=path.name,
        kind="Nrrd",
        dtype=_dtype(path, fields),
        size=(sizes[axes[0]], sizes[axes[1]], sizes[axes[2]]),
        parts=parts,
        spacing=spacing,
        direction=turn[:, np.newaxis] * direction,
        origin=turn * _origin(path, fields),
        packing=_known(path, "encoding", fields.get("encoding", "").lower(), ENCODINGS),
        lines=whole_number(path, "line skip", fields.get("lineskip", "0")),
        offset=whole_number(path, "byte skip", fields.get("byteskip", "0"), least=-1),
    )


def _axes(
    path: Path, fields: Mapping[str, str], axes: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Spacing and directions of the three axes in space."""
    if "spacedirections" not in fields:
        stated = [_number(text) for text in fields.get("spacings", "").split()]
        sides = [stated[axis] if axis < len(stated) else 1.0 for axis in axes[:AXES]]
        return np.where(np.isfinite(sides), sides, 1.0), np.eye(AXES)
    vectors = _vectors(path, fields["spacedirections"])
    kept = [vectors[axis] if axis < len(vectors) else () for axis in axes]
    if any(len(vector) < AXES for vector in kept[:AXES]):
        raise CTError(f"{path.name} has unusable axes: {fields['spacedirections'][:80]}")
    if any(any(vector[AXES:]) for vector in kept[:AXES]) or any(any(v[:AXES]) for v in kept[AXES:]):
        raise CTError(f"{path.name} has unusable axes: the time axis has a direction in space")
    matrix = np.array([vector[:AXES] for vector in kept[:AXES]]).T
    spacing = np.linalg.norm(matrix, axis=0)
    with np.errstate(all="ignore"):  # a length of 0 is refused with the axes
        return spacing, matrix / spacing


def _origin(path: Path, fields: Mapping[str, str]) -> NDArray[np.float64]:
    if "spaceorigin" not in fields:
        return np.zeros(AXES)
    vectors = _vectors(path, fields["spaceorigin"])
    if len(vectors) != 1 or len(vectors[0]) < AXES:
        raise CTError(f"{path.name} has an unusable origin: {fields['spaceorigin'][:80]}")
    return np.array(vectors[0][:AXES])


def _vectors(path: Path, text: str) -> list[tuple[float, ...]]:
    """The vectors of an entry; an empty one for ``none``."""
    if VECTOR.sub("", text).strip():
        raise CTError(f"{path.name} has unusable axes: {text[:80]}")
    inner = [match[1] or "" for match in VECTOR.finditer(text)]
    return [tuple(map(_number, part.split(","))) if part.strip() else () for part in inner]


def _dtype(path: Path, fields: Mapping[str, str]) -> np.dtype[Any]:
    name = _known(path, "type", " ".join(fields.get("type", "").lower().split()), TYPES)
    if np.dtype(name).itemsize == 1 or "endian" not in fields:
        return np.dtype(f"<{name}")
    return np.dtype(_known(path, "endian", fields["endian"].lower(), ENDIANS) + name)


def _known(path: Path, entry: str, text: str, values: Mapping[str, Value]) -> Value:
    if text not in values:
        raise CTError(f"{path.name} cannot be read: its {entry} is '{text[:40]}'")
    return values[text]


def _number(text: str) -> float:
    """A number; NaN for what is none."""
    try:
        return float(text)
    except ValueError:
        return np.nan
