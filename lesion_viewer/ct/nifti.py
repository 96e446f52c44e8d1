"""What ITK does not say about a NIfTI file: whether it is whole, and whether it is oriented."""

import gzip
import zlib
from math import prod
from pathlib import Path
from typing import Any

from lesion_viewer.errors import CTError

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
