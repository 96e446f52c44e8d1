"""How far pieces of two CTs are still apart once one is laid on the other."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lesion_viewer.ct.registration.aligning import Side
from lesion_viewer.ct.registration.rigid_map import RigidMap

BLOCK, REACH = 9, 4
"""Values of a block along each axis, and how many steps to each side it is looked for."""
LEAST_SPREAD_HU = 30.0
LEAST_LIKENESS, LEAST_LEAD, FAR_STEPS = 0.6, 0.1, 2.5
"""A block that is nowhere this alike, or as alike further off, as along a surface, says nothing."""
MOST_BLOCKS = 200


@dataclass(frozen=True, slots=True)
class Residual:
    """What is left between two CTs.

    Attributes
    ----------
    apart_mm : tuple[float, ...]
        For each block of the body that could be found again: how far it lies from where the
        registration puts it.
    correlation : float
        Pearson's, of HU of the body where both CTs reach.
    overlap : float
        Share of the first CT's body that the second one shows, 0 to 1.
    """

    apart_mm: tuple[float, ...]
    correlation: float
    overlap: float

    @property
    def median_mm(self) -> float | None:
        """The median over the blocks; None without any."""
        return float(np.median(self.apart_mm)) if self.apart_mm else None

    @property
    def largest_mm(self) -> float | None:
        """What 95 % of the blocks do not exceed; None without any."""
        return float(np.percentile(self.apart_mm, 95)) if self.apart_mm else None


def residual(first: Side, second: Side, found: RigidMap) -> Residual:
    """What is left between two CTs after a registration.

    Parameters
    ----------
    first, second : Side
        The two CTs.
    found : RigidMap
        From the first patient frame to the second.

    Returns
    -------
    Residual
        Measured on the voxels themselves, not by what the registration strove for: breathing and
        growth, which no rigid map follows, count too.
    """
    there, is_known = _laid_on(first, second, found)
    shared = first.body & is_known
    overlap = float(shared.sum() / max(int(first.body.sum()), 1))
    if shared.sum() < BLOCK**3:
        return Residual((), 0.0, overlap)
    here = first.grid.values
    correlation = float(np.corrcoef(here[shared], there[shared])[0, 1])
    told = [c for c in _corners(here.shape) if _is_told(here, shared, is_known, c)]
    some = told[:: max(math.ceil(len(told) / MOST_BLOCKS), 1)]
    apart = [_apart(here, there, corner) * first.grid.step_mm for corner in some]
    return Residual(tuple(mm for mm in apart if np.isfinite(mm)), correlation, overlap)


def _laid_on(
    first: Side, second: Side, found: RigidMap
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The second CT's values at the first one's grid, and where there are some."""
    from scipy.ndimage import map_coordinates  # slow to import, and not needed to show a CT

    grid, other = first.grid, second.grid
    places = found.points(grid.places(np.indices(grid.values.shape).reshape(3, -1).T))
    at = ((places - other.origin_mm) @ other.axes / other.step_mm)[:, ::-1].T
    values = map_coordinates(other.values, at, order=1, mode="nearest")
    known = map_coordinates(other.is_known.astype(np.float32), at, order=1, mode="constant")
    return values.reshape(grid.values.shape), known.reshape(grid.values.shape) > 0.99


def _corners(shape: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """The first index of each block that has room to be looked for on all sides."""
    z, y, x = (range(REACH, n - BLOCK - REACH + 1, BLOCK) for n in shape)
    return [(a, b, c) for a in z for b in y for c in x]


def _is_told(
    here: NDArray[np.float32],
    shared: NDArray[np.bool_],
    is_known: NDArray[np.bool_],
    corner: tuple[int, int, int],
) -> bool:
    """Whether a block lies in the body, has edges, and all that is round it is known."""
    block = tuple(slice(n, n + BLOCK) for n in corner)
    round_it = tuple(slice(n - REACH, n + BLOCK + REACH) for n in corner)
    return bool(
        shared[block].mean() > 0.5
        and is_known[round_it].all()
        and here[block].std() > LEAST_SPREAD_HU
    )


def _apart(
    here: NDArray[np.float32], there: NDArray[np.float32], corner: tuple[int, int, int]
) -> float:
    """How many steps a block is from where it is most alike; NaN where that is not one place."""
    block = here[tuple(slice(n, n + BLOCK) for n in corner)]
    room = there[tuple(slice(n - REACH, n + BLOCK + REACH) for n in corner)]
    windows = sliding_window_view(room, block.shape).reshape(-1, block.size)
    spreads = windows.std(1) * block.std() + 1e-6
    alike = windows @ (block - block.mean()).ravel() / block.size / spreads
    alike = alike.reshape((2 * REACH + 1,) * 3)
    best = np.unravel_index(int(alike.argmax()), alike.shape)
    far = np.linalg.norm(np.indices(alike.shape).T - np.array(best), axis=-1).T > FAR_STEPS
    if alike[best] < LEAST_LIKENESS or alike[best] - alike[far].max() < LEAST_LEAD:
        return float("nan")
    offsets = [_peak(alike, best, axis) - REACH for axis in range(3)]
    return float(np.linalg.norm(offsets))


def _peak(alike: NDArray[np.float32], best: tuple[np.intp, ...], axis: int) -> float:
    """The place of the maximum along an axis, by a parabola through it and its neighbours."""
    at = int(best[axis])
    if not 0 < at < alike.shape[axis] - 1:
        return float(at)
    low, middle, high = (
        float(alike[tuple(n if a == axis else b for a, b in enumerate(best))])
        for n in (at - 1, at, at + 1)
    )
    bend = low - 2 * middle + high
    return at + (0.5 * (low - high) / bend if bend < 0 else 0.0)
