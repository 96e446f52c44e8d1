"""What the corners of the picture say of the slice; never who the patient is."""

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.window import Window

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


def _size_text(series: Series) -> str:
    if series.spacing_mm is None:
        return "Spacing unknown"
    between, row, column = series.spacing_mm
    return f"{column:.2f} × {row:.2f} × {between:.2f} mm"
