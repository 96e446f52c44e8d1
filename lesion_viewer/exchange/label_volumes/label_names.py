"""The names of labels in a table beside their volume: ``labels.csv`` beside ``labels.nii.gz``."""

from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import BLANK, read_table, unguarded

VALUE = ("value", "label", "id", "index", "number", "label_value")
NAME = ("name", "structure", "label_name", "segment", "description", "organ")
MAX_DIGITS = 5
MAX_NAME = 64


def names_beside(path: Path) -> dict[int, str]:
    """The names of labels in a table beside their volume.

    Parameters
    ----------
    path : Path
        Label volume; the table has the same name and the suffix ``.csv`` or ``.tsv``.

    Returns
    -------
    dict[int, str]
        Label value -> name; empty where there is no such table.
    """
    stem = path.name.split(".")[0]
    for suffix in (".csv", ".tsv"):
        table = path.with_name(stem + suffix)
        if table != path and table.is_file():
            try:
                return _names_in(table)
            except ExchangeError:
                return {}  # a table of something else
    return {}


def _names_in(path: Path) -> dict[int, str]:
    table = read_table(path, ())
    plain = {name.casefold().replace(" ", "_"): name for name in reversed(table.names)}
    value = next((plain[name] for name in VALUE if name in plain), None)
    text = next((plain[name] for name in NAME if name in plain), None)
    if value is None or text is None or value == text:
        return {}
    found: dict[int, str] = {}
    for record in table.records:
        number = "" if record.fields == BLANK else table.cell(record, value).strip()
        if number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS:
            name = " ".join(unguarded(table.cell(record, text)).split())[:MAX_NAME]
            found.setdefault(int(number), name)
    return found
