"""What a journal holds: its events, and what it keeps beside them."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.review.events.event import RecordedEvent
from lesion_viewer.review.events.kinds import decode_event
from lesion_viewer.review.events.slices import Names, Slices
from lesion_viewer.review.journal.damage import review_error, undamaged
from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.series_record import names_in
from lesion_viewer.review.times import moment


class Recorded:
    """All that is read from a journal; the part of it that changes nothing.

    Parameters
    ----------
    path : Path
        The journal's file, which errors name.
    connection : sqlite3.Connection
        To the file, or to a copy of it in memory.

    Attributes
    ----------
    path : Path
        The journal's file.
    slices : Slices
        The numbers of slices in its events.

    Raises
    ------
    ReviewError
        Where the file is damaged.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        query = "SELECT number, series_uid, name, frame FROM slices"
        with undamaged(path):
            rows = [
                (int(n), _text(uid), _text(name), int(frame))
                for n, uid, name, frame in self._read(query)
            ]
            self.slices = Slices(rows, self._slice_names)

    @property
    def study_key(self) -> str:
        """The key of the study that is reviewed."""
        return self.noted("study_key")

    def entries(self) -> list[Entry]:
        """All events in their order, as they are stored.

        Raises
        ------
        ReviewError
            Where the file is damaged.
        """
        query = "SELECT seq, at, reader, kind, payload FROM events ORDER BY seq"
        with undamaged(self.path):
            return [_entry(*row) for row in self._read(query)]

    def events(self) -> list[RecordedEvent]:
        """All events in their order, with slices as they are counted now.

        Raises
        ------
        ReviewError
            Where the file is damaged.
        """
        entries = self.entries()
        with undamaged(self.path):
            return [
                RecordedEvent(e.seq, e.at, e.reader, decode_event(e.kind, e.payload, self.slices))
                for e in entries
            ]

    def label_rows(self) -> list[bytes]:
        """The records of the imported annotation file, byte for byte, its header first."""
        query = "SELECT content FROM label_rows ORDER BY line"
        with undamaged(self.path):
            return [bytes(row[0]) for row in self._read(query)]

    def digests(self, series_uid: str) -> dict[Name, str]:
        """Digests of the pixels of a series' slices.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        dict[Name, str]
            Name of the slice -> digest of its pixels; only slices of which one was kept.
        """
        if not self._read("SELECT name FROM sqlite_master WHERE name = 'digests'"):
            return {}
        query = "SELECT name, digest FROM digests WHERE series_uid = ?"
        with undamaged(self.path):
            rows = [(json.loads(name), digest) for name, digest in self._read(query, series_uid)]
            return {(str(name), int(frame)): _text(digest) for (name, frame), digest in rows}

    def noted(self, key: str) -> str:
        """A text about the file itself.

        Parameters
        ----------
        key : str
            As ``Journal.note`` was given it.

        Returns
        -------
        str
            Empty where there is none.
        """
        rows = self._read("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else ""

    def series(self) -> dict[str, dict[str, Any]]:
        """The description of each series, by its UID, in the study's order."""
        query = "SELECT uid, description FROM series ORDER BY rowid"
        with undamaged(self.path):
            return {uid: json.loads(text) for uid, text in self._read(query)}

    def views(self) -> dict[str, dict[str, Any]]:
        """What was last on screen of each series, by its UID, the latest at the end."""
        query = "SELECT series_uid, shown FROM view ORDER BY rowid"
        with undamaged(self.path):
            return {uid: json.loads(text) for uid, text in self._read(query)}

    def _slice_names(self, series_uid: str) -> Names:
        query = "SELECT description FROM series WHERE uid = ?"
        rows = self._read(query, series_uid)
        return names_in(json.loads(rows[0][0])) if rows else Names()

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise review_error(self.path, error) from error


def _entry(seq: int, at: str, reader: str, kind: str, payload: str) -> Entry:
    moment(at)
    return Entry(seq, at, _text(reader), _text(kind), json.loads(payload))


def _text(value: object) -> str:
    """A column's text; SQLite also stores bytes in a column of text."""
    if not isinstance(value, str):
        raise ValueError(f"a text of {type(value).__name__}")
    return value
