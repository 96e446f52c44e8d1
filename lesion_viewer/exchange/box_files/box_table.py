"""A plain table of boxes, with the decisions that our export of it adds, as the boxes of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotations import (
    SAID,
    PlainFile,
    PlainRow,
    refuse_shares,
)
from lesion_viewer.exchange.box_files.box_numbers import BoxForm, box_in_cells, number_in
from lesion_viewer.exchange.box_files.columns import (
    BoxColumns,
    box_form,
    cell_at,
    columns_of,
    has_decimal_comma,
    unclear_numbers,
)
from lesion_viewer.exchange.box_files.decisions import (
    BETWEEN,
    LABEL_CAME,
    Decision,
    added_columns,
    decided_row,
    decision_in,
    is_of_label,
    score_in,
    types_in,
)
from lesion_viewer.exchange.csv_records import BLANK, Record, Table, table_of, unquoted

MAX_SIDE_PX = 2**15


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A plain table, understood.

    Attributes
    ----------
    came : Table
        As it came: without the columns and rows that an export added.
    columns : BoxColumns
        Which are which.
    form : BoxForm
        What the numbers of a box are.
    has_comma : bool
        Whether decimals stand behind a comma.
    unclear : Mapping[int, str]
        Line of a row with a number that may be read in two ways -> what is wrong with it.
    """

    came: Table
    columns: BoxColumns
    form: BoxForm
    has_comma: bool
    unclear: Mapping[int, str]


def plain_text(path: Path, content: bytes) -> str:
    """The text of a table in UTF-8 or, as Excel saves "Unicode text", in UTF-16.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.

    Returns
    -------
    str
        With the line ends of the file.

    Raises
    ------
    ExchangeError
        Where it is neither.
    """
    encoding = "utf-8"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in content[:2]:  # without its mark: a letter and a zero
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        name = "UTF-8" if encoding == "utf-8" else "UTF-16"
        raise ExchangeError(f"{path}, line {line}: is not {name} text") from error


def understood(path: Path, text: str) -> PlainTable:
    """A table whose columns are those of a plain one.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    text : str
        Of the file.

    Returns
    -------
    PlainTable
        Without what an export added.

    Raises
    ------
    ExchangeError
        Where it is no table of boxes; says what was seen and what is wanted.
    """
    return _understood(table_of(path, text))[0]


def read_plain_csv(path: Path, content: bytes) -> PlainFile:
    """The boxes of a plain table.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.

    Returns
    -------
    PlainFile
        Its ``content`` are the records as they came, the header first.

    Raises
    ------
    ExchangeError
        Where it is no table of boxes; says what was seen and what is wanted.
    """
    table = table_of(path, plain_text(path, content))
    plain, decided = _understood(table)
    images: dict[str, tuple[int, int] | None] = {}
    came: dict[str, None] = {}
    rows: list[PlainRow] = []
    problems = []
    label = 0
    for record, decision in decided:
        if record.fields == BLANK:
            label += 1
            continue
        is_label = decision is None or is_of_label(decision)
        row = _row(plain, record, label if is_label else None, decision)
        label += is_label
        if not row.image:
            problems.append(f"{row.where}: it names no image")
            continue
        said = _size(plain.columns, record)
        if images.setdefault(row.image, said) not in (None, said) and said is not None:
            problems.append(f"{row.where}: another size of {row.image} than before")
        rows.append(row)
        if is_label:
            came[row.image] = None
    refuse_shares(path, (row.present for row in rows))
    records = (plain.came.header, *plain.came.records)
    notices = []
    if plain.columns.form is None and any(row.box for row in rows):
        name = plain.came.names[plain.columns.box[0]]
        notices.append(f"{path.name}: the numbers of {name} were read as {plain.form}")
    return PlainFile(
        images,
        list(came),
        rows,
        [r.encoded() for r in records],
        problems,
        notices=notices,
        is_ours=bool(added_columns(table.names)),
    )


Decided = list[tuple[Record, Decision | None]]
"""Each record under the columns that came, and its decision."""


def _understood(table: Table) -> tuple[PlainTable, Decided]:
    added = added_columns(table.names)
    width = len(table.names) - len(added)
    names = table.names[:width]
    columns = columns_of(table.path, names, table.header.delimiter)
    decided: Decided = [
        (replace(r, fields=r.fields[:width]), decision_in(added, r.fields[width:]))
        for r in table.records
    ]
    kept = [
        record if decision is None else _as_proposed(record, columns, decision)
        for record, decision in decided
        if decision is None or is_of_label(decision)
    ]
    if kept and not table.records[-1].end:
        kept[-1] = replace(kept[-1], end="")
    header = replace(table.header, fields=table.header.fields[:width])
    came = Table(table.path, header, tuple(kept), names)
    form = box_form(came, columns)
    has_comma, unclear = has_decimal_comma(came, columns), unclear_numbers(came, columns)
    return PlainTable(came, columns, form, has_comma, unclear), decided


def _as_proposed(record: Record, columns: BoxColumns, decision: Decision) -> Record:
    """The record as it came: with the box and the label of then."""
    fields = list(record.fields)
    came = decision["Original_box"].split(BETWEEN)
    if len(came) == len(columns.box):
        for place, field in zip(columns.box, came, strict=True):
            fields[place] = field
    if columns.label is not None and LABEL_CAME in decision:
        fields[columns.label] = decision[LABEL_CAME]
    return replace(record, fields=tuple(fields))


def _row(
    plain: PlainTable, record: Record, label: int | None, decision: Decision | None
) -> PlainRow:
    columns, where = plain.columns, f"line {record.line}"
    texts = [cell_at(record, place) for place in columns.box]
    types = types_in(columns, record, decision)
    came = texts
    if decision is not None and label is not None:
        came = [unquoted(field) for field in decision["Original_box"].split(BETWEEN)]
    box, problem = box_in_cells(came, plain.form)
    if record.line in plain.unclear:
        box, problem = None, plain.unclear[record.line]
    decided = None
    if decision is not None:
        present, wrong = box_in_cells(texts, plain.form)
        original = box if label is not None else _original(decision, plain.form)
        in_file = f"{plain.came.path}, {where}"
        if wrong:
            raise ExchangeError(f"{in_file}: {wrong}")
        decided = decided_row(in_file, decision, (present, original), types)
    return PlainRow(
        where=where,
        image=cell_at(record, columns.image),
        row=label,
        box=box,
        problem=problem,
        lesion_type=types[1],
        score=score_in(cell_at(record, columns.score)),
        annotation_id=_number(cell_at(record, columns.annotation_id)),
        decided=decided,
        said={name: (decision or {}).get(name.capitalize(), "") for name in SAID if decision},
        finding_uid="" if decided is None else decided.finding_uid,
    )


def _original(decision: Decision, form: BoxForm) -> Box | None:
    box, problem = box_in_cells(decision.get("Original_box", "").split(BETWEEN), form)
    return None if problem else box


def _number(text: str) -> int | str | None:
    return (int(text) if text.isdecimal() and len(text) < 18 else text) or None


def _size(columns: BoxColumns, record: Record) -> tuple[int, int] | None:
    try:
        rows, side = (number_in(cell_at(record, p)) for p in (columns.height, columns.width))
    except ValueError:
        return None
    return (
        (int(rows), int(side)) if 1 <= min(rows, side) <= max(rows, side) <= MAX_SIDE_PX else None
    )
