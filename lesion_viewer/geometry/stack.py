"""Positions of voxels in the patient, from the positions and directions of slices."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.geometry.turn import Vector, standard_normal, unit

# Positions of patients do not exceed it in any scanner's coordinates.
MAX_POSITION_MM = 1e5
# Two slices that are closer than this share of the usual step have the same position.
SAME_PLACE = 0.01
# Largest deviation of directions from length 1, and from a right angle as a cosine.
MAX_DIRECTION_ERROR = 0.02 + 1e-9
# Up to this deviation, .02 mm across 512 pixels, directions are used as stated.
EXACT_DIRECTION = 5e-5
# An axis gets a second letter from about 15 degrees on.
LETTER_FROM_COSINE = 0.25


def orientation_letters(affine: NDArray[np.float64] | None) -> tuple[str, str, str, str]:
    """The patient directions at the left, right, top and bottom of the image.

    Parameters
    ----------
    affine : NDArray[np.float64] | None
        4 x 4, voxel (column, row, slice) to patient mm (LPS), or None.

    Returns
    -------
    tuple[str, str, str, str]
        L, R, A, P, H (head) or F (feet), with the main direction first where an axis is oblique
        ("LA"); four empty strings where the orientation is unknown.
    """
    if affine is None:
        return "", "", "", ""
    return edge_letters(affine[:3, 0], affine[:3, 1])


def edge_letters(right: Vector, down: Vector) -> tuple[str, str, str, str]:
    """The patient directions at the left, right, top and bottom of a picture.

    Parameters
    ----------
    right, down : Vector
        Directions in the patient (LPS) in which the picture's columns and rows are counted.

    Returns
    -------
    tuple[str, str, str, str]
        Letters as those of ``orientation_letters``.
    """
    return _letters(-right), _letters(right), _letters(-down), _letters(down)


@lru_cache(1024)
def directions_of(orientation: tuple[float, ...]) -> tuple[float, ...] | None:
    """The two directions of an Image Orientation (Patient) as orthogonal unit vectors.

    Parameters
    ----------
    orientation : tuple[float, ...]
        Direction of the row, then of the column.

    Returns
    -------
    tuple[float, ...] | None
        The orthonormal pair nearest to the stated one, which moves both directions by the same
        angle; the stated values where they are exact to four digits. None where lengths or the
        right angle are off by more than ``MAX_DIRECTION_ERROR``.
    """
    error = direction_error(orientation)
    if not error <= MAX_DIRECTION_ERROR:
        return None
    if error <= EXACT_DIRECTION:
        return orientation
    row, column = unit(np.array(orientation[:3])), unit(np.array(orientation[3:]))
    total, difference = row + column, row - column
    total, difference = unit(total), unit(difference)
    pair = (total + difference) / np.sqrt(2), (total - difference) / np.sqrt(2)
    return tuple(float(value) for direction in pair for value in direction)


def direction_error(orientation: tuple[float, ...]) -> float:
    """The largest deviation of two directions from orthogonal unit vectors.

    Parameters
    ----------
    orientation : tuple[float, ...]
        Direction of the row, then of the column.

    Returns
    -------
    float
        The larger of the deviation of a length from 1 and the absolute cosine between the
        directions; infinite where there are not two directions.
    """
    if len(orientation) != 6:
        return inf
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = float(np.linalg.norm(row)), float(np.linalg.norm(column))
    if min(lengths) == 0:
        return inf
    cosine = float((row / lengths[0]) @ (column / lengths[1]))
    return max(abs(cosine), *(abs(length - 1) for length in lengths))


def angle_between(a: Vector, b: Vector) -> float:
    """The angle between two vectors in degrees.

    Parameters
    ----------
    a, b : Vector
        (3), longer than 0.

    Returns
    -------
    float
        0 to 180.
    """
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


@lru_cache(1024)
def normal_of(orientation: tuple[float, ...]) -> Vector | None:
    """The unit normal of an Image Orientation (Patient), towards the following slices.

    It does not depend on how the pixels of the plane are stored, see ``turn.standard_normal``.

    Parameters
    ----------
    orientation : tuple[float, ...]
        Directions of the row and of the column, PS3.3 C.7.6.2.1.1.

    Returns
    -------
    Vector | None
        (3), read-only; None where the orientation is not usable, see ``directions_of``.
    """
    directions = directions_of(orientation)
    if directions is None:
        return None
    normal = standard_normal(np.cross(directions[:3], directions[3:]))
    normal = unit(normal)
    normal.flags.writeable = False  # all callers share it
    return normal


def usual_step_mm(locations_mm: Sequence[float] | NDArray[np.float64]) -> float | None:
    """The median distance of neighbouring slices; None where all lie at one position.

    Parameters
    ----------
    locations_mm : Sequence[float] | NDArray[np.float64]
        Positions along the normal in mm, ascending.

    Returns
    -------
    float | None
        Distance in mm; slices at one position are not counted.
    """
    steps = np.diff(locations_mm)
    steps = steps[steps > SAME_PLACE * max(steps.max(initial=0), 1e-6)]
    return float(np.median(steps)) if len(steps) else None


def places_of(locations_mm: Sequence[float]) -> list[int]:
    """The number of each slice's position; slices at one position share it.

    Parameters
    ----------
    locations_mm : Sequence[float]
        Positions along the normal in mm, ascending or descending.

    Returns
    -------
    list[int]
        Ascending numbers from 0.
    """
    steps = np.abs(np.diff(locations_mm))
    apart = steps[steps > SAME_PLACE * max(steps.max(initial=0), 1e-6)]
    is_next = steps > SAME_PLACE * float(np.median(apart)) if len(apart) else steps > 0
    return [0, *np.cumsum(is_next).tolist()] if len(locations_mm) else []


def doubled_slices(locations_mm: Sequence[float | None]) -> frozenset[int]:
    """The slices that share their position with another slice.

    They may belong to two phases, so that it is unknown which of them continues the slices before
    and after.

    Parameters
    ----------
    locations_mm : Sequence[float | None]
        Positions along the normal in mm, in order; None where they are unknown.

    Returns
    -------
    frozenset[int]
        Indices; empty where a position is unknown.
    """
    known = [mm for mm in locations_mm if mm is not None]
    if len(known) < len(locations_mm):
        return frozenset()
    places = places_of(known)
    counts = Counter(places)
    return frozenset(i for i, place in enumerate(places) if counts[place] > 1)


def _letters(direction: Vector) -> str:
    direction = unit(direction)
    strongest_first = np.argsort(-np.abs(direction), kind="stable")
    return "".join(
        ("LPH" if direction[axis] > 0 else "RAF")[axis]
        for axis in strongest_first
        if abs(direction[axis]) >= LETTER_FROM_COSINE
    )
