"""What goes wrong with a journal's file, as a ReviewError that names the file and the cause."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lesion_viewer.errors import ReviewError, ReviewNotWritable

BARRED = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
"""SQLite's codes for faults of the file system, where the file itself is sound."""
DAMAGE = (
    sqlite3.Error, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
    RecursionError,
)  # fmt: skip
"""What reading a damaged entry raises."""


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """A block that reads what is in a journal; an error in it is the journal's damage.

    Parameters
    ----------
    path : Path
        The journal's file, which the error names.

    Yields
    ------
    None
        Nothing.

    Raises
    ------
    ReviewError
        Where an entry cannot be read.
    """
    try:
        yield
    except DAMAGE as error:
        raise review_error(path, error) from error


def review_error(path: Path, error: Exception) -> ReviewError:
    """The error to raise for one that SQLite, the system or a damaged entry raised.

    Parameters
    ----------
    path : Path
        The journal's file.
    error : Exception
        One of ``DAMAGE`` or an OSError.

    Returns
    -------
    ReviewError
        A ReviewNotWritable where the file is there and may be read.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ReviewNotWritable(path, "the review is open in another window or program")
    is_barred = code in BARRED or isinstance(error, OSError)
    if is_barred and path.is_file():
        is_read_only = not os.access(path.parent, os.W_OK) or not os.access(path, os.W_OK)
        why = "it is read-only" if is_read_only else str(error)
        return ReviewNotWritable(path, f"the review cannot be written there: {why}")
    if is_barred:
        return ReviewError(f"{path}: the review cannot be opened or made there ({error})")
    return ReviewError(f"{path}: the review is damaged; restore it from a copy ({error})")
