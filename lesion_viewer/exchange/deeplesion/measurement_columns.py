"""DeepLesion's measurement columns: RECIST axes, their lengths, and where in the body they are."""

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.deeplesion.annotation_rows import EXACT, plain
from lesion_viewer.review.recist import Axes, axes_of

TO_CENTRE = Decimal("0.5")
"""DeepLesion counts pixel centres from 1; the centre of the first is .5 in pixel edges."""

MIN_APART_PX = 5.0
"""Labels nearer to each other than that do not tell how large the body is."""


def axes_in(text: str) -> Axes | None:
    """The axes in ``Measurement_coordinates``; None where it does not hold eight numbers.

    The arithmetic is decimal, so that ``axes_text`` gives the same numbers back.
    """
    try:
        ends = [float(EXACT.subtract(Decimal(n.strip()), TO_CENTRE)) for n in text.split(",")]
        a, b, c, d, e, f, g, h = ends
        return Axes((a, b, c, d), (e, f, g, h))
    except (ValueError, InvalidOperation):
        return None


def axes_text(axes: Axes) -> str:
    """The axes as DeepLesion writes them: x, y of the long one's ends, then of the short one's."""
    ends = (*axes.long, *axes.short)
    return ", ".join(plain(EXACT.add(Decimal(repr(float(end))), TO_CENTRE)) for end in ends)


def lengths_text(axes: Axes) -> str:
    """Both lengths in pixels as DeepLesion writes them, with six digits."""
    return ", ".join(f"{length:.6g}" for length in axes.lengths_px)


def drawn_or_own(axes: Axes | None, box: Box) -> Axes:
    """The axes that were measured; those through the box's middle where nobody has."""
    return axes if axes is not None else axes_of(box)


def only_drawn(axes: Axes | None, box: Box | None) -> Axes | None:
    """Axes from a file that somebody has measured: not those that follow from the box alone."""
    return None if box is None or axes == axes_of(box) else axes


def location_text(box: Box, others: Sequence[tuple[Box, str]]) -> str:
    """``Normalized_lesion_location`` of a box; empty where the image's labels do not tell it.

    Parameters
    ----------
    box : tight
    others : tight box and location of the image's labels

    Notes
    -----
    DeepLesion's x and y are linear in the middle of the box over the width and height of the body
    on the slice; z, along the body, is the same for the whole slice. Two labels that lie apart
    give both lines.
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
