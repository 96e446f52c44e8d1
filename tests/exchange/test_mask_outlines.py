"""Pixels as one closed line: whatever they are, the line gives them again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from lesion_viewer.exchange.dicom.mask_outlines import outline_of, pixels_in

SIZE = (12, 14)
SHAPES = st.tuples(st.integers(1, 8), st.integers(1, 9))


@given(
    arrays(np.bool_, SHAPES).filter(lambda pixels: bool(pixels.any())),
    st.integers(0, 4),
    st.integers(0, 4),
)
def test_the_line_round_pixels_gives_them_again(
    pixels: NDArray[np.bool_], column: int, row: int
) -> None:
    line = outline_of(pixels, (column, row)).astype(np.float32).astype(float)
    assert (line[0] == line[-1]).all()
    whole = np.zeros(SIZE, bool)
    whole[row : row + pixels.shape[0], column : column + pixels.shape[1]] = pixels
    assert (pixels_in(line, SIZE) == whole).all()


def test_a_rectangle_has_four_corners() -> None:
    line = outline_of(np.ones((2, 3), bool), (5, 7))
    assert line.tolist() == [[5, 7], [8, 7], [8, 9], [5, 9], [5, 7]]


def test_pixels_count_by_their_centres_and_only_on_the_image() -> None:
    triangle = np.array([(-2.0, -2.0), (4.0, -2.0), (-2.0, 4.0)])
    y, x = np.mgrid[:4, :5] + 0.5
    assert (pixels_in(triangle, (4, 5)) == (x + y < 2)).all()
    assert pixels_in(triangle, (4, 5))[0, 0]
