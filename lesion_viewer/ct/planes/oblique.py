"""Pictures of any section of any stack: tilted, sheared, turned from slice to slice."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from lesion_viewer.ct.planes.grids import PlaneGrid
from lesion_viewer.ct.planes.picture import NO_HU, Shows
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.planes.taps import taps_across_slices
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.alignment import axes_of, is_parallel, slices_at, spacings_mm
from lesion_viewer.geometry.between_slices import voxels_of
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.turn import Vector

Hu = NDArray[np.int16]
Marked = NDArray[np.uint8]
Array = NDArray[np.float64]


def oblique_picture(
    volume: CTVolume, section: Section, grid: PlaneGrid, slab: Slab, is_interpolated: bool
) -> tuple[Hu, Marked]:
    """HU of the pixels of a picture, and what they show.

    Parameters
    ----------
    volume : CTVolume
        Its slices may still have to be read.
    section : Section
        Plane in the patient.
    grid : PlaneGrid
        Pixels of the picture.
    slab : Slab
        What is shown of which thickness; it is sampled at steps of the finest voxels.
    is_interpolated : bool
        Whether what lies between voxels is interpolated.

    Returns
    -------
    tuple[Hu, Marked]
        (rows, columns) each.
    """
    geometry = volume.series.geometry
    assert geometry is not None
    u, v = np.meshgrid(grid.across_mm, grid.down_mm)
    on_plane = section.points(np.column_stack((u.ravel(), v.ravel())))
    samples = [
        _sample(volume, voxels_at(geometry, on_plane + section.normal * off), is_interpolated)
        for off in _offsets_mm(geometry, slab)
    ]
    hu, shows = samples[0] if len(samples) == 1 else _projected(samples, slab.projection)
    hu = np.where(shows == Shows.VOXELS, np.rint(hu), NO_HU)
    size = grid.rows, grid.columns
    return hu.astype(np.int16).reshape(size), shows.reshape(size)


def voxels_at(geometry: SeriesGeometry, points_mm: Array) -> Array:
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
        (3, n), slice, row, column; whole numbers are centres of voxels.
    """
    if not is_parallel(geometry):
        at = voxels_of(geometry, points_mm)
        return np.stack((at[:, 0], at[:, 2] - 0.5, at[:, 1] - 0.5))
    normal, down, across = axes_of(geometry)
    row_mm, column_mm = spacings_mm(geometry)
    # Directions at no right angle, of files that are not DICOM, are told apart by their duals.
    to_voxels = np.linalg.inv(np.column_stack((normal, down * row_mm, across * column_mm)))
    heights = points_mm @ normal
    slices = slices_at(geometry, heights)
    firsts = (to_voxels @ geometry.positions_mm.T)[1:]
    counted = np.arange(len(geometry))
    rows, columns = (points_mm @ to_voxels.T[:, 1:]).T
    for along, first in ((rows, firsts[0]), (columns, firsts[1])):
        along -= _between(slices, counted, first)
    return np.stack((slices, rows, columns))


def _between(at: Vector, counted: NDArray[np.int_], values: Vector) -> Vector:
    """Values of slices at positions between them, which go on beyond the ends."""
    if len(values) == 1:
        return np.full(len(at), values[0])
    found: Vector = np.interp(at, counted, values)
    found += np.minimum(at, 0) * (values[1] - values[0])
    found += np.maximum(at - counted[-1], 0) * (values[-1] - values[-2])
    return found


def _sample(
    volume: CTVolume, voxels: Array, is_interpolated: bool
) -> tuple[NDArray[np.float32], Marked]:
    """Values at positions in a stack, and what they show."""
    _, rows, columns = volume.voxels.shape
    slices, row, column = voxels
    taps = taps_across_slices(volume, slices, is_interpolated)
    beside = (row < -0.5) | (row > rows - 0.5) | (column < -0.5) | (column > columns - 0.5)
    shows = taps.shows
    shows[beside] = Shows.OUTSIDE
    hu = np.empty(len(slices), np.float32)
    at = np.stack((taps.lower + taps.share, row, column))
    map_coordinates(
        volume.voxels, at, hu, order=int(is_interpolated), mode="nearest", prefilter=False
    )
    return hu, shows


def _offsets_mm(geometry: SeriesGeometry, slab: Slab) -> Vector:
    """Distances from the plane at which a slab is sampled."""
    count = max(math.ceil(slab.mm / min(spacings_mm(geometry))), 1)
    offsets: Vector = ((np.arange(count) + 0.5) / count - 0.5) * slab.mm
    return offsets


def _projected(
    samples: list[tuple[NDArray[np.float32], Marked]], projection: Projection
) -> tuple[NDArray[np.float32], Marked]:
    """Samples in one; what lies outside is no part of it, and what is unread leaves it unread."""
    values, shows = (np.stack(parts) for parts in zip(*samples, strict=True))
    is_there = shows == Shows.VOXELS
    marked = np.where(is_there.any(0), np.uint8(Shows.VOXELS), shows.max(0))
    marked[(shows == Shows.UNREAD).any(0)] = Shows.UNREAD
    if projection is Projection.MAXIMUM:
        return np.where(is_there, values, -np.inf).max(0), marked
    if projection is Projection.MINIMUM:
        return np.where(is_there, values, np.inf).min(0), marked
    total = np.where(is_there, values, 0).sum(0)
    return total / np.maximum(is_there.sum(0), 1), marked
