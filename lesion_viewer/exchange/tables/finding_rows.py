"""A finding as new CSV rows, one for each slice, in DeepLesion's columns or with DICOM UIDs."""

from collections.abc import Iterable, Iterator, Mapping

from lesion_viewer.detection.lesion_types import UNKNOWN_NUMBER, coarse_number
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    COARSE_TYPE,
    COLUMNS,
    FILE_COLUMNS,
    TYPE_TEXT,
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
from lesion_viewer.review.uids import annotation_uid

UID_COLUMNS = ("Study_UID", "Series_UID", "SOP_instance_UID")
DICOM_COLUMNS = (*UID_COLUMNS, *COLUMNS[len(FILE_COLUMNS) :])
EXPORTED_DICOM_COLUMNS = (*DICOM_COLUMNS, "Instance_number")
"""The import does not need the last one, which is for people."""


def box_uid(finding: Finding, series: SeriesRecord | None, slice_index: int) -> str:
    """The UID of a finding's box on a slice.

    Parameters
    ----------
    finding : Finding
        Finding to be exported.
    series : SeriesRecord | None
        Series of the finding as the journal knows it.
    slice_index : int
        The slice, from 0.

    Returns
    -------
    str
        Empty where the series is not known.
    """
    if series is None:
        return ""
    sop = series.sop_instance_uids[slice_index] if series.sop_instance_uids else ""
    frame = series.frames[slice_index] if series.frames else -1
    return annotation_uid(finding.id, "box", sop or series.files[slice_index], frame)


def slices_of(finding: Finding) -> list[int]:
    """The slices that a finding has a row for: those with a present or an original box.

    Parameters
    ----------
    finding : Finding
        Finding to be exported.

    Returns
    -------
    list[int]
        Slice indices, ascending.
    """
    return sorted(finding.boxes.keys() | finding.original_boxes.keys())


def finding_rows(
    finding: Finding, series: SeriesRecord | None, slices: Iterable[int]
) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The cells and decision fields of a finding, for each of these slices.

    ``Slice_range`` is the extent of the whole finding. The import uses it to tell undecided
    findings apart.

    Parameters
    ----------
    finding : Finding
        Finding to be exported.
    series : SeriesRecord | None
        Series of the finding as the journal knows it; None where it does not.
    slices : Iterable[int]
        Slice indices, out of ``slices_of``.

    Returns
    -------
    Iterator[tuple[dict[str, str], list[str]]]
        For each slice: column name -> unquoted value, and the quoted decision fields.

    Raises
    ------
    ExchangeError
        Where ``series`` is None.
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
        cells[COARSE_TYPE] = coarse_number(finding.original_type) or UNKNOWN_NUMBER
        cells[TYPE_TEXT] = guarded(finding.original_type)
        cells["Slice_range"] = ", ".join(_number(series, end) for end in (extent[0], extent[-1]))
        yield cells, decision_fields(finding, i)


def row_fields(
    names: Iterable[str], cells: Mapping[str, str], sibling: Mapping[str, str]
) -> list[str]:
    """The fields of a row in the order of the columns.

    Parameters
    ----------
    names : Iterable[str]
        Column names in their order.
    cells : Mapping[str, str]
        Column name -> unquoted value.
    sibling : Mapping[str, str]
        Column name -> field of another row of the same image, as it stands in the file; used for
        columns that ``cells`` lacks.

    Returns
    -------
    list[str]
        Quoted fields; empty for a column that neither has.
    """
    return [quoted(cells[name]) if name in cells else sibling.get(name, "") for name in names]


def _cells_of_slice(series: SeriesRecord, slice_index: int) -> dict[str, str]:
    """Cells that are the same for any finding on the slice; unknown ones are empty."""
    cells = {
        **_names_of_slice(series, slice_index),
        "Key_slice_index": _number(series, slice_index),
        "Measurement_coordinates": "",
        "Lesion_diameters_Pixel_": "",
        "Normalized_lesion_location": "",
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
        number = series.instance_number(slice_index)
        return {
            **dict(zip(UID_COLUMNS, map(guarded, uids), strict=True)),
            "Instance_number": "" if number is None else str(number),
        }
    name = slice_name(series.uid, series.files[slice_index])
    values = (guarded(name), *indices_of(folder_of(series.uid)))
    return dict(zip(FILE_COLUMNS, values, strict=True))


def _number(series: SeriesRecord, slice_index: int) -> str:
    """DeepLesion's slice number from the file name; for other slices the index, from 0."""
    if series.is_png:
        return str(int(slice_number(series.files[slice_index])))
    return str(slice_index)
