"""The long and short axis on the canvas: what moves with what."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Status
from lesion_viewer.review.recist import Axes
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from tests.ui.canvas_volume import ramp_volume

SIDE, ZOOM, MARGIN = 416, 4, 8
BOX = Box(40, 40, 60, 60)
# The ends lie in the middle of the box's outermost pixels.
AXES = Axes((40.5, 50.0, 59.5, 50.0), (50.0, 40.5, 50.0, 59.5))
LEFT = Qt.MouseButton.LeftButton

Drag = Callable[[QPoint, QPoint], None]


@pytest.fixture
def view(qtbot: QtBot) -> SliceView:
    """A canvas on which a finding with axes is being edited."""
    view = SliceView()
    qtbot.addWidget(view)
    view.resize(SIDE, SIDE)
    view.show()
    view.show_volume(ramp_volume())
    view.set_marks([Mark("a", BOX, Status.UNDECIDED, is_selected=True, axes=AXES)])
    view.edit("a")
    return view


@pytest.fixture
def drag(qtbot: QtBot, view: SliceView) -> Drag:
    def drag(start: QPoint, stop: QPoint) -> None:
        qtbot.mousePress(view.viewport(), LEFT, pos=start)
        qtbot.mouseMove(view.viewport(), (start + stop) / 2)
        qtbot.mouseMove(view.viewport(), stop)
        qtbot.mouseRelease(view.viewport(), LEFT, pos=stop)

    return drag


def at(column: float, row: float) -> QPoint:
    return QPoint(round(MARGIN + column * ZOOM), round(MARGIN + row * ZOOM))


def heard(signal: object) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    signal.connect(lambda *args: calls.append(args))  # type: ignore[attr-defined]
    return calls


def test_an_end_that_is_dragged_is_told_once(view: SliceView, drag: Drag) -> None:
    changed, boxes = heard(view.axes_changed), heard(view.box_changed)
    drag(at(59.5, 50), at(69.5, 50))
    assert changed == [("a", Axes((40.5, 50.0, 69.5, 50.0), AXES.short))]
    assert not boxes


def test_a_box_that_is_dragged_takes_its_axes_along(
    view: SliceView, drag: Drag, qtbot: QtBot
) -> None:
    drag(at(45, 45), at(55, 48))
    changed = heard(view.axes_changed)
    # The upper end of the short axis went from (50, 40.5) by (10, 3), and is held where it is now.
    drag(at(60, 43.5), at(60, 45.5))
    ((_, axes),) = changed
    expected = ((50.5, 53.0), (69.5, 53.0), (60.0, 45.5), (60.0, 62.5))
    assert isinstance(axes, Axes)
    for point, known in zip(axes.points, expected, strict=True):
        assert point == pytest.approx(known)


def test_escape_gives_up_the_drag_of_an_end(view: SliceView, qtbot: QtBot) -> None:
    changed = heard(view.axes_changed)
    qtbot.mousePress(view.viewport(), LEFT, pos=at(59.5, 50))
    qtbot.mouseMove(view.viewport(), at(69.5, 50))
    view.cancel()
    qtbot.mouseRelease(view.viewport(), LEFT, pos=at(69.5, 50))
    assert not changed
    boxes = heard(view.box_changed)
    view.nudge(1, 0)
    assert boxes == [("a", Box(41, 40, 61, 60))]


def test_an_end_stops_at_the_image(view: SliceView, drag: Drag) -> None:
    changed = heard(view.axes_changed)
    drag(at(59.5, 50), at(120, 50))
    ((_, axes),) = changed
    assert isinstance(axes, Axes)
    assert axes.points[1] == (99.5, 50.0)


def test_without_the_finding_being_edited_a_drag_moves_no_axis(view: SliceView, drag: Drag) -> None:
    view.edit(None)
    changed = heard(view.axes_changed)
    drag(at(59.5, 50), at(69.5, 50))
    assert not changed
