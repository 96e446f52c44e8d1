"""Lesion types in the window: chosen and written by keys, shown, filtered, undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle, QStyleOptionFrame
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A project with labels of liver, lung and abdomen; the first one is chosen."""
    window = make_window()
    window.open(*write_project(tmp_path))
    qtbot.waitUntil(lambda: window.project.item is not None)
    return window


def write_type(
    window: MainWindow, qtbot: QtBot, text: str, end: Qt.Key = Qt.Key.Key_Return
) -> None:
    """Y, then the text as a person writes it, and a key to end with."""
    qtbot.keyClick(window.canvas, "y")
    field = window.decision_panel.lesion_type
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, end)


def chosen_type(window: MainWindow) -> str:
    assert window.review.selected is not None
    return window.review.selected.lesion_type


def test_the_chosen_findings_type_is_shown(window: MainWindow) -> None:
    table = window.findings_table
    column = next(
        n for n in range(9) if table.model.headerData(n, Qt.Orientation.Horizontal) == "Type"
    )
    assert table.model.index(0, column).data() == "liver"
    assert window.decision_panel.lesion_type.currentText() == "liver"


def test_the_field_has_room_for_whole_letters(window: MainWindow) -> None:
    field = window.decision_panel.lesion_type.lineEdit()
    assert field is not None
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    room = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    assert room.height() >= field.fontMetrics().height()


def test_a_type_is_written_by_keys_and_undone(window: MainWindow, qtbot: QtBot) -> None:
    write_type(window, qtbot, "Kidney")
    assert chosen_type(window) == "kidney"
    qtbot.keyClick(window.canvas, "z", Qt.KeyboardModifier.ControlModifier)
    assert chosen_type(window) == "liver"
    assert window.decision_panel.lesion_type.currentText() == "liver"


def test_what_is_begun_is_completed(window: MainWindow, qtbot: QtBot) -> None:
    write_type(window, qtbot, "kid")
    assert chosen_type(window) == "kidney"


def test_the_next_type_of_the_list_is_a_key_away(window: MainWindow, qtbot: QtBot) -> None:
    before = window.viewer.slice_index
    qtbot.keyClick(window.canvas, "y")
    field = window.decision_panel.lesion_type
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen_type(window) == "lung"  # DeepLesion's next after liver
    assert window.viewer.slice_index == before


def test_escape_takes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    write_type(window, qtbot, "kidney", Qt.Key.Key_Escape)
    assert chosen_type(window) == "liver"
    assert window.decision_panel.lesion_type.currentText() == "liver"
    assert window.review.session is not None
    assert not window.review.session.can_undo


def test_a_type_of_ones_own_is_offered_again(window: MainWindow, qtbot: QtBot) -> None:
    write_type(window, qtbot, "metastasis")
    assert chosen_type(window) == "metastasis"
    assert load_settings().lesion_types == ["metastasis"]
    qtbot.keyClick(window.canvas, "y")
    chooser = window.decision_panel.lesion_type
    qtbot.waitUntil(chooser.hasFocus)
    assert "metastasis" in [chooser.itemText(n) for n in range(chooser.count())]


def test_an_empty_field_takes_the_type_away(window: MainWindow, qtbot: QtBot) -> None:
    write_type(window, qtbot, "")
    assert chosen_type(window) == ""


def test_without_a_chosen_finding_y_says_so(window: MainWindow, qtbot: QtBot) -> None:
    window.review.select(None)
    qtbot.keyClick(window.canvas, "y")
    assert "Choose a finding first" in window.message_bar.text


def test_the_table_is_filtered_by_type(window: MainWindow, qtbot: QtBot) -> None:
    window.queue.panel.list.item_wanted.emit(1)  # a slice of two labels
    qtbot.waitUntil(lambda: len(window.findings_table.shown_ids()) == 2)
    write_type(window, qtbot, "cyst")
    table = window.findings_table
    texts = [table.type_filter.itemText(n) for n in range(table.type_filter.count())]
    assert texts == ["All types", "liver", "cyst"]
    table.type_filter.setCurrentText("cyst")
    assert table.shown_ids() == [window.review.selected_id]


def test_the_queue_is_filtered_by_the_types_as_they_now_stand(
    window: MainWindow, qtbot: QtBot
) -> None:
    write_type(window, qtbot, "cyst")
    qtbot.keyClick(window.canvas, "q")
    box = window.queue.panel.filters.lesion_type
    box.setCurrentText("Cyst")
    box.activated.emit(box.currentIndex())
    queue = window.project.queue
    assert queue is not None
    assert [item.name for item in queue.items] == ["000001_01_01_012.png"]
    box.setCurrentText("Liver")
    box.activated.emit(box.currentIndex())
    assert [item.name for item in queue.items] == ["000002_01_01_005.png"]
    row = window.queue.describe(0)
    assert row.detail.startswith("cyst")
