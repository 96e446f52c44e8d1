"""A turn and a shift that take places of one study to those of another."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.slice_plane import Point


@dataclass(frozen=True, eq=False)
class RigidMap:
    """From millimetres in one patient frame to millimetres in another; lengths stay.

    Attributes
    ----------
    matrix : NDArray[np.float64]
        4 x 4, a rotation and a shift in mm (LPS).

    Raises
    ------
    ValueError
        Where the matrix stretches or mirrors.
    """

    matrix: NDArray[np.float64]

    def __post_init__(self) -> None:
        turn = self.matrix[:3, :3]
        is_turn = np.allclose(turn @ turn.T, np.eye(3), atol=1e-6) and np.linalg.det(turn) > 0
        if self.matrix.shape != (4, 4) or not is_turn:
            raise ValueError("a rigid map turns and shifts, and does nothing else")
        self.matrix.flags.writeable = False

    @classmethod
    def none(cls) -> Self:
        """The map that leaves all where it is, of two series in one frame of reference."""
        return cls(np.eye(4))

    def point(self, point_mm: Point) -> Point:
        """Where a place lies in the other frame.

        Parameters
        ----------
        point_mm : Point
            In mm (LPS) of the first frame.

        Returns
        -------
        Point
            In mm (LPS) of the second frame.
        """
        x, y, z = self.points(np.array([point_mm], float))[0].tolist()
        return x, y, z

    def points(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where places lie in the other frame.

        Parameters
        ----------
        points_mm : NDArray[np.float64]
            (n, 3), in mm (LPS) of the first frame.

        Returns
        -------
        NDArray[np.float64]
            (n, 3), in mm (LPS) of the second frame.
        """
        moved: NDArray[np.float64] = points_mm @ self.matrix[:3, :3].T + self.matrix[:3, 3]
        return moved

    @property
    def inverse(self) -> "RigidMap":
        """The map from the second frame to the first."""
        back = np.eye(4)
        back[:3, :3] = self.matrix[:3, :3].T
        back[:3, 3] = -back[:3, :3] @ self.matrix[:3, 3]
        return RigidMap(back)

    @property
    def angle_deg(self) -> float:
        """The angle of the turn, 0 to 180 degrees."""
        cosine = (np.trace(self.matrix[:3, :3]) - 1) / 2
        return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
