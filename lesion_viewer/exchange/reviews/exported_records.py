"""The records of a reviewed CSV: label rows as they came or as they were decided, and new rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.csv_records import Record, Table, quoted, unquoted
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    COLUMNS,
    MEASURED_COLUMNS,
    box_text,
    corners_of,
)
from lesion_viewer.exchange.deeplesion.measurement_columns import (
    axes_text,
    lengths_text,
    location_text,
)
from lesion_viewer.exchange.tables.decision_columns import (
    CAME_COLUMNS,
    DECISION_COLUMNS,
    UID_MARKS,
    decision_fields,
)
from lesion_viewer.exchange.tables.finding_rows import box_uid, finding_rows, row_fields, slices_of
from lesion_viewer.exchange.tables.type_columns import set_type, type_columns
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.session import Session


def exported_records(
    session: Session, labels: Table, findings: Sequence[Finding]
) -> Iterator[Record]:
    """The header, the label rows as they came or with a decision, then rows that are new.

    Parameters
    ----------
    session : Session
        The review.
    labels : Table
        The annotation file as it came; a header without rows where the review has none.
    findings : Sequence[Finding]
        What is exported, in the order of new rows.

    Yields
    ------
    Record
        Of the export; a new one has no line end and stands between commas.

    Raises
    ------
    ExchangeError
        Where the journal does not know a series' slices.
    """
    came = CAME_COLUMNS if any(map(_moved_axes, findings)) else ()
    types = type_columns(labels.names, findings)
    added = (*DECISION_COLUMNS, *came, *types, *UID_MARKS)
    yield replace(labels.header, fields=(*labels.header.fields, *added))
    series = session.pictures.series()
    by_row = {f.origin.row: f for f in findings if f.origin.row is not None}
    for row, record in enumerate(labels.records):
        finding = by_row.get(row)
        is_touched = finding is not None and finding.decision is not None
        if finding is None or not is_touched:
            yield record
            continue
        fields, measured = _label_fields(labels, record, finding)
        typed = set_type(labels.names, fields, finding, types)
        ((index, _),) = finding.original_boxes.items()
        uids = finding.id, box_uid(finding, series.get(finding.series_uid), index)
        decided = measured[: len(DECISION_COLUMNS + came)]
        yield replace(record, fields=(*fields, *decided, *typed, *uids))
    siblings, kin = _rows_of_images(labels), _rows_of_series(labels)
    for finding in findings:
        has_label_row = bool(labels.records) and finding.origin.row is not None
        written = finding.original_boxes if has_label_row else ()
        slices = [i for i in slices_of(finding) if i not in written]
        rows = finding_rows(finding, series.get(finding.series_uid), slices)
        for index, (cells, decision) in zip(slices, rows, strict=True):
            name = cells.get("File_name", "")
            on_image, of_series = siblings.get(name, []), kin.get(_series_of(name), {})
            cells["Normalized_lesion_location"] = _location(cells["Bounding_boxes"], on_image)
            if finding.decision is not None and of_series:
                cells["Slice_range"] = _slice_range(cells, of_series)
            fields = row_fields(labels.names, cells, on_image[0] if on_image else of_series)
            typed = set_type(labels.names, fields, finding, types)
            uids = finding.id, box_uid(finding, series.get(finding.series_uid), index)
            yield Record(0, (*fields, *decision, *("" for _ in came), *typed, *uids), "")


def _moved_axes(finding: Finding) -> bool:
    """Whether a label's measurement is not as it came."""
    is_label = finding.origin.row is not None and finding.decision is not None
    return is_label and any(finding.axes.get(i, a) != a for i, a in finding.original_axes.items())


def _label_fields(labels: Table, record: Record, finding: Finding) -> tuple[list[str], list[str]]:
    """The label's row with its present box and axes; what was decided, and the axes as they came.

    What was not changed is as it came.
    """
    ((slice_index, original),) = finding.original_boxes.items()
    fields = list(record.fields)
    column = labels.names.index("Bounding_boxes")
    came, box = fields[column], finding.boxes.get(slice_index)
    if box != original:
        fields[column] = quoted(box_text(box)) if box else ""
    decision = decision_fields(finding, slice_index)
    decision[DECISION_COLUMNS.index("Original_bounding_box")] = came
    axes = finding.axes.get(slice_index)
    measured = ["", ""]
    if axes is not None and axes != finding.original_axes.get(slice_index):
        texts = axes_text(axes), lengths_text(axes)
        for n, (name, text) in enumerate(zip(MEASURED_COLUMNS, texts, strict=True)):
            place = labels.names.index(name)
            measured[n], fields[place] = fields[place], quoted(text)
    return fields, [*decision, *measured]


def _rows_of_images(labels: Table) -> dict[str, list[dict[str, str]]]:
    """For each image its label rows: fields by column, as they stand in the file."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for record in labels.records:
        fields = dict(zip(labels.names, record.fields, strict=False))
        rows[fields.get("File_name", "")].append(fields)
    return rows


def _rows_of_series(labels: Table) -> dict[str, dict[str, str]]:
    """What DeepLesion's columns say in the first label row of each series."""
    rows: dict[str, dict[str, str]] = {}
    for record in labels.records:
        fields = dict(zip(labels.names, record.fields, strict=False))
        known = {name: text for name, text in fields.items() if name in COLUMNS}
        rows.setdefault(_series_of(fields.get("File_name", "")), known)
    return rows


def _series_of(name: str) -> str:
    """``000001_01_01`` of ``000001_01_01_109.png``."""
    return unquoted(name).rpartition("_")[0]


def _slice_range(cells: Mapping[str, str], of_series: Mapping[str, str]) -> str:
    """The slices that there are round a new row's, by a label row of its series; else its own."""
    numbers = unquoted(of_series.get("Slice_range", ""))
    with suppress(ValueError):
        first, last = (int(float(number)) for number in numbers.split(","))
        if first <= int(cells["Key_slice_index"]) <= last:
            return numbers
    return cells["Slice_range"]


def _location(box: str, on_image: Sequence[dict[str, str]]) -> str:
    """Where in the body a new box lies by its image's labels; empty where they cannot tell."""
    known = []
    for fields in on_image if box else ():
        with suppress(ValueError):
            other = Box(*corners_of(unquoted(fields.get("Bounding_boxes", ""))))
            known.append((other, unquoted(fields.get("Normalized_lesion_location", ""))))
    return location_text(Box(*corners_of(box)), known) if len(known) > 1 else ""
