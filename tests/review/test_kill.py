"""Killing the program at any moment loses nothing that was acknowledged."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from lesion_viewer.review.finding import Status
from lesion_viewer.review.session import Session

DECIDE_FOREVER = """
import sys
from pathlib import Path
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.session import Session

session = Session.open(Path(sys.argv[1]), "study", "ann")
print("ready", flush=True)
while True:
    finding_id = session.add("S1", 3, Box(1, 2, 30, 40))
    print("added", finding_id, flush=True)
    session.reject(finding_id, "vessel")
    print("rejected", finding_id, flush=True)
"""


def killed_while_deciding(path: Path, after_gestures: int) -> list[tuple[str, str]]:
    """What a process had acknowledged when it was killed, some gestures after it began."""
    process = subprocess.Popen(
        [sys.executable, "-c", DECIDE_FOREVER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    lines = [process.stdout.readline() for _ in range(after_gestures)]
    process.kill()
    # The pipe still holds what was acknowledged after the last line that was read here.
    lines += process.stdout.read().splitlines(keepends=True)
    process.wait()
    return [tuple(line.split()) for line in lines if line.endswith("\n")]  # type: ignore[misc]


@pytest.mark.skipif(not hasattr(os, "kill"), reason="no way to kill a process here")
def test_twenty_kills_lose_no_acknowledged_gesture(tmp_path: Path) -> None:
    path = tmp_path / "a.review"
    rng = random.Random(2)
    kept = 0
    for _ in range(20):
        acknowledged = killed_while_deciding(path, rng.randrange(60))
        session = Session.open(path, "study", "ann")
        for kind, finding_id in acknowledged:
            assert finding_id in session.findings
            if kind == "rejected":
                assert session.findings[finding_id].status is Status.REJECTED
        assert len(session.findings) >= kept
        kept = len(session.findings)
        session.close()
    assert kept > 20
