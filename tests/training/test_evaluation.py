"""Evaluation over cases, against numbers worked by hand."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections
from training.evaluation.cases import Case, scan_cases, volume_of
from training.evaluation.matching import overlap_3d
from training.evaluation.results import Evaluation, evaluate, score_cases
from training.scan import Scan

Corners = tuple[float, float, float, float]
Found = Mapping[int, Sequence[tuple[Corners, float]]]
LEFT, RIGHT = (10.0, 10.0, 20.0, 20.0), (40.0, 40.0, 60.0, 60.0)


def case(
    lesions: list[dict[int, Corners]], slices: int = 1, patient: str = "one", padding: float = 0
) -> Case:
    voxels = np.zeros((slices, 100, 100), np.int16)
    volume = volume_of(patient, voxels, (5.0, 1.0, 1.0))
    truth = tuple({i: (box,) for i, box in lesion.items()} for lesion in lesions)
    return Case(patient, patient, volume, truth, tuple(range(slices)), padding, "liver")


def detector(answers: Mapping[int, Found]) -> Callable[[Case], Iterable[SliceDetections]]:
    """Answers by the case's place."""
    places = iter(sorted(answers))

    def detect(one: Case) -> Iterable[SliceDetections]:
        found = answers[next(places)]
        for i in one.scored:
            boxes = [Detection(Box(*b), score) for b, score in found.get(i, [])]
            yield SliceDetections(i, tuple(sorted(boxes, key=lambda d: -d.score)))

    return detect


def result_of(
    cases: list[Case], answers: Mapping[int, Found], threshold: float = 0.5
) -> Evaluation:
    return evaluate(score_cases(cases, detector(answers)), threshold)


def test_the_papers_measures_take_the_best_box_and_the_largest_lesion() -> None:
    """Best box (40, 40, 60, 50) of RIGHT: one coordinate of four is .1 off, IoU .5.

    Shown are three boxes, of which (80, 80, 90, 90) is on no lesion: LEFT and RIGHT are hit.
    """
    found: Found = {
        0: [((40, 40, 60, 50), 0.9), (LEFT, 0.7), ((80, 80, 90, 90), 0.6), (RIGHT, 0.4)]
    }

    paper = result_of([case([{0: LEFT}, {0: RIGHT}])], {0: found}).paper

    assert paper is not None
    assert paper.mse == pytest.approx(0.01 / 4)
    assert paper.iou == pytest.approx(0.5)
    assert paper.sensitivity == 1.0
    assert paper.false_positive_rate == pytest.approx(1 / 3)
    assert paper.false_positives_per_slice == 1.0


def test_a_detector_of_one_box_per_slice_is_one_point_of_the_curve() -> None:
    answers: dict[int, Found] = {0: {0: [(LEFT, 1.0)], 1: [((70, 70, 80, 80), 1.0)]}}

    result = result_of([case([{0: LEFT, 1: LEFT}], slices=2)], answers)

    assert result.curve.thresholds.tolist() == [1.0]
    assert set(result.sensitivity.values()) == {0.5}
    assert {p.sensitivity for p in result.operating_points} == {0.5}
    assert result.paper is not None and result.paper.iou == 0.5


def test_padding_widens_lesion_and_box_alike_and_stays_on_the_image() -> None:
    """Tight 10 x 10 and 10 x 4 boxes have IoU .4; 5 px wider, 20 x 20 and 20 x 14, .7."""
    found = {0: {0: [((10, 10, 20, 14), 0.9)]}}

    tight = result_of([case([{0: LEFT}])], found)
    padded = result_of([case([{0: LEFT}], padding=5)], found)

    assert tight.sensitivity[1] == 0
    assert padded.sensitivity[1] == 1
    assert padded.paper is not None and padded.paper.iou == pytest.approx(0.7)


def test_average_precision_is_that_of_the_hand_worked_case() -> None:
    """Two lesions; boxes right .9, wrong .8, right .7, each exact at every IoU.

    Precision 1 up to recall .5 and 2/3 up to 1: COCO's 101 recalls hold 51 of the one, 50 of the
    other.
    """
    found = {0: {0: [(LEFT, 0.9), ((80, 80, 90, 90), 0.8), (RIGHT, 0.7)]}}

    precision = result_of([case([{0: LEFT}, {0: RIGHT}])], found).average_precision

    assert precision["map"] == pytest.approx((51 + 50 * 2 / 3) / 101, abs=1e-4)


def test_a_candidate_overlaps_a_lesion_by_volumes_of_its_boxes() -> None:
    """On slice 1 the 100 px of both are shared; 100 more of each lie on slices 0 and 2."""
    boxes = {i: Detection(Box(*LEFT), 0.5) for i in (0, 1)}

    assert overlap_3d(Candidate(boxes), {1: [LEFT], 2: [LEFT]}) == pytest.approx(100 / 300)


def test_candidates_of_a_volume_are_linked_as_in_the_viewer() -> None:
    """Boxes on slices 0 and 1 are one candidate, on LEFT; those far off another, which is false."""
    far = (70.0, 70.0, 80.0, 80.0)
    found = {0: {i: [(LEFT, 0.9), (far, 0.6)] for i in (0, 1)}}

    result = result_of([case([{0: LEFT, 1: LEFT}], slices=2)], found)

    point = {p.threshold: p for p in result.operating_points}[0.5]
    assert point.false_positives_per_slice == 1.0
    assert point.false_positives_per_volume == 1.0
    assert result.lesion_sensitivity_3d[0.5] == 1.0 and result.lesion_sensitivity_3d[0.95] == 0.0
    assert result.false_candidates_3d[0.5] == 1.0


class Painted:
    """One scan: a lesion on slices 1 and 2, another on 2, and a region that tells nothing on 1."""

    identity: Mapping[str, object] = {}

    def __len__(self) -> int:
        return 1

    def scan(self, number: int) -> Scan:
        boxes = {1: np.array([LEFT], np.float32), 2: np.array([LEFT, RIGHT], np.float32)}
        ignored = {1: np.array([RIGHT], np.float32)}
        voxels = np.zeros((4, 100, 100), np.int16)
        return Scan(voxels, (5.0, 1.0, 1.0), boxes, ignored, (1, 2), "case02")


def test_boxes_on_what_a_scan_ignores_are_neither_right_nor_wrong() -> None:
    """On slice 1 a box in the ignored region does not count; one that only touches it does."""
    beside = (55.0, 55.0, 70.0, 70.0)
    found = {0: {1: [(LEFT, 0.9), (RIGHT, 0.8), (beside, 0.7)], 2: [(RIGHT, 0.6)]}}

    result = result_of(list(scan_cases(Painted())), found)

    point = {p.threshold: p for p in result.operating_points}
    assert (result.patients, result.slices, result.lesions, result.lesion_boxes) == (1, 2, 2, 3)
    assert point[0.75].false_positives_per_slice == 0.0
    assert point[0.7].false_positives_per_slice == 0.5
    assert point[0.6].sensitivity == pytest.approx(2 / 3, abs=1e-4)


def test_calibration_is_that_of_the_hand_worked_case() -> None:
    """Four boxes of score .75, three of them right, and one of .95 that is: errors 0 and .05."""
    boxes = [(10.0 * i, 0.0, 10.0 * i + 8, 8.0) for i in range(5)]
    found = {0: {0: [(b, 0.75) for b in boxes[:4]] + [(boxes[4], 0.95)]}}

    result = result_of([case([{0: b} for b in (*boxes[:3], boxes[4])])], found)

    first, second = result.reliability
    assert (first.boxes, first.mean_score, first.share_on_lesions) == (4, 0.75, 0.75)
    assert (second.boxes, second.share_on_lesions) == (1, 1.0)
    assert result.calibration_error == pytest.approx(0.05 / 5)


def test_lesions_are_grouped_by_size_slice_distance_and_organ() -> None:
    """LEFT is 10 px of 1 mm, RIGHT 20; another of 5 is missed."""
    lesions = [{0: LEFT}, {0: RIGHT}, {0: (80.0, 10.0, 85.0, 15.0)}]

    result = result_of([case(lesions)], {0: {0: [(LEFT, 0.9), (RIGHT, 0.8)]}})

    sizes = {name: (one.boxes, one.found) for name, one in result.sizes[0.5].items()}
    assert sizes == {"under 10 mm": (1, 0.0), "10 to 20 mm": (1, 1.0), "20 to 50 mm": (1, 1.0)}
    groups = result.groups
    assert groups["slice distance"] == {"over 2.5 mm": (3, pytest.approx(2 / 3))}
    assert groups["organ"] == {"liver": (3, pytest.approx(2 / 3))}


def test_patients_bring_a_wider_interval_than_their_slices() -> None:
    """Four patients of ten slices: all lesions of two are found, none of the others.

    As forty patients of one slice each, the binomial interval is .5 +- .155; as four it reaches
    from 0 to 1, as 1 in 16 draws holds only one kind.
    """
    hit: Found = {0: [(LEFT, 0.9)]}
    missed: Found = {0: []}

    def interval(patients: int) -> tuple[float, float]:
        cases = [case([{0: LEFT}], patient=f"{i % patients}") for i in range(40)]
        answers = {i: hit if i % 4 < 2 else missed for i in range(40)}
        return result_of(cases, answers).interval[1]

    few, many = interval(4), interval(40)

    assert few == (0.0, 1.0)
    assert many == pytest.approx((0.345, 0.655), abs=0.05)


def test_a_lesion_is_found_by_one_box_on_any_of_its_slices() -> None:
    """LEFT on slices 0 and 1 is found on 1 alone; RIGHT on slice 0 only loosely, IoU .4.

    With a box on none of the ten slices that is false, every score counts. Wilson's interval of 1
    of 2 is .094 to .906.
    """
    lesions = [{0: LEFT, 1: LEFT}, {0: RIGHT}]
    found: dict[int, Found] = {0: {0: [((40, 40, 60, 48), 0.8)], 1: [(LEFT, 0.9)]}}

    result = result_of([case(lesions, slices=10)], found)

    assert result.sensitivity[1] == pytest.approx(1 / 3)
    assert (result.lesions_found[0.5][1], result.lesions_found[0.1][1]) == (0.5, 1.0)
    assert result.lesions_interval[0.5][1] == pytest.approx((0.0945, 0.9055), abs=1e-3)


def test_one_patients_interval_is_over_slices() -> None:
    """Forty slices with a lesion each, found on half of them: binomial, .5 +- .155."""
    answers = {0: {i: [(LEFT, 0.9)] for i in range(0, 40, 2)}}

    result = result_of([case([{i: LEFT} for i in range(40)], slices=40)], answers)

    assert result.interval[1] == pytest.approx((0.345, 0.655), abs=0.05)


def test_cases_without_a_lesion_or_a_box_have_no_sensitivity_but_a_result() -> None:
    result = result_of([case([])], {0: {0: []}})

    assert result.paper is None
    assert result.slices == 1 and result.lesion_boxes == 0
    assert all(math.isnan(v) or v == 0 for v in result.sensitivity.values())
    assert result.to_dict()["calibration_error"] is None
