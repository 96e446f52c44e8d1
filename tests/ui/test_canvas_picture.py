"""What the canvas shows, pixel by pixel."""

import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.study import Fault
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from tests.ui.canvas_volume import ramp_volume

# 100 x 100 pixels at 4 points each, 8 points of margin on every side.
SIDE, ZOOM, MARGIN = 416, 4, 8
MakeView = Callable[..., SliceView]


@pytest.fixture
def make_view(qtbot: QtBot) -> MakeView:
    def make(volume: CTVolume | None = None, width: int = SIDE, height: int = SIDE) -> SliceView:
        view = SliceView()
        qtbot.addWidget(view)
        view.resize(width, height)
        view.show()
        view.show_volume(volume or ramp_volume())
        return view

    return make


def pixels(view: SliceView) -> np.ndarray:
    """Red, green, blue (rows, columns, 3) of what the widget shows."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def middle_of(column: int, row: int, zoom: int = ZOOM) -> tuple[int, int]:
    """Row and column on the widget of a voxel's middle."""
    return MARGIN + row * zoom + zoom // 2, MARGIN + column * zoom + zoom // 2


def test_a_voxel_is_where_its_row_and_column_say_and_as_grey_as_its_hu(
    make_view: MakeView,
) -> None:
    view = make_view()
    view.set_window(Window(200, 0))
    view.show_slice(2)
    shown = pixels(view)
    density = view.devicePixelRatioF()
    for column, row in ((20, 50), (80, 50), (50, 20), (70, 30)):
        hu = 10 * 2 + column - row
        expected = (hu + 100) / 200 * 255
        y, x = (round(density * middle) for middle in middle_of(column, row))
        assert abs(shown[y, x, 0] - expected) <= 2


def test_inverted_is_the_other_grey(make_view: MakeView) -> None:
    view = make_view()
    view.set_window(Window(200, 0))
    plain = pixels(view)[middle_of(60, 40)]
    view.set_inverted(True)
    assert np.abs(255 - plain - pixels(view)[middle_of(60, 40)]).max() <= 2  # Qt rounds


@pytest.mark.parametrize("zoom_steps", [0, 3, -2])
def test_a_box_lies_on_its_pixel_edges_at_any_zoom(make_view: MakeView, zoom_steps: int) -> None:
    view = make_view()
    view.set_window(Window(1, 3000))  # all black
    centre = QPointF(SIDE / 2, SIDE / 2)
    wheel(view, centre, zoom_steps, Qt.KeyboardModifier.ControlModifier)
    zoom = ZOOM * 1.15**zoom_steps
    view.set_marks([Mark("a", Box(40, 45, 60, 58), Status.ACCEPTED)])
    shown = pixels(view)
    is_green = (shown[:, :, 1] > 140) & (shown[:, :, 0] < 140)
    # The image's middle (50, 50) is at the widget's middle.
    density = view.devicePixelRatioF()
    left, right = SIDE / 2 - 10 * zoom, SIDE / 2 + 10 * zoom
    top, bottom = SIDE / 2 - 5 * zoom, SIDE / 2 + 8 * zoom
    middle = round(density * SIDE / 2)
    across = np.flatnonzero(is_green[middle]) / density
    down = np.flatnonzero(is_green[:, middle]) / density
    assert across.min() == pytest.approx(left, abs=1.5)
    assert across.max() + 1 == pytest.approx(right, abs=1.5)
    assert down.min() == pytest.approx(top, abs=1.5)
    assert down.max() + 1 == pytest.approx(bottom, abs=1.5)


@pytest.mark.parametrize("density", ["1.5", "2"])
def test_voxels_and_boxes_lie_as_true_on_a_dense_screen(density: str) -> None:
    names = "a_voxel_is_where or a_box_lies_on"
    command = [sys.executable, "-m", "pytest", "-v", __file__, "-k", names]
    env = {**os.environ, "QT_SCALE_FACTOR": density}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_no_mark_hides_the_inside_of_its_box(make_view: MakeView) -> None:
    view = make_view()
    before = pixels(view)
    view.set_marks([Mark("a", Box(40, 40, 60, 60), Status.UNDECIDED, "0.91", is_selected=True)])
    inside = slice(MARGIN + 41 * ZOOM, MARGIN + 59 * ZOOM)
    assert (pixels(view)[inside, inside] == before[inside, inside]).all()


def test_statuses_differ_without_their_colours(make_view: MakeView) -> None:
    view = make_view()
    view.set_window(Window(1, 3000))
    looks = {}
    for status in Status:
        view.set_marks([Mark("a", Box(30, 30, 70, 70), status)])
        looks[status] = (pixels(view).max(axis=2) > 90).tobytes()
    assert len(set(looks.values())) == len(Status)


def test_pixels_that_are_not_square_are_drawn_in_their_true_shape(make_view: MakeView) -> None:
    volume = ramp_volume(rows=50, columns=100, spacing_mm=(5.0, 1.6, 0.8))
    view = make_view(volume)
    view.set_window(Window(1, -3000))  # all white
    is_white = pixels(view).min(axis=2) > 250
    down = np.flatnonzero(is_white[:, SIDE // 3])
    across = np.flatnonzero(is_white[SIDE // 3])
    assert len(down) == pytest.approx(len(across), abs=6)


def test_letters_stand_where_the_orientation_is_known_and_only_there(make_view: MakeView) -> None:
    known, unknown = make_view(ramp_volume()), make_view(ramp_volume(affine=None))
    for view in (known, unknown):
        view.set_window(Window(1, 3000))
    middle = slice(SIDE // 2 - 12, SIDE // 2 + 12)
    assert pixels(known)[middle, :40].max() > 150
    assert pixels(unknown)[middle, :40].max() == 0


def test_a_fault_is_written_over_the_picture(make_view: MakeView) -> None:
    fault = Fault("gantry_tilt", "The gantry is tilted: slices are stacked 18.5° off their normal.")
    faulty, plain = make_view(ramp_volume(faults=(fault,))), make_view(ramp_volume())
    assert (pixels(faulty)[:24] != pixels(plain)[:24]).any(axis=2).mean() > 0.5


def test_a_slice_that_is_not_read_yet_is_named_and_shown_once_it_is(make_view: MakeView) -> None:
    volume = ramp_volume(loaded=False)
    view = make_view(volume)
    view.set_window(Window(1, -3000))
    text = pixels(view).min(axis=2) > 200
    assert 0 < text.mean() < 0.1
    volume.put(0, volume.series.decode(0))
    view.show_slice(0)
    assert (pixels(view).min(axis=2) > 200).mean() > 0.8


def test_a_slice_that_cannot_be_read_shows_no_picture(make_view: MakeView) -> None:
    volume = ramp_volume()
    view = make_view(volume)
    view.set_window(Window(1, -3000))
    volume.is_loaded[3] = False
    volume.fail(3, "image_3 is cut short")
    view.show_slice(3)
    assert (pixels(view).min(axis=2) > 200).mean() < 0.1


def wheel(
    view: SliceView,
    at: QPointF,
    steps: int,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    for _ in range(abs(steps)):
        delta = QPointF(0, 120 if steps > 0 else -120).toPoint()
        event = QWheelEvent(
            at,
            view.mapToGlobal(at),
            QPointF().toPoint(),
            delta,
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)
