"""The numbers of slices: on screen, typed, and the file's own beside them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.study import SliceSource
from lesion_viewer.ct.volume.slice_numbers import SliceNumbers
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.study.go_to_slice import GoToSliceDialog

MakeWindow = Callable[..., MainWindow]
SLICES = 12


@pytest.fixture
def numbered(tmp_path: Path) -> Path:
    """Twelve slices whose Instance Numbers run from 72 at the feet to 61."""
    folder = tmp_path / "numbered"
    hu = np.zeros((SLICES, 64, 64), np.int16)
    write_series(folder, hu, (5.0, 1.0, 1.0), seed=1)
    for index, path in enumerate(sorted(folder.iterdir())):
        image = pydicom.dcmread(path)
        image.InstanceNumber = 72 - index
        image.save_as(path)
    return folder


def asked(window: MainWindow, qtbot: QtBot) -> GoToSliceDialog:
    """The dialog after the key."""
    qtbot.keyClick(window.canvas, "g")
    qtbot.waitUntil(lambda: bool(window.findChildren(GoToSliceDialog)))
    return window.findChildren(GoToSliceDialog)[-1]


def corner(window: MainWindow) -> list[str]:
    window.canvas.grab()
    return window.canvas._overlay.corners[0]


def test_the_files_number_stands_beside_the_place_where_it_differs(
    open_window: MakeWindow, numbered: Path
) -> None:
    window = open_window(numbered)
    window.viewer.show_slice(0)
    assert corner(window)[0] == "Im 1/12 · instance 72"


def test_a_number_that_is_the_place_is_not_said_twice(window: MainWindow) -> None:
    window.viewer.show_slice(0)
    assert corner(window)[0] == "Im 1/24"


def test_a_typed_place_is_gone_to(open_window: MakeWindow, numbered: Path, qtbot: QtBot) -> None:
    window = open_window(numbered)
    dialog = asked(window, qtbot)
    qtbot.keyClicks(dialog.number, "9")
    qtbot.keyClick(dialog.number, Qt.Key.Key_Return)
    assert window.viewer.slice_index == 8


def test_the_files_number_is_gone_to_once_it_is_chosen(
    open_window: MakeWindow, numbered: Path, qtbot: QtBot
) -> None:
    window = open_window(numbered)
    dialog = asked(window, qtbot)
    assert dialog.by_file.text() == "The &file's instance number: 61 to 72"
    qtbot.mouseClick(dialog.by_file, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.keyClicks(dialog.number, "70")
    qtbot.keyClick(dialog.number, Qt.Key.Key_Return)
    assert window.viewer.slice_index == 2


@pytest.mark.parametrize(
    ("is_by_file", "typed", "answer"),
    [
        (False, "13", "There is no Im 13 in this series: it has 1 to 12."),
        (False, "0", "There is no Im 0 in this series: it has 1 to 12."),
        (True, "9", "There is no instance number 9 in this series: it has 61 to 72."),
        (False, "-1", "-1 is not a slice number."),
        (False, "", "Type a slice number."),
    ],
)
def test_a_number_that_no_slice_has_is_answered_in_one_line(
    open_window: MakeWindow, numbered: Path, qtbot: QtBot, is_by_file: bool, typed: str, answer: str
) -> None:
    window = open_window(numbered)
    before = window.viewer.slice_index
    dialog = asked(window, qtbot)
    if is_by_file:
        dialog.by_file.click()
    dialog.number.clear()
    qtbot.keyClicks(dialog.number, typed)
    qtbot.keyClick(dialog.number, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.answer.text() == answer
    assert window.viewer.slice_index == before


def test_equal_numbers_leave_nothing_to_choose(window: MainWindow, qtbot: QtBot) -> None:
    dialog = asked(window, qtbot)
    assert dialog.by_image.isHidden() and dialog.by_file.isHidden()
    assert dialog.range.text() == "Im, as on screen: 1 to 24"


def test_without_a_series_the_key_says_so(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.actions_by_id["slice.go_to"].trigger()
    assert window.message_bar.text == "No series is open."
    assert not window.findChildren(GoToSliceDialog)


def test_frames_of_one_file_are_quoted_by_their_frame() -> None:
    slices = [SliceSource("enhanced", frame=2 - i, instance_number=1) for i in range(3)]
    numbers = SliceNumbers.of(slices)
    assert [numbers.beside(i) for i in range(3)] == ["frame 3", "", "frame 1"]
    assert numbers.find(3) == (0,)


def test_the_file_key_shows_each_of_the_files_windows(
    open_window: MakeWindow, numbered: Path, qtbot: QtBot
) -> None:
    for path in numbered.iterdir():
        image = pydicom.dcmread(path)
        image.WindowCenter, image.WindowWidth = [40, 300], [400, 1500]
        image.VOILUTFunction = "SIGMOID"
        image.save_as(path)
    window = open_window(numbered)
    assert window.canvas.grab() is not None
    assert window.canvas._overlay.corners[2][-2] == "W 400  L 40  sigmoid"
    qtbot.keyClick(window.canvas, "0")
    assert window.canvas.grab() is not None
    assert window.canvas._overlay.corners[2][-2] == "W 1500  L 300  sigmoid"
    assert window.message_bar.text == "Window 2 of 2 that the file gives."
    qtbot.keyClick(window.canvas, "0")
    assert window.viewer.window.width == 400
