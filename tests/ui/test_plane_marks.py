"""Findings on the planes: where they are drawn, how they are picked, and that all views follow."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.conftest import SHAPE, MakeWindow
from tests.ui.planes_window import LEFT, SHIFT, Key, drag, pane, pixels, seen, wait_until_whole

CTRL = Qt.KeyboardModifier.ControlModifier
GREEN, ORANGE = (79, 199, 116), (242, 177, 52)
# The fake detector's best candidate: slices 10 to 12, columns 40 to 56, rows 40 to 52, of voxels
# of 10 x 3 x 3 mm round the origin. Left, back and head are positive (LPS).
X_MM = (40 - 64) * 3, (56 - 64) * 3
Y_MM = (40 - 64) * 3, (52 - 64) * 3
Z_MM = (10 - 12) * 10, (13 - 12) * 10
MIDDLE_MM = (sum(X_MM) / 2, sum(Y_MM) / 2, (11 - 11.5) * 10)


@pytest.fixture
def planes(open_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """Four panes after a sweep, without a crosshair, which would be drawn through marks."""
    window = open_window(layout="2x2")
    window.resize(1700, 1000)
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    qtbot.keyClick(window.canvas, Key.Key_K, CTRL)
    wait_until_whole(window, qtbot)
    return window


def at_mm(view: PictureView, across: tuple[float, float], down: tuple[float, float]) -> QRectF:
    """Where millimetres of the origin-centred phantom lie while all of it is shown, by hand."""
    width, height = view.viewport().width(), view.viewport().height()
    scale = min((width - 16) / (SHAPE[2] * 3), (height - 16) / (SHAPE[0] * 10))
    left, top = width / 2 + across[0] * scale, height / 2 + down[0] * scale
    return QRectF(left, top, (across[1] - across[0]) * scale, (down[1] - down[0]) * scale)


def share(view: PictureView, edge: np.ndarray, colour: tuple[int, int, int]) -> float:
    """How much of a line of points has about this colour, on itself or one pixel beside."""
    picture = pixels(view).astype(int)
    near = np.zeros(len(edge), bool)
    for away in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
        x, y = (np.rint(edge) + away).astype(int).T
        near |= np.abs(picture[y, x] - colour).max(1) <= 25
    return float(near.mean())


def edges(box: QRectF) -> list[np.ndarray]:
    """Points along the four edges of a rectangle, clear of its corners."""
    along = np.linspace(0.15, 0.85, 40)[:, None]
    corners = [np.array(p.toTuple()) for p in (box.topLeft(), box.topRight(), box.bottomRight())]
    corners += [np.array(box.bottomLeft().toTuple())]
    return [a + along * (b - a) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]


def go_to_best(window: MainWindow, qtbot: QtBot) -> None:
    """N chooses the candidate with the best score first."""
    qtbot.keyClick(window.canvas, "n")
    assert window.review.selected.key_slice == 11


def test_choosing_a_finding_brings_all_views_to_its_middle(
    planes: MainWindow, qtbot: QtBot
) -> None:
    for place in (1, 2):
        view = pane(planes, place)
        middle = view.viewport().rect().center()
        drag(qtbot, view, Qt.MouseButton.RightButton, middle, middle - QPoint(0, 100))
    go_to_best(planes, qtbot)
    assert planes.viewer.slice_index == 11
    # Cursors lie at centres of voxels: half a voxel off where the middle is between two.
    assert planes.viewer.cursor_mm == pytest.approx(MIDDLE_MM, abs=0.01)
    for place in (1, 2):
        view = pane(planes, place)
        at = view._view.to_widget(*view._grid.pixel(*view.view.crosshair))
        assert at.x() == pytest.approx(view.viewport().width() / 2, abs=1)
        assert at.y() == pytest.approx(view.viewport().height() / 2, abs=1)


def test_an_accepted_finding_has_its_box_at_the_right_pixels_of_both_planes(
    planes: MainWindow, qtbot: QtBot
) -> None:
    go_to_best(planes, qtbot)
    qtbot.keyClick(planes.canvas, "a")
    upside_down = (-Z_MM[1], -Z_MM[0])  # the head is above
    for place, across in ((1, X_MM), (2, Y_MM)):
        view = pane(planes, place)
        for edge in edges(at_mm(view, across, upside_down)):
            assert share(view, edge, GREEN) > 0.95, place
        shifted = at_mm(view, across, upside_down).translated(-9, -9)
        assert min(share(view, edge, GREEN) for edge in edges(shifted)) < 0.3


def test_marks_on_planes_differ_by_status_in_colour_and_dash(
    planes: MainWindow, qtbot: QtBot
) -> None:
    go_to_best(planes, qtbot)
    view, box = pane(planes, 1), at_mm(pane(planes, 1), X_MM, (-Z_MM[1], -Z_MM[0]))
    assert 0.4 < share(view, edges(box)[0], ORANGE) < 0.95  # dashes
    qtbot.keyClick(planes.canvas, "x")
    without = pixels(view)
    assert share(view, edges(box)[0], ORANGE) < 0.1
    qtbot.keyClick(planes.canvas, "h", SHIFT)  # rejected ones too
    dotted = pixels(view)
    assert share(view, edges(box)[0], ORANGE) < 0.1
    assert not np.array_equal(dotted, without)
    qtbot.keyClick(planes.canvas, "h")
    assert np.array_equal(pixels(view), without)


def test_a_plane_beside_a_finding_does_not_show_it_and_a_slab_that_reaches_it_does(
    planes: MainWindow, qtbot: QtBot
) -> None:
    go_to_best(planes, qtbot)
    qtbot.keyClick(planes.canvas, "a")
    view, box = pane(planes, 1), at_mm(pane(planes, 1), X_MM, (-Z_MM[1], -Z_MM[0]))
    planes.viewer.look_at_mm((MIDDLE_MM[0], Y_MM[1] + 4, MIDDLE_MM[2]))
    assert share(view, edges(box)[0], GREEN) < 0.1
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(3, 3))
    for _ in range(3):
        qtbot.keyClick(planes.canvas, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert share(view, edges(box)[0], GREEN) > 0.9


@pytest.mark.parametrize(("place", "across"), [(1, X_MM), (2, Y_MM)])
def test_a_click_on_a_plane_chooses_the_finding_and_brings_the_slices_to_it(
    planes: MainWindow, qtbot: QtBot, place: int, across: tuple[float, float]
) -> None:
    planes.viewer.look_at_mm((*MIDDLE_MM[:2], 80.0))
    view = pane(planes, place)
    at = at_mm(view, across, (-Z_MM[1], -Z_MM[0])).center().toPoint()
    qtbot.mouseClick(view.viewport(), LEFT, pos=at)
    chosen = planes.review.selected
    assert chosen is not None and chosen.key_slice == 11 == planes.viewer.slice_index
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(3, 3))
    assert planes.review.selected is None


def test_a_pick_in_an_enlarged_picture_does_not_move_it(planes: MainWindow, qtbot: QtBot) -> None:
    planes.viewer.look_at_mm(MIDDLE_MM)
    slices = planes.canvas
    at = slices._view.to_widget(45, 45).toPoint()
    drag(qtbot, slices, Qt.MouseButton.RightButton, at, at - QPoint(0, 50))
    qtbot.mouseClick(slices.viewport(), LEFT, pos=at)
    assert planes.review.selected is not None
    under = slices._view.to_image(at.toPointF())
    assert (under.x(), under.y()) == pytest.approx((45, 45), abs=0.6)


def test_blind_reading_writes_no_score_on_a_plane(planes: MainWindow, qtbot: QtBot) -> None:
    go_to_best(planes, qtbot)
    labels = [mark.label for mark in pane(planes, 1)._layer.marks]
    assert labels == ["0.90"]
    planes.actions_by_id["reading.blind"].trigger()
    assert not any(mark.label for mark in pane(planes, 1)._layer.marks)


def test_a_double_click_on_a_finding_keeps_it_chosen(planes: MainWindow, qtbot: QtBot) -> None:
    go_to_best(planes, qtbot)
    chosen, view = planes.review.selected_id, pane(planes, 1)
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(30, 200))
    qtbot.mouseDClick(view.viewport(), LEFT, pos=QPoint(30, 200))
    assert seen(planes) == [1] and planes.review.selected_id == chosen
