"""Journals of schema 1 that cover several studies, taken apart into one for each study.

Reviews of earlier versions were of all that lay under a path. Events are taken apart as they are
stored: each goes to the study of its series, one on several studies to each of them with its own
findings alone, and undo and redo go with their gesture.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from lesion_viewer.review.journal.schema import APPLICATION_ID

TAKEN_FROM = "taken_from"
"""Key of the note that names the common journal from which a journal was taken."""
Row = tuple[int, str, str, str, dict[str, Any]]
"""Sequence number, time, reader, kind and payload of an event."""
StudyOf = Callable[[str], str | None]
"""UID of a series -> name of its study; None where it is not known."""


def split(events: Iterable[Row], study_of: StudyOf) -> dict[str, list[Row]]:
    """The events of each study.

    Parameters
    ----------
    events : Iterable[Row]
        Of one journal of schema 1, from its first on.
    study_of : StudyOf
        Which study a series is of.

    Returns
    -------
    dict[str, list[Row]]
        Name of the study -> its events, with their sequence numbers and times. Events on series of
        no known study are left out.
    """
    own: dict[str, list[Row]] = defaultdict(list)
    series_of: dict[str, str] = {}  # finding or run -> series
    gestures: dict[int, list[str]] = {}
    for seq, at, reader, kind, payload in events:
        _learn(kind, payload, series_of)
        if "gesture" in payload:
            shares = {study: payload for study in gestures.get(payload["gesture"], ())}
        else:
            shares = _shares(payload, series_of, study_of)
            gestures[seq] = list(shares)
        for study, share in shares.items():
            own[study].append((seq, at, reader, kind, share))
    return dict(own)


def write_part(source: sqlite3.Connection, path: Path, key: str, events: Iterable[Row]) -> None:
    """Write the journal of one study, with what a common journal knows of its series.

    Parameters
    ----------
    source : sqlite3.Connection
        To the common journal.
    path : Path
        A new file.
    key : str
        Key of the study.
    events : Iterable[Row]
        The study's events.
    """
    events = list(events)
    uids = _series_in(events)
    with closing(sqlite3.connect(path)) as part:
        part.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
            part.execute(sql)
        part.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
            [(*row[:4], json.dumps(row[4], separators=(",", ":"))) for row in events],
        )
        meta = dict(source.execute("SELECT key, value FROM meta").fetchall())
        meta |= {"study_key": key, TAKEN_FROM: meta["study_key"]}
        part.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        _copy_by_series(source, part, "series", "uid", uids)
        _copy_by_series(source, part, "view", "series_uid", uids)
        if source.execute("SELECT 1 FROM sqlite_master WHERE name = 'digests'").fetchone():
            _copy_by_series(source, part, "digests", "series_uid", uids)
        if any(kind == "labels_imported" for _, _, _, kind, _ in events):
            rows = source.execute("SELECT line, content FROM label_rows")
            part.executemany("INSERT INTO label_rows VALUES (?, ?)", rows)
        part.commit()


def _learn(kind: str, payload: Mapping[str, Any], series_of: dict[str, str]) -> None:
    """Note the series of the findings and of the run that an event brings."""
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
    payload: dict[str, Any], series_of: Mapping[str, str], study_of: StudyOf
) -> dict[str, dict[str, Any]]:
    """Study -> its share of what an event says."""
    if "series" in payload:
        return _whole(payload, study_of(payload["series"]))
    if "run" in payload:
        return _whole(payload, study_of(series_of[payload["run"]]))
    if "finding" in payload:
        return _whole(payload, study_of(series_of[payload["finding"]]))
    shares: dict[str, dict[str, Any]] = {}
    if "places" in payload:
        for place in payload["places"]:
            if study := study_of(place[0]):
                shares.setdefault(study, {**payload, "places": []})["places"].append(place)
        return shares
    for finding_id, value in payload["findings"].items():
        if study := study_of(series_of[finding_id]):
            shares.setdefault(study, {**payload, "findings": {}})["findings"][finding_id] = value
    for share in shares.values():
        if "types" in share:
            share["types"] = {i: t for i, t in share["types"].items() if i in share["findings"]}
    return shares


def _whole(payload: dict[str, Any], study: str | None) -> dict[str, dict[str, Any]]:
    return {} if study is None else {study: payload}


def _series_in(events: Iterable[Row]) -> set[str]:
    """UIDs of the series that events are on."""
    series_of: dict[str, str] = {}
    uids: set[str] = set()
    for _, _, _, kind, payload in events:
        _learn(kind, payload, series_of)
        uids |= {payload["series"]} if "series" in payload else set()
        uids |= {place[0] for place in payload.get("places", ())}
    return uids | set(series_of.values())


def _copy_by_series(
    source: sqlite3.Connection, part: sqlite3.Connection, table: str, column: str, uids: set[str]
) -> None:
    rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
    place = [d[0] for d in source.execute(f"SELECT * FROM {table}").description].index(column)
    own = [row for row in rows if row[place] in uids]
    if own:
        part.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(own[0]))})", own)
