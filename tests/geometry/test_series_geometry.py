"""Where pixels lie in the patient: expected values from the standard, by hand and by SimpleITK."""

import math
from dataclasses import astuple

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st

from lesion_viewer.geometry.between_slices import contains, points_of, voxels_of
from lesion_viewer.geometry.series_geometry import (
    Place,
    SeriesGeometry,
    geometry_of_grid,
    geometry_of_planes,
)
from lesion_viewer.geometry.slice_plane import SlicePlane
from tests.geometry.placed_slices import COLUMNS, ROWS, plane_of, stacks, standard_point, turned

AXES = np.eye(3)
positions = st.tuples(st.floats(0, COLUMNS), st.floats(0, ROWS))


def axial(*heights: float, step: tuple[float, float] = (0.0, 0.0)) -> SeriesGeometry:
    """Axial slices of 40 rows of 0.5 mm and 30 columns of 0.75 mm; ``step``: sideways a mm."""
    planes = [plane_of((step[0] * z, step[1] * z, z), AXES, (0.5, 0.75)) for z in heights]
    return geometry_of_planes(planes, (ROWS, COLUMNS), "1.2.3")


def test_the_position_of_a_slice_is_the_centre_of_its_first_pixel():
    """In pixel edges, as those of boxes, that is 0.5, 0.5; the corner is half a pixel before."""
    geometry = axial(10, 15)
    assert geometry.point(0, 0.5, 0.5) == pytest.approx((0, 0, 10))
    assert geometry.point(1, 0, 0) == pytest.approx((-0.375, -0.25, 15))
    assert geometry.point(1, COLUMNS, ROWS) == pytest.approx((30 * 0.75 - 0.375, 19.75, 15))


def test_columns_step_by_the_second_pixel_spacing_and_rows_by_the_first():
    geometry = axial(10)
    assert geometry.point(0, 4.5, 0.5) == pytest.approx((3, 0, 10))
    assert geometry.point(0, 0.5, 4.5) == pytest.approx((0, 2, 10))


@settings(deadline=None)
@given(stacks(), st.integers(0, 29), st.integers(0, 39))
def test_pixels_lie_where_the_equation_of_the_standard_puts_them(geometry, column, row):
    for index in range(len(geometry)):
        plane = geometry.plane(index)
        wanted = standard_point(
            plane.position_mm,
            (*plane.row_direction, *plane.column_direction),
            plane.spacing_mm,
            column,
            row,
        )
        assert geometry.point(index, column + 0.5, row + 0.5) == pytest.approx(wanted, abs=1e-9)


def test_a_regular_grid_gives_the_points_of_simpleitk():
    image = SimpleITK.Image(30, 40, 5, SimpleITK.sitkInt16)
    image.SetSpacing((0.75, 0.5, 3.0))
    image.SetOrigin((-10.0, 20.0, 30.0))
    directions = turned((20, -35, 50))
    image.SetDirection(directions.ravel().tolist())
    grid = np.eye(4)
    grid[:3, :3], grid[:3, 3] = directions * (0.75, 0.5, 3.0), (-10, 20, 30)
    geometry = geometry_of_grid(grid, (5, 40, 30))
    for column, row, index in ((0, 0, 0), (29, 0, 4), (3.25, 17.5, 2)):
        wanted = image.TransformContinuousIndexToPhysicalPoint((column, row, index))
        assert geometry.point(index, column + 0.5, row + 0.5) == pytest.approx(wanted, abs=1e-9)
        back = image.TransformPhysicalPointToContinuousIndex(
            geometry.point(index, column + 0.5, row + 0.5)
        )
        assert back == pytest.approx((column, row, index), abs=1e-9)


def test_a_voxel_of_a_stack_with_a_missing_slice_lies_where_its_slice_says():
    """The mean step from 0 to 20 mm is 5 mm; the third slice is at 15 and not at 10 mm."""
    geometry = axial(0, 5, 15, 20)
    assert geometry.point(2, 0.5, 0.5) == pytest.approx((0, 0, 15))
    mean_step = geometry.grid(5) @ (0, 0, 2, 1)
    assert mean_step[2] == pytest.approx(40 / 3)  # what was answered before


def test_a_tilted_unevenly_spaced_stack_is_placed_slice_by_slice():
    geometry = axial(0, 5, 15, 20, step=(0, 0.4))
    assert [geometry.point(k, 0.5, 0.5)[1] for k in range(4)] == pytest.approx([0, 2, 6, 8])


def test_slices_with_directions_and_spacings_of_their_own_are_placed_by_them():
    c, s = math.cos(0.01), math.sin(0.01)
    planes = [
        SlicePlane((0, 0, 0), (1, 0, 0), (0, 1, 0), (0.5, 0.5)),
        SlicePlane((0, 0, 5), (c, s, 0), (-s, c, 0), (0.5, 0.505)),
    ]
    geometry = geometry_of_planes(planes, (ROWS, COLUMNS))
    assert geometry.point(0, 20.5, 0.5) == pytest.approx((10, 0, 0))
    assert geometry.point(1, 20.5, 0.5) == pytest.approx((10.1 * c, 10.1 * s, 5))
    assert geometry.plane(1).spacing_mm == pytest.approx((0.5, 0.505))


@settings(deadline=None)
@given(stacks(), positions, st.data())
def test_a_pixel_is_found_again_at_its_place_in_the_patient(geometry, at, data):
    index = data.draw(st.integers(0, len(geometry) - 1))
    place = geometry.nearest(geometry.point(index, *at))
    assert place.slice_index == index
    assert (place.x, place.y) == pytest.approx(at, abs=1e-6)
    assert place.distance_mm == pytest.approx(0, abs=1e-6)


@settings(deadline=None)
@given(stacks(is_varied=True), positions, st.data())
def test_a_position_between_slices_is_found_again_also_where_slices_are_turned(geometry, at, data):
    z = data.draw(st.floats(-0.5, len(geometry) - 0.5))
    voxel = np.array([(z, *at)])
    points = points_of(geometry, voxel)
    assert points_of(geometry, voxels_of(geometry, points)) == pytest.approx(points, abs=1e-6)
    assert voxels_of(geometry, points) == pytest.approx(voxel, abs=1e-5)


@settings(deadline=None)
@given(stacks(), positions)
def test_slices_are_at_whole_numbers_and_the_middle_of_two_at_half(geometry, at):
    for index in range(len(geometry) - 1):
        a, b = (np.array(geometry.point(k, *at)) for k in (index, index + 1))
        found = points_of(geometry, np.array([(index, *at), (index + 0.5, *at)], float))
        assert found == pytest.approx(np.array([a, (a + b) / 2]), abs=1e-9)


def test_the_nearest_slice_is_told_with_the_distance_along_the_normal():
    geometry = axial(0, 5, 15, 20)
    for point, wanted in (
        ((0, 0, 9), Place(1, 0.5, 0.5, 4)),
        ((3, 2, 11), Place(2, 4.5, 4.5, -4)),
        ((-9, 0, 90), Place(3, -11.5, 0.5, 70)),
    ):
        assert astuple(geometry.nearest(point)) == pytest.approx(astuple(wanted))


def test_distance_is_counted_towards_the_following_slices_however_they_are_stored():
    """Coronal planes are counted towards the back (y grows), whichever way the pixels run."""
    for across in ((1, 0, 0), (-1, 0, 0)):
        planes = [SlicePlane((0, y, 0), across, (0, 0, -1), (1, 1)) for y in (0.0, 3.0)]
        geometry = geometry_of_planes(planes, (4, 4))
        assert geometry.nearest((0, 4, 0)).distance_mm == pytest.approx(1)
        assert geometry.normal == pytest.approx((0, 1, 0))
        assert planes[0].distance_mm((0, 4, 0)) == pytest.approx(4)
        assert geometry.locations_mm == pytest.approx([0, 3])


def test_of_slices_at_one_position_the_first_is_nearest():
    assert axial(0, 5, 5, 10).nearest((0, 0, 5.1)).slice_index == 1


@pytest.mark.parametrize("heights", [(5, 5, 10, 15), (0, 5, 10, 10), (0, 5, 5, 10), (5, 5)])
def test_slices_at_one_position_keep_their_places(heights):
    geometry = axial(*heights)
    voxels = np.array([(k, 3.5, 4.5) for k in range(len(heights))], float)
    assert points_of(geometry, voxels)[:, 2] == pytest.approx(heights)
    again = points_of(geometry, voxels_of(geometry, points_of(geometry, voxels)))
    assert again[:, 2] == pytest.approx(heights)


@pytest.mark.parametrize(
    ("point", "is_inside"),
    [
        ((0, 0, 0), True),
        ((-0.37, -0.24, -2.4), True),
        ((-0.38, 0, 0), False),
        ((0, -0.26, 0), False),
        ((22.1, 19.7, 22.4), True),
        ((22.2, 0, 0), False),
        ((0, 0, 10), True),  # in the gap
        ((0, 0, 22.6), False),
        ((0, 0, -2.6), False),
    ],
)
def test_a_stack_reaches_to_the_edges_of_its_outermost_voxels(point, is_inside):
    assert contains(axial(0, 5, 15, 20), point) == is_inside


def test_a_single_slice_reaches_half_its_thickness_and_is_flat_where_that_is_unknown():
    thick = geometry_of_planes([plane_of((0, 0, 7), AXES, (1, 1))], (4, 4), "", (3.0,))
    thin = geometry_of_planes([plane_of((0, 0, 7), AXES, (1, 1))], (4, 4))
    assert contains(thick, (1, 1, 8.4)) and not contains(thick, (1, 1, 8.6))
    assert contains(thin, (1, 1, 7)) and not contains(thin, (1, 1, 7.1))
    assert voxels_of(thick, np.array([(1, 1, 8.5)])) == pytest.approx(np.array([(0.5, 1.5, 1.5)]))


def test_lengths_are_straight_in_the_patient():
    geometry = axial(0, 5, 15, 20, step=(0, 0.4))
    assert geometry.length_mm((0, 0, 0), (0, 4, 8)) == pytest.approx(5)  # 3 mm and 4 mm
    # From the first to the third slice: 15 mm up, 6 mm to the back by the tilt, 8 mm less by rows.
    assert geometry.length_mm((0, 0, 16), (2, 0, 0)) == pytest.approx(math.hypot(15, 2))


def test_locations_are_those_of_the_slices_and_not_of_a_mean_step():
    assert axial(0, 5, 15, 20).locations_mm == pytest.approx([0, 5, 15, 20])


def test_letters_of_a_slice_are_those_of_its_own_directions():
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    assert SlicePlane((0, 0, 0), (1, 0, 0), (0, 0, -1), (1, 1)).letters == ("R", "L", "H", "F")
    oblique = SlicePlane((0, 0, 0), (c, s, 0), (-s, c, 0), (1, 1))
    assert oblique.letters == ("RA", "LP", "AL", "PR")


def test_the_normal_of_a_single_slice_is_that_in_which_slices_are_counted():
    one = geometry_of_planes([SlicePlane((0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1))], (4, 4))
    assert one.normal == pytest.approx((0, 0, 1))


def test_the_arrays_of_a_geometry_cannot_be_changed():
    with pytest.raises(ValueError):
        axial(0, 5).positions_mm[0] = 1


def test_a_column_steps_by_the_column_spacing_and_a_row_by_the_row_spacing_in_the_grid():
    planes = [plane_of((-10, -20, z), AXES, (0.5, 0.75)) for z in (30, 35)]
    grid = geometry_of_planes(planes, (4, 4)).grid(5)
    wanted = [[0.75, 0, 0, -10], [0, 0.5, 0, -20], [0, 0, 5, 30], [0, 0, 0, 1]]
    assert grid == pytest.approx(np.array(wanted, float))
