"""A CT on a coarse even grid, on which two CTs are compared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import GeometryError
from lesion_viewer.geometry.series_geometry import SeriesGeometry

AIR_HU, BODY_HU = -1000.0, -500.0
CLIPPED_HU = -300.0, 300.0
"""Lung and bone weigh no more than what they border on; air is as fat's edge."""
LARGEST_GAP_MM = 15.0
WAIT_S = 0.2


@dataclass(frozen=True, eq=False)
class Grid:
    """Values at even distances, along the axes of a stack of slices.

    Attributes
    ----------
    values : NDArray[np.float32]
        (slices, rows, columns) in HU, limited to ``CLIPPED_HU``.
    is_known : NDArray[np.bool_]
        (slices, rows, columns), whether the CT reaches there.
    step_mm : float
        Distance of neighbours along each axis.
    origin_mm : NDArray[np.float64]
        (3), place of the first value in the patient.
    axes : NDArray[np.float64]
        (3, 3), unit vectors along columns, rows and slices, one in each column.
    """

    values: NDArray[np.float32]
    is_known: NDArray[np.bool_]
    step_mm: float
    origin_mm: NDArray[np.float64]
    axes: NDArray[np.float64]

    def places(self, indices: NDArray[np.integer]) -> NDArray[np.float64]:
        """Places of values in the patient.

        Parameters
        ----------
        indices : NDArray[np.integer]
            (n, 3): slice, row, column.

        Returns
        -------
        NDArray[np.float64]
            (n, 3) in mm (LPS).
        """
        places: NDArray[np.float64] = self.origin_mm + (indices[:, ::-1] * self.step_mm) @ (
            self.axes.T
        )
        return places

    @property
    def is_body(self) -> NDArray[np.bool_]:
        """(slices, rows, columns), whether it is tissue."""
        return self.is_known & (self.values > CLIPPED_HU[0])


def coarser(grid: Grid, times: int) -> Grid:
    """A grid whose values are means over blocks of another one's.

    Parameters
    ----------
    grid : Grid
        The finer one.
    times : int
        Values of a block along each axis.

    Returns
    -------
    Grid
        What is left at the ends belongs to no block, except that there is one block at least.
    """
    if times == 1:
        return grid
    return Grid(
        block_means(grid.values, times),
        block_means(grid.is_known, times) > 0.5,
        grid.step_mm * times,
        grid.origin_mm + grid.axes @ np.full(3, (times - 1) / 2 * grid.step_mm),
        grid.axes,
    )


def block_means(values: NDArray[Any], times: int) -> NDArray[np.float32]:
    """Means over blocks of an array.

    Parameters
    ----------
    values : NDArray[Any]
        (slices, rows, columns).
    times : int
        Values of a block along each axis; fewer where the array is shorter.

    Returns
    -------
    NDArray[np.float32]
        (slices, rows, columns) of blocks.
    """
    blocks = [min(times, n) for n in values.shape]
    a, b, c = (n // block for n, block in zip(values.shape, blocks, strict=True))
    i, j, k = blocks
    whole = values[: a * i, : b * j, : c * k].reshape(a, i, b, j, c, k)
    means: NDArray[np.float32] = whole.mean((1, 3, 5), dtype=np.float32)
    return means


def sampled(volume: CTVolume, step_mm: float, keep_on: Callable[[], bool]) -> Grid:
    """A CT on an even grid; each slice counts at the place that it has itself.

    Waits for slices that are still being read. Those that cannot be read leave their place to
    their neighbours.

    Parameters
    ----------
    volume : CTVolume
        Of a series that lies somewhere in the patient.
    step_mm : float
        Distance of the grid's values.
    keep_on : Callable[[], bool]
        Whether the work is still wanted, asked often.

    Returns
    -------
    Grid
        In the frame of the series.

    Raises
    ------
    GeometryError
        Where places in the patient are unknown, or there are not two slices.
    """
    geometry = volume.series.geometry
    if geometry is None or len(geometry) < 2:
        raise GeometryError(
            "A series cannot be registered that does not say where at least two slices lie."
        )
    usable = [i for i in range(len(volume)) if _is_read(volume, i, keep_on)]
    if len(usable) < 2:
        raise GeometryError("A series cannot be registered of which no two slices can be read.")
    return _grid(volume, geometry, np.array(usable), step_mm, keep_on)


def _is_read(volume: CTVolume, slice_index: int, keep_on: Callable[[], bool]) -> bool:
    while not volume.is_settled(slice_index) and keep_on():
        volume.wait_for(slice_index, WAIT_S)
    return bool(volume.is_loaded[slice_index])


def _grid(
    volume: CTVolume,
    geometry: SeriesGeometry,
    usable: NDArray[np.intp],
    step_mm: float,
    keep_on: Callable[[], bool],
) -> Grid:
    axes, low, size = _room(geometry, step_mm)
    values = np.full(size, AIR_HU, np.float32)
    is_known = np.zeros(size, bool)
    at = geometry.locations_mm[usable]
    for k in range(size[0]):
        if not keep_on():
            break
        weights = _weights(at, float(low[2]) + k * step_mm, step_mm)
        if not weights:
            continue
        values[k], is_known[k] = 0, True
        for place, weight in weights.items():
            slice_index = int(usable[place])
            plane = low + [0, 0, k * step_mm]
            hu, inside = _on_plane(volume, geometry, slice_index, axes, plane, size[1:], step_mm)
            values[k] += weight * hu
            is_known[k] &= inside
    return Grid(np.clip(values, *CLIPPED_HU), is_known, step_mm, axes @ low, axes)


def _room(
    geometry: SeriesGeometry, step_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[int, int, int]]:
    """Axes of the grid, the lowest place along each, and how many values there are."""
    across = geometry.across_mm.mean(0)
    right = across - (across @ geometry.normal) * geometry.normal
    right /= np.linalg.norm(right)
    axes = np.column_stack((right, np.cross(geometry.normal, right), geometry.normal))
    rows, columns = geometry.size
    corners = np.concatenate(
        [
            geometry.positions_mm + x * geometry.across_mm + y * geometry.down_mm
            for x in (0, columns - 1)
            for y in (0, rows - 1)
        ]
    )
    along = corners @ axes
    low, high = along.min(0), along.max(0)
    low[2], high[2] = geometry.locations_mm.min(), geometry.locations_mm.max()
    counts = np.maximum(np.floor((high - low) / step_mm).astype(int) + 1, 1)
    return axes, low, (int(counts[2]), int(counts[1]), int(counts[0]))


def _weights(at_mm: NDArray[np.float64], wanted_mm: float, step_mm: float) -> dict[int, float]:
    """Share of each slice at a height: those within a step, else the two around it."""
    near = 1 - np.abs(at_mm - wanted_mm) / step_mm
    if (near > 0).sum() > 2:
        shares = {int(i): float(near[i]) for i in np.flatnonzero(near > 0)}
    else:
        order = np.argsort(at_mm, kind="stable")
        after = int(np.searchsorted(at_mm[order], wanted_mm))
        below, above = order[max(after - 1, 0)], order[min(after, len(at_mm) - 1)]
        gap = float(at_mm[above] - at_mm[below])
        if gap > LARGEST_GAP_MM:
            return {}
        share = float(np.clip((wanted_mm - at_mm[below]) / gap, 0, 1)) if gap > 0 else 1.0
        shares = {int(below): 1 - share, int(above): share}
    total = sum(shares.values())
    return {i: share / total for i, share in shares.items() if share > 0}


def _on_plane(
    volume: CTVolume,
    geometry: SeriesGeometry,
    slice_index: int,
    axes: NDArray[np.float64],
    low: NDArray[np.float64],
    size: tuple[int, int],
    step_mm: float,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """A slice's HU at a plane of the grid, and which of them lie within the slice.

    The slice is averaged over blocks first that are about as large as the grid's steps.
    """
    from scipy.ndimage import map_coordinates  # slow to import, and not needed to show a CT

    plane = geometry.plane(slice_index)
    row_mm, column_mm = plane.spacing_mm
    blocks = max(round(step_mm / row_mm), 1), max(round(step_mm / column_mm), 1)
    coarse = _averaged(volume.voxels[slice_index], blocks)
    to_pixels = np.linalg.pinv(
        np.column_stack(
            (
                np.multiply(plane.row_direction, column_mm),
                np.multiply(plane.column_direction, row_mm),
            )
        )
    )
    rows, columns = np.mgrid[: size[0], : size[1]]
    first = to_pixels @ (axes @ low - plane.position_mm)
    right, down = to_pixels @ axes[:, 0] * step_mm, to_pixels @ axes[:, 1] * step_mm
    x = first[0] + columns * right[0] + rows * down[0]
    y = first[1] + columns * right[1] + rows * down[1]
    height, width = volume.voxels.shape[1:]
    inside = (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5)
    at = (y - (blocks[0] - 1) / 2) / blocks[0], (x - (blocks[1] - 1) / 2) / blocks[1]
    return map_coordinates(coarse, at, order=1, mode="nearest"), inside


def _averaged(hu: NDArray[np.int16], blocks: tuple[int, int]) -> NDArray[np.float32]:
    """Means over blocks of rows and columns; what is left at the end belongs to no block."""
    rows, columns = (max(n // b, 1) for n, b in zip(hu.shape, blocks, strict=True))
    down, across = min(blocks[0], hu.shape[0]), min(blocks[1], hu.shape[1])
    whole = hu[: rows * down, : columns * across].reshape(rows, down, columns, across)
    averaged: NDArray[np.float32] = whole.mean((1, 3), dtype=np.float32)
    return averaged
