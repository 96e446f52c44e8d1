"""Position, orientation and pixel spacing of a DICOM slice, and why they are unusable."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.dicom.header import DicomHeader, Tag
from lesion_viewer.ct.study import Fault
from lesion_viewer.geometry.stack import (
    MAX_POSITION_MM,
    angle_between,
    direction_error,
    directions_of,
)

# Pixels of a CT are not smaller or larger.
PIXEL_LIMITS_MM = 1e-3, 1e2
# Larger deviations from orthogonal unit vectors are reported.
NAMED_FROM = 1e-3
NAMED_FROM_DEGREES = 0.1
NO_POSITION = "has no position in its series"
GEOMETRY_TAGS = (Tag.IMAGE_POSITION, Tag.IMAGE_ORIENTATION, Tag.PIXEL_SPACING)

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """The position, orientation and pixel spacing of a slice.

    Attributes
    ----------
    position : Numbers
        Image Position (Patient) in mm; empty where the file gives none that is usable.
    orientation : Numbers
        Image Orientation (Patient), made orthonormal; empty where the file gives none that is
        usable.
    spacing_mm : tuple[float, float] | tuple[()]
        Pixel Spacing of rows and of columns; empty where the file gives none that is usable.
    why_unplaced : str
        What is wrong with position or orientation, as a predicate whose subject is the file; empty
        where nothing is.
    """

    position: Numbers
    orientation: Numbers
    spacing_mm: tuple[float, float] | tuple[()]
    why_unplaced: str = ""


def placing_of(header: DicomHeader) -> Placing:
    """The position, orientation and pixel spacing that a header describes.

    Parameters
    ----------
    header : DicomHeader
        Header of one image.

    Returns
    -------
    Placing
        Unusable values are empty, and ``why_unplaced`` says why.

    Notes
    -----
    DICOM PS3.3 C.7.6.2.1.1: the two directions are orthogonal unit vectors. Some writers round them
    by up to .02, which ``directions_of`` corrects.
    """
    stated = header.decimals(Tag.IMAGE_ORIENTATION)
    orientation = directions_of(stated) or ()
    position = _usable_position(header.decimals(Tag.IMAGE_POSITION))
    why = ""
    if not position:
        why = _why_no_position(header)
    elif not orientation:
        why = _why_no_orientation(header, stated)
    spacing = _usable_spacing(header.decimals(Tag.PIXEL_SPACING))
    return Placing(position, orientation, spacing, why)


def placing_faults(headers: Sequence[DicomHeader], orientation: Numbers) -> tuple[Fault, ...]:
    """Faults of the stated positions and directions of a stack.

    Parameters
    ----------
    headers : Sequence[DicomHeader]
        Headers of the slices of the stack.
    orientation : Numbers
        Directions used for all slices; empty where there are none.

    Returns
    -------
    tuple[Fault, ...]
        Faults with the codes ``rounded_directions``, ``varying_directions``,
        ``frames_of_reference`` and ``decimal_commas``.
    """
    faults = []
    stated = {header.decimals(Tag.IMAGE_ORIENTATION) for header in headers} if orientation else ()
    usable = [numbers for numbers in stated if directions_of(numbers)]
    worst = max(usable, key=direction_error, default=())
    if worst and direction_error(worst) > NAMED_FROM:
        text = (
            f"The directions of rows and columns {_directions_text(worst)}:"
            " they are taken at a right angle and of length 1."
        )
        faults.append(Fault("rounded_directions", text))
    apart = max((_degrees_apart(numbers, orientation) for numbers in usable), default=0.0)
    if len(usable) > 1 and apart > NAMED_FROM_DEGREES:
        text = f"Directions differ between slices, by up to {apart:.1f}° from those used for all."
        faults.append(Fault("varying_directions", text))
    frames = {header.text(Tag.FRAME_OF_REFERENCE) for header in headers} - {""}
    if len(frames) > 1:
        text = (
            f"The slices have {len(frames)} Frame of Reference UIDs where a series has one: their"
            " positions may not belong together."
        )
        faults.append(Fault("frames_of_reference", text))
    if any(b"," in header.values.get(tag, b"") for header in headers for tag in GEOMETRY_TAGS):
        text = "Positions, directions or spacings have decimal commas, which are read as points."
        faults.append(Fault("decimal_commas", text))
    return tuple(faults)


def unplaced_fault(count: int, why: str) -> Fault:
    """The fault of a stack in which no slice has a position.

    Parameters
    ----------
    count : int
        Number of slices.
    why : str
        ``Placing.why_unplaced`` of the first slice.

    Returns
    -------
    Fault
        Fault with the code ``missing_position``, or ``unusable_position`` where a position is
        stated.
    """
    if why in ("", NO_POSITION):
        text = f"None of the {count} images has a position: they are in the order of their numbers."
        return Fault("missing_position", text)
    text = (
        f"None of the {count} images can be placed: the first {why}. They are in the order of"
        " their numbers."
    )
    return Fault("unusable_position", text)


def missing_spacing_fault(header: DicomHeader) -> Fault:
    """The fault of a stack whose pixels or slices have no known distance.

    Parameters
    ----------
    header : DicomHeader
        Header of the first slice of the stack.

    Returns
    -------
    Fault
        Fault with the code ``missing_spacing``.

    Notes
    -----
    Imager Pixel Spacing is measured at the detector (PS3.3 10.7.1.3), not in the patient.
    """
    stated, at_detector = header.text(Tag.PIXEL_SPACING), header.text(Tag.IMAGER_PIXEL_SPACING)
    text = "The files do not say how far apart pixels or slices are."
    if stated and not _usable_spacing(header.decimals(Tag.PIXEL_SPACING)):
        text = f"The files give a Pixel Spacing that cannot be used ({stated[:60]})."
    elif at_detector and not stated:
        text = (
            "The files give no Pixel Spacing. Their Imager Pixel Spacing"
            f" ({at_detector[:60]}) is that of the detector and is not used."
        )
    return Fault("missing_spacing", text)


def _why_no_position(header: DicomHeader) -> str:
    text = header.text(Tag.IMAGE_POSITION)
    return f"has a position that cannot be used ({text[:60]})" if text else NO_POSITION


def _why_no_orientation(header: DicomHeader, stated: Numbers) -> str:
    text = header.text(Tag.IMAGE_ORIENTATION)
    if not text:
        return "has a position and no orientation"
    if len(stated) != 6 or not any(stated[:3]) or not any(stated[3:]):
        return f"has an orientation that cannot be used ({text[:60]})"
    return f"has directions of rows and columns that {_directions_text(stated)}"


def _directions_text(numbers: Numbers) -> str:
    row, column = np.array(numbers[:3]), np.array(numbers[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    return (
        f"are {angle_between(row, column):.1f}° apart and {lengths[0]:.3f} and {lengths[1]:.3f}"
        " long"
    )


def _degrees_apart(stated: Numbers, used: Numbers) -> float:
    directions = directions_of(stated) or used
    pairs = zip(directions, used, strict=True)
    if all(abs(a - b) < NAMED_FROM for a, b in pairs):
        return 0.0
    ends = (slice(0, 3), slice(3, 6))
    return max(angle_between(np.array(directions[e]), np.array(used[e])) for e in ends)


def _usable_spacing(spacing: Numbers) -> tuple[float, float] | tuple[()]:
    least, most = PIXEL_LIMITS_MM
    if len(spacing) != 2 or not least <= min(spacing) <= max(spacing) <= most:
        return ()
    return spacing[0], spacing[1]


def _usable_position(position: Numbers) -> Numbers:
    is_usable = len(position) == 3 and max(map(abs, position)) <= MAX_POSITION_MM
    return position if is_usable else ()
