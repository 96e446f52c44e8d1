"""What is said of an earlier study's lesions is in the journal of the study on show."""

from collections.abc import Callable

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.events.following import (
    LesionGone,
    LesionNew,
    LesionsPaired,
    PairingForgotten,
    TargetChosen,
)
from lesion_viewer.review.followup.statements import Statements
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.session import Session


def test_statements_are_kept_undone_and_done_again(
    session: Session, reopen: Callable[..., Session]
) -> None:
    finding_id = session.add("S1", 0, Box(1, 1, 9, 9))
    session.say_beside(LesionsPaired("before", "p1", finding_id))
    session.say_beside(LesionGone("before", "p2"))
    session.say_beside(TargetChosen("before", "p2", False))
    everything = Statements(pairs={"p1": finding_id}, gone={"p2"}, targets={"p2": False})
    session = reopen()
    assert session.state.said_beside("before") == everything
    assert session.undo() == "choose target lesion"
    assert session.undo() == "mark lesion as gone"
    assert session.state.said_beside("before") == Statements(pairs={"p1": finding_id})
    assert session.redo() == "mark lesion as gone"
    session = reopen()
    assert session.state.said_beside("before") == Statements({"p1": finding_id}, {"p2"})


def test_what_was_said_beside_one_study_does_not_count_beside_another(session: Session) -> None:
    session.say_beside(LesionNew("before", "f"))
    assert session.state.said_beside("before") == Statements(new={"f"})
    assert session.state.said_beside("long before") == Statements()


def test_the_last_statement_on_a_lesion_counts(session: Session) -> None:
    session.say_beside(LesionGone("before", "p"))
    session.say_beside(LesionNew("before", "f"))
    session.say_beside(LesionsPaired("before", "p", "f"))
    assert session.state.said_beside("before") == Statements(pairs={"p": "f"})
    session.say_beside(LesionsPaired("before", "q", "f"))
    assert session.state.said_beside("before") == Statements(pairs={"q": "f"})
    session.say_beside(PairingForgotten("before", "q", ""))
    assert session.state.said_beside("before") == Statements()


def test_saying_what_holds_already_is_no_gesture_to_undo(session: Session) -> None:
    session.say_beside(LesionGone("before", "p"))
    session.say_beside(LesionGone("before", "p"))
    session.undo()
    assert not session.can_undo


def test_subscribers_hear_of_statements_and_of_their_undoing(session: Session) -> None:
    heard: list[Change] = []
    session.subscribe(heard.append)
    session.say_beside(LesionGone("before", "p"))
    session.undo()
    assert [change.follow_up for change in heard] == [True, True]
