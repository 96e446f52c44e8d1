"""Slabs along the slices of a tilted stack, in which each slice lies beside the one before."""

import numpy as np

from lesion_viewer.ct.planes.aligned import aligned_pixels, layers_shown, without_voxels
from lesion_viewer.ct.planes.grids import PlaneGrid
from lesion_viewer.ct.planes.picture import NO_HU, Pixels, Shows
from lesion_viewer.ct.planes.slabs import THIN, Projection, Slab
from lesion_viewer.ct.planes.voxel_stack import VoxelStack, slice_alone
from lesion_viewer.geometry.alignment import alignment_of, is_parallel, slice_geometry
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry

HIGHEST = np.iinfo(np.int16).max


def is_along_slices(geometry: SeriesGeometry, section: Section) -> bool:
    """Whether a section is parallel to the slices of a stack, and lies along their pixels.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    """
    if not is_parallel(geometry):
        return False
    alignment = alignment_of(slice_geometry(geometry, 0), section)
    return alignment is not None and alignment[2].axis == 0


def leaning_pixels(
    stack: VoxelStack, section: Section, grid: PlaneGrid, slab: Slab, is_interpolated: bool
) -> Pixels:
    """The pixels of a slab along the slices, each slice at its own place.

    Parameters
    ----------
    stack : VoxelStack
        Slices, some of which may still have to be read.
    section : Section
        A plane along the slices, see ``is_along_slices``.
    grid : PlaneGrid
        Pixels of the picture.
    slab : Slab
        What is shown of which thickness.
    is_interpolated : bool
        Whether what lies between pixels of a slice is interpolated.

    Returns
    -------
    Pixels
        What lies beside a slice is not of it.
    """
    geometry = stack.geometry
    layers, shows, is_partial = layers_shown(stack, section, 0, slab, is_interpolated)
    alignment = alignment_of(slice_geometry(geometry, 0), section)
    if alignment is None or shows is not Shows.VOXELS:
        return without_voxels(shows, grid)
    size = grid.rows, grid.columns
    total, weight_of = np.zeros(size, np.float32), np.zeros(size, np.float32)
    is_lowest = slab.projection is Projection.MINIMUM
    furthest = np.full(size, HIGHEST if is_lowest else NO_HU, np.int16)
    for index, weight in zip(layers.indices.tolist(), layers.weights.tolist(), strict=True):
        alone = slice_alone(stack, index)
        layer = aligned_pixels(alone, section, grid, alignment, THIN, is_interpolated)
        is_there = layer.shows == Shows.VOXELS
        weight_of += is_there * np.float32(weight)
        if slab.projection is Projection.MEAN:
            total += np.where(is_there, layer.hu, 0) * np.float32(weight)
        elif is_lowest:
            np.minimum(furthest, np.where(is_there, layer.hu, HIGHEST), out=furthest)
        else:
            np.maximum(furthest, layer.hu, out=furthest)
    is_shown = weight_of > 0
    if slab.projection is Projection.MEAN:
        furthest = np.rint(total / np.where(is_shown, weight_of, 1)).astype(np.int16)
    hu = np.where(is_shown, furthest, NO_HU)
    marked = np.where(is_shown, np.uint8(Shows.VOXELS), np.uint8(Shows.OUTSIDE))
    return Pixels(hu, marked, bool(is_shown.all()), True, is_partial)
