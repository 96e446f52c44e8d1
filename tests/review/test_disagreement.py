"""Severities of all slices at once, against values worked out by hand."""

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.disagreement import (
    FEWEST,
    KINDS,
    NAMED_FROM,
    NEAR_IOU,
    SAME_IOU,
    Kind,
    disagreements,
)

LABEL = (100.0, 100.0, 120.0, 120.0)
FAR = (300.0, 300.0, 320.0, 320.0)
BESIDE = (110.0, 100.0, 130.0, 120.0)  # IoU 1/3 with the label


def of(labels: list[list[tuple[float, ...]]], found: list[list[tuple[float, ...]]]):  # type: ignore[no-untyped-def]
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


def test_severities_of_one_slice_add_up() -> None:
    # The label was found with .4 beside it; two boxes more, one too unsure to count.
    result = of([[LABEL]], [[(*BESIDE, 0.4), (*FAR, 0.5), (200, 200, 210, 210, 0.2)]])
    # 1 - .4; .4 of two thirds is under .3 and not counted; .5; .2 is not counted.
    assert result.worst.tolist() == [pytest.approx(0.6)]
    assert result.total.tolist() == [pytest.approx(0.6 + 0.5)]
    assert KINDS[result.kinds[0]] is Kind.MISSED_BY_DETECTOR


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


def slice_by_slice(labels: list[Box], found: list[tuple[Box, float]]) -> list[float]:
    """Severities of all boxes of one slice, one box at a time."""
    severities = []
    for box, score in found:
        severities.append(score if all(box.iou(label) < NEAR_IOU for label in labels) else 0.0)
    for label in labels:
        near = [(score, box.iou(label)) for box, score in found if box.iou(label) >= NEAR_IOU]
        score, iou = max(near, default=(0.0, 0.0))
        severities += [1 - score, score * (1 - iou) if iou < SAME_IOU else 0.0]
    return severities


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
    assert together.worst.tolist() == pytest.approx([max(s, default=0.0) for s in expected])
    sums = [sum(v for v in s if v >= NAMED_FROM) for s in expected]
    assert together.total.tolist() == pytest.approx(sums)
