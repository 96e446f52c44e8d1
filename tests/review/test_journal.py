import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.journal import journal_file as journal_module
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.user_folders import journal_path
from lesion_viewer.system.home_folder import home_folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.review"


def filled(path: Path) -> Path:
    journal = Journal.open(path, "study")
    for n in range(200):
        journal.append_all("ann", [("noted", {"finding": f"f{n}", "text": "x" * 50})])
    journal.close()
    return path


def test_events_come_back_in_their_order(path: Path) -> None:
    journal = Journal.open(path, "study")
    journal.append_all("ann", [("accepted", {"finding": "f1"})])
    journal.append_all("bob", [("rejected", {"finding": "f2", "reason": 'an "ärter"\n'})])
    journal.close()

    events = Journal.open(path, "study").entries()

    assert [(e.reader, e.kind) for e in events] == [("ann", "accepted"), ("bob", "rejected")]
    assert events[1].payload == {"finding": "f2", "reason": 'an "ärter"\n'}


def test_the_file_is_written_ahead_and_synced_at_every_commit(path: Path) -> None:
    journal = Journal.open(path, "study")
    connection = journal._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET reader = 'eve'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events VALUES (1, '', 'eve', 'accepted', '{}')",
    ],
)
def test_nobody_can_change_an_event(path: Path, statement: str) -> None:
    connection = sqlite3.connect(filled(path))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)


def test_times_increase_though_the_clock_goes_back(path: Path) -> None:
    class BackwardClock(datetime):
        years = iter([2031, 2030, 2029])

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(next(cls.years), 1, 1, tzinfo=UTC)

    journal = Journal.open(path, "study")
    with mock.patch.object(journal_module, "datetime", BackwardClock):
        times = [journal.append_all("ann", [("accepted", {})])[0].at for _ in range(3)]

    assert times == [
        "2031-01-01T00:00:00.000000+00:00",
        "2031-01-01T00:00:00.000001+00:00",
        "2031-01-01T00:00:00.000002+00:00",
    ]


def test_times_go_on_after_those_of_the_last_start(path: Path) -> None:
    journal = Journal.open(path, "study")
    connection = journal._connection
    late = "2099-01-01T00:00:00.000000+00:00"
    connection.execute("INSERT INTO events VALUES (1, ?, 'ann', 'accepted', '{}')", (late,))
    journal.close()

    assert Journal.open(path, "study").append_all("ann", [("accepted", {})])[0].at > late


def test_a_step_that_fails_leaves_nothing_behind(path: Path) -> None:
    journal = Journal.open(path, "study")
    with pytest.raises(ReviewError, match="a.review: could not be saved"):
        journal.append_all("ann", [("accepted", {}), ("accepted", {"score": float("nan")})])
    assert journal.entries() == []
    journal.append_all("ann", [("accepted", {})])
    assert len(journal.entries()) == 1


def test_a_journal_is_open_in_one_place_at_a_time(path: Path) -> None:
    first = Journal.open(path, "study")
    with pytest.raises(ReviewError, match="a.review: the review is open in another window"):
        Journal.open(path, "study")
    first.close()
    Journal.open(path, "study").close()


def test_a_journal_of_another_study_is_refused(path: Path) -> None:
    with pytest.raises(ReviewError, match="a.review: the review of another study"):
        Journal.open(filled(path), "other")


def test_without_a_study_the_file_says_whose_it_is(path: Path) -> None:
    assert Journal.open(filled(path)).study_key == "study"


def test_without_a_study_a_missing_file_is_not_made(path: Path) -> None:
    with pytest.raises(ReviewError, match="a.review: there is no such review"):
        Journal.open(path)
    assert not path.exists()


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7 not a review" * 100)
    with pytest.raises(ReviewError, match=r"a\.review: .*damaged") as told:
        Journal.open(path, "study")
    assert "\n" not in str(told.value)
    assert path.read_bytes() == b"%PDF-1.7 not a review" * 100


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks(url TEXT)")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(ReviewError, match="a.review: not a review of this program"):
        Journal.open(path, "study")
    assert path.read_bytes() == content


@pytest.mark.parametrize("start", [b"SQLite", b"CREATE TABLE", b"noted"])
def test_damage_is_told_in_one_line_that_names_the_file(path: Path, start: bytes) -> None:
    content = bytearray(filled(path).read_bytes())
    offset = content.index(start)
    content[offset : offset + 600] = b"\xff" * 600
    path.write_bytes(content)
    with pytest.raises(ReviewError, match=r"a\.review: .*damaged|a\.review: not a") as told:
        Journal.open(path, "study").entries()
    assert "\n" not in str(told.value)


def test_a_cut_off_file_is_told_in_one_line(path: Path) -> None:
    content = filled(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ReviewError, match=r"a\.review: .*damaged"):
        Journal.open(path, "study").entries()


def test_a_newer_journal_is_refused(path: Path) -> None:
    connection = sqlite3.connect(filled(path))
    connection.execute("UPDATE meta SET value = '3' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()
    with pytest.raises(ReviewError, match="written by a newer version"):
        Journal.open(path, "study")


def test_a_folder_in_place_of_the_file_is_an_honest_error(path: Path) -> None:
    path.mkdir()
    with pytest.raises(ReviewError, match=r"a\.review: the review cannot be opened"):
        Journal.open(path, "study")


def test_home_is_where_the_environment_says(own_home: Path) -> None:
    assert home_folder() == own_home


def test_journals_of_different_studies_have_different_plain_names(own_home: Path) -> None:
    paths = {journal_path(key) for key in ("1.2.3", "../../etc/passwd", "a/b:c*?")}
    assert len(paths) == 3
    assert {p.parent.parent for p in paths} == {own_home}
    assert all(p.stem.isalnum() for p in paths)
