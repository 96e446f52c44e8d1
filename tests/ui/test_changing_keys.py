"""The reader's own keys: chosen in the editor, refused where they are taken, kept and shown."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.settings import Settings, load_settings, save_settings
from lesion_viewer.ui.shell.key_sheet import KeySheet
from lesion_viewer.ui.shell.keys.editor import KeyEditor
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.conftest import MakeWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Ctrl = Qt.KeyboardModifier.ControlModifier


def open_editor(window: MainWindow) -> KeyEditor:
    window.actions_by_id["help.edit_keys"].trigger()
    editor = QApplication.activeModalWidget()
    assert isinstance(editor, KeyEditor)
    return editor


def find(editor: KeyEditor, qtbot: QtBot, text: str) -> None:
    """Search as a reader would; the first action found is chosen."""
    editor.search.clear()
    qtbot.keyClicks(editor.search, text)
    editor.table.selectRow(0)


def press(editor: KeyEditor, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    editor.key.clear()
    qtbot.keyClick(editor.key, key, modifier)


def keys_shown(editor: KeyEditor) -> str:
    index = editor.table.currentIndex()
    return str(index.siblingAtColumn(2).data())


def test_every_action_is_listed_with_its_menu_and_its_keys(window: MainWindow) -> None:
    editor = open_editor(window)
    model = editor.table.model()
    rows = {
        tuple(model.index(row, column).data() for column in range(3))
        for row in range(model.rowCount())
    }
    assert len(rows) == len(window.actions_by_id)
    assert ("Findings", "Accept", "A") in rows
    assert ("File", "Import labels", "") in rows


def test_another_key_calls_the_action_at_once_and_at_the_next_start(
    window: MainWindow, qtbot: QtBot, make_window: MakeWindow
) -> None:
    finding_id = _draw_finding(window)
    editor = open_editor(window)
    find(editor, qtbot, "Unsure")
    press(editor, qtbot, Key.Key_J, Ctrl)
    qtbot.mouseClick(editor.only, Left)
    assert keys_shown(editor) == "Ctrl+J"
    editor.reject()
    qtbot.keyClick(window.canvas, Key.Key_U)
    assert window.review.findings()[finding_id].status is Status.ADDED
    qtbot.keyClick(window.canvas, Key.Key_J, Ctrl)
    assert window.review.findings()[finding_id].status is Status.UNSURE

    again = make_window(keys=load_settings().keys)
    assert again.actions_by_id["finding.unsure"].shortcut().toString() == "Ctrl+J"


def test_tool_tips_buttons_menus_and_the_key_sheet_follow(window: MainWindow, qtbot: QtBot) -> None:
    editor = open_editor(window)
    find(editor, qtbot, "Unsure")
    press(editor, qtbot, Key.Key_J, Ctrl)
    qtbot.mouseClick(editor.only, Left)
    editor.reject()
    action = window.actions_by_id["finding.unsure"]
    button = window.decision_panel.findChild(
        type(window.detection_panel.run_button), f"{action.objectName()}.button"
    )
    assert button.text() == "Unsure  Ctrl+J"
    assert action.toolTip() == button.toolTip() == "Unsure  (Ctrl+J)"
    window.actions_by_id["help.keys"].trigger()
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, KeySheet)
    assert ("Ctrl+J", "Unsure") in {(line.keys, line.text) for line in sheet.lines}


def test_a_key_that_is_taken_is_refused_by_the_name_of_the_other_action(
    window: MainWindow, qtbot: QtBot
) -> None:
    editor = open_editor(window)
    find(editor, qtbot, "Unsure")
    press(editor, qtbot, Key.Key_E, Ctrl)
    assert editor.answer.text() == "Ctrl+E is taken by Export review (File)."
    assert not editor.only.isEnabled() and not editor.also.isEnabled()
    qtbot.mouseClick(editor.only, Left)
    assert keys_shown(editor) == "U"
    assert not load_settings().keys


def test_an_arrow_may_work_on_slices_and_on_the_edited_box_but_not_twice_in_one_mode(
    window: MainWindow, qtbot: QtBot
) -> None:
    editor = open_editor(window)
    find(editor, qtbot, "Previous slice")
    press(editor, qtbot, Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    assert not editor.answer.text()
    qtbot.mouseClick(editor.also, Left)
    assert keys_shown(editor) == "Up  or  Left"
    find(editor, qtbot, "Move box right")
    press(editor, qtbot, Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    assert editor.answer.text() == ("Left is taken by Move box left (Box, while a box is edited).")


@pytest.mark.parametrize(
    ("key", "modifier", "said"),
    [
        (Key.Key_Space, Qt.KeyboardModifier.NoModifier, "Space works buttons"),
        (Key.Key_V, Qt.KeyboardModifier.AltModifier, "Alt+V opens the menu View."),
    ],
)
def test_keys_that_the_window_itself_needs_are_refused(
    window: MainWindow,
    qtbot: QtBot,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    said: str,
) -> None:
    editor = open_editor(window)
    find(editor, qtbot, "Unsure")
    press(editor, qtbot, key, modifier)
    assert editor.answer.text().startswith(said)
    assert not editor.only.isEnabled()


def test_one_action_and_all_are_reset(window: MainWindow, qtbot: QtBot) -> None:
    editor = open_editor(window)
    for name, key in (("Unsure", Key.Key_J), ("Accept all", Key.Key_7)):
        find(editor, qtbot, name)
        press(editor, qtbot, key, Ctrl)
        qtbot.mouseClick(editor.only, Left)
    find(editor, qtbot, "Unsure")
    qtbot.mouseClick(editor.reset, Left)
    assert keys_shown(editor) == "U"
    assert load_settings().keys == {"finding.accept_all": ["Ctrl+7"]}
    qtbot.mouseClick(editor.reset_all, Left)
    assert not load_settings().keys
    assert window.actions_by_id["finding.accept_all"].shortcut().toString() == "Shift+A"


def test_a_reset_is_refused_while_another_action_has_the_key(
    window: MainWindow, qtbot: QtBot
) -> None:
    editor = open_editor(window)
    find(editor, qtbot, "Unsure")
    qtbot.mouseClick(editor.none, Left)
    assert keys_shown(editor) == ""
    find(editor, qtbot, "Accept all")
    press(editor, qtbot, Key.Key_U, Qt.KeyboardModifier.NoModifier)
    qtbot.mouseClick(editor.only, Left)
    find(editor, qtbot, "Unsure")
    qtbot.mouseClick(editor.reset, Left)
    assert editor.answer.text() == "U is taken by Accept all on this slice (Findings)."
    assert keys_shown(editor) == ""


def test_a_chosen_key_goes_before_the_default_of_another_action(make_window: MakeWindow) -> None:
    window = make_window(keys={"file.left_out": ["A"], "box.left": ["Left", "no key at all"]})
    assert window.actions_by_id["file.left_out"].shortcut().toString() == "A"
    assert window.actions_by_id["finding.accept"].shortcut().isEmpty()
    assert "(" not in window.actions_by_id["finding.accept"].toolTip()


def test_keys_of_a_damaged_settings_file_are_left_out() -> None:
    save_settings(Settings(keys={"a": ["B"], "c": "D"}))  # type: ignore[dict-item]
    assert load_settings().keys == {"a": ["B"]}


def test_the_editor_is_worked_by_keys_alone(window: MainWindow, qtbot: QtBot) -> None:
    editor = open_editor(window)
    assert editor.focusWidget() is editor.search
    qtbot.keyClicks(editor.search, "Unsure")
    for _ in range(2):
        qtbot.keyClick(editor.focusWidget(), Key.Key_Tab)
    qtbot.keyClick(editor.focusWidget(), Key.Key_J, Ctrl)
    qtbot.keyClick(editor.focusWidget(), Key.Key_Tab)
    assert editor.focusWidget() is editor.only
    qtbot.keyClick(editor.focusWidget(), Key.Key_Space)
    assert window.actions_by_id["finding.unsure"].shortcut().toString() == "Ctrl+J"


def _draw_finding(window: MainWindow) -> str:
    window.marks.take_drawn_box(Box(10, 10, 30, 30))
    assert window.review.selected_id is not None
    return window.review.selected_id
