"""What a picture shows of stored voxels, where it shows none, and what is said beside it."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from lesion_viewer.ct.planes.grids import PlaneGrid
from lesion_viewer.ct.planes.picture import NO_HU, PlanePicture, Shows
from lesion_viewer.ct.planes.reslicing import reslice
from lesion_viewer.ct.planes.slabs import Projection, Slab
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.geometry.between_slices import points_of
from lesion_viewer.geometry.sections import Cut, Section, section_at
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from tests.ct.planes.random_ct import EVEN, SHAPE, random_volume
from tests.geometry.placed_slices import turned

MOST_ADDED_BYTES = 300e6


@pytest.mark.parametrize("is_interpolated", [True, False])
def test_a_plane_along_evenly_spaced_voxels_shows_them_as_they_are(is_interpolated: bool) -> None:
    """Row 7 lies at 5.6 mm; left is right and the head is up: the slices come in reverse."""
    volume = random_volume()
    coronal = seen(volume, section_at((3, 5.6, 11), Cut.CORONAL), is_interpolated=is_interpolated)
    np.testing.assert_array_equal(coronal.hu, volume.voxels[::-1, 7])
    assert (coronal.grid.column_mm, coronal.grid.row_mm) == pytest.approx((0.7, 2.0))
    sagittal = seen(volume, section_at((3.5, 1, 11), Cut.SAGITTAL), is_interpolated=is_interpolated)
    np.testing.assert_array_equal(sagittal.hu, volume.voxels[::-1, :, 5])
    axial = seen(volume, section_at((1, 1, 8), Cut.AXIAL), is_interpolated=is_interpolated)
    np.testing.assert_array_equal(axial.hu, volume.voxels[4])
    assert coronal.remarks == sagittal.remarks == axial.remarks == ()


def test_a_plane_between_rows_is_interpolated_or_shows_the_nearest_row() -> None:
    volume = random_volume()
    section = section_at((3, 0.8 * 7.25, 11), Cut.CORONAL)
    rows = volume.voxels[::-1, 7:9].astype(float)
    between = seen(volume, section)
    np.testing.assert_allclose(between.hu, rows[:, 0] * 0.75 + rows[:, 1] * 0.25, atol=0.501)
    assert codes(between) == ["resampled"]
    nearest = seen(volume, section, is_interpolated=False)
    np.testing.assert_array_equal(nearest.hu, volume.voxels[::-1, 7])


def test_uneven_slices_are_drawn_at_their_heights_and_it_is_said() -> None:
    """Slices at 0, 2, 5, 6: a picture of rows of 1 mm, interpolated by their true distances."""
    volume = random_volume((0, 2, 5, 6))
    picture = seen(volume, section_at((0, 0, 0), Cut.CORONAL))
    assert picture.grid.row_mm == pytest.approx(1, abs=0.1)
    stored = volume.voxels[:, 0].astype(float)
    for row, v in enumerate(picture.grid.down_mm):
        z = min(max(-v, 0), 6)
        wanted = [np.interp(z, (0, 2, 5, 6), stored[:, x]) for x in range(SHAPE[2])]
        np.testing.assert_allclose(picture.hu[row], wanted, atol=0.501)
    assert [r.text for r in picture.remarks] == ["resampled", "slices 1.00 to 3.00 mm apart"]


def test_where_slices_are_missing_there_is_a_gap_and_nothing_is_interpolated() -> None:
    """Slices 8 to 11 are missing: from 14 to 24 mm; the two beside it reach 1 mm into it."""
    heights = EVEN[:8] + EVEN[12:]
    volume = random_volume(heights)
    picture = seen(volume, section_at((0, 0.8 * 3, 0), Cut.CORONAL))
    z = -picture.grid.down_mm
    is_gap = (z > 15 + 1e-9) & (z < 23 - 1e-9)
    assert is_gap.sum() == 4
    assert (picture.shows[is_gap] == Shows.GAP).all() and (picture.hu[is_gap] == NO_HU).all()
    assert (picture.shows[~is_gap] == Shows.VOXELS).all() and not picture.is_whole
    assert [r.text for r in picture.remarks][1:] == ["1 gap of up to 10.0 mm"]
    aslant = seen(volume, tilted_section((6, 2.4, 19)))
    assert (aslant.shows == Shows.GAP).any()
    middle = aslant.grid.pixel(0, 0)
    assert aslant.shows[int(middle[1]), int(middle[0])] == Shows.GAP


def test_slices_that_are_stated_to_be_thick_leave_no_gap() -> None:
    volume = random_volume((0, 2, 4, 10, 12, 14), (6.0,) * 6)
    assert seen(volume, section_at((0, 0, 0), Cut.CORONAL)).is_whole


@pytest.mark.parametrize("steps", [(1, 1, 3) * 5, (1,) * 9 + (3, 3, 3, 3)])
def test_another_spacing_is_no_gap(steps: tuple[int, ...]) -> None:
    """Many wide steps, or several in a row, are how it was scanned."""
    volume = random_volume(tuple(np.cumsum((0, *steps)).tolist()))
    assert seen(volume, section_at((0, 0, 0), Cut.CORONAL)).is_whole


def test_unread_slices_are_shown_as_unread_and_no_zeros_get_into_what_lies_beside() -> None:
    volume = random_volume(tuple(2.0 * i + (i % 3) * 0.3 for i in range(20)))
    volume.voxels[9:11] = 0
    volume.is_loaded[9:11] = False
    volume.fail(10, "10.dcm is cut off")
    volume.voxels[:9], volume.voxels[11:] = 500, 500
    for section in (section_at((4, 4, 0), Cut.SAGITTAL), tilted_section((6, 8, 19))):
        picture = seen(volume, section)
        shown = picture.shows == Shows.VOXELS
        assert {500} == set(picture.hu[shown].tolist())
        assert set(np.unique(picture.shows)) >= {Shows.VOXELS, Shows.UNREAD, Shows.UNREADABLE}
        assert (picture.hu[~shown] == NO_HU).all()


def test_a_picture_reaches_to_the_edge_of_the_voxels_and_shows_nothing_beyond() -> None:
    volume = random_volume()
    grid = PlaneGrid(-2, -3, 0.5, 0.5, 60, 60)
    picture = seen(volume, section_at((0, 0, 10), Cut.AXIAL), grid)
    for row, v in enumerate(grid.down_mm):
        for column, u in enumerate(grid.across_mm):
            is_inside = -0.35 <= u <= 27.5 * 0.7 and -0.4 <= v <= 23.5 * 0.8
            assert (picture.shows[row, column] == Shows.VOXELS) == is_inside
    assert picture.hu_at(-1, 0) is None and picture.hu_at(99, 0) is None
    assert picture.hu_at(0.1, 0.1) == picture.hu[6, 4]


def test_without_a_place_in_the_patient_or_a_thickness_there_is_no_picture() -> None:
    single = random_volume((5,))
    assert reslice(single, section_at((0, 0, 5), Cut.CORONAL)) is None
    assert seen(single, section_at((0, 0, 5), Cut.AXIAL)).hu.shape == SHAPE[1:]
    thick = random_volume((5,), (3.0,))
    picture = seen(thick, section_at((0, 0.8, 5), Cut.CORONAL))
    np.testing.assert_array_equal(picture.hu, thick.voxels[:, 1])
    assert picture.grid.row_mm == pytest.approx(3)


def test_slices_at_one_position_are_as_thick_as_one() -> None:
    """Three of 3 mm, as of a perfusion: seen from the front the first is shown, 3 mm tall."""
    volume = random_volume((5, 5, 5), (3.0, 3.0, 3.0))
    assert volume.series.geometry is not None
    for index in range(3):
        at = points_of(volume.series.geometry, np.array([(index, 0.5, 0.5)]))
        assert at[0] == pytest.approx((0, 0, 5))
    picture = seen(volume, section_at((0, 0.8, 5), Cut.CORONAL))
    assert picture.grid.row_mm * picture.grid.rows == pytest.approx(3)
    assert {tuple(row) for row in picture.hu.tolist()} == {tuple(volume.voxels[0, 1].tolist())}


def test_a_tilt_is_said() -> None:
    volume = random_volume()
    assert volume.series.geometry is not None
    positions = volume.series.geometry.positions_mm.copy()
    positions[:, 1] += positions[:, 2] * np.tan(np.radians(18.5))
    object.__setattr__(volume.series.geometry, "positions_mm", positions)
    assert [r.text for r in seen(volume, section_at((6, 8, 19), Cut.SAGITTAL)).remarks] == [
        "resampled",
        "gantry tilted by 18.5°",
    ]


@pytest.mark.realdata
def test_an_oblique_plane_of_a_patient_is_what_simpleitk_resamples(real_data: Path) -> None:
    (series,) = open_study(real_data / "ircadb01" / "case01" / "DICOM").series
    volume = load_volume(series)
    assert series.geometry is not None and series.affine is not None
    section = tilted_section(series.geometry.point(64, 250, 260))
    picture = seen(volume, section)
    grid = picture.grid
    image = sitk.GetImageFromArray(volume.voxels)
    spacing = np.linalg.norm(series.affine[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(series.affine[:3, 3].tolist())
    image.SetDirection((series.affine[:3, :3] / spacing).ravel().tolist())
    first = section.points(np.array([(grid.across_mm[0], grid.down_mm[0])]))[0]
    wanted = sitk.Resample(
        sitk.Cast(image, sitk.sitkFloat32),
        (grid.columns, grid.rows, 1),
        sitk.Transform(),
        sitk.sitkLinear,
        first.tolist(),
        (grid.column_mm, grid.row_mm, 1.0),
        np.column_stack((section.right, section.down, section.normal)).ravel().tolist(),
        -5000.0,
    )
    values = sitk.GetArrayFromImage(wanted)[0]
    is_inside = values > -2000
    assert is_inside.mean() > 0.5
    assert np.abs(picture.hu[is_inside] - values[is_inside]).max() <= 1


def test_three_planes_and_slabs_of_2000_slices_add_less_than_300_mb() -> None:
    shape = 2000, 512, 512
    affine = np.diag((0.7, 0.7, 0.5, 1.0))
    volume = CTVolume(
        Series(
            uid="large",
            study_uid="",
            modality="CT",
            description="",
            number=None,
            slices=tuple(SliceSource(f"{i}.dcm") for i in range(shape[0])),
            shape=shape,
            spacing_mm=(0.5, 0.7, 0.7),
            geometry=geometry_of_grid(affine, shape),
            faults=(),
            decode=lambda index: np.zeros(shape[1:], np.int16),
        )
    )
    volume.is_loaded[:] = True
    tracemalloc.start()
    try:
        kept = [
            seen(volume, section_at((180, 180, 500), cut), slab=slab)
            for cut in Cut
            for slab in (Slab(), Slab(20, Projection.MAXIMUM), Slab(20))
        ]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept) == 9
    assert peak < MOST_ADDED_BYTES


def tilted_section(point: tuple[float, float, float]) -> Section:
    """A coronal plane, turned by 20 degrees and leant by 10."""
    directions = turned((20, 0, 10)) @ np.array(((1, 0, 0), (0, 0, -1))).T
    (rx, ry, rz), (dx, dy, dz) = directions.T.tolist()
    return Section(point, (rx, ry, rz), (dx, dy, dz))


def codes(picture: PlanePicture) -> list[str]:
    return [remark.code for remark in picture.remarks]


def seen(
    volume: CTVolume,
    section: Section,
    grid: PlaneGrid | None = None,
    slab: Slab | None = None,
    is_interpolated: bool = True,
) -> PlanePicture:
    picture = reslice(volume, section, grid, slab or Slab(), is_interpolated)
    assert picture is not None
    return picture
