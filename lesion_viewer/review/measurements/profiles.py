"""HU along a line."""

from dataclasses import dataclass
from math import ceil, hypot

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.review.annotations.shape import Position
from lesion_viewer.review.measurements.pixel_grid import PixelGrid

STEPS_PER_PIXEL = 2


@dataclass(frozen=True, slots=True, eq=False)
class HUProfile:
    """HU at positions along a line.

    Attributes
    ----------
    away : NDArray[np.float64]
        (positions), distance of each from the line's start, in ``unit``.
    hu : NDArray[np.float64]
        (positions), HU there.
    unit : str
        ``mm`` or ``px``.
    """

    away: NDArray[np.float64]
    hu: NDArray[np.float64]
    unit: str


def hu_along(hu: NDArray[np.int16], start: Position, end: Position, grid: PixelGrid) -> HUProfile:
    """HU along a line, between the centres of pixels interpolated linearly in both directions.

    Beyond the outermost centres the outermost values go on.

    Parameters
    ----------
    hu : NDArray[np.int16]
        (rows, columns) of the slice, as stored.
    start, end : Position
        Ends of the line, in stored pixels.
    grid : PixelGrid
        Of the slice.

    Returns
    -------
    HUProfile
        Evenly spaced positions, both ends among them, at most half a pixel apart.
    """
    away_px = hypot(end[0] - start[0], end[1] - start[1])
    share = np.linspace(0, 1, max(ceil(away_px * STEPS_PER_PIXEL), 1) + 1)
    left, across = _between(start[0] + share * (end[0] - start[0]), hu.shape[1])
    top, down = _between(start[1] + share * (end[1] - start[1]), hu.shape[0])
    right, bottom = np.minimum(left + 1, hu.shape[1] - 1), np.minimum(top + 1, hu.shape[0] - 1)
    upper = hu[top, left] * (1 - across) + hu[top, right] * across
    lower = hu[bottom, left] * (1 - across) + hu[bottom, right] * across
    values = upper * (1 - down) + lower * down
    return HUProfile(share * grid.length(start, end), values, grid.unit)


def _between(
    positions: NDArray[np.float64], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For positions in pixel edges the pixel whose centre is before, and the share of the next."""
    centres = np.clip(positions - 0.5, 0, count - 1)
    before = np.floor(centres).astype(np.intp)
    return before, centres - before
