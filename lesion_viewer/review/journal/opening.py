"""Opening a journal's database: its lock, the tables of a new one, and a check of an old one."""

import sqlite3
from pathlib import Path

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.journal.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from lesion_viewer.system.atomic_files import sync_folder

# Views and triggers that we do not make could answer or act in the place of the record.
FOREIGN_CODE = """
SELECT count(*) FROM sqlite_master
WHERE type = 'view' OR (type = 'trigger' AND name NOT LIKE 'events_are_not_%');
"""


def prepare(connection: sqlite3.Connection, path: Path, study_key: str | None) -> None:
    """Lock the file, make the tables of a new one, and refuse one that is no journal of ours.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the file.
    path : Path
        The file, which errors name.
    study_key : str | None
        Of the study that is reviewed; None for whichever the file is of.

    Raises
    ------
    ReviewError
        Where the file is damaged, is not a journal, or is of another study or a newer version.
    """
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    tables = refuse_foreign(connection, path, study_key)
    connection.execute("PRAGMA journal_mode = WAL")
    # Each commit waits until the disk has it, on macOS past the drive's own cache too.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("BEGIN IMMEDIATE")  # takes the lock, which is kept until close
    connection.execute("COMMIT")
    if not tables:
        connection.executescript(f"BEGIN;{SCHEMA}")
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("schema_version", str(SCHEMA_VERSION)), ("study_key", study_key)],
        )
        connection.execute("COMMIT")
    check(connection, path, study_key)


def refuse_foreign(connection: sqlite3.Connection, path: Path, study_key: str | None) -> int:
    """How many tables the database has; one of another program is refused.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the file or a copy of it.
    path : Path
        The file, which errors name.
    study_key : str | None
        None where no tables may be made in an empty file.

    Returns
    -------
    int
        0 for a new file.

    Raises
    ------
    ReviewError
        Where it is of another program, or empty and no study is given.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application_id != APPLICATION_ID and (application_id or tables or study_key is None):
        raise ReviewError(f"{path}: not a review of this program")
    return int(tables)


def check(connection: sqlite3.Connection, path: Path, study_key: str | None) -> None:
    """Refuse a journal that is damaged, of another study or of a newer version.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the file or a copy of it.
    path : Path
        The file, which errors name.
    study_key : str | None
        Of the study that is reviewed; None for whichever the file is of.

    Raises
    ------
    ReviewError
        Where it cannot be used.
    """
    (foreign,) = connection.execute(FOREIGN_CODE).fetchone()
    if foreign:
        raise ReviewError(f"{path}: not a review of this program: it holds code of another")
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    if answer != "ok" or not {"schema_version", "study_key"} <= meta.keys():
        raise ReviewError(f"{path}: the review is damaged; restore it from a copy")
    if int(meta["schema_version"]) > SCHEMA_VERSION:
        raise ReviewError(f"{path}: written by a newer version of this program; update it")
    if study_key is not None and meta["study_key"] != study_key:
        raise ReviewError(f"{path}: the review of another study")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each of which lasts through a power cut.

    Parameters
    ----------
    folder : Path
        May be there already.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
