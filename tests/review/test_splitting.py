"""The entries of a journal of several studies, taken apart."""

import json
import sqlite3
from typing import Any

from lesion_viewer.review.journal.entry import Entry
from lesion_viewer.review.journal.schema import SCHEMA
from lesion_viewer.review.journal.splitting import split

STUDIES = {"1.1": "A", "1.2": "A", "2.1": "B"}
SLICES = [(1, "1.1", "a", 0), (2, "1.2", "b", 0), (3, "2.1", "c", 0)]


def parts_of(*told: tuple[str, dict[str, Any]]) -> dict[str, list[Entry]]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    connection.executemany("INSERT INTO slices VALUES (?, ?, ?, ?)", SLICES)
    connection.executemany(
        "INSERT INTO events VALUES (?, ?, 'ann', ?, ?)",
        [(n, f"at {n}", kind, json.dumps(payload)) for n, (kind, payload) in enumerate(told, 1)],
    )
    return split(connection, STUDIES.get)


def seqs(parts: dict[str, list[Entry]]) -> dict[str, list[int]]:
    return {study: [entry.seq for entry in part] for study, part in parts.items()}


def test_each_entry_goes_to_the_study_of_its_series() -> None:
    parts = parts_of(
        ("added", {"finding": "f1", "series": "1.1"}),
        ("run_begun", {"run": "r1", "series": "2.1", "proposed": {"f2": []}, "vanished": []}),
        (
            "swept",
            {"run": "r1", "series": "2.1", "slices": {}, "proposed": {"f3": []}, "vanished": []},
        ),
        ("noted", {"finding": "f3", "text": "seen"}),
        ("rejected", {"finding": "f1", "reason": ""}),
        ("read_marked", {"slices": [2], "is_read": True}),
    )
    assert seqs(parts) == {"A": [1, 5, 6], "B": [2, 3, 4]}


def test_undo_and_redo_go_with_their_gesture() -> None:
    parts = parts_of(
        ("added", {"finding": "f1", "series": "1.1"}),
        ("added", {"finding": "f2", "series": "2.1"}),
        ("undone", {"gesture": 2}),
        ("undone", {"gesture": 1}),
        ("redone", {"gesture": 1}),
    )
    assert seqs(parts) == {"A": [1, 4, 5], "B": [2, 3]}


def test_an_entry_on_several_studies_is_cut() -> None:
    label = [1, [0, 0, 2, 2], 0]
    parts = parts_of(
        (
            "labels_imported",
            {
                "sha256": "x",
                "findings": {"f1": ["1.1", *label], "f2": ["2.1", *label]},
                "types": {"f2": "liver"},
            },
        ),
        ("accepted", {"findings": {"f1": 0, "f2": 1}}),
        ("read_marked", {"slices": [1, 3], "series": {"2.1": [[3, 3]]}, "is_read": True}),
        ("undone", {"gesture": 2}),
    )
    assert seqs(parts) == {"A": [1, 2, 3, 4], "B": [1, 2, 3, 4]}
    labels, accepted, marked, _ = (entry.payload for entry in parts["B"])
    assert list(labels["findings"]) == ["f2"] and labels["types"] == {"f2": "liver"}
    assert accepted["findings"] == {"f2": 1}
    assert (marked["slices"], marked["series"]) == ([3], {"2.1": [[3, 3]]})
    assert parts["A"][2].payload == {"slices": [1], "series": {}, "is_read": True}
    assert parts["A"][0].payload["types"] == {}


def test_entries_on_a_series_of_no_known_study_are_left_out() -> None:
    parts = parts_of(
        ("added", {"finding": "f1", "series": "9.9"}),
        ("noted", {"finding": "f1", "text": "seen"}),
        ("undone", {"gesture": 2}),
    )
    assert parts == {}
