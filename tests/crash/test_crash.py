"""A slice of ``make crash``, and that it would notice what it looks for."""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

if not hasattr(os, "fork"):
    pytest.skip("no fork on this system", allow_module_level=True)
crash = pytest.importorskip("crash")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "a.review"


def reviewed(journal: Path, gestures: int) -> list[str]:
    """What a review says that is not killed."""
    session = crash.Session.open(journal, "study", "ann")
    rng = random.Random(3)
    said = []
    for _ in range(gestures):
        session.add("S", 1, crash._box(rng))
        said.append(crash.digest(dict(session.findings)))
    session.close()
    return said


def test_forty_kills_lose_no_gesture_and_damage_nothing(tmp_path: Path) -> None:
    summary = crash.crash(40, 5, tmp_path)
    assert summary.failures == []
    assert summary.kills == 40
    assert summary.gestures > 40


def test_a_gesture_more_than_was_said_is_no_loss(journal: Path) -> None:
    said = reviewed(journal, 5)
    assert crash.judged(journal, said[-1]) == (said[-1], False)
    assert crash.judged(journal, said[-2]) == (said[-1], True)


def test_a_lost_gesture_is_noticed(journal: Path) -> None:
    said = reviewed(journal, 5)
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("DROP TRIGGER events_are_not_deleted")
        connection.execute("DELETE FROM events WHERE seq = 5")
        connection.commit()
    with pytest.raises(AssertionError, match="a gesture is lost"):
        crash.judged(journal, said[-1])


def test_an_export_in_part_is_noticed(journal: Path) -> None:
    said = reviewed(journal, 2)
    journal.with_suffix(".csv").write_bytes(b"half of it")
    with pytest.raises(AssertionError, match="the export is not whole"):
        crash.judged(journal, said[-1])
