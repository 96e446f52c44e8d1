"""Which columns of a plain table of boxes are which, by the names that are usual for them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.coco_boxes import edge_after, extent_between
from lesion_viewer.exchange.csv_records import DELIMITERS
from lesion_viewer.exchange.deeplesion.annotation_rows import plain

FILE = (
    "file_name", "filename", "file", "image_path", "image_file", "image_name", "image", "img_path",
    "img_name", "img", "path", "file_path", "filepath",
)  # fmt: skip
LABEL = (
    "lesion_type", "label", "class", "class_name", "category", "category_name", "type",
    "coarse_lesion_type",
)  # fmt: skip
SCORE = ("score", "confidence", "conf", "probability", "prob")
WIDTH = ("width", "image_width", "img_width")
HEIGHT = ("height", "image_height", "img_height")
ANNOTATION_ID = ("annotation_id", "id", "box_id")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
WANTED = (
    "wanted are DeepLesion's columns, or file, x1, y1, x2, y2 and, if known, label and score"
    " (also xmin, ymin, xmax, ymax; x, y, width, height; or one column bbox)"
)


class BoxForm(StrEnum):
    """What the numbers of a box are."""

    CORNERS = "x1, y1, x2, y2"
    SIZE = "x, y, width, height"
    CENTRE = "middle x, middle y, width, height"


FORMS: tuple[tuple[BoxForm, tuple[tuple[str, ...], ...]], ...] = (
    (
        BoxForm.CORNERS,
        (
            ("x1", "xmin", "x_min", "left", "bbox_x1", "bbox_xmin", "box_x1", "x_1"),
            ("y1", "ymin", "y_min", "top", "bbox_y1", "bbox_ymin", "box_y1", "y_1"),
            ("x2", "xmax", "x_max", "right", "bbox_x2", "bbox_xmax", "box_x2", "x_2"),
            ("y2", "ymax", "y_max", "bottom", "bbox_y2", "bbox_ymax", "box_y2", "y_2"),
        ),
    ),
    (
        BoxForm.CENTRE,
        (
            ("x_center", "x_centre", "center_x", "centre_x", "xc", "cx"),
            ("y_center", "y_centre", "center_y", "centre_y", "yc", "cy"),
            ("w", "width", "bbox_width", "box_width", "bbox_w", "box_w"),
            ("h", "height", "bbox_height", "box_height", "bbox_h", "box_h"),
        ),
    ),
    (
        BoxForm.SIZE,
        (
            ("x", "left", "x1", "xmin", "x_min", "bbox_x", "box_x"),
            ("y", "top", "y1", "ymin", "y_min", "bbox_y", "box_y"),
            ("w", "width", "bbox_width", "box_width", "bbox_w", "box_w"),
            ("h", "height", "bbox_height", "box_height", "bbox_h", "box_h"),
        ),
    ),
)
IN_ONE = ("bbox_xyxy", "bbox_xywh", "bbox", "box", "bounding_box", "bboxes", "boxes")


@dataclass(frozen=True, slots=True)
class PlainColumns:
    """Where a table has what; places count from 0 and are None for what it lacks.

    Attributes
    ----------
    file, label, score, width, height, annotation_id : int | None
        Places of these columns.
    box : tuple[int, ...]
        Places of the four numbers of a box, or of the one column that holds them.
    form : BoxForm | None
        What the numbers are; None where one column ``bbox`` does not say.
    """

    file: int
    box: tuple[int, ...]
    form: BoxForm | None
    label: int | None
    score: int | None
    width: int | None
    height: int | None
    annotation_id: int | None


def columns_of(path: Path, names: Sequence[str], delimiter: str) -> PlainColumns:
    """The columns of a plain table.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    names : Sequence[str]
        Of the columns, as in the file.
    delimiter : str
        What stands between them.

    Raises
    ------
    ExchangeError
        Where it has no column of files, or no box; says what was seen and what is wanted.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(re.sub(r"[\s\-.]+", "_", name.strip().casefold()), place)
    file = _first(places, FILE)
    found = _box(places)
    if file is None or found is None:
        lacking = "File_name" if file is None else _lacking(places)
        seen = ", ".join(name[:30] for name in names[:20])
        raise ExchangeError(
            f"{path}, line 1: the column {lacking} is missing; seen between"
            f" {DELIMITERS[delimiter]}: {seen}; {WANTED}"
        )
    form, box = found
    if {"originalwidth", "originalheight"} & {name.replace("_", "") for name in places}:
        raise ExchangeError(
            f"{path}: its boxes are Label Studio's, in percent of original_width and"
            " original_height; boxes are wanted in pixels"
        )
    sizes = [_first(places, of) for of in (WIDTH, HEIGHT)]
    width, height = (None if place in box else place for place in sizes)
    label, score, number = (_first(places, of) for of in (LABEL, SCORE, ANNOTATION_ID))
    return PlainColumns(file, box, form, label, score, width, height, number)


def number_in(text: str) -> float:
    """A finite number, with a point or a comma before its decimals.

    Parameters
    ----------
    text : str
        Of a cell.

    Raises
    ------
    ValueError
        For anything else.
    """
    cell = text.strip()
    cell = cell.replace(",", ".") if "." not in cell and cell.count(",") == 1 else cell
    if not NUMBER.fullmatch(cell) or len(cell) > 40:
        raise ValueError(f"a number is wanted, not {text[:40]!r}")
    return float(cell)


def numbers_in_one(text: str) -> list[float]:
    """The four numbers of a cell, in brackets or not, between commas, semicolons or blanks.

    Parameters
    ----------
    text : str
        Of a cell.

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
        raise ValueError(f"a box needs four numbers, not {text[:40]!r}")
    return [number_in(part) for part in split]


def box_from(numbers: Sequence[float], form: BoxForm) -> Box:
    """The box of four numbers.

    Parameters
    ----------
    numbers : Sequence[float]
        As the table has them.
    form : BoxForm
        What they are.

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
    """The four numbers of a box as text, in the fewest digits; ``box_from`` gives the box back.

    Parameters
    ----------
    box : Box
        In 0-based pixel edges.
    form : BoxForm
        What the numbers are to be.
    """
    width, height = extent_between(box.x1, box.x2), extent_between(box.y1, box.y2)
    numbers: Mapping[BoxForm, tuple[float, ...]] = {
        BoxForm.CORNERS: box.as_tuple(),
        BoxForm.SIZE: (box.x1, box.y1, width, height),
        BoxForm.CENTRE: (*box.centre, width, height),
    }
    return [plain(Decimal(repr(float(number)))) for number in numbers[form]]


def _first(places: Mapping[str, int], names: Sequence[str]) -> int | None:
    return next((places[name] for name in names if name in places), None)


def _box(places: Mapping[str, int]) -> tuple[BoxForm | None, tuple[int, ...]] | None:
    for form, aliases in FORMS:
        found = [_first(places, names) for names in aliases]
        box = tuple(place for place in found if place is not None)
        if len(box) == len(aliases):
            return form, box
    one = _first(places, IN_ONE)
    if one is None:
        return None
    said = {"bbox_xyxy": BoxForm.CORNERS, "bbox_xywh": BoxForm.SIZE}
    return next((f for name, f in said.items() if places.get(name) == one), None), (one,)


def _lacking(places: Mapping[str, int]) -> str:
    """The first column that is missing from the form of which most columns are there."""
    lacking = [[n[0] for n in of if _first(places, n) is None] for _, of in FORMS]
    return min(lacking, key=len)[0]
