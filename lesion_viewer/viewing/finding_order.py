"""The order in which findings are gone through, and which of them a list shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.turn import AS_STORED, Turn
from lesion_viewer.review.finding import Finding, OriginKind, Status

Spacing = tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Scale:
    """How large stored pixels are, and how they lie on the picture.

    Attributes
    ----------
    spacing_mm : Spacing
        Distances of (slices, rows, columns) as stored; None where unknown.
    turn : Turn
        Turn from the stored pixels to standard orientation.
    """

    spacing_mm: Spacing = None
    turn: Turn = AS_STORED

    @classmethod
    def of(cls, series: Series | None) -> Self:
        """The scale of a series.

        Parameters
        ----------
        series : Series | None
            None gives pixels as they are stored.
        """
        return cls() if series is None else cls(series.spacing_mm, series.turn)

    def size(self, box: Box) -> tuple[float, float]:
        """Width and height of a box on the picture.

        Parameters
        ----------
        box : Box
            Edges in stored pixels.

        Returns
        -------
        tuple[float, float]
            Width and height in mm; in pixels where the spacing is unknown.
        """
        _, row_mm, column_mm = self.spacing_mm or (1.0, 1.0, 1.0)
        width, height = box.width * column_mm, box.height * row_mm
        return (height, width) if self.turn.swaps_axes else (width, height)


class SortBy(Enum):
    """What findings are sorted by; those that are equal in it stay in the order of arrival."""

    STATUS = "status"
    SCORE = "score"  #: the best one; findings without a score are under all others
    SLICE = "slice"  #: the slice to look at first
    SIZE = "size"  #: the longer side of the box on that slice
    TYPE = "type"
    ORIGIN = "origin"  #: drawn ones, then labels, then a model's
    NOTE = "note"


_STATUSES = list(Status)
_ORIGINS = [OriginKind.READER, OriginKind.LABEL, OriginKind.MODEL]
_KEYS: dict[SortBy, Callable[[Finding, Scale], Any]] = {
    SortBy.STATUS: lambda f, _: _STATUSES.index(f.status),
    SortBy.SCORE: lambda f, _: -1.0 if f.score is None else f.score,
    SortBy.SLICE: lambda f, _: f.key_slice,
    SortBy.SIZE: lambda f, scale: max(scale.size(f.boxes[f.key_slice])),
    SortBy.TYPE: lambda f, _: f.lesion_type,
    SortBy.ORIGIN: lambda f, _: _ORIGINS.index(f.origin.kind),
    SortBy.NOTE: lambda f, _: f.note or f.reason,
}


@dataclass(frozen=True, slots=True)
class FindingOrder:
    """An order of findings.

    Attributes
    ----------
    by : SortBy
        What they are sorted by.
    is_descending : bool
        Whether the greatest comes first.
    """

    by: SortBy = SortBy.SCORE
    is_descending: bool = True

    def sort(self, findings: Iterable[Finding], scale: Scale) -> list[Finding]:
        """The findings in this order.

        Parameters
        ----------
        findings : Iterable[Finding]
            Findings of one series, in the order of arrival.
        scale : Scale
            Pixel size and turn of the series.

        Returns
        -------
        list[Finding]
            All of them.
        """
        key = _KEYS[self.by]
        return sorted(findings, key=lambda f: key(f, scale), reverse=self.is_descending)


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings a list shows.

    Attributes
    ----------
    status : Status | None
        Only those of this status; None for all.
    lesion_type : str | None
        Only those of this type, empty for those without one; None for all.
    """

    status: Status | None = None
    lesion_type: str | None = None

    def passes(self, finding: Finding) -> bool:
        """Whether a finding is shown.

        Parameters
        ----------
        finding : Finding
            Any finding.

        Returns
        -------
        bool
            False where its status or its type is another one.
        """
        is_of_type = self.lesion_type in (None, finding.lesion_type)
        return is_of_type and self.status in (None, finding.status)
