"""The picture in standard orientation, however the slices are stored; boxes in stored pixels."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.series_geometry import geometry_of_grid
from lesion_viewer.review.finding import Status
from lesion_viewer.review.recist import axes_of
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from tests.turned import EIGHT, Ways, stored
from tests.ui.canvas_volume import AXIAL
from tests.ui.measuring_view import measuring_layer

ROWS, COLUMNS, SIDE = 60, 100, 416
BOX = Box(20, 12, 50, 30)  # in the standard picture
LEFT = Qt.MouseButton.LeftButton
STANDARD: Ways = (False, False, False, False)
MakeView = Callable[[Ways], SliceView]


def patient(ways: Ways, row_mm: float = 1.6, column_mm: float = 0.8) -> CTVolume:
    """HU = 4 * column - row of the standard picture, pixels twice as high as wide."""
    row, column = np.mgrid[:ROWS, :COLUMNS]
    standard = np.stack([(4 * column - row + 10 * k).astype(np.int16) for k in range(3)])
    affine = AXIAL @ np.diag([column_mm / 0.8, row_mm / 0.8, 1, 1])
    hu, affine = stored(standard, affine, ways)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    series = Series(
        uid="ct",
        study_uid="",
        modality="CT",
        description="ct",
        number=1,
        slices=tuple(SliceSource(f"{i}", location_mm=5.0 * i) for i in range(3)),
        shape=hu.shape,
        spacing_mm=(float(spacing[2]), float(spacing[1]), float(spacing[0])),
        geometry=geometry_of_grid(affine, hu.shape),
        faults=(),
        decode=lambda i: hu[i],
    )
    volume = CTVolume(series)
    for i in range(3):
        volume.put(i, hu[i])
    return volume


def in_stored(box: Box, ways: Ways) -> Box:
    """The box of the standard picture in the pixels that are stored so; by hand."""
    x1, y1, x2, y2 = box.as_tuple()
    swaps, flips_rows, flips_columns, _ = ways
    rows, columns = ROWS, COLUMNS
    if swaps:
        x1, y1, x2, y2, rows, columns = y1, x1, y2, x2, columns, rows
    if flips_rows:
        y1, y2 = rows - y2, rows - y1
    if flips_columns:
        x1, x2 = columns - x2, columns - x1
    return Box(x1, y1, x2, y2)


def mark_in(ways: Ways) -> Mark:
    box = in_stored(BOX, ways)
    return Mark("f1", box, Status.ACCEPTED, "0.91", is_selected=True, axes=axes_of(box))


@pytest.fixture
def make_view(qtbot: QtBot) -> MakeView:
    def make(ways: Ways) -> SliceView:
        view = SliceView()
        qtbot.addWidget(view)
        view.resize(SIDE, SIDE)
        view.show()
        view.show_volume(patient(ways))
        view.set_window(Window(400, 150))
        view.set_marks([mark_in(ways)])
        return view

    return make


def pixels(view: SliceView) -> np.ndarray:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def at(x: float, y: float) -> QPoint:
    """The widget's point of a position in the standard picture, all of which is shown.

    400 points are 60 rows, each twice as high as a column is wide.
    """
    return QPoint(round(SIDE / 2 + (x - 50) * 10 / 3), round(SIDE / 2 + (y - 30) * 20 / 3))


def heard(signal: object) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    signal.connect(lambda *args: calls.append(args))  # type: ignore[attr-defined]
    return calls


@pytest.mark.parametrize("ways", EIGHT[1:])
def test_picture_marks_and_letters_are_the_same_however_slices_are_stored(
    make_view: MakeView, ways: Ways
) -> None:
    assert np.array_equal(pixels(make_view(ways)), pixels(make_view(STANDARD)))


@pytest.mark.parametrize("ways", EIGHT)
def test_as_stored_shows_the_files_own_rows_and_columns_with_true_letters(
    make_view: MakeView, ways: Ways
) -> None:
    view = make_view(ways)
    shown = pixels(view)
    view.set_as_stored(True)
    series = patient(ways).series
    plain = SliceView()  # of the same pixels, whose orientation nobody knows
    plain.resize(SIDE, SIDE)
    hu = patient(ways).voxels
    unknown = Series(
        "ct",
        "",
        "CT",
        "ct",
        1,
        series.slices,
        series.shape,
        series.spacing_mm,
        None,
        (),
        lambda i: hu[i],
    )
    volume = CTVolume(unknown)
    volume.put(0, hu[0])
    plain.show_volume(volume)
    plain.set_window(Window(400, 150))
    plain.set_marks([mark_in(ways)])
    middle = slice(60, 356)
    assert np.array_equal(pixels(view)[middle, middle], pixels(plain)[middle, middle])
    view.set_as_stored(False)
    assert np.array_equal(pixels(view), shown)
    plain.close()


@pytest.mark.parametrize("ways", EIGHT)
def test_a_box_is_drawn_edited_and_nudged_as_the_picture_shows_it(
    make_view: MakeView, qtbot: QtBot, ways: Ways
) -> None:
    view = make_view(ways)
    drawn, changed = heard(view.box_drawn), heard(view.box_changed)
    view.begin_drawing()
    drag(view, qtbot, at(60, 36), at(81, 48))
    assert drawn == [(in_stored(Box(60, 36, 81, 48), ways),)]
    view.edit("f1")
    drag(view, qtbot, at(50, 30), at(55, 27))  # its lower right corner
    assert changed.pop() == ("f1", in_stored(Box(20, 12, 55, 27), ways))
    view.nudge(1, 0)
    assert changed.pop() == ("f1", in_stored(Box(21, 12, 56, 27), ways))
    view.nudge(0, -1)
    assert changed.pop() == ("f1", in_stored(Box(21, 11, 56, 26), ways))
    view.stretch(2, 1)  # the right and the lower edge
    assert changed.pop() == ("f1", in_stored(Box(21, 11, 58, 27), ways))


@pytest.mark.parametrize("ways", EIGHT)
def test_hu_lengths_axes_and_enlarging_are_true_however_slices_are_stored(
    make_view: MakeView, qtbot: QtBot, ways: Ways
) -> None:
    view = make_view(ways)
    layer = measuring_layer(view, patient(ways))
    hovered, measured, axes = (
        heard(view.hu_hovered),
        heard(layer.sketched),
        heard(view.axes_changed),
    )
    for x in (10.5, 70.5):
        qtbot.mouseMove(view.viewport(), at(x, 40.5))
    assert str(hovered[-1][0]).endswith(f"{4 * 70 - 40} HU")
    layer.take_tool("line")
    drag(view, qtbot, at(10, 45), at(40, 45))
    assert measured[-2:] == [("24.0 mm",), ("",)]
    layer.take_tool("line")
    drag(view, qtbot, at(10, 12), at(10, 42))
    assert abs(float(str(measured[-2][0]).split()[0]) - 48) <= 0.3
    view.edit("f1")
    long_end = at(49.5, 21)
    drag(view, qtbot, long_end, at(59.5, 21))
    ((_, moved),) = axes
    assert max(moved.lengths_mm(*patient(ways).series.spacing_mm[1:])) == pytest.approx(31.2, 0.02)  # type: ignore[attr-defined]
    view.edit(None)
    view.show_box(in_stored(BOX, ways))
    picked = heard(view.finding_picked)
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(SIDE // 2, SIDE // 2))
    assert picked == [("f1",)]


def drag(view: SliceView, qtbot: QtBot, start: QPoint, stop: QPoint) -> None:
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    qtbot.mouseMove(view.viewport(), stop)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=stop)
