"""How a review is read: what is hidden when, and what was found before the marks were seen."""

from collections.abc import Callable

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.review.finding import Origin
from lesion_viewer.review.open_review.reading_record import ReadingTime
from lesion_viewer.review.reading_mode import Phase, ReadingMode
from lesion_viewer.review.session import Session

BEFORE, WITH = Phase.BEFORE_MARKS, Phase.WITH_MARKS
BOX = Box(10, 10, 30, 30)


def search(session: Session, model: Origin, series_uid: str = "S1") -> str:
    """Have a model find something; the id of what it found."""
    run = session.proposals.begin_run(series_uid, model)
    found = SliceDetections(3, (Detection(Box(50, 50, 60, 60), 0.9),))
    session.proposals.record_detections(run, [found])
    return next(f.id for f in reversed([*session.findings.values()]) if f.origin == model)


def test_a_review_of_before_there_were_modes_was_read_concurrently(
    session: Session, model: Origin
) -> None:
    found = search(session, model)
    session.accept(found)
    reading = session.reading.state
    assert (reading.mode, reading.are_marks_hidden) == (ReadingMode.CONCURRENT, False)
    assert session.reading.phase(found) is WITH


def test_what_was_drawn_before_the_first_read_was_done_is_known_after_it(
    session: Session, model: Origin, reopen: Callable[..., Session]
) -> None:
    session.reading.choose(ReadingMode.SECOND_READER)
    first = session.add("S1", 3, BOX)
    proposed = search(session, model)
    assert [f.id for f in session.reading.findings()] == [first]
    session.reading.declare_first_read()
    session.accept(proposed)
    later = session.add("S1", 5, BOX)
    session.set_note(first, "written afterwards")
    session = reopen("bob")
    phases = [session.reading.phase(i) for i in (first, proposed, later)]
    assert phases == [BEFORE, WITH, WITH]
    done = session.reading.state.first_read
    assert done is not None and done.reader == "ann"


def test_a_first_read_that_is_undone_hides_the_marks_but_they_were_seen(
    session: Session, model: Origin, reopen: Callable[..., Session]
) -> None:
    session.reading.choose(ReadingMode.SECOND_READER)
    search(session, model)
    session.reading.declare_first_read()
    assert session.undo() == "first read done"
    session = reopen()
    assert session.reading.state.are_marks_hidden
    assert session.reading.phase(session.add("S1", 5, BOX)) is WITH
    assert session.redo() is None
    session.reading.declare_first_read()
    assert not session.reading.state.are_marks_hidden


def test_marks_that_came_while_they_were_hidden_were_not_seen(
    session: Session, model: Origin
) -> None:
    session.reading.choose(ReadingMode.SECOND_READER)
    session.reading.declare_first_read()
    session.undo()
    search(session, model)
    assert session.reading.phase(session.add("S1", 5, BOX)) is BEFORE
    session.reading.choose(ReadingMode.CONCURRENT)
    assert session.reading.phase(session.add("S1", 6, BOX)) is WITH


def test_a_series_without_a_detector_is_read_without_marks(session: Session, model: Origin) -> None:
    search(session, model, "S2")
    assert session.reading.phase(session.add("S1", 5, BOX)) is BEFORE


def test_an_undecided_candidate_and_an_imported_decision_have_no_phase(
    session: Session, model: Origin
) -> None:
    found = search(session, model)
    assert session.reading.phase(found) is None
    session.accept(found)
    decided = session.findings[found]
    session.undo()
    session.files.import_findings("b.csv", [decided])
    assert session.findings[found].decision is not None
    assert session.reading.phase(found) is None


def test_what_was_accepted_stays_in_sight_when_marks_are_hidden(
    session: Session, model: Origin
) -> None:
    found = search(session, model)
    session.accept(found)
    session.reading.choose(ReadingMode.SECOND_READER)
    assert [f.id for f in session.reading.findings()] == [found]
    session.reset(found)
    assert session.reading.findings() == []


def test_the_mode_is_recorded_once_and_is_no_gesture(session: Session) -> None:
    session.reading.choose(ReadingMode.BLIND)
    session.reading.choose(ReadingMode.BLIND)
    assert [e.kind for e in session.journal.entries()] == ["mode_chosen"]
    assert not session.can_undo


def test_the_times_of_each_reader_are_kept(reopen: Callable[..., Session]) -> None:
    reopen("ann").reading.keep_time(ReadingTime(10, 2.25))
    reopen("bob").reading.keep_time(ReadingTime(0, 5))
    session = reopen("ann")
    session.reading.keep_time(ReadingTime(10, 70))
    kept = reopen("eve").reading.times()
    assert kept == {"ann": ReadingTime(10, 70), "bob": ReadingTime(0, 5)}
    assert kept["ann"].total_s == pytest.approx(80)
