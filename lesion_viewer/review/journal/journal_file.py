"""The append-only record of a review: one SQLite file, one transaction per gesture."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from weakref import WeakValueDictionary

from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.errors import ReviewError, ReviewNotWritable
from lesion_viewer.review.journal.readable_copy import snapshot
from lesion_viewer.review.journal.schema import APPLICATION_ID, DIGESTS, SCHEMA, SCHEMA_VERSION
from lesion_viewer.review.journal.times import moment
from lesion_viewer.system.atomic_files import sync_folder

BARRED = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
"""What SQLite says where the file system, and not the file, is at fault."""
DAMAGE = (
    sqlite3.Error, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
    RecursionError,
)  # fmt: skip
"""What reading a damaged entry raises."""
# Views and triggers that we do not make could answer or act in the place of the record.
FOREIGN_CODE = """
SELECT count(*) FROM sqlite_master
WHERE type = 'view' OR (type = 'trigger' AND name NOT LIKE 'events_are_not_%');
"""

_open_here: "WeakValueDictionary[tuple[int, int], Journal]" = WeakValueDictionary()
"""The journals that this process has open, by device and inode."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry: what happened, by whom and when (UTC, ISO 8601, strictly increasing)."""

    seq: int
    at: str
    reader: str
    kind: str
    payload: Mapping[str, Any]


class Journal:
    """An open journal; nobody else can open the file until it is closed.

    Beside the events, which are never changed, it keeps a description of each series and digests of
    some of its slices' pixels, the imported annotation file verbatim, and for each series what was
    last on screen.

    Attributes
    ----------
    path : its file
    read_only : why nothing can be added to this one, as a clause; empty where it can
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, read_only: str = "") -> None:
        self.path, self.read_only = path, read_only
        self._connection = connection
        self._writing = threading.Lock()
        row = connection.execute("SELECT at FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self._last_at = moment(row[0]) if row else datetime.fromtimestamp(0, UTC)

    @classmethod
    def open(cls, path: Path, study_key: str | None = None) -> Self:
        """The journal in ``path``, made where it is missing and ``study_key`` is given.

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
            _make_folder(path.parent)
            # A review may be opened on one thread and handed to another; one at a time uses it.
            connection = sqlite3.connect(
                path, timeout=0.2, isolation_level=None, check_same_thread=False
            )
            _prepare(connection, path, study_key)
            journal = cls(path, connection)
            _open_here[_identity(path)] = journal
            return journal
        except (*DAMAGE, OSError, ReviewError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, ReviewError):
                raise
            raise _review_error(path, error) from error

    @classmethod
    def open_to_read(
        cls, path: Path, study_key: str | None = None, why: str = "it was opened to be read"
    ) -> "Journal":
        """What the journal in ``path`` holds by now, whoever has it open; nothing can be added.

        ``why`` is the reason that is given to who tries, as a clause.

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
            _refuse_foreign(connection, path, study_key)
            _check(connection, path, study_key)
            return cls(path, connection, why)
        except (*DAMAGE, OSError, ReviewError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, ReviewError):
                raise
            if isinstance(error, FileNotFoundError):
                raise ReviewError(f"{path}: there is no such review") from error
            raise _review_error(path, error) from error

    def copied(self, why: str = "it is a copy") -> "Journal":
        """A copy in memory of all that is recorded by now; for a thread that only reads it."""
        return Journal(self.path, self._copy(), why)

    def close(self) -> None:
        """Release the file."""
        for identity, journal in list(_open_here.items()):
            if journal is self:
                del _open_here[identity]
        self._connection.close()

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

    def append(self, reader: str, kind: str, payload: Mapping[str, Any]) -> Event:
        """Record an event; it is on the disk when this returns.

        Raises
        ------
        ReviewError
            Where it could not be saved; the journal is then as it was.
        """
        return self.append_all(reader, [(kind, payload)])[0]

    def append_all(
        self,
        reader: str,
        entries: Sequence[tuple[str, Mapping[str, Any]]],
        label_rows: Iterable[bytes] = (),
    ) -> list[Event]:
        """Record several events, and the file they came from, in one transaction."""
        with self._transaction():
            events = self._put_events(reader, entries)
            self._connection.executemany(
                "INSERT INTO label_rows(line, content) VALUES (?, ?)", enumerate(label_rows)
            )
        self._last_at = moment(events[-1].at) if events else self._last_at
        return events

    def append_renumbering(
        self,
        reader: str,
        entry: tuple[str, Mapping[str, Any]],
        series: Mapping[str, Mapping[str, Any]],
        views: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Record that slices are counted another way, in one transaction with what tells of them.

        A journal that is only read is a copy in memory, in which alone it is recorded.

        Parameters
        ----------
        reader : str
            Who had the series open.
        entry : tuple[str, Mapping[str, Any]]
            Kind and payload of the event.
        series : Mapping[str, Mapping[str, Any]]
            Series UID -> its description as its slices are counted now.
        views : Mapping[str, Mapping[str, Any]]
            Series UID -> what was on screen, with the slice's index of now; the series that was
            looked at last stays the last.

        Raises
        ------
        ReviewError
            Where it could not be saved; the journal is then as it was.
        """
        with self._atomically():
            (event,) = self._put_events(reader, [entry])
            self._put_series(series)
            self._connection.executemany(
                "UPDATE view SET shown = ? WHERE series_uid = ?",
                [(json.dumps(shown), uid) for uid, shown in views.items()],
            )
        self._last_at = moment(event.at)

    def label_rows(self) -> list[bytes]:
        """The records of the imported annotation file, byte for byte, its header first."""
        query = "SELECT content FROM label_rows ORDER BY line"
        with undamaged(self.path):
            return [bytes(row[0]) for row in self._read(query)]

    def save_series(self, descriptions: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep what an export needs to know of each series, by its uid."""
        with self._transaction():
            self._put_series(descriptions)

    def save_digests(self, series_uid: str, digests: Mapping[Name, str]) -> None:
        """Keep what the pixels of a series' slices are known by, by the slice's name."""
        with self._transaction():
            self._connection.execute(DIGESTS)
            self._connection.executemany(
                "INSERT OR REPLACE INTO digests VALUES (?, ?, ?)",
                [(series_uid, json.dumps(name), digest) for name, digest in digests.items()],
            )

    def digests(self, series_uid: str) -> dict[Name, str]:
        """What the pixels of a series' slices are known by; of those that any was kept of."""
        if not self._read("SELECT name FROM sqlite_master WHERE name = 'digests'"):
            return {}
        query = "SELECT name, digest FROM digests WHERE series_uid = ?"
        with undamaged(self.path):
            rows = [(json.loads(name), digest) for name, digest in self._read(query, series_uid)]
            return {(str(name), int(frame)): _text(digest) for (name, frame), digest in rows}

    def forget_digests(self, series_uids: Iterable[str]) -> None:
        """Keep no digest of these series any more."""
        with self._transaction():
            self._connection.execute(DIGESTS)
            query = "DELETE FROM digests WHERE series_uid = ?"
            self._connection.executemany(query, [(uid,) for uid in series_uids])

    def note(self, key: str, value: str) -> None:
        """Keep a word about the file itself, in place of the former one of that key."""
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def noted(self, key: str) -> str:
        """The word that was kept under a key; empty where there is none."""
        rows = self._read("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else ""

    def series(self) -> dict[str, dict[str, Any]]:
        """The description of each series, by its uid, in the study's order."""
        query = "SELECT uid, description FROM series ORDER BY rowid"
        with undamaged(self.path):
            return {uid: json.loads(text) for uid, text in self._read(query)}

    def save_view(self, series_uid: str, shown: Mapping[str, Any]) -> None:
        """Keep what is on screen of a series, which becomes the one that was last looked at."""
        with self._transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO view(series_uid, shown) VALUES (?, ?)",
                (series_uid, json.dumps(shown)),
            )

    def views(self) -> dict[str, dict[str, Any]]:
        """What was last on screen of each series, the latest at the end."""
        query = "SELECT series_uid, shown FROM view ORDER BY rowid"
        with undamaged(self.path):
            return {uid: json.loads(text) for uid, text in self._read(query)}

    def _put_events(
        self, reader: str, entries: Iterable[tuple[str, Mapping[str, Any]]]
    ) -> list[Event]:
        events = []
        last_at = self._last_at
        for kind, payload in entries:
            # The clock may stand still or go back; the record of decisions may not.
            last_at = max(datetime.now(UTC), last_at + timedelta(microseconds=1))
            at = last_at.isoformat(timespec="microseconds")
            cursor = self._connection.execute(
                "INSERT INTO events(at, reader, kind, payload) VALUES (?, ?, ?, ?)",
                (at, reader, kind, json.dumps(payload, separators=(",", ":"), allow_nan=False)),
            )
            events.append(Event(cursor.lastrowid or 0, at, reader, kind, payload))
        return events

    def _put_series(self, descriptions: Mapping[str, Mapping[str, Any]]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO series VALUES (?, ?)",
            [(uid, json.dumps(d)) for uid, d in descriptions.items()],
        )

    def _copy(self) -> sqlite3.Connection:
        memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with self._writing:  # a copy would hold what a gesture on another thread has half written
            self._connection.backup(memory)
        return memory

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise _review_error(self.path, error) from error

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


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """A block that reads what is in a journal; what it stumbles over is the journal's damage.

    Raises
    ------
    ReviewError
        Naming the journal in ``path``.
    """
    try:
        yield
    except DAMAGE as error:
        raise _review_error(path, error) from error


def _event(seq: int, at: str, reader: str, kind: str, payload: str) -> Event:
    moment(at)
    return Event(seq, at, _text(reader), _text(kind), json.loads(payload))


def _text(value: object) -> str:
    """A column's text; SQLite keeps bytes and numbers in a column of text where it is told to."""
    if not isinstance(value, str):
        raise ValueError(f"a text of {type(value).__name__}")
    return value


def _prepare(connection: sqlite3.Connection, path: Path, study_key: str | None) -> None:
    """Lock the file, make the tables of a new one, and refuse one that is not ours."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    tables = _refuse_foreign(connection, path, study_key)
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
    _check(connection, path, study_key)


def _refuse_foreign(connection: sqlite3.Connection, path: Path, study_key: str | None) -> int:
    """How many tables there are; none are ours to make where no study is given."""
    connection.execute("PRAGMA trusted_schema = OFF")
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application_id != APPLICATION_ID and (application_id or tables or study_key is None):
        raise ReviewError(f"{path}: not a review of this program")
    return int(tables)


def _check(connection: sqlite3.Connection, path: Path, study_key: str | None) -> None:
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


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, each of which lasts through a power cut."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def _review_error(path: Path, error: Exception) -> ReviewError:
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
