"""Positions in the whole stack, between slices too: fractional slices to millimetres, and back.

Between two slices every pixel moves on a straight line from its place on the one to its place on
the other, whatever their distance, shift or turn. Trilinear interpolation of voxels at these
positions is therefore exact where the slices are unevenly spaced, and where the gantry is tilted.
"""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.geometry.turn import Vector

# Slices that are nearer to one another are at one position: nothing lies between them.
LEAST_STEP_MM = 1e-6
# Newton's steps where directions differ between slices; each doubles the number of exact digits.
REFINEMENTS = 5

Array = NDArray[np.float64]


def points_of(geometry: SeriesGeometry, voxels: Array) -> Array:
    """The places in the patient of positions in a stack.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    voxels : Array
        (n, 3), slice, x, y: slices are counted from 0 and may be fractions, x and y are in pixel
        edges as stored. Beyond the first and the last slice the stack goes on as between the
        outermost two. Slices that all lie at one position reach half of their thickness from it.

    Returns
    -------
    Array
        (n, 3) in mm (LPS).
    """
    lower = _lower_slices(geometry)
    if not len(lower):
        origin, across, down = _planes(geometry, np.zeros(len(voxels), int))
        from_slice = voxels[:, :1] - np.clip(np.rint(voxels[:, :1]), 0, len(geometry) - 1)
        along = from_slice * (geometry.normal * _thickness_mm(geometry))
        found: Array = origin + along + _offsets(voxels, across, down)
        return found
    at, last = voxels[:, 0], len(geometry) - 1
    first = np.clip(np.floor(at).astype(int), 0, last - 1)
    part = at - first
    is_before, is_after = at < 0, at > last
    first[is_before], part[is_before] = lower[0], at[is_before]
    first[is_after], part[is_after] = lower[-1], at[is_after] - last + 1
    origin, across, down = _blended(geometry, first, part)
    return origin + _offsets(voxels, across, down)


def voxels_of(geometry: SeriesGeometry, points_mm: Array) -> Array:
    """The positions in a stack of points in the patient.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    points_mm : Array
        (n, 3) in mm (LPS).

    Returns
    -------
    Array
        (n, 3), slice, x, y as ``points_of`` takes them; outside of the stack where the points are.
        In a single slice, and in slices that all lie at one position, the slice is a fraction of
        the Slice Thickness, and 0 where that is unknown.
    """
    lower = _lower_slices(geometry)
    if not len(lower):
        first = np.zeros(len(points_mm), int)
        origin, across, down = _planes(geometry, first)
        thickness = _thickness_mm(geometry)
        along = (points_mm - origin) @ geometry.normal
        part = along / thickness if thickness else np.zeros(len(points_mm))
    else:
        first, part = _cells(geometry, points_mm, lower)
        is_before, is_after = (part < 0) & (first == lower[0]), (part > 1) & (first == lower[-1])
        # Elsewhere it is beyond the cell by rounding alone: the point lies on a slice.
        part = np.where(is_before | is_after, part, np.clip(part, 0, 1))
        origin, across, down = _blended(geometry, first, part)
        first[is_before] = 0
        first[is_after] = len(geometry) - 2
    from_first = points_mm - origin
    # The two equations of least squares for x and y.
    aa, ad, dd = (across * across).sum(1), (across * down).sum(1), (down * down).sum(1)
    ra, rd = (from_first * across).sum(1), (from_first * down).sum(1)
    determinant = aa * dd - ad * ad
    x = (ra * dd - rd * ad) / determinant
    y = (rd * aa - ra * ad) / determinant
    return np.column_stack((first + part, x + 0.5, y + 0.5))


def contains(geometry: SeriesGeometry, point_mm: Point) -> bool:
    """Whether a point in the patient lies in a stack.

    The stack reaches half a step beyond the centres of its first and its last slice, and a single
    slice by half of its thickness. What lies in a gap between slices is in the stack: ``nearest``
    gives its distance from the slices.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    point_mm : Point
        In mm (LPS).

    Returns
    -------
    bool
        False for a point beside the images, before the first slice or after the last.
    """
    ((at, x, y),) = voxels_of(geometry, np.array([point_mm], float))
    rows, columns = geometry.size
    if not (0 <= x <= columns and 0 <= y <= rows):
        return False
    if not len(_lower_slices(geometry)):
        reach = max(_thickness_mm(geometry) / 2, LEAST_STEP_MM)
        return abs(geometry.nearest(point_mm).distance_mm) <= reach
    return bool(-0.5 <= at <= len(geometry) - 0.5)


def _lower_slices(geometry: SeriesGeometry) -> NDArray[np.intp]:
    """The slices with a step to the following one."""
    return np.flatnonzero(np.diff(geometry.locations_mm) > LEAST_STEP_MM)


def _thickness_mm(geometry: SeriesGeometry) -> float:
    """Slice Thickness of the first slice that states it; 0 where none does."""
    return next((mm for mm in geometry.thickness_mm if mm is not None), 0.0)


def _cells(
    geometry: SeriesGeometry, points: Array, lower: NDArray[np.intp]
) -> tuple[NDArray[np.intp], Vector]:
    """The slice below each point, and its share of the step to the slice above."""
    locations = geometry.locations_mm
    along = points @ geometry.normal
    last = len(lower) - 1
    cell = np.clip(np.searchsorted(locations[lower], along, "right") - 1, 0, last)
    if len(geometry.normals) == 1:
        first = lower[cell]
        return first, (along - locations[first]) / (locations[first + 1] - locations[first])
    for _ in range(last):  # slices at an angle to the mean may have the point on their other side
        first = lower[cell]
        is_before = (_heights(geometry, points, first) < 0) & (cell > 0)
        is_after = (_heights(geometry, points, first + 1) >= 0) & (cell < last) & ~is_before
        if not (is_before | is_after).any():
            break
        cell = cell - is_before + is_after
    first = lower[cell]
    below, above = _heights(geometry, points, first), _heights(geometry, points, first + 1)
    part = below / np.where(below == above, 1.0, below - above)
    for _ in range(REFINEMENTS):
        origin, across, down = _blended(geometry, first, part)
        normal, beside = np.cross(across, down), points - origin
        (o1, a1, d1), (o2, a2, d2) = _planes(geometry, first), _planes(geometry, first + 1)
        turning = np.cross(a2 - a1, down) + np.cross(across, d2 - d1)
        slope = (turning * beside).sum(1) - (normal * (o2 - o1)).sum(1)
        part = part - (normal * beside).sum(1) / np.where(slope == 0, np.inf, slope)
    return first, part


def _heights(geometry: SeriesGeometry, points: Array, slices: NDArray[np.intp]) -> Vector:
    """The distance of each point from a slice, along the slice's normal."""
    origin, normals = geometry.positions_mm[slices], geometry.normals[slices]
    heights: Vector = ((points - origin) * normals).sum(1)
    return heights


def _planes(geometry: SeriesGeometry, slices: NDArray[np.intp]) -> tuple[Array, Array, Array]:
    """Position, step of columns and step of rows of each of the slices."""
    across, down = (
        steps[slices if len(steps) > 1 else np.zeros(len(slices), int)]
        for steps in (geometry.across_mm, geometry.down_mm)
    )
    return geometry.positions_mm[slices], across, down


def _blended(
    geometry: SeriesGeometry, first: NDArray[np.intp], part: Vector
) -> tuple[Array, Array, Array]:
    """Position and steps at a share of the way from a slice to the following one."""
    below, above = _planes(geometry, first), _planes(geometry, first + 1)
    share = part[:, None]
    origin, across, down = (a + share * (b - a) for a, b in zip(below, above, strict=True))
    return origin, across, down


def _offsets(voxels: Array, across: Array, down: Array) -> Array:
    return (voxels[:, 1:2] - 0.5) * across + (voxels[:, 2:3] - 0.5) * down
