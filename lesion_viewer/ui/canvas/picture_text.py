"""What is written on and about the picture; never who the patient is."""

import math

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume

Corners = tuple[list[str], list[str], list[str], list[str]]


def corner_text(
    series: Series, slice_index: int, window: Window, zoom: float, is_inverted: bool
) -> Corners:
    """Lines for the corners top left, top right, bottom left, bottom right.

    Slices are counted from 1; ``zoom`` is widget points per image column.
    """
    location = series.slices[slice_index].location_mm
    place = [f"Im {slice_index + 1}/{series.shape[0]}"]
    if location is not None:
        place.append(f"Loc {location:.1f} mm")
    shown = [f"W {window.width:g}  L {window.level:g}", f"Zoom {zoom * 100:.0f} %"]
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
