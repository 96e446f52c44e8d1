"""A shape with its UID, on a slice of a finding's series."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.review.annotations import shapes
from lesion_viewer.review.annotations.shape import SHAPES, Shape

__all__ = ["Annotation", "OfSeries", "decode_shape", "shapes"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A shape on a slice.

    Attributes
    ----------
    uid : str
        The same in every journal and file, which DICOM may track it by.
    slice_index : int
        The slice of the finding's series, from 0.
    shape : Shape
        In stored pixels.
    """

    uid: str
    slice_index: int
    shape: Shape

    def points_mm(self, geometry: SeriesGeometry) -> Sequence[Point]:
        """Where the shape's points lie in the patient.

        Parameters
        ----------
        geometry : SeriesGeometry
            Of the series.

        Returns
        -------
        Sequence[Point]
            In mm (LPS).
        """
        return [geometry.point(self.slice_index, x, y) for x, y in self.shape.points]


@dataclass(frozen=True, slots=True)
class OfSeries:
    """An annotation that belongs to a series as such, and to none of its findings.

    Attributes
    ----------
    series_uid : str
        UID of the series.
    annotation : Annotation
        On one of its slices.
    """

    series_uid: str
    annotation: Annotation

    @property
    def place(self) -> tuple[str, int]:
        """UID of the series, and index of the slice."""
        return self.series_uid, self.annotation.slice_index


def decode_shape(kind: str, value: Any) -> Shape:
    """The shape of a kind.

    Parameters
    ----------
    kind : str
        Its name.
    value : Any
        As ``Shape.encode`` gave it.

    Returns
    -------
    Shape
        Of the kind's class.

    Raises
    ------
    LookupError
        For a kind that there is not.
    ValueError
        Where it is no shape of the kind.
    """
    if kind not in SHAPES:
        raise LookupError(f"a shape of kind {kind}")
    return SHAPES[kind].decode(value)
