from collections.abc import Callable

import numpy as np
import pytest

from lesion_viewer.ct.study import Series, SliceSource, Study
from lesion_viewer.ct.values.window import Curve, Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Origin, OriginKind, Status
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.on_screen import Context, ViewState
from lesion_viewer.review.session import Session

Reopen = Callable[..., Session]
BOX = Box(10, 20, 30, 50)
MOVED = Box(11, 21, 31, 51)


@pytest.fixture
def candidate(session: Session, model: Origin) -> str:
    run = session.proposals.begin_run("S1", model)
    session.proposals.record_detections(run, [SliceDetections(5, (Detection(BOX, 0.8),))])
    return next(iter(session.findings))


def test_a_candidate_begins_undecided_with_its_score_and_model(
    session: Session, candidate: str, model: Origin
) -> None:
    finding = session.findings[candidate]
    assert (finding.status, finding.score, finding.origin) == (Status.UNDECIDED, 0.8, model)
    assert finding.boxes == finding.original_boxes == {5: BOX}
    assert finding.decision is None


@pytest.mark.parametrize(
    ("gesture", "status"),
    [("accept", Status.ACCEPTED), ("reject", Status.REJECTED), ("mark_unsure", Status.UNSURE)],
)
def test_a_decision_gives_its_status(
    session: Session, candidate: str, gesture: str, status: Status
) -> None:
    getattr(session, gesture)(candidate)
    assert session.findings[candidate].status is status


def test_a_decision_keeps_reader_time_window_and_threshold(
    session: Session, candidate: str
) -> None:
    session.context = Context(Window(150, 90), 0.25)
    session.accept(candidate)
    decision = session.findings[candidate].decision
    assert decision is not None
    assert (decision.reader, decision.window, decision.threshold) == ("ann", Window(150, 90), 0.25)
    assert decision.decided_at.endswith("+00:00")


def test_a_decision_is_recorded_with_model_hash_and_score(
    session: Session, candidate: str, model: Origin
) -> None:
    session.accept(candidate)
    seen = session.journal.entries()[-1].payload["seen"]
    assert (seen["origin"]["sha256"], seen["origin"]["version"]) == (model.sha256, "1.0")
    assert seen["score"] == 0.8


def test_a_rejected_candidate_has_the_reason(session: Session, candidate: str) -> None:
    session.reject(candidate, "vessel")
    assert session.findings[candidate].reason == "vessel"
    session.set_reason(candidate, "cyst")
    assert session.findings[candidate].reason == "cyst"
    session.accept(candidate)
    assert session.findings[candidate].reason == ""


def test_a_changed_box_makes_a_candidate_corrected(session: Session, candidate: str) -> None:
    session.change_box(candidate, 5, MOVED)
    finding = session.findings[candidate]
    assert finding.status is Status.CORRECTED
    assert (finding.boxes, finding.original_boxes) == ({5: MOVED}, {5: BOX})


def test_a_box_that_is_put_back_makes_it_accepted(session: Session, candidate: str) -> None:
    session.change_box(candidate, 5, MOVED)
    session.change_box(candidate, 5, BOX)
    assert session.findings[candidate].status is Status.ACCEPTED


def test_accepting_a_corrected_candidate_leaves_it_corrected(
    session: Session, candidate: str
) -> None:
    session.change_box(candidate, 5, MOVED)
    session.reject(candidate)
    session.accept(candidate)
    assert session.findings[candidate].status is Status.CORRECTED


def test_boxes_join_and_leave_a_finding(session: Session, candidate: str) -> None:
    session.add_box(candidate, 6, MOVED)
    assert session.findings[candidate].boxes == {5: BOX, 6: MOVED}
    session.remove_box(candidate, 5)
    assert session.findings[candidate].boxes == {6: MOVED}
    assert session.findings[candidate].original_boxes == {5: BOX}


def test_without_its_last_box_a_candidate_is_rejected(session: Session, candidate: str) -> None:
    session.remove_box(candidate, 5)
    assert session.findings[candidate].status is Status.REJECTED
    assert session.findings[candidate].boxes == {5: BOX}


def test_reset_gives_a_candidate_back_as_it_came(session: Session, candidate: str) -> None:
    before = session.findings[candidate]
    session.change_box(candidate, 5, MOVED)
    session.set_note(candidate, "seen before")
    session.reset(candidate)
    assert session.findings[candidate] == before


def test_a_drawn_finding_is_added_and_goes_with_its_last_box(session: Session) -> None:
    drawn = session.add("S1", 3, BOX)
    finding = session.findings[drawn]
    assert (finding.status, finding.origin.kind) == (Status.ADDED, OriginKind.READER)
    assert (finding.boxes, finding.original_boxes, finding.score) == ({3: BOX}, {}, None)
    session.change_box(drawn, 3, MOVED)
    assert session.findings[drawn].status is Status.ADDED
    session.remove_box(drawn, 3)
    assert drawn not in session.findings


def test_a_drawn_finding_that_is_reset_goes(session: Session) -> None:
    drawn = session.add("S1", 3, BOX)
    session.reset(drawn)
    assert not session.findings


def test_a_note_leaves_an_undecided_finding_undecided(session: Session, candidate: str) -> None:
    session.set_note(candidate, "ask")
    finding = session.findings[candidate]
    assert (finding.status, finding.note) == (Status.UNDECIDED, "ask")
    assert finding.decision is not None


def test_a_gesture_that_changes_nothing_needs_no_undo(session: Session, candidate: str) -> None:
    session.accept(candidate)
    session.accept(candidate)
    session.set_note(candidate, "")
    session.change_box(candidate, 5, BOX)
    session.undo()
    assert session.findings[candidate].status is Status.UNDECIDED


def test_another_reader_agreeing_is_recorded(
    session: Session, candidate: str, reopen: Reopen
) -> None:
    session.accept(candidate)
    session = reopen("bob")
    session.accept(candidate)
    decision = session.findings[candidate].decision
    assert decision is not None and decision.reader == "bob"


def test_gestures_on_nothing_are_refused_by_name(session: Session, candidate: str) -> None:
    with pytest.raises(ReviewError, match="there is no finding f99"):
        session.accept("f99")
    with pytest.raises(ReviewError, match="no box on slice 8"):
        session.change_box(candidate, 7, BOX)
    with pytest.raises(ReviewError, match="already has a box on slice 6"):
        session.add_box(candidate, 5, BOX)
    with pytest.raises(ReviewError, match="there is no run r9"):
        session.proposals.record_detections("r9", [])
    assert not session.can_undo


def test_undo_and_redo_walk_through_the_gestures(session: Session, candidate: str) -> None:
    session.accept(candidate)
    session.reject(candidate, "vessel")
    assert (session.undo(), session.findings[candidate].status) == ("reject", Status.ACCEPTED)
    assert (session.undo_text, session.redo_text) == ("accept", "reject")
    assert (session.undo(), session.findings[candidate].status) == ("accept", Status.UNDECIDED)
    assert (session.undo(), session.can_undo) == (None, False)
    assert (session.redo(), session.findings[candidate].status) == ("accept", Status.ACCEPTED)
    assert (session.redo(), session.findings[candidate].status) == ("reject", Status.REJECTED)
    assert (session.redo(), session.can_redo) == (None, False)


def test_a_new_gesture_after_undo_ends_redo(session: Session, candidate: str) -> None:
    session.accept(candidate)
    session.undo()
    session.mark_unsure(candidate)
    assert not session.can_redo
    session.undo()
    assert session.findings[candidate].status is Status.UNDECIDED
    assert not session.can_undo


def test_undo_works_after_a_restart(session: Session, candidate: str, reopen: Reopen) -> None:
    session.accept(candidate)
    session.add("S1", 9, BOX)
    session = reopen()
    session.undo()
    session = reopen()
    assert list(session.findings) == [candidate]
    session.undo()
    assert session.findings[candidate].status is Status.UNDECIDED
    session = reopen()
    session.redo()
    assert session.findings[candidate].status is Status.ACCEPTED


def test_subscribers_hear_what_is_different(session: Session, candidate: str) -> None:
    heard: list[Change] = []
    session.subscribe(heard.append)
    session.accept(candidate)
    drawn = session.add("S1", 3, BOX)
    session.undo()
    session.mark_read_in_full("S1", 3, True)
    assert heard == [
        Change(changed=(candidate,)),
        Change(appeared=(drawn,)),
        Change(vanished=(drawn,)),
        Change(read_marks=True),
    ]


def test_a_slice_is_read_in_full_where_it_or_its_series_is_marked(session: Session) -> None:
    session.mark_read_in_full("S1", 4, True)
    assert session.is_read_in_full("S1", 4)
    assert not session.is_read_in_full("S1", 5)
    assert not session.is_read_in_full("S1", None)
    session.mark_read_in_full("S1", None, True)
    assert session.is_read_in_full("S1", 5)
    assert not session.is_read_in_full("S2", 5)


def test_of_a_mark_on_slice_and_series_the_later_counts(session: Session) -> None:
    session.mark_read_in_full("S1", None, True)
    session.mark_read_in_full("S1", 4, False)
    assert not session.is_read_in_full("S1", 4)
    assert session.is_read_in_full("S1", 5)
    assert not session.is_read_in_full("S1", None)
    session.mark_read_in_full("S1", None, True)
    assert session.is_read_in_full("S1", 4)


def test_read_marks_are_undone_and_kept(session: Session, reopen: Reopen) -> None:
    session.mark_read_in_full("S1", None, True)
    session.mark_read_in_full("S1", 4, False)
    session.undo()
    session = reopen()
    assert session.is_read_in_full("S1", 4)
    session.undo()
    assert not session.is_read_in_full("S1", 5)


def test_what_was_on_screen_is_kept_for_each_series(session: Session, reopen: Reopen) -> None:
    first = ViewState("S1", 12, Window(400, 40), 0.3)
    second = ViewState("S2", 0)
    session.views.save_view(first)
    session.views.save_view(second)
    session = reopen()
    assert (session.views.view("S1"), session.views.last_view()) == (first, second)
    session.views.save_view(first)
    assert reopen().views.last_view() == first


def test_findings_on_a_slice_are_those_with_a_box_there(session: Session, candidate: str) -> None:
    drawn = session.add("S1", 5, MOVED)
    session.add("S2", 5, MOVED)
    session.add_box(candidate, 6, MOVED)
    session.remove_box(candidate, 5)
    assert [f.id for f in session.findings_on("S1", 5)] == [drawn]
    assert [f.id for f in session.findings_on("S1", 6)] == [candidate]


def test_a_described_series_is_known_without_the_images(session: Session, reopen: Reopen) -> None:
    slices = tuple(SliceSource(f"DOE^JANE/IM{i}", sop_instance_uid=f"1.2.{i}") for i in range(2))
    series = Series(
        "1.2", "1", "CT", "", None, slices, (2, 4, 4), (1.6, 0.5, 0.5), None, (), _no_voxels
    )
    session.pictures.describe(Study("study", (series,)))
    record = reopen().pictures.series()["1.2"]
    assert record.sop_instance_uids == ("1.2.0", "1.2.1")
    assert (record.shape, record.spacing_mm) == ((2, 4, 4), (1.6, 0.5, 0.5))
    assert b"DOE" not in session.path.read_bytes()


def _no_voxels(slice_index: int) -> np.ndarray:
    raise AssertionError("headers only")


def test_a_view_keeps_the_curve_of_its_window(session: Session, reopen: Reopen) -> None:
    windows = {"S1": Window(400, 40, Curve.SIGMOID), "S2": Window(400, 40)}
    for uid, window in windows.items():
        session.views.save_view(ViewState(uid, 3, window))
    session.close()
    again = reopen()
    for uid, window in windows.items():
        view = again.views.view(uid)
        assert view is not None
        assert view.window == window
