"""Lesions by hand."""

from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.review.followup.lesion import Diameter, Lesion, MeasuredBy


def lesion(
    name: str,
    mm: float | None = 20.0,
    at: Point | None = (0.0, 0.0, 0.0),
    lesion_type: str = "",
    by: MeasuredBy = MeasuredBy.LONG_AXIS,
    slice_mm: float | None = 2.5,
) -> Lesion:
    """A lesion; one of type ``lymph node`` is measured by its short axis."""
    is_node = lesion_type == "lymph node"
    by = MeasuredBy.SHORT_AXIS if is_node else by
    diameter = None if mm is None else Diameter(mm, by, 3)
    return Lesion(name, "1.2", 3, 1, at, diameter, lesion_type, is_node, slice_mm)
