"""Where every slice of a series lies in the patient, each by its own position and directions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.slice_plane import Point, SlicePlane
from lesion_viewer.geometry.stack import directions_of
from lesion_viewer.geometry.turn import Vector, standard_normal, unit

Voxel = tuple[float, float, float]
"""A position in a series: slice index, then x, y on the slice in pixel edges."""


@dataclass(frozen=True, slots=True)
class Place:
    """The slice that is nearest to a point in the patient, and where on it.

    Attributes
    ----------
    slice_index : int
        Index of the slice, from 0; the first of several at one position.
    x, y : float
        Foot of the perpendicular on the slice, in pixel edges; beside the image where the point is.
    distance_mm : float
        Distance of the point from the slice along its normal; negative on the side of the slices
        before.
    """

    slice_index: int
    x: float
    y: float
    distance_mm: float


@dataclass(frozen=True, eq=False)
class SeriesGeometry:
    """The planes of all slices of a series, as stored; no mean step is used for any of them.

    Positions are exact under gantry tilt, unequal spacing, gaps, shifted slices, and directions or
    pixel spacings that differ from slice to slice. The arrays of steps have one row where all
    slices share it, otherwise one row for each slice.

    Attributes
    ----------
    positions_mm : NDArray[np.float64]
        (slices, 3), centre of each slice's first pixel in mm (LPS).
    across_mm : NDArray[np.float64]
        (slices or 1, 3), step from a column to the next in mm.
    down_mm : NDArray[np.float64]
        (slices or 1, 3), step from a row to the next in mm.
    size : tuple[int, int]
        Rows and columns.
    frame_of_reference : str
        Frame of Reference UID; empty where the file gives none, or several.
    thickness_mm : tuple[float | None, ...]
        Slice Thickness of each slice; empty where no slice states one.
    """

    positions_mm: NDArray[np.float64]
    across_mm: NDArray[np.float64]
    down_mm: NDArray[np.float64]
    size: tuple[int, int]
    frame_of_reference: str = ""
    thickness_mm: tuple[float | None, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.positions_mm, self.across_mm, self.down_mm):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.positions_mm)

    @cached_property
    def normal(self) -> Vector:
        """The unit normal of the stack in the direction in which its slices are counted.

        Where directions differ from slice to slice, it is the normal of their means.
        """
        normal = standard_normal(np.cross(self.across_mm.mean(0), self.down_mm.mean(0)))
        along = (self.positions_mm[-1] - self.positions_mm[0]) @ normal
        return unit(-normal if along < 0 else normal)

    @cached_property
    def normals(self) -> NDArray[np.float64]:
        """(slices or 1, 3), the unit normal of each slice, to the side of ``normal``."""
        normals = np.cross(self.across_mm, self.down_mm)
        sides = np.where(normals @ self.normal < 0, -1.0, 1.0)[:, None]
        return _units(normals) * sides

    @cached_property
    def locations_mm(self) -> Vector:
        """(slices), the position of each slice along the normal of the stack."""
        locations: Vector = self.positions_mm @ self.normal
        return locations

    def plane(self, slice_index: int) -> SlicePlane:
        """The plane of a slice.

        Parameters
        ----------
        slice_index : int
            Index from 0.

        Returns
        -------
        SlicePlane
            Its position, directions and pixel spacing.
        """
        across, down = _row(self.across_mm, slice_index), _row(self.down_mm, slice_index)
        column_mm, row_mm = float(np.linalg.norm(across)), float(np.linalg.norm(down))
        return SlicePlane(
            _triple(self.positions_mm[slice_index]),
            _triple(across / column_mm),
            _triple(down / row_mm),
            (row_mm, column_mm),
        )

    def point(self, slice_index: int, x: float, y: float) -> Point:
        """The place in the patient of a position on a slice.

        Parameters
        ----------
        slice_index : int
            Index from 0.
        x, y : float
            Position on the slice in pixel edges, as stored: the centre of the first pixel is at
            0.5, 0.5.

        Returns
        -------
        Point
            In mm (LPS).
        """
        return self.plane(slice_index).point(x, y)

    def nearest(self, point_mm: Point) -> Place:
        """The slice that is nearest to a point in the patient.

        Parameters
        ----------
        point_mm : Point
            In mm (LPS); it need not lie in the stack.

        Returns
        -------
        Place
            The slice, the position on it and the distance from it.
        """
        distances = ((np.array(point_mm) - self.positions_mm) * self.normals).sum(1)
        index = int(np.argmin(np.abs(distances)))
        return Place(index, *self.plane(index).pixel(point_mm), float(distances[index]))

    def length_mm(self, a: Voxel, b: Voxel) -> float:
        """The straight distance between two positions, on one slice or on two.

        Parameters
        ----------
        a, b : Voxel
            Slice index, x, y.

        Returns
        -------
        float
            In mm.
        """
        begin, end = (self.point(int(index), x, y) for index, x, y in (a, b))
        return float(np.linalg.norm(np.subtract(begin, end)))

    def grid(self, step_mm: float) -> NDArray[np.float64]:
        """The regular grid nearest to the stack, voxel (column, row, slice) to patient mm (LPS).

        Its slice step is the mean step from the first slice to the last, which shears it where the
        gantry is tilted: only for an evenly spaced stack do its voxels lie where the stack's do.
        Whole numbers are centres of voxels.

        Parameters
        ----------
        step_mm : float
            Distance of slices along the normal where all lie at one position.

        Returns
        -------
        NDArray[np.float64]
            4 x 4.
        """
        grid = np.eye(4)
        grid[:3, 0], grid[:3, 1] = self._usual_steps()
        grid[:3, 2] = self.normal * step_mm
        if not np.array_equal(self.positions_mm[0], self.positions_mm[-1]):
            grid[:3, 2] = (self.positions_mm[-1] - self.positions_mm[0]) / (len(self) - 1)
        grid[:3, 3] = self.positions_mm[0]
        return grid

    def _usual_steps(self) -> tuple[Vector, Vector]:
        """Steps of columns and of rows: the first slice's lengths along the mean directions."""
        if len(self.across_mm) == len(self.down_mm) == 1:
            return self.across_mm[0], self.down_mm[0]
        lengths = [float(np.linalg.norm(step[0])) for step in (self.across_mm, self.down_mm)]
        means = [_units(step).mean(0) for step in (self.across_mm, self.down_mm)]
        pair = directions_of(tuple(float(v) for mean in means for v in mean))
        across, down = means if pair is None else (np.array(pair[:3]), np.array(pair[3:]))
        return unit(across) * lengths[0], unit(down) * lengths[1]


def geometry_of_planes(
    planes: Sequence[SlicePlane],
    size: tuple[int, int],
    frame_of_reference: str = "",
    thickness_mm: tuple[float | None, ...] = (),
) -> SeriesGeometry:
    """The geometry of slices that each say where they lie.

    Parameters
    ----------
    planes : Sequence[SlicePlane]
        Plane of each slice, in the order of the series.
    size : tuple[int, int]
        Rows and columns.
    frame_of_reference : str
        Frame of Reference UID; empty where unknown.
    thickness_mm : tuple[float | None, ...]
        Slice Thickness of each slice; empty where no slice states one.

    Returns
    -------
    SeriesGeometry
        Steps that all slices share are stored once.
    """
    shared = planes[:1] if len({_grid_of(plane) for plane in planes}) == 1 else planes
    return SeriesGeometry(
        np.array([plane.position_mm for plane in planes], float),
        np.array([np.multiply(p.row_direction, p.spacing_mm[1]) for p in shared]),
        np.array([np.multiply(p.column_direction, p.spacing_mm[0]) for p in shared]),
        size,
        frame_of_reference,
        thickness_mm if any(mm is not None for mm in thickness_mm) else (),
    )


def geometry_of_grid(
    grid: NDArray[np.float64], shape: tuple[int, int, int], frame_of_reference: str = ""
) -> SeriesGeometry:
    """The geometry of a volume on a regular grid, as NIfTI, NRRD and MetaImage have it.

    Parameters
    ----------
    grid : NDArray[np.float64]
        4 x 4, voxel (column, row, slice) to patient mm (LPS).
    shape : tuple[int, int, int]
        (slices, rows, columns).
    frame_of_reference : str
        Frame of Reference UID; empty where unknown.

    Returns
    -------
    SeriesGeometry
        Evenly spaced slices of unknown thickness.
    """
    slices, rows, columns = shape
    steps = np.arange(slices)[:, None]
    return SeriesGeometry(
        grid[:3, 3] + steps * grid[:3, 2],
        grid[None, :3, 0].copy(),
        grid[None, :3, 1].copy(),
        (rows, columns),
        frame_of_reference,
    )


def _grid_of(plane: SlicePlane) -> tuple[Point, Point, tuple[float, float]]:
    return plane.row_direction, plane.column_direction, plane.spacing_mm


def _row(steps: NDArray[np.float64], slice_index: int) -> Vector:
    row: Vector = steps[slice_index if len(steps) > 1 else 0]
    return row


def _triple(vector: Vector) -> Point:
    x, y, z = vector.tolist()
    return x, y, z


def _units(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    units: NDArray[np.float64] = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    return units
