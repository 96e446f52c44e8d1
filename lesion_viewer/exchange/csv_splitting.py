"""The records and fields of a CSV text, with their quotes and line ends."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lesion_viewer.errors import ExchangeError

RECORD = re.compile(r'((?:[^"\r\n]+|"[^"]*")*+)(\r\n|\r|\n|\Z)')
LINE_END = re.compile(r"\r\n|\r|\n")
QUOTED = re.compile(r'"[^"]*"')


def most_frequent(delimiters: Iterable[str], header: str) -> str:
    """The delimiter that the first line of a CSV has most of, outside of quotes.

    Parameters
    ----------
    delimiters : Iterable[str]
        Characters that may separate fields.
    header : str
        Beginning of the CSV, with its first line that is not blank.

    Returns
    -------
    str
        One of the delimiters; the first one where the line has none of them.
    """
    line = QUOTED.sub("", header).lstrip("\r\n").partition("\n")[0]
    return max(delimiters, key=line.count)


def split_records(path: Path, text: str) -> Iterator[tuple[int, str, str]]:
    """The records of a CSV text; one record has several lines where a quoted field has.

    Parameters
    ----------
    path : Path
        File that the text was read from, for error messages.
    text : str
        Content of the file.

    Yields
    ------
    tuple[int, str, str]
        Line number of the record's first line, counted from 1, its text and its line end.

    Raises
    ------
    ExchangeError
        Where a quote is not closed; names the line.
    """
    line, position = 1, 0
    while position < len(text):
        match = RECORD.match(text, position)
        if match is None:
            raise ExchangeError(f"{path}, line {line}: quotes that are not closed")
        yield line, match[1], match[2]
        line += len(LINE_END.findall(match[0]))
        position = match.end()


def split_fields(record: str, delimiter: str) -> tuple[str, ...]:
    """The fields of a record, with their quotes.

    Parameters
    ----------
    record : str
        Text of the record without its line end.
    delimiter : str
        Character between the fields.

    Returns
    -------
    tuple[str, ...]
        Fields as they stand in the text, at least one.
    """
    if '"' not in record:
        return tuple(record.split(delimiter))
    return tuple(_fields_between(delimiter).findall(record))


@cache
def _fields_between(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'(?:^|{re.escape(delimiter)})((?:[^"{delimiter}]+|"[^"]*")*+)')
