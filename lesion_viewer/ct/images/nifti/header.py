"""The headers of NIfTI-1, NIfTI-2 and Analyze 7.5, with checked values."""

import struct
from dataclasses import dataclass
from math import isfinite, prod
from pathlib import Path
from typing import Any

import numpy as np

from lesion_viewer.ct.images.gzipped import opened, read_up_to
from lesion_viewer.ct.values.hounsfield import MAX_RESCALE
from lesion_viewer.errors import CTError

NIFTI_1_BYTES, NIFTI_2_BYTES = 348, 540
SINGLE_FILE, PAIR = (b"n+1", b"n+2"), (b"ni1", b"ni2")
# The bytes after the magic show whether a transfer converted line ends (nifti2.h).
NIFTI_2_SIGNATURE = b"\0\r\n\x1a\n"
# Offset of the first voxel: the header, and four bytes that announce extensions.
LEAST_OFFSETS = {NIFTI_1_BYTES: 352, NIFTI_2_BYTES: 544}
# Datatype code to numpy name; complex numbers, colours and bits are not HU (nifti1.h).
NUMBERS = {
    **{2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8"},
    **{256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"},
}
NO_NUMBERS = {
    **{1: "bits", 32: "complex numbers", 128: "colours (RGB24)", 1536: "128-bit numbers"},
    **{1792: "complex numbers", 2048: "complex numbers", 2304: "colours (RGBA32)"},
}
# Unknown, metre, millimetre, micron (nifti1.h, xyzt_units); unknown counts as millimetre.
MM_A_UNIT = {0: 1.0, 1: 1e3, 2: 1.0, 3: 1e-3}


@dataclass(frozen=True, slots=True)
class NiftiHeader:
    """What a header states about the voxels and their position.

    Attributes
    ----------
    kind : str
        "NIfTI-1", "NIfTI-2" or "Analyze 7.5".
    dtype : np.dtype[Any]
        Type of a stored voxel.
    size : tuple[int, int, int]
        Voxels along the three axes of the file.
    parts : int
        Number of volumes in time.
    offset : int
        Offset of the first voxel in its file, in bytes.
    slope, intercept : float
        HU = stored value * slope + intercept; 1 and 0 where the file states none.
    qfac : float
        Handedness of the quaternion, 1 or -1.
    sides_mm : tuple[float, ...]
        Sides of a voxel in mm.
    quaternion : tuple[float, ...] | None
        The quaternion's b, c, d and the three offsets in mm; None where the qform code is 0.
    rows : tuple[float, ...] | None
        The sform, 12 numbers in mm; None where the sform code is 0.
    is_pair : bool
        Whether the voxels are in another file.
    """

    kind: str
    dtype: np.dtype[Any]
    size: tuple[int, int, int]
    parts: int
    offset: int
    slope: float
    intercept: float
    qfac: float
    sides_mm: tuple[float, ...]
    quaternion: tuple[float, ...] | None
    rows: tuple[float, ...] | None
    is_pair: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """The entries of a version of the header, as ``struct`` formats and offsets."""

    dim: tuple[str, int]
    datatype: int
    pixdim: tuple[str, int]
    offset: tuple[str, int]
    scale: tuple[str, int]
    codes: tuple[str, int]
    quaternion: tuple[str, int]
    rows: tuple[str, int]
    units: tuple[str, int]


LAYOUTS = {
    NIFTI_1_BYTES: _Layout(
        ("8h", 40), 70, ("8f", 76), ("f", 108), ("2f", 112), ("2h", 252), ("6f", 256),
        ("12f", 280), ("B", 123),
    ),
    NIFTI_2_BYTES: _Layout(
        ("8q", 16), 12, ("8d", 104), ("q", 168), ("2d", 176), ("2i", 344), ("6d", 352),
        ("12d", 400), ("i", 500),
    ),
}  # fmt: skip


def read_nifti_header(path: Path) -> NiftiHeader:
    """The header of a NIfTI or Analyze file.

    Parameters
    ----------
    path : Path
        The file, or the ``.hdr`` of a pair; with gzip or without.

    Returns
    -------
    NiftiHeader
        Header whose voxels can be converted to HU.

    Raises
    ------
    CTError
        The file has no such header, or its voxels cannot be converted to HU; the message names the
        file.

    Notes
    -----
    nifti1.h and nifti2.h of the NIfTI Data Format Working Group. Writers use a slope of 0 or NaN
    for values that are not scaled.
    """
    data = _first_bytes(path)
    at = (data[:4] + bytes(4))[:4]
    order = next((o for o in "<>" if struct.unpack(f"{o}i", at)[0] in LAYOUTS), "")
    size = struct.unpack(f"{order or '<'}i", at)[0]
    if not order or len(data) < size:
        raise CTError(f"{path.name} cannot be read: it is no NIfTI and no Analyze file")
    layout, (kind, is_pair) = LAYOUTS[size], _kind_of(path, data, size)

    def entries(place: tuple[str, int]) -> tuple[Any, ...]:
        return struct.unpack_from(order + place[0], data, place[1])

    dim, pixdim = entries(layout.dim), entries(layout.pixdim)
    sides, parts = _size_of(path, dim)
    (datatype,) = entries(("h", layout.datatype))
    if datatype not in NUMBERS:
        what = NO_NUMBERS.get(datatype, f"values of an unknown type ({datatype})")
        raise CTError(f"{path.name} holds {what}, not HU")
    is_analyze = kind.startswith("Analyze")
    stated_slope, stated_intercept = entries(layout.scale)
    slope, intercept = _scale_of(path, stated_slope, 0.0 if is_analyze else stated_intercept)
    codes = (0, 0) if is_analyze else entries(layout.codes)
    (units,) = (0,) if is_analyze else entries(layout.units)
    mm = MM_A_UNIT.get(units & 7, 1.0)
    quaternion, rows = entries(layout.quaternion), entries(layout.rows)
    header = NiftiHeader(
        kind=kind,
        dtype=np.dtype(order + NUMBERS[datatype]),
        size=sides,
        parts=parts,
        offset=_offset_of(path, entries(layout.offset)[0], size, is_pair),
        slope=slope,
        intercept=intercept,
        qfac=-1.0 if pixdim[0] < 0 else 1.0,
        sides_mm=tuple(abs(side) * mm for side in pixdim[1:4]),
        quaternion=(*quaternion[:3], *(v * mm for v in quaternion[3:])) if codes[0] > 0 else None,
        rows=tuple(v * mm for v in rows) if codes[1] > 0 else None,
        is_pair=is_pair,
    )
    _refuse_unusable_axes(path, header)
    return header


def _kind_of(path: Path, data: bytes, size: int) -> tuple[str, bool]:
    """Name of the format, and whether its voxels are in another file."""
    at = 344 if size == NIFTI_1_BYTES else 4
    magic, after = data[at : at + 3], data[at + 3 : at + 8]
    is_by_itself = path.name.lower().endswith((".nii", ".nii.gz"))
    if size == NIFTI_2_BYTES and (magic[2:] != b"2" or after != NIFTI_2_SIGNATURE):
        raise CTError(f"{path.name} has a damaged header: the magic of NIfTI-2 is missing")
    is_pair = magic not in SINGLE_FILE
    if is_by_itself and is_pair:
        raise CTError(f"{path.name} has its voxels in another file: open its .hdr with the .img")
    if not is_by_itself and not is_pair:
        raise CTError(f"{path.name} holds its voxels itself: name it .nii")
    if size == NIFTI_1_BYTES and is_pair and magic not in PAIR:
        return "Analyze 7.5", True
    return f"NIfTI-{1 if size == NIFTI_1_BYTES else 2}", is_pair


def _size_of(path: Path, dim: tuple[int, ...]) -> tuple[tuple[int, int, int], int]:
    """Size along three axes, and number of volumes in time."""
    count = dim[0]
    sides = dim[1 : count + 1] if 1 <= count <= 7 else ()
    sides = (*sides[:3], *(side or 1 for side in sides[3:]))  # 0 stands for no such axis
    text = " x ".join(map(str, sides)) or f"{count} axes"
    if not sides or min(sides) < 1:
        raise CTError(f"{path.name} has an unusable size: {text}")
    if len(sides) < 3 or prod(sides[4:]) > 1:
        raise CTError(f"{path.name} is no volume, nor volumes in time: {text}")
    return (sides[0], sides[1], sides[2]), prod(sides[3:4])


def _scale_of(path: Path, slope: float, intercept: float) -> tuple[float, float]:
    """Slope and intercept; SPM's factor for Analyze is at the offset of the slope."""
    if slope == 0 or slope != slope:
        return 1.0, 0.0
    is_finite = isfinite(slope) and isfinite(intercept)
    if not is_finite or max(abs(slope), abs(intercept)) > MAX_RESCALE:
        raise CTError(f"{path.name} has an unusable scale: {slope:g} and {intercept:g}")
    return slope, intercept


def _offset_of(path: Path, stated: float, size: int, is_pair: bool) -> int:
    """Offset of the first voxel; 0 in a single file means directly after the header."""
    if not isfinite(stated) or stated != int(stated) or stated < 0:
        raise CTError(f"{path.name} has a damaged header: its voxels begin at {stated:g}")
    offset = int(stated)
    if is_pair:
        return offset
    if 0 < offset < size:
        raise CTError(f"{path.name} has a damaged header: its voxels begin at {offset}, within it")
    return offset or LEAST_OFFSETS[size]


def _refuse_unusable_axes(path: Path, header: NiftiHeader) -> None:
    """Raise where a number of the axes is not finite, or a voxel side is 0."""
    stated = (*header.sides_mm, *(header.quaternion or ()), *(header.rows or ()))
    if not all(map(isfinite, stated)) or 0 in header.sides_mm:
        sides = ", ".join(f"{side:g}" for side in header.sides_mm)
        raise CTError(
            f"{path.name} has unusable axes: voxels of {sides} mm, or an infinite transform"
        )


def _first_bytes(path: Path) -> bytes:
    try:
        with opened(path) as file:
            return read_up_to(file, NIFTI_2_BYTES)
    except OSError as error:
        raise CTError(f"{path.name} cannot be read: {error}") from error
