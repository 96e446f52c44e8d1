"""The pixels of a picture of a section: how many, how large, where."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.geometry.alignment import (
    Along,
    alignment_of,
    axes_of,
    corners_of,
    index_in,
    slice_geometry,
    slices_at,
    spacings_mm,
)
from lesion_viewer.geometry.sections import Section
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.turn import Vector

MOST_PIXELS = 2048
"""Longest side of a picture that is resampled."""
SNAP = 0.02
"""Positions are those of voxels where they are off by no more than this share of a step."""

LEAST_MM = 1e-3

Extent = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlaneGrid:
    """The pixels of a picture, in mm on a section: u to the right, v down.

    Attributes
    ----------
    u, v : float
        Left and upper edge of the first pixel, in mm from the section's point.
    column_mm, row_mm : float
        Width and height of a pixel.
    rows, columns : int
        Size of the picture.
    """

    u: float
    v: float
    column_mm: float
    row_mm: float
    rows: int
    columns: int

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, upper, right and lower edge of the picture: u1, v1, u2, v2 in mm."""
        right, below = self.columns * self.column_mm, self.rows * self.row_mm
        return self.u, self.v, self.u + right, self.v + below

    @property
    def across_mm(self) -> Vector:
        """(columns), u of the centres of the columns."""
        return _centres(self.u, self.column_mm, self.columns)

    @property
    def down_mm(self) -> Vector:
        """(rows), v of the centres of the rows."""
        return _centres(self.v, self.row_mm, self.rows)

    def pixel(self, u: float, v: float) -> tuple[float, float]:
        """The position on the picture of a position on the section.

        Parameters
        ----------
        u, v : float
            In mm.

        Returns
        -------
        tuple[float, float]
            x, y in pixel edges; beside the picture where the position is.
        """
        return (u - self.u) / self.column_mm, (v - self.v) / self.row_mm

    def position(self, x: float, y: float) -> tuple[float, float]:
        """The position on the section of a position on the picture.

        Parameters
        ----------
        x, y : float
            In pixel edges.

        Returns
        -------
        tuple[float, float]
            u, v in mm.
        """
        return self.u + x * self.column_mm, self.v + y * self.row_mm


def grid_of(geometry: SeriesGeometry, section: Section) -> PlaneGrid | None:
    """The pixels of a picture of a section that shows a whole stack.

    It is the same for all sections that differ in their distance along the normal. A section that
    lies in a slice of a tilted stack has the slice's own pixels.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.

    Returns
    -------
    PlaneGrid | None
        Its pixels are the stack's own voxels where the section lies along them and they are evenly
        spaced, else as fine as the finest of them. None for a slice of unknown thickness that is
        seen from its side.
    """
    index = index_in(geometry, section)
    if index is not None:
        geometry = slice_geometry(geometry, index)
    positions = section.positions(corners_of(geometry))
    (u1, v1), (u2, v2) = positions.min(0).tolist(), positions.max(0).tolist()
    if min(u2 - u1, v2 - v1) < LEAST_MM:
        return None
    alignment = alignment_of(geometry, section)
    along = alignment[:2] if alignment else (None, None)
    u, column_mm, columns = _pixels(geometry, section, np.array(section.right), along[0], (u1, u2))
    v, row_mm, rows = _pixels(geometry, section, np.array(section.down), along[1], (v1, v2))
    return PlaneGrid(u, v, column_mm, row_mm, rows, columns)


def on_layer(geometry: SeriesGeometry, section: Section) -> Section:
    """The section moved to the nearest layer of a stack's voxels, so that nothing is resampled.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.

    Returns
    -------
    Section
        Moved along its normal by half a voxel at most; as it is where it lies aslant to the voxels
        or beside the stack.
    """
    place = layer_of(geometry, section)
    if place is None:
        return section
    layer, count = place
    return section if not 0 <= layer < count else at_layer(geometry, section, layer)


def layer_of(geometry: SeriesGeometry, section: Section) -> tuple[int, int] | None:
    """The layer of voxels that a section is nearest to, in the order of its normal.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.

    Returns
    -------
    tuple[int, int] | None
        Number of the layer, from 0 in the direction of the normal, and how many there are; beyond
        them where the section is. None where it lies aslant to the voxels.
    """
    alignment = alignment_of(geometry, section)
    if alignment is None:
        return None
    through = alignment[2]
    count = len(geometry) if through.axis == 0 else geometry.size[through.axis - 1]
    at = coordinates(geometry, section, through.axis, section.normal, np.zeros(1))
    layer = int(np.rint(at[0]))
    return (count - 1 - layer if through.is_reversed else layer), count


def at_layer(geometry: SeriesGeometry, section: Section, layer: int) -> Section:
    """The section moved to the middle of a layer of voxels.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        A section that lies along the voxels.
    layer : int
        Number as ``layer_of`` gives it.

    Returns
    -------
    Section
        Moved along its normal; as it is where it lies aslant to the voxels.
    """
    alignment = alignment_of(geometry, section)
    if alignment is None:
        return section
    through = alignment[2]
    count = len(geometry) if through.axis == 0 else geometry.size[through.axis - 1]
    index = count - 1 - layer if through.is_reversed else layer
    axes = axes_of(geometry)
    if through.axis == 0:
        middle = float(geometry.locations_mm[index])
    else:
        first = float(geometry.positions_mm[0] @ axes[through.axis])
        middle = first + index * spacings_mm(geometry)[through.axis - 1]
    point = np.array(section.point_mm)
    point = point + (middle - point @ axes[through.axis]) * axes[through.axis]
    x, y, z = point.tolist()
    return Section((x, y, z), section.right, section.down)


def coordinates(
    geometry: SeriesGeometry, section: Section, axis: int, direction: Vector, offsets_mm: Vector
) -> Vector:
    """Positions along an axis of a straight stack, of points on a line through a section's point.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.
    axis : int
        0 for slices, 1 for rows, 2 for columns.
    direction : Vector
        Unit vector of the line.
    offsets_mm : Vector
        Places on the line, in mm from the section's point.

    Returns
    -------
    Vector
        Voxels from 0, with fractions; whole numbers where all are to within ``SNAP``.
    """
    axes = axes_of(geometry)
    cosine = float(direction @ axes[axis])
    if axis == 0:
        at = slices_at(geometry, np.array(section.point_mm) @ axes[0] + offsets_mm * cosine)
    else:
        from_first = (np.array(section.point_mm) - geometry.positions_mm[0]) @ axes[axis]
        at = (from_first + offsets_mm * cosine) / spacings_mm(geometry)[axis - 1]
    whole = np.rint(at)
    return whole if np.all(np.abs(at - whole) <= SNAP) else at


def _pixels(
    geometry: SeriesGeometry,
    section: Section,
    direction: Vector,
    along: Along | None,
    extent: Extent,
) -> tuple[float, float, int]:
    """First edge, size and number of the pixels of a picture in one direction."""
    length = extent[1] - extent[0]
    if along is not None and along.axis > 0:
        count = geometry.size[along.axis - 1]
        return extent[0], length / count, count
    if along is not None:
        count = len(geometry)
        step = length / count
        at = coordinates(geometry, section, 0, direction, _centres(extent[0], step, count))
        if np.array_equal(np.sort(at), np.arange(count)):
            return extent[0], step, count
    step = _finest_mm(geometry, direction)
    count = max(min(round(length / step), MOST_PIXELS), 1)
    return extent[0], length / count, count


def _centres(first_edge: float, step: float, count: int) -> Vector:
    centres: Vector = first_edge + (np.arange(count, dtype=np.float64) + 0.5) * step
    return centres


def _finest_mm(geometry: SeriesGeometry, direction: Vector) -> float:
    """The smallest size of pixels that shows all that voxels hold in a direction."""
    in_plane = min(spacings_mm(geometry))
    if abs(float(direction @ geometry.normal)) < 0.999:
        return in_plane
    steps = np.diff(geometry.locations_mm)
    apart = steps[steps > in_plane / 2]
    return float(apart.min()) if len(apart) else in_plane
