"""Two scripted readers, held against values worked out by hand."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Status
from lesion_viewer.review.readers.adjudication import begin_adjudication
from lesion_viewer.review.readers.agreement import agreement, slices_left
from lesion_viewer.review.session import Session

# Ten labels of 10 x 10 px, one on each slice.
LABELS = {n: ("S", n, Box(100, 100, 110, 110)) for n in range(10)}
EXTRA = Box(200, 200, 220, 220)


def label(session: Session, row: int) -> str:
    return next(f.id for f in session.findings.values() if f.origin.row == row)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[dict[str, Session]]:
    opened = {}
    for reader in ("ann", "bob", "eve"):
        opened[reader] = Session.open(tmp_path / f"{reader}.review", "project", reader)
        opened[reader].files.import_labels("a.csv", "sha", [b"h\n"], LABELS)
    yield opened
    for session in opened.values():
        session.close()


@pytest.fixture
def read_twice(sessions: dict[str, Session]) -> dict[str, Session]:
    """Rows 0-5 kept by both; 6 rejected by Bob; 7 by both; 8 Bob unsure; 9 moved apart by Bob.

    Row 1 is moved by Bob, a little; both draw on slice 3, and Ann by herself on slice 4.
    """
    ann, bob, _ = sessions.values()
    for row in range(6):
        ann.accept(label(ann, row))
        if row != 1:
            bob.accept(label(bob, row))
    bob.change_box(label(bob, 1), 1, Box(102, 100, 112, 110))  # IoU 80 / 120
    ann.accept(label(ann, 6))
    bob.reject(label(bob, 6), "vessel")
    ann.reject(label(ann, 7))
    bob.reject(label(bob, 7))
    ann.accept(label(ann, 8))
    bob.mark_unsure(label(bob, 8))
    ann.accept(label(ann, 9))
    bob.change_box(label(bob, 9), 9, Box(105, 105, 115, 115))  # IoU 25 / 175
    ann.add("S", 3, EXTRA)
    bob.add("S", 3, Box(200, 200, 220, 210))  # IoU 1/2
    ann.add("S", 4, EXTRA)
    return sessions


def test_each_place_is_counted_once(read_twice: dict[str, Session]) -> None:
    ann, bob, _ = read_twice.values()
    found = agreement(ann, bob)
    # Both: rows 0-5, 9, slice 3's. Ann alone: row 6, slice 4's. Neither: row 7. Unsure: row 8.
    assert found.table == (8, 2, 0, 1)
    assert found.readers == ("ann", "bob")
    assert len(found.pairs) == 12


def test_kappa_is_cohens(read_twice: dict[str, Session]) -> None:
    ann, bob, _ = read_twice.values()
    # Of 11: observed 9/11. Ann sees 10, Bob 8: by chance 10/11 * 8/11 + 1/11 * 3/11 = 83/121.
    expected = (9 / 11 - 83 / 121) / (1 - 83 / 121)
    assert agreement(ann, bob).kappa == pytest.approx(expected)
    assert expected == pytest.approx(16 / 38)


def test_mean_iou_is_over_the_lesions_that_both_saw(read_twice: dict[str, Session]) -> None:
    ann, bob, _ = read_twice.values()
    assert agreement(ann, bob).mean_iou == pytest.approx((5 + 80 / 120 + 25 / 175 + 1 / 2) / 8)


@pytest.mark.parametrize(("min_iou", "matched", "disagreements"), [(0.5, 7, 4), (0.1, 8, 3)])
def test_the_iou_of_a_match_is_chosen(
    read_twice: dict[str, Session], min_iou: float, matched: int, disagreements: int
) -> None:
    ann, bob, _ = read_twice.values()
    found = agreement(ann, bob, min_iou)
    assert (len(found.matched), len(found.disagreements)) == (matched, disagreements)


def test_boxes_that_were_drawn_and_overlap_too_little_are_two_places(
    read_twice: dict[str, Session],
) -> None:
    ann, bob, _ = read_twice.values()
    assert agreement(ann, bob, 0.7).table == (7, 3, 1, 1)


def test_boxes_of_one_finding_are_one_place_however_far_they_were_moved(
    sessions: dict[str, Session],
) -> None:
    ann, bob, _ = sessions.values()
    drawn = ann.add("S", 4, EXTRA)
    bob.files.import_findings("ann.csv", [ann.findings[drawn]])
    bob.change_box(drawn, 4, Box(20, 20, 40, 40))
    (pair,) = agreement(ann, bob).pairs
    assert pair.first is not None and pair.second is not None
    assert (pair.first.id, pair.second.id, pair.iou) == (drawn, drawn, 0.0)
    assert agreement(ann, bob).disagreements == (pair,)


def test_who_says_what_of_a_disagreement(read_twice: dict[str, Session]) -> None:
    ann, bob, _ = read_twice.values()
    said = {pair.place[1]: pair.says for pair in agreement(ann, bob).disagreements}
    assert said == {
        4: (Status.ADDED, None),
        6: (Status.ACCEPTED, Status.REJECTED),
        8: (Status.ACCEPTED, Status.UNSURE),
        9: (Status.ACCEPTED, Status.CORRECTED),
    }


def test_perfect_agreement_is_1_and_chance_alone_is_no_number(
    sessions: dict[str, Session],
) -> None:
    ann, bob, _ = sessions.values()
    assert math.isnan(agreement(ann, bob).kappa)
    for session in (ann, bob):
        session.accept(label(session, 0))
    assert math.isnan(agreement(ann, bob).kappa)
    for session in (ann, bob):
        session.reject(label(session, 1))
    assert agreement(ann, bob).kappa == 1


def test_what_is_left_is_counted(sessions: dict[str, Session]) -> None:
    ann = sessions["ann"]
    assert slices_left(ann) == 10
    ann.accept(label(ann, 2))
    assert slices_left(ann) == 9


def test_other_projects_are_refused(tmp_path: Path, sessions: dict[str, Session]) -> None:
    other = Session.open(tmp_path / "other.review", "other", "x")
    with pytest.raises(ReviewError, match="reviews of different projects"):
        agreement(sessions["ann"], other)
    with pytest.raises(ReviewError, match="reviews of different projects"):
        begin_adjudication(sessions["ann"], sessions["bob"], other)
    other.close()


def test_a_third_reader_has_only_the_disagreements_left(read_twice: dict[str, Session]) -> None:
    ann, bob, eve = read_twice.values()
    begin_adjudication(ann, bob, eve)
    left = {f.key_slice: f for f in eve.findings.values() if f.status is Status.UNDECIDED}
    assert sorted(left) == [4, 6, 8, 9]
    settled = [f for f in eve.findings.values() if f.status is not Status.UNDECIDED]
    assert [f.status for f in settled if f.origin.row == 7] == [Status.REJECTED]
    assert sum(f.status is Status.ACCEPTED for f in settled) == 6  # rows 0-5, with Ann's boxes
    (drawn,) = (f for f in settled if f.origin.row is None)
    assert (drawn.boxes, drawn.origin.name) == ({3: EXTRA}, "ann and bob")
    assert {f.decision.reader for f in settled if f.decision} == {"ann and bob"}


def test_what_all_three_said_is_kept_through_a_restart(
    read_twice: dict[str, Session], tmp_path: Path
) -> None:
    ann, bob, eve = read_twice.values()
    begin_adjudication(ann, bob, eve)
    eve.reject(label(eve, 6), "a vessel indeed")
    eve.change_box(label(eve, 9), 9, Box(103, 103, 113, 113))
    eve.close()
    again = Session.open(tmp_path / "eve.review", None, "eve")
    six, nine = again.findings[label(again, 6)], again.findings[label(again, 9)]
    assert [(r.reader, r.status) for r in six.readings] == [
        ("ann", Status.ACCEPTED),
        ("bob", Status.REJECTED),
    ]
    assert six.readings[1].reason == "vessel"
    assert six.decision is not None and six.decision.reader == "eve"
    assert [r.boxes for r in nine.readings] == [
        {9: Box(100, 100, 110, 110)},
        {9: Box(105, 105, 115, 115)},
    ]
    again.reset(six.id)
    assert again.findings[six.id].readings == six.readings
    again.close()


def test_an_adjudication_that_was_begun_is_not_begun_again(
    read_twice: dict[str, Session],
) -> None:
    ann, bob, eve = read_twice.values()
    begin_adjudication(ann, bob, eve)
    with pytest.raises(ReviewError, match="was begun already"):
        begin_adjudication(ann, bob, eve)


def test_readers_who_give_a_lesion_other_types_disagree(sessions: dict[str, Session]) -> None:
    ann, bob, eve = sessions.values()
    for reader, lesion_type in ((ann, "liver"), (bob, "kidney")):
        reader.set_type(label(reader, 0), lesion_type)
        for row in (0, 1):
            reader.accept(label(reader, row))
    (pair,) = agreement(ann, bob).disagreements
    assert pair.place == ("S", 0) and not pair.is_of_one_type
    begin_adjudication(ann, bob, eve)
    settled = eve.findings[label(eve, 0)]
    assert settled.status is Status.UNDECIDED
    assert [r.lesion_type for r in settled.readings] == ["liver", "kidney"]
    assert eve.findings[label(eve, 1)].status is Status.ACCEPTED
