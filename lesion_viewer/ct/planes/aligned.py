"""Pictures of sections that lie along the axes of a straight stack: views, and one axis a time."""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.grids import PlaneGrid, coordinates
from lesion_viewer.ct.planes.layers import Layers, layers_in
from lesion_viewer.ct.planes.picture import NO_HU, Pixels, Shows
from lesion_viewer.ct.planes.projecting import blended, projected
from lesion_viewer.ct.planes.slabs import Slab
from lesion_viewer.ct.planes.taps import Taps, taps_across_slices, taps_in_slices
from lesion_viewer.ct.planes.voxel_stack import VoxelStack
from lesion_viewer.geometry.alignment import Along
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.geometry.turn import Vector

Layer = NDArray[np.int16] | NDArray[np.float32]
AT_POINT = np.zeros(1)


def aligned_pixels(
    stack: VoxelStack,
    section: Section,
    grid: PlaneGrid,
    alignment: tuple[Along, Along, Along],
    slab: Slab,
    is_interpolated: bool,
) -> Pixels:
    """The pixels of a picture whose rows and columns run along those of the voxels.

    Parameters
    ----------
    stack : VoxelStack
        Slices, some of which may still have to be read.
    section : Section
        Plane in the patient.
    grid : PlaneGrid
        Pixels of the picture.
    alignment : tuple[Along, Along, Along]
        Axes of the stack along the section's right, bottom and normal.
    slab : Slab
        What is shown of which thickness.
    is_interpolated : bool
        Whether what lies between voxels is interpolated.

    Returns
    -------
    Pixels
        A view of the volume where nothing is to be computed.
    """
    across, down, through = (along.axis for along in alignment)
    columns = _taps(stack, section, across, section.right, grid.across_mm, is_interpolated)
    rows = _taps(stack, section, down, section.down, grid.down_mm, is_interpolated)
    voxels = np.moveaxis(stack.voxels, through, 0)
    if down > across:
        voxels = voxels.swapaxes(1, 2)
    layers, shows, is_partial = layers_shown(stack, section, through, slab, is_interpolated)
    if shows is not Shows.VOXELS:
        return without_voxels(shows, grid)
    if (of_rows := rows.as_slice) is not None:
        voxels = voxels[:, of_rows]
    if (of_columns := columns.as_slice) is not None:
        voxels = voxels[:, :, of_columns]
    picture = projected(voxels, layers, slab.projection)
    picture = picture if of_rows is not None else _along(picture, rows, 0)
    picture = picture if of_columns is not None else _along(picture, columns, 1)
    is_resampled = (
        of_rows is None or of_columns is None or (slab.mm == 0 and len(layers.indices) > 1)
    )
    return _pixels(picture, rows, columns, is_resampled, is_partial)


def _taps(
    stack: VoxelStack,
    section: Section,
    axis: int,
    direction: Point,
    offsets_mm: Vector,
    is_interpolated: bool,
) -> Taps:
    geometry = stack.geometry
    at = coordinates(geometry, section, axis, np.array(direction), offsets_mm)
    if axis == 0:
        return taps_across_slices(stack, at, is_interpolated)
    return taps_in_slices(at, geometry.size[axis - 1], is_interpolated)


def layers_shown(
    stack: VoxelStack, section: Section, axis: int, slab: Slab, is_interpolated: bool
) -> tuple[Layers, Shows, bool]:
    """The layers that a picture is made of.

    Parameters
    ----------
    stack : VoxelStack
        Slices, some of which may still have to be read.
    section : Section
        Plane in the patient.
    axis : int
        Axis of the stack along the section's normal.
    slab : Slab
        What is shown of which thickness; of none they are the two beside the plane, or the one that
        it lies in.
    is_interpolated : bool
        Whether a plane between two layers is made of both.

    Returns
    -------
    tuple[Layers, Shows, bool]
        The layers that are read, what is shown of them, and whether slices are left out.
    """
    geometry = stack.geometry
    if slab.mm == 0:
        normal: Point = tuple(section.normal.tolist())
        taps = _taps(stack, section, axis, normal, AT_POINT, is_interpolated)
        first, share = int(taps.lower[0]), float(taps.share[0])
        shares = (1 - share, share) if share else (1.0,)
        layers = Layers(np.arange(first, first + len(shares)), np.array(shares))
        return layers, Shows(int(taps.shows[0])), False
    if axis == 0:
        centre = float(np.array(section.point_mm) @ geometry.normal)
    else:
        centre = float(coordinates(geometry, section, axis, section.normal, AT_POINT)[0])
    layers = layers_in(geometry, axis, centre, slab.mm, slab.projection)
    if not len(layers.indices):
        return layers, Shows.OUTSIDE, False
    if axis > 0:
        return layers, Shows.VOXELS, False
    states = stack.states[layers.indices]
    is_read = states == Shows.VOXELS
    if (states == Shows.UNREAD).any() or not is_read.any():
        return layers, Shows(int(states[~is_read].min())), False
    weights = layers.weights[is_read]
    is_partial = layers.is_partial or not is_read.all()
    return Layers(layers.indices[is_read], weights / weights.sum()), Shows.VOXELS, is_partial


def _along(picture: Layer, taps: Taps, axis: int) -> Layer:
    """A picture at positions along one of its axes."""
    lower = picture.take(taps.lower, axis)
    if not taps.share.any():
        return lower
    upper = picture.take(np.minimum(taps.lower + 1, picture.shape[axis] - 1), axis)
    return blended(lower, upper, taps.share[:, None] if axis == 0 else taps.share[None])


def without_voxels(shows: Shows, grid: PlaneGrid) -> Pixels:
    """The pixels of a picture that shows no voxels.

    Parameters
    ----------
    shows : Shows
        What it shows.
    grid : PlaneGrid
        Pixels of the picture.

    Returns
    -------
    Pixels
        All alike.
    """
    size = grid.rows, grid.columns
    return Pixels(np.full(size, NO_HU), np.full(size, shows, np.uint8), False, False)


def _pixels(
    picture: Layer, rows: Taps, columns: Taps, is_resampled: bool, is_partial: bool
) -> Pixels:
    """Values rounded to whole HU, and ``NO_HU`` where there are no voxels."""
    hu = picture if picture.dtype == np.int16 else np.rint(picture).astype(np.int16)
    size = len(rows.lower), len(columns.lower)
    if not (rows.shows.any() or columns.shows.any()):
        whole = np.broadcast_to(np.uint8(Shows.VOXELS), size)
        return Pixels(_in_order(hu.view(np.int16)), whole, True, is_resampled, is_partial)
    shows = np.maximum(rows.shows[:, None], columns.shows[None])
    return Pixels(
        np.where(shows == Shows.VOXELS, hu, NO_HU), shows, False, is_resampled, is_partial
    )


def _in_order(hu: NDArray[np.int16]) -> NDArray[np.int16]:
    """The same values, the pixels of a row beside one another in memory."""
    return hu if abs(hu.strides[1]) == hu.itemsize else np.ascontiguousarray(hu)
