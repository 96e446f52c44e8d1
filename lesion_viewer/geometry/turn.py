"""The turn from the stored pixels of a slice to the standard orientation of its image.

Standard orientation: in axial planes the patient's left is on the right and anterior is up; in
coronal planes left is on the right and the head is up; in sagittal planes posterior is on the right
and the head is up.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Spacing = tuple[float, float, float]
Vector = NDArray[np.float64]
Number = TypeVar("Number", float, NDArray[np.floating[Any]])

# Directions in the patient (LPS) of the image's right and bottom, by the patient axis nearest to
# the normal; where two axes are equally near, the planes count as axial.
RIGHT_AND_DOWN = {
    2: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    1: ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    0: ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}
HEAD = np.array([0.0, 0.0, 1.0])
DIGITS = 6
"""Cosines are compared to this many digits; equal ones are decided by the order of ``TURNS``."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the eight ways to swap and mirror the axes of an image; no voxel is copied.

    Rows and columns are swapped first, then the result is mirrored.

    Attributes
    ----------
    swaps_axes : bool
        Whether rows become columns.
    flips_rows : bool
        Whether the last row becomes the first (upside down).
    flips_columns : bool
        Whether the last column becomes the first (left to right).
    """

    swaps_axes: bool = False
    flips_rows: bool = False
    flips_columns: bool = False

    @property
    def inverse(self) -> "Turn":
        """The turn that reverses this one."""
        if self.swaps_axes:
            return Turn(True, self.flips_columns, self.flips_rows)
        return self

    @property
    def is_mirroring(self) -> bool:
        """Whether the turned image is a mirror image, so that slices are counted in reverse."""
        return (self.swaps_axes + self.flips_rows + self.flips_columns) % 2 == 1

    def apply(self, array: NDArray[Any]) -> NDArray[Any]:
        """A view of turned images.

        Parameters
        ----------
        array : NDArray[Any]
            (..., rows, columns).

        Returns
        -------
        NDArray[Any]
            (..., rows, columns) of the turned images; shares its memory with ``array``.
        """
        if self.swaps_axes:
            array = array.swapaxes(-1, -2)
        rows = slice(None, None, -1 if self.flips_rows else None)
        columns = slice(None, None, -1 if self.flips_columns else None)
        return array[..., rows, columns]

    def size(self, rows: int, columns: int) -> tuple[int, int]:
        """Rows and columns of the turned image.

        Parameters
        ----------
        rows, columns : int
            Size of the image before the turn.

        Returns
        -------
        tuple[int, int]
            (rows, columns).
        """
        return (columns, rows) if self.swaps_axes else (rows, columns)

    def spacing(self, spacing_mm: Spacing | None) -> Spacing | None:
        """Distances of (slices, rows, columns) of the turned images; None where unknown.

        Parameters
        ----------
        spacing_mm : Spacing | None
            Distances of (slices, rows, columns) before the turn in mm.

        Returns
        -------
        Spacing | None
            Distances in mm.
        """
        if spacing_mm is None or not self.swaps_axes:
            return spacing_mm
        return spacing_mm[0], spacing_mm[2], spacing_mm[1]

    def point(self, x: Number, y: Number, rows: int, columns: int) -> tuple[Number, Number]:
        """The position of a point on the turned image.

        Parameters
        ----------
        x, y : Number
            Position before the turn, in pixel edges; numbers, or arrays of one shape.
        rows, columns : int
            Size of the image before the turn.

        Returns
        -------
        tuple[Number, Number]
            x, y in pixel edges.
        """
        rows, columns = self.size(rows, columns)
        if self.swaps_axes:
            x, y = y, x
        return (columns - x if self.flips_columns else x), (rows - y if self.flips_rows else y)

    def boxes(
        self, corners: NDArray[np.floating[Any]], rows: int, columns: int
    ) -> NDArray[np.floating[Any]]:
        """The corners of boxes on the turned image.

        Parameters
        ----------
        corners : NDArray[np.floating[Any]]
            (n, 4), x1, y1, x2, y2 in pixel edges.
        rows, columns : int
            Size of the image before the turn.

        Returns
        -------
        NDArray[np.floating[Any]]
            (n, 4) of the same type, x1, y1, x2, y2 on the turned image.
        """
        x1, y1, x2, y2 = corners.T
        xa, ya = self.point(x1, y1, rows, columns)
        xb, yb = self.point(x2, y2, rows, columns)
        if self.flips_columns:
            xa, xb = xb, xa
        if self.flips_rows:
            ya, yb = yb, ya
        return np.stack((xa, ya, xb, yb), axis=-1)

    def direction(self, dx: Number, dy: Number) -> tuple[Number, Number]:
        """The step on the turned image that a step of ``dx``, ``dy`` pixels becomes.

        Parameters
        ----------
        dx, dy : Number
            Pixels to the right and down before the turn.

        Returns
        -------
        tuple[Number, Number]
            Pixels to the right and down on the turned image.
        """
        if self.swaps_axes:
            dx, dy = dy, dx
        return (-dx if self.flips_columns else dx), (-dy if self.flips_rows else dy)

    def affine(
        self, affine: NDArray[np.float64] | None, rows: int, columns: int
    ) -> NDArray[np.float64] | None:
        """The affine of the turned images; None where it is unknown.

        Parameters
        ----------
        affine : NDArray[np.float64] | None
            4 x 4, voxel (column, row, slice) before the turn to patient mm.
        rows, columns : int
            Size of the image before the turn.

        Returns
        -------
        NDArray[np.float64] | None
            4 x 4, voxel of the turned images to patient mm.
        """
        if affine is None:
            return None
        turned = affine[:, [1, 0, 2, 3]] if self.swaps_axes else affine.copy()
        rows, columns = self.size(rows, columns)
        for axis, is_flipped, count in (
            (0, self.flips_columns, columns),
            (1, self.flips_rows, rows),
        ):
            if is_flipped:
                turned[:, 3] += turned[:, axis] * (count - 1)
                turned[:, axis] *= -1
        return turned


AS_STORED = Turn()
TURNS = tuple(Turn(*flags) for flags in product((False, True), repeat=3))
"""All eight turns, the identity first."""


def standard_turn(affine: NDArray[np.float64] | None) -> Turn:
    """The turn from stored to standard orientation.

    Parameters
    ----------
    affine : NDArray[np.float64] | None
        4 x 4, voxel (column, row, slice) to patient mm (LPS), or None.

    Returns
    -------
    Turn
        ``AS_STORED`` where the orientation is unknown.
    """
    if affine is None:
        return AS_STORED
    columns, rows = unit(affine[:3, 0]), unit(affine[:3, 1])
    right, down = map(np.array, RIGHT_AND_DOWN[main_axis(np.cross(columns, rows))])

    def likeness(turn: Turn) -> float:
        to_right, to_bottom = (rows, columns) if turn.swaps_axes else (columns, rows)
        across = float(to_right @ right) * (-1 if turn.flips_columns else 1)
        return round(across + float(to_bottom @ down) * (-1 if turn.flips_rows else 1), DIGITS)

    return max(TURNS, key=likeness)


def standard_normal(normal: Vector) -> Vector:
    """The normal of planes in the direction in which their slices are counted.

    It is the normal of the planes in standard orientation, right cross down: towards the head for
    axial planes, the back for coronal planes and the right for sagittal planes.

    Parameters
    ----------
    normal : Vector
        (3), orthogonal to the planes, of either sign.

    Returns
    -------
    Vector
        ``normal`` or its negative.
    """
    right, down = RIGHT_AND_DOWN[main_axis(normal)]
    return normal if normal @ np.cross(right, down) >= 0 else -normal


def plane_normal(affine: NDArray[np.float64]) -> Vector:
    """The unit normal of the planes of a stack, column direction cross row direction.

    Parameters
    ----------
    affine : NDArray[np.float64]
        4 x 4, voxel (column, row, slice) to patient mm (LPS).

    Returns
    -------
    Vector
        (3).
    """
    return unit(np.cross(affine[:3, 0], affine[:3, 1]))


def degrees_off_axial(affine: NDArray[np.float64]) -> float:
    """The angle between the planes of a stack and axial planes in degrees.

    Parameters
    ----------
    affine : NDArray[np.float64]
        4 x 4, voxel (column, row, slice) to patient mm (LPS).

    Returns
    -------
    float
        0 to 90.
    """
    return float(np.degrees(np.arccos(min(abs(float(plane_normal(affine) @ HEAD)), 1.0))))


def unit(vector: Vector) -> Vector:
    """A vector of length 1.

    Parameters
    ----------
    vector : Vector
        Any direction, longer than 0.

    Returns
    -------
    Vector
        The same direction.
    """
    return vector / np.linalg.norm(vector)


def main_axis(normal: Vector) -> int:
    """The patient's axis that is nearest to a normal.

    Parameters
    ----------
    normal : Vector
        (3).

    Returns
    -------
    int
        0 for x, 1 for y, 2 for z, which goes first where two are equally near.
    """
    return max(RIGHT_AND_DOWN, key=lambda axis: round(abs(float(normal[axis])), DIGITS))
