"""Texts on and about the picture of a plane."""

from lesion_viewer.ct.planes.grids import layer_of
from lesion_viewer.ct.planes.picture import PlanePicture, Shows
from lesion_viewer.geometry.sections import Cut
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.ui.canvas.picture_text import PLANES
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.views.plane_view import PlaneView

# Letters of the patient's axes, towards lower and towards higher coordinates (LPS).
LETTERS = {Cut.SAGITTAL: "RL", Cut.CORONAL: "AP", Cut.AXIAL: "FH"}


def plane_name(view: PlaneView) -> str:
    """What the plane of a view is called.

    Parameters
    ----------
    view : PlaneView
        Any view.

    Returns
    -------
    str
        Such as "Coronal".
    """
    return tr(PLANES[view.cut])


def plane_lines(view: PlaneView, picture: PlanePicture) -> list[str]:
    """Lines for the corner of a plane's picture: which it is, where, and what must be said of it.

    Parameters
    ----------
    view : PlaneView
        The view that shows it.
    picture : PlanePicture
        What it shows.

    Returns
    -------
    list[str]
        From the top down; layers are counted from 1.
    """
    layer = _layer(view, picture)
    count = "" if layer is None else f" {layer[0] + 1}/{layer[1]}"
    lines = [plane_name(view) + count, _place(view, picture)]
    lines += [tr(remark.text) for remark in picture.remarks]
    if (picture.shows == Shows.UNREAD).any():
        lines.append(tr("being read …"))
    return lines


def _place(view: PlaneView, picture: PlanePicture) -> str:
    """Where it lies: slices as their own picture says it, which may be tilted."""
    series = view.viewer.series
    location = series.slices[view.viewer.slice_index].location_mm if series else None
    if view.is_of_slices and location is not None:
        return tr("Loc {location:.1f} mm", location=location)
    return axis_text(view.cut, picture.section.point_mm)


def _layer(view: PlaneView, picture: PlanePicture) -> tuple[int, int] | None:
    """The layer that a picture shows, which may be another one than the view stands at by now."""
    geometry = view.viewer.series.geometry if view.viewer.series else None
    if view.is_of_slices or geometry is None:
        return view.layer
    return layer_of(geometry, picture.section)


def axis_text(cut: Cut, point_mm: Point) -> str:
    """Where a plane lies along the axis of the patient at a right angle to it.

    Parameters
    ----------
    cut : Cut
        Direction of the plane.
    point_mm : Point
        A point of the plane (LPS).

    Returns
    -------
    str
        The direction from the origin, and the distance, such as "P 12.5 mm".
    """
    at = round(point_mm[cut], 1)
    return tr("{letter} {mm:.1f} mm", letter=LETTERS[cut][at > 0], mm=abs(at))


def place_text(point_mm: Point) -> str:
    """A place in the patient.

    Parameters
    ----------
    point_mm : Point
        In mm (LPS).

    Returns
    -------
    str
        Such as "L 12.5  P 3.0  H 40.2 mm".
    """
    parts = []
    for cut in (Cut.SAGITTAL, Cut.CORONAL, Cut.AXIAL):
        at = round(point_mm[cut], 1)
        parts.append(f"{LETTERS[cut][at > 0]} {abs(at):.1f}")
    return tr("{place} mm", place="  ".join(parts))
