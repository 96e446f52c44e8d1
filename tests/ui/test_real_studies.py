"""The window on real CT."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import OriginKind, Status
from lesion_viewer.ui.shell.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.realdata

CASE_01 = Path("ircadb01/case01/DICOM")
DEEPLESION = Path("deeplesion")


def test_case_01_opens_with_its_geometry(open_window: MakeWindow, real_data: Path) -> None:
    window = open_window(real_data / CASE_01)
    series = window.viewer.series
    assert series is not None
    assert series.shape == (129, 512, 512)
    assert series.spacing_mm == pytest.approx((1.6, 0.57, 0.57), abs=0.01)
    assert "129 × 512 × 512" in window.series_list.model().index(0, 0).data()


def test_the_liver_of_case_01_is_on_the_left_of_the_picture(
    open_window: MakeWindow, real_data: Path
) -> None:
    window = open_window(real_data / CASE_01)
    window.viewer.show_slice(80)
    volume = window.viewer.volume
    assert volume is not None
    # Enhanced liver, 80 to 140 HU: most of it lies left of the spine, as the reader sees it.
    is_liver = (volume.voxels[80] > 80) & (volume.voxels[80] < 140)
    picture = window.canvas.grab().toImage()
    assert is_liver[:, :256].sum() > 2 * is_liver[:, 256:].sum()
    assert picture.width() > 200


def test_a_decision_on_case_01_is_there_after_reopening(
    open_window: MakeWindow, real_data: Path
) -> None:
    first = open_window(real_data / CASE_01)
    first.viewer.show_slice(70)
    first.marks.take_drawn_box(Box(100, 200, 130, 240))
    first.close()
    again = open_window(real_data / CASE_01)
    assert again.viewer.slice_index == 70
    assert [f.status for f in again.review.findings().values()] == [Status.ADDED]


def test_deeplesion_key_slices_show_their_labelled_boxes(
    make_window: MakeWindow, real_data: Path, qtbot: QtBot
) -> None:
    window = make_window()
    folder = real_data / DEEPLESION
    window.open(folder / "Images_png", annotations=folder / "DL_info_val_test.csv")
    qtbot.waitUntil(lambda: window.review.session is not None)
    session = window.review.session
    assert session is not None
    labels = [f for f in session.findings.values() if f.origin.kind is OriginKind.LABEL]
    assert len({(f.series_uid, f.key_slice) for f in labels}) >= 23
    qtbot.waitUntil(lambda: bool(window.review.findings_on_screen()))
    # As the annotations say: x, y and the distance of slices; on screen the last comes first.
    project = window.project.work_list
    assert project is not None
    item = next(i for i in project.items if i.name == "000122_01_01_063.png")
    window.project.show_item(item)
    assert window.viewer.series is not None
    assert window.viewer.series.spacing_mm == (5.0, 0.820312, 0.820312)


def test_inside_the_labelled_boxes_liver_lesions_are_darker_than_round_them(
    make_window: MakeWindow, real_data: Path, qtbot: QtBot
) -> None:
    window = make_window()
    folder = real_data / DEEPLESION
    window.open(folder / "Images_png", annotations=folder / "DL_info_val_test.csv")
    qtbot.waitUntil(lambda: window.review.session is not None)
    session = window.review.session
    assert session is not None
    project = window.project.work_list
    assert project is not None
    present = {(i.series_uid, i.slice_index) for i in project.items if i.is_present}
    darker = []
    for finding in session.findings.values():
        if (finding.series_uid, finding.key_slice) not in present:
            continue
        hu = project.series(finding.series_uid).decode(finding.key_slice)
        box = finding.boxes[finding.key_slice]
        x, y = (round(v) for v in box.centre)
        r = max(round(min(box.width, box.height) / 4), 1)
        inside = np.median(hu[y - r : y + r + 1, x - r : x + r + 1])
        around = round(max(box.width, box.height))
        ring = hu[max(y - around, 0) : y + around, max(x - around, 0) : x + around]
        tissue = ring[(ring > 0) & (ring < 200)]
        darker.append(inside < np.median(tissue))
    assert len(darker) >= 23
    assert np.mean(darker) > 0.7
