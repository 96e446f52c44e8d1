"""Positions of many points of a section among the voxels of a stack."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lesion_viewer.geometry.between_slices import points_of
from lesion_viewer.geometry.sections import Cut, section_at
from lesion_viewer.geometry.stack_positions import positions_in
from tests.geometry.placed_slices import COLUMNS, ROWS, stacks

OFF_MM = 0.07
"""Stacks count as even, straight and parallel where nothing is further off than a tenth pixel."""


@settings(deadline=None, max_examples=80)
@given(stacks(), st.sampled_from(list(Cut)), st.floats(-3, 3))
def test_each_point_of_a_grid_is_where_the_stack_has_it(geometry, cut, off):
    check(geometry, cut, off)


@settings(deadline=None, max_examples=30)
@given(stacks(is_varied=True), st.sampled_from(list(Cut)), st.floats(-3, 3))
def test_also_where_slices_are_turned_against_one_another(geometry, cut, off):
    check(geometry, cut, off)


def check(geometry, cut, off):
    section = section_at(geometry.point(len(geometry) // 2, COLUMNS / 2, ROWS / 2), cut)
    across, down = np.linspace(-15, 15, 7), np.linspace(-12, 12, 5)
    at = positions_in(geometry, section, across, down, off)
    u, v = np.meshgrid(across, down)
    wanted = section.points(np.column_stack((u.ravel(), v.ravel()))) + off * section.normal
    is_inside = (at.slices > -0.5) & (at.slices < len(geometry) - 0.5)
    voxels = np.column_stack((at.slices, at.columns + 0.5, at.rows + 0.5))
    points = points_of(geometry, voxels)
    assert points[is_inside] == pytest.approx(wanted[is_inside], abs=OFF_MM * 2)
