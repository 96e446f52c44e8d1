"""Journals of before slices were counted in standard orientation: boxes stay on their slices.

``journal_before_turns.sql`` is the dump of a journal that version b05d802 wrote on the study of
``study`` below, whose slices it counted from the head down, the one at 142.5 mm as 0.
"""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Series, SliceSource, Study
from lesion_viewer.ct.volume.picture_identity import compare, picture_of
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.review.readers.agreement import agreement
from lesion_viewer.review.recist import axes_of
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import recognise
from tests.review.arrivals import nth
from tests.turned import write_stored

DUMP = Path(__file__).with_name("journal_before_turns.sql")
AFFINE = np.array([[0.7, 0, 0, -11], [0, 0.9, 0, 12], [0, 0, 2.5, 130], [0, 0, 0, 1]])
UPSIDE_DOWN = (False, True, False, False)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    hu = np.zeros((6, 40, 50), np.int16) + 10 * np.arange(6, dtype=np.int16)[:, None, None]
    return open_study(write_stored(tmp_path_factory.mktemp("ct"), hu, AFFINE, UPSIDE_DOWN))


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "a.review")) as connection:
        connection.executescript(DUMP.read_text())
    return tmp_path / "a.review"


def test_every_box_of_an_older_journal_stays_on_its_own_slice(study: Study, journal: Path) -> None:
    (series,) = study.series
    for _ in range(2):  # and stays there when it is opened again
        with closing(Session.open(journal, study.key, "ann")) as session:
            recognise(session, study.series)
            boxes = {
                f.arrival: {series.slices[i].location_mm: box for i, box in f.boxes.items()}
                for f in session.findings.values()
            }
            assert boxes[1] == {142.5: Box(10, 10, 20, 20), 140: Box(11, 10, 21, 20)}
            assert boxes[2][142.5] == Box(1, 1, 5, 6)
            assert boxes[2][135] == Box(2, 1, 8, 6)
            assert set(boxes[2]) == {135, 137.5, 140, 142.5}
            assert boxes[3] == {132.5: Box(30, 30, 36, 38)}
            assert session.findings[nth(session, 2)].axes == {2: axes_of(Box(2, 1, 8, 6))}
            assert session.findings[nth(session, 1)].scores == {5: 0.5, 4: 0.6}
            assert session.findings[nth(session, 3)].note == "low"


def test_runs_read_marks_view_and_undone_gestures_move_along(study: Study, journal: Path) -> None:
    (series,) = study.series
    with closing(Session.open(journal, study.key, "ann")) as session:
        recognise(session, study.series)
        answers = session.proposals.answers([(series.uid, i) for i in range(6)])
        assert [len(answers.get((series.uid, i), ())) for i in range(6)] == [0, 0, 0, 0, 1, 1]
        read = [session.is_read_in_full(series.uid, i) for i in range(6)]
        assert read == [True, False, False, False, False, True]
        view = session.views.view(series.uid)
        assert view is not None and view.slice_index == 4
        session.undo()
        assert not session.is_read_in_full(series.uid, 5)
    with closing(Session.open(journal, study.key, "ann")) as session:
        added = session.add(series.uid, 0, Box(1, 1, 9, 9))
        assert session.findings[added].key_slice == 0


def test_what_was_undone_before_is_done_again_on_its_slice(study: Study, journal: Path) -> None:
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("DROP TRIGGER events_are_not_deleted")
        connection.execute("DELETE FROM events WHERE seq > 11")
        connection.commit()
    with closing(Session.open(journal, study.key, "ann")) as session:
        recognise(session, study.series)
        session.redo()
        assert session.findings[nth(session, 4)].boxes == {0: Box(3, 3, 9, 9)}


def test_a_journal_that_is_only_read_is_counted_so_too(study: Study, journal: Path) -> None:
    with closing(Session.open(journal, study.key, "ann")) as writing:
        with closing(Session.open_or_read(journal, study.key, "bob")) as session:
            assert session.read_only
            recognise(session, study.series)
            assert session.findings[nth(session, 3)].key_slice == 1
        assert writing.findings[nth(writing, 3)].key_slice == 4
    with closing(Session.open(journal, study.key, "ann")) as again:
        assert again.findings[nth(again, 3)].key_slice == 4


def test_without_its_study_an_older_journal_is_read_as_it_is(study: Study, journal: Path) -> None:
    (series,) = study.series
    with closing(Session.open(journal, None, "ann")) as session:
        key_slice = session.findings[nth(session, 3)].key_slice
        uid = session.pictures.series()[series.uid].sop_instance_uids[key_slice]
    assert uid == series.slices[1].sop_instance_uid


def test_two_readings_are_compared_slice_by_slice_whenever_they_were_written(
    study: Study, journal: Path, tmp_path: Path
) -> None:
    (series,) = study.series
    with closing(Session.open(tmp_path / "b.review", study.key, "bob")) as new:
        new.pictures.describe(study)
        new.add(series.uid, 1, Box(30, 30, 36, 38))
        with closing(Session.open(journal, study.key, "ann")) as old:
            found = agreement(new, old)
    assert {p.place[1]: p.iou for p in found.matched} == {1: 1.0}


def frames_of_one_file(affine: NDArray[np.float64]) -> Series:
    slices = tuple(SliceSource("a.dcm", 2 - i, "1.2.3", 5.0 * i) for i in range(3))
    shape, spacing = (3, 8, 8), (5.0, 1.0, 1.0)
    air = np.zeros((8, 8), np.int16)
    there = geometry_of_grid(affine, shape)
    return Series("1.2", "1", "CT", "", 1, slices, shape, spacing, there, (), lambda _: air)


@pytest.mark.parametrize(("row_step", "order"), [(-1.0, (2, 1, 0)), (1.0, (0, 1, 2))])
def test_frames_of_one_file_are_known_by_the_way_they_were_counted(
    row_step: float, order: tuple[int, ...]
) -> None:
    series = frames_of_one_file(np.diag([1.0, row_step, 1, 1]))
    older = replace(SeriesRecord.of(series), frames=(), orientation=(), positions=())
    assert compare(older.picture, picture_of(series)).places == order
