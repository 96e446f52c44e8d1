"""Measurement groups of structured reports as measurements of a review."""

from collections.abc import Sequence

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.content_items import is_named, items, points_of, text
from lesion_viewer.exchange.dicom.drawn_shapes import shape_in
from lesion_viewer.exchange.dicom.mask_outlines import Points
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import Angle, Line

FARTHEST = 1
"""A measurement may reach beyond its image by this share of its rows and columns."""


def coordinates_in(group: Dataset) -> list[Dataset]:
    """All coordinates of a group on images: its region, or what its values are inferred from.

    Parameters
    ----------
    group : Dataset
        A container.

    Returns
    -------
    list[Dataset]
        Items of value type SCOORD, in their order.
    """
    inferred = [region for value in items(group, "NUM") for region in items(value, "SCOORD")]
    return [*items(group, "SCOORD"), *inferred]


def own_shape(group: Dataset, size: tuple[int, int]) -> Shape:
    """The shape of a measurement group of ours.

    Parameters
    ----------
    group : Dataset
        A container with a ``codes.SHAPE``.
    size : tuple[int, int]
        Rows and columns of its image.

    Returns
    -------
    Shape
        In stored pixels.

    Raises
    ------
    ValueError
        Where it is none, or lies beside its image.
    LookupError
        Where its kind is not known.
    """
    lines = [points_of(region) for region in coordinates_in(group)]
    return _on_slice(shape_in(text(group, codes.SHAPE), lines, size), size)


def other_shape(group: Dataset, size: tuple[int, int]) -> Shape | None:
    """The distance or angle that a group of another program measures.

    Parameters
    ----------
    group : Dataset
        A container.
    size : tuple[int, int]
        Rows and columns of its image.

    Returns
    -------
    Shape | None
        None where it measures something else.

    Raises
    ------
    ValueError
        Where it lies beside its image.
    """
    found = [(value, region) for value in items(group, "NUM") for region in items(value, "SCOORD")]
    if len(found) != 1 or found[0][1].GraphicType != "POLYLINE":
        return None
    value, points = found[0][0], points_of(found[0][1])
    shape = _of_line(value, points)
    return None if shape is None else _on_slice(shape, size)


def _of_line(value: Dataset, line: Points) -> Shape | None:
    points = [(float(x), float(y)) for x, y in line]
    if _is_one_of(value, codes.LENGTHS) and len(points) == 2:
        return Line(*points)
    if is_named(value, codes.ANGLE):
        if len(points) == 4 and points[1] == points[2]:  # as Cornerstone's tools write it
            del points[2]
        return Angle(*points) if len(points) == 3 else None
    return None


def _is_one_of(value: Dataset, names: Sequence[Code]) -> bool:
    return any(is_named(value, name) for name in names)


def _on_slice(shape: Shape, size: tuple[int, int]) -> Shape:
    rows, columns = size
    if not all(
        -FARTHEST * columns <= x <= (1 + FARTHEST) * columns
        and -FARTHEST * rows <= y <= (1 + FARTHEST) * rows
        for x, y in shape.points
    ):
        raise ValueError("it lies beside its slice")
    return shape
