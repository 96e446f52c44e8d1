"""Where views show a patient, however the CT is stored: marks, letters, the same picture."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.planes.picture import PlanePicture
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.geometry.sections import Cut
from lesion_viewer.viewing.viewer_model import ViewerModel
from lesion_viewer.viewing.views.plane_view import PlaneView
from tests.ct.planes.marked_ct import MARKS, PLACINGS, mark_near, read_marked
from tests.turned import WAYS, Ways, write_stored

OFF_MM = 0.15
SHAPE, SPACING_MM = (6, 24, 30), (3.0, 0.8, 0.7)


@pytest.mark.parametrize("placing", PLACINGS)
def test_a_mark_is_under_the_crosshair_of_every_view(placing: str, tmp_path: Path) -> None:
    """A view that moves to the nearest layer of voxels shows the mark beside its middle."""
    volume = read_marked(tmp_path, PLACINGS[placing])
    viewer = viewer_of(volume)
    views = [PlaneView(viewer, cut) for cut in Cut]
    for at, hu in MARKS.values():
        viewer.look_at_mm(at)
        assert viewer.cursor_mm == pytest.approx(at, abs=1e-6)
        for view in views:
            assert view.crosshair is not None
            u, v, highest = mark_near(seen(view), *view.crosshair)
            assert (u, v) == pytest.approx(view.crosshair, abs=OFF_MM)
            assert 0.75 * hu < highest <= hu


@pytest.mark.parametrize("placing", ["tilted by 20 degrees", "turned from slice to slice"])
def test_the_slices_own_view_shows_them_as_they_are_stored(placing: str, tmp_path: Path) -> None:
    volume = read_marked(tmp_path, PLACINGS[placing])
    viewer = viewer_of(volume)
    view = PlaneView(viewer, Cut.AXIAL)
    for index in (0, 17, 35):
        viewer.show_slice(index)
        picture = seen(view)
        np.testing.assert_array_equal(picture.hu, volume.voxels[index])
        assert picture.is_whole and picture.remarks == ()


def test_a_view_beside_a_layer_of_voxels_shows_the_layer_as_it_is_stored(tmp_path: Path) -> None:
    """The cursor stays between the rows; 0.9 mm rows, the picture is of the nearer one."""
    viewer = viewer_of(read_marked(tmp_path, PLACINGS["plain"]))
    assert viewer.volume is not None
    view = PlaneView(viewer, Cut.CORONAL)
    viewer.look_at(12.3, 20.2, 31.4)
    np.testing.assert_array_equal(seen(view).hu, viewer.volume.voxels[::-1, 31])
    assert view.layer == (31, 60) and seen(view).remarks == ()
    view.step(1)
    np.testing.assert_array_equal(seen(view).hu, viewer.volume.voxels[::-1, 32])


def test_all_ways_to_store_a_patient_give_the_same_views(tmp_path: Path) -> None:
    """Every voxel has another value; one view of the slices is as stored."""
    rng = np.random.default_rng(5)
    hu = rng.permutation(np.prod(SHAPE)).reshape(SHAPE).astype(np.int16)
    affine = np.diag((*SPACING_MM[::-1], 1.0))
    affine[:3, 3] = -20, 35, 110
    for number, ways in enumerate(WAYS):
        viewer = viewer_of(read_stored(tmp_path / str(number), hu, affine, ways))
        viewer.look_at_mm((-20 + 7 * 0.7, 35 + 5 * 0.8, 110 + 4 * 3.0))
        axial, coronal, sagittal = (
            seen(PlaneView(viewer, cut)) for cut in (Cut.AXIAL, Cut.CORONAL, Cut.SAGITTAL)
        )
        np.testing.assert_array_equal(axial.hu, hu[4])
        np.testing.assert_array_equal(coronal.hu, hu[::-1, 5])
        np.testing.assert_array_equal(sagittal.hu, hu[::-1, :, 7])
        letters = [picture.section.letters for picture in (axial, coronal, sagittal)]
        assert letters == [("R", "L", "A", "P"), ("R", "L", "H", "F"), ("A", "P", "H", "F")]
        slab = PlaneView(viewer, Cut.SAGITTAL, Slab(2.1, Projection.MAXIMUM))
        np.testing.assert_array_equal(seen(slab).hu, hu[::-1, :, 6:9].max(2))
        viewer.is_as_stored = True
        stored = PlaneView(viewer, Cut.AXIAL)
        assert viewer.volume is not None
        np.testing.assert_array_equal(seen(stored).hu, viewer.volume.voxels[viewer.slice_index])


def test_a_view_of_slices_that_arrive_shows_what_is_there(tmp_path: Path) -> None:
    volume = read_marked(tmp_path, PLACINGS["plain"])
    arriving = CTVolume(volume.series)
    viewer = viewer_of(arriving)
    view = PlaneView(viewer, Cut.CORONAL)
    told: list[object] = []
    view.slices_read.connect(told.append)
    assert not seen(view).is_whole
    for index in range(10, 36):
        arriving.put(index, volume.voxels[index])
    viewer.tell_read(arriving, range(10, 36))
    assert told == [range(10, 36)]
    shows = seen(view).shows
    assert (shows[:26] == 0).all() and (shows[26:] != 0).all()  # the head is up


def test_only_slabs_aslant_to_the_voxels_are_slow(tmp_path: Path) -> None:
    viewer = viewer_of(read_marked(tmp_path, PLACINGS["tilted by 20 degrees"]))
    own, coronal = PlaneView(viewer, Cut.AXIAL, Slab(8)), PlaneView(viewer, Cut.CORONAL, Slab(8))
    assert (own.is_slow, coronal.is_slow) == (False, True)
    drawing = coronal.drawing()
    coronal.slab = Slab()
    assert not coronal.is_slow
    picture = drawing()  # of the view as it was
    assert picture is not None and picture.remarks[0].text == "mean of 8 mm"


def viewer_of(volume: CTVolume) -> ViewerModel:
    viewer = ViewerModel(Window(400, 40))
    viewer.show_volume(volume)
    return viewer


def read_stored(
    folder: Path, hu: NDArray[np.int16], affine: NDArray[np.float64], ways: Ways
) -> CTVolume:
    (series,) = open_study(write_stored(folder, hu, affine, ways)).series
    return load_volume(series)


def seen(view: PlaneView) -> PlanePicture:
    picture = view.picture
    assert picture is not None
    return picture
