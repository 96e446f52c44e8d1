"""The columns of a reader's decision, which an export appends and an import reads."""

import math
import re
from dataclasses import dataclass

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.csv_records import Record, Table, guarded, quoted, unguarded
from lesion_viewer.exchange.deeplesion.annotation_rows import box_in, box_text
from lesion_viewer.exchange.deeplesion.measurement_columns import axes_in, only_drawn
from lesion_viewer.exchange.tables.type_columns import types_in
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.times import moment

DECISION_COLUMNS = (
    "Status",
    "Reason",
    "Note",
    "Reader",
    "Decided_at",
    "Score",
    "Model",
    "Original_bounding_box",
)
CAME_COLUMNS = ("Original_measurement_coordinates", "Original_lesion_diameters")
"""The label's measurement before its box was moved; empty where it was not moved."""

UID_MARKS = ("Finding_uid", "Box_uid")
"""The last columns: what a finding, and its box on the row's slice, are called everywhere."""
UID = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)
MAX_UID = 64
HASH_MARK = "sha256:"


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """The decision columns of a row, with its present box and type.

    Attributes
    ----------
    status : Status
        Status of the finding.
    reason : str
        Reason for a rejection; empty where there is none.
    note : str
        Reader's note; empty where there is none.
    reader : str
        Reader who decided; empty where nobody has.
    decided_at : str
        Time in ISO 8601 with its zone; empty for an undecided finding.
    score : float | None
        Detector's score on this slice; None where there is none.
    model : str
        Text of ``model_text``; empty where no model proposed the finding.
    box : Box | None
        Present box in 0-based pixel edges; None where the reader removed it from this slice.
    original : Box | None
        Original box; None where the finding had none on this slice.
    axes : Axes | None
        Present RECIST axes; None where nobody has measured.
    original_axes : Axes | None
        RECIST axes of the original label; None where it had none.
    lesion_type : str
        Present lesion type; empty where there is none.
    original_type : str
        Original lesion type; empty where there was none.
    finding_uid : str
        UID of the finding; empty in files of before there were any.
    box_uid : str
        UID of its box on this slice; empty likewise.
    """

    status: Status
    reason: str
    note: str
    reader: str
    decided_at: str
    score: float | None
    model: str
    box: Box | None
    original: Box | None
    axes: Axes | None = None
    original_axes: Axes | None = None
    lesion_type: str = ""
    original_type: str = ""
    finding_uid: str = ""
    box_uid: str = ""


def decision_fields(finding: Finding, slice_index: int) -> list[str]:
    """The fields of the decision columns for a finding on a slice.

    Parameters
    ----------
    finding : Finding
        Finding that the row is about.
    slice_index : int
        Slice index within the series, from 0.

    Returns
    -------
    list[str]
        Quoted fields in the order of ``DECISION_COLUMNS``.
    """
    decision = finding.decision
    score = finding.scores.get(slice_index)
    original = finding.original_boxes.get(slice_index)
    texts = (
        finding.status.value,
        guarded(finding.reason),
        guarded(finding.note),
        guarded(decision.reader) if decision else "",
        decision.decided_at if decision else "",
        "" if score is None else repr(float(score)),
        guarded(model_text(finding.origin)),
        "" if original is None else box_text(original),
    )
    return [quoted(text) for text in texts]


def read_decision(table: Table, record: Record) -> DecidedRow:
    """The decision in a row of a reviewed CSV.

    Parameters
    ----------
    table : Table
        Reviewed CSV with ``DECISION_COLUMNS``.
    record : Record
        A record of the table.

    Returns
    -------
    DecidedRow
        Values of the decision columns, the boxes and the types.

    Raises
    ------
    ExchangeError
        Where a cell cannot be read; names the line and the column.
    """
    decided_at = table.cell(record, "Decided_at")
    try:
        status = Status(table.cell(record, "Status"))
    except ValueError:
        known = ", ".join(Status)
        raise table.error(record, "Status", f"needs one of {known}") from None
    if decided_at or status is not Status.UNDECIDED:
        try:
            moment(decided_at)
        except ValueError:
            raise table.error(
                record, "Decided_at", "needs a time in ISO 8601 with its zone"
            ) from None
    box = _optional_box_in(table, record, "Bounding_boxes")
    axes, original_axes = _axes_in(table, record, box)
    return DecidedRow(
        status,
        unguarded(table.cell(record, "Reason")),
        unguarded(table.cell(record, "Note")),
        unguarded(table.cell(record, "Reader")),
        decided_at,
        _score_in(table, record),
        unguarded(table.cell(record, "Model")),
        box,
        _optional_box_in(table, record, "Original_bounding_box"),
        axes,
        original_axes,
        *types_in(table, record),
        finding_uid_in(table, record),
        _uid_in(table, record, UID_MARKS[1]),
    )


def finding_uid_in(table: Table, record: Record) -> str:
    """The UID of a row's finding.

    Parameters
    ----------
    table : Table
        Of any columns.
    record : Record
        A record of the table.

    Returns
    -------
    str
        Empty where the table has no such column, or the row no UID.

    Raises
    ------
    ExchangeError
        Where the cell holds no UID; names the line and the column.
    """
    return _uid_in(table, record, UID_MARKS[0])


def is_uid(text: str) -> bool:
    """Whether a text is a UID as DICOM has them.

    Parameters
    ----------
    text : str
        Of a cell, or of a COCO file.
    """
    return len(text) <= MAX_UID and UID.fullmatch(text) is not None


def _uid_in(table: Table, record: Record, name: str) -> str:
    text = table.cell(record, name).strip() if name in table.names else ""
    if text and not is_uid(text):
        raise table.error(record, name, f"needs a UID, not {text[:60]!r}")
    return text


def model_text(origin: Origin) -> str:
    """Name, version and weights hash of a model, as one text.

    Parameters
    ----------
    origin : Origin
        Origin of a finding.

    Returns
    -------
    str
        ``name version sha256:hash``; empty where the origin is no model.
    """
    if origin.kind is not OriginKind.MODEL:
        return ""
    return f"{origin.name} {origin.version} {HASH_MARK}{origin.sha256}"


def model_origin(text: str) -> Origin:
    """The model of a text that ``model_text`` wrote.

    Parameters
    ----------
    text : str
        Cell of the column ``Model``.

    Returns
    -------
    Origin
        Origin of kind ``MODEL``; a text of another form becomes the model's name.
    """
    parts = text.rsplit(" ", 2)
    if len(parts) == 3 and parts[2].startswith(HASH_MARK):
        return Origin(OriginKind.MODEL, parts[0], parts[1], parts[2].removeprefix(HASH_MARK))
    return Origin(OriginKind.MODEL, text)


def _axes_in(table: Table, record: Record, box: Box | None) -> tuple[Axes | None, Axes | None]:
    """The present axes and those of the original label; a candidate has no original axes."""
    measured = axes_in(table.cell(record, "Measurement_coordinates"))
    # Labels of tables by UID and of label volumes have no axes.
    is_of_file = "File_name" in table.names and not table.cell(record, "Model")
    if not (is_of_file and table.cell(record, "Original_bounding_box")):
        return only_drawn(measured, box), None
    came = ""
    if CAME_COLUMNS[0] in table.names:
        came = table.cell(record, CAME_COLUMNS[0])
    return measured if box is not None else None, axes_in(came) if came else measured


def _score_in(table: Table, record: Record) -> float | None:
    text = table.cell(record, "Score")
    if not text:
        return None
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise table.error(record, "Score", f"needs a number, not {text[:60]!r}")
    return score


def _optional_box_in(table: Table, record: Record, column: str) -> Box | None:
    if not table.cell(record, column):
        return None
    box = box_in(table, record, column)
    if box is None:
        raise table.error(record, column, "the box has no area without its padding of 5 px")
    return box
