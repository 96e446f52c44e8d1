"""FROC, matching and operating points, held against a case worked by hand.

Two slices. The first has lesions P (10, 10, 20, 20) and Q (40, 40, 60, 60), the second none.

slice 1   .9  on P exactly          hit
          .8  on P, 10 x 8 of it    IoU .8: a second box on P, neither true nor false
          .7  far from both         false
          .6  on Q, 20 x 10 of it   IoU .5: hit
          .3  on Q, 20 x 8 of it    IoU .4: false
slice 2   .65                       false
"""

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from training.evaluation import evaluate, score_volume
from training.froc import froc, operating_points
from training.matching import score_slice

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
    points = {p.threshold: p for p in operating_points(scored(), [[0.7, 0.65, 0.3]])}

    at = points[0.65]
    assert (at.sensitivity, at.false_positives_per_slice) == (0.5, 1.0)
    assert at.false_positives_per_volume == 2
    assert points[0.3].sensitivity == 1.0
    assert points[0.98].false_positives_per_volume == 0


def test_a_volume_counts_linked_candidates_as_the_viewer_does() -> None:
    """The two boxes on Q, the false one among them, are one candidate; so are those on P."""
    third = SliceDetections(1, (Detection(Box(40, 40, 60, 48), 0.4),))
    lesions = [{0: P}, {0: Q, 1: Q}, {}]

    volume = score_volume([FIRST, third], lesions)

    assert volume.lesion_scores == (0.9, 0.6)
    # .8 on P is on a lesion, .3 on Q is a candidate of its own, .4 continues .6 or .3 by IoU 1.
    assert sorted(volume.false_candidates) == [0.4, 0.7]


def test_an_evaluation_pools_the_volumes() -> None:
    volume = score_volume([FIRST, SECOND], [{0: P}, {0: Q}])

    result = evaluate([volume, volume])

    assert (result.volumes, result.slices, result.lesions, result.lesion_boxes) == (2, 4, 4, 4)
    assert result.sensitivity[0.5] == 0.5 and result.sensitivity[1] == 1.0
    assert result.interval[1] == pytest.approx((1.0, 1.0))
    assert result.lesion_sensitivity[0.9] == 0.5
