from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.review.finding import Origin, Status
from lesion_viewer.review.session import Session
from tests.review.arrivals import nth

Reopen = Callable[..., Session]


def found(slice_index: int, *corners: float, score: float = 0.5) -> SliceDetections:
    """Boxes of 20 x 20 px at x = y = corner."""
    boxes = [Box(c, c, c + 20, c + 20) for c in corners]
    return SliceDetections(slice_index, tuple(Detection(box, score) for box in boxes))


@pytest.fixture
def run(session: Session, model: Origin) -> str:
    return session.proposals.begin_run("S1", model)


@pytest.fixture
def other_model(model: Origin) -> Origin:
    return replace(model, version="2.0", sha256="b" * 64)


def test_a_candidate_that_grows_keeps_its_id(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100)])
    (finding_id,) = session.findings
    session.proposals.record_detections(run, [found(6, 101, 300)])
    assert session.findings[finding_id].boxes.keys() == {5, 6}
    assert len(session.findings) == 2


def test_boxes_join_a_finding_that_is_decided(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100)])
    session.accept(nth(session, 1))
    session.proposals.record_detections(run, [found(6, 101)])
    finding = session.findings[nth(session, 1)]
    assert (finding.status, finding.boxes.keys()) == (Status.ACCEPTED, {5, 6})
    assert len(session.findings) == 1


def test_boxes_that_join_leave_a_corrected_box_alone(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100)])
    mine = Box(90, 90, 130, 130)
    session.change_box(nth(session, 1), 5, mine)
    session.proposals.record_detections(run, [found(6, 101)])
    finding = session.findings[nth(session, 1)]
    assert finding.boxes == {5: mine, 6: Box(101, 101, 121, 121)}
    assert (finding.original_boxes[5], finding.status) == (
        Box(100, 100, 120, 120),
        Status.CORRECTED,
    )


def test_a_box_that_was_removed_stays_away(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100), found(6, 101)])
    session.remove_box(nth(session, 1), 6)
    session.proposals.record_detections(run, [found(7, 102)])
    assert session.findings[nth(session, 1)].boxes.keys() == {5, 7}


def test_candidates_that_become_one_keep_the_decided_finding(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100), found(8, 100)])
    assert session.findings.keys() == {nth(session, 1), nth(session, 2)}
    session.reject(nth(session, 2), "vessel")
    session.proposals.record_detections(run, [found(6, 100), found(7, 100)])
    assert session.findings.keys() == {nth(session, 2)}
    assert session.findings[nth(session, 2)].boxes.keys() == {5, 6, 7, 8}
    assert session.findings[nth(session, 2)].status is Status.REJECTED


def test_two_decided_findings_both_stay(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100), found(8, 100)])
    session.accept(nth(session, 1))
    session.reject(nth(session, 2))
    session.proposals.record_detections(run, [found(6, 100), found(7, 100)])
    assert session.findings[nth(session, 1)].status is Status.ACCEPTED
    assert session.findings[nth(session, 2)].status is Status.REJECTED


def test_results_do_not_touch_the_undo_of_decisions(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100)])
    session.accept(nth(session, 1))
    session.proposals.record_detections(run, [found(6, 101), found(20, 300)])
    session.undo()
    finding = session.findings[nth(session, 1)]
    assert (finding.status, finding.boxes.keys()) == (Status.UNDECIDED, {5, 6})
    assert nth(session, 2) in session.findings


def test_a_drawn_lesion_is_not_proposed_again(session: Session, run: str) -> None:
    session.add("S1", 5, Box(101, 101, 121, 121))
    session.proposals.record_detections(run, [found(5, 100, 300)])
    assert session.findings[nth(session, 2)].boxes == {5: Box(300, 300, 320, 320)}
    assert len(session.findings) == 2


def test_what_is_drawn_on_another_series_does_not_count(session: Session, run: str) -> None:
    session.add("S2", 5, Box(100, 100, 120, 120))
    session.proposals.record_detections(run, [found(5, 100)])
    assert len(session.findings) == 2


def test_a_slice_that_was_answered_is_passed_over(session: Session, run: str) -> None:
    session.proposals.record_detections(run, [found(5, 100)])
    before = dict(session.findings)
    session.proposals.record_detections(run, [found(5, 100, 300)])
    assert session.findings == before


def test_a_run_is_continued_after_a_restart(
    session: Session, run: str, model: Origin, reopen: Reopen
) -> None:
    session.proposals.record_detections(run, [found(5, 100), found(6), found(9, 100)])
    session = reopen()
    assert (
        session.proposals.swept_slices("S1")
        == session.proposals.swept_slices("S1", model)
        == {5, 6, 9}
    )
    assert session.proposals.begin_run("S1", model) == run
    session.proposals.record_detections(run, [found(7, 101)])
    assert session.findings[nth(session, 1)].boxes.keys() == {5, 7, 9}


def test_the_same_model_on_another_series_is_another_run(
    session: Session, run: str, model: Origin
) -> None:
    session.proposals.record_detections(run, [found(5, 100)])
    assert session.proposals.begin_run("S2", model) != run
    assert session.proposals.swept_slices("S2") == frozenset()


def test_another_model_replaces_what_is_undecided(
    session: Session, run: str, other_model: Origin
) -> None:
    session.proposals.record_detections(run, [found(5, 100, 300, 400)])
    by_corner = {f.boxes[5].x1: f.id for f in session.findings.values()}
    session.accept(by_corner[100])
    session.reject(by_corner[300])
    second = session.proposals.begin_run("S1", other_model)
    assert session.findings.keys() == {by_corner[100], by_corner[300]}
    session.proposals.record_detections(second, [found(5, 102, 302, 402), found(6, 200)])
    new = [f for f in session.findings.values() if f.origin == other_model]
    assert {(f.key_slice, f.boxes[f.key_slice].x1) for f in new} == {(5, 402), (6, 200)}
    assert session.findings[by_corner[100]].status is Status.ACCEPTED


def test_going_back_to_a_model_brings_its_candidates_back(
    session: Session, run: str, model: Origin, other_model: Origin
) -> None:
    session.proposals.record_detections(run, [found(5, 100), found(6, 100)])
    before = dict(session.findings)
    session.proposals.begin_run("S1", other_model)
    assert not session.findings
    session.proposals.begin_run("S1", model)
    assert session.findings == before


def test_late_results_of_a_former_model_wait_until_it_is_chosen_again(
    session: Session, run: str, model: Origin, other_model: Origin
) -> None:
    session.proposals.begin_run("S1", other_model)
    session.proposals.record_detections(run, [found(5, 100)])
    assert not session.findings
    session.proposals.begin_run("S1", model)
    assert [f.boxes.keys() for f in session.findings.values()] == [{5}]


def test_redo_after_another_model_ran_loses_nothing(
    session: Session, run: str, other_model: Origin
) -> None:
    session.proposals.record_detections(run, [found(5, 100)])
    session.accept(nth(session, 1))
    session.undo()
    second = session.proposals.begin_run("S1", other_model)
    session.proposals.record_detections(second, [found(5, 101)])
    session.redo()
    assert [f.status for f in session.findings.values()] == [Status.ACCEPTED]


def test_detections_of_any_number_type_are_kept_exactly(
    session: Session, run: str, reopen: Reopen
) -> None:
    import numpy as np

    box = Box(*(cast(float, np.float32(v)) for v in (0.1, 0.2, 30.3, 40.4)))
    session.proposals.record_detections(
        run, [SliceDetections(5, (Detection(box, cast(float, np.float32(0.7))),))]
    )
    before = dict(session.findings)
    assert before[nth(session, 1)].boxes[5].x1 == float(np.float32(0.1))
    assert reopen().findings == before
