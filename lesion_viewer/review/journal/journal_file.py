"""The append-only record of a review: one SQLite file, one transaction per gesture."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Self
from weakref import WeakValueDictionary

from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.events.slices import Row
from lesion_viewer.review.journal.damage import DAMAGE, review_error, undamaged
from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.journal.migrating import is_older, migrate
from lesion_viewer.review.journal.opening import check, make_folder, prepare, refuse_foreign
from lesion_viewer.review.journal.readable_copy import snapshot
from lesion_viewer.review.journal.recorded import Recorded
from lesion_viewer.review.journal.schema import DIGESTS
from lesion_viewer.review.series_record import names_in
from lesion_viewer.review.times import moment

_open_here: "WeakValueDictionary[tuple[int, int], Journal]" = WeakValueDictionary()
"""The journals that this process has open, by device and inode."""


class Journal(Recorded):
    """An open journal; nobody else can open the file until it is closed.

    Beside the events, which are never changed, it keeps a description of each series and digests of
    some of its slices' pixels, the imported annotation file verbatim, and for each series what was
    last on screen.

    Parameters
    ----------
    path : Path
        The journal's file.
    connection : sqlite3.Connection
        To the file, or to a copy of it in memory. The journal closes it.
    read_only : str
        Why nothing can be added, as a clause; empty where it can.

    Attributes
    ----------
    path : Path
        Its file.
    read_only : str
        Why nothing can be added, as a clause; empty where it can.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, read_only: str = "") -> None:
        super().__init__(path, connection)
        self.read_only = read_only
        self._writing = threading.Lock()
        row = connection.execute("SELECT at FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self._last_at = moment(row[0]) if row else datetime.fromtimestamp(0, UTC)

    @classmethod
    def open(cls, path: Path, study_key: str | None = None) -> Self:
        """The journal in a file, made where it is missing and a study is given.

        Parameters
        ----------
        path : Path
            The journal's file.
        study_key : str | None
            Of the study that is reviewed; None for whichever the file is of.

        Raises
        ------
        ReviewError
            Where the file is damaged, is not a journal, is of another study or of a newer version,
            or is missing and no study is given.
        ReviewNotWritable
            Where it is open elsewhere, or on a disk or in a folder that is read-only.
        """
        if study_key is None and not path.is_file():
            raise ReviewError(f"{path}: there is no such review")
        connection = None
        try:
            make_folder(path.parent)
            # A review may be opened on one thread and handed to another; one at a time uses it.
            connection = sqlite3.connect(
                path, timeout=0.2, isolation_level=None, check_same_thread=False
            )
            prepare(connection, path, study_key)
            if is_older(connection):
                migrate(connection, path)
            journal = cls(path, connection)
            _open_here[_identity(path)] = journal
            return journal
        except (*DAMAGE, OSError, ReviewError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, ReviewError):
                raise
            raise review_error(path, error) from error

    @classmethod
    def open_to_read(
        cls, path: Path, study_key: str | None = None, why: str = "it was opened to be read"
    ) -> "Journal":
        """A copy in memory of what a journal holds by now, whoever has it open.

        Parameters
        ----------
        path : Path
            The journal's file.
        study_key : str | None
            Of the study that is reviewed; None for whichever the file is of.
        why : str
            Why nothing can be added, as a clause.

        Returns
        -------
        Journal
            Nothing can be added to it.

        Raises
        ------
        ReviewError
            Where the file is missing, damaged, not a journal, of another study or of a newer
            version.
        """
        connection = None
        try:
            here = _open_here.get(_identity(path))
            connection = snapshot(path) if here is None else here._copy()
            refuse_foreign(connection, path, study_key)
            check(connection, path, study_key)
            if is_older(connection):
                migrate(connection)
            return cls(path, connection, why)
        except (*DAMAGE, OSError, ReviewError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, ReviewError):
                raise
            if isinstance(error, FileNotFoundError):
                raise ReviewError(f"{path}: there is no such review") from error
            raise review_error(path, error) from error

    def copied(self, why: str = "it is a copy") -> "Journal":
        """A copy in memory of all that is recorded by now, for a thread that only reads it.

        Parameters
        ----------
        why : str
            Why nothing can be added to it, as a clause.

        Returns
        -------
        Journal
            To be closed by the caller.
        """
        return Journal(self.path, self._copy(), why)

    def close(self) -> None:
        """Release the file."""
        for identity, journal in list(_open_here.items()):
            if journal is self:
                del _open_here[identity]
        self._connection.close()

    def append_all(
        self,
        reader: str,
        entries: Sequence[tuple[str, Mapping[str, Any]]],
        label_rows: Iterable[bytes] = (),
    ) -> list[Entry]:
        """Record several events, and the file they came from, in one transaction.

        Parameters
        ----------
        reader : str
            Who did it.
        entries : Sequence[tuple[str, Mapping[str, Any]]]
            Kind and payload of each event.
        label_rows : Iterable[bytes]
            The records of an annotation file, the header first.

        Returns
        -------
        list[Entry]
            As they are recorded.

        Raises
        ------
        ReviewError
            Where they could not be saved; the journal is then as it was.
        """
        with self._transaction():
            events = self._put_events(reader, entries)
            self._put_slices(self.slices.unsaved)
            self._connection.executemany(
                "INSERT INTO label_rows(line, content) VALUES (?, ?)", enumerate(label_rows)
            )
        self.slices.unsaved.clear()
        self._last_at = moment(events[-1].at) if events else self._last_at
        return events

    def save_series(self, descriptions: Mapping[str, Mapping[str, Any]]) -> bool:
        """Keep descriptions of series, each in place of the former one.

        Parameters
        ----------
        descriptions : Mapping[str, Mapping[str, Any]]
            Series UID -> what an export needs to know; JSON.

        Returns
        -------
        bool
            Whether slices that events speak of are counted another way now.

        Raises
        ------
        ReviewError
            Where it is read-only or cannot be saved, or a slice would be gone that events speak of.
        """
        if self.read_only:
            raise ReviewError(f"Read-only, nothing is recorded: {self.read_only}.")
        return self._describe(descriptions)

    def renumber(
        self, series_uid: str, description: Mapping[str, Any], places: Sequence[int]
    ) -> None:
        """Keep another description of a series whose slices are counted another way now.

        A journal that is only read is a copy in memory, in which alone it is kept.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        description : Mapping[str, Any]
            Of the series as its slices are counted now.
        places : Sequence[int]
            For each slice that was described, by its former index, the present one.

        Raises
        ------
        ReviewError
            Where it could not be saved; the journal is then as it was.
        """
        self._describe({series_uid: description}, places)

    def save_digests(self, series_uid: str, digests: Mapping[Name, str]) -> None:
        """Keep digests of the pixels of a series' slices.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        digests : Mapping[Name, str]
            Name of the slice -> digest of its pixels.
        """
        with self._transaction():
            self._connection.execute(DIGESTS)
            self._connection.executemany(
                "INSERT OR REPLACE INTO digests VALUES (?, ?, ?)",
                [(series_uid, json.dumps(name), digest) for name, digest in digests.items()],
            )

    def forget_digests(self, series_uids: Iterable[str]) -> None:
        """Remove all digests of some series.

        Parameters
        ----------
        series_uids : Iterable[str]
            UIDs of the series.
        """
        with self._transaction():
            self._connection.execute(DIGESTS)
            query = "DELETE FROM digests WHERE series_uid = ?"
            self._connection.executemany(query, [(uid,) for uid in series_uids])

    def note(self, key: str, value: str) -> None:
        """Keep a text about the file itself, in place of the former one of that key.

        Parameters
        ----------
        key : str
            What the text is about.
        value : str
            The text.
        """
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def save_view(self, series_uid: str, shown: Mapping[str, Any]) -> None:
        """Keep what is on screen of a series, which becomes the one looked at last.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        shown : Mapping[str, Any]
            What is on screen; JSON.
        """
        with self._transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO view(series_uid, shown) VALUES (?, ?)",
                (series_uid, json.dumps(shown)),
            )
            self._put_slices(self.slices.unsaved)
        self.slices.unsaved.clear()

    def _put_events(
        self, reader: str, entries: Iterable[tuple[str, Mapping[str, Any]]]
    ) -> list[Entry]:
        events = []
        last_at = self._last_at
        for kind, payload in entries:
            # The clock may stand still or go back; times of events must increase.
            last_at = max(datetime.now(UTC), last_at + timedelta(microseconds=1))
            at = last_at.isoformat(timespec="microseconds")
            cursor = self._connection.execute(
                "INSERT INTO events(at, reader, kind, payload) VALUES (?, ?, ?, ?)",
                (at, reader, kind, json.dumps(payload, separators=(",", ":"), allow_nan=False)),
            )
            events.append(Entry(cursor.lastrowid or 0, at, reader, kind, payload))
        return events

    def _describe(
        self,
        descriptions: Mapping[str, Mapping[str, Any]],
        places: Sequence[int] | None = None,
    ) -> bool:
        with undamaged(self.path):
            texts = {uid: json.dumps(fields) for uid, fields in descriptions.items()}
            rows = {
                uid: self.slices.renamed(uid, names_in(json.loads(text)), places)
                for uid, text in texts.items()
                if self.slices.are_in(uid)
            }
        with self._atomically():
            self._connection.executemany(
                "INSERT OR REPLACE INTO series VALUES (?, ?)", texts.items()
            )
            self._put_slices([*self.slices.unsaved, *chain(*rows.values())])
        self.slices.unsaved.clear()
        with undamaged(self.path):
            return any([self.slices.rename(uid, rows.get(uid, ())) for uid in texts])

    def _put_slices(self, rows: Iterable[Row]) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO slices VALUES (?, ?, ?, ?)", rows)

    def _copy(self) -> sqlite3.Connection:
        memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with self._writing:  # else a copy could hold half of another thread's transaction
            self._connection.backup(memory)
        return memory

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self.read_only:
            raise ReviewError(f"Read-only, nothing is recorded: {self.read_only}.")
        with self._atomically():
            yield

    @contextmanager
    def _atomically(self) -> Iterator[None]:
        with self._writing:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except (sqlite3.Error, ValueError) as error:
                raise ReviewError(f"{self.path}: could not be saved ({error})") from error
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
