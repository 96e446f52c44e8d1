"""No text of the window or of a dialog is cut, in English and in German, small and large."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.texts import install_language
from tests.ui.conftest import MakeWindow
from tests.ui.cutting import cut_in
from tests.ui.importing import preview_of
from tests.ui.project_files import write_project

SMALL = (1366, 768)
DIALOGS = (
    "file.settings",
    "file.report",
    "slice.go_to",
    "window.save",
    "reader.sign_in",
    "help.edit_keys",
    "help.about",
)


@pytest.fixture(params=[("en", 100), ("de", 100), ("de", 200)], ids=["en", "de", "de-200"])
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[dict[str, Any]]:
    """A language, and settings with a size of text."""
    language, percent = request.param
    install_language(language)
    yield {"text_percent": percent}
    install_language("en")
    apply_style(qapp)


@pytest.fixture
def reviewed(look: dict[str, Any], open_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A small window in which the detector has found candidates, and one is decided."""
    window = open_window(**look)
    window.resize(*SMALL)
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    for key in "nx":
        qtbot.keyClick(window.canvas, key)
    QApplication.processEvents()
    return window


def test_no_text_of_the_empty_window_is_cut(look: dict[str, Any], make_window: MakeWindow) -> None:
    window = make_window(**look)
    window.resize(*SMALL)
    QApplication.processEvents()
    assert not cut_in(window)


def test_no_text_is_cut_while_a_study_is_reviewed(reviewed: MainWindow) -> None:
    assert not cut_in(reviewed)


def test_no_text_of_a_dialog_is_cut(reviewed: MainWindow, qtbot: QtBot) -> None:
    cut = {}
    for action_id in DIALOGS:
        reviewed.actions_by_id[action_id].trigger()
        qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        QApplication.processEvents()
        cut[action_id] = cut_in(dialog)
        dialog.reject()
    assert not any(cut.values()), cut


def test_no_text_of_a_labelling_project_is_cut(
    look: dict[str, Any], make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window, (images, labels) = make_window(**look), write_project(tmp_path)
    window.resize(*SMALL)
    window.open(images, labels)
    qtbot.waitUntil(lambda: window.viewer.series is not None)
    window.queue.toggle_filters()
    QApplication.processEvents()
    assert not cut_in(window)
    assert not cut_in(preview_of(window, qtbot, window.exchange.preview_labels, labels))


def test_no_text_of_the_notice_is_cut(look: dict[str, Any], make_window: MakeWindow) -> None:
    window = make_window(notice_accepted=False, **look)
    window.show_first_notice()
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    QApplication.processEvents()
    assert not cut_in(dialog)


def test_the_keys_are_shown_on_a_small_screen_too(reviewed: MainWindow) -> None:
    reviewed.actions_by_id["help.keys"].trigger()
    sheet = QApplication.activeModalWidget()
    assert sheet is not None
    QApplication.processEvents()
    screen = sheet.screen().availableSize()
    assert sheet.width() <= screen.width() and sheet.height() <= screen.height()
    assert not cut_in(sheet)


def test_a_text_that_is_cut_is_found(window: MainWindow) -> None:
    for widget in (QLabel("A text that is long"), QPushButton("A text that is long")):
        window.statusBar().addWidget(widget)
        widget.setFixedWidth(40)
        widget.show()
    QApplication.processEvents()
    assert len(cut_in(window)) == 2
