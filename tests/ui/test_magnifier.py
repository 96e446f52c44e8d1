"""The magnifier shows the voxel under the mouse, as it is and where it is."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.canvas.slice_view import SliceView
from tests.ui.canvas_volume import ramp_volume

SIDE, ZOOM, MARGIN = 416, 4, 8
TIMES = 3


def point_of(column: float, row: float) -> QPoint:
    return QPoint(round(MARGIN + column * ZOOM), round(MARGIN + row * ZOOM))


def grey_at(view: SliceView, x: float, y: float) -> int:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return image.pixelColor(round(x), round(y)).red()


@pytest.fixture
def make_view(qtbot: QtBot) -> Callable[..., SliceView]:
    def make(volume: CTVolume) -> SliceView:
        view = SliceView()
        qtbot.addWidget(view)
        view.resize(SIDE, SIDE)
        view.show()
        view.show_volume(volume)
        # HU is column - row: grey 128 on the diagonal, and one step for each column.
        view.set_window(Window(256, 0))
        view.show_slice(0)
        view.magnifier.is_on = True
        return view

    return make


def test_each_voxel_is_a_square_of_its_own_grey_about_the_one_under_the_mouse(
    qtbot: QtBot, make_view: Callable[..., SliceView]
) -> None:
    view, mouse = make_view(ramp_volume()), point_of(50.5, 40.5)
    qtbot.mouseMove(view.viewport(), mouse)
    for columns, rows in ((0, 0), (1, 0), (-3, 0), (0, 4), (5, -2)):
        side = ZOOM * TIMES
        middle = mouse.x() + columns * side, mouse.y() + rows * side
        expected = round((50 + columns - 40 - rows + 128) / 256 * 255)
        for x, y in ((0, 0), (side / 2 - 3, 0), (0, 3 - side / 2)):
            assert grey_at(view, middle[0] + x, middle[1] + y) == pytest.approx(expected, abs=1)


def test_it_is_gone_once_it_is_off_or_the_mouse_leaves(
    qtbot: QtBot, make_view: Callable[..., SliceView]
) -> None:
    view, mouse = make_view(ramp_volume()), point_of(60.5, 30.5)
    beside = mouse.x() + 24, mouse.y()
    plain = grey_at(view, *beside)
    qtbot.mouseMove(view.viewport(), mouse)
    assert plain > grey_at(view, *beside) == round((62 - 30 + 128) / 256 * 255)
    view.magnifier.is_on = False
    assert grey_at(view, *beside) == plain


def test_it_hides_no_text_of_the_corners_nor_of_the_status(
    qtbot: QtBot, make_view: Callable[..., SliceView]
) -> None:
    texts: list[str] = []
    view = make_view(ramp_volume())
    view.hu_hovered.connect(texts.append)
    view.magnifier.is_on = False
    place = QPoint(12, SIDE - 16)
    plain = np.count_nonzero(_bright(view, place))
    view.magnifier.is_on = True
    qtbot.mouseMove(view.viewport(), place)
    assert plain > 20
    assert np.count_nonzero(_bright(view, place)) > 0.9 * plain
    assert texts[-1] == "x 1  y 98   -97 HU"


def _bright(view: SliceView, place: QPoint) -> np.ndarray:
    """Where the letters of a corner are."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    y, x = place.y(), place.x()
    return np.min(buffer[y - 20 : y + 14, max(x - 4, 0) : x + 60], axis=2) > 180


def test_a_click_on_the_windows_text_asks_for_the_windows_and_one_beside_it_picks(
    qtbot: QtBot, make_view: Callable[..., SliceView]
) -> None:
    view = make_view(ramp_volume())
    view.grab()
    places: list[QPoint] = []
    picked: list[str] = []
    view.windows_wanted.connect(places.append)
    view.finding_picked.connect(picked.append)
    corner = QPoint(20, SIDE - 20)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert places == [view.viewport().mapToGlobal(corner)] and not picked
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(SIDE // 2, SIDE // 2))
    assert len(places) == 1 and picked == [""]


@pytest.mark.parametrize("scheme", ["default", "pacs"])
def test_a_right_click_asks_for_a_menu_and_a_right_drag_does_not(
    qtbot: QtBot, make_view: Callable[..., SliceView], scheme: str
) -> None:
    wanted: list[tuple[QPoint, str]] = []
    view = make_view(ramp_volume())
    view.set_mouse_scheme(scheme)
    view.menu_wanted.connect(lambda place, finding_id: wanted.append((place, finding_id)))
    start, right = QPoint(200, 200), Qt.MouseButton.RightButton
    qtbot.mousePress(view.viewport(), right, pos=start)
    qtbot.mouseMove(view.viewport(), QPoint(210, 215))
    qtbot.mouseRelease(view.viewport(), right, pos=QPoint(210, 215))
    assert wanted == []
    qtbot.mouseClick(view.viewport(), right, pos=start)
    assert wanted == [(view.viewport().mapToGlobal(start), "")]
