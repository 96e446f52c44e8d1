"""The box of a COCO annotation: its ``bbox``, turned or not, else the extent of its outline."""

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

from lesion_viewer.detection.boxes import Box

MAX_PIXELS = 2**26
MAX_RUNS = 2**20


def box_of(annotation: Mapping[str, Any]) -> Box:
    """The box of an annotation, in 0-based pixel edges.

    A box that CVAT turned (``attributes.rotation``, degrees) is the extent of the turned one.

    Parameters
    ----------
    annotation : Mapping[str, Any]
        As in the file.

    Returns
    -------
    Box
        Its ``bbox``; the extent of its outline where it has none.

    Raises
    ------
    ValueError
        Where it has neither a box nor an outline, or one without area, or that is no numbers.
    """
    numbers = annotation.get("bbox")
    if numbers is None or numbers == []:
        return _extent(annotation.get("segmentation"))
    if not isinstance(numbers, Sequence) or isinstance(numbers, str) or len(numbers) != 4:
        raise ValueError(f"bbox needs four numbers, not {_short(numbers)}")
    x, y, width, height = (_number(n) for n in numbers)
    box = Box(x, y, edge_after(x, width), edge_after(y, height))
    attributes = annotation.get("attributes")
    rotation = attributes.get("rotation") if isinstance(attributes, Mapping) else None
    if isinstance(rotation, int | float) and math.isfinite(rotation) and rotation % 360:
        return _turned(box, math.radians(rotation))
    return box


def bbox_of(box: Box) -> list[float]:
    """COCO's ``bbox`` of a box; ``box_of`` gives the box back.

    Parameters
    ----------
    box : Box
        In 0-based pixel edges.

    Returns
    -------
    list[float]
        x, y, width and height, exact in decimal digits.
    """
    return [box.x1, box.y1, extent_between(box.x1, box.x2), extent_between(box.y1, box.y2)]


def edge_after(edge: float, extent: float) -> float:
    """The edge at the far end of an extent.

    Parameters
    ----------
    edge : float
        In pixels.
    extent : float
        In pixels.

    Returns
    -------
    float
        The sum as decimals: 93.3 for 80.1 and 13.2, which are 93.30000000000001 as floats.
    """
    if not (math.isfinite(edge) and math.isfinite(extent)):
        return edge + extent
    return float(Decimal(repr(edge)) + Decimal(repr(extent)))


def extent_between(first: float, last: float) -> float:
    """The extent from one edge to another.

    Parameters
    ----------
    first : float
        In pixels.
    last : float
        In pixels.

    Returns
    -------
    float
        The difference as decimals.
    """
    return float(Decimal(repr(float(last))) - Decimal(repr(float(first))))


def _number(value: Any) -> float:
    """A number of a box; text is none, though Python would read some of it as one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"bbox needs four numbers, not {_short(value)}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("bbox needs four numbers, not one beyond all pixels") from None


def _turned(box: Box, angle: float) -> Box:
    (x, y), cos, sin = box.centre, abs(math.cos(angle)), abs(math.sin(angle))
    half_width = (box.width * cos + box.height * sin) / 2
    half_height = (box.width * sin + box.height * cos) / 2
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _extent(outline: Any) -> Box:
    """The extent of polygons, or of a mask as runs (COCO's RLE, column by column)."""
    if isinstance(outline, Mapping):
        return _extent_of_mask(outline)
    if (
        not outline
        or not isinstance(outline, list)
        or not all(isinstance(p, list) for p in outline)
    ):
        raise ValueError("it has neither a box nor an outline")
    numbers = [[_number(n) for n in polygon] for polygon in outline]
    xs = [x for polygon in numbers for x in polygon[::2]]
    ys = [y for polygon in numbers for y in polygon[1::2]]
    if not xs or not ys or not all(map(math.isfinite, (*xs, *ys))):
        raise ValueError("its outline has no points")
    return Box(min(xs), min(ys), max(xs), max(ys))


def _extent_of_mask(mask: Mapping[str, Any]) -> Box:
    size, counts = mask.get("size"), mask.get("counts")
    if (
        not isinstance(size, list)
        or len(size) != 2
        or not all(isinstance(n, int) and n > 0 for n in size)
        or size[0] * size[1] > MAX_PIXELS
    ):
        raise ValueError(f"its mask has no size, but {_short(size)}")
    runs = list(_runs(counts))
    ends = list(accumulate(runs))
    if not ends or len(ends) > MAX_RUNS or min(runs) < 0 or ends[-1] > size[0] * size[1]:
        raise ValueError("its mask does not fit its size")
    rows, xs, ys = size[0], [], []
    for begin, end in zip(ends[0::2], ends[1::2], strict=False):  # every other run is lesion
        if end > begin:
            xs += [begin // rows, (end - 1) // rows]
            is_in_one_column = begin // rows == (end - 1) // rows
            ys += [begin % rows, (end - 1) % rows] if is_in_one_column else [0, rows - 1]
    if not xs:
        raise ValueError("its mask is empty")
    return Box(min(xs), min(ys), max(xs) + 1, max(ys) + 1)


def _runs(counts: Any) -> Iterator[int]:
    """Lengths of the runs; those of text as pycocotools packs them, 5 bits a character."""
    if isinstance(counts, list):
        if not all(isinstance(n, int) for n in counts):
            raise ValueError("its mask is no list of whole numbers")
        yield from counts
        return
    if not isinstance(counts, str):
        raise ValueError("its mask has no runs")
    before: list[int] = []
    value, shift = 0, 0
    for character in counts:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift > 30:
            raise ValueError("its mask is not as COCO packs it")
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        if len(before) > 2:
            value += before[-2]  # from the third on as the difference to the one before the last
        before.append(value)
        yield value
        value, shift = 0, 0


def _short(value: Any) -> str:
    return repr(value)[:60]
