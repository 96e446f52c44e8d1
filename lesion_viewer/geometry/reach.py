"""How far slices reach along their normal, and between which of them nothing is known."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.stack import SAME_PLACE, usual_step_mm
from lesion_viewer.geometry.turn import Vector

WIDE_FROM_STEPS = 1.9
"""From this multiple of the usual step on, rounding included, a slice fits in between."""
MOST_WIDE = 0.25
"""Where more of the steps are wide, it is another spacing."""
LIKE_NEIGHBOURS = 0.05
RUN = 3
"""So many equal steps in a row are a spacing of their own, not missing slices."""


@lru_cache(16)
def wide_steps(geometry: SeriesGeometry) -> NDArray[np.bool_]:
    """Steps over which nothing may be interpolated: slices between them are missing.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.

    Returns
    -------
    NDArray[np.bool_]
        (slices - 1). A step is wide where it is twice the usual step and twice as long as its
        slices are thick, and not one of many or of several equal ones: those are another spacing.
    """
    steps = np.diff(geometry.locations_mm)
    usual = usual_step_mm(geometry.locations_mm)
    if usual is None:
        return np.zeros(len(steps), bool)
    wide: NDArray[np.bool_] = steps >= WIDE_FROM_STEPS * _covered_mm(geometry, usual)
    for first, last in _runs(steps):
        if last - first >= RUN:
            wide[first:last] = False
    if wide.sum() > max(1, MOST_WIDE * len(steps)):
        wide[:] = False
    return wide


@lru_cache(16)
def reaches_mm(geometry: SeriesGeometry) -> Vector:
    """How far each slice stands for what lies beside it, on either side.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.

    Returns
    -------
    Vector
        (slices), half of the usual step or of the slice's thickness, whichever is more.
    """
    usual = usual_step_mm(geometry.locations_mm)
    return _thick(geometry, usual or 0.0) / 2


@lru_cache(16)
def edges_mm(geometry: SeriesGeometry) -> tuple[Vector, Vector]:
    """Where each slice begins and ends along the normal.

    Parameters
    ----------
    geometry : SeriesGeometry
        Geometry of the stack.

    Returns
    -------
    tuple[Vector, Vector]
        (slices) each, in mm as ``SeriesGeometry.locations_mm``: midway to the next slice, and no
        further than a slice reaches where the step is wide.
    """
    locations, steps = geometry.locations_mm, np.diff(geometry.locations_mm)
    wide, reaches = wide_steps(geometry), reaches_mm(geometry)
    before, after = reaches.copy(), reaches.copy()
    before[1:] = np.where(wide, np.minimum(steps / 2, reaches[1:]), steps / 2)
    after[:-1] = np.where(wide, np.minimum(steps / 2, reaches[:-1]), steps / 2)
    apart = steps[steps > SAME_PLACE * max(float(steps.max(initial=0)), 1e-6)]
    if len(apart):
        before[0], after[-1] = apart[0] / 2, apart[-1] / 2
    return locations - before, locations + after


def _covered_mm(geometry: SeriesGeometry, usual: float) -> Vector:
    thick = _thick(geometry, usual)
    return np.minimum(thick[:-1], thick[1:])


def _thick(geometry: SeriesGeometry, usual: float) -> Vector:
    stated = geometry.thickness_mm or (None,) * len(geometry)
    return np.array([max(usual, mm or 0.0) for mm in stated])


def _runs(steps: Vector) -> list[tuple[int, int]]:
    """First and last (exclusive) of the runs of equal steps."""
    is_other = np.abs(np.diff(steps)) > LIKE_NEIGHBOURS * np.minimum(steps[:-1], steps[1:])
    borders = [0, *(np.flatnonzero(is_other) + 1).tolist(), len(steps)]
    return list(zip(borders[:-1], borders[1:], strict=True))
