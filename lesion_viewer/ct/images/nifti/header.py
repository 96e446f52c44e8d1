"""What ITK does not say about a NIfTI file: whether it is whole, and what it says of its axes."""

import gzip
import struct
import zlib
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.errors import CTError

HEADER_BYTES = 348
TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])  # a NIfTI's axes run to the right and to the front
GZIP_MARK = b"\x1f\x8b"
CHUNK_BYTES = 2**20


def has_transform(header: Any) -> bool:
    """Whether a NIfTI says how its axes lie in the patient.

    With both codes 0 it does not (nifti1.h, "METHOD 1"), and ITK takes the axes as they come.

    Parameters
    ----------
    header : SimpleITK's ImageFileReader, with the header of a NIfTI read
    """
    return any(header.GetMetaData(code).strip() != "0" for code in ("qform_code", "sform_code"))


def axes_apart_mm(path: Path, grid: NDArray[np.float64], size: tuple[int, ...]) -> float:
    """How far the file's own transforms put a corner of the volume from where ``grid`` has it.

    ITK takes one of qform and sform, the size of its voxels from a third place, and 1 or 0 for
    numbers that are none. Nothing is compared in a file of another version.

    Parameters
    ----------
    grid : 4 x 4, voxel to LPS millimetres, as ITK has it
    size : of the volume, in voxels

    Raises
    ------
    CTError
        Where a number that the axes rest on is none, or a voxel has no size; names the file.
    """
    header = _first_bytes(path)
    order = next((o for o in "<>" if struct.unpack_from(f"{o}i", header)[0] == HEADER_BYTES), "")
    if not order:
        return 0.0
    pixdim = struct.unpack_from(f"{order}4f", header, 76)
    qform_code, sform_code = struct.unpack_from(f"{order}2h", header, 252)
    quatern = struct.unpack_from(f"{order}6f", header, 256)
    srow = struct.unpack_from(f"{order}12f", header, 280)
    stated = [*pixdim[1:], *(quatern if qform_code > 0 else ()), *(srow if sform_code > 0 else ())]
    if not np.isfinite(stated).all() or 0 in pixdim[1:]:
        sides = ", ".join(f"{side:g}" for side in pixdim[1:])
        raise CTError(
            f"{path.name} has unusable axes: voxels of {sides} mm, or turned by no number"
        )
    transforms = []
    if qform_code > 0:
        transforms.append(_qform(pixdim, quatern))
    if sform_code > 0:
        transforms.append(np.vstack([np.reshape(srow, (3, 4)), (0, 0, 0, 1)]))
    corners = np.array([(*np.multiply(at, np.subtract(size, 1)), 1) for at in np.ndindex(2, 2, 2)])
    apart = [(TO_LPS @ transform - grid) @ corners.T for transform in transforms]
    return max((float(np.linalg.norm(a[:3], axis=0).max()) for a in apart), default=0.0)


def _qform(pixdim: tuple[float, ...], quatern: tuple[float, ...]) -> NDArray[np.float64]:
    """The transform of a quaternion, as "METHOD 2" of nifti1.h."""
    b, c, d, *offset = quatern
    a = max(1.0 - (b * b + c * c + d * d), 0.0) ** 0.5
    turn = [
        [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
        [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
        [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
    ]
    transform = np.eye(4)
    transform[:3, :3] = np.array(turn) * np.abs(pixdim[1:])
    transform[:3, 2] *= -1 if pixdim[0] < 0 else 1
    transform[:3, 3] = offset
    return transform


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as raw:
        file = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == GZIP_MARK else raw
        return file.read(HEADER_BYTES)


def refuse_cut_off(path: Path, header: Any) -> None:
    """Raise where a NIfTI ends before its last voxel: ITK would fill it up with 0 HU.

    Raises
    ------
    CTError
        Naming the file.
    """
    voxel_bytes = int(header.GetMetaData("bitpix")) // 8
    needed = int(float(header.GetMetaData("vox_offset"))) + prod(header.GetSize()) * voxel_bytes
    if _stated_size(path) != needed and _size(path) < needed:
        raise CTError(f"{path.name} is cut off: it ends before its last voxel")


def _stated_size(path: Path) -> int:
    """Size without compression; gzip states it in the last four bytes (RFC 1952)."""
    with path.open("rb") as file:
        if file.read(2) != GZIP_MARK:
            return path.stat().st_size
        file.seek(-4, 2)
        return int.from_bytes(file.read(4), "little")


def _size(path: Path) -> int:
    """Size without compression, counted: a gzip of several members states only its last one."""
    size = 0
    with path.open("rb") as raw:
        file = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == GZIP_MARK else raw
        try:
            while chunk := file.read(CHUNK_BYTES):
                size += len(chunk)
        except (EOFError, OSError, zlib.error):
            pass  # what could be read up to here is what there is
    return size
