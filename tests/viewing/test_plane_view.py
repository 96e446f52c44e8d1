"""The state of views, without a window."""

import pytest

from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.sections import Cut
from lesion_viewer.viewing.viewer_model import ViewerModel
from lesion_viewer.viewing.views.arrangement import Arrangement, Layout
from lesion_viewer.viewing.views.plane_view import FITTED, Framing, PlaneView
from tests.viewing.shown_volumes import Told, affine, shown_volume

EVENTS = ("section_changed", "slab_changed", "interpolated_changed", "framing_changed")


@pytest.fixture
def viewer() -> ViewerModel:
    """Rows of 0.5 mm, columns of 0.8 mm, slices of 5 mm; the first voxel at (-100, -80, 30)."""
    viewer = ViewerModel(Window(400, 40))
    viewer.show_volume(shown_volume(affine=affine()))
    return viewer


def test_a_step_in_a_coronal_view_moves_the_cursor_of_all_views_by_a_row(
    viewer: ViewerModel,
) -> None:
    viewer.look_at_mm((-90, -70, 50))
    coronal, sagittal = PlaneView(viewer, Cut.CORONAL), PlaneView(viewer, Cut.SAGITTAL)
    told, other = Told(coronal, EVENTS), Told(sagittal, EVENTS)
    coronal.step(3)
    assert viewer.cursor_mm == pytest.approx((-90, -68.5, 50))
    assert (told.names, other.names) == (["section_changed"], [])
    assert sagittal.crosshair is not None
    coronal.step(-1000)
    assert viewer.cursor_mm == pytest.approx((-90, -80, 50))
    assert coronal.layer == (0, 40)


def test_a_place_on_a_sagittal_picture_is_the_cursor_of_all(viewer: ViewerModel) -> None:
    """The middle of the volume is at (-76.4, -70.25, 52.5)."""
    view = PlaneView(viewer, Cut.SAGITTAL)
    view.look_at(-4, 11)
    x, y, z = viewer.cursor_mm or (0, 0, 0)
    assert (y, z) == pytest.approx((-74.25, 41.5))
    assert viewer.slice_index == 2
    assert view.crosshair == pytest.approx((-4, 11))


def test_the_slices_own_cut_shows_the_slices_and_steps_over_missing_ones(
    viewer: ViewerModel,
) -> None:
    viewer.show_volume(shown_volume(affine=affine(20)), 2, present=frozenset({2, 5, 9}))
    view = PlaneView(viewer, Cut.AXIAL)
    assert view.is_of_slices
    view.step(1)
    assert (viewer.slice_index, view.layer) == (5, (5, 10))


def test_without_a_place_in_the_patient_there_is_only_the_slice(viewer: ViewerModel) -> None:
    viewer.show_volume(shown_volume())
    coronal = PlaneView(viewer, Cut.CORONAL)
    assert (coronal.section, coronal.picture, coronal.crosshair) == (None, None, None)
    coronal.step(1)
    coronal.look_at(1, 1)
    assert coronal.extent_of({0: Box(0, 0, 1, 1)}) is None


def test_a_finding_is_as_tall_as_its_slices_and_cut_where_the_plane_passes(
    viewer: ViewerModel,
) -> None:
    """Rows 10 to 20 are y -75.25 to -70.25; slices 3 and 4 reach from z 42.5 to 52.5."""
    view = PlaneView(viewer, Cut.CORONAL)
    boxes = {3: Box(10, 10, 20, 18), 4: Box(12, 12, 22, 20)}
    viewer.look_at_mm((-90, -75, 50))
    extent = view.extent_of(boxes)
    assert extent is not None and extent.is_cut
    assert (extent.v1, extent.v2) == pytest.approx((52.5 - 52.5, 52.5 - 42.5))
    assert (extent.u1, extent.u2) == pytest.approx((-100.4 + 8 + 76.4, -100.4 + 17.6 + 76.4))
    viewer.look_at_mm((-90, -70, 50))
    extent = view.extent_of(boxes)
    assert extent is not None and not extent.is_cut


def test_a_value_is_told_once_and_an_equal_one_not_at_all(viewer: ViewerModel) -> None:
    view = PlaneView(viewer, Cut.CORONAL)
    told, slab = Told(view, EVENTS), Slab(5, Projection.MINIMUM)
    for _ in range(2):
        view.slab, view.is_interpolated, view.framing = slab, False, Framing(2.0, 1, 1)
    assert told.events == [
        ("slab_changed", slab),
        ("interpolated_changed", False),
        ("framing_changed", Framing(2.0, 1, 1)),
    ]


def test_the_cursor_comes_to_the_middle_of_a_view_that_is_enlarged(viewer: ViewerModel) -> None:
    view = PlaneView(viewer, Cut.CORONAL)
    view.centre()
    assert view.framing == FITTED
    view.framing = Framing(4.0)
    viewer.look_at_mm((-90, -70, 50))
    view.centre()
    assert view.framing.points_per_mm == 4
    assert (view.framing.u, view.framing.v) == pytest.approx((-90 + 76.4, 2.5))


def test_a_view_fills_the_window_and_gives_it_back(viewer: ViewerModel) -> None:
    arrangement = Arrangement(viewer)
    told = Told(arrangement, ["layout_changed", "shown_changed", "active_changed"])
    arrangement.layout = Layout.TWO_BY_TWO
    assert [view.cut for view in arrangement.shown] == [
        Cut.AXIAL,
        Cut.CORONAL,
        Cut.SAGITTAL,
        Cut.AXIAL,
    ]
    coronal = arrangement.views[1]
    arrangement.toggle_maximised(coronal)
    assert (arrangement.shown, arrangement.active) == ((coronal,), coronal)
    arrangement.toggle_maximised(coronal)
    assert len(arrangement.shown) == 4
    arrangement.layout = Layout.ONE
    assert arrangement.active is arrangement.views[0]
    assert told.names.count("layout_changed") == 2
