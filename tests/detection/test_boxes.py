"""Boxes in pixel edges."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import box_iou

from lesion_viewer.detection.boxes import Box, pairwise_iou

coordinates = st.floats(-1000, 1000, allow_nan=False).map(lambda x: round(x, 2))
sides = st.floats(0.5, 500).map(lambda x: round(x, 2))
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h), coordinates, coordinates, sides, sides
)


def test_a_box_of_one_pixel_has_area_1() -> None:
    assert Box(3, 4, 4, 5).area == 1


def test_half_overlapping_boxes_share_a_third() -> None:
    assert Box(0, 0, 2, 1).iou(Box(1, 0, 3, 1)) == pytest.approx(1 / 3)


def test_touching_boxes_share_nothing() -> None:
    assert Box(0, 0, 2, 2).iou(Box(2, 0, 4, 2)) == 0


@pytest.mark.parametrize("corners", [(0, 0, 0, 1), (0, 2, 1, 1), (0, 0, math.nan, 1)])
def test_a_box_without_area_or_with_nan_is_refused(corners: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="a box needs"):
        Box(*corners)


def test_clamping_keeps_the_part_on_the_image() -> None:
    assert Box(-5, -5, 600, 10).clamped(rows=512, columns=500) == Box(0, 0, 500, 10)


def test_clamping_a_box_off_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="a box needs"):
        Box(600, 0, 700, 10).clamped(rows=512, columns=512)


@given(coordinates, coordinates, sides, sides, st.booleans(), st.booleans())
def test_any_two_opposite_corners_span_the_same_box(
    x: float, y: float, w: float, h: float, swap_x: bool, swap_y: bool
) -> None:
    xs = (x + w, x) if swap_x else (x, x + w)
    ys = (y + h, y) if swap_y else (y, y + h)
    assert Box.spanning(xs[0], ys[0], xs[1], ys[1]) == Box(x, y, x + w, y + h)


@given(st.lists(boxes, min_size=1, max_size=4), st.lists(boxes, min_size=1, max_size=4))
def test_pairwise_iou_is_torchvisions(a: list[Box], b: list[Box]) -> None:
    ours = pairwise_iou(
        np.array([box.as_tuple() for box in a]), np.array([box.as_tuple() for box in b])
    )
    theirs = box_iou(
        torch.tensor([box.as_tuple() for box in a], dtype=torch.float64),
        torch.tensor([box.as_tuple() for box in b], dtype=torch.float64),
    )
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-9)
    assert ours[0, 0] == pytest.approx(a[0].iou(b[0]))
