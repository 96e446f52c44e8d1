"""Which columns of a table of boxes are which, by the names that are usual for them.

Names are compared without case, blanks, underscores, hyphens and full stops; the usual one is
first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.box_numbers import BoxForm, form_of
from lesion_viewer.exchange.csv_records import DELIMITERS, Record, Table, unguarded, unquoted

LABEL = (
    "lesiontype", "label", "class", "classname", "category", "categoryname", "type",
    "coarselesiontype",
)  # fmt: skip
CODED = ("lesiontype", "coarselesiontype")
"""Columns of ``LABEL`` whose numbers are DeepLesion's; elsewhere they are a tool's own."""
SCORE = ("score", "confidence", "conf", "probability", "prob")
WIDTH = ("width", "imagewidth", "imgwidth")
HEIGHT = ("height", "imageheight", "imgheight")
ANNOTATION_ID = ("annotationid", "id", "boxid")
EXTENTS = (
    ("w", "width", "bboxwidth", "boxwidth", "bboxw", "boxw"),
    ("h", "height", "bboxheight", "boxheight", "bboxh", "boxh"),
)
FORMS: tuple[tuple[BoxForm, tuple[tuple[str, ...], ...]], ...] = (
    (
        BoxForm.CORNERS,
        (
            ("x1", "xmin", "left", "bboxx1", "bboxxmin", "boxx1", "x0"),
            ("y1", "ymin", "top", "bboxy1", "bboxymin", "boxy1", "y0"),
            ("x2", "xmax", "right", "bboxx2", "bboxxmax", "boxx2"),
            ("y2", "ymax", "bottom", "bboxy2", "bboxymax", "boxy2"),
        ),
    ),
    (BoxForm.CORNERS, (("x0",), ("y0",), ("x1",), ("y1",))),
    (
        BoxForm.CENTRE,
        (
            ("xcenter", "xcentre", "centerx", "centrex", "xc", "cx"),
            ("ycenter", "ycentre", "centery", "centrey", "yc", "cy"),
            *EXTENTS,
        ),
    ),
    (
        BoxForm.SIZE,
        (
            ("x", "left", "x1", "xmin", "bboxx", "boxx"),
            ("y", "top", "y1", "ymin", "bboxy", "boxy"),
            *EXTENTS,
        ),
    ),
)
IN_ONE = ("bboxxyxy", "bboxxywh", "bbox", "box", "boundingbox", "bboxes", "boxes")
SEPARATORS = re.compile(r"[\s_.\-]+")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
SHOWN_NAMES = 20
FORMS_TEXT = "(also xmin, ymin, xmax, ymax; x, y, width, height; or one column bbox)"


@dataclass(frozen=True, slots=True)
class ImageColumn:
    """The column that says which image a row is of.

    Attributes
    ----------
    aliases : tuple[str, ...]
        Its usual names, as they are compared.
    name : str
        What a message calls it.
    wanted : str
        What a table of this kind needs, as a clause.
    """

    aliases: tuple[str, ...]
    name: str
    wanted: str


BY_FILE = ImageColumn(
    (
        "filename", "file", "imagepath", "imagefile", "imagename", "image", "imgpath", "imgname",
        "img", "path", "filepath",
    ),
    "File_name",
    "wanted are DeepLesion's columns, or file, x1, y1, x2, y2 and, if known, label and score "
    + FORMS_TEXT,
)  # fmt: skip
BY_UID = ImageColumn(
    ("sopinstanceuid", "sopuid", "instanceuid", "sopinstance", "imageuid", "dicomuid", "uid"),
    "SOPInstanceUID",
    "wanted are SOPInstanceUID, x1, y1, x2, y2 and, if known, label, score and a number of the"
    f" finding {FORMS_TEXT}, or DeepLesion's columns",
)


@dataclass(frozen=True, slots=True)
class BoxColumns:
    """Where a table has what; places count from 0 and are None for what it lacks.

    Attributes
    ----------
    image : int
        Place of the image's name.
    box : tuple[int, ...]
        Places of the four numbers of a box, or of the one column that holds them.
    form : BoxForm | None
        What the numbers are; None where one column ``bbox`` does not say.
    label, score, width, height, annotation_id : int | None
        Places of these columns.
    is_coded : bool
        Whether numbers under ``label`` are DeepLesion's lesion types.
    """

    image: int
    box: tuple[int, ...]
    form: BoxForm | None
    label: int | None
    score: int | None
    width: int | None
    height: int | None
    annotation_id: int | None
    is_coded: bool

    def lesion_type(self, text: str) -> str:
        """The lesion type that a cell under ``label`` gives.

        Parameters
        ----------
        text : str
            Of the cell.

        Returns
        -------
        str
            Empty for none, and for the number of another tool's class.
        """
        is_class_number = text.strip().isdecimal() and not self.is_coded
        return "" if is_class_number else lesion_type_in(text)


def columns_of(
    path: Path, names: Sequence[str], delimiter: str, image: ImageColumn = BY_FILE
) -> BoxColumns:
    """The columns of a table of boxes.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    names : Sequence[str]
        Of the columns, as in the file.
    delimiter : str
        What stands between them.
    image : ImageColumn
        What says which image a row is of.

    Returns
    -------
    BoxColumns
        Their places.

    Raises
    ------
    ExchangeError
        Where it has no such column, or no box; says what was seen and what is wanted.
    """
    places = _places(names)
    of_image, found = _first(places, image.aliases), _box(places)
    if of_image is None or found is None:
        lacking = image.name if of_image is None else _lacking(places)
        seen = ", ".join(name[:30] for name in names[:SHOWN_NAMES])
        raise ExchangeError(
            f"{path}, line 1: the column {lacking} is missing; seen between"
            f" {DELIMITERS[delimiter]}: {seen}; {image.wanted}"
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
    is_coded = label is not None and label == _first(places, CODED)
    return BoxColumns(of_image, box, form, label, score, width, height, number, is_coded)


def box_form(table: Table, columns: BoxColumns) -> BoxForm:
    """What the numbers of a table's boxes are.

    Parameters
    ----------
    table : Table
        As it came.
    columns : BoxColumns
        Of the table.

    Returns
    -------
    BoxForm
        As the names of the columns say; where they do not, as all rows agree.

    Raises
    ------
    ExchangeError
        Where the rows do not agree.
    """
    place = columns.box[0]
    if columns.form is not None:
        return columns.form
    try:
        return form_of((cell_at(r, place) for r in table.records), table.names[place])
    except ValueError as error:
        raise ExchangeError(f"{table.path}: {error}") from error


def has_decimal_comma(table: Table, columns: BoxColumns) -> bool:
    """Whether numbers of a table have a comma before their decimals.

    Parameters
    ----------
    table : Table
        As it came.
    columns : BoxColumns
        Of the table; one column for a whole box does not tell.
    """
    if len(columns.box) == 1:
        return False
    places = (*columns.box, *([columns.score] if columns.score is not None else []))
    is_clear = table.header.delimiter != ","
    return any(
        "," in cell and (is_clear or not THOUSANDS.fullmatch(cell))
        for record in table.records
        for cell in (cell_at(record, place) for place in places)
    )


def unclear_numbers(table: Table, columns: BoxColumns) -> dict[int, str]:
    """Rows of a table between commas with a number that may be 1024 or 1.024.

    Parameters
    ----------
    table : Table
        As it came.
    columns : BoxColumns
        Of the table.

    Returns
    -------
    dict[int, str]
        Line of the row -> what is wrong with it; none where other numbers have decimal commas.
    """
    if table.header.delimiter != "," or has_decimal_comma(table, columns):
        return {}
    return {
        record.line: f"column {table.names[place]}: {text} may be {text.replace(',', '')} or"
        f" {text.replace(',', '.')}; numbers are wanted without a comma"
        for record in table.records
        for place in reversed(columns.box)
        if THOUSANDS.fullmatch(text := cell_at(record, place))
    }


def place_of(names: Sequence[str], aliases: Sequence[str]) -> int | None:
    """The place of the first column that has one of these names; None where none has.

    Parameters
    ----------
    names : Sequence[str]
        Of the columns, as in the file.
    aliases : Sequence[str]
        Names as they are compared, the usual one first.

    Returns
    -------
    int | None
        Counted from 0.
    """
    return _first(_places(names), aliases)


def cell_at(record: Record, place: int | None) -> str:
    """The text of a cell without quotes, guard and blanks round it.

    Parameters
    ----------
    record : Record
        The row.
    place : int | None
        Of the column, from 0.

    Returns
    -------
    str
        Empty where the table has no such column, or the row ends before it.
    """
    if place is None or place >= len(record.fields):
        return ""
    return unguarded(unquoted(record.fields[place])).strip()


def _places(names: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(SEPARATORS.sub("", name.casefold()), place)
    return places


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
    said = {"bboxxyxy": BoxForm.CORNERS, "bboxxywh": BoxForm.SIZE}
    return next((f for name, f in said.items() if places.get(name) == one), None), (one,)


def _lacking(places: Mapping[str, int]) -> str:
    """The first column that is missing from the form of which most columns are there."""
    lacking = [[n[0] for n in of if _first(places, n) is None] for _, of in FORMS]
    return min(lacking, key=len)[0]
