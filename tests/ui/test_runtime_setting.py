"""Which runtime the detector runs by: chosen in the settings, told in the tool tip, replaced."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ui.detector.detection_panel import DetectionPanel
from lesion_viewer.ui.settings import Settings, load_settings
from lesion_viewer.ui.shell.dialogs import SettingsDialog
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.workers import stop_all_workers

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    made = make_phantom(11, (60, 144, 144), (3.0, 2.4, 2.4), lesions=2)
    write_series(folder, made.hu, made.spacing_mm, seed=3)
    return folder


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, study: Path) -> Iterator[MainWindow]:
    """A window with a phantom and the bundled detector that needs no liver, in its process."""
    apply_style(qapp)
    window = MainWindow(
        Settings(
            reader="tester",
            notice_accepted=True,
            detect_on_opening=False,
            detector="phantom-small",
        )
    )
    qtbot.addWidget(window)
    window.show()
    window.open(study)
    qtbot.waitUntil(
        lambda: window.viewer.volume is not None and bool(window.viewer.volume.is_loaded.all())
    )
    yield window
    window.close()
    stop_all_workers()


def choose_runtime(window: MainWindow, qtbot: QtBot, name: str) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SettingsDialog)
    assert "auto tries what is installed, and takes the fastest" in dialog.runtime.toolTip()
    dialog.runtime.setFocus()
    for letter in name:
        qtbot.keyClick(dialog.runtime, letter)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    with qtbot.waitActive(window):  # which a desktop does by itself
        window.activateWindow()
    assert load_settings().runtime == name


def where(window: MainWindow) -> str:
    return window.findChild(DetectionPanel).state.toolTip()


def search_a_few(window: MainWindow, qtbot: QtBot, more: int = 2) -> None:
    """Start, and stop when some slices were searched."""
    done = len(window.sweep.swept)
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(window.sweep.swept) >= done + more, timeout=60_000)
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: not window.sweep.is_running)
    assert not window.sweep.is_complete


def test_the_next_search_runs_by_the_runtime_that_was_chosen_and_the_tool_tip_says_so(
    window: MainWindow, qtbot: QtBot
) -> None:
    for name, title in (("onnx", "ONNX Runtime"), ("openvino", "OpenVINO")):
        choose_runtime(window, qtbot, name)
        search_a_few(window, qtbot)
        assert where(window) == f"{title} on the CPU, as was asked"
        assert not window.message_bar.text


def test_a_runtime_that_cannot_be_loaded_is_told_and_another_one_searches(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a library that ONNX Runtime needs is missing."""
    broken = tmp_path / "broken" / "onnxruntime"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('DLL load failed')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(broken.parent), str(ROOT)]))
    search_a_few(window, qtbot)
    assert window.message_bar.text == (
        "phantom-small: ONNX Runtime on the CPU does not work here: DLL load failed"
    )
    assert where(window).startswith("OpenVINO on the CPU, the fastest here: ")
    assert where(window).endswith("ms a slice, ONNX Runtime on the CPU does not work")


def test_where_only_the_broken_one_may_be_used_the_search_ends_with_a_word(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken" / "openvino"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('no libtbb')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(broken.parent), str(ROOT)]))
    choose_runtime(window, qtbot, "openvino")
    qtbot.keyClick(window.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: "no libtbb" in window.message_bar.text, timeout=60_000)
    qtbot.waitUntil(lambda: not window.sweep.is_running)
    assert not window.sweep.swept
