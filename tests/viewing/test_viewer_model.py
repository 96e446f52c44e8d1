"""What is on screen, held without a window."""

from typing import Any

import pytest

from lesion_viewer.ct.values.window import Window
from lesion_viewer.viewing.viewer_model import Marks, ViewerModel
from tests.viewing.shown_volumes import SHAPE, Told, affine, shown_volume

SOFT, LIVER = Window(400, 40), Window(150, 60)
EVENTS = (
    "volume_changed",
    "slice_changed",
    "slices_read",
    "window_changed",
    "inverted_changed",
    "as_stored_changed",
    "cursor_changed",
    "marks_changed",
)


@pytest.fixture
def viewer() -> ViewerModel:
    viewer = ViewerModel(SOFT)
    viewer.show_volume(shown_volume(affine=affine()))
    return viewer


def test_a_volume_comes_with_its_middle_slice_and_is_told_before_it() -> None:
    viewer = ViewerModel(SOFT)
    told, volume = Told(viewer, EVENTS), shown_volume()
    viewer.show_volume(volume, window=LIVER)
    assert (viewer.volume, viewer.slice_index, viewer.window) == (volume, 5, LIVER)
    assert told.events == [
        ("volume_changed", volume),
        ("window_changed", LIVER),
        ("slice_changed", 5),
        ("cursor_changed", None),
    ]


def test_the_same_number_of_another_volume_is_another_slice(viewer: ViewerModel) -> None:
    told = Told(viewer, EVENTS)
    viewer.show_volume(shown_volume("1.3"), viewer.slice_index)
    assert "slice_changed" in told.names
    assert "window_changed" not in told.names


@pytest.mark.parametrize(
    ("attribute", "value", "event"),
    [
        ("window", LIVER, "window_changed"),
        ("is_inverted", True, "inverted_changed"),
        ("is_as_stored", True, "as_stored_changed"),
        ("marks", Marks(is_hidden=True), "marks_changed"),
    ],
)
def test_a_value_is_told_once_and_an_equal_one_not_at_all(
    viewer: ViewerModel, attribute: str, value: Any, event: str
) -> None:
    told = Told(viewer, EVENTS)
    setattr(viewer, attribute, value)
    setattr(viewer, attribute, value)
    assert told.events == [(event, value)]


def test_a_slice_beyond_the_ends_is_the_last_one_and_is_told_once(viewer: ViewerModel) -> None:
    told = Told(viewer, ["slice_changed"])
    viewer.show_slice(99)
    viewer.show_slice(9)
    assert told.events == [("slice_changed", 9)]
    viewer.show_slice(-3)
    assert viewer.slice_index == 0


def test_steps_skip_slices_whose_image_is_missing(viewer: ViewerModel) -> None:
    viewer.show_volume(shown_volume(), 2, present=frozenset({2, 5, 9}))
    assert (viewer.neighbour(1), viewer.neighbour(-1)) == (5, None)
    viewer.step(1)
    assert viewer.slice_index == 5
    viewer.approach(8)
    assert viewer.slice_index == 9
    viewer.show_first()
    assert viewer.slice_index == 2
    assert viewer.is_present(5) and not viewer.is_present(4)


def test_slices_of_a_volume_that_left_are_not_told(viewer: ViewerModel) -> None:
    former = viewer.volume
    assert former is not None
    viewer.show_volume(shown_volume("1.3"))
    told = Told(viewer, EVENTS)
    viewer.tell_read(former, [1])
    assert told.events == []
    assert viewer.volume is not None
    viewer.tell_read(viewer.volume, [1])
    assert told.events == [("slices_read", [1])]


def test_the_cursor_is_in_patient_mm_and_follows_the_slices(viewer: ViewerModel) -> None:
    # Middle of 60 columns of 0.8 mm and 40 rows of 0.5 mm, slice 5 of 5 mm, from (-100, -80, 30).
    assert viewer.cursor_mm == pytest.approx((-100 + 29.5 * 0.8, -80 + 19.5 * 0.5, 55))
    viewer.show_slice(6)
    assert viewer.cursor_mm == pytest.approx((-100 + 29.5 * 0.8, -80 + 19.5 * 0.5, 60))


@pytest.mark.parametrize("tilt_degrees", [0, 20])
def test_a_position_in_the_patient_shows_the_slice_that_it_is_on(tilt_degrees: float) -> None:
    viewer = ViewerModel(SOFT)
    placed = affine(tilt_degrees)
    viewer.show_volume(shown_volume(affine=placed))
    told = Told(viewer, ["slice_changed", "cursor_changed"])
    x, y, z, _ = placed @ (12, 7, 3, 1)
    viewer.look_at_mm((float(x), float(y), float(z)))
    assert viewer.slice_index == 3
    assert viewer.cursor_mm == pytest.approx((x, y, z))
    assert told.names == ["slice_changed", "cursor_changed"]


def test_a_position_beside_the_volume_is_its_nearest_voxel(viewer: ViewerModel) -> None:
    viewer.look_at_mm((-1e4, -1e4, 1e4))
    assert viewer.slice_index == SHAPE[0] - 1
    assert viewer.cursor_mm == pytest.approx((-100, -80, 75))


def test_without_a_place_in_the_patient_there_is_no_cursor_and_none_is_taken() -> None:
    viewer = ViewerModel(SOFT)
    viewer.show_volume(shown_volume())
    viewer.look_at_mm((0, 0, 0))
    assert viewer.cursor_mm is None
    assert viewer.slice_index == 5


def test_before_a_study_is_opened_nothing_is_on_show() -> None:
    viewer = ViewerModel(SOFT)
    viewer.show_slice(3)
    viewer.step(1)
    assert (viewer.volume, viewer.series, viewer.slice_index) == (None, None, 0)
    assert viewer.cursor_mm is None and viewer.neighbour(1) is None and not viewer.unreadable
