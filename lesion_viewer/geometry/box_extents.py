"""The extent of boxes on slices in the patient, as it is seen on a section."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lesion_viewer.geometry.alignment import slices_at
from lesion_viewer.geometry.between_slices import points_of
from lesion_viewer.geometry.reach import edges_mm
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry

ON_PLANE_MM = 1e-6

Corners = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixel edges as stored."""


@dataclass(frozen=True, slots=True)
class BoxExtent:
    """The rectangle that boxes fill on a section's picture, seen along its normal.

    Attributes
    ----------
    u1, v1, u2, v2 : float
        Left, upper, right and lower edge in mm from the section's point.
    is_cut : bool
        Whether the section passes through one of the boxes, each as thick as its slice.
    before_mm, after_mm : float
        From where to where the boxes reach along the section's normal, in mm from the section.
    """

    u1: float
    v1: float
    u2: float
    v2: float
    is_cut: bool
    before_mm: float
    after_mm: float


def extent_on(
    geometry: SeriesGeometry, section: Section, boxes: Mapping[int, Corners]
) -> BoxExtent:
    """What boxes on slices fill on a section.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    boxes : Mapping[int, Corners]
        Slice index -> box; at least one.

    Returns
    -------
    BoxExtent
        Of all of them together. Each reaches midway to the next slice, and not into a gap.
    """
    slices = np.array(sorted(boxes))
    corners = np.array([boxes[index] for index in slices.tolist()], float)
    before, after = (edges[slices] for edges in edges_mm(geometry))
    levels = np.stack((slices_at(geometry, before), slices_at(geometry, after)), 1)
    around = corners[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 1, 4, 2)
    voxels = np.concatenate(
        (
            np.broadcast_to(levels[:, :, None, None], (len(slices), 2, 4, 1)),
            np.broadcast_to(around, (len(slices), 2, 4, 2)),
        ),
        axis=-1,
    )
    points = points_of(geometry, voxels.reshape(-1, 3))
    heights = ((points - np.array(section.point_mm)) @ section.normal).reshape(len(slices), 8)
    is_cut = (heights.min(1) <= ON_PLANE_MM) & (heights.max(1) >= -ON_PLANE_MM)
    positions = section.positions(points)
    (u1, v1), (u2, v2) = positions.min(0).tolist(), positions.max(0).tolist()
    reach = float(heights.min()), float(heights.max())
    return BoxExtent(u1, v1, u2, v2, bool(is_cut.any()), *reach)
