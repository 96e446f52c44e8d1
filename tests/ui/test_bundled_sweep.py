"""The bundled detector in the window, on real CT, in its own process."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.checkpoint import bundled_checkpoints
from lesion_viewer.review.finding import OriginKind
from lesion_viewer.ui.main_window import MainWindow
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.workers import stop_all_workers

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.slow,
    pytest.mark.skipif(not bundled_checkpoints(), reason="no detector is bundled"),
]


def test_twenty_slices_of_case_01_are_swept_while_the_window_answers(
    qtbot: QtBot, qapp: QApplication, real_data: Path
) -> None:
    apply_style(qapp)
    window = MainWindow(Settings(reader="tester", notice_accepted=True))
    qtbot.addWidget(window)
    window.show()
    window.open(real_data / "ircadb01/case01/DICOM")
    # Time that this thread computes: what else the machine does is not the window's.
    gaps, last = [], time.thread_time()

    def beat() -> None:
        nonlocal last
        now = time.thread_time()
        gaps.append(now - last)
        last = now

    timer = QTimer(interval=5)
    timer.timeout.connect(beat)
    timer.start()
    try:
        qtbot.waitUntil(lambda: len(window.sweep.swept) >= 20, timeout=120_000)
        assert not window.message_bar.text
        # The slice on screen first, then its neighbours.
        assert {63, 64, 65} <= window.sweep.swept
        origins = {f.origin.kind for f in window.review.findings().values()}
        assert origins <= {OriginKind.MODEL}
        assert max(gaps) < 0.05
    finally:
        timer.stop()
        window.close()
        stop_all_workers()
