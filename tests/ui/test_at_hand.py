"""Toolbar, right-click menus, windows at the picture, cine, columns: by mouse and keys."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.values.window import Window
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.findings.findings_model import COLUMNS
from lesion_viewer.ui.settings import load_settings, save_settings
from lesion_viewer.ui.shell.at_hand import ON_FINDING, ON_IMAGE, TOOLBAR
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.study.cine_bar import CineBar
from lesion_viewer.ui.study.preset_dialog import PresetDialog
from tests.ui.conftest import MakeWindow

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Key = Qt.Key


def press(window: MainWindow, qtbot: QtBot, keys: str) -> None:
    sequence = QKeySequence(keys)[0]
    qtbot.keyClick(window.canvas, sequence.key(), sequence.keyboardModifiers())


def shown_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def pick(menu: QMenu, action: QAction) -> None:
    """Click a line of a menu."""
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def ids_of(menu: QMenu) -> list[str]:
    return [action.objectName() for action in menu.actions() if not action.isSeparator()]


def mark_of(window: MainWindow) -> QPoint:
    """A point of the widget in the fake detector's box on slice 11."""
    at = window.canvas.placement.to_widget(48, 46)
    return at.toPoint()


def tool(window: MainWindow, action_id: str) -> QToolButton:
    button = window.findChild(QToolButton, f"{action_id}.tool")
    assert isinstance(button, QToolButton)
    return button


# The toolbar.


def test_the_ten_most_used_actions_stand_in_the_toolbar_with_icon_name_and_key(
    window: MainWindow,
) -> None:
    ids = [action_id for group in TOOLBAR for action_id in group]
    assert len(ids) >= 10
    for action_id in ids:
        button, action = tool(window, action_id), window.actions_by_id[action_id]
        assert button.isVisible() and not button.icon().isNull(), action_id
        (key, *_) = action.shortcuts()
        assert key.toString() in button.toolTip(), action_id
        assert action.text().rstrip("…") in button.toolTip()


def test_a_click_in_the_toolbar_does_what_the_key_does(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    window = swept_window
    qtbot.mouseClick(tool(window, "finding.next"), LEFT)
    first = window.review.selected_id
    assert first is not None
    qtbot.mouseClick(tool(window, "finding.accept"), LEFT)
    assert window.review.findings()[first].status is Status.ACCEPTED
    qtbot.mouseClick(tool(window, "edit.undo"), LEFT)
    assert window.review.findings()[first].status is Status.UNDECIDED


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_an_icon_is_drawn_anew_at_each_density_and_can_be_seen(
    make_window: MakeWindow, theme: str
) -> None:
    window = make_window(theme=theme)
    ground = window.palette().window().color().lightness()
    for action_id in (action_id for group in TOOLBAR for action_id in group):
        button = tool(window, action_id)
        for ratio in (1.0, 1.5, 2.5):
            picture = button.icon().pixmap(button.iconSize(), ratio).toImage()
            assert picture.width() == round(button.iconSize().width() * ratio)
            places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
            colours = [picture.pixelColor(*place) for place in places]
            opaque = [colour.lightness() for colour in colours if colour.alpha() > 250]
            assert opaque and all(abs(value - ground) > 120 for value in opaque), action_id


# Menus of a right click.


@pytest.mark.parametrize("scheme", ["default", "pacs"])
def test_a_right_click_on_a_mark_chooses_it_and_offers_to_decide_on_it(
    swept_window: MainWindow, qtbot: QtBot, scheme: str
) -> None:
    window = swept_window
    window.canvas.set_mouse_scheme(scheme)
    window.viewer.show_slice(11)
    qtbot.mouseClick(window.canvas.viewport(), RIGHT, pos=mark_of(window))
    menu = shown_menu()
    assert ids_of(menu) == [action_id for group in ON_FINDING for action_id in group]
    chosen = window.review.selected
    assert chosen is not None and chosen.key_slice == 11
    pick(menu, window.actions_by_id["finding.reject"])
    assert window.review.findings()[chosen.id].status is Status.REJECTED


def test_a_right_click_beside_all_marks_is_about_the_picture_and_chooses_nothing(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    window = swept_window
    before = window.review.selected_id
    qtbot.mouseClick(window.canvas.viewport(), RIGHT, pos=QPoint(60, 200))
    menu = shown_menu()
    assert ids_of(menu) == [action_id for group in ON_IMAGE for action_id in group]
    assert window.review.selected_id == before
    pick(menu, window.actions_by_id["window.invert"])
    assert window.viewer.is_inverted


def test_a_right_drag_zooms_and_opens_no_menu(window: MainWindow, qtbot: QtBot) -> None:
    area = window.canvas.viewport()
    zoom = window.canvas.placement.zoom
    qtbot.mousePress(area, RIGHT, pos=QPoint(200, 200))
    qtbot.mouseMove(area, QPoint(200, 150))
    qtbot.mouseRelease(area, RIGHT, pos=QPoint(200, 150))
    assert window.canvas.placement.zoom > zoom
    assert QApplication.activePopupWidget() is None


def test_a_right_click_on_a_row_is_about_its_finding(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    window, view = swept_window, swept_window.findings_table.view
    index = window.findings_table.model.index(1, 0)
    at = view.visualRect(index).center()
    right_click(view.viewport(), at)
    menu = shown_menu()
    assert ids_of(menu) == [action_id for group in ON_FINDING for action_id in group]
    chosen = window.review.selected_id
    assert chosen == window.findings_table.shown_ids()[1]
    pick(menu, window.actions_by_id["finding.accept"])
    assert window.review.findings()[chosen].status is Status.ACCEPTED


def right_click(widget: QWidget, at: QPoint) -> None:
    """What a system sends for a right click on a list."""
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, at, widget.mapToGlobal(at))
    QApplication.sendEvent(widget, event)


def test_the_menu_key_opens_the_menu_of_the_chosen_finding(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    window = swept_window
    press(window, qtbot, "Shift+F10")
    assert "window.choose" in ids_of(shown_menu())
    shown_menu().close()
    press(window, qtbot, "N")
    press(window, qtbot, "Shift+F10")
    assert "finding.accept" in ids_of(shown_menu())


# Windows.


def test_a_click_on_the_windows_text_opens_the_presets(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.grab()
    at = QPoint(24, window.canvas.height() - 24)
    qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=at)
    menu = shown_menu()
    pick(menu, window.actions_by_id["window.lung"])
    assert window.viewer.window == Window(1500, -600)


def save_as(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.actions_by_id["window.save"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PresetDialog)
    qtbot.keyClicks(dialog.name, name)
    qtbot.keyClick(dialog.name, Key.Key_Return)


def test_an_own_preset_is_saved_offered_by_key_w_there_at_the_next_start_and_deleted(
    open_window: MakeWindow, qtbot: QtBot
) -> None:
    window = open_window()
    wanted = Window(333, 77)
    window.viewer.window = wanted
    save_as(window, qtbot, "Spleen")
    press(window, qtbot, "1")
    press(window, qtbot, "W")
    pick(shown_menu(), window.actions_by_id["window.own_spleen"])
    assert window.viewer.window == wanted
    window.close()
    again = open_window(own_windows=load_settings().own_windows)
    press(again, qtbot, "1")
    again.actions_by_id["window.own_spleen"].trigger()
    assert again.viewer.window == wanted
    again.actions_by_id["window.delete"].trigger()
    (only,) = shown_menu().actions()
    pick(shown_menu(), only)
    assert "window.own_spleen" not in again.actions_by_id
    assert all("Spleen" not in action.text() for action in again.menus["Window"].actions())
    assert load_settings().own_windows == []
    assert "Spleen" in again.message_bar.text and "333/77" in again.message_bar.text


def test_a_preset_is_not_saved_under_a_name_that_is_taken(window: MainWindow, qtbot: QtBot) -> None:
    for name in ("lung", "  "):
        save_as(window, qtbot, name)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PresetDialog) and dialog.why.text()
        dialog.reject()
    assert window.settings.own_windows == []


@pytest.mark.parametrize(
    "damaged",
    [5, {"id": "own_a"}, {"id": "own_a", "name": "a", "width": 0, "level": 1},
     {"id": "lung", "name": "a", "width": 9, "level": 1},
     {"id": "own_a", "name": "a", "width": "x", "level": 1}],
)  # fmt: skip
def test_a_damaged_own_preset_is_left_out(make_window: MakeWindow, damaged: Any) -> None:
    good = {"id": "own_b", "name": "b", "width": 9, "level": 1, "curve": "linear"}
    window = make_window(own_windows=[damaged, good])
    own = [i for i in window.actions_by_id if i.startswith("window.own_")]
    assert own == ["window.own_b"]


# Cine.


def played(window: MainWindow, qtbot: QtBot, steps: int) -> list[int]:
    slices: list[int] = []
    window.viewer.slice_changed.connect(slices.append)
    press(window, qtbot, "C")
    qtbot.waitUntil(lambda: len(slices) >= steps)
    press(window, qtbot, "C")
    window.viewer.slice_changed.disconnect(slices.append)
    return slices


def test_the_cine_says_its_speed_and_takes_another_one_by_key_and_by_field(
    window: MainWindow, qtbot: QtBot
) -> None:
    speed, cine = window.findChild(CineBar).speed, window.volume.cine
    assert not speed.isVisible()
    press(window, qtbot, "C")
    assert speed.isVisible() and speed.text() == "10 slices/s"
    press(window, qtbot, "+")
    assert speed.text() == "15 slices/s" and cine.per_s == 15
    press(window, qtbot, "-")
    press(window, qtbot, "-")
    assert cine.per_s == 8
    speed.setFocus()
    speed.selectAll()
    qtbot.keyClicks(speed, "20")
    qtbot.keyClick(speed, Key.Key_Return)
    assert cine.per_s == 20
    press(window, qtbot, "C")
    assert not speed.isVisible() and load_settings().cine_per_s == 20


def test_the_cine_begins_anew_at_the_end_or_turns_back(window: MainWindow, qtbot: QtBot) -> None:
    window.volume.cine.per_s = 60
    window.viewer.show_slice(21)
    assert played(window, qtbot, 4)[:4] == [22, 23, 0, 1]
    press(window, qtbot, "C")
    rock = window.findChild(CineBar).rocks
    qtbot.mouseClick(rock, LEFT, pos=QPoint(8, rock.height() // 2))
    press(window, qtbot, "C")
    window.viewer.show_slice(21)
    assert played(window, qtbot, 5)[:5] == [22, 23, 22, 21, 20]


def test_a_cine_shows_about_as_many_slices_as_it_says(window: MainWindow, qtbot: QtBot) -> None:
    real: list[float] = []
    window.volume.cine.stepped.connect(real.append)
    window.volume.cine.per_s = 20
    press(window, qtbot, "C")
    qtbot.waitUntil(lambda: bool(real) and real[-1] > 0)
    press(window, qtbot, "C")
    assert real[-1] < 22


# The magnifier.


def test_shift_z_shows_the_magnifier_and_escape_puts_it_away(
    window: MainWindow, qtbot: QtBot
) -> None:
    press(window, qtbot, "Shift+Z")
    assert window.canvas.magnifier.is_on
    press(window, qtbot, "Esc")
    assert not window.canvas.magnifier.is_on
    assert not window.actions_by_id["view.magnifier"].isChecked()


# The columns of the table.


def titles(window: MainWindow) -> list[str]:
    """Titles of the columns on show, from left to right as they lie on the screen."""
    header = window.findings_table.view.horizontalHeader()
    sections = [s for s in range(len(COLUMNS)) if not header.isSectionHidden(s)]
    model = window.findings_table.model
    at_left = sorted(sections, key=header.sectionViewportPosition)
    return [str(model.headerData(s, Qt.Orientation.Horizontal)) for s in at_left]


def test_a_column_dragged_elsewhere_is_there_at_the_next_start(
    swept_window: MainWindow, qtbot: QtBot, open_window: MakeWindow
) -> None:
    window = swept_window
    before = titles(window)
    header = window.findings_table.view.horizontalHeader()
    start = QPoint(header.sectionViewportPosition(1) + 20, 8)
    to = QPoint(8, 8)
    area = header.viewport()
    qtbot.mousePress(area, LEFT, pos=start)
    for x in range(start.x(), to.x(), -4):
        qtbot.mouseMove(area, QPoint(x, 8))
    qtbot.mouseRelease(area, LEFT, pos=to)
    moved = [before[1], before[0], *before[2:]]
    assert titles(window) == moved
    index = window.findings_table.model.index(0, 0)
    assert index.data().endswith("undecided")
    settings = load_settings()
    again = open_window(columns=settings.columns, hidden_columns=settings.hidden_columns)
    assert titles(again) == moved


def test_a_column_is_hidden_and_shown_by_the_headers_menu(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    window = swept_window
    header = window.findings_table.view.horizontalHeader()
    before = titles(window)
    right_click(header.viewport(), QPoint(20, 8))
    line = next(a for a in shown_menu().actions() if a.text() == "Origin")
    pick(shown_menu(), line)
    assert titles(window) == [title for title in before if title != "Origin"]
    assert load_settings().hidden_columns == ["origin"]
    right_click(header.viewport(), QPoint(20, 8))
    pick(shown_menu(), shown_menu().actions()[-1])
    assert titles(window) == before


def test_the_last_column_cannot_be_hidden(make_window: MakeWindow) -> None:
    window = make_window(hidden_columns=["score", "slice", "size", "type", "origin", "note"])
    lines = window.findings_table.header_menu().actions()
    assert [a.text() for a in lines if a.isCheckable() and not a.isEnabled()] == ["Status"]


def test_columns_of_another_version_are_ignored(make_window: MakeWindow) -> None:
    window = make_window(columns=["volume", "note"], hidden_columns=["volume"])
    assert titles(window)[0] == "Note" and len(titles(window)) == len(COLUMNS)


def test_what_is_at_hand_is_kept_in_the_settings(
    make_window: MakeWindow,
) -> None:
    window = make_window(cine_per_s=25, cine_rocks=True)
    save_settings(window.settings)
    assert (load_settings().cine_per_s, load_settings().cine_rocks) == (25, True)
    assert window.volume.cine.per_s == 25 and window.volume.cine.rocks
