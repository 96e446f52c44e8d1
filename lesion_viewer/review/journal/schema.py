"""The tables of a journal."""

SCHEMA_VERSION = 2
"""Since 2, events speak of slices by the numbers in ``slices``, before by their index."""
APPLICATION_ID = 0x4C565257  # "LVRW", in the header of every journal
SLICES = """
CREATE TABLE slices(
    number INTEGER PRIMARY KEY, series_uid TEXT NOT NULL,
    name TEXT NOT NULL, frame INTEGER NOT NULL);
"""
TRIGGERS = (
    """
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;""",
    """
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;""",
    """
CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;""",
)
SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE events(
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, reader TEXT NOT NULL,
    kind TEXT NOT NULL, payload TEXT NOT NULL);
{"".join(TRIGGERS)}{SLICES}
CREATE TABLE series(uid TEXT PRIMARY KEY, description TEXT NOT NULL);
CREATE TABLE label_rows(line INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE view(series_uid TEXT UNIQUE NOT NULL, shown TEXT NOT NULL);
"""
# Joined later: journals that were made before get it with their first digest.
DIGESTS = """
CREATE TABLE IF NOT EXISTS digests(
    series_uid TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (series_uid, name));
"""
