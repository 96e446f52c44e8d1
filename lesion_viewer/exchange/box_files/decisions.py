"""The columns that an export adds to a plain table for what was decided, and reading them."""

from collections.abc import Mapping, Sequence

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.box_numbers import number_in
from lesion_viewer.exchange.box_files.columns import BoxColumns, cell_at
from lesion_viewer.exchange.csv_records import Record, guarded, quoted, unguarded, unquoted
from lesion_viewer.exchange.tables.decision_columns import DecidedRow, is_uid, model_text
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.times import moment

DECISIONS = ("Status", "Reason", "Note", "Reader", "Decided_at", "Score", "Model", "Original_box")
"""What an export appends to the columns that came."""
LABEL_NOW = "Label"
"""Follows where a lesion has a type, and the table that came has no column for it."""
LABEL_CAME = "Original_label"
"""Follows where a type was changed: the cell of the label as it came, for each touched row."""
FINDING_UID = "Finding_uid"
"""Comes last: UID of the finding. Files of before there were UIDs do not have it."""
BETWEEN = " | "
"""Stands between the fields of a box as it came, in ``Original_box``."""

Decision = Mapping[str, str]
"""Column that was added -> text of a row there."""


def added_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Those of a table's columns that an export added.

    Parameters
    ----------
    names : Sequence[str]
        All columns of the table.

    Returns
    -------
    tuple[str, ...]
        The last ones of ``names``; none where no export wrote the table.
    """
    for types in ((), (LABEL_NOW,), (LABEL_CAME,), (LABEL_NOW, LABEL_CAME)):
        for uid in ((FINDING_UID,), ()):
            added = (*DECISIONS, *types, *uid)
            if tuple(names[-len(added) :]) == added:
                return added
    return ()


def columns_to_add(columns: BoxColumns, findings: Sequence[Finding]) -> tuple[str, ...]:
    """The columns that an export of these findings adds.

    Parameters
    ----------
    columns : BoxColumns
        Of the table as it came.
    findings : Sequence[Finding]
        Those that have rows with decisions.

    Returns
    -------
    tuple[str, ...]
        ``DECISIONS``, and those for types where they are needed.
    """
    is_changed = any(f.lesion_type != f.original_type for f in findings)
    is_typed = is_changed or any(f.lesion_type for f in findings)
    now = (LABEL_NOW,) if is_typed and columns.label is None else ()
    return (*DECISIONS, *now, *((LABEL_CAME,) if is_changed else ()), FINDING_UID)


def decision_in(added: Sequence[str], fields: Sequence[str]) -> Decision | None:
    """What a row has in the columns that an export added.

    Parameters
    ----------
    added : Sequence[str]
        As ``added_columns`` gives them.
    fields : Sequence[str]
        The row's fields under them, as in the file.

    Returns
    -------
    Decision | None
        None for a row that nobody touched.
    """
    cells = [unguarded(unquoted(field)) for field in fields]
    return dict(zip(added, cells, strict=False)) if cells and cells[0] else None


def is_of_label(decision: Decision) -> bool:
    """Whether a row goes back to one that came: no model and no reader made it.

    Parameters
    ----------
    decision : Decision
        Of the row.
    """
    return bool(decision.get("Original_box")) and not decision.get("Model")


def decision_fields(
    added: Sequence[str], finding: Finding, slice_index: int, box_came: str, label_came: str
) -> list[str]:
    """A row's fields under the columns that an export adds.

    Parameters
    ----------
    added : Sequence[str]
        As ``columns_to_add`` gives them.
    finding : Finding
        Whose row it is.
    slice_index : int
        Of the row.
    box_came : str
        The fields of the box as it came, between ``BETWEEN``; empty for one that a reader drew.
    label_came : str
        The field of the label as it came, with its quotes.

    Returns
    -------
    list[str]
        With quotes where they need them.
    """
    decision, score = finding.decision, finding.scores.get(slice_index)
    texts = {
        "Status": finding.status.value,
        "Reason": guarded(finding.reason),
        "Note": guarded(finding.note),
        "Reader": guarded(decision.reader) if decision else "",
        "Decided_at": decision.decided_at if decision else "",
        "Score": "" if score is None else repr(float(score)),
        "Model": guarded(model_text(finding.origin)),
        "Original_box": guarded(box_came),
        LABEL_NOW: guarded(finding.lesion_type),
        LABEL_CAME: guarded(label_came),
        FINDING_UID: finding.id,
    }
    return [quoted(texts[name]) for name in added]


def types_in(columns: BoxColumns, record: Record, decision: Decision | None) -> tuple[str, str]:
    """The lesion type of a row as it now stands, and as it came.

    Parameters
    ----------
    columns : BoxColumns
        Of the table as it came.
    record : Record
        The row, under these columns.
    decision : Decision | None
        What it has in the columns that were added.

    Returns
    -------
    tuple[str, str]
        Each empty where there is none.
    """
    now = cell_at(record, columns.label)
    if decision is None:
        return columns.lesion_type(now), columns.lesion_type(now)
    now = now or decision.get(LABEL_NOW, "")
    field = decision.get(LABEL_CAME)
    came = now if field is None else unguarded(unquoted(field)).strip()
    if is_of_label(decision):
        original = columns.lesion_type(came)
        return original if came == now else lesion_type_in(now), original
    return lesion_type_in(now), lesion_type_in(came)


def decided_row(
    where: str,
    decision: Decision,
    boxes: tuple[Box | None, Box | None],
    types: tuple[str, str],
) -> DecidedRow:
    """What a reader decided on a row.

    Parameters
    ----------
    where : str
        File and line, for what is said of them.
    decision : Decision
        Of the row.
    boxes : tuple[Box | None, Box | None]
        Its box as it now stands, and as it came.
    types : tuple[str, str]
        Its lesion type as it now stands, and as it came.

    Returns
    -------
    DecidedRow
        With both.

    Raises
    ------
    ExchangeError
        Where the status, the time or the UID is none.
    """
    try:
        status = Status(decision["Status"])
        at = decision.get("Decided_at", "")
        if at or status is not Status.UNDECIDED:
            moment(at)
    except ValueError as error:
        raise ExchangeError(f"{where}: its decision cannot be read ({error})") from error
    reason, note, reader = (decision.get(name, "") for name in ("Reason", "Note", "Reader"))
    score = score_in(decision.get("Score", ""))
    model = decision.get("Model", "")
    lesion_type, original_type = types
    return DecidedRow(
        status, reason, note, reader, at, score, model, *boxes,
        lesion_type=lesion_type, original_type=original_type,
        finding_uid=_uid_in(where, decision),
    )  # fmt: skip


def _uid_in(where: str, decision: Decision) -> str:
    text = decision.get(FINDING_UID, "").strip()
    if text and not is_uid(text):
        raise ExchangeError(f"{where}: {FINDING_UID} needs a UID, not {text[:60]!r}")
    return text


def score_in(text: str) -> float | None:
    """A score; None where a cell has none.

    Parameters
    ----------
    text : str
        Of the cell.

    Returns
    -------
    float | None
        As in the file.
    """
    try:
        return number_in(text) if text else None
    except ValueError:
        return None
