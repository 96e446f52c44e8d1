"""Which review a series belongs to: the one on its picture, however its slices are counted."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series, SliceSource, Study
from lesion_viewer.ct.volume.picture_identity import compare, picture_of
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.review.finding import Origin, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import StudyReviews, begin_review
from tests.review.arrivals import nth

COUNT = 6
MIRRORED = geometry_of_grid(np.diag([-0.8, 0.8, 5, 1]), (3, 16, 16))
BOX = Box(2, 3, 8, 9)


def series_of(
    numbers: list[int], brightness: int = 0, names: str = "1.2.3.{}", **changes: object
) -> Series:
    """Slices of these numbers, 5 mm apart; the pixels of slice n are n HU and the brightness."""
    affine = np.diag([0.8, 0.8, 5.0 * np.sign(numbers[-1] - numbers[0]), 1.0])
    affine[:3, 3] = (-100, -120, 5.0 * numbers[0])

    def decode(index: int) -> NDArray[np.int16]:
        return np.full((16, 16), numbers[index] + brightness, np.int16)

    made = Series(
        uid="1.2.3",
        study_uid="1.2",
        modality="CT",
        description="abdomen",
        number=2,
        slices=tuple(
            SliceSource(f"IM{n:04d}.dcm", 0, names.format(n), location_mm=5.0 * n) for n in numbers
        ),
        shape=(len(numbers), 16, 16),
        spacing_mm=(5.0, 0.8, 0.8),
        geometry=geometry_of_grid(affine, (len(numbers), 16, 16)),
        faults=(),
        decode=decode,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def study_of(*series: Series) -> Study:
    return Study("study", series)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.review"


class Reviews:
    """Opens a study's reviews, one after the other."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.reviews: StudyReviews | None = None

    def open(self, *series: Series) -> StudyReviews:
        self.close()
        self.reviews = StudyReviews.open(self.file, study_of(*series), "ann")
        return self.reviews

    def close(self) -> None:
        if self.reviews is not None:
            self.reviews.close()
        self.reviews = None


@pytest.fixture
def opener(file: Path) -> Iterator[Reviews]:
    reviews = Reviews(file)
    yield reviews
    reviews.close()


def write_review(session: Session, model: Origin) -> None:
    """A drawn finding on slice 1 with a box on 2, a candidate on 4 and 5, marks, all by index."""
    drawn = session.add("1.2.3", 1, BOX)
    session.add_box(drawn, 2, BOX)
    found = (Detection(Box(4, 4, 12, 12), 0.9),)
    run = session.proposals.begin_run("1.2.3", model)
    session.proposals.record_detections(
        run, [SliceDetections(i, found if i > 3 else ()) for i in range(6)]
    )
    session.accept(nth(session, 2))
    session.mark_read_in_full("1.2.3", 3, True)


def test_slices_that_are_counted_the_other_way_keep_their_findings(
    opener: Reviews, model: Origin
) -> None:
    before = opener.open(series_of([0, 1, 2, 3, 4, 5])).base
    write_review(before, model)
    after = opener.open(series_of([5, 4, 3, 2, 1, 0]))
    assert after.differences == {}
    findings = after.base.findings
    assert sorted(findings[nth(after.base, 1)].boxes) == [3, 4]
    assert sorted(findings[nth(after.base, 2)].boxes) == [0, 1]
    assert after.base.is_read_in_full("1.2.3", 2)
    assert not after.base.is_read_in_full("1.2.3", 3)
    assert after.base.proposals.swept_slices("1.2.3", model) == frozenset(range(6))
    found = after.base.proposals.answers([("1.2.3", 0), ("1.2.3", 5)])
    assert [d.score for d in found["1.2.3", 0]] == [0.9] and found["1.2.3", 5] == ()


def test_gestures_from_before_and_after_slices_changed_their_places_are_undone(
    opener: Reviews, model: Origin
) -> None:
    write_review(opener.open(series_of([0, 1, 2, 3, 4, 5])).base, model)
    session = opener.open(series_of([5, 4, 3, 2, 1, 0])).base
    session.change_box(nth(session, 1), 4, Box(1, 1, 5, 5))
    again = opener.open(series_of([0, 1, 2, 3, 4, 5])).base
    assert again.findings[nth(again, 1)].boxes == {1: Box(1, 1, 5, 5), 2: BOX}
    again.undo()
    assert again.findings[nth(again, 1)].boxes == {1: BOX, 2: BOX}
    again.undo()
    assert not again.is_read_in_full("1.2.3", 3)
    again.undo()
    assert again.findings[nth(again, 2)].status is Status.UNDECIDED
    again.undo()
    assert again.findings[nth(again, 1)].boxes == {1: BOX}


def test_a_series_read_in_full_is_so_for_the_slices_that_it_had(opener: Reviews) -> None:
    opener.open(series_of([2, 3, 4])).base.mark_read_in_full("1.2.3", None, True)
    reviews = opener.open(series_of([0, 1, 2, 3, 4, 5]))
    assert reviews.joined == {"1.2.3": 3}
    read = [reviews.base.is_read_in_full("1.2.3", i) for i in range(6)]
    assert read == [False, False, True, True, True, False]
    assert not reviews.base.is_read_in_full("1.2.3", None)


@pytest.mark.parametrize("forgotten", [(), ("frames", "orientation", "positions")])
def test_a_journal_from_before_pictures_were_kept_is_recognised_by_its_images(
    opener: Reviews, file: Path, model: Origin, forgotten: tuple[str, ...]
) -> None:
    first = opener.open(series_of([0, 1, 2, 3, 4, 5])).base
    write_review(first, model)
    opener.close()
    as_before(file, forgotten)
    reviews = opener.open(series_of([5, 4, 3, 2, 1, 0]))
    assert reviews.differences == {}
    assert sorted(reviews.base.findings[nth(reviews.base, 1)].boxes) == [3, 4]
    # From now on it knows its pixels.
    other = opener.open(series_of([5, 4, 3, 2, 1, 0], brightness=1))
    assert other.differences == {"1.2.3": "pixels of Im 1, 4, 6"}


def as_before(file: Path, forgotten: tuple[str, ...]) -> None:
    """Make of a journal one of an earlier version: no digests, and a shorter description."""
    import json
    import sqlite3

    connection = sqlite3.connect(file)
    connection.execute("DROP TABLE IF EXISTS digests")
    (text,) = connection.execute("SELECT description FROM series").fetchone()
    kept = {name: value for name, value in json.loads(text).items() if name not in forgotten}
    connection.execute("UPDATE series SET description = ?", (json.dumps(kept),))
    if "frames" in forgotten:
        connection.execute("UPDATE slices SET frame = -1")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (series_of([0, 1, 2], shape=(3, 16, 20)), "size"),
        (series_of([0, 1, 2], spacing_mm=(5.0, 0.7, 0.8)), "spacing"),
        (series_of([0, 1, 2], geometry=MIRRORED), "orientation"),
        (series_of([1, 2, 3], names="1.2.3.{}"), "images (1 of the 3"),
        (series_of([0, 1, 2], names="9.{}"), "images (none"),
        (series_of([0, 1, 2], brightness=7), "pixels of Im 1, 2, 3"),
    ],
)
def test_what_differs_is_named(opener: Reviews, other: Series, what: str) -> None:
    first = opener.open(series_of([0, 1, 2])).base
    first.add("1.2.3", 0, BOX)
    first.pictures.keep_digests("1.2.3", digests(series_of([0, 1, 2])))
    reviews = opener.open(other)
    assert what in reviews.differences["1.2.3"]
    assert reviews.session_of("1.2.3") is None
    assert opener.open(series_of([0, 1, 2])).differences == {}


def digests(series: Series) -> dict[tuple[str, int], str]:
    from lesion_viewer.ct.volume.picture_identity import digests_of

    return digests_of(series)


def test_slices_that_moved_in_the_patient_are_named_with_how_far() -> None:
    before = picture_of(series_of([0, 1, 2]))
    moved = series_of([0, 1, 2])
    assert moved.geometry is not None
    there = replace(moved.geometry, positions_mm=moved.geometry.positions_mm + (3, 0, 0))
    comparison = compare(before, picture_of(replace(moved, geometry=there)))
    assert comparison.differences == ("positions (up to 3.0 mm away)",)


def test_what_one_of_two_pictures_does_not_say_does_not_differ() -> None:
    known = picture_of(series_of([0, 1, 2]))
    unknown = picture_of(series_of([0, 1, 2], geometry=None, spacing_mm=None))
    assert compare(known, unknown).differences == compare(unknown, known).differences == ()


def test_frames_of_one_file_are_told_apart_by_their_numbers() -> None:
    frames = tuple(SliceSource("a.dcm", frame, "1.2.3.4") for frame in range(3))
    before = picture_of(series_of([0, 1, 2], slices=frames))
    after = picture_of(series_of([2, 1, 0], slices=frames[::-1]))
    assert compare(before, after).places == (2, 1, 0)


def test_each_picture_has_a_review_and_each_series_the_one_on_its_picture(
    opener: Reviews, file: Path
) -> None:
    unchanged = series_of([0, 1, 2], names="7.{}", uid="other")
    pictures = [series_of([0, 1, 2], brightness=n) for n in range(3)]
    for n, picture in enumerate(pictures):
        reviews = opener.open(picture, unchanged)
        if n:
            session = begin_review(reviews, study_of(picture, unchanged), picture)
            reviews.take("1.2.3", session)
        session = reviews.session_of("1.2.3") or reviews.base
        session.pictures.keep_digests("1.2.3", digests(picture))
        session.add("1.2.3", n, BOX)
        other = reviews.session_of("other")
        assert other is reviews.base
        other.add("other", n, BOX)
    for n, picture in enumerate(pictures):
        reviews = opener.open(picture, unchanged)
        own, other = reviews.session_of("1.2.3"), reviews.session_of("other")
        assert own is not None and other is not None
        assert [f.boxes for f in own.findings.values() if f.series_uid == "1.2.3"] == [{n: BOX}]
        found = [f for f in other.findings.values() if f.series_uid == "other"]
        assert [list(f.boxes) for f in found] == [[0], [1], [2]]
    assert len(list(file.parent.glob("*.review"))) == 3
