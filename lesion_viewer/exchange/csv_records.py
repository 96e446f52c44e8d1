"""CSV records that can be written back byte for byte: with their line ends and quotes.

Fields are separated by commas, semicolons, tabs or bars: by what the header has most of.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_splitting import most_frequent, split_fields, split_records

# DeepLesion's own file of 32,735 rows has 10 MB.
MAX_TABLE_BYTES = 2**28
MAX_HEADER = 2**16
BOM = "\ufeff"
BLANK = ("",)  # the fields of a blank line
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""Separators and their names in messages; the first one counts where the header has none."""
SEPARATOR = re.compile("\ufeff?sep=([,;\t|])(?:\r\n|\r|\n)", re.IGNORECASE)
"""The line that Excel puts before a table; it stays with the first field of the header."""
NEEDS_QUOTES = re.compile(r'[",;|\t\r\n]|^\s|\s$')
FORMULA = re.compile(r"'*[=+\-@\t\r]")
QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a CSV; more than one where a quoted field has line breaks.

    Attributes
    ----------
    line : int
        Line number of the record's first line, counted from 1.
    fields : tuple[str, ...]
        Fields as they stand in the file, with their quotes.
    end : str
        Line end as it stands in the file; empty where the file ends without one.
    delimiter : str
        Character between the fields.
    """

    line: int
    fields: tuple[str, ...]
    end: str
    delimiter: str = ","

    def encoded(self) -> bytes:
        """The record's bytes as they stand in the file."""
        return (self.delimiter.join(self.fields) + self.end).encode()


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: its header and its records; a blank line is a record of one empty field.

    Attributes
    ----------
    path : Path
        File that the table was read from, for error messages.
    header : Record
        First record, with the column names as they stand in the file.
    records : tuple[Record, ...]
        All other records, in the order of the file.
    names : tuple[str, ...]
        Column names, unquoted and without a byte order mark.
    """

    path: Path
    header: Record
    records: tuple[Record, ...]
    names: tuple[str, ...]

    def cell(self, record: Record, name: str) -> str:
        """The unquoted value of a record in a column.

        Parameters
        ----------
        record : Record
            A record of this table.
        name : str
            Column name; it must be one of ``names``.

        Returns
        -------
        str
            Empty where the record has no field in that column.
        """
        return unquoted(self.raw_cell(record, name))

    def raw_cell(self, record: Record, name: str) -> str:
        """The value of a record in a column, with its quotes, as it stands in the file.

        Parameters
        ----------
        record : Record
            A record of this table.
        name : str
            Column name; it must be one of ``names``.

        Returns
        -------
        str
            Empty where the record has no field in that column.
        """
        n = self.names.index(name)
        return record.fields[n] if n < len(record.fields) else ""

    def require(self, names: Iterable[str]) -> None:
        """Check that the table has all of these columns.

        Parameters
        ----------
        names : Iterable[str]
            Names of the required columns.

        Raises
        ------
        ExchangeError
            Where a column is missing; names the first one.
        """
        missing = [name for name in names if name not in self.names]
        if missing:
            raise ExchangeError(f"{self.path}, line 1: the column {missing[0]} is missing")

    def error(self, record: Record, name: str, problem: str) -> ExchangeError:
        """An error that names the file, the line and the column.

        Parameters
        ----------
        record : Record
            Record with the fault.
        name : str
            Name of the column with the fault.
        problem : str
            What is wrong, as the end of a sentence.

        Returns
        -------
        ExchangeError
            The error, for the caller to raise.
        """
        return ExchangeError(f"{self.path}, line {record.line}, column {name}: {problem}")


def read_table(path: Path, required: Iterable[str]) -> Table:
    """The records of a CSV file.

    Parameters
    ----------
    path : Path
        CSV file in UTF-8.
    required : Iterable[str]
        Names of columns that the file must have.

    Returns
    -------
    Table
        The table, whose records can be written back byte for byte.

    Raises
    ------
    ExchangeError
        Where the file cannot be read, is empty, is not UTF-8, lacks a required column, has a record
        with more or fewer fields than the header, or has a quote that is not closed.
    """
    table = table_of(path, _text_of(path, read_bytes(path)))
    table.require(required)
    return table


def table_of(path: Path, text: str) -> Table:
    """The records of a CSV text.

    Parameters
    ----------
    path : Path
        File that the text was read from, for error messages.
    text : str
        Content of the file, decoded.

    Returns
    -------
    Table
        The table, whose records can be written back byte for byte.

    Raises
    ------
    ExchangeError
        Where the text is empty, has a record with more or fewer fields than the header, or has a
        quote that is not closed.
    """
    records = _split(path, text)
    if not records or records[0].fields in (BLANK, (BOM,)):
        raise ExchangeError(f"{path}: is empty")
    header, *rest = records
    names = tuple(unquoted(_bare(f)).strip() for f in header.fields)
    # An export's untouched label rows end before the columns of decisions, the last of that name.
    of_label = names[: -1 - names[::-1].index("Status")] if "Status" in names else names
    annotation = len(of_label)
    for record in rest:
        if record.fields != BLANK and len(record.fields) not in (annotation, len(names)):
            fields = f"{len(record.fields)} fields under {len(names)} columns"
            raise ExchangeError(f"{path}, line {record.line}: {fields}")
    return Table(path, header, tuple(rest), names)


def header_names(content: bytes) -> tuple[str, ...]:
    """The column names of a table, without reading its records.

    Parameters
    ----------
    content : bytes
        Content of the file, in UTF-8 or UTF-16. It need not be a table.

    Returns
    -------
    tuple[str, ...]
        Column names, unquoted; of a file that is no table, whatever its first line holds.
    """
    start = content[:MAX_HEADER]
    is_wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    whole = start.decode("utf-16" if is_wide else "utf-8", "replace")
    line = re.split(r"[\r\n]", _bare(whole).lstrip("\r\n"), maxsplit=1)[0]
    named = SEPARATOR.match(whole)
    fields = split_fields(line, named[1] if named else _delimiter_of(line))
    return tuple(unquoted(field).strip() for field in fields)


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Parameters
    ----------
    path : Path
        File of labels.

    Returns
    -------
    bytes
        All bytes of the file.

    Raises
    ------
    ExchangeError
        Where the file cannot be read, or is larger than ``MAX_TABLE_BYTES``.
    """
    try:
        if path.stat().st_size > MAX_TABLE_BYTES:
            raise ExchangeError(f"{path}: is larger than {MAX_TABLE_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise ExchangeError(f"{path}: cannot be read ({error.strerror or error})") from error


def quick_rows(path: Path, content: bytes) -> list[list[str]]:
    """The unquoted fields of a CSV, header first, without blank lines.

    This is ten times as fast as ``read_table``, but the rows cannot be written back byte for byte.

    Parameters
    ----------
    path : Path
        File that the content was read from, for error messages.
    content : bytes
        Content of the file, in UTF-8.

    Returns
    -------
    list[list[str]]
        One list of fields for each record. Rows may have fewer fields than the header.

    Raises
    ------
    ExchangeError
        Where the content is empty or no UTF-8 CSV; names the line.
    """
    whole = _text_of(path, content)
    named = SEPARATOR.match(whole)
    text = _bare(whole)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=named[1] if named else _delimiter_of(text))
    try:
        rows = [row for row in reader if row]
    except csv.Error as error:
        raise ExchangeError(f"{path}, line {reader.line_num}: {error}") from error
    if not rows:
        raise ExchangeError(f"{path}: is empty")
    return [[name.strip() for name in rows[0]], *rows[1:]]


def unquoted(field: str) -> str:
    """The value of a CSV field, without its quotes.

    Parameters
    ----------
    field : str
        Field as it stands in the file.

    Returns
    -------
    str
        The value; two quotes within a quoted field become one.
    """
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field


def quoted(value: str, delimiter: str = ",") -> str:
    """A value as a CSV field, in quotes where it needs them.

    Parameters
    ----------
    value : str
        Value that a reader of the file is to get.
    delimiter : str
        Character between the file's fields. A decimal comma needs quotes only in a file with
        commas.

    Returns
    -------
    str
        The field as it is to stand in the file.
    """
    if NEEDS_QUOTES.search(value if delimiter == "," else value.replace(",", "")):
        return '"' + value.replace('"', '""') + '"'
    return value


def guarded(text: str) -> str:
    """A text that a spreadsheet shows and does not compute: ``=1+1`` becomes ``'=1+1``.

    Parameters
    ----------
    text : str
        Free text.

    Returns
    -------
    str
        The text, with an apostrophe before it where a spreadsheet would take it for a formula.
    """
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before ``guarded``.

    Parameters
    ----------
    text : str
        Text from a cell.

    Returns
    -------
    str
        The text without the apostrophe that ``guarded`` added.
    """
    return text[1:] if QUOTED_FORMULA.match(text) else text


def _text_of(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ExchangeError(f"{path}, line {line}: is not UTF-8 text") from error


def _delimiter_of(text: str) -> str:
    return most_frequent(DELIMITERS, text[:MAX_HEADER])


def _bare(text: str) -> str:
    """The text without a byte order mark, or Excel's line, before it."""
    named = SEPARATOR.match(text)
    return text[named.end() :] if named else text.removeprefix(BOM)


def _split(path: Path, text: str) -> list[Record]:
    named = SEPARATOR.match(text)
    before = named[0] if named else ""
    delimiter = named[1] if named else _delimiter_of(text)
    records = [
        Record(line + bool(named), split_fields(record, delimiter), end, delimiter)
        for line, record, end in split_records(path, text.removeprefix(before))
    ]
    if before and records:
        first, *rest = records[0].fields
        records[0] = replace(records[0], fields=(before + first, *rest))
    return records
