"""Marked voxels on coronal and sagittal planes, against each pixel's place in the patient."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.geometry.sections import Cut
from lesion_viewer.viewing.viewer_model import ViewerModel
from lesion_viewer.viewing.views.plane_masks import mask_on_plane
from lesion_viewer.viewing.views.plane_view import PlaneView
from tests.turned import WAYS, Ways, stored
from tests.viewing.shown_volumes import SHAPE, affine, shown_volume

MARKED = np.random.default_rng(4).random(SHAPE) < 0.3
CURSOR = (6.0, 21.0, 17.0)


def as_masks(marked: NDArray[np.bool_]) -> dict[int, SliceMask]:
    found = {i: SliceMask.of(part) for i, part in enumerate(marked)}
    return {i: mask for i, mask in found.items() if mask is not None}


def view_of(volume: CTVolume, cut: Cut) -> PlaneView:
    viewer = ViewerModel(Window(400, 40))
    view = PlaneView(viewer, cut)
    viewer.show_volume(volume)
    viewer.look_at(*CURSOR)
    return view


def cut_by(view: PlaneView, marked: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    series = view.viewer.series
    assert series is not None and series.geometry is not None
    assert view.section is not None and view.grid is not None
    found = mask_on_plane(as_masks(marked), series.geometry, view.section, view.grid)
    return None if found is None else found.on(view.grid.rows, view.grid.columns)


@pytest.mark.parametrize("ways", WAYS, ids=str)
@pytest.mark.parametrize("cut", list(Cut))
def test_a_pixel_is_marked_where_its_voxel_is(ways: Ways, cut: Cut) -> None:
    marked, grid = stored(MARKED, affine(), ways)
    volume = shown_volume(affine=grid, shape=marked.shape)
    view = view_of(volume, cut)
    found = cut_by(view, marked)
    assert found is not None and view.section is not None and view.grid is not None
    u, v = np.meshgrid(view.grid.across_mm, view.grid.down_mm)
    points = view.section.points(np.column_stack((u.ravel(), v.ravel())))
    voxels = np.linalg.solve(grid, np.column_stack((points, np.ones(len(points)))).T)[:3]
    x, y, z = np.rint(voxels).astype(int)
    assert np.array_equal(found.ravel(), marked[z, y, x])


def test_a_plane_aslant_to_the_voxels_is_not_outlined() -> None:
    view = view_of(shown_volume(affine=affine(20)), Cut.CORONAL)
    assert cut_by(view, MARKED) is None
