"""Themes, sizes of text, full screen, the picture on a screen of its own, the empty window."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lesion_viewer.review.finding import Status
from lesion_viewer.ui.canvas.status_appearance import status_colour
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.dialogs import SettingsDialog
from lesion_viewer.ui.shell.docks import RIGHT
from lesion_viewer.ui.shell.features.look import LookFeature
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.shell.picture_window import PictureWindow
from lesion_viewer.ui.style import DARK, LIGHT, contrast, legible, theme
from tests.ui.conftest import MakeWindow

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def docks_shown(window: MainWindow) -> set[str]:
    return {d.objectName() for d in window.findChildren(QDockWidget) if d.isVisible()}


# Themes.


def test_the_theme_follows_the_system_while_that_is_wanted(make_window: MakeWindow) -> None:
    window = make_window()
    assert theme() is DARK
    # As a system tells it; the offscreen platform has no theme to switch.
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme() is LIGHT
    assert (
        window.grab().toImage().pixelColor(4, window.height() // 2).lightness() < 30
    )  # the picture
    assert window.menuBar().grab().toImage().pixelColor(600, 10).lightness() > 200
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme() is DARK


def test_a_theme_of_the_settings_stays_whatever_the_system_has(make_window: MakeWindow) -> None:
    make_window(theme="light")
    assert theme() is LIGHT
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme() is LIGHT


def test_the_settings_dialog_changes_theme_and_size_of_text_at_once(window: MainWindow) -> None:
    window.actions_by_id["file.settings"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SettingsDialog)
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.text_percent.setCurrentIndex(dialog.text_percent.findData(150))
    dialog.accept()
    assert theme() is LIGHT and window.font().pointSizeF() == 15
    saved = load_settings()
    assert (saved.theme, saved.text_percent) == ("light", 150)


@pytest.mark.parametrize("wanted", ["dark", "light"])
def test_texts_can_be_read_in_each_theme(make_window: MakeWindow, wanted: str) -> None:
    make_window(theme=wanted)
    shown = theme()
    for ground in (shown.window, shown.panel, shown.raised):
        for text in (shown.text, shown.muted):
            assert contrast(QColor(text), QColor(ground)) >= 4.5, (text, ground)
    for message in (shown.error, shown.notice):
        assert contrast(QColor(shown.text), QColor(message)) >= 4.5
    for status in Status:
        colour = QColor(legible(status_colour(status)))
        assert contrast(colour, QColor(shown.panel)) >= 4.5, status


def test_white_on_black_has_the_contrast_that_the_standard_says() -> None:
    assert contrast(QColor("#ffffff"), QColor("#000000")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


# Sizes.


def faults_of_right_column(window: MainWindow) -> list[str]:
    """What of the right column is squeezed, or cannot be brought into sight by scrolling."""
    found = []
    kinds = (QAbstractButton, QComboBox, QLabel, QLineEdit, QSlider)
    for dock in window.findChildren(QDockWidget):
        if window.dockWidgetArea(dock) is not RIGHT or not dock.isVisible():
            continue
        scroll = dock.widget()
        assert isinstance(scroll, QScrollArea)
        shown = window.rect()
        if not shown.contains(dock.geometry()):
            found.append(f"{dock.objectName()} reaches out of the window")
        for control in scroll.widget().findChildren(QWidget):
            is_part = isinstance(control.parent(), QComboBox)
            if not isinstance(control, kinds) or is_part or not control.isVisible():
                continue
            least = control.minimumSizeHint()
            name = f"{dock.objectName()}: {control.metaObject().className()} {control.objectName()}"
            if control.height() < least.height():
                found.append(f"{name} is {control.height()} high, needs {least.height()}")
            if control.width() < least.width() and not isinstance(control, QLabel):
                found.append(f"{name} is {control.width()} wide, needs {least.width()}")
            scroll.ensureWidgetVisible(control, 0, 0)
            seen = control.visibleRegion().boundingRect()
            if seen.height() < min(control.height(), scroll.viewport().height()):
                found.append(f"{name} cannot be scrolled into sight")
    return found


@pytest.mark.parametrize(
    ("size", "percent"),
    [((1366, 768), 100), ((1366, 768), 150), ((1920, 1080), 200), ((1920, 1080), 250)],
)
def test_every_control_of_the_right_column_can_be_reached_and_none_is_cut(
    open_window: MakeWindow, qtbot: QtBot, size: tuple[int, int], percent: int
) -> None:
    window = open_window(text_percent=percent)
    window.resize(*size)
    window.docks.take_sizes()
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    assert faults_of_right_column(window) == []


def test_text_grows_and_shrinks_by_keys_and_stays_so(window: MainWindow, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    for points in (12.5, 15, 17.5, 20, 25, 25):
        qtbot.keyClick(window.canvas, Key.Key_Plus, control)
        assert window.font().pointSizeF() == points
    assert load_settings().text_percent == 250
    qtbot.keyClick(window.canvas, Key.Key_Minus, control)
    assert window.font().pointSizeF() == 20


SCALED = """
import sys
from lesion_viewer.ui.shell.application import make_application
from lesion_viewer.ui.shell.main_window import MainWindow
application = make_application()
window = MainWindow()
window.resize(1366, 768)
window.show()
application.processEvents()
picture = window.grab()
print(picture.width(), picture.height(), window.width(), window.height())
"""


def test_a_scaled_screen_shows_the_same_window_with_more_pixels() -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": "2.5"}
    done = subprocess.run(
        [sys.executable, "-c", SCALED], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["3415", "1920", "1366", "768"]


# Full screen and several monitors.


def test_f11_gives_the_picture_the_screen_and_brings_all_panels_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(780, 640)  # the offscreen screen is 800 points wide
    window.docks.take_sizes()
    QApplication.processEvents()
    window.docks["Detector"].hide()
    before, wide = docks_shown(window), window.docks["Findings"].width()
    qtbot.keyClick(window.canvas, Key.Key_F11)
    assert window.isFullScreen() and docks_shown(window) == set()
    assert not window.menuBar().isVisible()
    assert "F11" in window.message_bar.text
    QApplication.processEvents()
    qtbot.keyClick(window.canvas, Key.Key_2)
    assert window.viewer.window.width == 1500
    qtbot.keyClick(window.canvas, Key.Key_F11)
    assert docks_shown(window) == before
    QApplication.processEvents()
    assert not window.isFullScreen() and window.menuBar().isVisible()
    assert "detector" not in before
    assert abs(window.docks["Findings"].width() - wide) < 8


def test_the_picture_in_a_window_of_its_own_takes_keys_and_comes_back_when_it_is_closed(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(window.canvas, Key.Key_F9)
    apart = window.feature(LookFeature).apart
    assert isinstance(apart, PictureWindow) and apart.isVisible()
    assert apart.isAncestorOf(window.canvas) and not window.isAncestorOf(window.canvas)
    apart.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(window.canvas, Key.Key_Down)
    assert window.viewer.slice_index == 13
    qtbot.mouseClick(window.canvas.viewport(), Qt.MouseButton.RightButton, pos=QPoint(40, 200))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()
    apart.close()
    assert window.isAncestorOf(window.canvas) and window.canvas.isVisible()
    assert not window.actions_by_id["view.apart"].isChecked()
    window.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(window.canvas, Key.Key_Up)
    assert window.viewer.slice_index == 12


TWO_SCREENS = """
from PySide6.QtGui import QGuiApplication
from lesion_viewer.ui.shell.application import make_application
from lesion_viewer.ui.shell.features.look import LookFeature
from lesion_viewer.ui.shell.main_window import MainWindow
application = make_application()
window = MainWindow()
window.show()
application.processEvents()
window.actions_by_id["view.apart"].trigger()
application.processEvents()
apart = window.feature(LookFeature).apart
print([s.name() for s in QGuiApplication.screens()], window.screen().name(), apart.screen().name())
print(apart.screen().geometry().contains(apart.geometry().center()))
window.close()
print(apart.isVisible())
"""


def test_on_two_screens_the_picture_goes_to_the_other_one(tmp_path: Path) -> None:
    screens = [
        {"name": "left", "x": 0, "y": 0, "width": 1366, "height": 768},
        {"name": "right", "x": 1366, "y": 0, "width": 1200, "height": 1600},
    ]
    (tmp_path / "screens.json").write_text(json.dumps({"screens": screens}))
    platform = f"offscreen:configfile={tmp_path / 'screens.json'}"
    done = subprocess.run(
        [sys.executable, "-c", TWO_SCREENS],
        env={**os.environ, "QT_QPA_PLATFORM": platform},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["['left', 'right'] left right", "True", "False"]


# The empty window.


def test_the_empty_window_shows_no_panel_of_which_nothing_can_be_said(
    make_window: MakeWindow, qtbot: QtBot, study_folder: Path
) -> None:
    window = make_window()
    assert docks_shown(window) == set()
    window.open(study_folder)
    qtbot.waitUntil(lambda: window.viewer.volume is not None)
    assert docks_shown(window) >= {"series", "findings", "detector", "decision"}
    assert window.findings_table.nothing.isVisible()
    assert not window.findings_table.view.horizontalHeader().isVisible()


def button_of(window: MainWindow, text: str) -> QPushButton:
    (found,) = (b for b in window.reading.welcome.findChildren(QPushButton) if text in b.text())
    return found


def _is_open(window: MainWindow) -> bool:
    return window.viewer.volume is not None


def test_something_opened_before_is_opened_from_the_empty_window(
    make_window: MakeWindow, qtbot: QtBot, study_folder: Path
) -> None:
    window = make_window(recent=[[str(study_folder)]])
    qtbot.mouseClick(button_of(window, study_folder.name), LEFT)
    qtbot.waitUntil(lambda: window.viewer.volume is not None)


def test_the_demonstration_is_made_once_and_opened_from_the_empty_window(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, study_folder: Path
) -> None:
    made: list[Path] = []

    def write(folder: Path) -> None:
        """A smaller phantom in place of the demonstration's: that one takes long."""
        made.append(folder)
        folder.mkdir()
        for file in study_folder.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())

    monkeypatch.setattr("lesion_viewer.ui.shell.demo_study.write_demo_study", write)
    for _ in range(2):
        window = make_window()
        qtbot.mouseClick(button_of(window, "demonstration"), LEFT)
        qtbot.waitUntil(partial(_is_open, window))
        window.close()
    assert len(made) == 1
