"""A lesion at one time: where it lies and how large it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.review.finding import Finding, Status

LESIONS = frozenset({Status.ACCEPTED, Status.CORRECTED, Status.ADDED})
"""What a reader said is a lesion; nothing else is followed up."""
NODE_WORDS = frozenset({"node", "nodes", "nodal"})


class MeasuredBy(StrEnum):
    """What a diameter was taken from."""

    LONG_AXIS = "long axis"
    SHORT_AXIS = "short axis"
    BOX_LONG_SIDE = "longer side of the box"
    BOX_SHORT_SIDE = "shorter side of the box"


@dataclass(frozen=True, slots=True)
class Diameter:
    """One diameter of a lesion.

    Attributes
    ----------
    mm : float
        Its length.
    by : MeasuredBy
        What it was taken from.
    slice_index : int
        The slice that it lies on, from 0.
    """

    mm: float
    by: MeasuredBy
    slice_index: int


@dataclass(frozen=True, slots=True)
class Lesion:
    """A lesion of one study.

    Attributes
    ----------
    id : str
        UID of its finding.
    series_uid : str
        UID of the series.
    slice_index : int
        The slice to look at first, from 0.
    number : int
        Its place among the lesions of its study, from 1.
    point_mm : Point | None
        Its middle in mm (LPS) of the study's own patient frame; None where that is unknown.
    diameter : Diameter | None
        The one that RECIST sums: of lymph nodes the short one. None where pixels have no size.
    lesion_type : str
        Free text; empty for none.
    is_node : bool
        Whether its type says that it is a lymph node.
    slice_mm : float | None
        Distance of slices; None where it is unknown.
    """

    id: str
    series_uid: str
    slice_index: int
    number: int
    point_mm: Point | None
    diameter: Diameter | None
    lesion_type: str = ""
    is_node: bool = False
    slice_mm: float | None = None


def lesions_of(findings: Iterable[Finding], series: Iterable[Series]) -> list[Lesion]:
    """The lesions among the findings of a study.

    Parameters
    ----------
    findings : Iterable[Finding]
        All of the study's reviews.
    series : Iterable[Series]
        The study's series; findings on others are left out.

    Returns
    -------
    list[Lesion]
        Those that a reader accepted, corrected or added, in the order of the findings.
    """
    known = {one.uid: one for one in series}
    decided = [f for f in findings if f.status in LESIONS and f.series_uid in known and f.boxes]
    return [_lesion(f, known[f.series_uid], n) for n, f in enumerate(decided, 1)]


def _lesion(finding: Finding, series: Series, number: int) -> Lesion:
    is_node = bool(NODE_WORDS & set(finding.lesion_type.lower().split()))
    return Lesion(
        finding.id,
        series.uid,
        finding.key_slice,
        number,
        _middle(finding, series),
        _diameter(finding, series, is_node),
        finding.lesion_type,
        is_node,
        series.spacing_mm[0] if series.spacing_mm else None,
    )


def _middle(finding: Finding, series: Series) -> Point | None:
    """The middle of its middle box."""
    if series.geometry is None:
        return None
    slices = sorted(finding.boxes)
    middle = slices[len(slices) // 2]
    return series.geometry.point(middle, *finding.boxes[middle].centre)


def _diameter(finding: Finding, series: Series, is_node: bool) -> Diameter | None:
    """The largest over its slices, from axes where there are any, else from boxes."""
    if series.spacing_mm is None:
        return None
    row_mm, column_mm = series.spacing_mm[1:]
    if finding.axes:
        by = MeasuredBy.SHORT_AXIS if is_node else MeasuredBy.LONG_AXIS
        lengths = {i: axes.lengths_mm(row_mm, column_mm) for i, axes in finding.axes.items()}
    else:
        by = MeasuredBy.BOX_SHORT_SIDE if is_node else MeasuredBy.BOX_LONG_SIDE
        sides = {i: (b.width * column_mm, b.height * row_mm) for i, b in finding.boxes.items()}
        lengths = {i: (max(pair), min(pair)) for i, pair in sides.items()}
    best = max(lengths, key=lambda i: (lengths[i][0], -i))
    return Diameter(lengths[best][1 if is_node else 0], by, best)
