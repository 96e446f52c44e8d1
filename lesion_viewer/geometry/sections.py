"""Axial, coronal and sagittal planes through a point in the patient, and where they cut a stack."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.between_slices import points_of
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.geometry.stack import edge_letters
from lesion_viewer.geometry.turn import RIGHT_AND_DOWN, Turn, Vector, main_axis, unit

# A slice whose pixels change their distance from the plane by less, in mm a pixel, is parallel.
PARALLEL_MM = 1e-9

Array = NDArray[np.float64]


class Cut(IntEnum):
    """The direction of a plane; the value is the patient's axis at a right angle to it."""

    SAGITTAL = 0
    CORONAL = 1
    AXIAL = 2


@dataclass(frozen=True, slots=True)
class Section:
    """A plane in the patient, with the picture that is seen on it.

    A position on the picture is u to the right and v down, in mm from the point.

    Attributes
    ----------
    point_mm : Point
        A point of the plane (LPS).
    right, down : Point
        Unit vectors in the patient of the picture's right and bottom, at a right angle.
    """

    point_mm: Point
    right: Point
    down: Point

    @property
    def normal(self) -> Vector:
        """The unit normal, right cross down: towards the head in axial planes."""
        return np.cross(self.right, self.down)

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """The patient directions at the left, right, top and bottom, see ``edge_letters``."""
        return edge_letters(np.array(self.right), np.array(self.down))

    def points(self, positions_mm: Array) -> Array:
        """The places in the patient of positions on the picture.

        Parameters
        ----------
        positions_mm : Array
            (n, 2), u, v.

        Returns
        -------
        Array
            (n, 3) in mm (LPS).
        """
        points: Array = np.array(self.point_mm) + positions_mm @ np.array((self.right, self.down))
        return points

    def positions(self, points_mm: Array) -> Array:
        """The positions on the picture of points in the patient, seen along the normal.

        Parameters
        ----------
        points_mm : Array
            (n, 3) in mm (LPS).

        Returns
        -------
        Array
            (n, 2), u, v in mm.
        """
        from_point = points_mm - np.array(self.point_mm)
        positions: Array = from_point @ np.array((self.right, self.down)).T
        return positions


@dataclass(frozen=True, slots=True)
class SliceLine:
    """The line along which a section cuts the image of one slice.

    Attributes
    ----------
    slice_index : int
        Index from 0.
    ends_px : tuple[float, float, float, float]
        x1, y1, x2, y2 of its ends on the edge of the image, in pixel edges as stored.
    ends_mm : tuple[Point, Point]
        The same ends in the patient.
    """

    slice_index: int
    ends_px: tuple[float, float, float, float]
    ends_mm: tuple[Point, Point]


def section_at(point_mm: Point, cut: Cut) -> Section:
    """The axial, coronal or sagittal plane through a point, in standard orientation.

    Parameters
    ----------
    point_mm : Point
        In mm (LPS).
    cut : Cut
        Direction of the plane.

    Returns
    -------
    Section
        Seen as ``turn`` shows slices: the patient's left on the right of axial and coronal planes.
    """
    return Section(point_mm, *RIGHT_AND_DOWN[cut])


def cut_of(geometry: SeriesGeometry) -> Cut:
    """The cut that the slices of a stack are nearest to.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.

    Returns
    -------
    Cut
        Axial where two are equally near.
    """
    return Cut(main_axis(geometry.normal))


def section_of_slice(geometry: SeriesGeometry, slice_index: int, turn: Turn) -> Section:
    """The plane of a slice, through the middle of its image.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    slice_index : int
        Index from 0.
    turn : Turn
        Turn from the stored image to the picture.

    Returns
    -------
    Section
        Seen as the turned image is.
    """
    rows, columns = geometry.size
    plane = geometry.plane(slice_index)
    right, down = np.array(plane.row_direction), np.array(plane.column_direction)
    if turn.swaps_axes:
        right, down = down, right
    right, down = (-right if turn.flips_columns else right), (-down if turn.flips_rows else down)
    down = unit(down - (down @ right) * right)  # at a right angle, which only DICOM warrants
    (rx, ry, rz), (dx, dy, dz) = right.tolist(), down.tolist()
    return Section(plane.point(columns / 2, rows / 2), (rx, ry, rz), (dx, dy, dz))


def lines_of(geometry: SeriesGeometry, section: Section) -> tuple[SliceLine, ...]:
    """Where a section cuts the images of the slices of a stack.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.
    section : Section
        Plane in the patient.

    Returns
    -------
    tuple[SliceLine, ...]
        In the order of the slices. A slice that the plane passes beside has none; nor has a slice
        that is parallel to it: ``SeriesGeometry.nearest`` gives the one that lies closest.
    """
    rows, columns = geometry.size
    normal = section.normal
    # The distance from the section grows by a with each column, by b with each row.
    a, b = (
        np.broadcast_to(n @ normal, len(geometry)) for n in (geometry.across_mm, geometry.down_mm)
    )
    c = (geometry.positions_mm - np.array(section.point_mm)) @ normal - (a + b) / 2
    found = []
    for index, line in enumerate(zip(a.tolist(), b.tolist(), c.tolist(), strict=True)):
        ends = _ends(line, columns, rows)
        if ends is not None:
            plane, (x1, y1, x2, y2) = geometry.plane(index), ends
            found.append(SliceLine(index, ends, (plane.point(x1, y1), plane.point(x2, y2))))
    return tuple(found)


def extent_of(
    geometry: SeriesGeometry, section: Section
) -> tuple[float, float, float, float] | None:
    """The rectangle of a section that a stack fills.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack, which reaches half a step beyond its first and its last slice.
    section : Section
        Plane in the patient.

    Returns
    -------
    tuple[float, float, float, float] | None
        u1, v1, u2, v2 in mm on the section's picture; None where it passes beside the stack.
    """
    rows, columns = geometry.size
    levels = np.array((-0.5, *range(len(geometry)), len(geometry) - 0.5))
    around = ((0, 0), (columns, 0), (columns, rows), (0, rows))
    corners = np.stack(
        [points_of(geometry, np.array([(z, x, y) for x, y in around])) for z in levels]
    )
    heights = (corners - np.array(section.point_mm)) @ section.normal
    # Edges round each slice, then from each slice to the next.
    edges = (
        (corners, np.roll(corners, -1, 1), heights, np.roll(heights, -1, 1)),
        (corners[:-1], corners[1:], heights[:-1], heights[1:]),
    )
    crossings = [corners[heights == 0]]
    for begin, end, before, after in edges:
        is_cut = before * after < 0
        share = before[is_cut] / (before[is_cut] - after[is_cut])
        crossings.append(begin[is_cut] + share[:, None] * (end[is_cut] - begin[is_cut]))
    points = np.concatenate(crossings)
    if not len(points):
        return None
    positions = section.positions(points)
    (u1, v1), (u2, v2) = positions.min(0).tolist(), positions.max(0).tolist()
    return u1, v1, u2, v2


def _ends(
    line: tuple[float, float, float], columns: int, rows: int
) -> tuple[float, float, float, float] | None:
    """The ends of the line a x + b y + c = 0 on the edge of an image, the left or upper one first.

    None where the line passes beside the image or touches it in a corner.
    """
    a, b, c = line
    if max(abs(a), abs(b)) <= PARALLEL_MM:
        return None
    ends = set()
    for x in (0.0, float(columns)):
        if b and 0 <= (y := -(a * x + c) / b) <= rows:
            ends.add((x, y))
    for y in (0.0, float(rows)):
        if a and 0 <= (x := -(b * y + c) / a) <= columns:
            ends.add((x, y))
    if len(ends) < 2:
        return None
    first, last = min(ends), max(ends)
    return *first, *last
