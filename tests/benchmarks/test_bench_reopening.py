"""A swept CT opened again: from *open* to its candidates in the list, beside the first search."""

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.workers import stop_all_workers


def seconds_to_all_candidates(path: Path, qtbot: QtBot) -> tuple[float, int]:
    """Seconds until every slice counts as searched, and the candidates that are listed then."""
    window = MainWindow(Settings(reader="bench", notice_accepted=True))
    qtbot.addWidget(window)
    window.show()
    started = time.perf_counter()
    window.open(path)
    try:
        qtbot.waitUntil(lambda: window.sweep.is_complete, timeout=600_000)
        return time.perf_counter() - started, len(window.findings_table.shown_ids())
    finally:
        window.close()
        stop_all_workers()


@pytest.mark.realdata
def test_a_swept_ct_opened_again(real_data: Path, qtbot: QtBot, qapp: QApplication) -> None:
    apply_style(qapp)
    path = real_data / "ircadb01/case01/DICOM"
    first_s, found = seconds_to_all_candidates(path, qtbot)
    for _ in range(2):
        again_s, listed = seconds_to_all_candidates(path, qtbot)
        assert listed == found
        print(
            f"\n129 slices searched after {first_s:.1f} s; opened again, its {found} candidates"
            f" are listed after {again_s:.2f} s: {first_s / again_s:.0f} x ahead"
        )
