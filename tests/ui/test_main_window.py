"""The window by keys: scrolling, windows, series, the key sheet."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.bindings import bindings
from lesion_viewer.ui.shell.key_sheet import KeySheet
from lesion_viewer.ui.shell.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]
Key, Shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier

# Width and level as radiologists know them, not as the code has them.
PRESETS = {
    Key.Key_1: Window(400, 40),
    Key.Key_2: Window(1500, -600),
    Key.Key_3: Window(150, 90),
    Key.Key_4: Window(150, 30),
    Key.Key_5: Window(1800, 400),
    Key.Key_6: Window(80, 40),
    Key.Key_7: Window(350, 50),
}


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    qtbot.keyClick(window.canvas, key, *modifiers)


def test_a_study_opens_at_its_middle_slice(window: MainWindow) -> None:
    assert window.viewer.slice_index == 12
    assert window.series_list.model().rowCount() == 1


def test_the_arrow_keys_scroll(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Key.Key_Down)
    press(window, qtbot, Key.Key_Down)
    press(window, qtbot, Key.Key_Up)
    assert window.viewer.slice_index == 13


def test_shift_and_an_arrow_go_ten_slices(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Key.Key_Down, Shift)
    assert window.viewer.slice_index == 22
    press(window, qtbot, Key.Key_Up, Shift)
    assert window.viewer.slice_index == 12


def test_home_and_end_go_to_the_ends_and_no_further(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Key.Key_End)
    press(window, qtbot, Key.Key_Down)
    assert window.viewer.slice_index == 23
    press(window, qtbot, Key.Key_Home)
    press(window, qtbot, Key.Key_Up)
    assert window.viewer.slice_index == 0


@pytest.mark.parametrize("key", PRESETS)
def test_a_digit_gives_the_presets_window(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    press(window, qtbot, key)
    assert window.viewer.window == PRESETS[key]


def test_0_gives_the_files_own_window(window: MainWindow, qtbot: QtBot) -> None:
    own = window.viewer.window
    press(window, qtbot, Key.Key_2)
    press(window, qtbot, Key.Key_0)
    assert window.viewer.series is not None
    assert window.viewer.window == own == window.viewer.series.file_window


def test_c_plays_and_c_again_stops(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Key.Key_C)
    qtbot.waitUntil(lambda: window.viewer.slice_index == 14)
    press(window, qtbot, Key.Key_C)
    stopped_at = window.viewer.slice_index
    qtbot.wait(300)
    assert window.viewer.slice_index == stopped_at


def test_escape_stops_the_cine(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Key.Key_C)
    press(window, qtbot, Key.Key_Escape)
    assert not window.actions_by_id["view.cine"].isChecked()


def test_the_title_names_no_patient_and_no_path(window: MainWindow) -> None:
    assert window.windowTitle() == "Lesion Viewer"


def test_a_click_on_the_slider_goes_to_the_slice(window: MainWindow, qtbot: QtBot) -> None:
    slider = window.slider
    bottom = slider.rect().center()
    bottom.setY(slider.height() - 8)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=bottom)
    assert window.viewer.slice_index == 23


def test_the_question_mark_shows_the_keys(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Key.Key_Question, Shift)
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, KeySheet)
    sheet.reject()


def test_the_key_sheet_says_what_is_bound(window: MainWindow) -> None:
    lines = {(line.text, line.keys) for line in bindings(window.actions_by_id)}
    assert ("Accept", "A") in lines
    window.actions_by_id["finding.accept"].setShortcut("Ctrl+J")
    lines = {(line.text, line.keys) for line in bindings(window.actions_by_id)}
    assert ("Accept", "Ctrl+J") in lines
    assert ("Accept", "A") not in lines


def test_no_key_is_bound_twice_at_the_same_time(window: MainWindow) -> None:
    for is_editing in (False, True):
        window._set_editing(is_editing)
        keys = [
            key.toString()
            for action in window.actions_by_id.values()
            if action.isEnabled()
            for key in action.shortcuts()
        ]
        assert len(keys) == len(set(keys))


def test_the_mouse_scheme_is_kept(window: MainWindow, make_window: MakeWindow) -> None:
    window.actions_by_id["view.pacs_mouse"].trigger()
    assert load_settings().mouse_scheme == "pacs"


def test_a_folder_without_ct_is_one_clear_line(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    window = make_window()
    window.open(tmp_path)
    qtbot.waitUntil(lambda: window.message_bar.text != "")
    assert str(tmp_path) in window.message_bar.text
    assert "\n" not in window.message_bar.text


def test_a_path_that_cannot_be_opened_leaves_the_study_on_show(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open(tmp_path / "missing")
    qtbot.waitUntil(lambda: window.message_bar.text != "")
    qtbot.keyClick(window.canvas, Key.Key_Down)
    assert window.viewer.slice_index == 13


def test_what_was_on_screen_is_there_again(open_window: MakeWindow, qtbot: QtBot) -> None:
    first = open_window()
    first.viewer.show_slice(4)
    press(first, qtbot, Key.Key_2)
    first.detection_panel.threshold.setValue(70)
    first.close()
    second = open_window()
    assert second.viewer.slice_index == 4
    assert second.detection_panel.threshold.value() == 70
    assert second.viewer.window == PRESETS[Key.Key_2]


def test_the_window_fits_a_small_screen(make_window: MakeWindow) -> None:
    window = make_window()
    window.resize(1024, 700)
    assert (window.width(), window.height()) == (1024, 700)
