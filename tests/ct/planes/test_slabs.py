"""Means and projections of slabs, against voxels that are counted one by one."""

import numpy as np
import pytest

from lesion_viewer.ct.planes.picture import NO_HU, PlanePicture, Shows
from lesion_viewer.ct.planes.reslicing import reslice
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.sections import Cut, Section, section_at, section_of_slice
from lesion_viewer.geometry.turn import AS_STORED
from tests.ct.planes.random_ct import SHAPE, SPACING_MM, random_volume
from tests.geometry.placed_slices import turned

BRUTE = {Projection.MEAN: np.mean, Projection.MAXIMUM: np.max, Projection.MINIMUM: np.min}
AXES = {Cut.AXIAL: 0, Cut.CORONAL: 1, Cut.SAGITTAL: 2}


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("projection", Projection)
def test_a_slab_of_whole_layers_is_what_a_loop_over_them_gives(
    cut: Cut, projection: Projection
) -> None:
    """Upright, so that layer k of an axis lies at k times its spacing."""
    volume, axis = random_volume(), AXES[cut]
    middle, layers = SHAPE[axis] // 2, 5
    at = [0.0, 0.0, 0.0]
    at[cut] = middle * SPACING_MM[axis]
    slab = Slab(layers * SPACING_MM[axis], projection)
    picture = seen(volume, section_at((at[0], at[1], at[2]), cut), slab)
    inside = np.moveaxis(volume.voxels, axis, 0)[middle - 2 : middle + 3].astype(float)
    wanted = np.empty(inside.shape[1:])
    for index in np.ndindex(wanted.shape):
        wanted[index] = BRUTE[projection]([layer[index] for layer in inside])
    if cut is not Cut.AXIAL:
        wanted = wanted[::-1]  # the head is up
    np.testing.assert_allclose(picture.hu, wanted, atol=0.501)
    assert picture.remarks[0].code == "slab"


def test_a_mean_weighs_a_layer_by_the_part_of_it_that_lies_in_the_slab() -> None:
    """2 rows of .8 mm round row 10 and a quarter: half of rows 9 and 11, three quarters..."""
    volume = random_volume()
    picture = seen(volume, section_at((0, 10.25 * 0.8, 0), Cut.CORONAL), Slab(1.6))
    # Rows reach from 9.25 to 11.25: row 9 from 8.5 to 9.5, row 11 from 10.5 to 11.5.
    rows = volume.voxels[:, 9:12].astype(float)
    wanted = (rows[:, 0] * 0.25 + rows[:, 1] + rows[:, 2] * 0.75) / 2
    np.testing.assert_allclose(picture.hu, wanted[::-1], atol=0.501)


@pytest.mark.parametrize("projection", Projection)
def test_a_slab_aslant_is_that_of_thin_planes_through_it(projection: Projection) -> None:
    """It is sampled at four places: the normal runs mostly along rows of .8 mm."""
    volume = random_volume()
    directions = turned((20, 0, 10)) @ np.array(((1, 0, 0), (0, 0, -1))).T
    (rx, ry, rz), (dx, dy, dz) = directions.T.tolist()
    section = Section((6.0, 7.0, 9.0), (rx, ry, rz), (dx, dy, dz))
    picture = seen(volume, section, Slab(2.8, projection))
    thin = []
    for off in (-1.05, -0.35, 0.35, 1.05):
        x, y, z = (np.array(section.point_mm) + off * section.normal).tolist()
        thin.append(seen(volume, Section((x, y, z), section.right, section.down)))
    values = np.array([p.hu for p in thin], float)
    is_inside = np.array([p.shows == Shows.VOXELS for p in thin]).all(0)
    assert is_inside.sum() > 500
    wanted = BRUTE[projection](values, axis=0)
    np.testing.assert_allclose(picture.hu[is_inside], wanted[is_inside], atol=1)


@pytest.mark.parametrize("projection", Projection)
def test_a_slab_along_tilted_slices_has_each_slice_where_it_lies(projection: Projection) -> None:
    """Each lies 2 rows further back: row 5 meets row 7 of the slice before and 3 of the next."""
    volume = random_volume(rows_on=2)
    at = volume.series.geometry
    assert at is not None
    section = section_of_slice(at, 10, AS_STORED)
    picture = seen(volume, section, Slab(6, projection))
    before, here, after = volume.voxels[9:12].astype(float)
    wanted = BRUTE[projection]([before[4:], here[2:-2], after[:-4]], axis=0)
    np.testing.assert_allclose(picture.hu[2:-2], wanted, atol=0.501)
    edge = BRUTE[projection]([before[2:4], here[:2]], axis=0)
    np.testing.assert_allclose(picture.hu[:2], edge, atol=0.501)
    assert picture.is_whole and picture.hu.shape == volume.voxels.shape[1:]


def test_a_slab_beyond_the_volume_is_of_what_is_there() -> None:
    volume = random_volume()
    edge = seen(volume, section_at((0, -0.4, 0), Cut.CORONAL), Slab(2.4, Projection.MAXIMUM))
    # 1.2 mm to both sides of the front edge: row 0 whole, row 1 by half.
    np.testing.assert_array_equal(edge.hu, volume.voxels[::-1, :2].max(1))
    beside = seen(volume, section_at((0, -9, 0), Cut.CORONAL), Slab(2))
    assert (beside.shows == Shows.OUTSIDE).all() and (beside.hu == NO_HU).all()


def test_an_axial_slab_waits_for_its_slices_and_leaves_out_what_cannot_be_read() -> None:
    volume = random_volume()
    section, slab = section_at((0, 0, 10 * 2.0), Cut.AXIAL), Slab(6, Projection.MAXIMUM)
    volume.is_loaded[9] = False
    assert (seen(volume, section, slab).shows == Shows.UNREAD).all()
    volume.fail(9, "9.dcm is cut off")
    picture = seen(volume, section, slab)
    assert picture.is_whole
    np.testing.assert_array_equal(picture.hu, volume.voxels[10:12].max(0))
    assert [r.text for r in picture.remarks] == [
        "MIP of 6 mm",
        "without slices that are missing or unreadable",
    ]


@pytest.mark.parametrize("mm", [-1.0, float("inf"), float("nan")])
def test_a_slab_that_is_no_thickness_is_refused(mm: float) -> None:
    with pytest.raises(ValueError, match="a slab of"):
        Slab(mm)


def seen(volume: CTVolume, section: Section, slab: Slab | None = None) -> PlanePicture:
    picture = reslice(volume, section, slab=slab or Slab())
    assert picture is not None
    return picture
