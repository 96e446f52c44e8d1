"""Journals of schema 1 that cover several studies, taken apart into one for each study.

Reviews of earlier versions were of all that lay under a path. Events are taken apart as they are
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

from lesion_viewer.review.journal.damage import review_error
from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.journal.opening import check, refuse_foreign
from lesion_viewer.review.journal.schema import APPLICATION_ID

TAKEN_FROM = "taken_from"
"""Key of the note that names the common journal from which a journal was taken."""
StudyOf = Callable[[str], str | None]
"""UID of a series -> name of its study; None where it is not known."""


def split(events: Iterable[Event], study_of: StudyOf) -> dict[str, list[Event]]:
    """The events of each study.

    Parameters
    ----------
    events : Iterable[Event]
        Of one journal of schema 1, from its first on.
    study_of : StudyOf
        Which study a series is of.

    Returns
    -------
    dict[str, list[Event]]
        Name of the study -> its events, with their sequence numbers and times. Events on series of
        no known study are left out.
    """
    own: dict[str, list[Event]] = defaultdict(list)
    series_of: dict[str, str] = {}  # finding or run -> series
    gestures: dict[int, list[str]] = {}
    for event in events:
        _learn(event, series_of)
        if "gesture" in event.payload:
            shares = dict.fromkeys(gestures[event.payload["gesture"]], event.payload)
        else:
            shares = _shares(event.payload, series_of, study_of)
            gestures[event.seq] = list(shares)
        for study, share in shares.items():
            own[study].append(replace(event, payload=share))
    return dict(own)


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    """A journal that nobody else has open or can open; nothing is changed in it.

    Parameters
    ----------
    path : Path
        The journal's file.

    Yields
    ------
    sqlite3.Connection
        To the file.

    Raises
    ------
    ReviewError
        Where it is damaged, is no journal of schema 1, or in use.
    """
    try:
        with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            refuse_foreign(connection, path, None)
            connection.execute("BEGIN IMMEDIATE")
            check(connection, path, None)
            yield connection
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
        To the copy.

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


def write_part(source: sqlite3.Connection, path: Path, key: str, events: Sequence[Event]) -> None:
    """Write the journal of one study, with what a common journal knows of its series.

    Parameters
    ----------
    source : sqlite3.Connection
        To the common journal.
    path : Path
        A new file.
    key : str
        Key of the study.
    events : Sequence[Event]
        The study's events.
    """
    uids = _series_in(events)
    with closing(sqlite3.connect(path)) as part:
        part.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
            part.execute(sql)
        part.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
            [
                (e.seq, e.at, e.reader, e.kind, json.dumps(e.payload, separators=(",", ":")))
                for e in events
            ],
        )
        meta = dict(source.execute("SELECT key, value FROM meta").fetchall())
        meta |= {"study_key": key, TAKEN_FROM: meta["study_key"]}
        part.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        _copy_by_series(source, part, "series", "uid", uids)
        _copy_by_series(source, part, "view", "series_uid", uids)
        if source.execute("SELECT 1 FROM sqlite_master WHERE name = 'digests'").fetchone():
            _copy_by_series(source, part, "digests", "series_uid", uids)
        if any(event.kind == "labels_imported" for event in events):
            rows = source.execute("SELECT line, content FROM label_rows")
            part.executemany("INSERT INTO label_rows VALUES (?, ?)", rows)
        part.commit()


def _learn(event: Event, series_of: dict[str, str]) -> None:
    """Note the series of the findings and of the run that an event brings."""
    kind, payload = event.kind, event.payload
    if kind == "run_begun":
        series_of[payload["run"]] = payload["series"]
    if "run" in payload:
        series_of.update(dict.fromkeys(payload["proposed"], series_of[payload["run"]]))
    if kind == "added":
        series_of[payload["finding"]] = payload["series"]
    findings = payload.get("findings")
    if kind.endswith("imported") and isinstance(findings, Mapping):
        series_of.update({i: _series_of(fields) for i, fields in findings.items()})


def _series_of(fields: Any) -> str:
    """Of an imported finding: a list that begins with its series, or its fields by name."""
    return str(fields["series"] if isinstance(fields, Mapping) else fields[0])


def _shares(
    payload: Mapping[str, Any], series_of: Mapping[str, str], study_of: StudyOf
) -> dict[str, Mapping[str, Any]]:
    """Study -> its share of what an event says."""
    if "series" in payload:
        return _whole(payload, study_of(payload["series"]))
    if "run" in payload:
        return _whole(payload, study_of(series_of[payload["run"]]))
    if "finding" in payload:
        return _whole(payload, study_of(series_of[payload["finding"]]))
    if "places" in payload:
        places: dict[str, list[Any]] = defaultdict(list)
        for place in payload["places"]:
            places[study_of(place[0]) or ""].append(place)
        return {study: {**payload, "places": own} for study, own in places.items() if study}
    findings: dict[str, dict[str, Any]] = defaultdict(dict)
    for finding_id, value in payload["findings"].items():
        findings[study_of(series_of[finding_id]) or ""][finding_id] = value
    return {
        study: {**payload, "findings": own, **_types_of(payload, own)}
        for study, own in findings.items()
        if study
    }


def _types_of(payload: Mapping[str, Any], findings: Mapping[str, Any]) -> dict[str, Any]:
    """The lesion types among what labels bring, of some of their findings."""
    if "types" not in payload:
        return {}
    return {"types": {i: text for i, text in payload["types"].items() if i in findings}}


def _whole(payload: Mapping[str, Any], study: str | None) -> dict[str, Mapping[str, Any]]:
    return {} if study is None else {study: payload}


def _series_in(events: Iterable[Event]) -> set[str]:
    """UIDs of the series that events are on."""
    series_of: dict[str, str] = {}
    uids: set[str] = set()
    for event in events:
        _learn(event, series_of)
        uids |= {event.payload["series"]} if "series" in event.payload else set()
        uids |= {place[0] for place in event.payload.get("places", ())}
    return uids | set(series_of.values())


def _copy_by_series(
    source: sqlite3.Connection, part: sqlite3.Connection, table: str, column: str, uids: set[str]
) -> None:
    rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
    place = [d[0] for d in source.execute(f"SELECT * FROM {table}").description].index(column)
    own = [row for row in rows if row[place] in uids]
    if own:
        part.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(own[0]))})", own)
