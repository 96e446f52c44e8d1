"""Boxes of neighbouring slices become candidates."""

import random

from hypothesis import given
from hypothesis import strategies as st

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.linking import link


def on_slice(index: int, *found: tuple[float, float, float]) -> SliceDetections:
    """Boxes of 10 x 10 pixels at (x, y) with a score."""
    return SliceDetections(
        index, tuple(Detection(Box(x, y, x + 10, y + 10), score) for x, y, score in found)
    )


def spans(detections: list[SliceDetections]) -> list[list[int]]:
    return [sorted(candidate.detections) for candidate in link(detections)]


places = st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from([0.1, 0.5, 0.9]))
volumes = st.dictionaries(st.integers(0, 6), st.lists(places, max_size=5), max_size=6).map(
    lambda boxes: [on_slice(i, *found) for i, found in boxes.items()]
)


def test_overlapping_boxes_of_neighbouring_slices_are_one_candidate() -> None:
    assert spans([on_slice(4, (0, 0, 0.5)), on_slice(5, (3, 3, 0.9))]) == [[4, 5]]


def test_boxes_that_share_too_little_are_two() -> None:
    # 6 pixels apart: shared 4 x 10 of 160, IoU .25, is linked; 7 apart: .18, is not.
    assert spans([on_slice(0, (0, 0, 0.9)), on_slice(1, (6, 0, 0.5))]) == [[0, 1]]
    assert spans([on_slice(0, (0, 0, 0.9)), on_slice(1, (7, 0, 0.5))]) == [[0], [1]]


def test_one_slice_without_a_box_is_bridged_and_two_are_not() -> None:
    assert spans([on_slice(0, (0, 0, 0.9)), on_slice(2, (0, 0, 0.5))]) == [[0, 2]]
    assert spans([on_slice(0, (0, 0, 0.9)), on_slice(3, (0, 0, 0.5))]) == [[0], [3]]


def test_a_bridge_does_not_part_neighbours() -> None:
    three = [on_slice(0, (0, 0, 0.9)), on_slice(1, (4, 0, 0.5)), on_slice(2, (0, 0, 0.4))]
    assert spans(three) == [[0, 1, 2]]


def test_the_better_overlap_is_linked_and_the_other_box_stands_alone() -> None:
    candidates = link([on_slice(0, (0, 0, 0.9)), on_slice(1, (4, 0, 0.8), (1, 0, 0.3))])
    assert [c.detections[1].box.x1 for c in candidates if 0 in c.detections] == [1]
    assert len(candidates) == 2


def test_best_score_comes_first() -> None:
    scattered = [on_slice(0, (0, 0, 0.3)), on_slice(9, (0, 0, 0.9)), on_slice(5, (50, 0, 0.6))]
    assert [candidate.score for candidate in link(scattered)] == [0.9, 0.6, 0.3]


def test_nothing_found_gives_no_candidates() -> None:
    assert link([on_slice(0), on_slice(1)]) == ()


@given(volumes, st.randoms(use_true_random=False))
def test_the_order_of_slices_and_boxes_does_not_matter(
    detections: list[SliceDetections], order: random.Random
) -> None:
    shuffled = [
        SliceDetections(s.slice_index, tuple(order.sample(s.detections, len(s.detections))))
        for s in order.sample(detections, len(detections))
    ]
    assert link(shuffled) == link(detections)


@given(volumes)
def test_every_box_is_in_exactly_one_candidate(detections: list[SliceDetections]) -> None:
    given_boxes = {(s.slice_index, d) for s in detections for d in s.detections}
    linked = [pair for candidate in link(detections) for pair in candidate.detections.items()]
    assert len(linked) == len(given_boxes)
    assert set(linked) == given_boxes


@given(volumes)
def test_a_candidates_neighbouring_boxes_overlap_and_are_two_slices_apart_at_most(
    detections: list[SliceDetections],
) -> None:
    for candidate in link(detections):
        slices = sorted(candidate.detections)
        for a, b in zip(slices, slices[1:], strict=False):
            assert b - a <= 2
            assert candidate.detections[a].box.iou(candidate.detections[b].box) >= 0.2
