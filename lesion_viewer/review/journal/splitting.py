"""Journals that cover several studies, taken apart into one for each study.

Reviews of earlier versions were of all that lay under a path. Entries are taken apart as they are
stored: each goes to the study of its series, one on several studies to each of them with its own
findings alone, and undo and redo go with their gesture.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lesion_viewer.review.journal.damage import review_error, undamaged
from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.journal.migrating import is_older, migrate
from lesion_viewer.review.journal.opening import check, refuse_foreign
from lesion_viewer.review.journal.schema import APPLICATION_ID
from lesion_viewer.review.journal.series_of_findings import learn

TAKEN_FROM = "taken_from"
"""Key of the note that names the common journal from which a journal was taken."""
PARTED = ("slices", "series", "findings", "types")
"""What an entry may say of several studies."""
StudyOf = Callable[[str], str | None]
"""UID of a series -> name of its study; None where it is not known."""


def split(source: sqlite3.Connection, study_of: StudyOf) -> dict[str, list[Entry]]:
    """The entries of each study.

    Parameters
    ----------
    source : sqlite3.Connection
        To a journal, as ``locked`` and ``copied`` give it.
    study_of : StudyOf
        Which study a series is of.

    Returns
    -------
    dict[str, list[Entry]]
        Name of the study -> its entries, with their sequence numbers and times. Entries on series
        of no known study are left out.
    """
    on_series = dict(source.execute("SELECT number, series_uid FROM slices").fetchall())
    own: dict[str, list[Entry]] = defaultdict(list)
    series_of: dict[str, str] = {}  # finding or run -> series
    gestures: dict[int, list[str]] = {}

    def study_of_slice(number: int) -> str:
        return study_of(on_series[number]) or ""

    query = "SELECT seq, at, reader, kind, payload FROM events ORDER BY seq"
    for seq, at, reader, kind, text in source.execute(query).fetchall():
        entry = Entry(seq, at, reader, kind, json.loads(text))
        learn(entry, series_of)
        if "gesture" in entry.payload:
            shares = dict.fromkeys(gestures[entry.payload["gesture"]], entry.payload)
        else:
            shares = _shares(entry.payload, series_of, study_of, study_of_slice)
            gestures[entry.seq] = list(shares)
        for study, share in shares.items():
            own[study].append(replace(entry, payload=share))
    return dict(own)


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy in memory of a journal that nobody else has open or can open meanwhile.

    Parameters
    ----------
    path : Path
        The journal's file.

    Yields
    ------
    sqlite3.Connection
        To the copy, which is of the present schema.

    Raises
    ------
    ReviewError
        Where it is damaged, is no journal, or in use.
    """
    try:
        with (
            closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection,
            closing(sqlite3.connect(":memory:", isolation_level=None)) as copy,
        ):
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            refuse_foreign(connection, path, None)
            connection.execute("BEGIN IMMEDIATE")
            check(connection, path, None)
            connection.execute("COMMIT")  # the lock stays until it is closed
            connection.backup(copy)
            if is_older(copy):
                with undamaged(path):
                    migrate(copy)
            yield copy
    except sqlite3.Error as error:
        raise review_error(path, error) from error


@contextmanager
def copied(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy in memory of a journal, whoever has it open.

    Parameters
    ----------
    path : Path
        The journal's file.

    Yields
    ------
    sqlite3.Connection
        To the copy, which is of the present schema.

    Raises
    ------
    ReviewError
        Where it is damaged or no journal.
    """
    journal = Journal.open_to_read(path)
    try:
        yield journal._connection
    finally:
        journal.close()


def write_part(source: sqlite3.Connection, path: Path, key: str, entries: Sequence[Entry]) -> None:
    """Write the journal of one study, with what a common journal knows of its series.

    Parameters
    ----------
    source : sqlite3.Connection
        To the common journal.
    path : Path
        A new file.
    key : str
        Key of the study.
    entries : Sequence[Entry]
        The study's entries.
    """
    uids = _series_in(source, entries)
    with closing(sqlite3.connect(path)) as part:
        part.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
            part.execute(sql)
        part.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
            [
                (e.seq, e.at, e.reader, e.kind, json.dumps(e.payload, separators=(",", ":")))
                for e in entries
            ],
        )
        meta = dict(source.execute("SELECT key, value FROM meta").fetchall())
        meta |= {"study_key": key, TAKEN_FROM: meta["study_key"]}
        part.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        _copy_by_series(source, part, "series", "uid", uids)
        _copy_by_series(source, part, "view", "series_uid", uids)
        _copy_by_series(source, part, "slices", "series_uid", uids)
        if source.execute("SELECT 1 FROM sqlite_master WHERE name = 'digests'").fetchone():
            _copy_by_series(source, part, "digests", "series_uid", uids)
        if any(entry.kind == "labels_imported" for entry in entries):
            rows = source.execute("SELECT line, content FROM label_rows")
            part.executemany("INSERT INTO label_rows VALUES (?, ?)", rows)
        part.commit()


def _shares(
    payload: Mapping[str, Any],
    series_of: Mapping[str, str],
    study_of: StudyOf,
    study_of_slice: Callable[[int], str],
) -> dict[str, Mapping[str, Any]]:
    """Study -> its share of what an entry says."""
    if isinstance(payload.get("series"), str):
        return _whole(payload, study_of(payload["series"]))
    if "finding" in payload:
        return _whole(payload, study_of(series_of[payload["finding"]]))
    shares: dict[str, dict[str, Any]] = defaultdict(dict)
    for number in payload.get("slices", ()):
        shares[study_of_slice(number)].setdefault("slices", []).append(number)
    for uid, runs in payload.get("series", {}).items():
        shares[study_of(uid) or ""].setdefault("series", {})[uid] = runs
    for finding_id, value in payload.get("findings", {}).items():
        study = study_of(series_of[finding_id]) or ""
        shares[study].setdefault("findings", {})[finding_id] = value
    empty = {name: type(payload[name])() for name in PARTED if name in payload}
    return {
        study: {**payload, **empty, **own, **_types_of(payload, own.get("findings", {}))}
        for study, own in shares.items()
        if study
    }


def _types_of(payload: Mapping[str, Any], findings: Mapping[str, Any]) -> dict[str, Any]:
    """The lesion types among what labels bring, of some of their findings."""
    if "types" not in payload:
        return {}
    return {"types": {i: text for i, text in payload["types"].items() if i in findings}}


def _whole(payload: Mapping[str, Any], study: str | None) -> dict[str, Mapping[str, Any]]:
    return {} if study is None else {study: payload}


def _series_in(source: sqlite3.Connection, entries: Iterable[Entry]) -> set[str]:
    """UIDs of the series that entries are on."""
    on_series = dict(source.execute("SELECT number, series_uid FROM slices").fetchall())
    series_of: dict[str, str] = {}
    uids: set[str] = set()
    for entry in entries:
        learn(entry, series_of)
        series = entry.payload.get("series", ())
        uids |= {series} if isinstance(series, str) else set(series)
        if isinstance(numbers := entry.payload.get("slices"), list):
            uids |= {on_series[number] for number in numbers}
    return uids | set(series_of.values())


def _copy_by_series(
    source: sqlite3.Connection, part: sqlite3.Connection, table: str, column: str, uids: set[str]
) -> None:
    rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
    place = [d[0] for d in source.execute(f"SELECT * FROM {table}").description].index(column)
    own = [row for row in rows if row[place] in uids]
    if own:
        part.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(own[0]))})", own)
