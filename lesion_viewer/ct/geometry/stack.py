"""Where voxels lie in the patient, from the positions and directions of slices."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.geometry.turn import standard_normal

# Closer than this share of the usual step, two slices lie at the same place.
SAME_PLACE = 0.01
# How far directions may be off length 1, or a right angle as a cosine, to be those of an image.
MAX_DIRECTION_ERROR = 0.02 + 1e-9
# Up to this, .02 mm across 512 pixels, they are used as stated.
EXACT_DIRECTION = 5e-5
# An axis has a second letter from about 15 degrees on.
LETTER_FROM_COSINE = 0.25


Vector = NDArray[np.float64]


def orientation_letters(affine: NDArray[np.float64] | None) -> tuple[str, str, str, str]:
    """What lies at the left, right, top and bottom of the image.

    Letters are L, R, A, P, H (head) and F (feet), the main direction first where an axis is
    oblique ("LA"); four empty strings where the orientation is unknown.

    Parameters
    ----------
    affine : NDArray[np.float64] | None
        4 x 4, voxel (column, row, slice) to patient millimetres in LPS axes, or None.
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
def directions_of(orientation: tuple[float, ...]) -> tuple[float, ...] | None:
    """The two directions of an Image Orientation (Patient), at a right angle and of length 1.

    Parameters
    ----------
    orientation : tuple[float, ...]
        Direction of the row, then of the column.

    Returns
    -------
    tuple[float, ...] | None
        The orthonormal pair nearest to the stated one, which moves either direction by half of
        what the right angle lacks; as stated where it is exact to four digits. None where lengths
        or the right angle are off by over ``MAX_DIRECTION_ERROR``.
    """
    if len(orientation) != 6:
        return None
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = float(np.linalg.norm(row)), float(np.linalg.norm(column))
    if min(lengths) == 0:
        return None
    row, column = row / lengths[0], column / lengths[1]
    error = max(abs(float(row @ column)), *(abs(length - 1) for length in lengths))
    if not error <= MAX_DIRECTION_ERROR:
        return None
    if error <= EXACT_DIRECTION:
        return orientation
    total, difference = row + column, row - column
    total, difference = total / np.linalg.norm(total), difference / np.linalg.norm(difference)
    pair = (total + difference) / np.sqrt(2), (total - difference) / np.sqrt(2)
    return tuple(float(value) for direction in pair for value in direction)


def angle_between(a: Vector, b: Vector) -> float:
    """The angle between two vectors in degrees.

    Parameters
    ----------
    a, b : Vector
        NDArray[np.float64] Of three numbers and not of length 0.

    Returns
    -------
    float
        0 to 180.
    """
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


@lru_cache(1024)
def normal_of(orientation: tuple[float, ...]) -> Vector | None:
    """The unit normal of an Image Orientation (Patient), towards the side slices are counted to.

    It is the same however the pixels of a plane are stored (``turn.standard_normal``); None where
    the six numbers are no two directions at a right angle, see ``directions_of``.

    Parameters
    ----------
    orientation : tuple[float, ...]
        Directions of the row and of the column, PS3.3 C.7.6.2.1.1.
    """
    directions = directions_of(orientation)
    if directions is None:
        return None
    normal = standard_normal(np.cross(directions[:3], directions[3:]))
    normal = normal / np.linalg.norm(normal)
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
    orientation : Sequence[float]
        Image Orientation (Patient), directions of the row and of the column.
    positions : NDArray[np.float64]
        (slices, 3), Image Position (Patient) of each.
    spacing_mm : tuple[float, float, float]
        Distances of slices, rows and columns.
    """
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    affine = np.eye(4)
    affine[:3, 0] = row * spacing_mm[2]
    affine[:3, 1] = column * spacing_mm[1]
    affine[:3, 2] = standard_normal(np.cross(row, column)) * spacing_mm[0]
    if not np.array_equal(positions[0], positions[-1]):
        affine[:3, 2] = (positions[-1] - positions[0]) / (len(positions) - 1)
    affine[:3, 3] = positions[0]
    return affine


def usual_step_mm(locations_mm: Sequence[float] | NDArray[np.float64]) -> float | None:
    """The median distance of neighbours along the normal; None where all lie at one place."""
    steps = np.diff(locations_mm)
    steps = steps[steps > SAME_PLACE * max(steps.max(initial=0), 1e-6)]
    return float(np.median(steps)) if len(steps) else None


def places_of(locations_mm: Sequence[float]) -> list[int]:
    """For each slice the number of its place; slices at one place share it.

    Parameters
    ----------
    locations_mm : Sequence[float]
        Positions along the normal in millimetres, ascending or descending.

    Returns
    -------
    list[int]
        From 0 on, ascending.
    """
    steps = np.abs(np.diff(locations_mm))
    apart = steps[steps > SAME_PLACE * max(steps.max(initial=0), 1e-6)]
    is_next = steps > SAME_PLACE * float(np.median(apart)) if len(apart) else steps > 0
    return [0, *np.cumsum(is_next).tolist()] if len(locations_mm) else []


def doubled_slices(locations_mm: Sequence[float | None]) -> frozenset[int]:
    """The slices that share their place with another one, of which nothing tells them apart.

    Which of them belongs with the slices before and behind, nobody can say: they may be of two
    phases.

    Parameters
    ----------
    locations_mm : Sequence[float | None]
        Positions along the normal in millimetres, in order; None where they are unknown.

    Returns
    -------
    frozenset[int]
        Indices; none where positions are unknown.
    """
    known = [mm for mm in locations_mm if mm is not None]
    if len(known) < len(locations_mm):
        return frozenset()
    places = places_of(known)
    counts = Counter(places)
    return frozenset(i for i, place in enumerate(places) if counts[place] > 1)


def _letters(direction: Vector) -> str:
    direction = direction / np.linalg.norm(direction)
    strongest_first = np.argsort(-np.abs(direction), kind="stable")
    return "".join(
        ("LPH" if direction[axis] > 0 else "RAF")[axis]
        for axis in strongest_first
        if abs(direction[axis]) >= LETTER_FROM_COSINE
    )
