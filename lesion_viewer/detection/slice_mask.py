"""Pixels of one slice, as a detector marks them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SliceMask:
    """Pixels of the stored image; a value that is small, and can be hashed and pickled.

    Attributes
    ----------
    left : int
        Column of the first pixel of its rectangle, from 0.
    top : int
        Row of the first pixel of its rectangle, from 0.
    width : int
        Columns of the rectangle, at least 1.
    height : int
        Rows of the rectangle, at least 1.
    bits : bytes
        Row by row, one bit a pixel, as ``numpy.packbits`` packs them.

    Raises
    ------
    ValueError
        For a rectangle that no slice has, or another number of bits.
    """

    left: int
    top: int
    width: int
    height: int
    bits: bytes

    def __post_init__(self) -> None:
        if min(self.left, self.top) < 0 or min(self.width, self.height) < 1:
            where = f"{self.width} x {self.height} pixels at {self.left}, {self.top}"
            raise ValueError(f"a mask of {where}")
        if len(self.bits) != packed_size(self.width, self.height):
            size = f"{self.width} x {self.height} pixels"
            raise ValueError(f"a mask of {size} in {len(self.bits)} bytes")

    @classmethod
    def of(cls, mask: NDArray[np.bool_], left: int = 0, top: int = 0) -> SliceMask | None:
        """The pixels that are true.

        Parameters
        ----------
        mask : NDArray[np.bool_]
            (rows, columns) of the stored image, or of a part of it.
        left : int
            Column of the image at which the part begins.
        top : int
            Row of the image at which the part begins.

        Returns
        -------
        SliceMask | None
            Cropped to what is true; None where nothing is.
        """
        rows = np.flatnonzero(mask.any(axis=1))
        if not len(rows):
            return None
        columns = np.flatnonzero(mask.any(axis=0))
        x, y = int(columns[0]), int(rows[0])
        part = mask[y : rows[-1] + 1, x : columns[-1] + 1]
        height, width = part.shape
        return cls(left + x, top + y, width, height, np.packbits(part).tobytes())

    @property
    def pixels(self) -> NDArray[np.bool_]:
        """(height, width) from its first pixel on; a copy."""
        bits = np.frombuffer(self.bits, np.uint8)
        unpacked = np.unpackbits(bits, count=self.width * self.height)
        return unpacked.astype(bool).reshape(self.height, self.width)

    @property
    def count(self) -> int:
        """Number of pixels that are true."""
        return int(self.pixels.sum())

    def shared(self, other: SliceMask) -> int:
        """How many pixels are in both.

        Parameters
        ----------
        other : SliceMask
            Of the same slice, or of another one of the stack.

        Returns
        -------
        int
            0 where they lie beside each other.
        """
        left, top = max(self.left, other.left), max(self.top, other.top)
        right = min(self.left + self.width, other.left + other.width)
        bottom = min(self.top + self.height, other.top + other.height)
        if left >= right or top >= bottom:
            return 0
        parts = (
            m.pixels[top - m.top : bottom - m.top, left - m.left : right - m.left]
            for m in (self, other)
        )
        return int(np.logical_and(*parts).sum())

    def joined(self, other: SliceMask) -> SliceMask:
        """The pixels that are in one of them, or in both.

        Parameters
        ----------
        other : SliceMask
            Of the same slice.

        Returns
        -------
        SliceMask
            In the rectangle round both.
        """
        rows = max(m.top + m.height for m in (self, other))
        columns = max(m.left + m.width for m in (self, other))
        found = SliceMask.of(self.on(rows, columns) | other.on(rows, columns))
        assert found is not None
        return found

    def on(self, rows: int, columns: int) -> NDArray[np.bool_]:
        """The mask on a whole image.

        Parameters
        ----------
        rows : int
            Rows of the stored image.
        columns : int
            Columns of the stored image.

        Returns
        -------
        NDArray[np.bool_]
            (rows, columns); what of the mask lies outside is left out.
        """
        whole = np.zeros((rows, columns), bool)
        there = whole[self.top : self.top + self.height, self.left : self.left + self.width]
        there[:] = self.pixels[: there.shape[0], : there.shape[1]]
        return whole


def packed_size(width: int, height: int) -> int:
    """Bytes of a rectangle of bits.

    Parameters
    ----------
    width : int
        Columns.
    height : int
        Rows.

    Returns
    -------
    int
        One bit a pixel, in whole bytes.
    """
    return (width * height + 7) // 8
