"""Journals of an earlier schema, made into ones of the present schema where they are opened."""

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from lesion_viewer.review.events.slices import Names, Slices
from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.journal.schema import SCHEMA_VERSION, SLICES, TRIGGERS
from lesion_viewer.review.journal.schema_1.counted_ids import with_uids
from lesion_viewer.review.journal.schema_1.slice_indices import numbered
from lesion_viewer.review.series_record import names_in
from lesion_viewer.system.atomic_files import replaced_file

COLUMNS = "seq, at, reader, kind, payload"


def is_older(connection: sqlite3.Connection) -> bool:
    """Whether a journal is of an earlier schema.

    Parameters
    ----------
    connection : sqlite3.Connection
        To a journal that was checked.
    """
    return _version(connection) < SCHEMA_VERSION


def migrate(connection: sqlite3.Connection, path: Path | None = None) -> None:
    """Write what a journal of an earlier schema holds as the present schema has it, all or nothing.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the journal, which is locked, or to a copy of it in memory.
    path : Path | None
        Its file, which is copied before to ``NAME.schema-1`` beside it, with a number behind it
        where there is such a file; None for a copy in memory.

    Raises
    ------
    OSError
        Where the copy cannot be written.
    sqlite3.Error
        Where the journal cannot be written.
    LookupError
        For an entry that is damaged, as are ValueError, TypeError and AttributeError.
    """
    slices = Slices((), partial(_slice_names, connection))
    (key,) = connection.execute("SELECT value FROM meta WHERE key = 'study_key'").fetchone()
    stored = connection.execute(f"SELECT {COLUMNS} FROM events ORDER BY seq").fetchall()
    entries = [
        Entry(seq, at, reader, kind, json.loads(text)) for seq, at, reader, kind, text in stored
    ]
    rows = [
        (e.seq, e.at, e.reader, e.kind, json.dumps(e.payload, separators=(",", ":")))
        for e in numbered(with_uids(entries, key), slices)
    ]
    views = [
        (json.dumps(_view(uid, json.loads(shown), slices)), uid)
        for uid, shown in connection.execute("SELECT series_uid, shown FROM view").fetchall()
    ]
    if path is not None:
        _keep(connection, path)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for trigger in TRIGGERS:
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger.split()[2]}")
        connection.execute("DELETE FROM events")
        connection.executemany(f"INSERT INTO events({COLUMNS}) VALUES (?, ?, ?, ?, ?)", rows)
        for trigger in TRIGGERS:
            connection.execute(trigger)
        connection.execute(SLICES)
        connection.executemany("INSERT INTO slices VALUES (?, ?, ?, ?)", slices.unsaved)
        connection.executemany("UPDATE view SET shown = ? WHERE series_uid = ?", views)
        version = (str(SCHEMA_VERSION),)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", version)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _keep(connection: sqlite3.Connection, path: Path) -> None:
    usual = kept = path.with_name(f"{path.name}.schema-{_version(connection)}")
    number = 1
    while kept.exists():
        number += 1
        kept = usual.with_name(f"{usual.name}-{number}")
    with replaced_file(kept) as new, closing(sqlite3.connect(new)) as copy:
        connection.backup(copy)


def _slice_names(connection: sqlite3.Connection, series_uid: str) -> Names:
    query = "SELECT description FROM series WHERE uid = ?"
    row = connection.execute(query, (series_uid,)).fetchone()
    return names_in(json.loads(row[0])) if row else Names()


def _version(connection: sqlite3.Connection) -> int:
    query = "SELECT value FROM meta WHERE key = 'schema_version'"
    return int(connection.execute(query).fetchone()[0])


def _view(series_uid: str, shown: Any, slices: Slices) -> Any:
    """What was on screen; what is damaged stays so, and is refused where it is read."""
    if not isinstance(shown, dict) or not isinstance(shown.get("slice"), int):
        return shown
    return {**shown, "slice": slices.number(series_uid, shown["slice"])}
