"""Irregularities of a stack, by name."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lesion_viewer.ct.dicom.stack_faults import faults_of


def codes(positions, normal=(0.0, 0.0, 1.0)):
    return [f.code for f in faults_of(np.array(positions, float), np.array(normal))]


def stack(*heights):
    return [(0, 0, z) for z in heights]


@settings(deadline=None)
@given(st.floats(0.3, 20), st.integers(1, 400), st.floats(-2000, 2000))
def test_an_even_stack_has_no_fault(step, slices, start):
    assert codes(stack(*(start + step * i for i in range(slices)))) == []


def test_positions_rounded_to_a_hundredth_are_no_fault():
    assert codes(stack(*(round(1.6 / 3 * i, 2) for i in range(100)))) == []


def test_a_missing_slice_is_a_gap():
    (fault,) = faults_of(np.array(stack(0, 2, 4, 8, 10, 12.0)), np.array((0, 0, 1.0)))
    assert fault.code == "gap"
    assert fault.text == "Slices that are missing: 1, first after Im 3."


def test_two_slices_at_one_place_are_duplicates():
    (fault,) = faults_of(np.array(stack(0, 2, 2, 4, 6.0)), np.array((0, 0, 1.0)))
    assert fault.code == "duplicate_position"
    assert fault.text == (
        "Slices that lie where another one does: 1, first Im 3."
        " A detector takes none of them as the neighbour of another slice."
    )


def test_all_slices_at_one_place_are_duplicates():
    assert codes(stack(5, 5, 5)) == ["duplicate_position"]


def test_two_spacings_are_variable_spacing_with_the_numbers():
    (fault,) = faults_of(np.array(stack(0, 2, 4, 6, 9, 12, 15.0)), np.array((0, 0, 1.0)))
    assert fault.code == "variable_spacing"
    assert fault.text == "Slices are 2.00 to 3.00 mm apart."


def test_doubled_spacing_in_half_of_the_stack_is_no_gap():
    assert codes(stack(0, 4, 8, 12, 20, 28, 36)) == ["variable_spacing"]


def test_a_stack_aslant_to_its_normal_is_a_gantry_tilt():
    a = math.radians(18.5)
    normal = (0, math.sin(a), math.cos(a))
    positions = np.array(stack(0, 5, 10, 15.0))
    (fault,) = faults_of(positions, np.array(normal))
    assert fault.code == "gantry_tilt"
    assert "18.5°" in fault.text


def test_a_slice_beside_the_line_of_the_others_is_a_shift():
    assert codes([(0, 0, 0), (0, 0, 2), (0, 3, 4), (0, 0, 6)]) == ["slice_shift"]
