"""A plain table of boxes, with the decisions that our export of it adds, as the boxes of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.box_files.annotations import PlainFile, PlainRow, refuse_shares
from lesion_viewer.exchange.box_files.columns import (
    BoxForm,
    PlainColumns,
    box_from,
    columns_of,
    number_in,
    numbers_in_one,
)
from lesion_viewer.exchange.csv_records import (
    BLANK,
    Record,
    Table,
    table_of,
    unguarded,
    unquoted,
)
from lesion_viewer.exchange.tables.decision_columns import DecidedRow
from lesion_viewer.review.finding import Status
from lesion_viewer.review.journal.times import moment

DECISIONS = ("Status", "Reason", "Note", "Reader", "Decided_at", "Score", "Model", "Original_box")
"""What an export appends to the columns that came."""
BETWEEN = " | "
"""Stands between the fields of a box as it came, in ``Original_box``."""
MAX_SIDE_PX = 2**15


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A plain table, understood.

    Attributes
    ----------
    came : Table
        As it came: without the columns and rows that an export added.
    columns : PlainColumns
        Which are which.
    form : BoxForm
        What the numbers of a box are.
    has_comma : bool
        Whether decimals stand behind a comma.
    """

    came: Table
    columns: PlainColumns
    form: BoxForm
    has_comma: bool


def plain_text(path: Path, content: bytes) -> str:
    """The text of a table in UTF-8 or, as Excel saves "Unicode text", in UTF-16.

    Parameters
    ----------
    path : Path
        The file, for what is said of it.
    content : bytes
        Of the file.

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
        is_label = decision is None or _is_label(decision)
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
        images, list(came), rows, [r.encoded() for r in records], problems, notices=notices
    )


Decided = list[tuple[Record, dict[str, str] | None]]
"""Each record as it came, or as it was added, and its decision's cells by column."""


def _understood(table: Table) -> tuple[PlainTable, Decided]:
    is_reviewed = table.names[-len(DECISIONS) :] == DECISIONS
    width = len(table.names) - len(DECISIONS) if is_reviewed else len(table.names)
    names = table.names[:width]
    columns = columns_of(table.path, names, table.header.delimiter)
    decided: Decided = []
    for record in table.records:
        cells = [unguarded(unquoted(f)) for f in record.fields[width:]]
        decision = dict(zip(DECISIONS, cells, strict=False)) if cells and cells[0] else None
        decided.append((replace(record, fields=record.fields[:width]), decision))
    kept = [
        record if decision is None else _as_proposed(record, columns, decision)
        for record, decision in decided
        if decision is None or _is_label(decision)
    ]
    if kept and not table.records[-1].end:
        kept[-1] = replace(kept[-1], end="")
    header = replace(table.header, fields=table.header.fields[:width])
    came = Table(table.path, header, tuple(kept), names)
    form = columns.form or _form(came, columns)
    return PlainTable(came, columns, form, _has_comma(came, columns)), decided


def _is_label(decision: dict[str, str]) -> bool:
    """Whether a row goes back to one that came: no model and no reader made it."""
    return bool(decision.get("Original_box")) and not decision.get("Model")


def _as_proposed(record: Record, columns: PlainColumns, decision: dict[str, str]) -> Record:
    fields = list(record.fields)
    came = decision["Original_box"].split(BETWEEN)
    if len(came) == len(columns.box):
        for place, field in zip(columns.box, came, strict=True):
            fields[place] = field
    return replace(record, fields=tuple(fields))


def _cell(record: Record, place: int | None) -> str:
    is_there = place is not None and place < len(record.fields)
    return unguarded(unquoted(record.fields[place])).strip() if is_there else ""  # type: ignore[index]


def _form(table: Table, columns: PlainColumns) -> BoxForm:
    """What the numbers of the one column are that does not say it, where all rows agree."""
    is_corners = set()
    for record in table.records:
        try:
            a, b, c, d = numbers_in_one(_cell(record, columns.box[0]))
        except ValueError:
            continue
        is_corners.add(c > a and d > b)
    if is_corners == {True, False}:
        name = table.names[columns.box[0]]
        raise ExchangeError(
            f"{table.path}: the numbers of {name} may be x1, y1, x2, y2 or x, y, width, height;"
            " name the column bbox_xyxy or bbox_xywh"
        )
    return BoxForm.SIZE if is_corners == {False} else BoxForm.CORNERS


def _has_comma(table: Table, columns: PlainColumns) -> bool:
    if len(columns.box) == 1:
        return False
    places = (*columns.box, *([columns.score] if columns.score is not None else []))
    return any("," in _cell(record, place) for record in table.records for place in places)


def _row(
    plain: PlainTable, record: Record, label: int | None, decision: dict[str, str] | None
) -> PlainRow:
    columns, where = plain.columns, f"line {record.line}"
    texts = [_cell(record, place) for place in columns.box]
    came = texts
    if decision is not None and label is not None:
        came = [unquoted(field) for field in decision["Original_box"].split(BETWEEN)]
    box, problem = _box(came, plain.form)
    decided = None
    if decision is not None:
        present, wrong = _box(texts, plain.form)
        original = box if label is not None else _original(decision, plain.form)
        if wrong:
            raise ExchangeError(f"{plain.came.path}, {where}: {wrong}")
        decided = _decided(plain.came.path, where, decision, present, original)
    return PlainRow(
        where=where,
        image=_cell(record, columns.file),
        row=label,
        box=box,
        problem=problem,
        lesion_type=_cell(record, columns.label),
        score=_score(_cell(record, columns.score)),
        annotation_id=_number(_cell(record, columns.annotation_id)),
        decided=decided,
        said={k.lower(): v for k, v in (decision or {}).items() if k in DECISIONS[:3]},
    )


def _box(texts: Sequence[str], form: BoxForm) -> tuple[Box | None, str]:
    """The box of its cells, and why it cannot be used; neither where they are all empty."""
    if not any(text.strip() for text in texts):
        return None, ""
    try:
        numbers = [number_in(t) for t in texts] if len(texts) == 4 else numbers_in_one(texts[0])
        return box_from(numbers, form), ""
    except (ValueError, IndexError) as error:
        return None, str(error)


def _original(decision: dict[str, str], form: BoxForm) -> Box | None:
    box, problem = _box(decision.get("Original_box", "").split(BETWEEN), form)
    return None if problem else box


def _decided(
    path: Path, where: str, cells: dict[str, str], box: Box | None, original: Box | None
) -> DecidedRow:
    try:
        status = Status(cells["Status"])
        at = cells.get("Decided_at", "")
        if at or status is not Status.UNDECIDED:
            moment(at)
    except ValueError as error:
        raise ExchangeError(f"{path}, {where}: its decision cannot be read ({error})") from error
    reason, note, reader = (cells.get(name, "") for name in ("Reason", "Note", "Reader"))
    score = _score(cells.get("Score", ""))
    model = cells.get("Model", "")
    return DecidedRow(status, reason, note, reader, at, score, model, box, original)


def _score(text: str) -> float | None:
    try:
        return number_in(text) if text else None
    except ValueError:
        return None


def _number(text: str) -> int | str | None:
    return (int(text) if text.isdecimal() and len(text) < 18 else text) or None


def _size(columns: PlainColumns, record: Record) -> tuple[int, int] | None:
    try:
        rows, side = (number_in(_cell(record, p)) for p in (columns.height, columns.width))
    except ValueError:
        return None
    return (
        (int(rows), int(side)) if 1 <= min(rows, side) <= max(rows, side) <= MAX_SIDE_PX else None
    )
