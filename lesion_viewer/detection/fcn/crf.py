"""A dense conditional random field on top of probabilities: near and alike voxels belong together.

Mean field with Gaussian pairwise terms over all pairs of voxels (Krähenbühl and Koltun, NIPS 2011).
Messages are passed by a bilateral grid (Chen et al., SIGGRAPH 2007) in place of their lattice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Spacing = tuple[float, float, float]

CERTAIN = 1e-4
"""Probabilities nearer to 0 or 1 count as this near."""

CELLS = 2.0
"""Cells of the grid per standard deviation of a kernel."""

REACH = 3.0
"""Standard deviations after which a kernel is 0."""


@dataclass(frozen=True, slots=True)
class CrfOptions:
    """The pairwise terms of a field of two labels.

    Attributes
    ----------
    alike, near : float
        Weights of appearance and of smoothness, in log odds: what a voxel gains from neighbours
        that all have one label.
    alike_mm, alike_hu : float
        Standard deviations of the appearance kernel in mm and in HU.
    near_mm : float
        Standard deviation of the smoothness kernel in mm.
    steps : int
        Steps of the mean field.
    """

    alike: float
    near: float
    alike_mm: float
    alike_hu: float
    near_mm: float
    steps: int = 5


def refined(
    chances: Array,
    hu: Array,
    spacing_mm: Spacing,
    options: CrfOptions,
    on_step: Callable[[], None] = lambda: None,
    cells: float = CELLS,
) -> Array:
    """Probabilities after the mean field of a dense conditional random field.

    Parameters
    ----------
    chances : Array
        float32 (slices, rows, columns), probability of the label by itself.
    hu : Array
        float32 of the same shape, Hounsfield units.
    spacing_mm : Spacing
        Distances of (slices, rows, columns) in mm.
    options : CrfOptions
        The pairwise terms.
    on_step : Callable[[], None]
        Called before each step, as often as the work can be ended: whoever ends it raises there.
    cells : float
        Cells of the grid per standard deviation; more are slower and nearer to the exact messages.

    Returns
    -------
    Array
        float32 of the same shape, probabilities.

    Notes
    -----
    Of the messages from all other voxels the mean is taken, so that weights do not depend on the
    size of the kernels or of the voxels.
    """
    sure = np.clip(chances, CERTAIN, 1 - CERTAIN)
    own = np.log(sure / (1 - sure))
    places = np.indices(chances.shape, np.float32).reshape(3, -1)
    places *= np.array(spacing_mm, np.float32)[:, None]
    kernels = [
        (weight, _Kernel(features, cells))
        for weight, features in (
            (options.near, list(places / options.near_mm)),
            (options.alike, [*(places / options.alike_mm), hu.ravel() / options.alike_hu]),
        )
        if weight
    ]
    found: Array = sure
    for _ in range(options.steps):
        on_step()
        lean = (2 * found - 1).ravel()
        odds = own.copy()
        for weight, kernel in kernels:
            odds += weight * kernel.mean(lean).reshape(odds.shape)
        found = (1 / (1 + np.exp(-odds))).astype(np.float32)
    return found


class _Kernel:
    """A Gaussian of unit width over the distances of all pairs of points, by a grid of cells.

    Each point is spread over the corners of its cell, the grid is blurred, and each point reads
    the corners again.
    """

    def __init__(self, features: Sequence[Array], cells: float) -> None:
        scaled = [(f - f.min()) * np.float32(cells) for f in features]
        self._cells = [f.astype(np.int32) for f in scaled]
        self._past = [f - cell for f, cell in zip(scaled, self._cells, strict=True)]
        self._shape = tuple(int(cell.max()) + 2 for cell in self._cells)
        # Spreading and reading over corners widen the kernel by 1/6 of a cell's square each.
        variance = cells**2 - 1 / 3
        away = np.arange(int(REACH * cells) + 1, dtype=np.float32)
        half = np.exp(-(away**2) / (2 * variance)).astype(np.float32)
        self._weights = np.concatenate((half[:0:-1], half))
        self._itself = np.ones_like(features[0])
        for past in self._past:
            apart = 2 * past * (1 - past)
            self._itself *= 1 - apart + apart * half[1]
        one = np.ones_like(features[0])
        self._others = np.maximum(self._from_all(one) - self._itself, np.float32(CERTAIN))

    def mean(self, values: Array) -> Array:
        """For each point the mean of the other points' values, weighted by the kernel."""
        mean: Array = (self._from_all(values) - self._itself * values) / self._others
        return mean

    def _from_all(self, values: Array) -> Array:
        from scipy import ndimage

        grid = np.zeros(int(np.prod(self._shape)), np.float32)
        for index, share in self._corners():
            grid += np.bincount(index, share * values, len(grid)).astype(np.float32)
        blurred = grid.reshape(self._shape)
        for axis in range(blurred.ndim):
            blurred = ndimage.correlate1d(blurred, self._weights, axis, mode="constant")
        read = np.zeros_like(values)
        flat = blurred.ravel()
        for index, share in self._corners():
            read += share * flat[index]
        return read

    def _corners(self) -> Iterator[tuple[NDArray[np.intp], Array]]:
        """Index of each corner of the points' cells in the grid, and the points' shares of it."""
        for corner in product((0, 1), repeat=len(self._shape)):
            index = np.zeros(len(self._itself), np.intp)
            share = np.ones_like(self._itself)
            for side, cell, past, size in zip(
                corner, self._cells, self._past, self._shape, strict=True
            ):
                index = index * size + (cell + side)
                share *= past if side else 1 - past
            yield index, share
