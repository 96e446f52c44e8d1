"""A finding as new CSV rows, one for each slice, in DeepLesion's columns or with DICOM UIDs."""

from collections.abc import Iterable, Iterator, Mapping

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    COLUMNS,
    FILE_COLUMNS,
    box_text,
    folder_of,
    indices_of,
    numbers_text,
    slice_name,
    slice_number,
)
from lesion_viewer.exchange.deeplesion.measurement_columns import (
    axes_text,
    drawn_or_own,
    lengths_text,
)
from lesion_viewer.exchange.tables.decision_columns import decision_fields
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.series_record import SeriesRecord

UID_COLUMNS = ("Study_UID", "Series_UID", "SOP_instance_UID")
DICOM_COLUMNS = (*UID_COLUMNS, *COLUMNS[len(FILE_COLUMNS) :])


def slices_of(finding: Finding) -> list[int]:
    """The slices that a finding has a row for: those with a box, or with one that was removed."""
    return sorted(finding.boxes.keys() | finding.original_boxes.keys())


def finding_rows(
    finding: Finding, series: SeriesRecord | None, slices: Iterable[int]
) -> Iterator[tuple[dict[str, str], list[str]]]:
    """For each of the slices: what is known of the row by column, and its decision fields.

    ``Slice_range`` is the extent of the whole finding; reading back, it tells the rows of one
    undecided finding from the next one's.

    Raises
    ------
    ExchangeError
        Where the journal does not know the finding's series.
    """
    if series is None:
        raise ExchangeError(
            f"the review does not know the slices of series {finding.series_uid}; open its study"
        )
    extent = slices_of(finding)
    for i in slices:
        box = finding.boxes.get(i)
        cells = _cells_of_slice(series, i)
        cells["Bounding_boxes"] = box_text(box) if box else ""
        if box is not None:
            axes = drawn_or_own(finding.axes.get(i), box)
            cells["Measurement_coordinates"] = axes_text(axes)
            cells["Lesion_diameters_Pixel_"] = lengths_text(axes)
        cells["Slice_range"] = ", ".join(_number(series, end) for end in (extent[0], extent[-1]))
        yield cells, decision_fields(finding, i)


def row_fields(
    names: Iterable[str], cells: Mapping[str, str], sibling: Mapping[str, str]
) -> list[str]:
    """The fields of a row in the order of the columns.

    Parameters
    ----------
    cells : values by column, unquoted
    sibling : fields of another row of the same image, as they stand in its file; they fill what
        ``cells`` leaves open
    """
    return [quoted(cells[name]) if name in cells else sibling.get(name, "") for name in names]


def _cells_of_slice(series: SeriesRecord, slice_index: int) -> dict[str, str]:
    """What holds for any finding on the slice; what nobody knows is empty, or -1 for the organ."""
    cells = {
        **_names_of_slice(series, slice_index),
        "Key_slice_index": _number(series, slice_index),
        "Measurement_coordinates": "",
        "Lesion_diameters_Pixel_": "",
        "Normalized_lesion_location": "",
        "Coarse_lesion_type": "-1",
        "Possibly_noisy": "0",
    }
    if series.spacing_mm is not None:
        cells["Spacing_mm_px_"] = numbers_text(round(mm, 6) for mm in series.spacing_mm[::-1])
    if series.window is not None:
        cells["DICOM_windows"] = numbers_text(series.window)
    _, rows, columns = series.shape
    return {**cells, "Image_size": f"{columns}, {rows}"}


def _names_of_slice(series: SeriesRecord, slice_index: int) -> dict[str, str]:
    if not series.is_png:
        uids = (series.study_uid, series.uid, series.sop_instance_uids[slice_index])
        return dict(zip(UID_COLUMNS, map(guarded, uids), strict=True))
    name = slice_name(series.uid, series.files[slice_index])
    values = (guarded(name), *indices_of(folder_of(series.uid)))
    return dict(zip(FILE_COLUMNS, values, strict=True))


def _number(series: SeriesRecord, slice_index: int) -> str:
    """The slice's number: DeepLesion's from the file name, else the index, from 0."""
    if series.is_png:
        return str(int(slice_number(series.files[slice_index])))
    return str(slice_index)
