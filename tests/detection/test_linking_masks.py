"""A mass that is marked in pieces becomes one candidate, and lesions beside each other stay two."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.slice_mask import SliceMask

Pixels = NDArray[np.bool_]


def block(left: int, top: int, width: int, height: int) -> Pixels:
    pixels = np.zeros((40, 40), bool)
    pixels[top : top + height, left : left + width] = True
    return pixels


def marked(pixels: Pixels, score: float = 0.5) -> Detection:
    mask = SliceMask.of(pixels)
    assert mask is not None
    corners = mask.left, mask.top, mask.left + mask.width, mask.top + mask.height
    return Detection(Box(*map(float, corners)), score, "", mask)


def linked(*slices: list[Detection]) -> tuple[Candidate, ...]:
    return link(SliceDetections(i, tuple(found)) for i, found in enumerate(slices))


MASS = block(4, 4, 30, 20)
RING = block(2, 2, 34, 34) & ~block(6, 6, 26, 26)


def test_pieces_of_a_mass_on_one_slice_are_joined_by_the_slices_beside() -> None:
    left, right = marked(block(4, 5, 12, 18), 0.3), marked(block(22, 4, 12, 18), 0.6)
    (candidate,) = linked([marked(MASS)], [left, right], [marked(MASS)])
    assert set(candidate.on(1)) == {left, right}
    both = candidate.detections[1]
    assert (both.box, both.score) == (Box(4, 4, 34, 23), 0.6)
    assert both.mask is not None and left.mask is not None and right.mask is not None
    assert both.mask.count == left.mask.count + right.mask.count


def test_a_piece_within_what_is_marked_on_its_slice_belongs_to_that() -> None:
    piece = marked(block(8, 8, 5, 5), 0.9)
    (candidate,) = linked([marked(MASS), piece])
    assert candidate.detections[0].box == marked(MASS).box
    assert candidate.score == 0.9


def test_a_lesion_within_the_box_of_another_but_not_in_its_mask_stays_alone() -> None:
    inside = marked(block(12, 12, 8, 8), 0.5)
    candidates = linked([marked(RING, 0.6), inside], [marked(RING, 0.6), inside])
    assert [sorted(c.detections) for c in candidates] == [[0, 1], [0, 1]]
    assert not any(c.parts for c in candidates)


def test_masks_that_touch_little_of_each_other_stay_two() -> None:
    # A quarter of each lies over the other.
    assert len(linked([marked(block(0, 0, 8, 8))], [marked(block(6, 0, 8, 8))])) == 2
    # The boxes alone, of IoU .6, would be one.
    one, other = block(0, 0, 10, 10), block(0, 0, 10, 10)
    one[:, 5:] = other[:, :5] = False
    one[0, 9] = other[0, 0] = True
    found = [marked(one)], [marked(other)]
    assert found[0][0].box.iou(found[1][0].box) == 1
    assert len(linked(*found)) == 2


def test_what_hardly_looks_like_a_lesion_makes_none_larger() -> None:
    piece = block(8, 8, 5, 5)
    assert len(linked([marked(MASS, 0.9), marked(piece, 0.08)])) == 2
    assert len(linked([marked(MASS, 0.9), marked(piece, 0.1)])) == 1


pieces = st.tuples(
    st.integers(0, 20), st.integers(0, 20), st.integers(3, 18), st.sampled_from([0.05, 0.3, 0.9])
).map(lambda p: marked(block(p[0], p[1], p[2], 9), p[3]))
volumes = st.lists(st.lists(pieces, max_size=4, unique=True), max_size=5)


@given(volumes, st.randoms(use_true_random=False))
def test_every_mark_is_in_exactly_one_candidate_in_whatever_order(
    slices: list[list[Detection]], order: random.Random
) -> None:
    found = [SliceDetections(i, tuple(marks)) for i, marks in enumerate(slices)]
    candidates = link(found)
    linked = [(i, d) for c in candidates for i in c.detections for d in c.on(i)]
    assert sorted(linked, key=repr) == sorted(
        ((i, d) for i, marks in enumerate(slices) for d in marks), key=repr
    )
    shuffled = [
        SliceDetections(s.slice_index, tuple(order.sample(s.detections, len(s.detections))))
        for s in order.sample(found, len(found))
    ]
    assert link(shuffled) == candidates
