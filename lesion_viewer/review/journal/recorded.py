"""What a journal holds: its events, and what it keeps beside them."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.review.journal.damage import review_error, undamaged
from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.journal.times import moment


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
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @property
    def study_key(self) -> str:
        """The key of the study that is reviewed."""
        return self.noted("study_key")

    def events(self) -> list[Event]:
        """All events in their order.

        Raises
        ------
        ReviewError
            Where the file is damaged.
        """
        query = "SELECT seq, at, reader, kind, payload FROM events ORDER BY seq"
        with undamaged(self.path):
            return [_event(*row) for row in self._read(query)]

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

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise review_error(self.path, error) from error


def _event(seq: int, at: str, reader: str, kind: str, payload: str) -> Event:
    moment(at)
    return Event(seq, at, _text(reader), _text(kind), json.loads(payload))


def _text(value: object) -> str:
    """A column's text; SQLite also stores bytes in a column of text."""
    if not isinstance(value, str):
        raise ValueError(f"a text of {type(value).__name__}")
    return value
