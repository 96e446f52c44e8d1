"""What mouse and keys do on the canvas."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.values.window import Curve, Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from tests.ui.canvas_volume import ramp_volume

SIDE, ZOOM, MARGIN = 416, 4, 8
LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
BOX = Box(40, 40, 60, 60)


@pytest.fixture
def view(qtbot: QtBot) -> SliceView:
    view = SliceView()
    qtbot.addWidget(view)
    view.resize(SIDE, SIDE)
    view.show()
    view.show_volume(ramp_volume())
    return view


@pytest.fixture
def drag(qtbot: QtBot, view: SliceView) -> Callable[..., None]:
    def drag(button: Qt.MouseButton, start: QPoint, *stops: QPoint) -> None:
        qtbot.mousePress(view.viewport(), button, pos=start)
        for stop in stops:
            qtbot.mouseMove(view.viewport(), stop)
        qtbot.mouseRelease(view.viewport(), button, pos=stops[-1])

    return drag


def at(column: float, row: float) -> QPoint:
    """Point of the widget over an image position, while all of the image is shown."""
    return QPoint(round(MARGIN + column * ZOOM), round(MARGIN + row * ZOOM))


def heard(signal: Any) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    signal.connect(lambda *args: calls.append(args))
    return calls


def turn_wheel(view: SliceView, eighths: int) -> None:
    point = QPointF(200, 200)
    event = QWheelEvent(
        point,
        view.mapToGlobal(point),
        QPoint(),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_wheel_towards_the_reader_asks_for_the_next_slice(view: SliceView) -> None:
    view.show_slice(5)
    wanted = heard(view.slice_wanted)
    turn_wheel(view, -120)
    turn_wheel(view, 120)
    assert wanted == [(6,), (4,)]


def test_a_touchpad_adds_up_to_whole_slices(view: SliceView) -> None:
    view.show_slice(5)
    wanted = heard(view.slice_wanted)
    for _ in range(6):
        turn_wheel(view, -40)
    assert len(wanted) == 2


def test_left_drag_windows_by_4_hu_a_point(view: SliceView, drag: Callable[..., None]) -> None:
    view.set_window(Window(400, 40))
    windows = heard(view.window_changed)
    drag(LEFT, QPoint(100, 100), QPoint(110, 105), QPoint(125, 90))
    assert windows[-1] == (Window(400 + 25 * 4, 40 - 10 * 4),)


def test_a_drag_keeps_the_curve_of_the_window(view: SliceView, drag: Callable[..., None]) -> None:
    shown: list[Window] = []
    view.window_changed.connect(shown.append)
    view.set_window(Window(400, 40, Curve.SIGMOID))
    drag(LEFT, QPoint(100, 100), QPoint(110, 100))
    assert shown[-1] == Window(440, 40, Curve.SIGMOID)


def test_a_window_never_gets_narrower_than_1_hu(view: SliceView, drag: Callable[..., None]) -> None:
    view.set_window(Window(100, 40))
    windows = heard(view.window_changed)
    drag(LEFT, QPoint(300, 100), QPoint(200, 100))
    assert windows[-1] == (Window(1, 40),)


def test_in_the_pacs_scheme_right_drag_windows_and_left_drag_scrolls(
    view: SliceView, drag: Callable[..., None]
) -> None:
    view.set_mouse_scheme("pacs")
    view.set_window(Window(400, 40))
    windows, wanted = heard(view.window_changed), heard(view.slice_wanted)
    drag(RIGHT, QPoint(100, 100), QPoint(110, 100))
    drag(LEFT, QPoint(100, 100), QPoint(100, 112))
    assert windows == [(Window(440, 40),)]
    assert wanted[-1] == (2,)


def test_what_is_under_the_cursor_is_named_with_its_hu(qtbot: QtBot, view: SliceView) -> None:
    view.show_slice(3)
    texts = heard(view.hu_hovered)
    qtbot.mouseMove(view.viewport(), at(70.5, 20.5))
    assert texts[-1] == ("x 70  y 20   80 HU",)
    qtbot.mouseMove(view.viewport(), QPoint(2, 2))
    assert texts[-1] == ("",)


def test_middle_drag_moves_the_image_and_fit_brings_it_back(
    qtbot: QtBot, view: SliceView, drag: Callable[..., None]
) -> None:
    texts = heard(view.hu_hovered)
    drag(MIDDLE, QPoint(200, 200), QPoint(220, 212))
    qtbot.mouseMove(view.viewport(), at(50.5, 50.5) + QPoint(20, 12))
    assert texts[-1][0] == "x 50  y 50   0 HU"
    view.fit()
    qtbot.mouseMove(view.viewport(), at(50.5, 50.5))
    assert texts[-1][0] == "x 50  y 50   0 HU"


def test_zooming_keeps_what_is_under_the_cursor(
    qtbot: QtBot, view: SliceView, drag: Callable[..., None]
) -> None:
    texts = heard(view.hu_hovered)
    start = at(30.5, 70.5)
    drag(RIGHT, start, start - QPoint(0, 60))
    qtbot.mouseMove(view.viewport(), start)
    assert texts[-1][0].startswith("x 30  y 70 ")


def test_a_click_picks_the_smallest_mark_under_it(qtbot: QtBot, view: SliceView) -> None:
    view.set_marks(
        [Mark("large", Box(20, 20, 80, 80), Status.ACCEPTED), Mark("small", BOX, Status.UNDECIDED)]
    )
    picked = heard(view.finding_picked)
    for column in (50, 25, 95):
        qtbot.mouseClick(view.viewport(), LEFT, pos=at(column, column))
    assert picked == [("small",), ("large",), ("",)]


def test_b_draws_a_box_in_either_direction(view: SliceView, drag: Callable[..., None]) -> None:
    drawn = heard(view.box_drawn)
    view.begin_drawing()
    drag(LEFT, at(30, 40), at(20, 20), at(10, 15))
    assert drawn == [(Box(10, 15, 30, 40),)]


def test_a_box_drawn_beyond_the_image_ends_at_its_edge(
    view: SliceView, drag: Callable[..., None]
) -> None:
    drawn = heard(view.box_drawn)
    view.begin_drawing()
    drag(LEFT, at(90, 90), at(95, 95), QPoint(SIDE - 1, SIDE - 1))
    assert drawn == [(Box(90, 90, 100, 100),)]


def test_a_click_draws_no_box(qtbot: QtBot, view: SliceView) -> None:
    drawn = heard(view.box_drawn)
    view.begin_drawing()
    qtbot.mouseClick(view.viewport(), LEFT, pos=at(50, 50))
    assert drawn == []


def test_esc_gives_up_a_box_that_is_being_drawn(qtbot: QtBot, view: SliceView) -> None:
    drawn = heard(view.box_drawn)
    view.begin_drawing()
    qtbot.mousePress(view.viewport(), LEFT, pos=at(10, 10))
    qtbot.mouseMove(view.viewport(), at(40, 40))
    view.cancel()
    qtbot.mouseRelease(view.viewport(), LEFT, pos=at(40, 40))
    assert drawn == []


@pytest.mark.parametrize(
    ("grabbed", "dropped", "expected"),
    [
        ((60, 60), (70, 75), Box(40, 40, 70, 75)),  # a corner
        ((40, 50), (35, 90), Box(35, 40, 60, 60)),  # an edge moves along its own axis only
        ((50, 50), (55, 47), Box(45, 37, 65, 57)),  # the body
        ((60, 50), (30, 50), Box(30, 40, 40, 60)),  # across the opposite edge
        ((60, 50), (40, 50), Box(40, 40, 41, 60)),  # onto the opposite edge
        ((50, 50), (99, 99), Box(80, 80, 100, 100)),  # the body stops at the image's edge
        ((40, 40), (1, 0), Box(1, 0, 60, 60)),
    ],
)
def test_an_edited_box_follows_the_hand(
    view: SliceView,
    drag: Callable[..., None],
    grabbed: tuple[int, int],
    dropped: tuple[int, int],
    expected: Box,
) -> None:
    view.set_marks([Mark("a", BOX, Status.UNDECIDED)])
    view.edit("a")
    changed = heard(view.box_changed)
    drag(LEFT, at(*grabbed), at(51, 51), at(*dropped))
    assert changed == [("a", expected)]


def test_a_press_without_a_drag_leaves_the_edited_box_as_it_was(
    qtbot: QtBot, view: SliceView
) -> None:
    fractional = Box(40.3, 40.6, 60.2, 60.9)
    view.set_marks([Mark("a", fractional, Status.UNDECIDED)])
    view.edit("a")
    changed = heard(view.box_changed)
    qtbot.mouseClick(view.viewport(), LEFT, pos=at(60.2, 60.9))
    assert changed == []


def test_edges_that_are_not_held_stay_where_they_were(
    view: SliceView, drag: Callable[..., None]
) -> None:
    view.set_marks([Mark("a", Box(40.3, 40.6, 60.2, 60.9), Status.UNDECIDED)])
    view.edit("a")
    changed = heard(view.box_changed)
    drag(LEFT, at(60.2, 50), at(65, 50), at(70, 50))
    assert changed == [("a", Box(40.3, 40.6, 70, 60.9))]


def test_esc_restores_a_box_that_is_being_dragged(
    qtbot: QtBot, view: SliceView, drag: Callable[..., None]
) -> None:
    view.set_marks([Mark("a", BOX, Status.UNDECIDED)])
    view.edit("a")
    changed = heard(view.box_changed)
    qtbot.mousePress(view.viewport(), LEFT, pos=at(60, 60))
    qtbot.mouseMove(view.viewport(), at(80, 80))
    view.cancel()
    qtbot.mouseRelease(view.viewport(), LEFT, pos=at(80, 80))
    assert changed == []
    drag(LEFT, at(60, 60), at(61, 61), at(62, 62))
    assert changed == [("a", Box(40, 40, 62, 62))]


def test_arrow_steps_move_and_stretch_the_edited_box_and_no_other(view: SliceView) -> None:
    view.set_marks([Mark("a", BOX, Status.UNDECIDED), Mark("b", BOX, Status.ACCEPTED)])
    changed = heard(view.box_changed)
    view.nudge(1, 0)
    view.edit("a")
    view.nudge(-1, 2)
    view.stretch(3, 0)
    assert changed == [("a", Box(39, 42, 59, 62)), ("a", Box(39, 42, 62, 62))]


def test_a_box_stays_under_the_mouse_when_marks_are_refreshed_while_it_is_dragged(
    view: SliceView, qtbot: QtBot
) -> None:
    kept = heard(view.box_changed)
    view.set_marks([Mark("f1", BOX, Status.UNDECIDED)])
    view.edit("f1")
    qtbot.mousePress(view.viewport(), LEFT, pos=at(50, 50))
    qtbot.mouseMove(view.viewport(), at(60, 55))
    # As a running sweep does whenever it finds something.
    view.set_marks(
        [Mark("f1", BOX, Status.UNDECIDED), Mark("f2", BOX.moved(9, 9), Status.UNDECIDED)]
    )
    qtbot.mouseRelease(view.viewport(), LEFT, pos=at(60, 55))
    assert kept == [("f1", BOX.moved(10, 5))]
