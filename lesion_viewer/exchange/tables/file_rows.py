"""The rows of a CSV by their use for a review: labels, decisions, unusable ones."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lesion_viewer.ct.study import Series, Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.csv_records import BLANK, Record, Table, unguarded
from lesion_viewer.exchange.deeplesion.annotation_rows import (
    COLUMNS,
    MEASURED_COLUMNS,
    box_in,
    slice_name,
)
from lesion_viewer.exchange.deeplesion.measurement_columns import axes_in
from lesion_viewer.exchange.numbered_rows import MAX_SIDE_PX
from lesion_viewer.exchange.tables.decision_columns import (
    CAME_COLUMNS,
    DECISION_COLUMNS,
    UID_MARKS,
    DecidedRow,
    read_decision,
)
from lesion_viewer.exchange.tables.finding_rows import DICOM_COLUMNS, UID_COLUMNS
from lesion_viewer.exchange.tables.fitted_boxes import fitted, is_cut, outside_text, size_text
from lesion_viewer.exchange.tables.reviewed_rows import PlacedRow
from lesion_viewer.exchange.tables.row_pictures import other_picture_in
from lesion_viewer.exchange.tables.slice_names import SliceNames
from lesion_viewer.exchange.tables.type_columns import added_columns, restored, types_in
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.finding import Place
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.series_record import SeriesRecord

MAX_DIGITS = 9
PlaceOf = Callable[[str], Place | None]
"""Place of the slice with a DeepLesion name; a labelling project knows it without its images."""


@dataclass(slots=True)
class FileRows:
    """The rows of a label file by their use: labels, decisions, unusable ones.

    Attributes
    ----------
    annotation : list[Record]
        Records of the annotation file that the CSV is or was made from, header first.
    labels : dict[int, tuple[str, int, Box]]
        Data row of the annotation file -> series UID, slice index, box.
    axes : dict[int, Axes]
        Data row -> RECIST axes, for labels that have them.
    types : dict[int, str]
        Data row -> lesion type, for labels that have one.
    decided : list[PlacedRow]
        Rows with a decision whose slice is in the study.
    absent : int
        Number of rows whose slice is not in the study.
    unusable : list[str]
        One sentence for each label whose box cannot be used.
    content : list[bytes]
        Bytes of the label file in parts; of a CSV, one part for each record in ``annotation``.
    sha256 : str
        Hash of ``content``.
    clipped : int
        Number of labels whose box reached over the border of its image.
    read : list[Place]
        Series UID and index of the slices that the file marks as read in full.
    notices : list[str]
        Sentences on how the file was understood where another reading is possible.
    is_plain : bool
        Whether the file is COCO or a plain table, without ``annotation`` records.
    drawn : list[tuple[str, OfSeries]]
        UID of the finding of each measurement, empty for none; and the measurement.
    report : bytes
        The file, where it is a report with content that the review cannot take up.
    """

    annotation: list[Record]
    labels: dict[int, tuple[str, int, Box]] = field(default_factory=dict)
    axes: dict[int, Axes] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)
    decided: list[PlacedRow] = field(default_factory=list)
    absent: int = 0
    unusable: list[str] = field(default_factory=list)
    content: list[bytes] = field(default_factory=list)
    sha256: str = ""
    clipped: int = 0
    read: list[Place] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    is_plain: bool = False
    drawn: list[tuple[str, OfSeries]] = field(default_factory=list)
    report: bytes = field(default=b"", repr=False)


def read_rows(table: Table, where: Study | PlaceOf) -> FileRows:
    """The rows of a DeepLesion CSV, reviewed or not, or of a reviewed CSV with DICOM UIDs.

    Parameters
    ----------
    table : Table
        Table with those columns.
    where : Study | PlaceOf
        Study that is labelled; for a labelling project, the function that finds its slices.

    Returns
    -------
    FileRows
        Rows by their use.

    Raises
    ------
    ExchangeError
        Where a column is missing or a cell cannot be read.
    """
    table.require(COLUMNS if "File_name" in table.names else (*DICOM_COLUMNS, "Status"))
    if "Status" in table.names:
        table.require(DECISION_COLUMNS)
    rows = FileRows([_without_decision(table, table.header)])
    place_of = _placing(where, table)
    shapes = {s.uid: s.shape[1:] for s in where.series} if isinstance(where, Study) else {}
    other_picture = other_picture_in(_series_in(where), table)
    for record in table.records:
        if record.fields == BLANK:
            rows.annotation.append(record)
        elif problem := other_picture(record, place := place_of(record)):
            rows.unusable.append(f"line {record.line}: {problem}")
        else:
            _sort_in(rows, table, record, place, shapes)
    if table.records and not table.records[-1].end:
        rows.annotation[-1] = replace(rows.annotation[-1], end="")
    rows.content = [record.encoded() for record in rows.annotation]
    rows.sha256 = hashlib.sha256(b"".join(rows.content)).hexdigest()
    return rows


def image_size_in(table: Table, record: Record) -> tuple[int, int] | None:
    """Rows and columns of a row's image, as the row says.

    Parameters
    ----------
    table : Table
        In DeepLesion's columns.
    record : Record
        One of its rows.

    Returns
    -------
    tuple[int, int] | None
        None where it does not say, or says no size of a CT image.
    """
    if "Image_size" not in table.names:
        return None
    try:
        columns, rows = (int(float(n)) for n in table.cell(record, "Image_size").split(","))
    except (ValueError, OverflowError):
        return None
    return (rows, columns) if 0 < min(rows, columns) <= max(rows, columns) <= MAX_SIDE_PX else None


def _sort_in(
    rows: FileRows,
    table: Table,
    record: Record,
    place: Place | None,
    shapes: Mapping[str, tuple[int, int]],
) -> None:
    rows.absent += place is None
    decided, label_row = _decision_in(table, record), None
    if "File_name" in table.names and (decided is None or _is_label(decided)):
        label_row = len(rows.annotation) - 1
        rows.annotation.append(_as_proposed(table, record, decided))
        box = decided.original if decided else box_in(table, record, "Bounding_boxes")
        if box is None and not table.cell(record, "Bounding_boxes").strip():
            pass  # a slice that is in the project without a label
        elif box is None:
            text = f"line {record.line}: the box has no area without its padding of 5 px"
            rows.unusable.append(text)
        elif place is not None:
            inside = _on_image(rows, table, record, box, shapes.get(place[0]))
            if inside is None and decided is None:
                return
            if inside is not None and decided is not None:
                present = inside if decided.box == decided.original else decided.box
                decided = replace(decided, box=present, original=inside)
            rows.labels[label_row] = (*place, inside or box)
            measured = axes_in(table.cell(record, "Measurement_coordinates"))
            axes = decided.original_axes if decided else measured
            if axes is not None:
                rows.axes[label_row] = axes
            came = decided.original_type if decided else types_in(table, record)[1]
            if came:
                rows.types[label_row] = came
    if place is not None and decided is not None:
        extent = table.cell(record, "Slice_range")
        rows.decided.append(PlacedRow(*place, label_row, extent, decided))


def _on_image(
    rows: FileRows, table: Table, record: Record, box: Box, shape: tuple[int, int] | None
) -> Box | None:
    """The part of a label's box that lies on its image; None where none does, which is told.

    ``shape`` is that of the image; where the image is not read yet, it is as the row says.
    """
    said = image_size_in(table, record)
    image = unguarded(table.cell(record, "File_name"))
    if shape is not None and said not in (None, shape):
        rows.unusable.append(f"line {record.line}: {size_text(image, said or shape, shape)}")
        return None
    size = shape or said
    if size is None:
        return box
    inside = fitted(box, size)
    if inside is None:
        rows.unusable.append(outside_text(f"line {record.line}", image, box, size))
    elif is_cut(box, inside):
        rows.clipped += 1
        return inside
    return box if inside is not None else None


def _decision_in(table: Table, record: Record) -> DecidedRow | None:
    """The decision in a row; None for a label that nobody has changed."""
    is_label_file = "File_name" in table.names
    if is_label_file and ("Status" not in table.names or not table.cell(record, "Status")):
        return None
    return read_decision(table, record)


def _is_label(decided: DecidedRow) -> bool:
    """Whether a row was made from a label: it has an original box that no model proposed."""
    return not decided.model and decided.original is not None


def _as_proposed(table: Table, record: Record, decided: DecidedRow | None) -> Record:
    """The label's record as it was in the annotation file."""
    if decided is None:
        return _without_decision(table, record)
    fields = list(record.fields)
    fields[table.names.index("Bounding_boxes")] = table.raw_cell(record, "Original_bounding_box")
    for name, came_name in zip(MEASURED_COLUMNS, CAME_COLUMNS, strict=True):
        if came_name in table.names and table.cell(record, CAME_COLUMNS[0]):
            fields[table.names.index(name)] = table.raw_cell(record, came_name)
    restored(table, record, fields)
    return _without_decision(table, replace(record, fields=tuple(fields)))


def _without_decision(table: Table, record: Record) -> Record:
    if "Status" not in table.names:
        return record
    added = {*DECISION_COLUMNS, *CAME_COLUMNS, *added_columns(table.names), *UID_MARKS}
    pairs = zip(table.names, record.fields, strict=False)
    fields = tuple(text for name, text in pairs if name not in added)
    return replace(record, fields=fields)


def _series_in(where: Study | PlaceOf) -> Sequence[Series | SeriesRecord]:
    """The series of a study, or of its review; none of a labelling project."""
    if isinstance(where, Study):
        return where.series
    return tuple(where.series.values()) if isinstance(where, SliceNames) else ()


def _instance_uids(series: Series | SeriesRecord) -> Sequence[str]:
    if isinstance(series, SeriesRecord):
        return series.sop_instance_uids or ("",) * series.shape[0]
    return [source.sop_instance_uid for source in series.slices]


def _placing(where: Study | PlaceOf, table: Table) -> Callable[[Record], Place | None]:
    """A function that gives the place of a record's slice in a study."""
    if "File_name" in table.names and not isinstance(where, Study):
        return lambda record: where(unguarded(table.cell(record, "File_name")))
    if isinstance(where, Study) and "File_name" in table.names:
        slices = {
            slice_name(series.uid, source.file): (series.uid, i)
            for series in where.series
            for i, source in enumerate(series.slices)
        }
        return lambda record: slices.get(unguarded(table.cell(record, "File_name")))
    if not isinstance(where, Study | SliceNames):
        table.require(("File_name",))
    instances = {
        (series.uid, i): uid
        for series in _series_in(where)
        for i, uid in enumerate(_instance_uids(series))
    }
    by_uid = {(uid, instance): (uid, i) for (uid, i), instance in instances.items() if instance}
    lengths = {series.uid: series.shape[0] for series in _series_in(where)}

    def place_of(record: Record) -> Place | None:
        uid, instance = (unguarded(table.cell(record, name)) for name in UID_COLUMNS[1:])
        index = _index_in(table, record)
        in_file = (uid, index) if index < lengths.get(uid, 0) else None
        if not instance or (in_file and instances[in_file] == instance):
            return in_file  # a file of several frames has one UID for all
        return by_uid.get((uid, instance))

    return place_of


def _index_in(table: Table, record: Record) -> int:
    text = table.cell(record, "Key_slice_index")
    if not text.isdecimal() or len(text) > MAX_DIGITS:
        raise table.error(record, "Key_slice_index", f"needs a whole number, not {text[:60]!r}")
    return int(text)
