"""A journal that somebody else has open: read as it stands, never written, its lock kept."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError, ReviewNotWritable
from lesion_viewer.review.finding import Status
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.on_screen import ViewState
from lesion_viewer.review.session import Session
from tests.review.arrivals import nth

HOLD = """
import sys
from pathlib import Path
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.session import Session

session = Session.open(Path(sys.argv[1]), "study", "ann")
finding_id = session.add("S1", 3, Box(1, 2, 30, 40))
session.reject(finding_id, "vessel")
print("decided", flush=True)
sys.stdin.readline()
session.accept(finding_id)
print("decided again", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.review"


@pytest.fixture
def other_program(path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "decided\n"
    yield process
    process.kill()
    process.communicate()


def test_a_review_of_another_program_is_read_as_it_stands_and_not_written(
    path: Path, other_program
) -> None:
    with pytest.raises(ReviewNotWritable, match="open in another window or program"):
        Session.open(path, "study", "bob")
    session = Session.open_or_read(path, "study", "bob")
    assert [f.status for f in session.findings.values()] == [Status.REJECTED]
    assert session.read_only == "the review is open in another window or program"
    with pytest.raises(ReviewError, match="^Read-only, nothing is recorded: the review is open in"):
        session.accept(nth(session, 1))
    assert session.findings[nth(session, 1)].status is Status.REJECTED
    session.views.save_view(ViewState("S1", 3))
    assert session.views.last_view() is None


def test_the_writer_goes_on_and_is_read_again(path: Path, other_program) -> None:
    Session.open_or_read(path, "study", "bob").close()
    other_program.stdin.write("\n")
    other_program.stdin.flush()
    assert other_program.stdout.readline() == "decided again\n"
    session = Session.open_or_read(path, "study", "bob")
    assert session.findings[nth(session, 1)].status is Status.ADDED


def test_reading_within_one_program_leaves_the_lock_on_the_file(path: Path) -> None:
    """A process that closes a file gives up its locks on it (POSIX), whoever took them."""
    first = Session.open(path, "study", "ann")
    finding_id = first.add("S1", 3, Box(1, 2, 30, 40))
    linked = path.with_name("linked.review")
    os.link(path, linked)
    for name in (path, linked):
        second = Session.open_or_read(name, "study", "bob")
        assert finding_id in second.findings
        second.close()
    tried = subprocess.run(
        [sys.executable, "-c", HOLD, str(path)], input="", capture_output=True, text=True
    )
    assert "open in another window" in tried.stderr
    first.accept(finding_id)
    first.close()
    assert not Session.open_or_read(path, "study", "bob").read_only


def test_what_is_read_while_it_is_written_is_whole(path: Path) -> None:
    """Gestures of two entries on another thread: a copy holds both or none."""
    journal = Journal.open(path, "study")
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            journal.append_all("ann", [("noted", {"finding": "a"}), ("noted", {"finding": "b"})])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = [len(Journal.open_to_read(path, "study").entries()) for _ in range(30)]
    finally:
        is_over.set()
        writer.join()
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts) and counts[-1] > counts[0]


WRITE_AND_CLOSE = """
import sys
from pathlib import Path
from lesion_viewer.review.journal.journal_file import Journal

print("ready", flush=True)
for _ in range(60):
    journal = Journal.open(Path(sys.argv[1]), "study")
    for _ in range(10):
        entry = ("noted", {"finding": "a", "text": "x" * 2000})
        journal.append_all("ann", [entry, entry])
    journal.close()
"""


def test_another_program_that_opens_writes_and_closes_is_read_whole(path: Path) -> None:
    """Its log is written back into the file and begins anew, again and again meanwhile."""
    Journal.open(path, "study").close()
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_CLOSE, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    counts = [0]
    while process.poll() is None:
        try:
            counts.append(len(Journal.open_to_read(path, "study").entries()))
        except ReviewError as error:
            assert "times while it was read" in str(error)
    counts.append(len(Journal.open_to_read(path, "study").entries()))
    assert process.returncode == 0
    assert counts[-1] == 1200
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)


def test_what_is_no_review_is_refused_to_readers_too(path: Path) -> None:
    with pytest.raises(ReviewError, match="there is no such review"):
        Journal.open_to_read(path)
    path.write_bytes(b"%PDF-1.7 not a review" * 100)
    with pytest.raises(ReviewError, match="damaged"):
        Journal.open_to_read(path)
    path.unlink()
    journal = Journal.open(path, "study")
    with pytest.raises(ReviewError, match="the review of another study"):
        Journal.open_to_read(path, "other")
    journal.close()
    with pytest.raises(ReviewError, match="the review of another study"):
        Journal.open_to_read(path, "other")
