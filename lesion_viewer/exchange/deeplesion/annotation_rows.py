"""DeepLesion's annotation rows: their columns, their boxes, and the slices they speak of.

It knows nothing of reviews, so that training reads the same rows by the same conversion.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path, PurePosixPath

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.csv_records import BLANK, Record, Table, read_table

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
PADDING_PX = 5  # on every side of the extent of the RECIST marks
EXACT = Context(prec=60)
FOLDER = re.compile(r"(\d+)_(\d+)_(\d+)")  # patient, study, series


@dataclass(frozen=True, slots=True)
class Annotation:
    """One row: a lesion on its key slice.

    Attributes
    ----------
    row : 0-based, of the data rows
    file_name : as DeepLesion writes it, ``000001_01_01_109.png``
    box : tight; None where there is none, or it has no area once its padding is taken off
    values : all columns by name, unquoted
    """

    row: int
    file_name: str
    box: Box | None
    values: Mapping[str, str]


def read_annotations(path: Path) -> tuple[Annotation, ...]:
    """The rows of a DeepLesion CSV, in its order; blank lines left out.

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


def box_in(table: Table, record: Record, column: str) -> Box | None:
    """The tight box in a column; None for an empty cell, and where unpadding leaves no area.

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
    """Tight x1, y1, x2, y2 in 0-based pixel edges of a box as DeepLesion writes it.

    DeepLesion counts pixels from 1, gives the centres of the outermost ones, and pads by 5 px. The
    arithmetic is decimal, so that ``box_text`` gives the same number back.

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
    """A tight box as DeepLesion writes it: counted from 1, padded by 5 px."""
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
    series_uid : of a series of PNGs: folder, ``/``, numbers of its slices
    file : the slice's, with or without folders
    """
    return f"{folder_of(series_uid)}_{slice_number(file)}.png"


def folder_of(series_uid: str) -> str:
    """The DeepLesion folder (patient, study, series) of a series of PNGs."""
    return series_uid.rpartition("/")[0]


def slice_number(file: str) -> str:
    """The number in a slice's file name, as it is spelled there."""
    return PurePosixPath(file).stem.rpartition("_")[2]


def indices_of(folder: str) -> tuple[str, str, str]:
    """Patient index, study index and series id of a folder; empty for another kind of name."""
    match = FOLDER.fullmatch(folder)
    if match is None:
        return "", "", ""
    patient, study, series = (str(int(number)) for number in match.groups())
    return patient, study, series


def numbers_text(numbers: Iterable[float]) -> str:
    """Numbers as DeepLesion writes several in a column, in the fewest digits that are exact."""
    return ", ".join(plain(Decimal(repr(float(n)))) for n in numbers)


def plain(number: Decimal) -> str:
    """A number's digits without an exponent and without zeros at the end."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
