"""Pictures of sections that lie along the axes of a straight stack: views, and one axis a time."""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.grids import PlaneGrid, coordinates
from lesion_viewer.ct.planes.layers import Layers, layers_in
from lesion_viewer.ct.planes.picture import NO_HU, Shows
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.planes.taps import Taps, states_of, taps_across_slices, taps_in_slices
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.alignment import Along
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.turn import Vector

Hu = NDArray[np.int16]
Marked = NDArray[np.uint8]
Layer = NDArray[np.int16] | NDArray[np.float32]


def aligned_picture(
    volume: CTVolume,
    section: Section,
    grid: PlaneGrid,
    alignment: tuple[Along, Along, Along],
    slab: Slab,
    is_interpolated: bool,
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
    alignment : tuple[Along, Along, Along]
        Axes of the stack along the section's right, bottom and normal.
    slab : Slab
        What is shown of which thickness.
    is_interpolated : bool
        Whether what lies between voxels is interpolated.

    Returns
    -------
    tuple[Hu, Marked]
        (rows, columns) each; they may be views of the volume, and rows of one row.
    """
    across, down, through = (along.axis for along in alignment)
    columns = _taps(volume, section, across, section.right, grid.across_mm, is_interpolated)
    rows = _taps(volume, section, down, section.down, grid.down_mm, is_interpolated)
    layer, state = _layer(volume, section, through, slab, is_interpolated)
    if down > across:
        layer = layer.T
    hu = _along(_along(layer, rows, 0), columns, 1)
    shows = np.maximum(rows.shows[:, None], columns.shows[None])
    if state != Shows.VOXELS:
        shows = np.where(shows == Shows.VOXELS, np.uint8(state), shows)
    return _whole_hu(hu, shows), shows


def _taps(
    volume: CTVolume,
    section: Section,
    axis: int,
    direction: tuple[float, float, float],
    offsets_mm: Vector,
    is_interpolated: bool,
) -> Taps:
    geometry = volume.series.geometry
    assert geometry is not None
    at = coordinates(geometry, section, axis, np.array(direction), offsets_mm)
    if axis == 0:
        return taps_across_slices(volume, at, is_interpolated)
    return taps_in_slices(at, geometry.size[axis - 1], is_interpolated)


def _layer(
    volume: CTVolume, section: Section, axis: int, slab: Slab, is_interpolated: bool
) -> tuple[Layer, Shows]:
    """The voxels at a section's place along its normal, on the other two axes, and their state."""
    geometry = volume.series.geometry
    assert geometry is not None
    if slab.mm == 0:
        normal = section.normal
        taps = _taps(volume, section, axis, tuple(normal), np.zeros(1), is_interpolated)
        voxels = np.moveaxis(volume.voxels, axis, 0)
        lower, share = int(taps.lower[0]), float(taps.share[0])
        layer: Layer = voxels[lower]
        if share:
            layer = _blend(voxels[lower], voxels[lower + 1], np.float32(share))
        return layer, Shows(int(taps.shows[0]))
    if axis == 0:
        centre = float(np.array(section.point_mm) @ geometry.normal)
    else:
        at = coordinates(geometry, section, axis, section.normal, np.zeros(1))
        centre = float(at[0])
    layers = layers_in(geometry, axis, centre, slab.mm, slab.projection)
    if axis == 0:
        states = states_of(volume)[layers.indices]
        if (states == Shows.UNREAD).any():
            return volume.voxels[0], Shows.UNREAD
        is_read = states == Shows.VOXELS
        if not is_read.any():
            return volume.voxels[0], Shows(int(states.max(initial=Shows.OUTSIDE)))
        weights = layers.weights[is_read]
        layers = Layers(layers.indices[is_read], weights / weights.sum())
    elif not len(layers.indices):
        return np.moveaxis(volume.voxels, axis, 0)[0], Shows.OUTSIDE
    return _projected(volume.voxels, axis, layers, slab.projection), Shows.VOXELS


def _projected(voxels: Hu, axis: int, layers: Layers, projection: Projection) -> Layer:
    """Layers of voxels in one."""
    block = np.moveaxis(voxels, axis, 0)[layers.indices[0] : layers.indices[-1] + 1]
    if len(block) > len(layers.indices):
        block = block[layers.indices - layers.indices[0]]
    if projection is not Projection.MEAN:
        furthest = np.maximum if projection is Projection.MAXIMUM else np.minimum
        values: Hu = furthest.reduce(block, axis=0)
        return values
    total = np.zeros(block.shape[1:], np.float32)
    for layer, weight in zip(block, layers.weights.astype(np.float32), strict=True):
        total += layer * weight
    return total


def _along(layer: Layer, taps: Taps, axis: int) -> Layer:
    """A picture at positions along one of its axes."""
    as_slice = taps.as_slice
    if as_slice is not None:
        return layer[as_slice] if axis == 0 else layer[:, as_slice]
    lower = layer.take(taps.lower, axis)
    if not taps.share.any():
        return lower
    upper = layer.take(np.minimum(taps.lower + 1, layer.shape[axis] - 1), axis)
    return _blend(lower, upper, taps.share[:, None] if axis == 0 else taps.share[None])


def _blend(
    lower: Layer, upper: Layer, share: np.float32 | NDArray[np.float32]
) -> NDArray[np.float32]:
    blended = np.subtract(upper, lower, dtype=np.float32)
    blended *= share
    blended += lower
    return blended


def _whole_hu(hu: Layer, shows: Marked) -> Hu:
    """Values rounded to whole HU, and ``NO_HU`` where there are no voxels."""
    whole: Hu = np.rint(hu).astype(np.int16) if hu.dtype == np.float32 else hu.view(np.int16)
    if shows.any():
        return np.where(shows == Shows.VOXELS, whole, NO_HU)
    is_in_order = abs(whole.strides[1]) == whole.itemsize
    return whole if is_in_order else np.ascontiguousarray(whole)
