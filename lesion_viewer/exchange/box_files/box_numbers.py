"""The numbers of a box in a table: which four they are, from text and back to text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.box_files.coco_boxes import edge_after, extent_between
from lesion_viewer.exchange.deeplesion.annotation_rows import plain

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
MAX_CHARACTERS = 40


class BoxForm(StrEnum):
    """What the four numbers of a box are."""

    CORNERS = "x1, y1, x2, y2"
    SIZE = "x, y, width, height"
    CENTRE = "middle x, middle y, width, height"


def number_in(text: str) -> float:
    """A finite number, with a point or a comma before its decimals.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    float
        Its value.

    Raises
    ------
    ValueError
        For anything else.
    """
    cell = text.strip()
    cell = cell.replace(",", ".") if "." not in cell and cell.count(",") == 1 else cell
    if not NUMBER.fullmatch(cell) or len(cell) > MAX_CHARACTERS:
        raise ValueError(f"a number is wanted, not {text[:MAX_CHARACTERS]!r}")
    return float(cell)


def numbers_in_one(text: str) -> list[float]:
    """The four numbers of a cell, in brackets or not, between commas, semicolons or blanks.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    list[float]
        In their order.

    Raises
    ------
    ValueError
        Where they are not four.
    """
    parts = text.strip().strip("[](){}").strip()
    split = re.split(r"\s*[,;]\s*|\s+", parts)
    if ";" in parts or (parts.count(",") != 3 and len(parts.split()) == 4):
        split = re.split(r"\s*;\s*|\s+", parts)
    if len(split) != 4:
        raise ValueError(f"a box needs four numbers, not {text[:MAX_CHARACTERS]!r}")
    return [number_in(part) for part in split]


def box_in_cells(texts: Sequence[str], form: BoxForm) -> tuple[Box | None, str]:
    """The box of its cells.

    Parameters
    ----------
    texts : Sequence[str]
        Four cells with a number each, or one with all four.
    form : BoxForm
        What the numbers are.

    Returns
    -------
    tuple[Box | None, str]
        The box in 0-based pixel edges, and why there is none; neither where all cells are empty.
    """
    if not any(text.strip() for text in texts):
        return None, ""
    try:
        numbers = [number_in(t) for t in texts] if len(texts) == 4 else numbers_in_one(texts[0])
        return box_from(numbers, form), ""
    except (ValueError, IndexError) as error:
        return None, str(error)


def form_of(cells: Iterable[str], name: str) -> BoxForm:
    """What the numbers of a column that holds all four are, judged by the boxes themselves.

    Parameters
    ----------
    cells : Iterable[str]
        Of the column; those that cannot be read are passed over.
    name : str
        Of the column, for what is said of it.

    Returns
    -------
    BoxForm
        ``CORNERS`` where the last two numbers are larger than the first two in every cell,
        ``SIZE`` where they are in none.

    Raises
    ------
    ValueError
        Where the cells do not agree.
    """
    found = set()
    for cell in cells:
        try:
            a, b, c, d = numbers_in_one(cell)
        except ValueError:
            continue
        found.add(BoxForm.CORNERS if c > a and d > b else BoxForm.SIZE)
    if len(found) > 1:
        raise ValueError(
            f"the numbers of {name} may be x1, y1, x2, y2 or x, y, width, height;"
            " name the column bbox_xyxy or bbox_xywh"
        )
    return next(iter(found), BoxForm.CORNERS)


def box_from(numbers: Sequence[float], form: BoxForm) -> Box:
    """The box of four numbers.

    Parameters
    ----------
    numbers : Sequence[float]
        As the table has them, in pixels.
    form : BoxForm
        What they are.

    Returns
    -------
    Box
        In 0-based pixel edges.

    Raises
    ------
    ValueError
        For a box without area.
    """
    a, b, c, d = numbers
    if form is BoxForm.CORNERS:
        return Box(a, b, c, d)
    if form is BoxForm.CENTRE:
        return Box(a - c / 2, b - d / 2, a + c / 2, b + d / 2)
    return Box(a, b, edge_after(a, c), edge_after(b, d))


def numbers_of(box: Box, form: BoxForm) -> list[str]:
    """The four numbers of a box as text; ``box_from`` gives the box back.

    Parameters
    ----------
    box : Box
        In 0-based pixel edges.
    form : BoxForm
        What the numbers are to be.

    Returns
    -------
    list[str]
        In the fewest digits that are exact, with a decimal point.
    """
    width, height = extent_between(box.x1, box.x2), extent_between(box.y1, box.y2)
    numbers: Mapping[BoxForm, tuple[float, ...]] = {
        BoxForm.CORNERS: box.as_tuple(),
        BoxForm.SIZE: (box.x1, box.y1, width, height),
        BoxForm.CENTRE: (*box.centre, width, height),
    }
    return [plain(Decimal(repr(float(number)))) for number in numbers[form]]
