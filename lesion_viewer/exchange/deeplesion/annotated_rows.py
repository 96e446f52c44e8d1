"""The rows of DeepLesion's CSV for a work list, read quickly and without boxes."""

import math
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import quick_rows, unguarded
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.deeplesion.groups import groups_of, organ_in, type_of_organ
from lesion_viewer.exchange.numbered_rows import AROUND, MAX_SIDE_PX, SIDE_PX, NumberedRow

MAX_SPACING_MM = 1e3  # larger numbers in a cell are ignored: no CT has them
MAX_DIGITS = 9


def annotated_rows(path: Path, content: bytes) -> tuple[str, list[NumberedRow]]:
    """A digest of the annotations in a CSV, and the rows that name a slice.

    A CSV that an export wrote has the same digest and rows as the file it was made from.

    Parameters
    ----------
    path : Path
        CSV file, for error messages.
    content : bytes
        Content of the file, in UTF-8.

    Returns
    -------
    tuple[str, list[NumberedRow]]
        SHA-256 over the slice names and boxes, and the rows in the order of the file.

    Raises
    ------
    ExchangeError
        Where the content is no CSV with DeepLesion's columns.
    """
    names, *rows = quick_rows(path, content)
    if missing := [name for name in COLUMNS if name not in names]:
        raise ExchangeError(f"{path}, line 1: the column {missing[0]} is missing")
    digest, found = sha256(), []
    for number, (cells, box) in enumerate(_labels(names, rows)):
        digest.update(f"{cells['File_name']}\n{box}\n".encode())
        row = _row_of(number, cells)
        if row is not None:
            found.append(row)
    return digest.hexdigest(), found


def _labels(names: list[str], rows: list[list[str]]) -> Iterator[tuple[dict[str, str], str]]:
    """Cells of each label's row, and its box as it came; rows that a reader added are left out."""
    empty = dict.fromkeys(names, "")
    for row in rows:
        cells = {**empty, **dict(zip(names, row, strict=False))}
        if not cells.get("Status"):
            yield cells, cells.get("Bounding_boxes", "")
        elif (came := cells.get("Original_bounding_box", "")) and not cells.get("Model"):
            yield cells, came


def _row_of(row: int, cells: dict[str, str]) -> NumberedRow | None:
    name = unguarded(cells["File_name"])
    folder, _, text = name.removesuffix(".png").rpartition("_")
    if not text.isdecimal() or not folder or len(text) > MAX_DIGITS:
        return None
    number = int(text)
    size, spacing = _numbers(cells["Image_size"]), _numbers(cells["Spacing_mm_px_"])
    is_sized = len(size) == 2 and min(size) >= 1 and max(size) <= MAX_SIDE_PX
    is_spaced = len(spacing) == 3 and 0 < min(spacing) <= max(spacing) <= MAX_SPACING_MM
    organ = organ_in(cells["Coarse_lesion_type"])
    return NumberedRow(
        row,
        name,
        folder,
        number,
        _range(cells["Slice_range"], number),
        cells["Patient_index"],
        type_of_organ(organ),
        groups_of(organ, cells["Train_Val_Test"], cells["Possibly_noisy"] == "1"),
        (int(size[1]), int(size[0])) if is_sized else (SIDE_PX, SIDE_PX),
        (spacing[2], spacing[1], spacing[0]) if is_spaced else None,
        _window(cells["DICOM_windows"]),
    )


@lru_cache(maxsize=4096)
def _window(text: str) -> Window | None:
    limits = _numbers(text)
    is_window = len(limits) == 2 and limits[0] + 1 <= limits[1]
    return Window.from_limits(*limits) if is_window else None


def _range(text: str, number: int) -> range:
    """Slices from the first to the last of a range that holds the annotated one."""
    ends = _numbers(text)
    if len(ends) == 2 and 0 <= ends[0] <= number <= ends[1] < number + 10_000:
        return range(int(ends[0]), int(ends[1]) + 1)
    return range(max(number - AROUND, 0), number + AROUND + 1)


@lru_cache(maxsize=4096)  # thousands of rows repeat few spacings, sizes and windows
def _numbers(text: str) -> tuple[float, ...]:
    """Numbers between commas; none where one of them is no finite number."""
    try:
        numbers = tuple(map(float, text.split(",")))
    except ValueError:
        return ()
    return numbers if all(map(math.isfinite, numbers)) else ()
