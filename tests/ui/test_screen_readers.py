"""What a screen reader says: no control of the window or of a dialog is without a name."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.shell.dialogs import FirstStartDialog
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.accessible import unnamed
from tests.ui.conftest import MakeWindow
from tests.ui.importing import preview_of
from tests.ui.project_files import write_project

DIALOGS = (
    "file.settings",
    "slice.go_to",
    "reader.sign_in",
    "help.keys",
    "help.edit_keys",
    "help.about",
    "window.save",
    "file.report",
)


def test_every_control_of_the_empty_window_has_a_name(make_window: MakeWindow) -> None:
    assert not unnamed(make_window())


def test_every_control_has_a_name_while_a_study_is_reviewed(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(swept_window.canvas, Qt.Key.Key_N)
    swept_window.message_bar.show_error("something", has_details=True)
    swept_window.actions_by_id["view.cine"].trigger()
    swept_window.actions_by_id["views.four"].trigger()
    assert not unnamed(swept_window)


def test_every_control_of_the_dialogs_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    found = {}
    for action_id in DIALOGS:
        window.actions_by_id[action_id].trigger()
        qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        found[action_id] = unnamed(dialog)
        dialog.reject()
    assert not any(found.values()), found


def test_every_control_of_the_notice_has_a_name(make_window: MakeWindow) -> None:
    window = make_window(notice_accepted=False)
    window.show_first_notice()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FirstStartDialog)
    assert not unnamed(dialog)


def test_every_control_of_a_labelling_project_has_a_name(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window, (images, labels) = make_window(), write_project(tmp_path)
    window.open(images, labels)
    qtbot.waitUntil(lambda: window.viewer.series is not None)
    window.queue.toggle_filters()
    assert not unnamed(window)
    dialog = preview_of(window, qtbot, window.exchange.preview_labels, labels)
    assert not unnamed(dialog)


def test_a_button_is_named_without_its_key(window: MainWindow) -> None:
    button = window.findChild(QPushButton, "finding.accept.button")
    assert button is not None
    spoken = QAccessible.queryAccessibleInterface(button)
    assert spoken is not None
    assert spoken.text(QAccessible.Text.Name) == "Accept"


def test_a_control_without_a_name_is_found(window: MainWindow) -> None:
    button = QPushButton("✕", window.statusBar())
    window.statusBar().addWidget(button)
    assert [where.split("#")[0] for where in unnamed(window)] == ["QPushButton"]
