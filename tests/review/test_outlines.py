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
from lesion_viewer.review.session import Session
from tests.review.marked import MODEL, marked, marked_review, mask

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
