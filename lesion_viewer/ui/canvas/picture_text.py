"""Texts on and about the picture; none of them identifies the patient."""

import math
from dataclasses import dataclass

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Curve, Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.slice_numbers import SliceNumbers
from lesion_viewer.geometry.turn import Turn

Corners = tuple[list[str], list[str], list[str], list[str]]

SHOWN = 2
"""Place among the corners of the one that says window and zoom."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a slice is shown.

    Attributes
    ----------
    window : Window
        Window through which it is shown.
    zoom : float
        Widget points per column of the picture.
    is_inverted : bool
        Whether white is shown as black.
    turn : Turn
        Turn from the stored pixels to the picture.
    """

    window: Window
    zoom: float
    is_inverted: bool
    turn: Turn


def corner_text(
    series: Series, slice_index: int, appearance: Appearance, numbers: SliceNumbers
) -> Corners:
    """Lines for the corners top left, top right, bottom left, bottom right.

    Slices are counted from 1, with the file's own number beside where it is another one.

    Parameters
    ----------
    series : Series
        The series on show.
    slice_index : int
        Index of the slice on show, from 0.
    appearance : Appearance
        How it is shown.
    numbers : SliceNumbers
        Numbers of the series' slices in their files.

    Returns
    -------
    Corners
        Lists of lines, from the top down.
    """
    location = series.slices[slice_index].location_mm
    own = numbers.beside(slice_index)
    place = [f"Im {slice_index + 1}/{series.shape[0]}{f' · {own}' if own else ''}"]
    if location is not None:
        place.append(f"Loc {location:.1f} mm")
    window, turn = appearance.window, appearance.turn
    curve = "" if window.curve is Curve.LINEAR else f"  {window.curve}"
    zoom = f"Zoom {appearance.zoom * 100:.0f} %"
    shown = [f"W {window.width:g}  L {window.level:g}{curve}", zoom]
    if appearance.is_inverted:
        shown.insert(0, "Inverted")
    if turn != series.turn:
        shown.insert(0, "As stored")
    return place, [series.modality, _size_text(turn.spacing(series.spacing_mm))], shown, []


def missing_text(volume: CTVolume, slice_index: int) -> str:
    """The text in place of a slice that is not read yet, or cannot be read.

    Parameters
    ----------
    volume : CTVolume
        Volume that the slice belongs to.
    slice_index : int
        Index of the slice, from 0.

    Returns
    -------
    str
        A text that names the slice, and the reason where there is one.
    """
    reason = volume.failures.get(slice_index)
    name = f"Im {slice_index + 1}"
    return f"{name} is being read …" if reason is None else f"{name} cannot be shown: {reason}"


def voxel_text(volume: CTVolume, slice_index: int, x: float, y: float) -> str:
    """Position and HU of a voxel.

    Parameters
    ----------
    volume : CTVolume
        The volume on show.
    slice_index : int
        Index of the slice, from 0.
    x : float
        Column position in stored pixels.
    y : float
        Row position in stored pixels.

    Returns
    -------
    str
        The text; empty beside the image, and for a slice that is not read.
    """
    column, row = math.floor(x), math.floor(y)
    _, rows, columns = volume.series.shape
    if not (volume.is_loaded[slice_index] and 0 <= column < columns and 0 <= row < rows):
        return ""
    return f"x {column}  y {row}   {int(volume.voxels[slice_index, row, column])} HU"


def _size_text(spacing_mm: tuple[float, float, float] | None) -> str:
    if spacing_mm is None:
        return "Spacing unknown"
    between, row, column = spacing_mm
    return f"{column:.2f} × {row:.2f} × {between:.2f} mm"
