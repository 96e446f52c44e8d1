"""Boxes copied to the next slice, interpolated between two, and axes, as gestures."""

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.recist import Axes, axes_of
from lesion_viewer.review.session import Session

BOX = Box(10, 10, 20, 30)


def test_a_copied_box_is_the_same_one_slice_on(session: Session) -> None:
    drawn = session.add("S", 4, BOX)
    session.copy_box(drawn, 4, 5)
    assert session.findings[drawn].boxes == {4: BOX, 5: BOX}
    with pytest.raises(ReviewError, match="already has a box on slice 6"):
        session.copy_box(drawn, 4, 5)
    with pytest.raises(ReviewError, match="no box on slice 1"):
        session.copy_box(drawn, 0, 1)


def test_boxes_between_two_slices_run_straight_and_go_in_one_undo(session: Session) -> None:
    drawn = session.add("S", 4, BOX)
    session.add_box(drawn, 8, Box(14, 18, 28, 30))
    session.interpolate(drawn, 8, 4)
    assert session.findings[drawn].boxes == {
        4: BOX,
        5: Box(11, 12, 22, 30),
        6: Box(12, 14, 24, 30),
        7: Box(13, 16, 26, 30),
        8: Box(14, 18, 28, 30),
    }
    assert session.undo() == "boxes between"
    assert set(session.findings[drawn].boxes) == {4, 8}


def test_neighbours_have_nothing_between_them(session: Session) -> None:
    drawn = session.add("S", 4, BOX)
    session.copy_box(drawn, 4, 5)
    with pytest.raises(ReviewError, match="no slice lies between"):
        session.interpolate(drawn, 4, 5)


def test_axes_move_the_box_and_the_box_moves_them(session: Session) -> None:
    drawn = session.add("S", 4, BOX)
    session.set_axes(drawn, 4, Axes((10.5, 10.5, 40.5, 10.5), (20.5, 10.5, 20.5, 30.5)))
    assert session.findings[drawn].boxes[4] == Box(10, 10, 41, 31)
    session.change_box(drawn, 4, Box(12, 13, 43, 34))
    assert session.findings[drawn].axes[4].long == pytest.approx((12.5, 13.5, 42.5, 13.5))
    session.undo()
    session.undo()
    assert session.findings[drawn].axes == {}
    assert session.findings[drawn].boxes[4] == BOX


def test_a_label_whose_axes_moved_is_corrected_and_resets_to_them(session: Session) -> None:
    came = Axes((10.5, 20.5, 29.5, 20.5), (20.5, 10.5, 20.5, 39.5))
    session.files.import_labels(
        "a.csv", "sha", [b"h\n"], {0: ("S", 1, Box(10, 10, 30, 40))}, {0: came}
    )
    (label,) = session.findings
    session.accept(label)
    assert session.findings[label].status == "accepted"
    turned = Axes((10.5, 10.5, 29.5, 39.5), (20.5, 12.5, 21.5, 30.5))
    session.set_axes(label, 1, turned)
    assert session.findings[label].boxes[1] == Box(10, 10, 30, 40)
    assert session.findings[label].status == "corrected"
    session.reset(label)
    assert session.findings[label].axes == {1: came}
    session.change_box(label, 1, Box(15, 10, 30, 40))
    session.change_box(label, 1, Box(10, 10, 30, 40))
    assert session.findings[label].axes == {1: came}
    assert session.findings[label].status == "accepted"


def test_axes_survive_a_restart(session: Session, reopen) -> None:
    drawn = session.add("S", 4, BOX)
    session.set_axes(drawn, 4, axes_of(Box(3, 4, 50, 40)))
    before = session.findings[drawn]
    assert reopen().findings[drawn] == before
