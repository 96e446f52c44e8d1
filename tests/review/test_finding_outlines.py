"""What a detector marked stays in the review, until a reader says otherwise."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.review.annotations.shapes import Mask
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.outlines import outlines
from lesion_viewer.review.readers.adjudication import begin_adjudication
from lesion_viewer.review.session import Session
from tests.review.marked import LEFT, MODEL, TOP, marked, marked_review, mask

DRAWN = np.zeros((64, 64), bool)
DRAWN[33:37, 22:29] = True


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = marked_review(tmp_path / "a.review")
    yield session
    session.close()


def only(session: Session) -> Finding:
    (finding,) = session.findings.values()
    return finding


def held(session: Session) -> dict[int, bool]:
    """Slice -> whether the detector marked the pixels that hold there."""
    return {i: one.is_model for i, one in outlines(only(session)).items()}


def test_an_accepted_candidate_keeps_the_pixels_that_were_marked(session: Session) -> None:
    session.accept(only(session).id)
    assert {i: one.mask for i, one in outlines(only(session)).items()} == dict.fromkeys(
        (2, 3, 4), mask()
    )
    session.read_again()
    assert only(session).status is Status.ACCEPTED
    assert held(session) == {2: True, 3: True, 4: True}


def test_where_the_box_is_changed_or_removed_nothing_is_marked_until_that_is_undone(
    session: Session,
) -> None:
    session.change_box(only(session).id, 3, Box(18, 28, 36, 44))
    session.remove_box(only(session).id, 4)
    assert held(session) == {2: True}
    session.undo()
    session.undo()
    assert held(session) == {2: True, 3: True, 4: True}
    session.redo()
    session.reset(only(session).id)
    assert held(session) == {2: True, 3: True, 4: True}


def test_a_readers_outline_stands_in_place_of_the_mark(session: Session) -> None:
    uid = session.annotate(only(session).id, 3, Mask.of(DRAWN))
    assert held(session) == {2: True, 3: False, 4: True}
    assert np.array_equal(outlines(only(session))[3].mask.on(64, 64), DRAWN)
    session.remove_annotation(only(session).id, uid)
    assert held(session) == {2: True, 3: True, 4: True}


def test_marks_grow_with_the_candidate(session: Session) -> None:
    session.accept(only(session).id)
    run = session.proposals.begin_run("S1", MODEL)
    session.proposals.record_detections(run, [SliceDetections(5, (marked(4),))])
    assert outlines(only(session))[5].mask == mask(4)
    assert held(session) == {2: True, 3: True, 4: True, 5: True}


def test_an_image_that_was_replaced_takes_its_marks_along(session: Session) -> None:
    session.pictures.renew_image("S1", 3)
    assert held(session) == {2: True, 4: True}
    session.read_again()
    assert held(session) == {2: True, 4: True}


def test_the_liver_is_kept_by_slice_and_ends_with_its_run(session: Session) -> None:
    run = session.proposals.begin_run("S1", MODEL)
    session.proposals.record_detections(run, [SliceDetections(7, (), True, mask(9))])
    session.read_again()
    assert dict(session.proposals.livers("S1")) == {7: mask(9)}
    session.pictures.renew_image("S1", 7)
    assert not session.proposals.livers("S1")


def test_a_mass_that_is_marked_in_pieces_is_one_finding_in_whatever_order_slices_come(
    tmp_path: Path,
) -> None:
    whole = marked(9, LEFT, TOP)
    left, right = marked(4, LEFT, TOP + 5, 0.5), marked(4, LEFT + 10, TOP + 5, 0.7)
    answers = {3: (whole,), 4: (left, right), 5: (left, right), 6: (whole,)}
    for n, order in enumerate(((3, 4, 5, 6), (4, 5, 3, 6), (5, 6, 4, 3))):
        session = Session.open(tmp_path / f"{n}.review", "study", "ann")
        run = session.proposals.begin_run("S1", MODEL)
        for i in order:
            session.proposals.record_detections(run, [SliceDetections(i, answers[i])])
        assert sorted(only(session).boxes) == [3, 4, 5, 6]
        assert only(session).boxes[4] == Box(LEFT, TOP + 5, LEFT + 19, TOP + 14)
        assert outlines(only(session))[4].mask.count == 2 * mask(4).count
        before = only(session)
        session.read_again()
        assert only(session) == before
        session.close()


def test_a_piece_that_a_reader_accepted_stays_what_it_is(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "a.review", "study", "ann")
    run = session.proposals.begin_run("S1", MODEL)
    piece = marked(4, LEFT, TOP + 5, 0.5)
    session.proposals.record_detections(run, [SliceDetections(4, (piece,))])
    session.accept(only(session).id)
    accepted = only(session)
    session.proposals.record_detections(
        run, [SliceDetections(5, (marked(9, LEFT, TOP),)), SliceDetections(3, (piece,))]
    )
    assert only(session).status is Status.ACCEPTED
    assert only(session).boxes[4] == accepted.boxes[4]
    assert sorted(only(session).boxes) == [3, 4, 5]
    session.close()


def test_a_third_reading_has_the_marks_whose_boxes_nobody_changed(tmp_path: Path) -> None:
    ann, bob = (marked_review(tmp_path / f"{name}.review", name=name) for name in ("ann", "bob"))
    for reader in (ann, bob):
        reader.accept(only(reader).id)
    ann.change_box(only(ann).id, 3, Box(19, 29, 32, 42))
    eve = Session.open(tmp_path / "eve.review", "study", "eve")
    begin_adjudication(ann, bob, eve)
    assert held(eve) == {2: True, 4: True}
    before = only(eve)
    eve.read_again()
    assert only(eve) == before
    for session in (ann, bob, eve):
        session.close()
