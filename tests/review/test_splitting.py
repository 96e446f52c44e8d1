"""The events of a journal of several studies, taken apart."""

from typing import Any

from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.journal.splitting import split

STUDIES = {"1.1": "A", "1.2": "A", "2.1": "B"}


def events(*told: tuple[str, dict[str, Any]]) -> list[Event]:
    return [Event(n, f"at {n}", "ann", kind, payload) for n, (kind, payload) in enumerate(told, 1)]


def seqs(parts: dict[str, list[Event]]) -> dict[str, list[int]]:
    return {study: [event.seq for event in part] for study, part in parts.items()}


def test_each_event_goes_to_the_study_of_its_series() -> None:
    told = events(
        ("added", {"finding": "f1", "series": "1.1"}),
        ("run_begun", {"run": "r1", "series": "2.1", "proposed": {"f2": []}, "vanished": []}),
        ("swept", {"run": "r1", "slices": {}, "proposed": {"f3": []}, "vanished": []}),
        ("noted", {"finding": "f3", "text": "seen"}),
        ("rejected", {"finding": "f1", "reason": ""}),
        ("read_marked", {"series": "1.2", "slice": 3, "is_read": True}),
    )
    assert seqs(split(told, STUDIES.get)) == {"A": [1, 5, 6], "B": [2, 3, 4]}


def test_undo_and_redo_go_with_their_gesture() -> None:
    told = events(
        ("added", {"finding": "f1", "series": "1.1"}),
        ("added", {"finding": "f2", "series": "2.1"}),
        ("undone", {"gesture": 2}),
        ("undone", {"gesture": 1}),
        ("redone", {"gesture": 1}),
    )
    assert seqs(split(told, STUDIES.get)) == {"A": [1, 4, 5], "B": [2, 3]}


def test_an_event_on_several_studies_is_cut() -> None:
    label = [1, [0, 0, 2, 2], 0]
    told = events(
        (
            "labels_imported",
            {
                "sha256": "x",
                "findings": {"f1": ["1.1", *label], "f2": ["2.1", *label]},
                "types": {"f2": "liver"},
            },
        ),
        ("accepted", {"findings": {"f1": 0, "f2": 1}}),
        ("read_marked", {"places": [["1.1", 1], ["2.1", 4]], "is_read": True}),
        ("undone", {"gesture": 2}),
    )
    parts = split(told, STUDIES.get)
    assert seqs(parts) == {"A": [1, 2, 3, 4], "B": [1, 2, 3, 4]}
    labels, accepted, marked, _ = (event.payload for event in parts["B"])
    assert list(labels["findings"]) == ["f2"] and labels["types"] == {"f2": "liver"}
    assert accepted["findings"] == {"f2": 1}
    assert marked["places"] == [["2.1", 4]]
    assert parts["A"][0].payload["types"] == {}


def test_events_on_a_series_of_no_known_study_are_left_out() -> None:
    told = events(
        ("added", {"finding": "f1", "series": "9.9"}),
        ("noted", {"finding": "f1", "text": "seen"}),
        ("undone", {"gesture": 2}),
    )
    assert split(told, STUDIES.get) == {}
