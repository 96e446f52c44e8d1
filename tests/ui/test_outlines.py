"""What a detector marks, outlined in the window: where, in which views, and when it is hidden."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.measurements.volumes import ml_text
from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.review.marked import disc, mask
from tests.turned import Ways, write_stored
from tests.ui.conftest import SHAPE, FakeDetector, MakeWindow
from tests.ui.planes_window import pane, pixels

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LIVER = mask(25, 30, 60)
LESION = SliceMask.of(disc(5), 43, 68)
BOX = Box(40, 66, 57, 80)
WITH_LIVER = range(4, 20)
SLICES = (10, 11, 12)
VOXEL_ML = 10 * 3 * 3 / 1000


def find(slice_index: int) -> tuple[Detection, ...]:
    return (Detection(BOX, 0.9, "", LESION),) if slice_index in SLICES else ()


@pytest.fixture
def marking(detectors: dict[str, FakeDetector]) -> FakeDetector:
    """The chosen detector marks a lesion, and the liver round it."""
    detector = detectors["first"]
    detector.found_on = find
    detector.has_liver = lambda i: i in WITH_LIVER
    detector.liver_on = lambda i: LIVER if i in WITH_LIVER else None
    return detector


@pytest.fixture
def swept(marking: FakeDetector, open_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    return sweep(open_window(), qtbot)


def sweep(window: MainWindow, qtbot: QtBot) -> MainWindow:
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    window.viewer.show_slice(11)
    return window


def outlined(
    window: MainWindow, qtbot: QtBot, view: PictureView | None = None
) -> NDArray[np.bool_]:
    """The points of a picture that the switch changes: (rows, columns)."""
    view = view or window.canvas
    before = pixels(view)
    qtbot.keyClick(window.canvas, "o", SHIFT)
    after = pixels(view)
    qtbot.keyClick(window.canvas, "o", SHIFT)
    assert np.array_equal(pixels(view), before)
    return np.asarray((before != after).any(-1))


def points_near_edges(view: SliceView, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The points within two of a pixel's edge between marked and others, by hand."""
    near = np.zeros((view.viewport().height(), view.viewport().width()), bool)
    rows, columns = marked.shape
    for y, x in np.argwhere(marked):
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            if 0 <= y + dy < rows and 0 <= x + dx < columns and marked[y + dy, x + dx]:
                continue
            along = np.linspace(0, 1, 9)
            xs = x + (dx + 1) / 2 + 0 * along if dx else x + along
            ys = y + (dy + 1) / 2 + 0 * along if dy else y + along
            for place in zip(xs.tolist(), ys.tolist(), strict=True):
                at = view.placement.to_widget(*place).toPoint()
                near[max(at.y() - 2, 0) : at.y() + 3, max(at.x() - 2, 0) : at.x() + 3] = True
    return near


@pytest.mark.parametrize(
    "ways",
    [(False, False, False, False), (True, False, True, False)],
    ids=["standard", "turned"],
)
def test_lines_go_round_what_is_marked_however_the_picture_is_turned_and_enlarged(
    marking: FakeDetector, open_window: MakeWindow, qtbot: QtBot, tmp_path: Path, ways: Ways
) -> None:
    affine = np.diag([3.0, 3.0, 10.0, 1.0])
    hu = np.full((14, *SHAPE[1:]), 40, np.int16)
    window = sweep(open_window(write_stored(tmp_path / "ct", hu, affine, ways)), qtbot)
    assert LESION is not None
    for key in ("", "o", "n", "z"):  # as they are stored, the finding chosen, and enlarged
        if key:
            qtbot.keyClick(window.canvas, key)
        seen = outlined(window, qtbot)
        near = np.zeros_like(seen)
        for marked in (LIVER, LESION):
            near |= points_near_edges(window.canvas, marked.on(*SHAPE[1:]))
        assert seen.any() and not (seen & ~near).any()
        # Marks lie over some of it; a line is one point wide, its surroundings here are five.
        assert seen.sum() > 0.1 * near.sum()


def test_the_switch_is_kept_and_stands_in_the_detectors_panel(
    swept: MainWindow, qtbot: QtBot
) -> None:
    box = swept.detection_panel.outlines
    assert box.isChecked() and outlined(swept, qtbot).any()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert not box.isChecked()
    assert not swept.canvas.outlines.outlines
    assert not load_settings().show_outlines
    qtbot.keyClick(swept.canvas, "o", SHIFT)
    assert box.isChecked() and load_settings().show_outlines


def test_marks_and_outlines_are_hidden_by_one_key(swept: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(swept.canvas, "h")
    assert not outlined(swept, qtbot).any()
    qtbot.keyClick(swept.canvas, "h")
    assert outlined(swept, qtbot).any()


def drawn(window: MainWindow) -> list[SliceMask]:
    return [one.mask for one in window.canvas.outlines.outlines]


def test_what_is_rejected_or_corrected_is_not_outlined(swept: MainWindow, qtbot: QtBot) -> None:
    assert drawn(swept) == [LIVER, LESION]
    qtbot.keyClick(swept.canvas, "n")
    qtbot.keyClick(swept.canvas, "x")
    qtbot.keyClick(swept.canvas, "h", SHIFT)
    assert drawn(swept) == [LIVER]
    qtbot.keyClick(swept.canvas, "z", CTRL)
    assert drawn(swept) == [LIVER, LESION]
    swept.marks.change_box(swept.review.selected_id or "", Box(41, 66, 57, 80))
    assert drawn(swept) == [LIVER]
    swept.viewer.show_slice(12)
    assert drawn(swept) == [LIVER, LESION]
    swept.viewer.show_slice(2)
    assert not drawn(swept)


def test_a_second_reader_sees_nothing_of_it_until_the_first_read_is_done(
    marking: FakeDetector, open_window: MakeWindow, qtbot: QtBot
) -> None:
    window = open_window(reading_mode="second_reader")
    window.viewer.show_slice(11)
    strip = window.slider.grab().toImage()
    sweep(window, qtbot)
    assert not outlined(window, qtbot).any()
    assert window.detection_panel.liver.isHidden() and not window.slider._liver
    qtbot.mouseClick(window.detection_panel.first_read, Qt.MouseButton.LeftButton)
    assert drawn(window) == [LIVER, LESION]
    assert window.detection_panel.liver.text() and set(window.slider._liver) == {*WITH_LIVER}
    assert strip != window.slider.grab().toImage()
    qtbot.keyClick(window.canvas, "z", CTRL)
    assert not drawn(window) and window.detection_panel.liver.isHidden()


def test_volumes_are_told_as_the_detectors(swept: MainWindow, qtbot: QtBot) -> None:
    liver_ml = LIVER.count * len(WITH_LIVER) * VOXEL_ML
    assert (
        swept.detection_panel.liver.text() == f"Liver {liver_ml:.0f} ml by the detector's outline"
    )
    qtbot.keyClick(swept.canvas, "n")
    lesion_ml = disc(5).sum() * len(SLICES) * VOXEL_ML
    assert f"Volume {lesion_ml:.1f} ml, by the detector on 3 slices" in (
        swept.decision_panel.volume.text()
    )


def test_a_liver_that_is_searched_in_part_says_so(
    marking: FakeDetector, open_window: MakeWindow, qtbot: QtBot
) -> None:
    window = open_window()
    marking.fails_on, marking.liver_on = 0, lambda i: LIVER if i >= 20 else None
    window.viewer.show_slice(23)
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: bool(window.message_bar.text))
    searched = window.sweep.swept
    assert 23 in searched and 0 not in searched
    ml = ml_text(LIVER.count * sum(i >= 20 for i in searched) * VOXEL_ML)
    assert window.detection_panel.liver.text() == (
        f"Liver {ml} ml by the detector's outline · {len(searched)} of 24 slices searched"
        " · cut by the end of the scan"
    )


def test_planes_show_where_they_cut_what_is_marked(
    marking: FakeDetector, open_window: MakeWindow, qtbot: QtBot
) -> None:
    window = open_window(layout="2x2")
    window.resize(1500, 900)
    sweep(window, qtbot)
    window.viewer.look_at(11, 48, 73)  # the middle of the lesion
    coronal, sagittal, slab = (pane(window, place) for place in (1, 2, 3))
    # Columns run to the left, slices to the head: the lowest slice is the lowest row.
    lesion = np.zeros((SHAPE[0], SHAPE[2]), bool)
    lesion[[SHAPE[0] - 1 - i for i in SLICES], 43:54] = True
    liver = np.zeros_like(lesion)
    liver[[SHAPE[0] - 1 - i for i in WITH_LIVER]] = LIVER.on(*SHAPE[1:])[73]
    seen = [one.mask.on(SHAPE[0], SHAPE[2]) for one in coronal.outlines.outlines]
    assert [np.array_equal(*pair) for pair in zip(seen, (liver, lesion), strict=True)] == [True] * 2
    assert len(sagittal.outlines.outlines) == 2
    assert outlined(window, qtbot, coronal).any() and outlined(window, qtbot, sagittal).any()
    assert not slab.outlines.outlines, "a slab of 10 mm shows more than one slice"
    window.viewer.look_at(11, 2, 2)
    assert not coronal.outlines.outlines and not sagittal.outlines.outlines
