"""Events stand on images, not on places in a series: whatever joins, turns or is lost."""

from collections.abc import Callable

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.events.event import KINDS, Gesture
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session

Reopen = Callable[..., Session]
BOX = Box(1, 1, 9, 9)


def describe(session: Session, digest: str, *names: str, frames: tuple[int, ...] = ()) -> None:
    count = len(names)
    shape, files = (count, 16, 16), ("",) * count
    record = SeriesRecord("S1", "1", "CT", shape, None, names, files, None, frames=frames)
    session.pictures.describe_series(digest, lambda: [record])


def test_a_box_stays_on_its_image_when_slices_join(session: Session, reopen: Reopen) -> None:
    describe(session, "first", "b", "c")
    finding_id = session.add("S1", 0, BOX)
    describe(session, "second", "a", "b", "c", "d")
    for _ in range(2):
        assert session.findings[finding_id].boxes == {1: BOX}
        assert session.findings_on("S1", 1) and not session.findings_on("S1", 0)
        session = reopen()


def test_a_series_that_was_read_in_full_is_not_once_a_slice_joins(
    session: Session, reopen: Reopen
) -> None:
    describe(session, "first", "b", "c")
    session.mark_read_in_full("S1", None, True)
    describe(session, "second", "a", "b", "c")
    for _ in range(2):
        assert [session.is_read_in_full("S1", i) for i in (0, 1, 2)] == [False, True, True]
        assert not session.is_read_in_full("S1", None)
        session = reopen()
    session.undo()
    assert not session.is_read_in_full("S1", 1)


def test_what_was_found_before_a_series_is_described_is_on_its_slices(
    session: Session, reopen: Reopen
) -> None:
    finding_id = session.add("S1", 1, BOX)
    describe(session, "first", "a", "b")
    describe(session, "second", "b", "a")
    assert session.findings[finding_id].boxes == {0: BOX}
    assert reopen().findings[finding_id].boxes == {0: BOX}


def test_a_series_that_lost_a_slice_with_a_finding_is_not_taken_for_it(
    session: Session, reopen: Reopen
) -> None:
    describe(session, "first", "a", "b", "c")
    finding_id = session.add("S1", 2, BOX)
    for digest, names in (("shorter", ("a", "b")), ("other", ("a", "b", "d"))):
        with pytest.raises(ReviewError, match="has slice .* no longer"):
            describe(session, digest, *names)
    assert session.pictures.series()["S1"].sop_instance_uids == ("a", "b", "c")
    assert reopen().findings[finding_id].boxes == {2: BOX}
    describe(session := reopen(), "without it", "b", "c")
    assert session.findings[finding_id].boxes == {1: BOX}


def test_frames_that_older_descriptions_lack_are_taken_over(session: Session) -> None:
    describe(session, "first", "a", "b")
    finding_id = session.add("S1", 1, BOX)
    describe(session, "second", "a", "b", frames=(0, 7))
    describe(session, "third", "b", "a", frames=(7, 0))
    assert session.findings[finding_id].boxes == {0: BOX}


def test_every_gesture_has_a_text_for_the_menu() -> None:
    gestures = [kind for kind in KINDS.values() if issubclass(kind, Gesture)]
    assert len(gestures) >= 15
    assert all(gesture.text for gesture in gestures)


def test_a_kind_is_of_one_class() -> None:
    with pytest.raises(TypeError, match="are both added"):
        type("Other", (KINDS["noted"],), {"kind": "added"})
