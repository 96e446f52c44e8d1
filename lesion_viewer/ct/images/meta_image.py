"""What the header of a MetaImage says of its voxels."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

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

# MET_LONG has four bytes everywhere (metaTypes.h).
TYPES = {
    **{"MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2"},
    **{"MET_INT": "i4", "MET_UINT": "u4", "MET_LONG": "i4", "MET_ULONG": "u4"},
    **{"MET_LONG_LONG": "i8", "MET_ULONG_LONG": "u8", "MET_FLOAT": "f4", "MET_DOUBLE": "f8"},
}
# Entries with the same meaning, the first that is there counts.
SPACINGS = ("elementspacing", "elementsize")
ORIGINS = ("offset", "origin", "position")
DIRECTIONS = ("transformmatrix", "rotation", "orientation")
BIG_ENDIAN = ("binarydatabyteordermsb", "elementbyteordermsb")


def meta_voxels(path: Path, header: TextHeader) -> StatedVoxels:
    """What a MetaImage says of its voxels.

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
    "MetaIO/Documentation" of itk.org and metaImage.cxx.
    """
    fields = header.fields
    axes = whole_number(path, "NDims", fields.get("ndims", ""))
    stated = fields.get("dimsize", "").split()
    sizes = [whole_number(path, "DimSize", text) for text in stated[:axes]]
    if len(sizes) != axes:
        raise CTError(f"{path.name} cannot be read: it has sizes of another number of axes")
    channels = fields.get("elementnumberofchannels", "1")
    parts = parts_of(path.name, sizes, whole_number(path, "number of channels", channels))
    is_text = fields.get("binarydata", "true").lower() == "false"
    is_packed = fields.get("compresseddata", "false").lower() == "true"
    return StatedVoxels(
        name=path.name,
        kind="MetaImage",
        dtype=_dtype(path, fields),
        size=(sizes[0], sizes[1], sizes[2]),
        parts=parts,
        spacing=_numbers(path, fields, SPACINGS, np.ones(axes))[:AXES],
        direction=_direction(path, fields, axes),
        origin=_numbers(path, fields, ORIGINS, np.zeros(axes))[:AXES],
        packing=Packing.ZLIB if is_packed else Packing.TEXT if is_text else Packing.RAW,
        offset=whole_number(path, "HeaderSize", fields.get("headersize", "0"), least=-1),
    )


def _direction(path: Path, fields: Mapping[str, str], axes: int) -> NDArray[np.float64]:
    """The directions of the axes as columns; the file has them as rows."""
    matrix = _numbers(path, fields, DIRECTIONS, np.eye(axes).ravel()).reshape(axes, axes)
    if matrix[:AXES, AXES:].any() or matrix[AXES:, :AXES].any():
        raise CTError(f"{path.name} has unusable axes: the time axis has a direction in space")
    return matrix[:AXES, :AXES].T


def _numbers(
    path: Path, fields: Mapping[str, str], names: tuple[str, ...], default: NDArray[np.float64]
) -> NDArray[np.float64]:
    """As many numbers as the default has, of the first of some entries that is there."""
    text = next((fields[name] for name in names if name in fields), None)
    if text is None:
        return default
    try:
        values = np.array([float(word) for word in text.split()])
    except ValueError:
        values = np.empty(0)
    if len(values) < len(default):
        raise CTError(f"{path.name} cannot be read: its {names[0]} is '{text[:40]}'")
    return values[: len(default)]


def _dtype(path: Path, fields: Mapping[str, str]) -> np.dtype[Any]:
    name = fields.get("elementtype", "")
    if name not in TYPES:
        raise CTError(f"{path.name} cannot be read: its type is '{name[:40]}'")
    order = next((fields[entry] for entry in BIG_ENDIAN if entry in fields), "false")
    return np.dtype((">" if order.lower() == "true" else "<") + TYPES[name])
