"""FROC, matching and operating points, held against a case worked by hand.

Two slices. The first has lesions P (10, 10, 20, 20) and Q (40, 40, 60, 60), the second none.

slice 1   .9  on P exactly          hit
          .8  on P, 10 x 8 of it    IoU .8: a second box on P, neither true nor false
          .7  far from both         false
          .6  on Q, 20 x 10 of it   IoU .5: hit
          .3  on Q, 20 x 8 of it    IoU .4: false
slice 2   .65                       false
"""

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from training.evaluation.froc import froc, operating_points
from training.evaluation.matching import Rule, Scored, score_slice

P, Q = (10, 10, 20, 20), (40, 40, 60, 60)
FIRST = SliceDetections(
    0,
    (
        Detection(Box(10, 10, 20, 20), 0.9),
        Detection(Box(10, 10, 20, 18), 0.8),
        Detection(Box(80, 80, 90, 90), 0.7),
        Detection(Box(40, 40, 60, 50), 0.6),
        Detection(Box(40, 40, 60, 48), 0.3),
    ),
)
SECOND = SliceDetections(1, (Detection(Box(5, 60, 15, 70), 0.65),))


def scored():
    return [score_slice(FIRST, [P, Q]), score_slice(SECOND, [])]


def test_a_second_box_on_a_lesion_counts_neither_as_true_nor_as_false() -> None:
    first, second = scored()

    assert sorted(first.hits) == [0.6, 0.9]
    assert sorted(first.false_positives) == [0.3, 0.7]
    assert (first.lesions, second.lesions) == (2, 0)
    assert second.false_positives == (0.65,)


def test_the_curve_is_that_of_the_hand_worked_case() -> None:
    curve = froc(scored())

    assert curve.thresholds.tolist() == [0.9, 0.7, 0.65, 0.6, 0.3]
    assert curve.sensitivity.tolist() == [0.5, 0.5, 0.5, 1.0, 1.0]
    assert curve.false_positives_per_slice.tolist() == [0.0, 0.5, 1.0, 1.0, 1.5]
    assert curve.sensitivity_at(0.5) == 0.5
    assert curve.sensitivity_at(1) == 1.0


def test_an_operating_point_counts_what_reaches_its_threshold() -> None:
    points = {p.threshold: p for p in operating_points(scored(), [Scored((), (0.7, 0.65, 0.3))])}

    at = points[0.65]
    assert (at.sensitivity, at.false_positives_per_slice) == (0.5, 1.0)
    assert at.false_positives_per_volume == 2
    assert points[0.3].sensitivity == 1.0
    assert points[0.98].false_positives_per_volume == 0


def test_by_cocos_rule_a_second_box_on_a_lesion_is_false() -> None:
    """So .8 is false too: 4 lie on no lesion, 1 is too many."""
    slices = [score_slice(FIRST, [P, Q], Rule.COCO), score_slice(SECOND, [], Rule.COCO)]
    curve = froc(slices)

    assert sorted(slices[0].false_positives) == [0.3, 0.7, 0.8]
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.7, 0.65, 0.6, 0.3]
    assert curve.sensitivity.tolist() == [0.5, 0.5, 0.5, 0.5, 1.0, 1.0]
    assert curve.false_positives_per_slice.tolist() == [0.0, 0.5, 1.0, 1.5, 1.5, 2.0]


def test_by_cocos_rule_a_box_takes_the_best_lesion_that_is_free() -> None:
    """Two lesions overlap by 10 x 8: both boxes lie on the first, the second one goes to the other.

    The second box, (0, 0, 10, 9), has IoU .9 with the first lesion and .7 with the other.
    """
    lesions = [(0, 0, 10, 10), (0, 2, 10, 10)]
    found = SliceDetections(
        0, (Detection(Box(0, 0, 10, 10), 0.9), Detection(Box(0, 0, 10, 9), 0.5))
    )

    assert score_slice(found, lesions, Rule.COCO).scores == (0.9, 0.5)
    assert score_slice(found, lesions, Rule.CADLAB).scores == (0.9, 0.0)


@pytest.mark.slow
def test_the_curve_is_monais_where_they_agree_by_definition() -> None:
    """Both count, from each score on, hits per lesion and false positives per slice.

    MONAI finds hits by a point in a mask and leaves the lowest threshold out: it is given our hits,
    and ours is compared from the second lowest threshold on.
    """
    metrics = pytest.importorskip("monai.metrics", reason="monai is not installed")
    slices = scored()
    hits = [score for s in slices for score in s.hits]
    false = [score for s in slices for score in s.false_positives]

    false_positives, sensitivity = metrics.compute_froc_curve_data(
        np.array(false), np.array(hits), 2, 2
    )

    # MONAI begins with the lowest threshold and ends with an empty answer.
    ours = froc(slices)
    assert false_positives[:-1].tolist() == ours.false_positives_per_slice[-2::-1].tolist()
    assert sensitivity[:-1].tolist() == ours.sensitivity[-2::-1].tolist()
