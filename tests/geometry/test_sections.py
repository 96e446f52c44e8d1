"""Axial, coronal and sagittal planes through stacks, against values that are known by position."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from lesion_viewer.geometry.between_slices import voxels_of
from lesion_viewer.geometry.sections import Cut, extent_of, lines_of, section_at
from lesion_viewer.geometry.series_geometry import SeriesGeometry, geometry_of_planes
from tests.geometry.placed_slices import COLUMNS, ROWS, plane_of, stacks, standard_point, turned

cuts = st.sampled_from(list(Cut))


def ramp(geometry: SeriesGeometry) -> np.ndarray:
    """Voxels with a value that grows linearly through the patient, by the standard's equation."""
    voxels = np.empty((len(geometry), ROWS, COLUMNS))
    for index in range(len(geometry)):
        plane = geometry.plane(index)
        corner, right, below = (
            standard_point(
                plane.position_mm,
                (*plane.row_direction, *plane.column_direction),
                plane.spacing_mm,
                *at,
            )
            for at in ((0, 0), (1, 0), (0, 1))
        )
        rows, columns = np.mgrid[:ROWS, :COLUMNS][..., None]
        voxels[index] = value_at(corner + columns * (right - corner) + rows * (below - corner))
    return voxels


def value_at(points: np.ndarray) -> np.ndarray:
    return points @ (1.0, -2.0, 0.5) + 7


def seen(geometry: SeriesGeometry, points: np.ndarray) -> tuple[np.ndarray, Any]:
    """Values between the voxels at points, and which points lie between voxels."""
    at = voxels_of(geometry, points)
    indices = at - (0, 0.5, 0.5)
    last = np.array((len(geometry), ROWS, COLUMNS))[[0, 2, 1]] - 1
    is_between = np.all((indices >= 0) & (indices <= last), axis=1)
    z, x, y = indices.T
    return map_coordinates(ramp(geometry), (z, y, x), order=1), is_between


@settings(deadline=None, max_examples=60)
@given(stacks(is_varied=True), cuts, st.data())
def test_a_section_shows_each_point_of_the_patient_in_its_place(geometry, cut, data):
    """Whatever the tilt, the spacing and the turn: interpolated values are those of the place."""
    k = data.draw(st.integers(0, len(geometry) - 1))
    section = section_at(geometry.point(k, COLUMNS / 2, ROWS / 2), cut)
    u, v = np.meshgrid(np.linspace(-20, 20, 25), np.linspace(-20, 20, 25))
    points = section.points(np.column_stack((u.ravel(), v.ravel())))
    values, is_between = seen(geometry, points)
    assert values[is_between] == pytest.approx(value_at(points)[is_between], abs=1e-6)


def test_a_point_on_a_slice_that_is_turned_against_the_others_is_on_that_slice():
    """By rounding some lie 1e-17 of a step before the slice, and not before the first one."""
    for angle in np.linspace(0.001, 0.05, 50):
        planes = [
            plane_of((0, 0, k * 12.3), turned((0, 0, angle if k == 5 else 0)), (0.7, 1.6))
            for k in range(9)
        ]
        geometry = geometry_of_planes(planes, (ROWS, COLUMNS))
        for x, y in ((15.0, 20.0), (3.0, 31.0), (29.5, 0.5)):
            (found,) = voxels_of(geometry, np.array([geometry.point(5, x, y)]))
            assert found == pytest.approx((5, x, y), abs=1e-6)


def test_a_coronal_plane_cuts_tilted_uneven_slices_at_rows_that_move_with_the_tilt():
    """Tilt 0.4 mm a mm to the back, rows of 0.5 mm: the plane y = 10 climbs by 0.8 rows a mm."""
    planes = [plane_of((0, 0.4 * z, z), np.eye(3), (0.5, 0.75)) for z in (0, 5, 15, 20)]
    geometry = geometry_of_planes(planes, (ROWS, COLUMNS))
    lines = lines_of(geometry, section_at((3, 10, 8), Cut.CORONAL))
    assert [line.slice_index for line in lines] == [0, 1, 2, 3]
    rows = [20.5 - 0.8 * z for z in (0, 5, 15, 20)]
    for line, row, z in zip(lines, rows, (0, 5, 15, 20), strict=True):
        assert line.ends_px == pytest.approx((0, row, COLUMNS, row))
        assert line.ends_mm[0] == pytest.approx((-0.375, 10, z))
        assert line.ends_mm[1] == pytest.approx((22.125, 10, z))


def test_an_axial_plane_cuts_slices_that_are_turned_out_of_it():
    """Planes tilted by 30 degrees about x: the axial plane through the first pixel is its row."""
    directions = turned((0, 0, 30))
    geometry = geometry_of_planes([plane_of((0, 0, 0), directions, (0.5, 0.75))], (ROWS, COLUMNS))
    (line,) = lines_of(geometry, section_at((0, 0, 0), Cut.AXIAL))
    assert line.ends_px == pytest.approx((0, 0.5, COLUMNS, 0.5))
    (line,) = lines_of(geometry, section_at((0, 0, 5), Cut.AXIAL))
    assert line.ends_px == pytest.approx((0, 20.5, COLUMNS, 20.5))  # 10 mm of column rise 5 mm


def test_a_plane_beside_or_parallel_to_the_slices_has_no_lines():
    geometry = geometry_of_planes([plane_of((0, 0, 7), np.eye(3), (1, 1))], (ROWS, COLUMNS))
    assert lines_of(geometry, section_at((0, 0, 7), Cut.AXIAL)) == ()
    assert lines_of(geometry, section_at((0, 99, 7), Cut.CORONAL)) == ()
    assert extent_of(geometry, section_at((0, 99, 7), Cut.CORONAL)) is None


@settings(deadline=None)
@given(stacks(), cuts, st.data())
def test_both_ends_of_a_line_lie_on_the_plane_and_on_the_edge_of_the_image(geometry, cut, data):
    k = data.draw(st.integers(0, len(geometry) - 1))
    section = section_at(geometry.point(k, COLUMNS / 3, ROWS / 3), cut)
    for line in lines_of(geometry, section):
        for x, y, point in zip(line.ends_px[::2], line.ends_px[1::2], line.ends_mm, strict=True):
            assert (np.array(point) - section.point_mm) @ section.normal == pytest.approx(
                0, abs=1e-6
            )
            assert min(x, y, COLUMNS - x, ROWS - y) == pytest.approx(0, abs=1e-6)
            assert geometry.point(line.slice_index, x, y) == pytest.approx(point)


def test_the_extent_of_a_section_is_that_of_the_voxels_on_it():
    """Coronal, tilted: 22.5 mm wide; from half of the first step below to half the last above."""
    planes = [plane_of((0, 0.1 * z, z), np.eye(3), (0.5, 0.75)) for z in (0, 5, 15, 20)]
    geometry = geometry_of_planes(planes, (ROWS, COLUMNS))
    section = section_at((0, 10, 0), Cut.CORONAL)
    assert extent_of(geometry, section) == pytest.approx((-0.375, -22.5, 22.125, 2.5))
    # The front edge of the images lies at -0.25 + 0.1 z: at y = 1 the plane leaves them at 12.5.
    section = section_at((0, 1, 0), Cut.CORONAL)
    assert extent_of(geometry, section) == pytest.approx((-0.375, -12.5, 22.125, 2.5))


def test_sections_are_seen_in_standard_orientation():
    at = (0.0, 0.0, 0.0)
    assert section_at(at, Cut.AXIAL).letters == ("R", "L", "A", "P")
    assert section_at(at, Cut.CORONAL).letters == ("R", "L", "H", "F")
    assert section_at(at, Cut.SAGITTAL).letters == ("A", "P", "H", "F")


@given(cuts, st.floats(-50, 50), st.floats(-50, 50))
def test_positions_on_a_section_and_points_are_each_others_inverse(cut, u, v):
    section = section_at((1, 2, 3), cut)
    points = section.points(np.array([(u, v)]))
    assert section.positions(points) == pytest.approx(np.array([(u, v)]), abs=1e-9)
