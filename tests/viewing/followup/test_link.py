"""Which slice of a study belongs to one of another study."""

from dataclasses import replace

import numpy as np
import pytest

from lesion_viewer.ct.registration.registering import Registration
from lesion_viewer.ct.registration.residual import Residual
from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.viewing.followup.link import Link, LinkedBy, carried_over, shared_frame
from lesion_viewer.viewing.followup.linked_scroll import LinkedScroll
from lesion_viewer.viewing.viewer_model import ViewerModel
from tests.ct.registration.moved_phantoms import centred_grid, map_of, volume_of

SPACING_MM = (4.0, 2.0, 2.0)
RISEN = map_of((0, 0, 0), (0, 0, 100))


def volume(
    slices: int = 21, lift_mm: float = 0.0, frame: str = "", step_mm: float = 4.0, uid: str = "1.2"
) -> CTVolume:
    """A stack round height ``lift_mm``."""
    shape, spacing_mm = (slices, 20, 20), (step_mm, 2.0, 2.0)
    grid = centred_grid(shape, spacing_mm)
    grid[2, 3] += lift_mm
    geometry = geometry_of_grid(grid, shape, frame)
    made = volume_of(np.zeros(shape, np.int16), spacing_mm, geometry)
    return CTVolume(replace(made.series, uid=uid))


def link(
    current: Series, prior: Series, to_prior: RigidMap, by: LinkedBy = LinkedBy.REGISTRATION
) -> Link:
    found = Registration(to_prior, (0.1, 0.2), Residual((0.3,), 0.9, 1.0))
    return Link(by, current, prior, to_prior, found)


def test_slices_at_one_height_belong_together_whatever_their_distance() -> None:
    current, prior = volume().series, volume(41, 100, step_mm=2.0).series
    both = link(current, prior, RISEN)
    # The middles, slice 10 and slice 20, lie on each other; 4 mm are two slices of the prior.
    assert [both.in_prior(i).slice_index for i in (10, 11, 0)] == [20, 22, 0]
    assert [both.in_current(i).slice_index for i in (20, 24)] == [10, 12]
    assert not both.in_prior(0).is_beyond


def test_beyond_the_other_study_its_last_slice_is_told_from_a_place() -> None:
    current, prior = volume(41).series, volume(21, 100).series
    both = link(current, prior, RISEN)
    # Slice 30 is 40 mm over the middle, where the prior ends; 31 is the next slice.
    assert (both.in_prior(30).slice_index, both.in_prior(30).is_beyond) == (20, False)
    assert (both.in_prior(33).slice_index, both.in_prior(33).is_beyond) == (20, True)


def test_series_in_one_frame_of_reference_need_no_registration() -> None:
    current, prior = volume(frame="1.9").series, volume(11, 20, frame="1.9").series
    both = shared_frame(current, prior)
    assert both is not None and both.by is LinkedBy.FRAME
    assert both.in_prior(15).slice_index == 5
    assert shared_frame(current, volume(frame="1.8").series) is None
    assert shared_frame(current, volume().series) is None


def test_coupled_slices_lead_on_by_millimetres() -> None:
    current, prior = volume().series, volume(41, 700, step_mm=2.0).series
    both = Link(LinkedBy.HAND, current, prior, coupled=(5, 8))
    assert [both.in_prior(i).slice_index for i in (5, 6, 4, 0)] == [8, 10, 6, 0]
    assert both.in_prior(0).is_beyond and not both.in_prior(1).is_beyond
    assert both.in_current(12).slice_index == 7


def test_coupled_slices_lead_on_one_by_one_where_distances_are_unknown() -> None:
    current = volume().series
    prior = replace(volume(41).series, spacing_mm=None, geometry=None)
    both = Link(LinkedBy.HAND, current, prior, coupled=(5, 8))
    assert [both.in_prior(i).slice_index for i in (5, 7)] == [8, 10]


def test_a_registration_holds_for_other_series_in_the_same_frames_alone() -> None:
    current, prior = volume(frame="1.9").series, volume(frame="1.8").series
    both = link(current, prior, RISEN)
    same = carried_over(both, volume(9, 4, frame="1.9", uid="1.3").series, prior)
    assert same is not None and same.to_prior is RISEN and same.current.uid == "1.3"
    assert carried_over(both, volume(frame="1.7", uid="1.3").series, prior) is None
    coupled = Link(LinkedBy.HAND, current, prior, coupled=(5, 8))
    assert carried_over(coupled, volume(frame="1.9", uid="1.3").series, prior) is None


# Scrolling.


@pytest.fixture
def viewers() -> tuple[ViewerModel, ViewerModel]:
    current, prior = (ViewerModel(Window(400, 40)) for _ in range(2))
    current.show_volume(volume(41), 20)
    prior.show_volume(volume(21, 100), 0)
    return current, prior


def test_one_view_follows_the_other_in_both_directions(
    viewers: tuple[ViewerModel, ViewerModel],
) -> None:
    current, prior = viewers
    scroll = LinkedScroll(current, prior)
    assert current.series is not None and prior.series is not None
    scroll.link = link(current.series, prior.series, RISEN)
    assert (current.slice_index, prior.slice_index) == (20, 10)
    current.step(3)
    assert (current.slice_index, prior.slice_index) == (23, 13)
    prior.step(-5)
    assert (current.slice_index, prior.slice_index) == (18, 8)


def test_scrolling_beyond_the_other_study_is_told_and_moves_only_one(
    viewers: tuple[ViewerModel, ViewerModel],
) -> None:
    current, prior = viewers
    scroll = LinkedScroll(current, prior)
    told: list[bool] = []
    scroll.beyond_changed.connect(told.append)
    assert current.series is not None and prior.series is not None
    scroll.link = link(current.series, prior.series, RISEN)
    current.show_slice(40)
    assert (current.slice_index, prior.slice_index, told) == (40, 20, [True])
    current.show_slice(25)
    assert (prior.slice_index, told) == (15, [True, False])


def test_switched_off_or_of_another_series_nothing_follows(
    viewers: tuple[ViewerModel, ViewerModel],
) -> None:
    current, prior = viewers
    scroll = LinkedScroll(current, prior)
    assert current.series is not None and prior.series is not None
    scroll.link = link(current.series, prior.series, RISEN)
    scroll.is_on = False
    current.step(5)
    assert prior.slice_index == 10
    scroll.is_on = True
    assert prior.slice_index == 15
    prior.show_volume(volume(21, 300, uid="1.5"), 3)
    current.step(1)
    assert prior.slice_index == 3


def test_two_slices_that_do_not_belong_together_can_be_shown(
    viewers: tuple[ViewerModel, ViewerModel],
) -> None:
    current, prior = viewers
    scroll = LinkedScroll(current, prior)
    assert current.series is not None and prior.series is not None
    scroll.link = link(current.series, prior.series, RISEN)
    scroll.show_both(12, 9)
    assert (current.slice_index, prior.slice_index) == (12, 9)
    current.step(1)
    assert prior.slice_index == 3
