import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.recist import Axes, axes_of, box_of, moved_with, with_end

numbers = st.floats(0, 500)
axes = st.builds(Axes, st.tuples(numbers, numbers, numbers, numbers), st.tuples(*[numbers] * 4))
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    numbers,
    numbers,
    st.floats(1.5, 90),
    st.floats(1.5, 90),
)

# The first row of DeepLesion's validation split: marks, box and diameters as they stand there.
MARKS = (238.314, 261.228, 235.858, 268.594, 240.36, 265.729, 234.222, 262.865)
BOX = (229.222, 256.228, 245.36, 273.594)
DIAMETERS = (7.76388, 6.77335)


def official_axes() -> Axes:
    x1, y1, x2, y2, x3, y3, x4, y4 = (mark - 0.5 for mark in MARKS)  # counted from 1 to edges
    return Axes((x1, y1, x2, y2), (x3, y3, x4, y4))


def test_deeplesions_box_is_the_extent_of_its_marks_plus_5_px() -> None:
    box = box_of(official_axes())
    padded = (box.x1 + 1 - 5, box.y1 + 1 - 5, box.x2 + 5, box.y2 + 5)
    assert padded == pytest.approx(BOX, abs=1e-6)


def test_lengths_are_deeplesions_diameters() -> None:
    assert official_axes().lengths_px == pytest.approx(DIAMETERS, abs=2e-3)


def test_millimetres_follow_rows_and_columns() -> None:
    assert Axes((0, 0, 3, 4), (0, 0, 1, 0)).lengths_mm(0.5, 2.0) == (math.hypot(6, 2), 2)


@given(box=boxes)
def test_a_boxs_own_axes_have_its_extent(box: Box) -> None:
    made = axes_of(box)
    assert box_of(made).as_tuple() == pytest.approx(box.as_tuple())
    long_px, short_px = made.lengths_px
    assert long_px >= short_px - 1e-9


@given(box=boxes, new=boxes)
def test_axes_go_where_their_box_goes(box: Box, new: Box) -> None:
    made = Axes(
        (box.x1 + 0.5, box.y1 + 0.5, box.x2 - 0.5, box.y2 - 0.5),
        (box.x1 + 0.6, box.y2 - 0.6, box.x2 - 0.6, box.y1 + 0.6),
    )
    assert box_of(moved_with(made, box, new)).as_tuple() == pytest.approx(new.as_tuple())


def test_moving_a_box_moves_its_axes_and_changes_no_length() -> None:
    made = official_axes()
    moved = moved_with(made, box_of(made), box_of(made).moved(3, -2))
    assert moved.lengths_px == pytest.approx(made.lengths_px)
    assert moved.points[0] == pytest.approx((made.points[0][0] + 3, made.points[0][1] - 2))


def test_an_end_that_is_dragged_moves_the_box() -> None:
    made = Axes((10.5, 20.5, 30.5, 20.5), (20.5, 15.5, 20.5, 25.5))
    assert box_of(made).as_tuple() == (10, 15, 31, 26)
    assert box_of(with_end(made, 1, 40.5, 20.5)).as_tuple() == (10, 15, 41, 26)


def test_the_longer_axis_is_the_long_one_after_a_drag() -> None:
    made = with_end(Axes((10, 20, 30, 20), (20, 15, 20, 25)), 3, 20, 55)
    assert made == Axes((20, 15, 20, 55), (10, 20, 30, 20))


def test_axes_without_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Axes((0, 0, math.nan, 1), (0, 0, 1, 1))
