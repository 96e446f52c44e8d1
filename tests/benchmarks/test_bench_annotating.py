"""Opening a project of the official rows, and from one key to its next slice."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.workers import stop_all_workers

OPEN_LIMIT_S, LIMIT_S = 1.0, 0.1
DECISIONS = 15


@pytest.mark.realdata
def test_from_a_decision_to_the_next_slice(
    real_data: Path, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    apply_style(qapp)
    window = MainWindow(Settings(reader="bench", notice_accepted=True))
    qtbot.addWidget(window)
    window.resize(1400, 900)
    window.show()
    folder = real_data / "deeplesion"
    start = time.perf_counter()
    window.open(folder / "Images_png", folder / "DL_info_val_test.csv", tmp_path / "bench.review")
    try:
        qtbot.waitUntil(lambda: window.project.item is not None, timeout=60_000)
        opened_s = time.perf_counter() - start
        waits = []
        for _ in range(DECISIONS):
            qtbot.wait(300)  # nobody decides faster; the next slices are read meanwhile
            before = window.project.item
            start = time.perf_counter()
            qtbot.keyClick(window.canvas, "a", Qt.KeyboardModifier.ShiftModifier)
            qapp.processEvents()
            waits.append(time.perf_counter() - start)
            volume = window.viewer.volume
            assert window.project.item is not before
            assert volume is not None and volume.is_loaded[window.viewer.slice_index]
    finally:
        window.close()
        stop_all_workers()
    print(f"\n9,816 rows are open after {opened_s:.2f} s (limit {OPEN_LIMIT_S:g} s)")
    each = ", ".join(f"{wait * 1e3:.0f}" for wait in waits)
    print(f"a decision and the next slice: {each} ms (limit of the median {LIMIT_S * 1e3:.0f} ms)")
