"""Lengths, angles and areas on a slice, in the patient where its spacing is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Self

import numpy as np

from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.stack import angle_between
from lesion_viewer.geometry.turn import Vector
from lesion_viewer.review.annotations.shape import Position


@dataclass(frozen=True, slots=True, eq=False)
class PixelGrid:
    """The steps between the pixels of a slice.

    Attributes
    ----------
    across, down : Vector
        (3), from a column to the next, and from a row to the next; in mm, or in pixels.
    is_mm : bool
        Whether they are in mm.
    """

    across: Vector
    down: Vector
    is_mm: bool

    @classmethod
    def of(cls, series: Series, slice_index: int) -> Self:
        """The grid of a slice: its own steps in the patient, else the spacing of its series.

        Parameters
        ----------
        series : Series
            Any series.
        slice_index : int
            From 0.
        """
        geometry, spacing = series.geometry, series.spacing_mm
        if geometry is not None:
            plane = geometry.plane(slice_index)
            row_mm, column_mm = plane.spacing_mm
            across = np.multiply(plane.row_direction, column_mm)
            return cls(across, np.multiply(plane.column_direction, row_mm), True)
        return cls.recorded(spacing, ())

    @classmethod
    def recorded(
        cls, spacing_mm: tuple[float, float, float] | None, orientation: Sequence[float]
    ) -> Self:
        """The grid of the slices of a series whose images are not here.

        Parameters
        ----------
        spacing_mm : tuple[float, float, float] | None
            Distances of (slices, rows, columns); None where unknown.
        orientation : Sequence[float]
            Directions of the row and of the column; empty where unknown.
        """
        _, row, column = (1.0, 1.0, 1.0) if spacing_mm is None else spacing_mm
        directions = np.array(orientation or (1, 0, 0, 0, 1, 0), float)
        return cls(directions[:3] * column, directions[3:] * row, spacing_mm is not None)

    @property
    def unit(self) -> str:
        """In which lengths are: ``mm`` or ``px``."""
        return "mm" if self.is_mm else "px"

    @property
    def pixel_area(self) -> float:
        """Area of a pixel, in mm2 or 1."""
        return float(np.linalg.norm(np.cross(self.across, self.down)))

    def length(self, start: Position, end: Position) -> float:
        """The distance of two positions.

        Parameters
        ----------
        start, end : Position
            In stored pixels.

        Returns
        -------
        float
            In ``unit``.
        """
        return float(np.linalg.norm(self._step(start, end)))

    def degrees(self, start: Position, corner: Position, end: Position) -> float | None:
        """The angle at a corner.

        Parameters
        ----------
        start, corner, end : Position
            In stored pixels.

        Returns
        -------
        float | None
            0 to 180; None where two of them are one place, or the shape of pixels is unknown.
        """
        if not self.is_mm or min(hypot(*_from(corner, p)) for p in (start, end)) == 0:
            return None
        return angle_between(self._step(corner, start), self._step(corner, end))

    def _step(self, start: Position, end: Position) -> Vector:
        dx, dy = _from(start, end)
        step: Vector = dx * self.across + dy * self.down
        return step


def _from(start: Position, end: Position) -> tuple[float, float]:
    return end[0] - start[0], end[1] - start[1]
