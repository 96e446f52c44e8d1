"""Where the points of a section lie among the voxels of a stack, many at a time."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.alignment import (
    OFF_PX,
    axes_of,
    is_parallel,
    slices_at,
    spacings_mm,
)
from lesion_viewer.geometry.between_slices import voxels_of
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.turn import Vector

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """Positions in a stack; whole numbers are centres of voxels.

    Attributes
    ----------
    slices, rows, columns : Vector
        (n), from 0, with fractions; beyond the stack where the points are.
    """

    slices: Vector
    rows: Vector
    columns: Vector


@dataclass(frozen=True, slots=True, eq=False)
class _Parallel:
    """A parallel stack: millimetres times ``to_voxels``, plus ``start``, are slice, row and column.

    Unless the slices lie on one line at equal steps it is ``is_linear`` no longer: the first is a
    height in mm, and the others count from where ``firsts`` has the first pixel of each slice.
    """

    to_voxels: Array
    start: Vector
    firsts: Array
    is_linear: bool


def positions_in(
    geometry: SeriesGeometry,
    section: Section,
    across_mm: Vector,
    down_mm: Vector,
    off_mm: float = 0.0,
) -> Positions:
    """The positions in a stack of the points of a grid on a section.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    across_mm, down_mm : Vector
        u of the grid's columns and v of its rows, in mm from the section's point.
    off_mm : float
        Distance of the grid from the section, along the normal.

    Returns
    -------
    Positions
        Row by row.
    """
    start = np.array(section.point_mm) + off_mm * section.normal
    right, down = np.array(section.right), np.array(section.down)
    if not is_parallel(geometry):
        points = start + down_mm[:, None, None] * down + across_mm[:, None] * right
        at = voxels_of(geometry, points.reshape(-1, 3))
        return Positions(at[:, 0], at[:, 2] - 0.5, at[:, 1] - 0.5)
    stack = _parallel(geometry)
    at = stack.to_voxels @ start + stack.start
    along_down, along_across = stack.to_voxels @ down, stack.to_voxels @ right
    slices, rows, columns = (
        np.add.outer(down_mm * along_down[axis], across_mm * along_across[axis] + at[axis]).ravel()
        for axis in range(3)
    )
    if not stack.is_linear:
        slices = slices_at(geometry, slices)
        lower = np.clip(slices.astype(int), 0, max(len(geometry) - 2, 0))
        steps = np.diff(stack.firsts, axis=0, append=stack.firsts[-1:])
        share = slices - lower
        rows -= stack.firsts[:, 1][lower] + share * steps[:, 1][lower]
        columns -= stack.firsts[:, 2][lower] + share * steps[:, 2][lower]
    return Positions(slices, rows, columns)


@lru_cache(16)
def _parallel(geometry: SeriesGeometry) -> _Parallel:
    normal, down, across = axes_of(geometry)
    row_mm, column_mm = spacings_mm(geometry)
    # Directions at no right angle, of files that are not DICOM, are told apart by their duals.
    to_voxels: Array = np.linalg.inv(np.column_stack((normal, down * row_mm, across * column_mm)))
    firsts = geometry.positions_mm @ to_voxels.T
    line = np.linspace(firsts[0], firsts[-1], len(firsts), dtype=np.float64)
    off_mm = np.abs(firsts - line) * (1, row_mm, column_mm)
    if firsts[0, 0] == firsts[-1, 0] or off_mm.max() > OFF_PX * min(row_mm, column_mm):
        return _Parallel(to_voxels, np.zeros(3), firsts, is_linear=False)
    # From a slice to the next the height grows by a step, and the first pixel moves.
    from_slices = np.eye(3)
    from_slices[:, 0] = line[1] - line[0]
    to_slices = np.linalg.inv(from_slices)
    start: Vector = -to_slices @ line[0]
    return _Parallel(to_slices @ to_voxels, start, firsts, is_linear=True)
