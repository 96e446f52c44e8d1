"""Where voxels lie in the patient, and what is irregular about a stack of slices."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Fault

# A step from slice to slice counts as equal within this share of the usual one.
SPACING_TOLERANCE = 0.05
# Closer than this share of the usual step, two slices lie at the same place.
SAME_PLACE = 0.01
GAP_FROM_STEPS = 1.5
TILT_FROM_DEGREES = 0.5
SHIFT_FROM_MM = 1.0
# An axis has a second letter from about 15 degrees on.
LETTER_FROM_COSINE = 0.25

Vector = NDArray[np.float64]


def orientation_letters(affine: NDArray[np.float64] | None) -> tuple[str, str, str, str]:
    """What lies at the left, right, top and bottom of the image.

    Letters are L, R, A, P, H (head) and F (feet), the main direction first where an axis is
    oblique ("LA"); four empty strings where the orientation is unknown.

    Parameters
    ----------
    affine : 4 x 4, voxel (column, row, slice) to patient millimetres in LPS axes, or None
    """
    if affine is None:
        return "", "", "", ""
    columns, rows = affine[:3, 0], affine[:3, 1]
    return _letters(-columns), _letters(columns), _letters(-rows), _letters(rows)


def voxel_to_patient(
    affine: NDArray[np.float64], column: float, row: float, slice_index: float
) -> tuple[float, float, float]:
    """Patient millimetres (LPS) of a voxel's centre; whole numbers are centres."""
    x, y, z, _ = affine @ (column, row, slice_index, 1)
    return float(x), float(y), float(z)


@lru_cache(1024)
def normal_of(orientation: tuple[float, ...]) -> Vector | None:
    """The unit normal of an Image Orientation (Patient): row direction cross column direction.

    None where the six numbers are no two directions at a right angle.
    """
    if len(orientation) != 6:
        return None
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    if not np.allclose(lengths, 1, atol=0.01) or abs(row @ column) > 0.01:
        return None
    normal: Vector = np.cross(row, column)
    normal /= np.linalg.norm(normal)
    normal.flags.writeable = False  # all callers share it
    return normal


def affine_of(
    orientation: Sequence[float],
    positions: NDArray[np.float64],
    spacing_mm: tuple[float, float, float],
) -> NDArray[np.float64]:
    """The affine of a stack, voxel (column, row, slice) to patient millimetres.

    Its slice step is the mean one from the first slice to the last, sheared where the gantry is
    tilted; for slices at one place it is the spacing along the normal.

    Parameters
    ----------
    orientation : Image Orientation (Patient), directions of the row and of the column
    positions : (slices, 3), Image Position (Patient) of each
    spacing_mm : distances of slices, rows and columns
    """
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    affine = np.eye(4)
    affine[:3, 0] = row * spacing_mm[2]
    affine[:3, 1] = column * spacing_mm[1]
    affine[:3, 2] = np.cross(row, column) * spacing_mm[0]
    if not np.array_equal(positions[0], positions[-1]):
        affine[:3, 2] = (positions[-1] - positions[0]) / (len(positions) - 1)
    affine[:3, 3] = positions[0]
    return affine


def usual_step_mm(locations_mm: Sequence[float] | NDArray[np.float64]) -> float | None:
    """The median distance of neighbours along the normal; None where all lie at one place."""
    steps = np.diff(locations_mm)
    steps = steps[steps > SAME_PLACE * max(steps.max(initial=0), 1e-6)]
    return float(np.median(steps)) if len(steps) else None


def faults_of(positions: NDArray[np.float64], normal: Vector) -> tuple[Fault, ...]:
    """What is irregular about slices at these positions.

    Parameters
    ----------
    positions : (slices, 3), sorted along ``normal``
    normal : unit vector

    Returns
    -------
    Faults with the codes ``gantry_tilt``, ``slice_shift``, ``duplicate_position``, ``gap`` and
    ``variable_spacing``, in this order; slices are counted from 1 as on screen.
    """
    locations = positions @ normal
    usual = usual_step_mm(locations)
    if usual is None:
        same = len(positions)
        text = f"All {same} slices lie at the same position."
        return (Fault("duplicate_position", text),) if same > 1 else ()
    return (
        *_line_faults(positions, locations, normal),
        *_step_faults(np.diff(locations), usual),
    )


def _letters(direction: Vector) -> str:
    direction = direction / np.linalg.norm(direction)
    strongest_first = np.argsort(-np.abs(direction), kind="stable")
    return "".join(
        ("LPH" if direction[axis] > 0 else "RAF")[axis]
        for axis in strongest_first
        if abs(direction[axis]) >= LETTER_FROM_COSINE
    )


def _line_faults(positions: NDArray[np.float64], locations: Vector, normal: Vector) -> list[Fault]:
    """Faults of the line on which the slices' corners lie: aslant, or left by some."""
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
        is_gap[:] = False  # that many are another spacing, not missing slices
    faults = []
    if is_same.any():
        first = int(np.argmax(is_same)) + 1
        text = f"Slices that lie where another one does: {is_same.sum()}, first Im {first + 1}."
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
