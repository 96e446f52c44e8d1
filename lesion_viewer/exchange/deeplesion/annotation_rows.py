"""DeepLesion's annotation rows: columns, boxes and slice names.

The module does not depend on reviews, so that training reads the rows through it too.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path, PurePosixPath

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.exchange.csv_records import BLANK, Record, Table, read_table, unguarded

FILE_COLUMNS = ("File_name", "Patient_index", "Study_index", "Series_ID")
COLUMNS = (
    *FILE_COLUMNS,
    "Key_slice_index",
    "Measurement_coordinates",
    "Bounding_boxes",
    "Lesion_diameters_Pixel_",
    "Normalized_lesion_location",
    "Coarse_lesion_type",
    "Possibly_noisy",
    "Slice_range",
    "Spacing_mm_px_",
    "Image_size",
    "DICOM_windows",
    "Patient_gender",
    "Patient_age",
    "Train_Val_Test",
)
MEASURED_COLUMNS = ("Measurement_coordinates", "Lesion_diameters_Pixel_")
COARSE_TYPE = "Coarse_lesion_type"
TYPE_TEXT = "Lesion_type"
"""Column of a reviewed CSV, not one of DeepLesion's: the lesion type as free text."""
PADDING_PX = 5  # on every side of the extent of the RECIST marks
EXACT = Context(prec=60)
FOLDER = re.compile(r"(\d{1,18})_(\d{1,18})_(\d{1,18})")  # patient, study, series


@dataclass(frozen=True, slots=True)
class Annotation:
    """One row: a lesion on its key slice.

    Attributes
    ----------
    row : int
        0-based data row of the file.
    file_name : str
        Slice name as DeepLesion writes it, ``000001_01_01_109.png``.
    box : Box | None
        Tight box in 0-based pixel edges; None where the row has none, or none with an area once the
        padding is taken off.
    values : Mapping[str, str]
        Column name -> unquoted value, for all columns.
    """

    row: int
    file_name: str
    box: Box | None
    values: Mapping[str, str]


def read_annotations(path: Path) -> tuple[Annotation, ...]:
    """The rows of a DeepLesion CSV.

    Parameters
    ----------
    path : Path
        CSV file with the columns ``File_name`` and ``Bounding_boxes``.

    Returns
    -------
    tuple[Annotation, ...]
        Rows in the order of the file, without blank lines.

    Raises
    ------
    ExchangeError
        Where the file is no such CSV, or a box is not four numbers; names the line and column.
    """
    table = read_table(path, ("File_name", "Bounding_boxes"))
    return tuple(
        Annotation(
            row,
            table.cell(record, "File_name"),
            box_in(table, record, "Bounding_boxes"),
            {name: table.cell(record, name) for name in table.names},
        )
        for row, record in enumerate(table.records)
        if record.fields != BLANK
    )


def lesion_type_of(values: Mapping[str, str]) -> str:
    """The lesion type of a row: its free text where it has one, else DeepLesion's type.

    Parameters
    ----------
    values : Mapping[str, str]
        Column name -> unquoted value; the type columns may be missing.

    Returns
    -------
    str
        Lesion type; empty where the row has none.
    """
    written = lesion_type_in(unguarded(values.get(TYPE_TEXT, "")))
    return written or lesion_type_in(unguarded(values.get(COARSE_TYPE, "")))


def box_in(table: Table, record: Record, column: str) -> Box | None:
    """The tight box in a column.

    Parameters
    ----------
    table : Table
        Table with the column.
    record : Record
        A record of the table.
    column : str
        Name of a column of boxes as DeepLesion writes them.

    Returns
    -------
    Box | None
        Box in 0-based pixel edges; None for an empty cell, or where no area is left without the
        padding.

    Raises
    ------
    ExchangeError
        Where the cell holds something, but not four numbers.
    """
    if not table.cell(record, column).strip():
        return None
    try:
        corners = corners_of(table.cell(record, column))
    except ValueError as error:
        raise table.error(record, column, str(error)) from error
    try:
        return Box(*corners)
    except ValueError:
        return None


def corners_of(text: str) -> tuple[float, float, float, float]:
    """The corners of the tight box that a cell of DeepLesion holds.

    DeepLesion counts pixels from 1, gives the centres of the outermost pixels, and pads by 5 px.
    The arithmetic is decimal, so that ``box_text`` gives the same number back.

    Parameters
    ----------
    text : str
        Four numbers between commas, as DeepLesion writes a box.

    Returns
    -------
    tuple[float, float, float, float]
        X1, y1, x2, y2 in 0-based pixel edges.

    Raises
    ------
    ValueError
        For anything but four finite numbers.
    """
    try:
        x1, y1, x2, y2 = (Decimal(number.strip()) for number in text.split(","))
    except (ValueError, InvalidOperation):
        raise ValueError(f"needs four numbers, not {text[:60]!r}") from None
    if not all(number.is_finite() for number in (x1, y1, x2, y2)):
        raise ValueError(f"needs finite numbers, not {text[:60]!r}")
    first, last = Decimal(PADDING_PX - 1), Decimal(-PADDING_PX)
    shifted = [EXACT.add(x1, first), EXACT.add(y1, first), EXACT.add(x2, last), EXACT.add(y2, last)]
    return float(shifted[0]), float(shifted[1]), float(shifted[2]), float(shifted[3])


def box_text(box: Box) -> str:
    """A tight box as DeepLesion writes it: pixels counted from 1, padded by 5 px.

    Parameters
    ----------
    box : Box
        Tight box in 0-based pixel edges.

    Returns
    -------
    str
        Four numbers between commas, in the fewest digits that are exact.
    """
    shifts = (1 - PADDING_PX, 1 - PADDING_PX, PADDING_PX, PADDING_PX)
    numbers = [
        EXACT.add(Decimal(repr(float(edge))), Decimal(shift))
        for edge, shift in zip(box.as_tuple(), shifts, strict=True)
    ]
    return ", ".join(plain(number) for number in numbers)


def slice_name(series_uid: str, file: str) -> str:
    """DeepLesion's name of a slice: ``000001_01_01_109.png`` for 109.png in 000001_01_01.

    Parameters
    ----------
    series_uid : str
        UID of a series of PNGs: folder, ``/`` and the numbers of its slices.
    file : str
        File name of the slice, with or without folders.

    Returns
    -------
    str
        Name as it stands in ``File_name``.
    """
    return f"{folder_of(series_uid)}_{slice_number(file)}.png"


def folder_of(series_uid: str) -> str:
    """The DeepLesion folder (patient, study, series) of a series of PNGs.

    Parameters
    ----------
    series_uid : str
        UID of a series of PNGs: folder, ``/`` and the numbers of its slices.

    Returns
    -------
    str
        Folder name, ``000001_01_01``.
    """
    return series_uid.rpartition("/")[0]


def slice_number(file: str) -> str:
    """The number in a slice's file name.

    Parameters
    ----------
    file : str
        File name of the slice, with or without folders.

    Returns
    -------
    str
        Digits as they stand in the name, with leading zeros.
    """
    return PurePosixPath(file).stem.rpartition("_")[2]


def indices_of(folder: str) -> tuple[str, str, str]:
    """Patient index, study index and series ID of a DeepLesion folder.

    Parameters
    ----------
    folder : str
        Folder name, ``000001_01_01``.

    Returns
    -------
    tuple[str, str, str]
        Each number without leading zeros; three empty texts where the name is of another form.
    """
    match = FOLDER.fullmatch(folder)
    if match is None:
        return "", "", ""
    patient, study, series = (str(int(number)) for number in match.groups())
    return patient, study, series


def numbers_text(numbers: Iterable[float]) -> str:
    """Numbers as DeepLesion writes several of them in one column.

    Parameters
    ----------
    numbers : Iterable[float]
        Finite numbers.

    Returns
    -------
    str
        Numbers between commas, in the fewest digits that are exact.
    """
    return ", ".join(plain(Decimal(repr(float(n)))) for n in numbers)


def plain(number: Decimal) -> str:
    """The digits of a number, without an exponent and without trailing zeros.

    Parameters
    ----------
    number : Decimal
        A finite number.

    Returns
    -------
    str
        Digits, with a minus sign and a decimal point where it needs them.
    """
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
