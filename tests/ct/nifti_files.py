"""NIfTI-1, NIfTI-2 and Analyze 7.5 files, packed by hand after nifti1.h, nifti2.h and dbh.h."""

import gzip
import struct
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

CODES = {
    **{"u1": 2, "i2": 4, "i4": 8, "f4": 16, "f8": 64},
    **{"i1": 256, "u2": 512, "u4": 768, "i8": 1024, "u8": 1280},
}
SINGLE, PAIR, ANALYZE = b"n+1\0", b"ni1\0", b"\0\0\0\0"


def header_1(voxels: NDArray[Any], magic: bytes = SINGLE, **changes: Any) -> bytes:
    """A NIfTI-1 header, or with the magic of ``ANALYZE`` one of that, which ends in zeros.

    ``voxels`` are (slices, rows, columns), with parts in time before; ``changes`` are ``dim``,
    ``pixdim``, ``datatype``, ``offset``, ``slope``, ``intercept``, ``codes``, ``srow``, ``units``.
    """
    order, code = _type_of(voxels)
    data = bytearray(348)

    def put(at: int, form: str, *values: float) -> None:
        struct.pack_into(order + form, data, at, *values)

    put(0, "i", 348)
    put(40, "8h", *changes.get("dim", _dim(voxels)))
    put(70, "2h", changes.get("datatype", code), voxels.itemsize * 8)
    put(76, "8f", *changes.get("pixdim", (1, 0.5, 0.75, 2, 1, 1, 1, 1)))
    put(108, "f", changes.get("offset", 352 if magic == SINGLE else 0))
    put(112, "2f", changes.get("slope", 0), changes.get("intercept", 0))
    if magic != ANALYZE:
        put(123, "B", changes.get("units", 2))
        put(252, "2h", *changes.get("codes", (0, 1)))
        put(280, "12f", *changes.get("srow", (-0.5, 0, 0, 11, 0, -0.75, 0, 12, 0, 0, 2, 13)))
    data[344:348] = magic
    return bytes(data)


def header_2(voxels: NDArray[Any], magic: bytes = b"n+2\0", **changes: Any) -> bytes:
    """A NIfTI-2 header."""
    order, code = _type_of(voxels)
    data = bytearray(540)

    def put(at: int, form: str, *values: float) -> None:
        struct.pack_into(order + form, data, at, *values)

    put(0, "i", 540)
    data[4:12] = magic + b"\r\n\x1a\n"
    put(12, "2h", changes.get("datatype", code), voxels.itemsize * 8)
    put(16, "8q", *changes.get("dim", _dim(voxels)))
    put(104, "8d", 1, 0.5, 0.75, 2, 1, 1, 1, 1)
    put(168, "q", changes.get("offset", 544 if magic == b"n+2\0" else 0))
    put(176, "2d", changes.get("slope", 0), changes.get("intercept", 0))
    put(344, "2i", 0, 1)
    put(400, "12d", -0.5, 0, 0, 11, 0, -0.75, 0, 12, 0, 0, 2, 13)
    put(500, "i", 2)
    return bytes(data)


def write_nifti(path: Path, voxels: NDArray[Any], header: bytes = b"") -> Path:
    """A single file, a gzip by its name; of NIfTI-1 where no header is given."""
    data = (header or header_1(voxels)) + bytes(4) + voxels.tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_pair(path: Path, voxels: NDArray[Any], header: bytes) -> Path:
    """A ``.hdr`` and the ``.img`` beside it, both gzips where the name ends in ``.gz``."""
    pack = gzip.compress if path.suffix == ".gz" else bytes
    path.write_bytes(pack(header))
    path.with_name(path.name.replace(".hdr", ".img")).write_bytes(pack(voxels.tobytes()))
    return path


def _type_of(voxels: NDArray[Any]) -> tuple[str, int]:
    order = ">" if voxels.dtype.byteorder == ">" else "<"
    return order, CODES[f"{voxels.dtype.kind}{voxels.itemsize}"]


def _dim(voxels: NDArray[Any]) -> tuple[int, ...]:
    sides = voxels.shape[::-1]
    return (len(sides), *sides, *[1] * (7 - len(sides)))
