"""Boxes on a slice: 0-based pixel edges, ``x2`` and ``y2`` exclusive, as in torchvision."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.turn import Turn


@dataclass(frozen=True, slots=True)
class Box:
    """A tight box around a lesion in pixel edges; pixel (0, 0) is the box 0, 0, 1, 1.

    Attributes
    ----------
    x1, y1 : float
        Left and upper edge.
    x2, y2 : float
        Right and lower edge, exclusive.

    Raises
    ------
    ValueError
        The box has no area or a coordinate is not finite.
    """

    x1: float
    y1: float
    x2: float
    y2: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.as_tuple())):
            raise ValueError(f"a box needs finite coordinates, not {self.as_tuple()}")
        if self.x2 <= self.x1 or self.y2 <= self.y1:
            raise ValueError(f"a box needs x1 < x2 and y1 < y2, not {self.as_tuple()}")

    def as_tuple(self) -> tuple[float, float, float, float]:
        """The coordinates x1, y1, x2, y2."""
        return self.x1, self.y1, self.x2, self.y2

    @property
    def width(self) -> float:
        """Size along x in pixels."""
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        """Size along y in pixels."""
        return self.y2 - self.y1

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Centre x, y in pixel edges."""
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """The shifted box.

        Parameters
        ----------
        dx, dy : float
            Pixels to the right and down.

        Returns
        -------
        Box
            A box of the same size.
        """
        return Box(self.x1 + dx, self.y1 + dy, self.x2 + dx, self.y2 + dy)

    def padded(self, margin_px: float) -> "Box":
        """The box, larger on every side.

        Parameters
        ----------
        margin_px : float
            Pixels to add on each side.

        Returns
        -------
        Box
            A box with the same centre.
        """
        m = margin_px
        return Box(self.x1 - m, self.y1 - m, self.x2 + m, self.y2 + m)

    def clamped(self, rows: int, columns: int) -> "Box":
        """The part of the box within an image.

        Parameters
        ----------
        rows, columns : int
            Size of the image.

        Returns
        -------
        Box
            A box within 0, 0, ``columns``, ``rows``.

        Raises
        ------
        ValueError
            No part of the box lies within the image.
        """
        return Box(max(self.x1, 0), max(self.y1, 0), min(self.x2, columns), min(self.y2, rows))

    def iou(self, other: "Box") -> float:
        """Intersection over union with another box.

        Parameters
        ----------
        other : Box
            Box on the same slice.

        Returns
        -------
        float
            0 to 1.
        """
        width = min(self.x2, other.x2) - max(self.x1, other.x1)
        height = min(self.y2, other.y2) - max(self.y1, other.y1)
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.area + other.area - shared)

    def turned(self, turn: Turn, rows: int, columns: int) -> "Box":
        """The box on the turned image.

        Parameters
        ----------
        turn : Turn
            Turn of the image.
        rows, columns : int
            Size of the image before the turn.

        Returns
        -------
        Box
            A box in pixel edges of the turned image.
        """
        start = turn.point(self.x1, self.y1, rows, columns)
        return Box.spanning(*start, *turn.point(self.x2, self.y2, rows, columns))

    @classmethod
    def spanning(cls, xa: float, ya: float, xb: float, yb: float) -> Self:
        """The box between two opposite corners.

        Parameters
        ----------
        xa, ya, xb, yb : float
            Coordinates of the corners, in any order.
        """
        return cls(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def pairwise_iou(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of each pair of boxes from two sets.

    Parameters
    ----------
    a : NDArray[np.floating]
        (n, 4), x1, y1, x2, y2.
    b : NDArray[np.floating]
        (m, 4), x1, y1, x2, y2.

    Returns
    -------
    NDArray[np.float64]
        (n, m), 0 to 1.
    """
    a = np.asarray(a, np.float64).reshape(-1, 1, 4)
    b = np.asarray(b, np.float64).reshape(1, -1, 4)
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    shared = np.clip(sides, 0, None).prod(-1)
    areas = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1)
    iou: NDArray[np.float64] = np.divide(
        shared, areas - shared, out=np.zeros_like(shared), where=shared > 0
    )
    return iou
