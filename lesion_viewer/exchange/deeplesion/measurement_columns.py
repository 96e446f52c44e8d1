"""DeepLesion's measurement columns: RECIST axes, their lengths, and the location in the body."""

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.deeplesion.annotation_rows import EXACT, plain
from lesion_viewer.review.recist import Axes, axes_of

TO_CENTRE = Decimal("0.5")
"""DeepLesion counts pixel centres from 1; the first centre is at 0.5 in pixel edges."""

MIN_APART_PX = 5.0
"""Labels nearer to each other than this do not determine the size of the body."""


def axes_in(text: str) -> Axes | None:
    """The RECIST axes in a cell of ``Measurement_coordinates``.

    The arithmetic is decimal, so that ``axes_text`` gives the same numbers back.

    Parameters
    ----------
    text : str
        Eight numbers between commas: x, y of the long axis's ends, then of the short axis's.

    Returns
    -------
    Axes | None
        Axes in 0-based pixel edges; None where the text does not hold eight numbers.
    """
    try:
        ends = [float(EXACT.subtract(Decimal(n.strip()), TO_CENTRE)) for n in text.split(",")]
        a, b, c, d, e, f, g, h = ends
        return Axes((a, b, c, d), (e, f, g, h))
    except (ValueError, InvalidOperation):
        return None


def axes_text(axes: Axes) -> str:
    """The axes as DeepLesion writes them.

    Parameters
    ----------
    axes : Axes
        RECIST axes in 0-based pixel edges.

    Returns
    -------
    str
        X, y of the long axis's ends, then of the short axis's, between commas.
    """
    ends = (*axes.long, *axes.short)
    return ", ".join(plain(EXACT.add(Decimal(repr(float(end))), TO_CENTRE)) for end in ends)


def lengths_text(axes: Axes) -> str:
    """The lengths of both axes as DeepLesion writes them.

    Parameters
    ----------
    axes : Axes
        RECIST axes in 0-based pixel edges.

    Returns
    -------
    str
        Long and short length in pixels, with six significant digits.
    """
    return ", ".join(f"{length:.6g}" for length in axes.lengths_px)


def drawn_or_own(axes: Axes | None, box: Box) -> Axes:
    """The axes that were measured, or those through the middle of the box.

    Parameters
    ----------
    axes : Axes | None
        Measured RECIST axes; None where nobody has measured.
    box : Box
        Tight box of the lesion on the same slice.

    Returns
    -------
    Axes
        Axes in 0-based pixel edges.
    """
    return axes if axes is not None else axes_of(box)


def only_drawn(axes: Axes | None, box: Box | None) -> Axes | None:
    """The axes of a file, unless they follow from the box alone.

    Parameters
    ----------
    axes : Axes | None
        RECIST axes in a file.
    box : Box | None
        Tight box in the same row.

    Returns
    -------
    Axes | None
        Axes that somebody has measured; None where there is no box, or they equal ``axes_of(box)``.
    """
    return None if box is None or axes == axes_of(box) else axes


def location_text(box: Box, others: Sequence[tuple[Box, str]]) -> str:
    """``Normalized_lesion_location`` of a box, worked out from other labels of its slice.

    Parameters
    ----------
    box : Box
        Tight box in 0-based pixel edges.
    others : Sequence[tuple[Box, str]]
        Tight box and ``Normalized_lesion_location`` of each label of the slice.

    Returns
    -------
    str
        X, y, z between commas; empty where the labels do not determine them.

    Notes
    -----
    DeepLesion's x and y are linear in the middle of the box, over the width and height of the body
    on the slice; z, along the body, is the same for the whole slice. Two labels that lie apart
    determine both lines.
    """
    known = [(o.centre, _numbers(text)) for o, text in others]
    points = [(centre, place) for centre, place in known if len(place) == 3]
    values = []
    for axis in (0, 1):
        low = min(points, key=lambda p: p[0][axis], default=None)
        high = max(points, key=lambda p: p[0][axis], default=None)
        if low is None or high is None or high[0][axis] - low[0][axis] < MIN_APART_PX:
            return ""
        ends = (low[0][axis], high[0][axis])
        slope = (high[1][axis] - low[1][axis]) / (ends[1] - ends[0])
        values.append(low[1][axis] + slope * (box.centre[axis] - ends[0]))
    values.append(float(np.median([place[2] for _, place in points])))
    return ", ".join(f"{value:.6g}" for value in values)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        numbers = tuple(map(float, text.split(",")))
    except ValueError:
        return ()
    return numbers if all(map(math.isfinite, numbers)) else ()
