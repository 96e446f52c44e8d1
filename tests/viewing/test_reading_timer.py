"""How long a study was read, held with a clock of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lesion_viewer.ct.study import Collection, Study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.open_review.reading_record import ReadingTime
from lesion_viewer.review.reading_mode import ReadingMode
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import StudyReviews
from lesion_viewer.viewing.reading_timer import IDLE_S, KEEP_S, ReadingTimer
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.viewer_model import ViewerModel
from tests.viewing.shown_volumes import shown_volume

VOLUME = shown_volume()
STUDY = Study("key", (VOLUME.series,))


class Reader:
    """Somebody who reads a study, second by second."""

    def __init__(self, path: Path, now: float = 1000.0) -> None:
        self.now = now
        self.review = ReviewModel(ViewerModel(Window(400, 40)))
        self.timer = ReadingTimer(self.review, lambda: self.now)
        self.timer.set_active(True)
        session = Session.open(path, STUDY.key, "ann")
        session.pictures.describe(STUDY)
        self.session = session
        self.review.show_study(
            Collection(Path("/ct"), "key", (STUDY,), ()), STUDY, StudyReviews(session)
        )
        self.review.viewer.show_volume(VOLUME)
        self.timer.note_input()

    def read(self, seconds: int, is_moving: bool = True) -> None:
        for _ in range(seconds):
            self.now += 1
            if is_moving:
                self.timer.note_input()
            self.timer.tick()

    @property
    def kept(self) -> ReadingTime:
        return self.session.reading.times().get("ann", ReadingTime())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.review"


@pytest.fixture
def reader(path: Path) -> Iterator[Reader]:
    reader = Reader(path)
    yield reader
    reader.review.close()


def test_the_time_pauses_a_minute_after_the_last_movement(reader: Reader) -> None:
    reader.read(10)
    reader.read(600, is_moving=False)
    assert reader.timer.time.total_s == 10 + IDLE_S
    assert reader.kept == reader.timer.time
    reader.read(5)
    assert reader.timer.time.total_s == pytest.approx(15 + IDLE_S, abs=1)


def test_the_time_pauses_in_the_background_and_is_kept_then(reader: Reader) -> None:
    reader.read(10)
    reader.timer.set_active(False)
    assert reader.kept.total_s == 10
    reader.read(600)
    reader.timer.set_active(True)
    reader.read(2)
    assert reader.timer.time.total_s == 12


def test_a_kill_loses_a_minute_at_most_and_no_event_is_written(reader: Reader) -> None:
    events = len(reader.session.journal.entries())
    reader.read(200)
    assert 200 - KEEP_S <= reader.kept.total_s <= 200
    assert len(reader.session.journal.entries()) == events


def test_a_machine_that_slept_has_not_read(reader: Reader) -> None:
    reader.read(10)
    reader.now += 8 * 3600
    reader.timer.note_input()
    reader.read(5)
    assert reader.timer.time.total_s == pytest.approx(15 + IDLE_S, abs=1)


def test_the_time_goes_on_where_the_study_is_opened_again(path: Path, reader: Reader) -> None:
    reader.read(30)
    reader.review.close()
    again = Reader(path, now=5.0)
    assert again.timer.time.total_s == 30
    again.read(12)
    again.review.close()
    assert Reader(path).timer.time.total_s == 42


def test_time_before_the_marks_is_told_from_time_with_them(reader: Reader) -> None:
    reader.session.reading.choose(ReadingMode.SECOND_READER)
    reader.read(20)
    reader.session.reading.declare_first_read()
    reader.read(7)
    assert reader.timer.time == ReadingTime(hidden_s=20, shown_s=7)


def test_a_time_that_cannot_be_kept_is_told_once_and_kept_later(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    reader.timer.errored.connect(told.append)

    def fail(key: str, value: str) -> None:
        raise ReviewError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(reader.session.journal, "note", fail)
        reader.read(300)
    assert told == ["the disk is full"]
    reader.read(1)
    assert reader.kept.total_s == 301
