"""Work lists of a real Orthanc: kept, refreshed, filtered, and gone through study by study."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from lesion_viewer.exchange.pacs.addresses import Address, name_address
from lesion_viewer.exchange.pacs.work_lists import kept_work_lists
from lesion_viewer.ui.pacs.search_dialog import SearchDialog
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.exchange.orthanc import Orthanc, needs_orthanc, running
from tests.exchange.reports import ROOT, write_study
from tests.ui.conftest import MakeWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
CtrlShift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
UIDS = [f"{ROOT}.{n}.1" for n in (3, 2, 1)]
"""The newest study first."""


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    folder = tmp_path_factory.mktemp("orthanc")
    with running(folder) as one:
        for n in (1, 2, 3):
            one.store(write_study(folder / f"study{n}", f"{ROOT}.{n}", StudyDate=f"2024050{n}"))
        yield one


def shown(window: MainWindow) -> str:
    study = window.review.study
    return study.uid if study is not None and window.review.session is not None else ""


def reviews(dialog: SearchDialog) -> list[str]:
    model = dialog.table.model()
    return [str(model.index(row, 4).data()) for row in range(model.rowCount())]


def open_dialog(window: MainWindow) -> SearchDialog:
    window.actions_by_id["file.search_archive"].trigger()
    return window.findChildren(SearchDialog)[0]


def next_study(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Key.Key_N, CtrlShift)


def keep(dialog: SearchDialog, qtbot: QtBot, name: str) -> None:
    qtbot.mouseClick(dialog.work_list.keep_button, Left)
    asked = dialog.findChildren(QInputDialog)[-1]
    asked.setTextValue(name)
    asked.accept()


@needs_orthanc
def test_a_work_list_is_kept_and_gone_through_study_by_study(
    orthanc: Orthanc, make_window: MakeWindow, qtbot: QtBot, own_home: Path
) -> None:
    name_address("ward", Address(orthanc.address))
    window = make_window()
    next_study(window, qtbot)
    assert window.message_bar.text == "Search an archive first, or open a work list."
    dialog = open_dialog(window)
    qtbot.keyClicks(dialog.patient_id, "4711")
    keep(dialog, qtbot, "may")
    assert "names no patient" in dialog.said.text() and not kept_work_lists()
    dialog.patient_id.clear()
    qtbot.keyClicks(dialog.first, "2024-05-01")
    keep(dialog, qtbot, "may")
    assert list(kept_work_lists()) == ["may"] and dialog.work_list.name == "may"
    qtbot.keyClick(dialog.first, Key.Key_Return)
    qtbot.waitUntil(lambda: reviews(dialog) == ["not begun"] * 3)

    next_study(window, qtbot)
    qtbot.waitUntil(lambda: shown(window) == UIDS[0])
    window.gestures.set_series_read(True)
    qtbot.mouseClick(dialog.close_button, Left)
    qtbot.waitUntil(lambda: not window.findChildren(SearchDialog))
    next_study(window, qtbot)
    qtbot.waitUntil(lambda: shown(window) == UIDS[1])

    dialog = open_dialog(window)
    qtbot.waitUntil(lambda: reviews(dialog) == ["done", "not begun", "not begun"])
    assert dialog.work_list.name == "may" and dialog.first.text() == "2024-05-01"
    qtbot.mouseClick(dialog.is_left_only, Left)
    assert reviews(dialog) == ["not begun"] * 2
    window.gestures.set_series_read(True)
    dialog.table.selectRow(0)
    assert dialog.fetch_button.text() == "Open" and dialog.again_button.isEnabled()
    dialog.table.selectRow(1)
    assert dialog.fetch_button.text() == "Download and open"
    qtbot.mouseClick(dialog.fetch_button, Left)
    qtbot.waitUntil(lambda: shown(window) == UIDS[2])
    qtbot.waitUntil(lambda: reviews(dialog) == ["not begun"])
    window.gestures.set_series_read(True)
    next_study(window, qtbot)
    qtbot.waitUntil(lambda: window.message_bar.text.startswith("Nothing is left"))

    qtbot.mouseClick(dialog.is_left_only, Left)
    images = own_home / "studies" / UIDS[0] / f"{ROOT}.3.3.1.dcm"
    before = images.stat().st_mtime_ns
    dialog.table.selectRow(0)
    qtbot.mouseClick(dialog.fetch_button, Left)
    qtbot.waitUntil(lambda: shown(window) == UIDS[0])
    assert images.stat().st_mtime_ns == before, "it was opened from here"
    dialog.table.selectRow(0)
    qtbot.mouseClick(dialog.again_button, Left)
    qtbot.waitUntil(lambda: images.exists() and images.stat().st_mtime_ns != before)
    qtbot.waitUntil(lambda: shown(window) == UIDS[0])

    qtbot.mouseClick(dialog.work_list.forget_button, Left)
    assert not kept_work_lists() and dialog.work_list.name == ""
