"""Marked voxels on a plane that lies along the voxels."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.grids import PlaneGrid, coordinates, layer_of
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.geometry.alignment import Along, alignment_of, index_in, slice_geometry
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.turn import Vector

Indices = NDArray[np.intp]


def mask_on_plane(
    masks: Mapping[int, SliceMask], geometry: SeriesGeometry, section: Section, grid: PlaneGrid
) -> SliceMask | None:
    """The pixels of a plane's picture whose voxels are marked.

    Parameters
    ----------
    masks : Mapping[int, SliceMask]
        Slice index -> marked pixels as stored.
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    grid : PlaneGrid
        Pixels of its picture.

    Returns
    -------
    SliceMask | None
        In pixels of the picture; None where the plane cuts no marked voxel, or where its pixels are
        no voxels: aslant to them, or of a stack that is tilted or unevenly spaced.
    """
    index = index_in(geometry, section)
    if index is not None:
        geometry, masks = slice_geometry(geometry, index), _only(masks, index)
    alignment = alignment_of(geometry, section)
    place = layer_of(geometry, section) if alignment is not None else None
    if alignment is None or place is None or not masks:
        return None
    across, down, through = alignment
    columns = _voxels(geometry, section, across, np.array(section.right), grid.across_mm)
    rows = _voxels(geometry, section, down, np.array(section.down), grid.down_mm)
    layer, count = place
    if columns is None or rows is None or not 0 <= layer < count:
        return None
    cut = _cut(masks, geometry, through.axis, count - 1 - layer if through.is_reversed else layer)
    picture = cut if down.axis < across.axis else cut.T
    return SliceMask.of(picture[np.ix_(rows, columns)])


def _only(masks: Mapping[int, SliceMask], index: int) -> Mapping[int, SliceMask]:
    return {0: masks[index]} if index in masks else {}


def _voxels(
    geometry: SeriesGeometry, section: Section, along: Along, direction: Vector, offsets_mm: Vector
) -> Indices | None:
    """The voxels along a side of the picture; None where it has other pixels."""
    at = coordinates(geometry, section, along.axis, direction, offsets_mm)
    count = len(geometry) if along.axis == 0 else geometry.size[along.axis - 1]
    found = at.astype(np.intp)
    is_whole = np.array_equal(found, at) and found.min() >= 0 and found.max() < count
    return found if is_whole else None


def _cut(
    masks: Mapping[int, SliceMask], geometry: SeriesGeometry, axis: int, layer: int
) -> NDArray[np.bool_]:
    """The marked voxels of a layer at a right angle to an axis, the other axes in their order."""
    rows, columns = geometry.size
    if axis == 0:
        marked = masks.get(layer)
        return np.zeros((rows, columns), bool) if marked is None else marked.on(rows, columns)
    found = np.zeros((len(geometry), columns if axis == 1 else rows), bool)
    for index, mask in masks.items():
        first, size = (mask.top, mask.height) if axis == 1 else (mask.left, mask.width)
        if first <= layer < first + size:
            line = mask.pixels[layer - first] if axis == 1 else mask.pixels[:, layer - first]
            begin = mask.left if axis == 1 else mask.top
            found[index, begin : begin + len(line)] = line[: found.shape[1] - begin]
    return found
