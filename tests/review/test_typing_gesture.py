"""The type of a lesion: a gesture like any other, replayed, and absent in former journals."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.lesion_types import choices, lesion_type_in
from lesion_viewer.review.finding import Status
from lesion_viewer.review.session import Session
from tests.review.arrivals import nth

BOX = Box(10, 10, 20, 20)


def labelled(session: Session) -> str:
    rows = [b"h\n", b"r\n"]
    session.files.import_labels("a.csv", "00", rows, {0: ("1.2", 3, BOX)}, types={0: "liver"})
    return next(iter(session.findings))


def test_a_type_is_one_gesture_that_is_undone_and_done_again(session: Session) -> None:
    finding = labelled(session)
    session.set_type(finding, "kidney")
    session.set_type(finding, "kidney")  # changes nothing, and is no gesture
    assert session.undo_text == "lesion type"
    session.undo()
    assert session.findings[finding].lesion_type == "liver"
    assert not session.can_undo
    session.redo()
    assert session.findings[finding].lesion_type == "kidney"
    assert session.findings[finding].status is Status.UNDECIDED


def test_types_are_there_again(reopen: Callable[..., Session]) -> None:
    session = reopen()
    session.set_type(labelled(session), "kidney")
    session.set_type(session.add("1.2", 5, BOX), "adrenal")
    session = reopen("bob")
    found = [(f.lesion_type, f.original_type) for f in session.findings.values()]
    assert found == [("kidney", "liver"), ("adrenal", "")]
    assert session.lesion_types() == {"kidney", "liver", "adrenal"}


def test_back_to_undecided_gives_the_type_as_it_came(session: Session) -> None:
    finding = labelled(session)
    session.set_type(finding, "bone")
    session.reset(finding)
    assert session.findings[finding].lesion_type == "liver"


def test_a_decision_leaves_the_type(session: Session) -> None:
    finding = labelled(session)
    session.set_type(finding, "bone")
    session.change_box(finding, 3, Box(10, 10, 22, 22))
    session.reject(finding, "vessel")
    assert session.findings[finding].lesion_type == "bone"


def test_a_journal_from_before_there_were_types_has_none(
    reopen: Callable[..., Session], tmp_path: Path
) -> None:
    session = reopen()
    session.files.import_labels("a.csv", "00", [b"h\n", b"r\n"], {0: ("1.2", 3, BOX)})
    session.accept(nth(session, 1))
    session.close()
    with closing(sqlite3.connect(tmp_path / "a.review")) as journal:
        payloads = [json.loads(text) for (text,) in journal.execute("select payload from events")]
    assert all("types" not in payload for payload in payloads)
    session = reopen()
    assert session.findings[nth(session, 1)].lesion_type == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Liver", "liver"),
        ("4", "liver"),
        ("-1", ""),
        ("lesion", ""),
        (" soft\n tissue ", "soft tissue"),
        ("HCC", "HCC"),
        ("9", "9"),
        ("x" * 99, "x" * 64),
    ],
)
def test_a_type_is_read_from_names_numbers_and_any_text(text: str, expected: str) -> None:
    assert lesion_type_in(text) == expected


def test_the_choices_are_deeplesions_and_then_ones_own() -> None:
    eight = ["bone", "abdomen", "mediastinum", "liver", "lung", "kidney", "soft tissue", "pelvis"]
    assert choices(["zebra", "liver", "", "HCC"]) == [*eight, "HCC", "zebra"]
