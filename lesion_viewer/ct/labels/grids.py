"""Grids that consist of the same voxels and are stored with different axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.errors import CTError

SAME_PLACE = 0.25
"""Largest distance of equal voxels as a share of a voxel; a shift by half a voxel is refused."""


@dataclass(frozen=True, slots=True)
class GridTurn:
    """How an array is transposed and mirrored to match another grid.

    Attributes
    ----------
    order : tuple[int, ...]
        For each axis of the other grid the axis of this grid along it.
    flips : tuple[int, ...]
        Axes of the other grid that run against the axis of this grid.
    """

    order: tuple[int, ...]
    flips: tuple[int, ...]

    def applied(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """A view of values on the other grid.

        Parameters
        ----------
        values : NDArray[np.generic]
            Values with the last axis of the grid first: (slices, rows, columns), or (rows,
            columns).

        Returns
        -------
        NDArray[np.generic]
            The same values with the other grid's axes, last axis first.
        """
        turned = values.transpose().transpose(self.order)
        return np.flip(turned, self.flips).transpose()


def turn_between(
    source: NDArray[np.float64],
    target: NDArray[np.float64],
    sizes: tuple[Sequence[int], Sequence[int]],
) -> GridTurn:
    """The turn from an array on one grid to another grid of the same voxels.

    Parameters
    ----------
    source, target : NDArray[np.float64]
        (d, n + 1), voxel (column, row, and slice where n is 3, then 1) to mm.
    sizes : tuple[Sequence[int], Sequence[int]]
        Voxels along the axes of source and of target.

    Returns
    -------
    GridTurn
        Axis order and mirrored axes.

    Raises
    ------
    CTError
        The grids do not have the same voxels; the message says what differs and does not name them.
    """
    (size, wanted), n = sizes, source.shape[1] - 1
    across = np.linalg.pinv(target[:, :n])
    steps = across @ source[:, :n]
    order = tuple(int(np.argmax(np.abs(row))) for row in steps)
    if sorted(order) != list(range(n)) or [size[a] for a in order] != list(wanted):
        raise CTError(_other_size(size, wanted))
    flips = tuple(t for t in range(n) if steps[t, order[t]] < 0)
    worst = 0.0
    for corner in product((0, 1), repeat=n):
        at = np.array([c * (s - 1) for c, s in zip(corner, size, strict=True)])
        ends = [1 - corner[order[t]] if t in flips else corner[order[t]] for t in range(n)]
        there = np.array([e * (s - 1) for e, s in zip(ends, wanted, strict=True)])
        apart = source @ (*at, 1) - target @ (*there, 1)
        in_voxels = np.abs(across @ apart).max()
        if not in_voxels <= SAME_PLACE:
            worst = max(worst, float(np.linalg.norm(apart)), 1e-3)
    if worst:
        raise CTError(_other_place(source, target, worst))
    return GridTurn(order, flips)


def _other_size(size: Sequence[int], wanted: Sequence[int]) -> str:
    is_turned = sorted(size) == sorted(wanted)
    seen, there = (" x ".join(map(str, s)) for s in (size, wanted))
    how = " along other axes of the patient" if is_turned else ""
    return f"has {seen} voxels{how}, and the CT {there}"


def _other_place(source: NDArray[np.float64], target: NDArray[np.float64], worst_mm: float) -> str:
    sides = [np.sort(np.linalg.norm(grid[:, :-1], axis=0)) for grid in (source, target)]
    if not np.allclose(sides[0], sides[1], rtol=1e-3):
        seen, there = (" x ".join(f"{mm:.4g}" for mm in side) for side in sides)
        return f"has voxels of {seen} mm, and the CT of {there} mm"
    return f"lies up to {worst_mm:.1f} mm away from the CT's voxels"
