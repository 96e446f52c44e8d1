"""Which voxels along one axis of a stack the pixels of a picture are made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.picture import Shows
from lesion_viewer.ct.planes.voxel_stack import VoxelStack
from lesion_viewer.geometry.between_slices import LEAST_STEP_MM
from lesion_viewer.geometry.reach import reaches_mm, wide_steps
from lesion_viewer.geometry.turn import Vector


@dataclass(frozen=True, slots=True)
class Taps:
    """For each of n positions along an axis the two voxels beside it, and what it shows.

    Attributes
    ----------
    lower : NDArray[np.intp]
        (n), the first voxel.
    share : NDArray[np.float32]
        (n), how much of the following voxel goes in, 0 to 1; 0 where the position is that of the
        first or the following one is not to be used.
    shows : NDArray[np.uint8]
        (n) of ``Shows``.
    """

    lower: NDArray[np.intp]
    share: NDArray[np.float32]
    shows: NDArray[np.uint8]

    @property
    def as_slice(self) -> slice | None:
        """The voxels as they lie in memory; None where they are not whole neighbours in order."""
        first, last = int(self.lower[0]), int(self.lower[-1])
        step = 1 if last >= first else -1
        if self.share.any() or not (np.diff(self.lower) == step).all():
            return None
        stop = last + step
        return slice(first, None if stop < 0 else stop, step)


def taps_in_slices(at: Vector, count: int, is_interpolated: bool) -> Taps:
    """The rows or columns that positions are made of.

    Parameters
    ----------
    at : Vector
        (n), rows or columns from 0, with fractions.
    count : int
        Number of rows or columns.
    is_interpolated : bool
        Whether a position between two of them is made of both.

    Returns
    -------
    Taps
        Positions within half a pixel of the outermost centres show the outermost pixel.
    """
    shows = np.zeros(len(at), np.uint8)
    inside = at
    if at.min() < 0 or at.max() > count - 1:
        shows[(at < -0.5) | (at > count - 0.5)] = Shows.OUTSIDE
        inside = np.clip(at, 0, count - 1)
    if not is_interpolated:
        return Taps(np.rint(inside).astype(np.intp), np.zeros(len(at), np.float32), shows)
    lower = inside.astype(np.intp)
    return Taps(lower, (inside - lower).astype(np.float32), shows)


def taps_across_slices(stack: VoxelStack, at: Vector, is_interpolated: bool) -> Taps:
    """The slices that positions are made of.

    Parameters
    ----------
    stack : VoxelStack
        Slices, some of which may still have to be read.
    at : Vector
        (n), slices from 0, with fractions.
    is_interpolated : bool
        Whether a position between two slices is made of both.

    Returns
    -------
    Taps
        A position is made of two slices only where both were read and they are neighbours at
        two positions; else it shows the nearest one as far as that reaches.
    """
    geometry, states, count = stack.geometry, stack.states, len(stack.voxels)
    wide, steps_mm = wide_steps(geometry), np.diff(geometry.locations_mm)
    is_joined = ~wide & (steps_mm > LEAST_STEP_MM)
    if stack.is_read and is_joined.all():
        return taps_in_slices(at, count, is_interpolated)
    inside = np.clip(at, 0, count - 1)
    lower = np.minimum(np.floor(inside).astype(np.intp), max(count - 2, 0))
    nearest = np.rint(inside).astype(np.intp)
    shows = np.where((at < -0.5) | (at > count - 0.5), np.uint8(Shows.OUTSIDE), states[nearest])
    is_blended = (inside != nearest) & is_interpolated
    if count > 1:
        is_read = states == Shows.VOXELS
        is_blended &= (is_read[:-1] & is_read[1:] & is_joined)[lower]
        beyond_mm = np.abs(inside - nearest) * steps_mm[lower]
        shows[wide[lower] & (beyond_mm > reaches_mm(geometry)[nearest])] = Shows.GAP
    share = np.where(is_blended, inside - lower, 0).astype(np.float32)
    return Taps(np.where(is_blended, lower, nearest), share, shows)
