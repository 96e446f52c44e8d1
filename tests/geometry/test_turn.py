"""The turn from stored to standard orientation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesion_viewer.geometry.stack import orientation_letters
from lesion_viewer.geometry.turn import (
    AS_STORED,
    TURNS,
    Turn,
    degrees_off_axial,
    standard_normal,
    standard_turn,
)

turns = st.sampled_from(TURNS)
sides = st.integers(1, 9)


def affine_of(columns: tuple[float, ...], rows: tuple[float, ...]) -> np.ndarray:
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = np.multiply(columns, 0.7), np.multiply(rows, 0.9)
    affine[:3, 2] = np.cross(columns, rows)
    return affine


def letters_shown(columns: tuple[float, ...], rows: tuple[float, ...]) -> str:
    affine = affine_of(columns, rows)
    shown = standard_turn(affine).affine(affine, 4, 6)
    return " ".join(orientation_letters(shown))


@pytest.mark.parametrize("columns", [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)])
@pytest.mark.parametrize("sign", [1, -1])
def test_axial_planes_are_shown_with_left_on_the_right_and_anterior_up(
    columns: tuple[float, ...], sign: int
) -> None:
    rows = (sign * columns[1], sign * columns[0], 0)
    assert letters_shown(columns, rows) == "R L A P"


@pytest.mark.parametrize("mirrored", [1, -1])
@pytest.mark.parametrize("upside_down", [1, -1])
def test_coronal_and_sagittal_planes_are_shown_head_up(mirrored: int, upside_down: int) -> None:
    head = (0, 0, upside_down)
    assert letters_shown((mirrored, 0, 0), head) == "R L H F"
    assert letters_shown(head, (mirrored, 0, 0)) == "R L H F"
    assert letters_shown((0, mirrored, 0), head) == "A P H F"
    assert letters_shown(head, (0, mirrored, 0)) == "A P H F"


def test_slices_are_counted_to_the_head_the_back_and_the_right() -> None:
    for axis, wanted in ((2, (0, 0, 1)), (1, (0, 1, 0)), (0, (-1, 0, 0))):
        for sign in (1.0, -1.0):
            normal = np.zeros(3)
            normal[axis] = sign
            assert standard_normal(normal).tolist() == pytest.approx(wanted)


def test_what_has_no_orientation_stays_as_it_is_stored() -> None:
    assert standard_turn(None) == AS_STORED
    assert AS_STORED.affine(None, 3, 4) is None


@pytest.mark.parametrize("degrees", [0, 18.5, 30, 45, 90])
def test_planes_are_so_many_degrees_off_axial(degrees: float) -> None:
    a = math.radians(degrees)
    affine = affine_of((-1, 0, 0), (0, math.cos(a), math.sin(a)))
    assert degrees_off_axial(affine) == pytest.approx(degrees)


@given(st.floats(0, 2 * math.pi), st.floats(-0.9, 0.9), st.booleans())
def test_the_turned_planes_face_the_side_to_which_slices_are_counted(
    about: float, tilt: float, is_mirrored: bool
) -> None:
    columns = np.array((math.cos(about), math.sin(about), 0))
    rows = np.cross((0, math.sin(tilt), math.cos(tilt)), columns)
    rows /= np.linalg.norm(rows) * (-1 if is_mirrored else 1)
    affine = affine_of(tuple(columns), tuple(rows))
    turn = standard_turn(affine)
    shown = turn.affine(affine, 5, 7)
    assert shown is not None
    normal = np.cross(shown[:3, 0], shown[:3, 1])
    assert normal @ standard_normal(normal) > 0
    assert turn.is_mirroring == (np.cross(columns, rows) @ normal < 0)


@given(turns, sides, sides)
def test_a_turn_and_its_inverse_leave_the_image_as_it_was(
    turn: Turn, rows: int, columns: int
) -> None:
    image = np.arange(2 * rows * columns).reshape(2, rows, columns)
    turned = turn.apply(image)
    assert turned.shape[1:] == turn.size(rows, columns)
    assert np.array_equal(turn.inverse.apply(turned), image)


def test_a_turned_image_is_a_view() -> None:
    image = np.zeros((5, 3, 4), np.int16)
    assert all(np.shares_memory(turn.apply(image), image) for turn in TURNS)


@given(turns, sides, sides, st.data())
def test_a_pixels_box_lies_on_the_pixel_after_the_turn(
    turn: Turn, rows: int, columns: int, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, rows - 1))
    column = data.draw(st.integers(0, columns - 1))
    image = np.zeros((rows, columns))
    image[row, column] = 1
    ((y, x),) = np.argwhere(turn.apply(image))
    box = turn.boxes(np.array([[column, row, column + 1, row + 1]], np.float32), rows, columns)
    assert box.tolist() == [[x, y, x + 1, y + 1]]
    assert turn.point(column + 0.5, row + 0.5, rows, columns) == (x + 0.5, y + 0.5)


@given(turns, sides, sides, st.data())
def test_voxels_keep_their_place_in_the_patient(
    turn: Turn, rows: int, columns: int, data: st.DataObject
) -> None:
    affine = affine_of((0.6, 0.8, 0), (0.8, -0.6, 0))
    affine[:3, 3] = -11, 12, 130
    row = data.draw(st.integers(0, rows - 1))
    column = data.draw(st.integers(0, columns - 1))
    image = np.zeros((rows, columns))
    image[row, column] = 1
    ((y, x),) = np.argwhere(turn.apply(image))
    turned = turn.affine(affine, rows, columns)
    assert turned is not None
    assert turned @ (x, y, 3, 1) == pytest.approx(affine @ (column, row, 3, 1))
    steps = np.linalg.norm(turned[:3, :3], axis=0)
    assert turn.spacing((1.0, 0.9, 0.7)) == pytest.approx((1.0, steps[1], steps[0]))


@given(turns, st.integers(-3, 3), st.integers(-3, 3))
def test_a_step_leads_where_the_points_at_its_ends_lie(turn: Turn, dx: int, dy: int) -> None:
    (xa, ya), (xb, yb) = turn.point(4, 5, 10, 12), turn.point(4 + dx, 5 + dy, 10, 12)
    assert turn.direction(dx, dy) == (xb - xa, yb - ya)
