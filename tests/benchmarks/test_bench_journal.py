"""How long a gesture takes in a review of 10,000 findings, beside SQLite's own bare commit."""

import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.session import Session

FINDINGS = 10_000
LIMIT_S = 0.02


def median_s(action: Callable[[int], object]) -> float:
    times = []
    for n in range(100):
        started = time.perf_counter()
        action(n)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def bare_commit_s(path: Path) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE a(b TEXT)")
    return median_s(lambda n: connection.execute("INSERT INTO a VALUES (?)", ("x" * 200,)))


def test_a_gesture_among_10000_findings_beside_a_commit(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "a.review", "study", "ann")
    box = Box(10, 10, 40, 50)
    labels = {n: (f"S{n % 50}", n % 200, box) for n in range(FINDINGS)}
    session.files.import_labels("labels.csv", "", [b""], labels)
    ids = list(session.findings)

    gesture = median_s(lambda n: session.accept(ids[n]))
    undo = median_s(lambda n: session.undo())
    commit = bare_commit_s(tmp_path / "bare.db")
    session.close()
    started = time.perf_counter()
    Session.open(tmp_path / "a.review", "study", "ann").close()
    opening = time.perf_counter() - started

    print(
        f"\ncommit {commit * 1e3:.2f} ms, gesture {gesture * 1e3:.2f} ms,"
        f" undo {undo * 1e3:.2f} ms (limit {LIMIT_S * 1e3:.0f} ms), opening {opening:.2f} s"
    )
