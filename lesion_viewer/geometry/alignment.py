"""Stacks that are straight, and sections that lie along their rows, columns and slices."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.between_slices import points_of
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.turn import Vector, unit

OFF_PX = 0.1
"""What lies nowhere further off a line than this share of a pixel is on it."""

ON_SLICE_MM = 0.02
"""A section that is no further from a slice lies in it."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Along:
    """The axis of a stack along which a direction of a section runs.

    Attributes
    ----------
    axis : int
        0 for slices, 1 for rows, 2 for columns.
    is_reversed : bool
        Whether it runs against their numbers.
    """

    axis: int
    is_reversed: bool


@lru_cache(16)
def is_parallel(geometry: SeriesGeometry) -> bool:
    """Whether all slices share their directions and pixel spacings.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    """
    counts = geometry.size[1], geometry.size[0]
    off = sum(
        float(np.linalg.norm(steps - steps.mean(0), axis=1).max()) * count
        for steps, count in zip((geometry.across_mm, geometry.down_mm), counts, strict=True)
    )
    return off <= OFF_PX * min(spacings_mm(geometry))


@lru_cache(16)
def is_straight(geometry: SeriesGeometry) -> bool:
    """Whether rows, columns and slices of a stack are at right angles, however they are spaced.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    """
    if not is_parallel(geometry):
        return False
    normal, down, across = axes_of(geometry)
    row_mm, column_mm = spacings_mm(geometry)
    from_first = geometry.positions_mm - geometry.positions_mm[0]
    shifts = from_first - np.outer(from_first @ normal, normal)
    rows, columns = geometry.size
    off = max(
        float(np.linalg.norm(shifts, axis=1).max()),
        abs(float(down @ across)) * max(rows * row_mm, columns * column_mm),
    )
    return off <= OFF_PX * min(row_mm, column_mm)


@lru_cache(16)
def axes_of(geometry: SeriesGeometry) -> Array:
    """The directions of a stack's slices, rows and columns.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack; where slices differ, their means are taken.

    Returns
    -------
    Array
        (3, 3), unit vectors: the normal, then from a row to the next, then from a column to the
        next.
    """
    down, across = unit(geometry.down_mm.mean(0)), unit(geometry.across_mm.mean(0))
    return np.array((geometry.normal, down, across))


@lru_cache(16)
def spacings_mm(geometry: SeriesGeometry) -> tuple[float, float]:
    """The distance between rows and between columns in mm, the mean of all slices.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.

    Returns
    -------
    tuple[float, float]
        As Pixel Spacing.
    """
    down, across = (np.linalg.norm(s.mean(0)) for s in (geometry.down_mm, geometry.across_mm))
    return float(down), float(across)


@lru_cache(64)
def alignment_of(geometry: SeriesGeometry, section: Section) -> tuple[Along, Along, Along] | None:
    """The axes of a stack along which the picture of a section lies.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.

    Returns
    -------
    tuple[Along, Along, Along] | None
        Those of its right, its bottom and its normal; None where they lie aslant.
    """
    if not is_straight(geometry):
        return None
    directions = np.array((section.right, section.down, section.normal))
    cosines = directions @ axes_of(geometry).T
    axes = np.abs(cosines).argmax(1)
    if len(set(axes.tolist())) < 3:
        return None
    along = cosines[range(3), axes]
    sine = float(np.sqrt(np.clip(1 - along**2, 0, None)).max())
    if sine * _diagonal_mm(geometry) > OFF_PX * min(spacings_mm(geometry)):
        return None
    right, down, normal = (
        Along(int(axis), bool(cosine < 0)) for axis, cosine in zip(axes, along, strict=True)
    )
    return right, down, normal


def index_in(geometry: SeriesGeometry, section: Section) -> int | None:
    """The slice that a section lies in, where slices are not stacked straight on one another.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.

    Returns
    -------
    int | None
        From 0; None where it lies in none, or all slices are stacked straight.
    """
    if is_straight(geometry):
        return None
    place = geometry.nearest(section.point_mm)
    if abs(place.distance_mm) > ON_SLICE_MM:
        return None
    alignment = alignment_of(slice_geometry(geometry, place.slice_index), section)
    is_in_slice = alignment is not None and alignment[2].axis == 0
    return place.slice_index if is_in_slice else None


@lru_cache(64)
def slice_geometry(geometry: SeriesGeometry, index: int) -> SeriesGeometry:
    """Where one slice lies.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    index : int
        Index from 0.

    Returns
    -------
    SeriesGeometry
        Geometry of the slice alone.
    """
    across, down = (
        steps[index : index + 1] if len(steps) > 1 else steps
        for steps in (geometry.across_mm, geometry.down_mm)
    )
    position = geometry.positions_mm[index : index + 1]
    return SeriesGeometry(position, across, down, geometry.size)


@lru_cache(16)
def corners_of(geometry: SeriesGeometry) -> Array:
    """The corners of all images of a stack, which reaches half a step beyond its ends.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.

    Returns
    -------
    Array
        (n, 3) in mm (LPS).
    """
    rows, columns = geometry.size
    count = len(geometry) if np.ptp(geometry.locations_mm) else 1
    levels = np.array((-0.5, *range(count), count - 0.5))
    around = np.array(((0, 0), (columns, 0), (columns, rows), (0, rows)), float)
    voxels = np.column_stack((levels.repeat(4), np.tile(around, (len(levels), 1))))
    return points_of(geometry, voxels)


def slices_at(geometry: SeriesGeometry, heights_mm: Vector) -> Vector:
    """The positions between the slices of a parallel stack at heights along its normal.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    heights_mm : Vector
        Positions along the normal in mm, as ``SeriesGeometry.locations_mm``.

    Returns
    -------
    Vector
        Slices from 0, with fractions; beyond the ends it goes on by the outermost steps, and by the
        Slice Thickness where all slices lie at one position.
    """
    locations = geometry.locations_mm
    steps = np.flatnonzero(np.diff(locations) > 0)
    if not len(steps):
        thickness = next((mm for mm in geometry.thickness_mm if mm), None)
        return (heights_mm - locations[0]) / thickness if thickness else np.zeros_like(heights_mm)
    at: Vector = np.interp(heights_mm, locations, np.arange(len(geometry), dtype=float))
    first, last = steps[0], steps[-1]
    below = (heights_mm - locations[first]) / (locations[first + 1] - locations[first])
    above = (heights_mm - locations[-1]) / (locations[last + 1] - locations[last])
    at = np.where(heights_mm < locations[0], below, at)
    return np.where(heights_mm > locations[-1], len(geometry) - 1 + above, at)


@lru_cache(16)
def _diagonal_mm(geometry: SeriesGeometry) -> float:
    corners = corners_of(geometry)
    return float(np.linalg.norm(corners.max(0) - corners.min(0)))
