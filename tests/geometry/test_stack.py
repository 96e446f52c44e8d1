"""Normals, directions and affines of stacks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lesion_viewer.geometry.stack import (
    normal_of,
    orientation_letters,
)

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
PRONE = (-1.0, 0.0, 0.0, 0.0, -1.0, 0.0)


def affine(orientation):
    columns = np.column_stack((orientation[:3], orientation[3:], (0, 0, 0), (0, 0, 0)))
    return np.vstack((columns, (0, 0, 0, 1)))


@pytest.mark.parametrize(
    ("orientation", "letters"),
    [
        (AXIAL, ("R", "L", "A", "P")),
        (PRONE, ("L", "R", "P", "A")),
        (CORONAL, ("R", "L", "H", "F")),
        (SAGITTAL, ("A", "P", "H", "F")),
    ],
)
def test_letters_of_the_usual_planes(orientation, letters):
    assert orientation_letters(affine(orientation)) == letters


def test_an_oblique_axis_has_two_letters_the_stronger_one_first():
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    letters = orientation_letters(affine((c, s, 0, -s, c, 0)))
    assert letters == ("RA", "LP", "AL", "PR")


def test_unknown_orientation_has_no_letters():
    assert orientation_letters(None) == ("", "", "", "")


@pytest.mark.parametrize(
    "orientation",
    [(), (1, 0, 0), (0, 0, 0, 0, 0, 0), (1, 0, 0, 1, 0, 0), (2, 0, 0, 0, 2, 0)],
)
def test_six_numbers_that_are_no_two_right_angled_directions_have_no_normal(orientation):
    assert normal_of(orientation) is None


@settings(deadline=None)
@given(st.floats(0, 360), st.floats(-60, 60))
def test_the_normal_is_a_unit_vector_at_right_angles_to_the_image(turn, tilt):
    a, b = math.radians(turn), math.radians(tilt)
    row = (math.cos(a), math.sin(a), 0)
    column = (-math.sin(a) * math.cos(b), math.cos(a) * math.cos(b), math.sin(b))
    normal = normal_of((*row, *column))
    assert normal is not None
    assert np.linalg.norm(normal) == pytest.approx(1)
    assert normal @ row == pytest.approx(0, abs=1e-9)
    assert normal @ column == pytest.approx(0, abs=1e-9)
