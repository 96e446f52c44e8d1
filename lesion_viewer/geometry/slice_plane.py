"""The plane of one slice in the patient: from its pixels to millimetres, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.stack import edge_letters
from lesion_viewer.geometry.turn import Vector, standard_normal, unit

Point = tuple[float, float, float]
"""A position or a direction in the patient in mm (LPS)."""


@dataclass(frozen=True, slots=True)
class SlicePlane:
    """Where the pixels of one slice lie in the patient.

    Positions on the slice are x, y in pixel edges, as those of boxes: pixel (column, row) reaches
    from column to column + 1 and from row to row + 1, and its centre is at column + 0.5, row + 0.5.

    Attributes
    ----------
    position_mm : Point
        Centre of the first pixel, in mm (LPS).
    row_direction : Point
        Unit vector along a row, in which columns are counted.
    column_direction : Point
        Unit vector along a column, in which rows are counted.
    spacing_mm : tuple[float, float]
        Distance between (rows, columns), as Pixel Spacing.

    Notes
    -----
    DICOM PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1. Directions need not be at a right angle, which
    only files that are not DICOM make use of.
    """

    position_mm: Point
    row_direction: Point
    column_direction: Point
    spacing_mm: tuple[float, float]

    @property
    def normal(self) -> Vector:
        """The unit normal towards the following slices, see ``turn.standard_normal``."""
        return unit(standard_normal(np.cross(self.row_direction, self.column_direction)))

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """The patient directions at the left, right, top and bottom, see ``edge_letters``."""
        return edge_letters(np.array(self.row_direction), np.array(self.column_direction))

    def point(self, x: float, y: float) -> Point:
        """The place in the patient of a position on the slice.

        Parameters
        ----------
        x, y : float
            Position in pixel edges.

        Returns
        -------
        Point
            In mm (LPS).
        """
        at = np.array(self.position_mm) + self._steps() @ (x - 0.5, y - 0.5)
        return float(at[0]), float(at[1]), float(at[2])

    def pixel(self, point_mm: Point) -> tuple[float, float]:
        """The position on the slice that is nearest to a point in the patient.

        Parameters
        ----------
        point_mm : Point
            In mm (LPS).

        Returns
        -------
        tuple[float, float]
            x, y in pixel edges; beside the image where the point is.
        """
        from_first = np.subtract(point_mm, self.position_mm)
        x, y = np.linalg.pinv(self._steps()) @ from_first
        return float(x) + 0.5, float(y) + 0.5

    def distance_mm(self, point_mm: Point) -> float:
        """The distance of a point from the plane, along the normal.

        Parameters
        ----------
        point_mm : Point
            In mm (LPS).

        Returns
        -------
        float
            In mm; negative on the side of the slices before.
        """
        return float(np.subtract(point_mm, self.position_mm) @ self.normal)

    def _steps(self) -> NDArray[np.float64]:
        """(3, 2), the steps from a column to the next, and from a row to the next, in mm."""
        rows, columns = self.spacing_mm
        return np.column_stack(
            (np.multiply(self.row_direction, columns), np.multiply(self.column_direction, rows))
        )
