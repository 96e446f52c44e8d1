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
    """A parallel stack: millimetres to voxels, less where the first pixel of each slice lies.

    ``is_even``: the slices lie on one line at equal steps, so that all is linear.
    """

    to_voxels: Array
    firsts: Array
    is_even: bool


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
    heights, rows, columns = (
        np.add.outer(down_mm * float(to @ down), across_mm * float(to @ right) + float(to @ start))
        for to in stack.to_voxels
    )
    if stack.is_even:
        first, second = stack.firsts[0], stack.firsts[1]
        slices = (heights - first[0]) / (second - first)[0]
        rows -= first[1] + slices * (second - first)[1]
        columns -= first[2] + slices * (second - first)[2]
    else:
        slices = slices_at(geometry, heights)
        lower = np.clip(slices.astype(int), 0, max(len(geometry) - 2, 0))
        steps = np.diff(stack.firsts, axis=0, append=stack.firsts[-1:])
        share = slices - lower
        rows -= stack.firsts[:, 1][lower] + share * steps[:, 1][lower]
        columns -= stack.firsts[:, 2][lower] + share * steps[:, 2][lower]
    return Positions(slices.ravel(), rows.ravel(), columns.ravel())


@lru_cache(16)
def _parallel(geometry: SeriesGeometry) -> _Parallel:
    normal, down, across = axes_of(geometry)
    row_mm, column_mm = spacings_mm(geometry)
    # Directions at no right angle, of files that are not DICOM, are told apart by their duals.
    to_voxels = np.linalg.inv(np.column_stack((normal, down * row_mm, across * column_mm)))
    firsts = geometry.positions_mm @ to_voxels.T
    if firsts[0, 0] == firsts[-1, 0]:
        return _Parallel(to_voxels, firsts, False)
    line = np.linspace(firsts[0], firsts[-1], len(firsts))
    off_mm = np.abs(firsts - line) * (1, row_mm, column_mm)
    is_even = bool(off_mm.max() <= OFF_PX * min(row_mm, column_mm))
    return _Parallel(to_voxels, line if is_even else firsts, is_even)
