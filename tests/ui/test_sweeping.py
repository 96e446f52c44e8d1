"""The detector at work in the window: started, aimed, stopped, exchanged, and failing."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.workers import stop_all_workers

MakeWindow = Callable[..., MainWindow]


def wait_done(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.sweep.is_complete)


def test_d_runs_the_detector_to_the_end(swept_window: MainWindow) -> None:
    assert swept_window.sweep.swept == set(range(24))
    assert "24 of 24 slices" in swept_window.detection_panel.state.text()


def test_boxes_of_neighbouring_slices_are_one_finding(swept_window: MainWindow) -> None:
    slices = [sorted(f.boxes) for f in swept_window.review.findings().values()]
    assert sorted(slices) == [[10, 11, 12], [15], [18]]


def test_the_slice_on_screen_is_answered_first_then_its_neighbours(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    window.viewer.show_slice(20)
    qtbot.keyClick(window.canvas, "d")
    wait_done(window, qtbot)
    asked = detectors["first"].asked
    assert asked[0] == 20
    assert set(asked[1:3]) == {19, 21}


def test_going_to_another_slice_aims_the_sweep(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    has_begun, may_go_on = threading.Event(), threading.Event()

    def wait(slice_index: int) -> None:
        has_begun.set()
        may_go_on.wait(5)

    detectors["first"].wait = wait
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(has_begun.is_set)
    window.viewer.show_slice(2)
    may_go_on.set()
    wait_done(window, qtbot)
    assert detectors["first"].asked[:2] == [12, 2]


def test_searching_everywhere_is_a_search_of_its_own(
    swept_window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    """Shift+D switches the gate off: nothing counts as searched, and findings say which it was."""
    window, detector = swept_window, detectors["first"]
    assert detector.is_gated
    qtbot.keyClick(window.canvas, "d", Qt.KeyboardModifier.ShiftModifier)
    assert window.settings.search_everywhere and not window.sweep.swept
    detector.found_on = lambda i: (Detection(Box(4, 4, 20, 20), 0.9),) if i == 2 else ()
    qtbot.keyClick(window.canvas, "d")
    wait_done(window, qtbot)
    assert not detector.is_gated
    versions = {f.origin.version for f in window.review.findings().values()}
    assert "1 without its gate" in versions
    qtbot.keyClick(window.canvas, "d", Qt.KeyboardModifier.ShiftModifier)
    assert window.sweep.is_complete and not window.settings.search_everywhere


def test_searching_everywhere_is_remembered(make_window: MakeWindow) -> None:
    window = make_window(search_everywhere=True)
    assert window.actions_by_id["detect.everywhere"].isChecked()
    assert window.sweep.info.version == "1 without its gate"


def test_d_again_stops_and_keeps_what_was_found(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    detector, may_go_on = detectors["first"], threading.Event()

    def wait(slice_index: int) -> None:
        if detector.asked:  # the second slice waits until the sweep was stopped
            may_go_on.wait(60)

    detector.wait = wait
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.swept == {12})
    qtbot.keyClick(window.canvas, "d")
    assert not window.sweep.is_running
    may_go_on.set()
    assert stop_all_workers(60)
    QApplication.processEvents()
    assert len(detector.asked) == 2  # the one that it was at, and none after it
    assert 12 in window.sweep.swept and len(window.sweep.swept) <= 2
    assert window.review.findings()


def test_a_stopped_sweep_goes_on_where_it_was(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    detectors["first"].wait = lambda i: time.sleep(0.02)
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: len(window.sweep.swept) >= 3)
    qtbot.keyClick(window.canvas, "d")
    qtbot.wait(200)
    answered = set(window.sweep.swept)
    asked = detectors["first"].asked
    before = len(asked)
    qtbot.keyClick(window.canvas, "d")
    wait_done(window, qtbot)
    assert not answered & set(asked[before:])


def test_the_model_can_be_changed_while_it_runs(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    detectors["first"].wait = lambda i: time.sleep(0.05)
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: len(window.review.findings()) >= 1)
    window.sweep.choose(1)
    wait_done(window, qtbot)
    assert detectors["first"].is_closed
    origins = {f.origin.name for f in window.review.findings().values()}
    assert origins == {"second"}


def test_a_detector_that_fails_is_shown_and_the_window_works_on(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    detectors["first"].fails_on = 14
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: "told to fail" in window.message_bar.text)
    qtbot.waitUntil(lambda: not window.sweep.is_running)
    window.viewer.show_slice(3)
    assert window.viewer.slice_index == 3


def test_the_sweep_starts_on_opening_if_the_reader_wants_it(
    open_window: MakeWindow, qtbot: QtBot
) -> None:
    window = open_window(detect_on_opening=True)
    wait_done(window, qtbot)


def test_values_that_are_no_hu_are_searched_only_when_asked_for(
    open_window: MakeWindow, qtbot: QtBot, tmp_path: Path, detectors: dict[str, Any]
) -> None:
    """Labels under the name of a CT: the fault is on the picture, and D searches all the same."""
    path = tmp_path / "labels.nii.gz"
    voxels = np.zeros((24, 64, 64), np.uint8)
    voxels[:, 20:40, 20:40] = 3
    sitk.WriteImage(sitk.GetImageFromArray(voxels), str(path))
    window = open_window(path, detect_on_opening=True)
    qtbot.waitUntil(lambda: window.review.session is not None)
    assert "The detector does not start by itself; start it by hand." in window.message_bar.text
    assert window.viewer.series is not None
    assert [fault.code for fault in window.viewer.series.faults] == ["not_hu"]
    assert not window.sweep.is_running and not detectors["first"].asked
    qtbot.keyClick(window.canvas, "d")
    wait_done(window, qtbot)
    assert len(detectors["first"].asked) == 24


def test_a_study_swept_before_lists_its_candidates_and_is_not_searched_again(
    swept_window: MainWindow,
    make_window: MakeWindow,
    study_folder: Path,
    qtbot: QtBot,
    detectors: dict[str, Any],
) -> None:
    """Candidates are there with the first slice, no detector is loaded, and D asks for nothing."""
    listed = len(swept_window.findings_table.shown_ids())
    swept_window.close()
    assert listed and stop_all_workers(60)
    detector = detectors["first"]
    detector.device_name = ""
    detector.asked.clear()

    again = make_window(detect_on_opening=True)
    again.open(study_folder)
    qtbot.waitUntil(lambda: again.viewer.volume is not None and again.sweep.is_complete)
    assert len(again.findings_table.shown_ids()) == listed
    assert "24 of 24 slices" in again.detection_panel.state.text()
    qtbot.keyClick(again.canvas, "d")
    qtbot.wait(200)
    assert not again.sweep.is_running
    assert not detector.device_name and not detector.asked


def test_without_a_detector_the_panel_says_why_and_the_review_works(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "lesion_viewer.ui.detector.chosen_detector.why_unavailable",
        lambda cards: "torch is not installed",
    )
    window = make_window(detect_on_opening=True)
    assert window.detection_panel.state.text() == "torch is not installed"
    assert not window.detection_panel.run_button.isEnabled()


def test_a_higher_threshold_leaves_fewer_candidates_and_fewer_false_positives(
    swept_window: MainWindow,
) -> None:
    panel, table = swept_window.detection_panel, swept_window.findings_table
    assert len(table.shown_ids()) == 2
    # Between the card's points (.2, 20) and (.8, 2): half way is 11.
    assert panel.expectation.text() == (
        "2 candidates · about 11.0 false positives per scan expected\nas measured on ten scans"
    )
    panel.threshold.setValue(80)
    assert table.shown_ids() and len(table.shown_ids()) == 1
    assert panel.expectation.text().startswith("1 candidate · about 2.0 false positives per scan")
    panel.threshold.setValue(20)
    assert len(table.shown_ids()) == 3


def test_under_the_measured_points_the_expectation_says_so(swept_window: MainWindow) -> None:
    swept_window.detection_panel.threshold.setValue(5)
    assert "not measured" in swept_window.detection_panel.expectation.text()


def test_brackets_move_the_threshold(swept_window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(swept_window.canvas, "]")
    assert swept_window.review.threshold == pytest.approx(0.55)
    qtbot.keyClick(swept_window.canvas, "[")
    qtbot.keyClick(swept_window.canvas, "[")
    assert swept_window.review.threshold == pytest.approx(0.45)
    assert swept_window.detection_panel.threshold.value() == 45


def test_the_window_scrolls_on_while_a_sweep_runs(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    detectors["first"].wait = lambda slice_index: time.sleep(0.02)
    shown: list[tuple[int, int]] = []
    window.viewer.slice_changed.connect(lambda i: shown.append((i, len(window.sweep.swept))))
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: window.viewer.step(1))
    timer.start()
    qtbot.keyClick(window.canvas, "d")
    wait_done(window, qtbot)
    timer.stop()
    assert any(0 < swept < len(window.viewer.volume or ()) for _, swept in shown)
