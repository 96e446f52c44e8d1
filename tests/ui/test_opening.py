"""Opening: by drop and by the recent menu, several series, damaged files, labels."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.shell.recent_menu import RecentMenu
from lesion_viewer.ui.study.left_out_dialog import LeftOutDialog
from lesion_viewer.ui.workers import stop_all_workers
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]
Key = Qt.Key


@pytest.fixture
def two_series(tmp_path: Path, phantom: Phantom) -> Path:
    """A folder of two series: 24 slices, and the lowest 10 of them."""
    folder = tmp_path / "two series"
    write_series(folder / "a", phantom.hu, phantom.spacing_mm, seed=7)
    write_series(folder / "b", phantom.hu[:10], phantom.spacing_mm, seed=8)
    return folder


@pytest.fixture
def damaged(tmp_path: Path, study_folder: Path) -> Path:
    """A copy of the phantom study with one file cut short and one that is no image."""
    folder = tmp_path / "damaged"
    shutil.copytree(study_folder, folder)
    file = folder / "IM0005.dcm"
    file.write_bytes(file.read_bytes()[:-9000])
    (folder / "readme.txt").write_text("no image", encoding="utf-8")
    return folder


def test_a_dropped_folder_is_opened(
    make_window: MakeWindow, qtbot: QtBot, study_folder: Path
) -> None:
    window = make_window()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(study_folder))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), copy, mime, left, none))
    qtbot.waitUntil(lambda: window.viewer.volume is not None)


def test_what_was_opened_is_in_the_recent_menu(window: MainWindow, study_folder: Path) -> None:
    assert window.settings.recent == [[str(study_folder)]]
    menu = window.findChild(RecentMenu)
    assert menu is not None
    menu.fill()
    assert menu.actions()[0].text() == str(study_folder)


def test_a_project_is_in_the_recent_menu_and_opens_from_it(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window()
    images, labels = write_project(tmp_path)
    window.open(images, labels, tmp_path / "named.review")
    qtbot.waitUntil(lambda: window.project.item is not None)
    menu = window.findChild(RecentMenu)
    assert menu is not None
    menu.fill()
    assert menu.actions()[0].text() == f"{images} · {labels.name} · named.review"
    first = window.project.open_project
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: window.project.open_project not in (first, None))
    assert window.project.open_project is not None
    assert window.project.open_project.session.path == tmp_path / "named.review"
    assert len(window.settings.recent) == 1


def test_page_down_shows_the_next_series_and_page_up_the_former_as_it_was_left(
    open_window: MakeWindow, two_series: Path, qtbot: QtBot
) -> None:
    window = open_window(two_series)
    assert window.series_list.model().rowCount() == 2
    window.viewer.show_slice(3)
    shown = window.review.row
    first, second = (Key.Key_PageDown, Key.Key_PageUp)[:: 1 if shown == 0 else -1]
    qtbot.keyClick(window.canvas, first)
    qtbot.waitUntil(lambda: window.review.row == 1 - shown)
    qtbot.keyClick(window.canvas, second)
    qtbot.waitUntil(lambda: window.review.row == shown)
    assert window.viewer.slice_index == 3


def test_the_largest_series_is_shown_first(open_window: MakeWindow, two_series: Path) -> None:
    window = open_window(two_series)
    assert window.viewer.series is not None and window.viewer.series.shape[0] == 24


def test_a_damaged_slice_is_named_and_the_others_can_be_looked_at(
    open_window: MakeWindow, damaged: Path, phantom: Phantom, qtbot: QtBot
) -> None:
    window = open_window(damaged)
    qtbot.waitUntil(lambda: "IM0005.dcm" in window.message_bar.text)
    assert "1 of 24 slices cannot be read" in window.message_bar.text
    volume = window.viewer.volume
    assert volume is not None
    np.testing.assert_array_equal(volume.voxels[5], phantom.hu[5])


def test_files_left_out_can_be_listed(open_window: MakeWindow, damaged: Path, qtbot: QtBot) -> None:
    (damaged / "IM0005.dcm").unlink()
    window = open_window(damaged)
    qtbot.waitUntil(lambda: "1 file was left out" in window.message_bar.text)
    window.message_bar.details_wanted.emit()
    dialog = window.findChild(LeftOutDialog)
    assert dialog is not None
    dialog.reject()


def test_labels_that_do_not_belong_to_the_study_are_refused_in_one_line(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text('File_name,Bounding_boxes\n000001_01_01_109.png,"1,2,30,40"\n')
    with qtbot.waitSignal(window.exchange.errored, timeout=20_000):
        window.exchange.preview_labels(labels)
    assert "labels.csv" in window.message_bar.text
    assert not window.review.findings()


def is_opening_review(text: str) -> bool:
    return text.startswith("Opening the review")


def open_until_its_review_is(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    """Open a path; returns while its review is being opened."""
    with qtbot.waitSignal(
        window.study.progressed, timeout=20_000, check_params_cb=is_opening_review
    ):
        window.open(path)


def test_a_study_that_is_opened_twice_at_once_has_its_review(
    make_window: MakeWindow, qtbot: QtBot, study_folder: Path
) -> None:
    window = make_window()
    open_until_its_review_is(window, qtbot, study_folder)
    window.open(study_folder)
    qtbot.waitUntil(lambda: window.review.session is not None, timeout=20_000)
    assert window.message_bar.text == ""


def test_a_window_closed_while_a_review_is_opened_leaves_it_free(
    make_window: MakeWindow, open_window: MakeWindow, qtbot: QtBot, study_folder: Path
) -> None:
    first = make_window()
    open_until_its_review_is(first, qtbot, study_folder)
    first.close()
    stop_all_workers()
    assert open_window().review.session is not None
