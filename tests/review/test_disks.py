"""A disk that is full, that nothing can be written to, or whose power went: a review is kept."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ReviewError, ReviewNotWritable
from lesion_viewer.review.session import Session
from tests.disks import fill, make_read_only
from tests.review.arrivals import nth

BOX = Box(1, 2, 30, 40)


def decide_until_it_fails(session: Session) -> int:
    """How many findings were taken before the first that could not be saved."""
    for number in range(10_000):
        try:
            session.add("S1", number, BOX)
        except ReviewError as error:
            assert "could not be saved (database or disk is full)" in str(error)
            return number
    raise AssertionError("the disk never became full")


def test_on_a_full_disk_a_gesture_is_refused_and_all_before_it_are_kept(small_disk: Path) -> None:
    session = Session.open(small_disk / "a.review", "study", "ann")
    filler = fill(small_disk)
    taken = decide_until_it_fails(session)
    assert len(session.findings) == taken
    filler.unlink()
    session.add("S1", 70, BOX)
    session.close()
    assert len(Session.open(small_disk / "a.review", "study", "ann").findings) == taken + 1


def test_a_review_that_filled_its_disk_opens_again_with_all_it_took(small_disk: Path) -> None:
    session = Session.open(small_disk / "a.review", "study", "ann")
    taken = decide_until_it_fails(session)
    assert taken > 100
    session.close()
    again = Session.open_or_read(small_disk / "a.review", "study", "ann")
    assert len(again.findings) == taken


def test_no_review_is_begun_on_a_full_disk(small_disk: Path) -> None:
    filler = fill(small_disk)
    with pytest.raises(ReviewError, match=r"a\.review: .*(disk is full|No space left)"):
        Session.open(small_disk / "a.review", "study", "ann")
    filler.unlink()
    Session.open(small_disk / "a.review", "study", "ann").close()


def test_a_review_on_a_read_only_disk_is_read(small_disk: Path) -> None:
    session = Session.open(small_disk / "a.review", "study", "ann")
    session.add("S1", 3, BOX)
    session.close()
    make_read_only(small_disk)
    with pytest.raises(ReviewNotWritable):
        Session.open(small_disk / "a.review", "study", "ann")
    again = Session.open_or_read(small_disk / "a.review", "study", "ann")
    assert again.read_only == "the review cannot be written there: it is read-only"
    assert len(again.findings) == 1
    with pytest.raises(ReviewError, match="Read-only, nothing is recorded"):
        again.reject(nth(again, 1))


def test_a_review_that_was_killed_is_read_whole_from_a_read_only_disk(
    small_disk: Path, tmp_path: Path
) -> None:
    """Its last gestures are in the log beside it, which cannot be written back."""
    session = Session.open(tmp_path / "a.review", "study", "ann")
    for number in range(5):
        session.add("S1", number, BOX)
    for name in ("a.review", "a.review-wal"):
        shutil.copyfile(tmp_path / name, small_disk / name)
    make_read_only(small_disk)
    assert len(Session.open_or_read(small_disk / "a.review", "study", "ann").findings) == 5


def test_a_review_cannot_be_begun_on_a_read_only_disk(small_disk: Path) -> None:
    make_read_only(small_disk)
    with pytest.raises(ReviewError, match=r"a\.review: the review cannot be opened or made there"):
        Session.open_or_read(small_disk / "reviews" / "a.review", "study", "ann")


def test_whatever_a_power_cut_leaves_of_the_log_gives_what_was_synced(tmp_path: Path) -> None:
    """What was acknowledged was synced; of what came after it, any bytes may be on the disk."""
    live, rng = tmp_path / "live.review", random.Random(1)
    session = Session.open(live, "study", "ann")
    log = live.with_name("live.review-wal")
    sizes = []
    for number in range(12):
        session.add("S1", number, BOX)
        sizes.append(log.stat().st_size)
    content = log.read_bytes()
    for synced in range(1, 12):
        for trial in range(6):
            path = tmp_path / f"{synced}-{trial}.review"
            shutil.copyfile(live, path)
            tail = bytearray(
                content[sizes[synced - 1] : rng.randrange(sizes[synced - 1], len(content))]
            )
            for _ in range(trial):  # sectors that never arrived
                start = rng.randrange(len(tail) + 1)
                tail[start : start + 512] = bytes(len(tail[start : start + 512]))
            (tmp_path / f"{path.name}-wal").write_bytes(content[: sizes[synced - 1]] + tail)
            found = Session.open(path, "study", "ann")
            kept = [f.key_slice for f in found.findings.values()]
            found.close()
            assert kept == list(range(len(kept)))
            assert len(kept) >= synced
            connection = sqlite3.connect(path)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            connection.close()
