"""Irregularities of a stack of slices: tilt, shifts, gaps, copies, unequal spacing."""

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Fault
from lesion_viewer.geometry.stack import SAME_PLACE, usual_step_mm
from lesion_viewer.geometry.turn import Vector

# Steps are equal within this share of the usual step.
SPACING_TOLERANCE = 0.05
GAP_FROM_STEPS = 1.5
TILT_FROM_DEGREES = 0.5
SHIFT_FROM_MM = 1.0
_ONE_BY_ONE = "A detector takes none of them as the neighbour of another slice."


def faults_of(positions: NDArray[np.float64], normal: Vector) -> tuple[Fault, ...]:
    """The irregularities of a stack of slices, from the positions of the slices.

    Parameters
    ----------
    positions : NDArray[np.float64]
        (slices, 3), Image Position (Patient) in mm, sorted along ``normal``.
    normal : Vector
        Unit vector (3).

    Returns
    -------
    tuple[Fault, ...]
        Faults with the codes ``gantry_tilt``, ``slice_shift``, ``duplicate_position``, ``gap`` and
        ``variable_spacing``, in this order; slices are counted from 1 as on screen.
    """
    locations = positions @ normal
    usual = usual_step_mm(locations)
    if usual is None:
        same = len(positions)
        text = f"All {same} slices lie at the same position. {_ONE_BY_ONE}"
        return (Fault("duplicate_position", text),) if same > 1 else ()
    return (
        *_line_faults(positions, locations, normal),
        *_step_faults(np.diff(locations), usual),
    )


def _line_faults(positions: NDArray[np.float64], locations: Vector, normal: Vector) -> list[Fault]:
    """Faults of the line through the slices' corners: oblique, or with shifted slices."""
    faults = []
    line = positions[-1] - positions[0]
    along = line @ normal
    tilt = np.degrees(np.arctan2(np.linalg.norm(line - along * normal), along))
    if tilt > TILT_FROM_DEGREES:
        text = f"The gantry is tilted: slices are stacked {tilt:.1f}° off their normal."
        faults.append(Fault("gantry_tilt", text))
    on_line = positions[0] + np.outer((locations - locations[0]) / along, line)
    shifts = np.linalg.norm(positions - on_line, axis=1)
    if shifts.max() > SHIFT_FROM_MM:
        first = int(np.argmax(shifts > SHIFT_FROM_MM)) + 1
        text = f"Slices are shifted sideways by up to {shifts.max():.1f} mm, from Im {first} on."
        faults.append(Fault("slice_shift", text))
    return faults


def _step_faults(steps: Vector, usual: float) -> list[Fault]:
    """Faults of the distances from slice to slice."""
    is_same = steps <= SAME_PLACE * usual
    is_usual = np.abs(steps - usual) <= SPACING_TOLERANCE * usual
    multiples = np.rint(steps / usual)
    is_gap = (steps >= GAP_FROM_STEPS * usual) & (
        np.abs(steps - multiples * usual) <= SPACING_TOLERANCE * usual
    )
    if is_gap.sum() > max(1, len(steps) / 4):
        is_gap[:] = False  # so many are another spacing, not missing slices
    faults = []
    if is_same.any():
        first = int(np.argmax(is_same)) + 1
        text = (
            f"Slices that lie where another one does: {is_same.sum()}, first Im {first + 1}."
            f" {_ONE_BY_ONE}"
        )
        faults.append(Fault("duplicate_position", text))
    if is_gap.any():
        first = int(np.argmax(is_gap)) + 1
        missing = int((multiples[is_gap] - 1).sum())
        text = f"Slices that are missing: {missing}, first after Im {first}."
        faults.append(Fault("gap", text))
    if not (is_same | is_usual | is_gap).all():
        others = steps[~(is_same | is_gap)]
        text = f"Slices are {others.min():.2f} to {others.max():.2f} mm apart."
        faults.append(Fault("variable_spacing", text))
    return faults
