"""Boxes and axes of a project's labels, by keys and mouse."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.recist import Axes, axes_of
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]
Key, Shift, Ctrl = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton

# The disc of the first label: middle pixel 40, 40, radius 6 across and, as measured, 5 down.
LABEL = Box(34, 35, 47, 46)
AXES = Axes((34.5, 40.5, 46.5, 40.5), (40.5, 35.5, 40.5, 45.5))
DISC = Box(34, 34, 47, 47)


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = make_window()
    window.open(*write_project(tmp_path))

    def is_read() -> None:
        volume = window.viewer.volume
        assert volume is not None
        assert window.project.item is not None
        assert all(volume.is_settled(i) for i in range(len(volume)))

    qtbot.waitUntil(is_read, timeout=20_000)
    return window


def chosen(window: MainWindow) -> Finding:
    assert window.review.selected is not None
    return window.review.selected


def on_canvas(window: MainWindow, x: float, y: float) -> QPoint:
    """Where an image position lies on the canvas while all of the image is shown."""
    viewport = window.canvas.viewport()
    zoom = (min(viewport.width(), viewport.height()) - 16) / 128
    middle_x, middle_y = viewport.width() / 2, viewport.height() / 2
    return QPoint(round(middle_x + (x - 64) * zoom), round(middle_y + (y - 64) * zoom))


def drag(window: MainWindow, qtbot: QtBot, a: QPoint, b: QPoint) -> None:
    viewport = window.canvas.viewport()
    qtbot.mousePress(viewport, LEFT, pos=a)
    qtbot.mouseMove(viewport, (a + b) / 2)
    qtbot.mouseMove(viewport, b)
    qtbot.mouseRelease(viewport, LEFT, pos=b)


def test_a_label_has_the_box_and_the_axes_of_its_row(window: MainWindow) -> None:
    assert chosen(window).boxes == {2: LABEL}
    assert chosen(window).axes == {2: AXES}


def test_an_end_that_is_dragged_moves_the_axis_and_the_box(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(window.canvas, "e")
    drag(window, qtbot, on_canvas(window, 46.5, 40.5), on_canvas(window, 56.5, 40.5))
    finding = chosen(window)
    assert finding.status is Status.CORRECTED
    assert finding.axes[2].long == pytest.approx((34.5, 40.5, 56.5, 40.5), abs=0.5)
    assert finding.axes[2].short == AXES.short
    assert finding.boxes[2].as_tuple() == pytest.approx((34, 35, 57, 46), abs=0.5)


def test_a_box_that_is_moved_takes_its_axes_along(window: MainWindow, qtbot: QtBot) -> None:
    for key in ("e", Key.Key_Right, Key.Key_Down):
        qtbot.keyClick(window.canvas, key)
    assert chosen(window).boxes == {2: LABEL.moved(1, 1)}
    assert chosen(window).axes[2].long == (35.5, 41.5, 47.5, 41.5)


def test_a_drawn_lesion_gets_axes_when_they_are_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    window.marks.take_drawn_box(Box(80, 80, 101, 91))
    assert not chosen(window).axes
    qtbot.keyClick(window.canvas, "l")
    assert chosen(window).axes == {2: axes_of(Box(80, 80, 101, 91))}
    assert chosen(window).boxes == {2: Box(80, 80, 101, 91)}
    assert window.marks.edited_id == chosen(window).id


def test_s_snaps_the_box_to_the_lesions_edge(window: MainWindow, qtbot: QtBot) -> None:
    for key in ("e", *[Key.Key_Right] * 3):
        qtbot.keyClick(window.canvas, key)
    assert chosen(window).boxes[2].iou(DISC) < 0.6
    qtbot.keyClick(window.canvas, "s")
    assert chosen(window).boxes[2].iou(DISC) > 0.75


def test_where_no_edge_is_clear_the_box_stays(window: MainWindow, qtbot: QtBot) -> None:
    window.marks.take_drawn_box(Box(100, 100, 112, 112))
    qtbot.keyClick(window.canvas, "s")
    assert "No clear edge" in window.message_bar.text
    assert chosen(window).boxes == {2: Box(100, 100, 112, 112)}


def test_a_box_is_copied_to_the_next_slice_that_is_there(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):  # of the slices after the third, two are there
        qtbot.keyClick(window.canvas, Key.Key_Down, Ctrl)
    assert window.viewer.slice_index == 4
    assert chosen(window).boxes == dict.fromkeys((2, 3, 4), LABEL)
    assert "no further slice" in window.message_bar.text


def test_slices_between_two_boxes_are_filled(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, Key.Key_End)
    window.marks.begin_extending()
    window.marks.take_drawn_box(LABEL.moved(4, 0))
    qtbot.keyClick(window.canvas, "j")
    assert chosen(window).boxes[3] == LABEL.moved(2, 0)
    qtbot.keyClick(window.canvas, "j")
    assert "not adjacent" in window.message_bar.text


def test_several_boxes_stand_on_one_slice(window: MainWindow, qtbot: QtBot) -> None:
    for x in (70, 90):
        qtbot.keyClick(window.canvas, "b")
        drag(window, qtbot, on_canvas(window, x, 70), on_canvas(window, x + 10, 80))
    drawn = [f for f in window.review.findings_on_screen() if f.status is Status.ADDED]
    assert len(drawn) == 2
    assert len(window.review.findings_on_screen()) == 3


def test_a_reason_is_picked_by_its_letter(window: MainWindow, qtbot: QtBot) -> None:
    finding_id = chosen(window).id
    qtbot.keyClick(window.canvas, Key.Key_X, Shift)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    qtbot.keyClick(menu, "v")
    assert window.review.session is not None
    finding = window.review.session.findings[finding_id]
    assert (finding.status, finding.reason) == (Status.REJECTED, "vessel")
    assert window.project.item is not None and window.project.item.number == 1


def test_z_enlarges_the_finding(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, "z")
    viewport = window.canvas.viewport()
    middle = QPoint(viewport.width() // 2, viewport.height() // 2)
    qtbot.mouseMove(viewport, middle)
    assert window.status_line.hu.text().startswith("x 40  y 40")
