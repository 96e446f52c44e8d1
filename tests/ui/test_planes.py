"""Layouts of several planes, and how wheel, window, zoom, slabs and keys work in them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.planes.picture import Shows
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.loading import VolumeLoader
from lesion_viewer.ui.planes.plane_canvas import NO_VOXELS
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.features.planes import PlanesFeature
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.planes_window import (
    ALT,
    LEFT,
    SHIFT,
    Key,
    corner,
    drag,
    pane,
    pixels,
    seen,
    wait_until_whole,
)
from tests.ui.planes_window import turn_wheel as turn
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]
CTRL = Qt.KeyboardModifier.ControlModifier
RIGHT, MIDDLE = Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def planes(open_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A window with the phantom in four panes, all of which show all of it."""
    window = open_window(layout="2x2")
    window.resize(1500, 900)
    wait_until_whole(window, qtbot)
    return window


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    qtbot.keyClick(window.canvas, key, *modifiers)


def click(qtbot: QtBot, window: MainWindow, place: int) -> None:
    """A click on black, beside the volume."""
    qtbot.mouseClick(pane(window, place).viewport(), LEFT, pos=QPoint(4, 200))


def windows_said(window: MainWindow) -> set[str]:
    """What the corners of all visible panes say of the window."""
    return {
        line
        for place in seen(window)
        if pane(window, place).grab()
        for line in pane(window, place)._overlay.corners[2]
        if line.startswith("W ")
    }


def test_alt_1_2_3_show_one_three_and_four_panes(window: MainWindow, qtbot: QtBot) -> None:
    assert seen(window) == [0]
    for key, places in ((Key.Key_2, [0, 1, 2]), (Key.Key_3, [0, 1, 2, 3]), (Key.Key_1, [0])):
        press(window, qtbot, key, ALT)
        assert seen(window) == places
    assert window.actions_by_id["views.one"].isChecked()
    assert not window.actions_by_id["views.four"].isChecked()


def test_of_three_panes_the_slices_are_the_large_one(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Key.Key_2, ALT)
    qtbot.waitUntil(lambda: pane(window, 1).x() > 0)
    slices, coronal, sagittal = (pane(window, place).geometry() for place in range(3))
    assert slices.width() > 1.5 * coronal.width() and slices.height() > 1.8 * coronal.height()
    assert coronal.left() == sagittal.left() > slices.right() and sagittal.top() > coronal.bottom()


def test_the_layout_is_there_again_at_the_next_start(
    open_window: MakeWindow, qtbot: QtBot, study_folder: Path
) -> None:
    window = open_window()
    press(window, qtbot, Key.Key_2, ALT)
    window.close()
    assert load_settings().layout == "1+2"
    again = open_window(layout=load_settings().layout)
    assert seen(again) == [0, 1, 2]


def test_a_double_click_maximises_a_pane_and_another_one_brings_all_back(
    planes: MainWindow, qtbot: QtBot
) -> None:
    for place in (1, 0, 3):
        qtbot.mouseDClick(pane(planes, place).viewport(), LEFT, pos=QPoint(60, 60))
        assert seen(planes) == [place]
        qtbot.mouseDClick(pane(planes, place).viewport(), LEFT, pos=QPoint(60, 60))
        assert seen(planes) == [0, 1, 2, 3]


def test_ctrl_f6_and_alt_return_do_by_key_what_clicks_do(planes: MainWindow, qtbot: QtBot) -> None:
    press(planes, qtbot, Key.Key_F6, CTRL)
    press(planes, qtbot, Key.Key_F6, CTRL)
    press(planes, qtbot, Key.Key_Return, ALT)
    assert seen(planes) == [2]
    press(planes, qtbot, Key.Key_Return, ALT)
    assert seen(planes) == [0, 1, 2, 3]


def test_a_wheel_step_is_one_voxel_in_every_plane(planes: MainWindow) -> None:
    _, coronal, sagittal, _ = planes.reading.arrangement.views
    y, x, index = (
        coronal.section.point_mm[1],
        sagittal.section.point_mm[0],
        planes.viewer.slice_index,
    )
    turn(pane(planes, 1), 1)
    turn(pane(planes, 2), 2)
    # Voxels of 3 mm; coronal planes run to the back, sagittal ones to the right.
    assert coronal.section.point_mm[1] == pytest.approx(y + 3)
    assert sagittal.section.point_mm[0] == pytest.approx(x - 6)
    assert planes.viewer.cursor_mm == pytest.approx((x - 6, y + 3, planes.viewer.cursor_mm[2]))
    assert planes.viewer.slice_index == index
    turn(pane(planes, 3), 1)
    assert planes.viewer.slice_index == index + 1


def test_keys_and_slider_serve_the_pane_that_was_clicked(planes: MainWindow, qtbot: QtBot) -> None:
    index = planes.viewer.slice_index
    click(qtbot, planes, 1)
    sliders = planes.reading.sliders
    assert sliders.currentWidget() is not planes.slider
    press(planes, qtbot, Key.Key_Down)
    press(planes, qtbot, Key.Key_Down, SHIFT)
    assert corner(pane(planes, 1))[0] == f"Coronal {64 + 1 + 10 + 1}/128"
    press(planes, qtbot, Key.Key_Home)
    assert corner(pane(planes, 1))[0] == "Coronal 1/128"
    height = sliders.currentWidget().height()
    qtbot.mouseClick(sliders.currentWidget(), LEFT, pos=QPoint(10, height - 2))
    assert corner(pane(planes, 1))[0] == "Coronal 128/128"
    assert planes.viewer.slice_index == index
    click(qtbot, planes, 0)
    press(planes, qtbot, Key.Key_Down)
    assert sliders.currentWidget() is planes.slider and planes.viewer.slice_index == index + 1


def test_the_active_pane_has_a_frame_and_a_single_one_has_none(
    planes: MainWindow, qtbot: QtBot
) -> None:
    def framed() -> list[int]:
        return [p for p in seen(planes) if tuple(pixels(pane(planes, p))[0, 30]) == (78, 161, 243)]

    click(qtbot, planes, 2)
    assert framed() == [2]
    press(planes, qtbot, Key.Key_1, ALT)
    assert framed() == []


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_window_drag_in_one_pane_changes_all(
    planes: MainWindow, qtbot: QtBot, place: int
) -> None:
    planes.viewer.window = Window(400, 40)
    drag(qtbot, pane(planes, place), LEFT, QPoint(60, 60), QPoint(85, 70))
    assert planes.viewer.window == Window(500, 80)
    assert windows_said(planes) == {"W 500  L 80"}


def test_zoom_pan_and_fit_work_on_a_plane_as_on_the_slices(
    planes: MainWindow, qtbot: QtBot
) -> None:
    view = pane(planes, 1)
    fitted, middle = pixels(view), view.viewport().rect().center()
    drag(qtbot, view, RIGHT, middle, middle - QPoint(0, 60))
    assert "Zoom" in view._overlay.corners[2][1]
    enlarged = pixels(view)
    assert not np.array_equal(fitted, enlarged)
    drag(qtbot, view, MIDDLE, middle, middle + QPoint(30, 0))
    moved = pixels(view).astype(int)
    assert np.abs(moved[200:260, 180:330] - enlarged[200:260, 150:300]).max() <= 3
    assert np.abs(moved[200:260, 150:300] - enlarged[200:260, 150:300]).max() > 30
    press(planes, qtbot, Key.Key_F)
    click(qtbot, planes, 0)
    assert np.array_equal(pixels(view)[2:-2, 2:-2], fitted[2:-2, 2:-2])


def test_the_crosshair_is_switched_off_and_placed_by_a_mode(
    planes: MainWindow, qtbot: QtBot
) -> None:
    view = pane(planes, 1)
    shown = pixels(view)
    press(planes, qtbot, Key.Key_K, CTRL)
    assert not np.array_equal(pixels(view), shown)
    press(planes, qtbot, Key.Key_K, CTRL)
    assert np.array_equal(pixels(view), shown)
    window, before = planes.viewer.window, planes.viewer.cursor_mm
    press(planes, qtbot, Key.Key_K, CTRL | SHIFT)
    at = view.viewport().rect().center()
    drag(qtbot, view, LEFT, at, at + QPoint(40, 30))
    assert planes.viewer.cursor_mm != before and planes.viewer.window == window
    press(planes, qtbot, Key.Key_Escape)
    placed = planes.viewer.cursor_mm
    drag(qtbot, view, LEFT, at, at + QPoint(20, 0))
    assert planes.viewer.cursor_mm == placed and planes.viewer.window != window


def test_a_slab_is_set_by_keys_for_the_active_pane_and_written_on_it(
    planes: MainWindow, qtbot: QtBot
) -> None:
    click(qtbot, planes, 1)
    thin = pixels(pane(planes, 1))
    press(planes, qtbot, Key.Key_Up, ALT)
    press(planes, qtbot, Key.Key_Up, ALT)
    assert corner(pane(planes, 1))[2] == "mean of 5 mm"
    press(planes, qtbot, Key.Key_Right, ALT)
    assert corner(pane(planes, 1))[2] == "MIP of 5 mm"
    press(planes, qtbot, Key.Key_Right, ALT)
    assert corner(pane(planes, 1))[2] == "MinIP of 5 mm"
    press(planes, qtbot, Key.Key_Down, ALT)
    press(planes, qtbot, Key.Key_Down, ALT)
    assert np.array_equal(pixels(pane(planes, 1)), thin)
    assert corner(pane(planes, 3))[2] == "MIP of 10 mm" and len(corner(pane(planes, 2))) == 2


def test_a_slab_of_the_slices_shows_what_lies_beside_the_slice(
    window: MainWindow, qtbot: QtBot
) -> None:
    said: list[str] = []
    window.canvas.hu_hovered.connect(said.append)
    press(window, qtbot, Key.Key_Right, ALT)  # the mean of 10 mm, then the maximum
    press(window, qtbot, Key.Key_Right, ALT)
    for _ in range(2):
        press(window, qtbot, Key.Key_Up, ALT)
    assert "MIP of 20 mm" in corner(window.canvas)
    voxels, index = window.viewer.volume.voxels, window.viewer.slice_index
    # Slices of 10 mm: 20 mm hold one, and half of each neighbour.
    highest = voxels[index - 1 : index + 2].max(0)
    column, row = 70, 50
    at = window.canvas._view.to_widget(column + 0.5, row + 0.5).toPoint()
    qtbot.mouseMove(window.canvas.viewport(), at)
    assert said[-1] == f"x {column}  y {row}   {highest[row, column]} HU in the slab"


def test_without_interpolation_every_voxel_is_a_rectangle(planes: MainWindow, qtbot: QtBot) -> None:
    press(planes, qtbot, Key.Key_K, CTRL)
    view = pane(planes, 1)
    middle = view.width() // 2 + 31

    def changes() -> int:
        """Places in a line of pixels down the middle where the grey level changes."""
        thirds = slice(view.height() // 3, 2 * view.height() // 3)
        line = pixels(view)[thirds, middle, 0].astype(int)
        return int(np.count_nonzero(np.diff(line)))

    # A third of the pane shows less than 24 slices.
    qtbot.waitUntil(lambda: changes() > 24, timeout=10_000)
    press(planes, qtbot, Key.Key_I, SHIFT)
    assert 0 < changes() <= 24


def test_planes_fill_while_slices_are_read(
    make_window: MakeWindow, qtbot: QtBot, study_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, read = threading.Event(), VolumeLoader._read

    def read_after_gate(self: VolumeLoader, slice_index: int) -> None:
        if slice_index < 8:
            gate.wait(60)
        elif slice_index == 8:
            time.sleep(0.3)  # news of slices go out with the next one that is read
        read(self, slice_index)

    monkeypatch.setattr(VolumeLoader, "_read", read_after_gate)
    monkeypatch.setattr("lesion_viewer.ct.volume.loading.THREADS", 12)
    window = make_window(layout="1+2")
    window.resize(1500, 900)
    window.open(study_folder)

    qtbot.waitUntil(
        lambda: (volume := window.viewer.volume) is not None and bool(volume.is_loaded[8:].all())
    )

    def unread() -> np.ndarray:
        """Rows of the coronal pane that show no voxels, in a line beside the texts."""
        colour = NO_VOXELS[Shows.UNREAD]
        rgb = colour >> 16, colour >> 8 & 255, colour & 255
        line = pixels(pane(window, 1))[:, pane(window, 1).width() // 2 + 20]
        return np.flatnonzero((line == rgb).all(-1))

    press(window, qtbot, Key.Key_K, CTRL)
    press(window, qtbot, Key.Key_I, SHIFT)
    view = pane(window, 1)
    # 8 of 24 slices are missing, at the feet, which are below.
    qtbot.waitUntil(
        lambda: abs(len(unread()) - 8 * view._view.zoom * view._view.stretch) <= 2, timeout=20_000
    )
    assert unread().min() > view.height() / 2
    assert "being read …" in corner(view)
    gate.set()
    qtbot.waitUntil(lambda: len(unread()) == 0)
    assert "being read …" not in corner(view)


def test_a_single_slice_says_why_it_has_no_planes(
    open_window: MakeWindow, qtbot: QtBot, tmp_path: Path, study_folder: Path
) -> None:
    first = sorted(study_folder.iterdir())[0]
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / first.name).write_bytes(first.read_bytes())
    window = open_window(tmp_path / "one", layout="1+2")
    assert seen(window) == [0]
    said = "A single slice has no other planes; it is shown alone."
    assert window.message_bar.text == said
    window.message_bar.hide()
    press(window, qtbot, Key.Key_3, ALT)
    assert seen(window) == [0] and window.message_bar.text == said
    assert window.actions_by_id["views.one"].isChecked()
    assert load_settings().layout == "2x2"


def test_slices_of_unknown_place_say_once_why_they_have_no_planes(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window(layout="2x2")
    said: list[str] = []
    window.feature(PlanesFeature).planes.noticed.connect(said.append)
    window.open(*write_project(tmp_path))
    qtbot.waitUntil(lambda: window.project.item is not None)
    unknown = "There are no other planes: the files do not say how the slices lie in the patient."
    single = "A single slice has no other planes; it is shown alone."
    assert said == [unknown] and seen(window) == [0]
    for key, sentences in ((".", [unknown, single]), (",", [unknown, single])):
        qtbot.keyClick(window.canvas, key)
        assert said == sentences and seen(window) == [0]
