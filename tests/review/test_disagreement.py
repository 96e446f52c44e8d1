"""Severities of all slices at once, against values worked out by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.worklist.label_detector_disagreement import (
    FEWEST,
    KINDS,
    NEAR_IOU,
    SAME_IOU,
    Kind,
    disagreements,
)

LABEL = (100.0, 100.0, 120.0, 120.0)
FAR = (300.0, 300.0, 320.0, 320.0)
BESIDE = (110.0, 100.0, 130.0, 120.0)  # IoU 1/3 with the label


def of(labels: Sequence[Sequence[tuple[float, ...]]], found: Sequence[Sequence[tuple[float, ...]]]):
    places = [
        np.array([n for n, of_slice in enumerate(boxes) for _ in of_slice], np.int64)
        for boxes in (labels, found)
    ]
    return disagreements(
        np.array([b for of_slice in labels for b in of_slice], float).reshape(-1, 4),
        places[0],
        np.array([b for of_slice in found for b in of_slice], float).reshape(-1, 5),
        places[1],
        len(labels),
    )


def test_a_slice_with_nothing_on_it_has_no_disagreement() -> None:
    result = of([[], []], [[], []])
    assert (result.kinds.tolist(), result.worst.tolist()) == ([-1, -1], [0, 0])


def test_the_worst_of_a_slice_is_named() -> None:
    # The label was found with .4 beside it, IoU 1/3; two boxes more, far from it.
    result = of([[LABEL]], [[(*BESIDE, 0.4), (*FAR, 0.5), (200, 200, 210, 210, 0.2)]])
    assert result.worst.tolist() == [pytest.approx(0.6)]  # 1 - .4
    assert KINDS[result.kinds[0]] is Kind.MISSED_BY_DETECTOR
    assert result.doubt.tolist() == [pytest.approx(1 - 0.4 / 3)]


def test_doubt_grows_with_a_lesser_score_and_a_worse_place() -> None:
    sure, unsure, beside = (*LABEL, 0.9), (*LABEL, 0.8), (*BESIDE, 0.9)
    result = of([[LABEL]] * 4, [[sure], [unsure], [beside], [sure, (*FAR, 0.5)]])
    assert result.doubt.tolist() == pytest.approx([0.1, 0.2, 0.7, 0.5])


def test_the_best_placed_of_equally_sure_boxes_counts() -> None:
    result = of([[LABEL]], [[(*BESIDE, 0.9), (*LABEL, 0.9)]])
    assert result.worst.tolist() == [pytest.approx(0.1)]


def test_a_score_is_told_in_units_of_the_usual_one() -> None:
    agreeing = [[LABEL]] * FEWEST, [[(*LABEL, 0.4)]] * FEWEST
    result = of([*agreeing[0], [], []], [*agreeing[1], [(*FAR, 0.3)], [(*FAR, 0.8)]])
    # The median is .4: what has .4 or more is certain.
    assert result.worst[:FEWEST].tolist() == [0] * FEWEST
    assert result.worst[FEWEST:].tolist() == [pytest.approx(0.75), 1]


def test_too_few_agreements_tell_no_usual_score() -> None:
    count = FEWEST - 1
    result = of([[LABEL]] * count, [[(*LABEL, 0.4)]] * count)
    assert result.worst.tolist() == [pytest.approx(0.6)] * count


def slice_by_slice(
    labels: list[Box], found: list[tuple[Box, float]]
) -> tuple[list[float], list[float]]:
    """Severities and doubts of all boxes of one slice, one box at a time."""
    severities, doubts = [], []
    for box, score in found:
        severities.append(score if all(box.iou(label) < NEAR_IOU for label in labels) else 0.0)
    doubts += severities
    for label in labels:
        near = [(score, box.iou(label)) for box, score in found if box.iou(label) >= NEAR_IOU]
        score, iou = max(near, default=(0.0, 0.0))
        severities += [1 - score, score * (1 - iou) if iou < SAME_IOU else 0.0]
        doubts.append(1 - max((score * box.iou(label) for box, score in found), default=0.0))
    return severities, doubts


def test_all_slices_at_once_are_what_each_is_by_itself() -> None:
    rng = np.random.default_rng(5)
    slices = []
    for _ in range(25):
        labels = [Box(x, y, x + 20, y + 20) for x, y in rng.uniform(0, 60, (2, 2)).tolist()]
        found = [
            (label.moved(*rng.uniform(-25, 25, 2).tolist()), float(rng.uniform()))
            for label in [*labels, labels[0]]
        ]
        slices.append((labels[: rng.integers(0, 3)], found))
    together = of(
        [[label.as_tuple() for label in labels] for labels, _ in slices],
        [[(*box.as_tuple(), score) for box, score in found] for _, found in slices],
    )
    expected = [slice_by_slice(labels, found) for labels, found in slices]
    severities = [max(of_slice, default=0.0) for of_slice, _ in expected]
    assert together.worst.tolist() == pytest.approx(severities)
    assert together.doubt.tolist() == pytest.approx([max(d, default=0.0) for _, d in expected])
