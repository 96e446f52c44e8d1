"""Journals that are damaged, foreign or made to trap: refused in one line, and never changed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.events.finding_encoding import encode_finding
from lesion_viewer.review.session import Session
from tests.review.arrivals import nth

SHAPELESS = (
    '{"uid": "1.2", "study_uid": "1", "modality": "CT", "shape": [1, 0, 2], "spacing_mm": null,'
    ' "sop_instance_uids": [], "files": [], "window": null}'
)


@pytest.fixture
def journal(tmp_path) -> Path:
    session = Session.open(tmp_path / "a.review", "study", "reader")
    for n in range(40):
        session.accept(session.add("1.2", n, Box(1, 2, 3 + n, 9)))
    session.close()
    return tmp_path / "a.review"


def changed(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ReviewError) as error:
        Session.open(path, None, "reader").close()
    assert str(path) in str(error.value)
    assert str(error.value).isprintable()
    return str(error.value)


@pytest.mark.parametrize("size", [0, 1, 99, 4096, 10_000])
def test_a_cut_off_journal_is_refused_and_left_as_it_is(journal, size):
    data = journal.read_bytes()[:size]
    journal.write_bytes(data)
    refusal(journal)
    assert journal.read_bytes() == data


def test_other_files_are_not_taken_for_journals(tmp_path):
    (tmp_path / "a.review").write_bytes(b"a note" * 1000)
    assert "damaged" in refusal(tmp_path / "a.review")
    changed(tmp_path / "other.review", "CREATE TABLE events(seq)")
    assert "not a review of this program" in refusal(tmp_path / "other.review")


@pytest.mark.parametrize(
    "payload",
    [
        "{}", "[]", "null", "1", '"x"', "{", '{"finding": 1}', '{"finding": "FIRST"}',
        '{"finding": "x", "series": "1", "slice": 0, "box": [1, 2, 3, 4]}',
        '{"finding": "FIRST", "series": "1", "slice": 0, "box": [9, 9, 1, 1], "seen": {}}',
        "[" * 100_000, '{"finding": "f' + "9" * 5000 + '"}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["added", "accepted", "swept", "undone", "of no kind"])
def test_events_that_make_no_sense_are_refused(journal, kind, payload):
    at = "2124-01-01T00:00:00.000000+00:00"
    with closing(Session.open(journal, None, "reader")) as session:
        payload = payload.replace("FIRST", nth(session, 1))
    connection = sqlite3.connect(journal)
    row = (at, "r", kind, payload)
    connection.execute("INSERT INTO events(at, reader, kind, payload) VALUES (?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
    try:
        Session.open(journal, None, "reader").close()
    except ReviewError as error:
        assert str(error).isprintable()
    else:  # it acts on nothing that there is
        assert kind == "undone" or payload == "{}"


@pytest.mark.parametrize(
    "at", ["'9999-12-31T23:59:59.999999+00:00'", "'2024-01-01T00:00:00'", "x'00'", "7", "''"]
)
def test_an_event_after_which_no_time_can_follow_is_refused(journal, at):
    columns = "at, reader, kind, payload"
    changed(journal, f"INSERT INTO events({columns}) VALUES ({at}, 'r', 'undone', '{{}}')")
    assert "damaged" in refusal(journal)


@pytest.mark.parametrize("at", ["2024-01-01T00:00:00", "yesterday", "0001-01-01T00:00:00+14:00"])
def test_a_decision_at_no_time_that_can_be_put_in_order_is_refused(journal, at):
    with closing(Session.open(journal, None, "reader")) as session:
        found = encode_finding(session.findings[nth(session, 1)], session.journal.slices)
    finding = {**found, "decision": ["reader", at, None, None]}
    payload = json.dumps({"findings": {"g1": finding}})
    event = f"'2124-01-01T00:00:00+00:00', 'r', 'review_imported', '{payload}'"
    changed(journal, f"INSERT INTO events(at, reader, kind, payload) VALUES ({event})")
    assert "damaged" in refusal(journal)


def test_events_whose_texts_are_bytes_are_refused(journal):
    at = "2124-01-01T00:00:00.000000+00:00"
    columns = "at, reader, kind, payload"
    changed(journal, f"INSERT INTO events({columns}) VALUES ('{at}', x'ff', 'undone', '{{}}')")
    assert "damaged" in refusal(journal)


@pytest.mark.parametrize(
    "entry", ["null", "[]", "{}", "{", "1", '{"uid": "1.2"}', "[" * 100_000, SHAPELESS]
)
def test_a_series_that_makes_no_sense_is_damage(journal, entry):
    changed(journal, f"INSERT INTO series VALUES ('1.2', '{entry}')")
    session = Session.open(journal, None, "reader")
    with pytest.raises(ReviewError, match="a.review: the review is damaged"):
        session.pictures.series()
    session.close()


@pytest.mark.parametrize(
    "entry", ["null", "[]", "{}", "{", '{"slice": "x", "window": null, "threshold": 1}',
              '{"slice": 1, "window": [0], "threshold": 1}',
              '{"slice": 1e999, "window": null, "threshold": 1}'],
)  # fmt: skip
def test_a_view_that_makes_no_sense_is_damage(journal, entry):
    changed(journal, f"INSERT INTO view VALUES ('1.2', '{entry}')")
    session = Session.open(journal, None, "reader")
    with pytest.raises(ReviewError, match="a.review: the review is damaged"):
        session.views.view("1.2")
    session.close()


def test_label_rows_that_are_no_bytes_are_damage(journal):
    changed(journal, "INSERT INTO label_rows VALUES (0, 'text')")
    session = Session.open(journal, None, "reader")
    with pytest.raises(ReviewError, match="a.review: the review is damaged"):
        session.files.label_rows()
    session.close()


def test_a_view_in_the_place_of_the_record_is_refused_before_it_is_asked(journal):
    """It would count for ever."""
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    changed(
        journal,
        "ALTER TABLE events RENAME TO kept",
        f"CREATE VIEW events AS SELECT x AS seq, '' AS at, '' AS reader, '' AS kind,"
        f" '{{}}' AS payload FROM ({endless})",
    )
    assert "it holds code of another" in refusal(journal)


def test_a_trigger_of_another_program_is_refused(journal):
    changed(
        journal,
        "CREATE TRIGGER mine AFTER INSERT ON events BEGIN DELETE FROM series; END",
    )
    assert "it holds code of another" in refusal(journal)
