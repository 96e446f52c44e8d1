"""What is said of an earlier study's lesions is in the journal of the study on show."""

from collections.abc import Callable

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.followup.statements import Statements
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.session import Session


def test_statements_are_kept_undone_and_done_again(
    session: Session, reopen: Callable[..., Session]
) -> None:
    finding_id = session.add("S1", 0, Box(1, 1, 9, 9))
    session.beside.pair("before", "p1", finding_id)
    session.beside.say_gone("before", "p2")
    session.beside.set_target("before", "p2", False)
    everything = Statements(pairs={"p1": finding_id}, gone={"p2"}, targets={"p2": False})
    session = reopen()
    assert session.beside.statements("before") == everything
    assert session.undo() == "choose target lesion"
    assert session.undo() == "mark lesion as gone"
    assert session.beside.statements("before") == Statements(pairs={"p1": finding_id})
    assert session.redo() == "mark lesion as gone"
    session = reopen()
    assert session.beside.statements("before") == Statements({"p1": finding_id}, {"p2"})


def test_what_was_said_beside_one_study_does_not_count_beside_another(session: Session) -> None:
    session.beside.say_new("before", "f")
    assert session.beside.statements("before") == Statements(new={"f"})
    assert session.beside.statements("long before") == Statements()


def test_the_last_statement_on_a_lesion_counts(session: Session) -> None:
    session.beside.say_gone("before", "p")
    session.beside.say_new("before", "f")
    session.beside.pair("before", "p", "f")
    assert session.beside.statements("before") == Statements(pairs={"p": "f"})
    session.beside.pair("before", "q", "f")
    assert session.beside.statements("before") == Statements(pairs={"q": "f"})
    session.beside.forget("before", "q", "")
    assert session.beside.statements("before") == Statements()


def test_saying_what_holds_already_is_no_gesture_to_undo(session: Session) -> None:
    session.beside.say_gone("before", "p")
    session.beside.say_gone("before", "p")
    session.undo()
    assert not session.can_undo


def test_subscribers_hear_of_statements_and_of_their_undoing(session: Session) -> None:
    heard: list[Change] = []
    session.subscribe(heard.append)
    session.beside.say_gone("before", "p")
    session.undo()
    assert [change.follow_up for change in heard] == [True, True]
