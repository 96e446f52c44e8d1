"""A labelling project that is open in another window, or lies where nothing can be written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lesion_viewer.review.finding import Status
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.disks import make_read_only
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def open_project(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> MakeWindow:
    files = write_project(tmp_path)

    def make(session_file: Path) -> MainWindow:
        window = make_window()
        window.open(*files, session_file)
        qtbot.waitUntil(lambda: window.project.item is not None)
        return window

    return make


def test_a_project_in_two_windows_is_read_only_in_the_second(
    open_project: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    first = open_project(tmp_path / "a.review")
    qtbot.keyClick(first.canvas, "a")
    second = open_project(tmp_path / "a.review")
    assert second.message_bar.text.startswith("Read-only: the review is open in another window")
    assert second.windowTitle() == "Lesion Viewer (read-only)"
    before = [f.status for f in second.review.session.findings.values()]
    assert before.count(Status.ACCEPTED) == 1
    qtbot.keyClick(second.canvas, "x")
    assert "nothing is recorded" in second.message_bar.text
    assert [f.status for f in second.review.session.findings.values()] == before
    qtbot.keyClick(first.canvas, "x")
    assert first.message_bar.text == ""


def test_a_project_on_a_read_only_disk_is_shown(open_project: MakeWindow, small_disk: Path) -> None:
    open_project(small_disk / "a.review").close()
    make_read_only(small_disk)
    window = open_project(small_disk / "a.review")
    assert "it is read-only" in window.message_bar.text
    assert window.queue is not None and window.project.item is not None
