"""The layers of voxels that lie in a slab along an axis of a straight stack."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.planes.slabs import Projection
from lesion_viewer.geometry.alignment import spacings_mm
from lesion_viewer.geometry.reach import edges_mm
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.turn import Vector

WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Layers:
    """Layers of voxels, and how much of each lies in a slab.

    Attributes
    ----------
    indices : NDArray[np.intp]
        Layers along the axis, ascending; empty where the slab holds none.
    weights : Vector
        Their parts of the mean, which add up to 1.
    is_partial : bool
        Whether nothing is known of a part of the slab between the outermost layers.
    """

    indices: NDArray[np.intp]
    weights: Vector
    is_partial: bool = False


def layers_in(
    geometry: SeriesGeometry, axis: int, centre: float, mm: float, projection: Projection
) -> Layers:
    """The layers that a slab is made of.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of a straight stack.
    axis : int
        0 for slices, 1 for rows, 2 for columns.
    centre : float
        Middle of the slab: mm as ``SeriesGeometry.locations_mm`` for slices, else rows or columns
        from 0, with fractions.
    mm : float
        Thickness of the slab.
    projection : Projection
        What is shown of it.

    Returns
    -------
    Layers
        Of the mean every layer has the part that lies in the slab. A maximum or minimum is of the
        layers of which at least half does, or of the layer that the slab holds most of.
    """
    if axis == 0:
        before, after = edges_mm(geometry)
    else:
        spacing, count = spacings_mm(geometry)[axis - 1], geometry.size[axis - 1]
        edges: Vector = (np.arange(count + 1, dtype=np.float64) - 0.5) * spacing
        before, after, centre = edges[:-1], edges[1:], centre * spacing
    inside = np.minimum(after, centre + mm / 2) - np.maximum(before, centre - mm / 2)
    inside = np.clip(inside, 0, None)
    if not inside.any():
        return Layers(np.empty(0, np.intp), np.empty(0))
    within = min(after[-1], centre + mm / 2) - max(before[0], centre - mm / 2)
    is_partial = bool(inside.sum() < within - WHOLE)
    if projection is not Projection.MEAN:
        half = inside >= (after - before) / 2 - WHOLE
        inside = (half if half.any() else inside == inside.max()).astype(float)
    indices = np.flatnonzero(inside)
    return Layers(indices, inside[indices] / inside.sum(), is_partial)
