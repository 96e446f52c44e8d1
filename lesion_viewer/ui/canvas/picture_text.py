"""What is written on and about the picture; never who the patient is."""

import math

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Curve, Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.slice_numbers import SliceNumbers

Corners = tuple[list[str], list[str], list[str], list[str]]


def corner_text(
    series: Series,
    slice_index: int,
    window: Window,
    zoom: float,
    is_inverted: bool,
    numbers: SliceNumbers,
) -> Corners:
    """Lines for the corners top left, top right, bottom left, bottom right.

    Slices are counted from 1, with the file's own number beside where it is another one.

    Parameters
    ----------
    series : Series
        On show.
    slice_index : int
        On show, from 0.
    window : Window
        Through which it is shown.
    zoom : float
        Widget points per image column.
    is_inverted : bool
        Whether white is shown as black.
    numbers : SliceNumbers
        Of the series.

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
    curve = "" if window.curve is Curve.LINEAR else f"  {window.curve}"
    shown = [f"W {window.width:g}  L {window.level:g}{curve}", f"Zoom {zoom * 100:.0f} %"]
    if is_inverted:
        shown.insert(0, "Inverted")
    return place, [series.modality, _size_text(series)], shown, []


def missing_text(volume: CTVolume, slice_index: int) -> str:
    """What stands in place of a slice that is not read yet, or could not be."""
    reason = volume.failures.get(slice_index)
    name = f"Im {slice_index + 1}"
    return f"{name} is being read …" if reason is None else f"{name} cannot be shown: {reason}"


def voxel_text(volume: CTVolume, slice_index: int, x: float, y: float) -> str:
    """Position and HU of the voxel at ``x``, ``y`` in image pixels; empty beside the image."""
    column, row = math.floor(x), math.floor(y)
    _, rows, columns = volume.series.shape
    if not (volume.is_loaded[slice_index] and 0 <= column < columns and 0 <= row < rows):
        return ""
    return f"x {column}  y {row}   {int(volume.voxels[slice_index, row, column])} HU"


def _size_text(series: Series) -> str:
    if series.spacing_mm is None:
        return "Spacing unknown"
    between, row, column = series.spacing_mm
    return f"{column:.2f} × {row:.2f} × {between:.2f} mm"
