"""Journals that earlier versions wrote open with all that they said; the old file is kept."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.journal.schema import SCHEMA_VERSION
from lesion_viewer.review.session import Session
from tests.review.journals.write_journal import DESCRIBED, FOLDER, record, told

VERSIONS = sorted(file.stem for file in FOLDER.glob("*.sql"))


@pytest.fixture(params=VERSIONS)
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "a.review")) as connection:
        connection.executescript((FOLDER / f"{request.param}.sql").read_text())
    (tmp_path / "said.json").write_bytes((FOLDER / f"{request.param}.json").read_bytes())
    return tmp_path / "a.review"


def said(session: Session) -> object:
    return json.loads(json.dumps(told(session)))


def dumped(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_there_are_journals_of_two_versions() -> None:
    assert len(VERSIONS) == 2


def test_all_that_was_said_is_said_again(journal: Path) -> None:
    expected = json.loads((journal.parent / "said.json").read_text())
    for _ in range(2):
        with closing(Session.open(journal, "study", "ann")) as session:
            assert said(session) == expected


def test_the_old_file_is_kept_as_it_was(journal: Path) -> None:
    before = dumped(journal)
    Session.open(journal, "study", "ann").close()
    kept = journal.with_name("a.review.schema-1")
    assert dumped(kept) == before
    Session.open(journal, "study", "ann").close()
    assert sorted(p.name for p in journal.parent.glob("a.review*")) == [journal.name, kept.name]


def test_a_file_of_an_earlier_time_is_not_written_over(journal: Path) -> None:
    journal.with_name("a.review.schema-1").write_text("mine")
    before = dumped(journal)
    Session.open(journal, "study", "ann").close()
    assert journal.with_name("a.review.schema-1").read_text() == "mine"
    assert dumped(journal.with_name("a.review.schema-1-2")) == before


def test_work_goes_on_in_it(journal: Path) -> None:
    with closing(Session.open(journal, "study", "bob")) as session:
        added = session.add(DESCRIBED, 0, Box(1, 1, 4, 4))
        session.pictures.renumber(record("a", "b", "c", "d", "new"), [4, 3, 2, 1, 0])
        boxes = {f.arrival: sorted(f.boxes) for f in session.findings.values()}
        assert sorted(session.findings[added].boxes) == [4]
    with closing(Session.open(journal, "study", "bob")) as session:
        assert {f.arrival: sorted(f.boxes) for f in session.findings.values()} == boxes
        assert session.undo() == "new finding"


def test_one_that_is_only_read_stays_as_it_is(journal: Path) -> None:
    before, expected = dumped(journal), json.loads((journal.parent / "said.json").read_text())
    journal.chmod(0o444)
    with closing(sqlite3.connect(journal)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with closing(Session.open_or_read(journal, "study", "bob")) as session:
            assert session.read_only
            findings = [f.status.value for f in session.findings.values()]
    undone_twice = expected["steps"][2]["findings"]
    assert sorted(findings) == sorted(f["status"] for f in undone_twice)
    assert dumped(journal) == before
    assert not journal.with_name("a.review.schema-1").exists()


def test_a_damaged_one_is_refused_and_left_as_it_is(journal: Path) -> None:
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("DROP TRIGGER events_are_not_deleted")
        connection.execute("DELETE FROM events WHERE kind = 'labels_imported'")
        connection.commit()
    before = dumped(journal)
    with pytest.raises(ReviewError, match=r"a\.review: the review is damaged"):
        Session.open(journal, "study", "ann")
    assert dumped(journal) == before
    assert not journal.with_name("a.review.schema-1").exists()


def test_one_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.review"
    Session.open(path, "study", "ann").close()
    with closing(sqlite3.connect(path)) as connection:
        newer = (str(SCHEMA_VERSION + 1),)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", newer)
        connection.commit()
    with pytest.raises(ReviewError, match=r"a\.review: written by a newer version"):
        Session.open(path, "study", "ann")
