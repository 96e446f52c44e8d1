"""Faults under an open window: it lives, says what happened, and nothing decided is lost."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.disks import fill, make_read_only

MakeWindow = Callable[..., MainWindow]


def statuses(window: MainWindow) -> list[Status]:
    return [f.status for f in window.review.findings().values()]


@pytest.fixture
def home_on_small_disk(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LESION_VIEWER_HOME", str(small_disk / "home"))
    return small_disk


def test_on_a_full_disk_decisions_are_refused_in_one_line_and_go_on_once_there_is_room(
    home_on_small_disk: Path, open_window: MakeWindow, qtbot: QtBot
) -> None:
    window = open_window()
    filler = fill(home_on_small_disk)
    taken = 0
    while not window.message_bar.text:
        window.marks.take_drawn_box(Box(30, 30, 50, 50 + taken / 100))
        taken += 1
    assert "could not be saved (database or disk is full)" in window.message_bar.text
    assert len(statuses(window)) == taken - 1
    filler.unlink()
    window.message_bar.hide()
    window.marks.take_drawn_box(Box(60, 60, 80, 80))
    assert window.message_bar.text == ""
    window.close()
    assert len(statuses(open_window())) == taken


def test_a_study_opens_though_its_settings_cannot_be_kept(
    home_on_small_disk: Path, open_window: MakeWindow, qtbot: QtBot
) -> None:
    fill(home_on_small_disk)
    window = open_window()
    assert window.viewer.series is not None
    assert "Without review" in window.message_bar.text


def test_a_review_in_a_read_only_home_is_shown_and_said_to_be(
    home_on_small_disk: Path, open_window: MakeWindow, qtbot: QtBot
) -> None:
    first = open_window()
    first.marks.take_drawn_box(Box(30, 30, 50, 50))
    first.close()
    make_read_only(home_on_small_disk)
    window = open_window()
    assert statuses(window) == [Status.ADDED]
    assert "it is read-only" in window.message_bar.text
    assert window.windowTitle() == "Lesion Viewer (read-only)"


def test_a_study_whose_share_disappears_is_told_and_its_review_goes_on(
    make_window: MakeWindow, qtbot: QtBot, study_folder: Path, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    shutil.copytree(study_folder, share)
    window = make_window()
    window.study.opened.connect(lambda study: share.rename(tmp_path / "gone"))
    window.open(share)
    qtbot.waitUntil(lambda: "slices cannot be read" in window.message_bar.text)
    assert "24 of 24 slices cannot be read" in window.message_bar.text
    window.marks.take_drawn_box(Box(30, 30, 50, 50))
    window.viewer.step(3)
    assert statuses(window) == [Status.ADDED]
    window.message_bar.hide()
    window.open(share)
    qtbot.waitUntil(lambda: str(share) in window.message_bar.text)
    assert statuses(window) == [Status.ADDED]


def test_a_detector_that_hangs_is_ended_once_it_was_cancelled_and_another_one_works(
    window: MainWindow,
    qtbot: QtBot,
    detectors: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lesion_viewer.ui.detector.sweep_worker.GRACE_S", 0.1)
    detector, hangs, is_killed = detectors["first"], threading.Event(), threading.Event()

    def hang(slice_index: int) -> None:
        hangs.set()
        is_killed.wait(60)

    def close() -> None:
        detector.is_closed = True
        is_killed.set()

    detector.wait, detector.close = hang, close
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(hangs.is_set)
    qtbot.keyClick(window.canvas, "d")
    assert not window.sweep.is_running
    window.marks.take_drawn_box(Box(30, 30, 50, 50))
    qtbot.waitUntil(is_killed.is_set)
    detector.wait = lambda slice_index: None
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    assert Status.ADDED in statuses(window)


HANG = """
import sys, time
from PySide6.QtCore import QTimer
from lesion_viewer.ui import workers
from lesion_viewer.ui.shell.application import make_application, run_windows

class Hanging(workers.Worker):
    def work(self):
        print("hangs", flush=True)
        time.sleep(600)

application = make_application()
workers.stop_all_workers.__defaults__ = (0.2,)

def begin():
    window = [w for w in application.topLevelWidgets() if w.objectName() == "mainWindow"][0]
    hanging = Hanging(window.study.errored)
    hanging.started.connect(application.closeAllWindows)
    hanging.begin()

QTimer.singleShot(0, begin)
sys.exit(run_windows([]))
"""


def test_a_worker_that_never_comes_back_does_not_keep_the_program_from_ending() -> None:
    done = subprocess.run([sys.executable, "-c", HANG], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "hangs\n"), done.stderr
