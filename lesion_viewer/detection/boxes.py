"""Boxes on a slice: 0-based pixel edges, ``x2`` and ``y2`` exclusive (torchvision's convention)."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.geometry.turn import Turn


@dataclass(frozen=True, slots=True)
class Box:
    """A box tight round a lesion, in pixel edges: pixel (0, 0) is the box 0, 0, 1, 1.

    Raises
    ------
    ValueError
        For a box without area or with a coordinate that is not finite.
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
        """Extent along x in pixels."""
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        """Extent along y in pixels."""
        return self.y2 - self.y1

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Middle x, y in pixel edges."""
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """The box shifted by ``dx``, ``dy`` pixels."""
        return Box(self.x1 + dx, self.y1 + dy, self.x2 + dx, self.y2 + dy)

    def padded(self, margin_px: float) -> "Box":
        """The box with ``margin_px`` added on every side."""
        m = margin_px
        return Box(self.x1 - m, self.y1 - m, self.x2 + m, self.y2 + m)

    def clamped(self, rows: int, columns: int) -> "Box":
        """The part of the box that lies on an image of ``rows`` x ``columns``.

        Raises
        ------
        ValueError
            Where no part of the box lies on the image.
        """
        return Box(max(self.x1, 0), max(self.y1, 0), min(self.x2, columns), min(self.y2, rows))

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
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
        rows : int
        columns : int
            Of the image before the turn.
        """
        start = turn.point(self.x1, self.y1, rows, columns)
        return Box.spanning(*start, *turn.point(self.x2, self.y2, rows, columns))

    @classmethod
    def spanning(cls, xa: float, ya: float, xb: float, yb: float) -> Self:
        """The box between two opposite corners, given in any order."""
        return cls(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def pairwise_iou(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """IoU of each box of ``a`` (n, 4) with each of ``b`` (m, 4), as an array (n, m)."""
    a = np.asarray(a, np.float64).reshape(-1, 1, 4)
    b = np.asarray(b, np.float64).reshape(1, -1, 4)
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    shared = np.clip(sides, 0, None).prod(-1)
    areas = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1)
    iou: NDArray[np.float64] = np.divide(
        shared, areas - shared, out=np.zeros_like(shared), where=shared > 0
    )
    return iou
