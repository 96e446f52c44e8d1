"""Texts on and about the picture; none of them identifies the patient."""

import math
from dataclasses import dataclass

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Curve, Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.slice_numbers import SliceNumbers
from lesion_viewer.geometry.sections import Cut, cut_of
from lesion_viewer.geometry.turn import Turn
from lesion_viewer.text import Text
from lesion_viewer.ui.texts import tr

CURVES = {Curve.LINEAR: Text("linear"), Curve.SIGMOID: Text("sigmoid")}

Corners = tuple[list[str], list[str], list[str], list[str]]

PLANES = {
    Cut.AXIAL: Text("Axial"),
    Cut.CORONAL: Text("Coronal"),
    Cut.SAGITTAL: Text("Sagittal"),
}
"""What each plane is called."""

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
    place = [tr("Im {n}/{total}", n=slice_index + 1, total=series.shape[0])]
    if own:
        place[0] += f" · {tr(own)}"
    if location is not None:
        place.append(tr("Loc {location:.1f} mm", location=location))
    turn = appearance.turn
    shown = window_lines(appearance.window, appearance.zoom, appearance.is_inverted)
    if turn != series.turn:
        shown.insert(0, tr("As stored"))
    return place, [_kind_text(series), _size_text(series, turn)], shown, []


def window_lines(window: Window, zoom: float, is_inverted: bool) -> list[str]:
    """Lines that say through which window, and how large, a picture is shown.

    Parameters
    ----------
    window : Window
        Window through which it is shown.
    zoom : float
        Widget points per column of the picture.
    is_inverted : bool
        Whether white is shown as black.

    Returns
    -------
    list[str]
        From the top down.
    """
    curve = "" if window.curve is Curve.LINEAR else f"  {tr(CURVES[window.curve])}"
    width_and_level = tr("W {width:g}  L {level:g}", width=window.width, level=window.level)
    lines = [width_and_level + curve, tr("Zoom {percent:.0f} %", percent=zoom * 100)]
    return [tr("Inverted"), *lines] if is_inverted else lines


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
    number = slice_index + 1
    if reason is None:
        return tr("Im {n} is being read …", n=number)
    return tr("Im {n} cannot be shown: {reason}", n=number, reason=reason)


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


def slab_voxel_text(x: float, y: float, hu: int) -> str:
    """Position and HU of a pixel of a slab.

    Parameters
    ----------
    x, y : float
        Position in stored pixels.
    hu : int
        What the slab shows there.

    Returns
    -------
    str
        The text.
    """
    return tr("x {x}  y {y}   {hu} HU in the slab", x=math.floor(x), y=math.floor(y), hu=hu)


def _kind_text(series: Series) -> str:
    """Modality, and the plane that the slices are nearest to."""
    if series.geometry is None:
        return series.modality
    plane = tr(PLANES[cut_of(series.geometry)])
    return tr("{modality} · {plane}", modality=series.modality, plane=plane)


def _size_text(series: Series, turn: Turn) -> str:
    """Size of a voxel; of a part of a series that of a pixel, as slices lie between others."""
    spacing_mm = turn.spacing(series.spacing_mm)
    if spacing_mm is None:
        return tr("Spacing unknown")
    between, row, column = spacing_mm
    if series.is_arriving:
        return f"{column:.2f} × {row:.2f} mm"
    return f"{column:.2f} × {row:.2f} × {between:.2f} mm"
