"""Spacing and windows of DeepLesion's PNGs, which only the annotation file gives."""

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from math import isfinite

from lesion_viewer.ct.study import Series, SliceSource, Study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.exchange.csv_records import Record, Table
from lesion_viewer.exchange.deeplesion.annotation_rows import slice_name

Spacing = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _RowGeometry:
    """Spacing and window in a row; None where the cell cannot be used."""

    spacing_mm: Spacing | None
    window: Window | None


def with_annotated_geometry(study: Study, table: Table) -> Study:
    """The study with the spacing and windows that a DeepLesion CSV gives for its PNGs.

    A series takes the spacing on which all rows of its slices agree. A slice takes the window of
    its first row, or else that of the first row of its series. Values that the image files give
    stay.

    Parameters
    ----------
    study : Study
        Study, some of whose series may be PNGs of DeepLesion.
    table : Table
        DeepLesion CSV.

    Returns
    -------
    Study
        The study with those values filled in.
    """
    names = {slice_name(s.uid, source.file) for s in study.series for source in s.slices}
    geometry = _geometry_by_name(table, names)
    return replace(study, series=tuple(_described(series, geometry) for series in study.series))


def _described(series: Series, geometry: Mapping[str, list[_RowGeometry]]) -> Series:
    of_slices = [geometry.get(slice_name(series.uid, source.file), []) for source in series.slices]
    if not any(of_slices):
        return series
    rows = [row for rows in of_slices for row in rows]
    spacings = {row.spacing_mm for row in rows if row.spacing_mm is not None}
    agreed = spacings.pop() if len(spacings) == 1 else None
    window = next((row.window for row in rows if row.window is not None), None)
    slices = tuple(
        _with_window(source, own[0].window if own and own[0].window else window)
        for source, own in zip(series.slices, of_slices, strict=True)
    )
    return replace(series, slices=slices, spacing_mm=series.spacing_mm or agreed)


def _with_window(source: SliceSource, window: Window | None) -> SliceSource:
    return replace(source, window=source.window or window)


def _geometry_by_name(table: Table, names: Container[str]) -> dict[str, list[_RowGeometry]]:
    geometry = defaultdict(list)
    for record in table.records:
        name = table.cell(record, "File_name")
        if name in names:
            geometry[name].append(
                _RowGeometry(_spacing_in(table, record), _window_in(table, record))
            )
    return geometry


def _spacing_in(table: Table, record: Record) -> Spacing | None:
    """Spacing of slices, rows, columns; DeepLesion writes x, y and the distance of slices."""
    numbers = numbers_in(table, record, "Spacing_mm_px_")
    if len(numbers) != 3 or min(numbers) <= 0:
        return None
    x, y, between = numbers
    return between, y, x


def _window_in(table: Table, record: Record) -> Window | None:
    """Window in a row; DeepLesion writes its lower and upper limit in HU."""
    numbers = numbers_in(table, record, "DICOM_windows")
    if len(numbers) != 2 or numbers[1] - numbers[0] < 1:
        return None
    lower, upper = numbers
    return Window.from_limits(lower, upper)


def numbers_in(table: Table, record: Record, column: str) -> list[float]:
    """The numbers between commas in a cell.

    Parameters
    ----------
    table : Table
        Table with the column.
    record : Record
        A record of the table.
    column : str
        Column name; the table need not have it.

    Returns
    -------
    list[float]
        Numbers in their order; none where one is not finite or the column is missing.
    """
    if column not in table.names:
        return []
    try:
        numbers = [float(text) for text in table.cell(record, column).split(",")]
    except ValueError:
        return []
    return numbers if all(map(isfinite, numbers)) else []
