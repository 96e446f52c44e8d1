"""Stacks whose slices lie where the DICOM standard says, for tests."""

import math
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from lesion_viewer.geometry.series_geometry import SeriesGeometry, geometry_of_planes
from lesion_viewer.geometry.slice_plane import SlicePlane

ROWS, COLUMNS = 40, 30


def turned(degrees: tuple[float, float, float]) -> np.ndarray:
    """A rotation, by Euler angles about z, y and x."""
    a, b, c = map(math.radians, degrees)
    z = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    y = np.array([[math.cos(b), 0, math.sin(b)], [0, 1, 0], [-math.sin(b), 0, math.cos(b)]])
    x = np.array([[1, 0, 0], [0, math.cos(c), -math.sin(c)], [0, math.sin(c), math.cos(c)]])
    return z @ y @ x


def standard_point(
    position: Sequence[float],
    orientation: Sequence[float],
    spacing: tuple[float, float],
    column: float,
    row: float,
) -> np.ndarray:
    """The point of a pixel's centre by equation C.7.6.2.1-1 of DICOM PS3.3, as it stands there."""
    (sx, sy, sz), (xx, xy, xz, yx, yy, yz) = position, orientation
    row_mm, column_mm = spacing  # Pixel Spacing: between rows, then between columns
    matrix = np.array(
        [
            [xx * column_mm, yx * row_mm, 0, sx],
            [xy * column_mm, yy * row_mm, 0, sy],
            [xz * column_mm, yz * row_mm, 0, sz],
            [0, 0, 0, 1],
        ]
    )
    return (matrix @ (column, row, 0, 1))[:3]


def plane_of(
    position: Sequence[float], directions: np.ndarray, spacing: tuple[float, float]
) -> SlicePlane:
    x, y, z = map(float, position)
    (ax, ay, az), (dx, dy, dz) = (directions[:, axis].tolist() for axis in (0, 1))
    return SlicePlane((x, y, z), (ax, ay, az), (dx, dy, dz), spacing)


@st.composite
def stacks(draw: st.DrawFn, is_varied: bool = False) -> SeriesGeometry:
    """Stacks at any turn, sheared by a tilt, unevenly spaced; ``is_varied``: turned each."""
    angles = st.floats(-180, 180)
    base = turned((draw(angles), draw(angles), draw(angles)))
    if draw(st.booleans()):
        base = base[:, [1, 0, 2]]  # stored mirrored
    spacing = draw(st.floats(0.3, 2)), draw(st.floats(0.3, 2))
    steps = draw(st.lists(st.floats(0.4, 12), min_size=1, max_size=8))
    shears = [draw(st.floats(-0.6, 0.6)) for _ in range(2)]
    along = np.concatenate(([0.0], np.cumsum(steps)))
    normal = np.cross(base[:, 0], base[:, 1])
    start = [draw(st.floats(-300, 300)) for _ in range(3)]
    planes = []
    for mm in along:
        own = base
        if is_varied:
            small = st.floats(-0.05, 0.05)
            own = base @ turned((draw(small), draw(small), draw(small)))
        sideways = (base[:, 0] * shears[0] + base[:, 1] * shears[1]) * mm
        planes.append(plane_of(start + normal * mm + sideways, own, spacing))
    return geometry_of_planes(planes, (ROWS, COLUMNS), "1.2.3")
