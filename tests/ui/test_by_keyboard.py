"""The window without a mouse: every action, every control, and one always sees where one is."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMenu,
    QScrollBar,
    QToolBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.texts import install_language
from tests.ui.conftest import MakeWindow

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
)
Key, Shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def focused(window: MainWindow) -> QWidget:
    widget = window.focusWidget()
    assert widget is not None
    return widget


def tab_stops(window: MainWindow, qtbot: QtBot) -> list[QWidget]:
    """What has the focus one after the other while Tab is pressed, until it comes round."""
    window.canvas.setFocus()
    found: list[QWidget] = []
    while not found or focused(window) is not window.canvas:
        found.append(focused(window))
        assert len(found) < 100, f"Tab does not leave {found[-1]}"
        qtbot.keyClick(focused(window), Key.Key_Tab)
    return found


def controls_of(window: MainWindow) -> Iterator[QWidget]:
    """What can be worked in the window at this moment, but the parts of other controls."""
    for widget in window.findChildren(QWidget):
        is_part = isinstance(widget.parent(), (*CONTROLS, QDockWidget))
        if isinstance(widget, CONTROLS) and not is_part and widget.isVisibleTo(window):
            if widget.isEnabled() and not isinstance(widget, QScrollBar):
                yield widget


def panel_of(widget: QWidget, window: MainWindow) -> str:
    panels = (*window.findChildren(QDockWidget), *window.findChildren(QToolBar))
    return next((p.objectName() for p in panels if p.isAncestorOf(widget)), "middle")


def test_tab_reaches_every_control_and_comes_back(swept_window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(swept_window.canvas, Key.Key_N)
    stops = tab_stops(swept_window, qtbot)
    missed = [
        control
        for control in controls_of(swept_window)
        if control not in stops and control.focusProxy() not in stops
    ]
    assert not missed


def test_tab_goes_through_one_panel_before_it_enters_the_next(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    panels = [panel_of(stop, swept_window) for stop in tab_stops(swept_window, qtbot)]
    entered = [b for a, b in zip(["", *panels], panels, strict=False) if a != b]
    assert len(entered) == len(set(entered))


def test_f6_goes_from_panel_to_panel_and_shift_f6_back(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.setFocus()
    there: list[str] = []
    while not there or focused(window) is not window.canvas:
        qtbot.keyClick(focused(window), Key.Key_F6)
        there.append(panel_of(focused(window), window))
    shown = {d.objectName() for d in window.findChildren(QDockWidget) if d.isVisible()}
    assert shown <= set(there)
    back = []
    for _ in there:
        qtbot.keyClick(focused(window), Key.Key_F6, Shift)
        back.append(panel_of(focused(window), window))
    assert back[:-1] == there[-2::-1] and focused(window) is window.canvas


def test_escape_gives_the_focus_back_to_the_picture(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, Key.Key_F6)
    assert focused(window) is not window.canvas
    qtbot.keyClick(focused(window), Key.Key_Escape)
    assert focused(window) is window.canvas


def test_one_sees_which_control_has_the_focus(swept_window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(swept_window.canvas, Key.Key_N)
    unseen = []
    for stop in tab_stops(swept_window, qtbot):
        swept_window.canvas.setFocus()
        without = swept_window.grab().toImage()
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        if stop is not swept_window.canvas and swept_window.grab().toImage() == without:
            unseen.append(stop)
    assert not unseen


def test_a_focused_button_is_pressed_by_space(window: MainWindow, qtbot: QtBot) -> None:
    box = window.decision_panel.slice_read
    while focused(window) is not box:
        qtbot.keyClick(focused(window), Key.Key_Tab)
    qtbot.keyClick(box, Key.Key_Space)
    assert window.review.is_read_in_full()[0]


def test_a_choice_is_made_by_keys_while_arrows_go_through_slices_elsewhere(
    window: MainWindow, qtbot: QtBot
) -> None:
    box, slice_index = window.findings_table.status_filter, window.viewer.slice_index
    while focused(window) is not box:
        qtbot.keyClick(focused(window), Key.Key_Tab)
    qtbot.keyClick(box, Key.Key_Space)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClick(box.view(), Key.Key_Down)
    qtbot.keyClick(box.view(), Key.Key_Return)
    assert box.currentText() == "Undecided"
    assert window.viewer.slice_index == slice_index


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_action_is_in_a_menu_that_opens_by_a_letter_of_its_own(
    language: str, make_window: MakeWindow
) -> None:
    install_language(language)
    try:
        window = make_window()
    finally:
        install_language("en")
    in_menus = {action for menu in window.menus.values() for action in actions_in(menu)}
    assert set(window.actions_by_id.values()) <= in_menus
    letters = [QKeySequence.mnemonic(menu.title()).toString() for menu in window.menus.values()]
    assert all(letters) and len(letters) == len(set(letters))


def actions_in(menu: QMenu) -> Iterator[object]:
    for action in menu.actions():
        yield action
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from actions_in(inner)
