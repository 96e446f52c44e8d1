"""Series whose shapes have known sizes: spacing unequal, tilted, oblique."""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.geometry.series_geometry import SeriesGeometry, geometry_of_grid

SHAPE = (31, 80, 120)
SPACING_MM = (2.5, 0.9, 0.6)  # slices, rows, columns
PLAIN = np.diag([0.6, 0.9, 2.5, 1.0])


def oblique() -> NDArray[np.float64]:
    """The same grid, turned by 20 degrees about the patient's left-right axis, then about his z."""
    a = np.radians(20)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    grid = np.eye(4)
    grid[:3, :3] = about_z @ about_x @ PLAIN[:3, :3]
    return grid


def tilted() -> NDArray[np.float64]:
    """The gantry tilted: each slice is shifted by 1 mm along the columns against the one before."""
    grid = PLAIN.copy()
    grid[1, 2] = 1.0
    return grid


def series_of(
    grid: NDArray[np.float64] | None,
    spacing_mm: tuple[float, float, float] | None = SPACING_MM,
    geometry: SeriesGeometry | None = None,
) -> Series:
    geometry = geometry or (None if grid is None else geometry_of_grid(grid, SHAPE))
    slices = tuple(SliceSource(f"{i}", location_mm=2.5 * i) for i in range(SHAPE[0]))
    hu = np.zeros(SHAPE[1:], np.int16)
    return Series(
        "S1", "", "CT", "", 1, slices, SHAPE, spacing_mm, geometry, (), decode=lambda i: hu
    )
