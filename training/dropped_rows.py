"""What became of a DeepLesion CSV's rows: on screen, and row by row as CSV."""

import csv
import io
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import save_bytes

from .deeplesion.row_selection import Rows
from .deeplesion.scans import key_slices, open_rows
from .recipe.deeplesion_data import DeepLesionData
from .recipe.recipe import Recipe


def print_rows(recipe: Recipe) -> Rows:
    """The rows that a recipe learns from, after printing a table of their counts.

    Parameters
    ----------
    recipe : Recipe
        A recipe whose data are of DeepLesion.

    Returns
    -------
    Rows
        The rows by part, and those that were left out.

    Raises
    ------
    TrainingError, ExchangeError
        Where the data are not of DeepLesion or cannot be used.
    """
    if not isinstance(recipe.data, DeepLesionData):
        raise TrainingError(f"the data of {recipe.name} are not of DeepLesion")
    rows, _ = open_rows(recipe.data)
    table = Table("rows", "lesions", "key slices", "patients")
    for part, kept in rows.parts.items():
        patients = {one.values["Patient_index"] for one in kept}
        counts = (len(kept), len(key_slices(rows, part)), len(patients))
        table.add_row(part, *map(str, counts))
    for reason, count in rows.reasons().items():
        table.add_row(f"left out: {reason}", str(count))
    Console().print(table)
    return rows


def write_dropped(rows: Rows, path: Path) -> None:
    """Write a CSV with a line for each row that was left out: row from 0, file, reason.

    Parameters
    ----------
    rows : Rows
        As ``print_rows`` gives them.
    path : Path
        The CSV; replaced where it exists.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("row", "file_name", "reason"))
    writer.writerows((one.row, one.file_name, one.reason) for one in rows.dropped)
    save_bytes(path, text.getvalue().encode())
