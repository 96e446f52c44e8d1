"""Masks of slices: no pixel is lost or moved, and what is no mask is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from lesion_viewer.detection.slice_mask import SliceMask

pictures = arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 19)))


@given(pictures, st.integers(0, 5), st.integers(0, 5))
def test_a_mask_holds_the_pixels_of_the_image_that_it_was_made_of(
    part: NDArray[np.bool_], left: int, top: int
) -> None:
    image = np.zeros((top + part.shape[0] + 3, left + part.shape[1] + 2), bool)
    image[top : top + part.shape[0], left : left + part.shape[1]] = part
    mask = SliceMask.of(part, left, top)
    if mask is None:
        assert not part.any()
        return
    assert np.array_equal(mask.on(*image.shape), image)
    assert mask.count == part.sum()
    assert mask.pixels[0].any() and mask.pixels[:, -1].any()
    assert mask == SliceMask.of(image)


def test_what_lies_outside_the_image_is_left_out() -> None:
    mask = SliceMask.of(np.ones((4, 4), bool), left=6, top=1)
    assert mask is not None
    assert np.argwhere(mask.on(3, 8)).tolist() == [[1, 6], [1, 7], [2, 6], [2, 7]]
    assert not mask.on(3, 5).any()


@pytest.mark.parametrize(
    ("place", "bits"),
    [((-1, 0, 4, 2), b"\xff"), ((0, 0, 0, 2), b""), ((0, 0, 4, 3), b"\xff"), ((0, 0, 2, 2), b"ab")],
)
def test_a_rectangle_that_is_none_or_other_bits_are_refused(
    place: tuple[int, int, int, int], bits: bytes
) -> None:
    with pytest.raises(ValueError, match="a mask of"):
        SliceMask(*place, bits)
