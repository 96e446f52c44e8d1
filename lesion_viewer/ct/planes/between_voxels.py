"""Values between voxels, at any positions of a stack."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Index = NDArray[np.int64]


def values_at(
    voxels: NDArray[np.int16],
    slices: tuple[Index, Values],
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    is_interpolated: bool,
) -> Values:
    """Values at positions in a stack, interpolated along all three axes.

    Parameters
    ----------
    voxels : NDArray[np.int16]
        (slices, rows, columns), one after the other in memory.
    slices : tuple[Index, Values]
        (n) each: the first slice, and how much of the following one goes in, 0 to 1.
    rows, columns : NDArray[np.float64]
        (n), from 0 to the last one; whole numbers are centres of voxels.
    is_interpolated : bool
        Whether positions between rows and columns are interpolated; else the nearest is taken.

    Returns
    -------
    Values
        (n).
    """
    _, row_count, column_count = voxels.shape
    flat = voxels.reshape(-1)
    first, share = slices
    if not is_interpolated:
        at = (first * row_count + np.rint(rows).astype(np.int64)) * column_count
        nearest: Values = flat.take(at + np.rint(columns).astype(np.int64)).astype(np.float32)
        return nearest
    # The last voxel's neighbour, which goes in by nothing, may lie anywhere: "clip" allows it.
    row, column = rows.astype(np.int64), columns.astype(np.int64)
    down, across = (rows - row).astype(np.float32), (columns - column).astype(np.float32)
    base = (first * row_count + row) * column_count + column

    def in_row(offset: int) -> Values:
        at = base + offset
        left = flat.take(at, mode="clip")
        at += 1
        return _blend(left, flat.take(at, mode="clip"), across)

    def in_slice(offset: int) -> Values:
        return _blend(in_row(offset), in_row(offset + column_count), down)

    lower = in_slice(0)
    if not share.any():
        return lower
    return _blend(lower, in_slice(row_count * column_count), share)


def _blend(
    lower: NDArray[np.int16] | Values, upper: NDArray[np.int16] | Values, share: Values
) -> Values:
    between = np.subtract(upper, lower, dtype=np.float32)
    between *= share
    between += lower
    return between
