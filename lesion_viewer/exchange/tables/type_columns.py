"""The columns of a row's lesion type: DeepLesion's number and free text.

``Coarse_lesion_type`` keeps its original cell until a reader changes the type; then ``CAME_TYPE``
holds the original. A free-text column of the imported file is also changed in place; then
``CAME_TEXT`` holds the original.
"""

from collections.abc import Iterable, Sequence

from lesion_viewer.detection.lesion_types import (
    UNKNOWN_NUMBER,
    coarse_number,
    lesion_type_in,
)
from lesion_viewer.exchange.csv_records import Record, Table, guarded, quoted, unguarded
from lesion_viewer.exchange.deeplesion.annotation_rows import COARSE_TYPE as COARSE
from lesion_viewer.exchange.deeplesion.annotation_rows import TYPE_TEXT as TEXT
from lesion_viewer.exchange.deeplesion.annotation_rows import lesion_type_of
from lesion_viewer.review.finding import Finding

CAME_TYPE = "Original_coarse_lesion_type"
CAME_TEXT = "Original_lesion_type"
EMPTY = "none"
"""Mark for an original cell that was empty; an empty cell stands for an unchanged type."""

CAME = {COARSE: CAME_TYPE, TEXT: CAME_TEXT}


def type_columns(names: Sequence[str], findings: Iterable[Finding]) -> tuple[str, ...]:
    """The columns that an export adds for the types of these findings.

    Parameters
    ----------
    names : Sequence[str]
        Column names of the rows before.
    findings : Iterable[Finding]
        All findings that are exported.

    Returns
    -------
    tuple[str, ...]
        Empty where the original ``Coarse_lesion_type`` gives the type of every finding.
    """
    if not any(_needs_text(finding) for finding in findings):
        return ()
    return (CAME_TYPE, CAME_TEXT if TEXT in names else TEXT)


def added_columns(names: Sequence[str]) -> tuple[str, ...]:
    """The columns of a reviewed file that an export added for types.

    Parameters
    ----------
    names : Sequence[str]
        All column names of the file.

    Returns
    -------
    tuple[str, ...]
        Names of the two columns; the file need not have them.
    """
    return (CAME_TYPE, CAME_TEXT if CAME_TEXT in names else TEXT)


def types_in(table: Table, record: Record) -> tuple[str, str]:
    """The present and the original lesion type of a row.

    Parameters
    ----------
    table : Table
        Table in DeepLesion's columns or with UIDs; any type column may be missing.
    record : Record
        A record of the table.

    Returns
    -------
    tuple[str, str]
        Present type and original type; empty where there is none.
    """
    said = {name: _text(table, record, name) for name in (COARSE, TEXT, CAME_TYPE, CAME_TEXT)}
    now = lesion_type_of(said)
    if not said[CAME_TYPE] and not said[CAME_TEXT]:
        return now, now
    came = (lesion_type_in(unguarded(said[name])) for name in (CAME_TEXT, CAME_TYPE))
    return now, next(filter(None, came), "")


def set_type(
    names: Sequence[str], fields: list[str], finding: Finding, added: Sequence[str]
) -> list[str]:
    """The fields of the added columns for a finding.

    Where the reader changed the type, the new one is written into ``fields``.

    Parameters
    ----------
    names : Sequence[str]
        Column names of ``fields``.
    fields : list[str]
        Fields of a row as they stand in the file, changed in place; a new row has the original
        type.
    finding : Finding
        Finding that the row is about.
    added : Sequence[str]
        Column names from ``type_columns``.

    Returns
    -------
    list[str]
        Quoted fields in the order of ``added``.
    """
    cells = dict.fromkeys(added, "")
    text = quoted(guarded(finding.lesion_type))
    if finding.lesion_type != finding.original_type:
        number = coarse_number(finding.lesion_type) or UNKNOWN_NUMBER
        for name, value in ((COARSE, number), (TEXT, text)):
            if name in names:
                place = names.index(name)
                cells[CAME[name]] = fields[place] or EMPTY
                fields[place] = value
        if cells[CAME_TYPE] == UNKNOWN_NUMBER and TEXT not in names and finding.original_type:
            # A new row whose original type has no number.
            cells[CAME_TYPE] = quoted(guarded(finding.original_type))
    if TEXT in cells:
        cells[TEXT] = text
    return [cells[name] for name in added]


def restored(table: Table, record: Record, fields: list[str]) -> None:
    """Put the original type back into the fields of a reviewed row.

    Parameters
    ----------
    table : Table
        Reviewed CSV.
    record : Record
        The row as it stands there.
    fields : list[str]
        Fields of the row under the table's columns, changed in place.
    """
    for name, came in CAME.items():
        if came in table.names and name in table.names and (cell := table.raw_cell(record, came)):
            fields[table.names.index(name)] = "" if cell == EMPTY else cell


def _needs_text(finding: Finding) -> bool:
    """Whether the original ``Coarse_lesion_type`` does not give the finding's type."""
    is_changed = finding.lesion_type != finding.original_type
    return is_changed or coarse_number(finding.lesion_type) is None


def _text(table: Table, record: Record, name: str) -> str:
    return table.cell(record, name) if name in table.names else ""
