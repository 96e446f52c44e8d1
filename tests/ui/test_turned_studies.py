"""Studies that are stored otherwise, in the window."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.turned import write_stored

MakeWindow = Callable[..., MainWindow]
AFFINE = np.array([[0.7, 0, 0, -11], [0, 0.9, 0, 12], [0, 0, 2.5, 130], [0, 0, 0, 1]])
DUMP = Path(__file__).parents[1] / "review" / "journal_before_turns.sql"


def rising(slices: int = 6) -> np.ndarray:
    """10 HU more on every slice towards the head."""
    hu = np.zeros((slices, 40, 50), np.int16)
    return hu + 10 * np.arange(slices, dtype=np.int16)[:, None, None]


def picture(window: MainWindow) -> bytes:
    image = window.canvas.grab().toImage()
    return bytes(image.constBits())


def test_o_shows_the_slices_as_they_are_stored_and_back(
    open_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    hu = rising()
    hu[:, 5:15, 5:15] = 300
    prone = write_stored(tmp_path / "prone", hu, AFFINE, (False, True, True, False))
    supine = write_stored(tmp_path / "supine", hu, AFFINE, (False, False, False, False), seed=2)
    plain, window = open_window(supine), open_window(prone)
    qtbot.waitUntil(lambda: picture(window) == picture(plain))
    shown = picture(window)
    qtbot.keyClick(window.canvas, "o")
    assert picture(window) != shown
    qtbot.keyClick(window.canvas, "o")
    assert picture(window) == shown


def test_a_sagittal_series_is_shown_and_the_detector_says_that_it_does_not_search_it(
    open_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    sagittal = AFFINE[[2, 0, 1, 3]] * np.array([[1], [1], [-1], [1]])
    folder = write_stored(tmp_path, rising(), sagittal, (False, False, False, False))
    window = open_window(folder)
    qtbot.waitUntil(lambda: window.review.session is not None)
    with qtbot.waitSignal(window.sweep.noticed) as noticed:
        qtbot.keyClick(window.canvas, "d")
    assert noticed.args == [
        "first learned axial slices and does not search this series: its planes are 90° off axial."
    ]
    assert not window.sweep.is_running
    assert not window.review.findings()


def test_an_older_review_opens_with_every_box_on_its_own_slice(
    open_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = write_stored(tmp_path / "ct", rising(), AFFINE, (False, True, False, False))
    journal = tmp_path / "a.review"
    with closing(sqlite3.connect(journal)) as connection:
        connection.executescript(DUMP.read_text())
    window = open_window(folder)
    window.open(folder, None, journal)
    qtbot.waitUntil(
        lambda: window.review.session is not None and window.review.session.path == journal
    )
    volume, series = window.viewer.volume, window.viewer.series
    assert volume is not None and series is not None
    qtbot.waitUntil(lambda: bool(volume.is_loaded.all()))
    on_slice = {}
    for finding in window.review.findings().values():
        for index, box in finding.boxes.items():
            on_slice[finding.arrival, int(volume.voxels[index, 0, 0])] = box
    assert on_slice[1, 50] == Box(10, 10, 20, 20)
    assert on_slice[1, 40] == Box(11, 10, 21, 20)
    assert on_slice[3, 10] == Box(30, 30, 36, 38)
    assert window.viewer.slice_index == 4
