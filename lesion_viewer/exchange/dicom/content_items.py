"""The content tree of a structured report: its items, their names and what they hold."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.dicom import codes

FORMER = {
    ("G-A185", "SRT"): codes.LONG_AXIS,
    ("G-A186", "SRT"): codes.SHORT_AXIS,
    ("G-C0E3", "SRT"): codes.SITE,
    ("G-D7FE", "SRT"): codes.LENGTH,
    ("G-A166", "SRT"): codes.AREA,
}
"""Terms of SNOMED RT, which older programs write, by those of SNOMED CT."""

Points = NDArray[np.float64]


def items(parent: Dataset, kind: str = "", name: Code | None = None) -> Iterator[Dataset]:
    """The items right below one.

    Parameters
    ----------
    parent : Dataset
        The report, or an item of it.
    kind : str
        Value type of those that are wanted; empty for all.
    name : Code | None
        Concept name of those that are wanted; None for all.

    Yields
    ------
    Dataset
        In their order.
    """
    found: Sequence[Dataset] = parent.get("ContentSequence") or ()
    for item in found:
        if (not kind or item.get("ValueType") == kind) and (name is None or is_named(item, name)):
            yield item


def is_named(item: Dataset, name: Code) -> bool:
    """Whether an item has this concept name.

    Parameters
    ----------
    item : Dataset
        Of a report.
    name : Code
        Compared by value and scheme.
    """
    names = item.get("ConceptNameCodeSequence")
    return bool(names) and code_in(names[0]) == (name.value, name.scheme_designator)


def code_in(term: Dataset) -> tuple[str, str]:
    """Value and scheme of a coded term; SNOMED's former ones are taken for the present ones.

    Parameters
    ----------
    term : Dataset
        Item of a code sequence.

    Returns
    -------
    tuple[str, str]
        Empty texts where they are missing.
    """
    value = str(term.get("CodeValue") or term.get("LongCodeValue") or "")
    code = value, str(term.get("CodingSchemeDesignator") or "")
    present = FORMER.get(code)
    return (present.value, present.scheme_designator) if present else code


def measurement_groups(report: Dataset) -> Iterator[Dataset]:
    """All measurement groups of a report, those in parts of its own among them.

    Parameters
    ----------
    report : Dataset
        The report.

    Yields
    ------
    Dataset
        Containers, in the order of the report.
    """
    for item in items(report, "CONTAINER"):
        if is_named(item, codes.GROUP):
            yield item
        else:
            yield from measurement_groups(item)


def text(group: Dataset, name: Code) -> str:
    """The text of that name in a group.

    Parameters
    ----------
    group : Dataset
        A container.
    name : Code
        Concept name.

    Returns
    -------
    str
        Empty where there is none.
    """
    return next((str(item.TextValue or "") for item in items(group, "TEXT", name)), "")


def coded(group: Dataset, name: Code) -> tuple[str, str]:
    """The code of that name in a group.

    Parameters
    ----------
    group : Dataset
        A container.
    name : Code
        Concept name.

    Returns
    -------
    tuple[str, str]
        Value and scheme; empty texts where there is none.
    """
    for item in items(group, "CODE", name):
        if item.get("ConceptCodeSequence"):
            return code_in(item.ConceptCodeSequence[0])
    return "", ""


def tracking_uid(group: Dataset) -> str:
    """The tracking UID of a group.

    Parameters
    ----------
    group : Dataset
        A container.

    Returns
    -------
    str
        Empty where it has none.
    """
    return uid_named(group, codes.TRACKING_UID)


def uid_named(group: Dataset, name: Code) -> str:
    """The UID of that name in a group.

    Parameters
    ----------
    group : Dataset
        A container.
    name : Code
        Concept name.

    Returns
    -------
    str
        Empty where there is none.
    """
    return next((str(item.UID) for item in items(group, "UIDREF", name)), "")


def points_of(region: Dataset) -> Points:
    """The points of coordinates on an image.

    Parameters
    ----------
    region : Dataset
        Item of value type SCOORD.

    Returns
    -------
    Points
        (n, 2), column and row in pixel edges (PS3.3 C.18.6.1.2).

    Raises
    ------
    ValueError
        Where a coordinate is missing or is no number.
    """
    points = np.array(region.GraphicData, np.float64).reshape(-1, 2)
    if not len(points) or not np.isfinite(points).all():
        raise ValueError("a coordinate is no number")
    return points


def extent_of(region: Dataset) -> Box:
    """The box round a region.

    Parameters
    ----------
    region : Dataset
        Item of value type SCOORD and graphic type POLYLINE, CIRCLE or ELLIPSE.

    Returns
    -------
    Box
        In pixel edges.

    Raises
    ------
    ValueError
        Where it has no area.
    """
    points = points_of(region)
    low, high = points.min(axis=0), points.max(axis=0)
    if region.GraphicType == "CIRCLE" and len(points) == 2:
        radius = math.dist(points[0], points[1])
        low, high = points[0] - radius, points[0] + radius
    elif region.GraphicType == "ELLIPSE" and len(points) == 4:
        middle = points[:2].mean(axis=0)
        half = np.hypot(*((points[1] - points[0]) / 2, (points[3] - points[2]) / 2))
        low, high = middle - half, middle + half
    return Box(*low.tolist(), *high.tolist())
