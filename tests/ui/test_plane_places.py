"""The right millimetres, sides and letters in all planes, however a study is stored."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.planes_window import (
    LEFT,
    SHIFT,
    corner,
    drag,
    middle_of_white,
    pane,
    turn_wheel,
    white,
)
from tests.ui.point_phantom import BALL_MM, WAYS, write_points

MakeWindow = Callable[..., MainWindow]
OpenPoints = Callable[..., MainWindow]
BALL_ONLY = Window(100, 600)
# Planes beside the slices of axial stacks: the axis at a right angle to each.
X, Y, Z = 0, 1, 2
LETTERS = {X: ("A", "P", "H", "F"), Y: ("R", "L", "H", "F"), Z: ("R", "L", "A", "P")}


@pytest.fixture
def open_points(open_window: MakeWindow, tmp_path: Path) -> OpenPoints:
    def make(way: str, layout: str = "1+2") -> MainWindow:
        window = open_window(write_points(tmp_path / way, way), layout=layout)
        window.resize(1500, 900)
        window.viewer.window = BALL_ONLY
        return window

    return make


def scroll_to_ball(window: MainWindow) -> None:
    """Wheel through the slices to the one that shows most of the ball."""
    slices = pane(window, 0)
    window.viewer.show_first()
    sizes = []
    for _ in range(window.viewer.series.shape[0]):
        sizes.append(len(white(slices)))
        turn_wheel(slices, 1)
    window.viewer.show_slice(int(np.argmax(sizes)))


def put_crosshair(qtbot: QtBot, window: MainWindow, place: int) -> np.ndarray:
    """Shift and click into the middle of the ball that a pane shows; where it is then in mm."""
    at = middle_of_white(pane(window, place))
    qtbot.mouseClick(pane(window, place).viewport(), LEFT, SHIFT, at)
    return np.array(window.viewer.cursor_mm)


@pytest.mark.parametrize("way", WAYS)
def test_the_crosshair_put_on_a_point_has_its_millimetres_from_every_plane(
    open_points: OpenPoints, qtbot: QtBot, way: str
) -> None:
    window = open_points(way)
    scroll_to_ball(window)
    for place in (0, 1, 2, 1, 0):
        found = put_crosshair(qtbot, window, place)
        assert np.abs(found - BALL_MM).max() <= 2.1, (way, place, found)


@pytest.mark.parametrize("way", WAYS)
def test_a_point_lies_on_its_side_of_the_patient_in_every_plane(
    open_points: OpenPoints, qtbot: QtBot, way: str
) -> None:
    window = open_points(way)
    scroll_to_ball(window)
    put_crosshair(qtbot, window, 0)
    put_crosshair(qtbot, window, 1)
    axes = (Y, Z, X) if way == "coronal" else (Z, Y, X)
    for place, axis in enumerate(axes):
        view = pane(window, place)
        at, middle = middle_of_white(view), view.viewport().rect().center()
        if way != "oblique":
            assert view._overlay.letters == LETTERS[axis]
        assert [letter[0] for letter in view._overlay.letters] == list(LETTERS[axis])
        is_right, is_below = at.x() > middle.x(), at.y() > middle.y()
        # The ball lies towards the left, the back and the feet of the origin.
        assert (is_right, is_below) == (True, True), (way, place)


@pytest.mark.parametrize("way", WAYS)
def test_a_millimetre_is_as_long_across_as_down_in_every_plane(
    open_points: OpenPoints, qtbot: QtBot, way: str
) -> None:
    window = open_points(way)
    start, stop = QPoint(120, 150), QPoint(160, 190)
    for place in (1, 2):
        view = pane(window, place)
        middle = view.viewport().rect().center()
        qtbot.mouseClick(view.viewport(), LEFT, SHIFT, middle)
        before = np.array(window.viewer.cursor_mm)
        drag(qtbot, view, LEFT, middle, middle + stop - start, SHIFT)
        moved = np.abs(np.array(window.viewer.cursor_mm) - before)
        along = np.sort(moved)[1:]
        assert along[0] == pytest.approx(along[1], rel=1e-6) and along[0] > 3


def test_crosshairs_meet_at_one_place_and_follow_a_drag(
    open_points: OpenPoints, qtbot: QtBot
) -> None:
    window = open_points("plain")
    scroll_to_ball(window)
    put_crosshair(qtbot, window, 0)
    start = middle_of_white(pane(window, 1))
    scale = pane(window, 1)._view.zoom / pane(window, 1)._grid.column_mm
    before = np.array(window.viewer.cursor_mm)
    drag(qtbot, pane(window, 1), LEFT, start, start + QPoint(round(6 * scale), 0), SHIFT)
    moved = np.array(window.viewer.cursor_mm) - before
    assert moved[0] == pytest.approx(6, abs=1.1)
    sagittal = window.reading.arrangement.views[2].section
    assert sagittal.point_mm[0] == pytest.approx(window.viewer.cursor_mm[0], abs=0.51)
    assert len(white(pane(window, 2))) == 0  # the ball ends 4.5 mm off its middle


def test_corners_say_the_plane_and_its_millimetres(open_points: OpenPoints, qtbot: QtBot) -> None:
    window = open_points("plain")
    scroll_to_ball(window)
    put_crosshair(qtbot, window, 0)
    # Rows are 1.2 mm apart and the middle is between two; columns lie at half millimetres.
    assert corner(pane(window, 1)) == ["Coronal 38/60", "P 9.0 mm"]
    assert corner(pane(window, 2))[0].startswith("Sagittal ")
    assert corner(pane(window, 2))[1] in ("L 13.5 mm", "L 14.5 mm")


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("tilted", "gantry tilted by 15.0°"),
        ("oblique", "resampled"),
        ("unequal", "slices 2.50 to 4.00 mm apart"),
    ],
)
def test_what_is_resampled_says_so(open_points: OpenPoints, way: str, said: str) -> None:
    lines = corner(pane(open_points(way), 1))
    assert "resampled" in lines and said in lines


@pytest.mark.parametrize("way", ["oblique", "plain"])
def test_a_slab_reaches_a_point_beside_the_plane(
    open_points: OpenPoints, qtbot: QtBot, way: str
) -> None:
    window = open_points(way)
    view = pane(window, 1)
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(3, 3))
    x, y, z = BALL_MM
    window.viewer.look_at_mm((x, y - 10, z))
    assert len(white(view)) == 0
    for _ in range(2):
        qtbot.keyClick(window.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    # Of 10 mm nothing of the ball, of 20 mm all that lies 10 mm off: aslant on a thread.
    qtbot.waitUntil(lambda: "MIP of 10 mm" in corner(view))
    assert len(white(view)) == 0
    for _ in range(2):
        qtbot.keyClick(window.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "MIP of 20 mm" in corner(view))
    assert len(white(view)) > 0
    qtbot.mouseClick(view.viewport(), LEFT, SHIFT, middle_of_white(view))
    found = np.array(window.viewer.cursor_mm)
    assert (found[0], found[2]) == pytest.approx((x, z), abs=2.1)


def test_an_oblique_plane_steps_on_by_wheel_without_leaving_the_point(
    open_points: OpenPoints, qtbot: QtBot
) -> None:
    window = open_points("oblique")
    before = np.array(window.viewer.cursor_mm)
    for _ in range(5):
        turn_wheel(pane(window, 1), 1)
    moved = np.array(window.viewer.cursor_mm) - before
    assert moved == pytest.approx((0, 5, 0), abs=0.01)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Up)
    assert window.viewer.cursor_mm[1] - before[1] == pytest.approx(4, abs=0.01)
