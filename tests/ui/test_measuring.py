"""Measuring in the window, on a phantom whose sizes and HU are known."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.shapes import Diameters, Ellipse, Line, Mask
from lesion_viewer.review.measurements.values import Measured
from lesion_viewer.review.session import Session
from lesion_viewer.ui.measuring.drawing import outlines
from lesion_viewer.ui.shell.features.measuring import MeasuringFeature
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.viewing.measurements_on_show import Measurement, MeasurementsOnShow
from tests.turned import EIGHT, Ways, write_stored

MakeWindow = Callable[..., MainWindow]
LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
PLAIN: Ways = (False, False, False, False)
SHAPE, SPACING_MM = (7, 80, 120), (5.0, 1.2, 0.8)
MIDDLE = 3
# Columns run to the patient's left, rows to the back, slices to the head.
AFFINE = np.array([[0.8, 0, 0, -48], [0, 1.2, 0, -48], [0, 0, 5, -15], [0, 0, 0, 1.0]])
PLATE_HU, AROUND_HU, BALL_HU, BALL_MM = 57, -100, 130, 12.0
# On the middle slice the plate fills columns 20 to 100 and rows 20 to 60 (64 by 48 mm); the ball
# has its centre in the middle of the slice.
PLATE = Box(20, 20, 100, 60)


def phantom() -> np.ndarray:
    hu = np.full(SHAPE, AROUND_HU, np.int16)
    hu[:, 20:60, 20:100] = PLATE_HU
    k, j, i = np.mgrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    away = ((k - MIDDLE) * 5.0) ** 2 + ((j + 0.5 - 40) * 1.2) ** 2 + ((i + 0.5 - 60) * 0.8) ** 2
    hu[away <= BALL_MM**2] = BALL_HU
    return hu


@pytest.fixture(params=[PLAIN])
def ways(request: pytest.FixtureRequest) -> Ways:
    stored: Ways = request.param
    return stored


@pytest.fixture
def window(open_window: MakeWindow, tmp_path: Path, qtbot: QtBot, ways: Ways) -> MainWindow:
    window = open_window(write_stored(tmp_path / "ct", phantom(), AFFINE, ways))
    window.viewer.show_slice(MIDDLE)
    qtbot.waitUntil(lambda: window.review.session is not None)
    window.resize(1366, 768)
    return window


def at(window: MainWindow, x: float, y: float) -> QPoint:
    """The point of the picture over a position of the standard picture, however it is stored."""
    view = window.canvas.placement
    on_picture = view.transform().map(x, y)
    return QPoint(round(on_picture[0]), round(on_picture[1]))


def stroke(
    window: MainWindow, qtbot: QtBot, start: tuple[float, float], *stops: tuple[float, float]
) -> None:
    on = window.canvas.viewport()
    qtbot.mousePress(on, LEFT, pos=at(window, *start))
    for stop in stops:
        qtbot.mouseMove(on, at(window, *stop))
    qtbot.mouseRelease(on, LEFT, pos=at(window, *stops[-1]))


def shown(window: MainWindow) -> MeasurementsOnShow:
    return window.feature(MeasuringFeature).shown


def only(window: MainWindow) -> tuple[Measurement, Measured]:
    (one,) = shown(window).of_series()
    return one, shown(window).measured(one.slice_index, one.shape)


def listed(window: MainWindow) -> list[list[str]]:
    view = window.feature(MeasuringFeature).panel.view
    model = view.model()
    return [str(model.index(n, 0).data()).split("\n") for n in range(model.rowCount())]


def session_of(window: MainWindow) -> Session:
    assert window.review.session is not None
    return window.review.session


def reach(window: MainWindow) -> float:
    """Half a point of the screen in mm: no stroke is truer."""
    return 0.8 / window.canvas.placement.zoom


@pytest.mark.parametrize("ways", [*EIGHT, (False, True, True, True)], indirect=True)
def test_distance_region_and_angle_are_true_however_the_series_is_stored(
    window: MainWindow, qtbot: QtBot
) -> None:
    near = 2 * reach(window)
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (20, 30), (50, 31), (100, 30))  # across the plate
    _, across = only(window)
    assert across.length == pytest.approx(64, abs=near)
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (30, 20), (30, 60))
    (down,) = [m for m in map(value_of(window), shown(window).of_series()) if m != across]
    assert down.length == pytest.approx(48, abs=near)
    qtbot.keyClick(window.canvas, "k", SHIFT)
    stroke(window, qtbot, (22, 22), (30, 58))
    (region,) = [m for m in map(value_of(window), shown(window).of_series()) if m.hu]
    assert region.hu is not None
    assert (region.hu.mean, region.hu.sd, region.hu.highest) == (PLATE_HU, 0, PLATE_HU)
    assert region.area == pytest.approx(8 * 0.8 * 36 * 1.2, abs=60 * near)
    qtbot.keyClick(window.canvas, "v")
    stroke(window, qtbot, (60, 20), (20, 20))
    stroke(window, qtbot, (20, 20), (20 + 30, 20 + 20))  # 24 mm across, 24 mm down
    (angle,) = [m for m in map(value_of(window), shown(window).of_series()) if m.degrees]
    assert angle.degrees == pytest.approx(45, abs=2.5)


def value_of(window: MainWindow) -> Callable[[Measurement], Measured]:
    return lambda one: shown(window).measured(one.slice_index, one.shape)


def test_an_ellipse_over_the_ball_tells_its_hu_and_area(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, "k")
    stroke(window, qtbot, (60 - 12, 40 - 8), (60 + 12, 40 + 8))  # 19.2 by 19.2 mm, in the ball
    one, value = only(window)
    assert value.hu is not None
    assert (value.hu.mean, value.hu.sd, value.hu.lowest) == (BALL_HU, 0, BALL_HU)
    assert value.area == pytest.approx(np.pi * 9.6**2, rel=0.05)
    assert isinstance(one.shape, Ellipse)
    assert listed(window) == [
        [
            "Ellipse · Im 4",
            f"mean {BALL_HU}.0 HU, SD 0.0",
            f"min {BALL_HU}, max {BALL_HU} HU",
            f"{value.area:.1f} mm²",
        ]
    ]


def test_two_strokes_are_the_axes_of_the_chosen_finding(window: MainWindow, qtbot: QtBot) -> None:
    session = session_of(window)
    finding_id = session.add(series_uid(window), MIDDLE, Box(40, 25, 80, 55))
    window.review.select(finding_id)
    qtbot.keyClick(window.canvas, "m", SHIFT)
    stroke(window, qtbot, (45, 40), (75, 40))
    assert not session.findings[finding_id].axes, "the second stroke is still to come"
    stroke(window, qtbot, (60, 32), (60, 48))
    finding = session.findings[finding_id]
    long_mm, short_mm = finding.axes[MIDDLE].lengths_mm(1.2, 0.8)
    assert (long_mm, short_mm) == (pytest.approx(24, abs=0.6), pytest.approx(19.2, abs=0.6))
    assert listed(window) == [
        ["RECIST pair · Im 4 · finding of Im 4", f"{long_mm:.1f} × {short_mm:.1f} mm"]
    ]
    qtbot.keyClick(window.canvas, "z", Qt.KeyboardModifier.ControlModifier)
    assert session.findings[finding_id].boxes[MIDDLE] == Box(40, 25, 80, 55)
    assert listed(window) == []


def series_uid(window: MainWindow) -> str:
    assert window.viewer.series is not None
    return window.viewer.series.uid


def test_what_is_measured_away_from_the_chosen_finding_belongs_to_none(
    window: MainWindow, qtbot: QtBot
) -> None:
    session = session_of(window)
    finding_id = session.add(series_uid(window), 1, Box(40, 25, 80, 55))
    window.review.select(finding_id)
    window.viewer.show_slice(1)
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (20, 30), (100, 30))
    assert len(session.findings[finding_id].annotations) == 1
    window.viewer.show_slice(MIDDLE)
    qtbot.keyClick(window.canvas, "m", SHIFT)
    stroke(window, qtbot, (45, 40), (75, 40))
    stroke(window, qtbot, (60, 32), (60, 48))
    assert not session.findings[finding_id].axes
    (own,) = session.series_annotations.values()
    assert isinstance(own.annotation.shape, Diameters)
    assert [lines[0] for lines in listed(window)] == [
        "Distance · Im 2 · finding of Im 2",
        "RECIST pair · Im 4",
    ]


def test_a_profile_is_plotted_with_the_plates_edge_where_it_is(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = window.feature(MeasuringFeature).panel
    qtbot.keyClick(window.canvas, "v", SHIFT)
    stroke(window, qtbot, (10, 24), (60, 24))
    assert panel.plot.isVisibleTo(panel)
    (curve,) = panel.plot.listDataItems()
    away, hu = curve.getData()
    assert (hu[0], hu[-1]) == (AROUND_HU, PLATE_HU)
    edge = away[np.argmin(np.abs(hu - (AROUND_HU + PLATE_HU) / 2))]
    assert edge == pytest.approx(10 * 0.8, abs=0.5)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not panel.plot.isVisibleTo(panel)


def test_clicks_draw_as_strokes_do(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, "v")
    for x, y in ((60, 20), (20, 20), (20, 60)):
        qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=at(window, x, y))
    _, value = only(window)
    assert value.degrees == pytest.approx(90, abs=1.5)


def test_a_measurement_is_changed_by_its_handles_moved_and_removed_and_each_is_undone(
    window: MainWindow, qtbot: QtBot
) -> None:
    session, on = session_of(window), window.canvas.viewport()

    def undo() -> None:
        qtbot.keyClick(window.canvas, "z", Qt.KeyboardModifier.ControlModifier)

    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (20, 30), (60, 30))
    before, _ = only(window)
    stroke(window, qtbot, (60, 30), (80, 31), (100, 30))  # its second end
    longer, value = only(window)
    assert value.length == pytest.approx(64, abs=1)
    stroke(window, qtbot, (60, 30), (60, 40), (60, 50))  # its middle
    moved, value = only(window)
    assert moved.shape.points[0][1] == pytest.approx(50, abs=0.5)
    assert value.length == pytest.approx(64, abs=1)
    assert moved.uid == longer.uid == before.uid
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete, SHIFT)
    assert listed(window) == [] and not session.series_annotations
    for former in (moved, longer, before):
        undo()
        assert only(window)[0] == former
    undo()
    assert listed(window) == []
    for _ in range(2):
        qtbot.keyClick(window.canvas, "y", Qt.KeyboardModifier.ControlModifier)
    assert only(window)[0] == longer
    qtbot.mouseClick(on, LEFT, pos=at(window, 60, 70))
    assert shown(window).selected is None
    qtbot.mouseClick(on, LEFT, pos=at(window, 30, 30))
    assert shown(window).selected_uid == longer.uid


def test_the_list_is_there_only_with_a_measurement_and_leads_to_its_slice(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = window.feature(MeasuringFeature).panel
    assert not panel.isVisible()
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (20, 30), (60, 30))
    assert panel.isVisible()
    window.viewer.show_slice(0)
    assert not shown(window).on_picture()
    place = panel.view.visualRect(panel.model.index(0)).center()
    qtbot.mouseClick(panel.view.viewport(), LEFT, pos=place)
    assert window.viewer.slice_index == MIDDLE
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete, SHIFT)
    assert not panel.isVisible()


def coloured(window: MainWindow) -> int:
    """How many pixels of the picture have a colour, as measurements do and CT does not."""
    image = window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    rgb = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)
    return int((rgb[..., 2] - rgb[..., 0] > 60).sum())


def test_measurements_are_hidden_with_the_marks(window: MainWindow, qtbot: QtBot) -> None:
    without = coloured(window)
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (20, 30), (60, 30))
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert coloured(window) > without + 100
    qtbot.keyClick(window.canvas, "h")
    assert coloured(window) == without
    assert len(listed(window)) == 1, "the list still has it"
    qtbot.keyClick(window.canvas, "h")
    assert coloured(window) > without + 100


def test_labels_stay_on_the_picture_beside_their_shapes_and_clear_of_each_other(
    window: MainWindow, qtbot: QtBot
) -> None:
    layer = window.feature(MeasuringFeature).layer
    for y in (4, 12, 20, 28, 60, 68, 76):
        qtbot.keyClick(window.canvas, "k", SHIFT)
        stroke(window, qtbot, (96, y - 3), (118, y + 3))
    drawn = layer._drawn(window.canvas.fontMetrics())
    room = window.canvas.viewport().rect()
    for n, one in enumerate(drawn):
        assert room.contains(one.rect.toAlignedRect())
        assert not any(one.rect.intersects(other.rect) for other in drawn[:n])


def test_what_was_measured_is_there_when_the_study_is_opened_again(
    window: MainWindow, open_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (20, 30), (100, 30))
    before, value = only(window)
    window.close()
    again = open_window(tmp_path / "ct")
    qtbot.waitUntil(lambda: bool(listed(again)))
    assert only(again) == (before, value)


def test_measurements_leave_beside_the_review_and_come_back_as_one_step(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.keyClick(window.canvas, "k")
    stroke(window, qtbot, (48, 32), (72, 48))
    before, _ = only(window)
    with qtbot.waitSignal(window.exchange.noticed) as told:
        window.exchange.export(tmp_path / "reviewed.csv")
    assert "and 1 measurements in" not in told.args[0]
    assert "and 1 measurement in reviewed.measurements.csv" in told.args[0]
    table = tmp_path / "reviewed.measurements.csv"
    assert f",{BALL_HU}.00,0.00,{BALL_HU},{BALL_HU}," in table.read_text()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete, SHIFT)
    assert listed(window) == []
    window.exchange.preview_corrections(table)
    assert only(window)[0] == before
    qtbot.keyClick(window.canvas, "z", Qt.KeyboardModifier.ControlModifier)
    assert listed(window) == []


def test_where_nothing_can_be_recorded_a_length_is_shown_until_esc(
    window: MainWindow, open_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    second = open_window(tmp_path / "ct")
    qtbot.waitUntil(lambda: bool(second.review.read_only))
    second.viewer.show_slice(MIDDLE)
    without = coloured(second)
    qtbot.keyClick(second.canvas, "m")
    stroke(second, qtbot, (20, 30), (100, 30))
    assert listed(second) == []
    assert second.status_line.findChildren(type(second.status_line.reading))
    assert "64." in second.status_line.reading.text() or "63." in second.status_line.reading.text()
    assert coloured(second) > without + 100
    qtbot.keyClick(second.canvas, Qt.Key.Key_Escape)
    assert coloured(second) == without


def test_the_volume_of_the_chosen_finding_says_what_it_is_from(
    window: MainWindow, qtbot: QtBot
) -> None:
    session, uid, panel = session_of(window), series_uid(window), window.decision_panel
    ball = phantom() == BALL_HU
    slices = np.flatnonzero(ball.any((1, 2))).tolist()
    finding_id = ""
    for i in slices:
        rows, columns = ball[i].any(1).nonzero()[0], ball[i].any(0).nonzero()[0]
        box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        if not finding_id:
            finding_id = session.add(uid, i, box)
        else:
            session.add_box(finding_id, i, box)
    window.review.select(finding_id)
    ml = 4 / 3 * np.pi * BALL_MM**3 / 1000
    assert panel.volume.isVisibleTo(panel)
    said = panel.volume.text()
    assert said.endswith(f"ml, from boxes on {len(slices)} slices")
    assert float(said.split()[1]) == pytest.approx(ml, rel=0.12)
    for i in slices:
        session.annotate(finding_id, i, Mask.of(ball[i]))
    assert [line.split(", ")[1] for line in panel.volume.text().split("\n")] == [
        f"from boxes on {len(slices)} slices",
        f"from mask on {len(slices)} slices",
    ]
    window.review.select(None)
    assert not panel.volume.isVisibleTo(panel)


def test_a_finding_is_outlined_on_its_slices_and_told_from_its_mask(
    window: MainWindow, qtbot: QtBot
) -> None:
    session, uid, panel = session_of(window), series_uid(window), window.decision_panel
    ball = phantom() == BALL_HU
    slices = np.flatnonzero(ball.any((1, 2))).tolist()
    around = Box(60 - 16, 40 - 11, 60 + 16, 40 + 11)
    finding_id = session.add(uid, slices[1], around)
    for i in slices[2:-1]:
        session.add_box(finding_id, i, around)
    window.review.select(finding_id)
    qtbot.keyClick(window.canvas, "s", SHIFT)
    qtbot.waitUntil(lambda: "mask" in panel.volume.text())
    masks = session.findings[finding_id].annotations.values()
    found = sum(int(one.shape.pixels.sum()) for one in masks if isinstance(one.shape, Mask))
    assert found == pytest.approx(int(ball[slices[1:-1]].sum()), rel=0.05)
    said = panel.volume.text().split("\n")[1]
    assert said.endswith(f"from mask on {len(slices) - 2} slices")
    voxel_ml = 0.8 * 1.2 * 5 / 1000
    assert float(said.split()[1]) == pytest.approx(found * voxel_ml, abs=0.01)
    assert listed(window) == [], "an outline is the finding's own"
    qtbot.keyClick(window.canvas, "z", Qt.KeyboardModifier.ControlModifier)
    assert not session.findings[finding_id].annotations, "one step"


def test_a_mask_is_drawn_along_the_edges_of_its_pixels() -> None:
    pixels = np.zeros((20, 20), bool)
    pixels[4:6, 7:10] = pixels[6, 7] = True
    lines = {tuple(sorted(line)) for line in outlines(Mask.of(pixels))}
    assert lines == {
        ((7, 4), (10, 4)), ((8, 6), (10, 6)), ((7, 7), (8, 7)),
        ((7, 4), (7, 7)), ((10, 4), (10, 6)), ((8, 6), (8, 7)),
    }  # fmt: skip


def test_esc_gives_up_what_is_half_drawn(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, "v")
    stroke(window, qtbot, (60, 20), (20, 20))
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    level = window.viewer.window
    stroke(window, qtbot, (30, 30), (40, 40))
    assert window.viewer.window != level, "a drag sets the window again"
    assert listed(window) == []


def test_where_the_slices_are_not_shown_a_tool_says_so(window: MainWindow, qtbot: QtBot) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window.canvas, "2", alt)
    qtbot.keyClick(window.canvas, Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_Return, alt)  # the coronal plane alone
    assert not window.canvas.isVisible()
    qtbot.keyClick(window, "m")
    assert "does not show" in window.message_bar.text
    qtbot.keyClick(window, "1", alt)
    stroke(window, qtbot, (30, 30), (50, 30))
    assert listed(window) == []


def test_a_line_of_no_length_is_none(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (30, 30), (50, 30), (30, 30))
    assert listed(window) == []
    qtbot.keyClick(window.canvas, "m")
    stroke(window, qtbot, (30, 30), (50, 30))
    assert isinstance(only(window)[0].shape, Line)


@pytest.mark.parametrize("density", ["2"])
def test_strokes_measure_as_true_on_a_dense_screen(density: str) -> None:
    names = "over_the_ball or labels_stay"
    command = [sys.executable, "-m", "pytest", "-n", "0", "-v", __file__, "-k", names]
    env = {**os.environ, "QT_SCALE_FACTOR": density}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
