"""A review belongs to the picture that it was made on, not to whatever has its UIDs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]
Change = Callable[[pydicom.Dataset], None]
Key, Shift, Ctrl = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def press(window: MainWindow, qtbot: QtBot, *keys: str) -> None:
    for key in keys:
        qtbot.keyClick(window.canvas, key)


def copy_of(study: Path, folder: Path, change: Change) -> Path:
    """The study under the same UIDs, with each slice changed."""
    for file in sorted(study.rglob("*.dcm")):
        image = pydicom.dcmread(file)
        change(image)
        to = folder / file.relative_to(study)
        to.parent.mkdir(parents=True, exist_ok=True)
        image.save_as(to)
    return folder


def half_size(image: pydicom.Dataset) -> None:
    pixels = image.pixel_array[:64, :64].copy()
    image.Rows = image.Columns = 64
    image.PixelData = pixels.tobytes()


def finer(image: pydicom.Dataset) -> None:
    image.PixelSpacing = [2.9, 2.9]


def mirrored(image: pydicom.Dataset) -> None:
    image.ImageOrientationPatient = [-1, 0, 0, 0, -1, 0]


def moved(image: pydicom.Dataset) -> None:
    x, y, z = image.ImagePositionPatient
    image.ImagePositionPatient = [x, y + 12, z]


def brighter(image: pydicom.Dataset) -> None:
    image.PixelData = (image.pixel_array + 20).tobytes()


def reviewed(window: MainWindow, qtbot: QtBot) -> dict[str, Finding]:
    """The findings after the first candidate was accepted."""
    press(window, qtbot, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    press(window, qtbot, "n", "a")
    return dict(window.review.findings())


def new_review(window: MainWindow, qtbot: QtBot) -> None:
    (button,) = (
        b for b in window.message_bar.findChildren(QPushButton) if b.text() == "New review"
    )
    with qtbot.waitSignal(window.study.review_begun):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (half_size, "What differs: size (64 x 64 pixels, was 128 x 128)"),
        (finer, "What differs: spacing (2.9 x 2.9 x 10 mm, was 3 x 3 x 10)"),
        (mirrored, "What differs: orientation"),
        (moved, "What differs: positions (up to 12.0 mm away)"),
        (brighter, "What differs: pixels of Im 1, 13, 24"),
    ],
)
def test_findings_are_not_drawn_on_another_picture_under_the_same_uids(
    open_window: MakeWindow,
    qtbot: QtBot,
    study_folder: Path,
    tmp_path: Path,
    change: Change,
    what: str,
) -> None:
    other = copy_of(study_folder, tmp_path / "other", change)
    first = open_window()
    before = reviewed(first, qtbot)
    first.close()
    second = open_window(other)
    assert what in second.message_bar.text
    assert second.review.findings() == {}
    for index in range(24):
        second.viewer.show_slice(index)
        assert second.review.findings_on_screen() == []
    press(second, qtbot, "n", "a", "r", "d")
    second.close()
    assert dict(open_window().review.findings()) == before


def test_a_new_review_is_found_again_with_its_picture_and_the_former_with_its_own(
    open_window: MakeWindow, qtbot: QtBot, study_folder: Path, tmp_path: Path
) -> None:
    other = copy_of(study_folder, tmp_path / "other", brighter)
    first = open_window()
    before = reviewed(first, qtbot)
    first.close()
    second = open_window(other)
    new_review(second, qtbot)
    assert second.message_bar.text == ""
    assert second.review.findings() == {}
    press(second, qtbot, "d")
    qtbot.waitUntil(lambda: second.sweep.is_complete)
    press(second, qtbot, "n", "x")
    after = dict(second.review.findings())
    assert [f.status for f in after.values()].count(Status.REJECTED) == 1
    second.close()
    third = open_window(other)
    assert third.message_bar.text == ""
    assert dict(third.review.findings()) == after
    third.close()
    fourth = open_window()
    assert fourth.message_bar.text == ""
    assert dict(fourth.review.findings()) == before


def test_unchanged_series_of_the_study_stay_reviewed(
    open_window: MakeWindow, qtbot: QtBot, phantom: Phantom, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    write_series(study / "a", phantom.hu, phantom.spacing_mm, seed=7)
    write_series(study / "b", phantom.hu[:20], phantom.spacing_mm, seed=8)
    uid = pydicom.dcmread(study / "a/IM0001.dcm").StudyInstanceUID
    shared = copy_of(study, tmp_path / "shared", lambda i: setattr(i, "StudyInstanceUID", uid))
    changed = copy_of(
        shared,
        tmp_path / "changed",
        lambda i: brighter(i) if i.SeriesInstanceUID == image_uid(study / "a") else None,
    )
    first = open_window(shared)
    reviewed(first, qtbot)
    qtbot.keyClick(first.canvas, Key.Key_PageDown)
    if first.review.row == 0:
        qtbot.keyClick(first.canvas, Key.Key_PageUp)
    before = {}
    for row in (0, 1):
        first.study.show_row(row)
        if not first.review.findings():
            before[row] = reviewed(first, qtbot)
        before[row] = dict(first.review.findings())
    first.close()
    second = open_window(changed)
    other = next(
        row for row in (0, 1) if second.review.series_list[row].uid == image_uid(study / "a")
    )
    second.study.show_row(1 - other)
    assert second.message_bar.text == ""
    assert dict(second.review.findings()) == before[1 - other]
    second.study.show_row(other)
    assert "pixels of Im" in second.message_bar.text
    assert second.review.findings() == {}
    new_review(second, qtbot)
    press(second, qtbot, "r")
    second.study.show_row(1 - other)
    press(second, qtbot, "r")
    assert dict(second.review.findings()) == before[1 - other]


def image_uid(folder: Path) -> str:
    return str(pydicom.dcmread(folder / "IM0001.dcm").SeriesInstanceUID)


def test_a_review_that_nobody_wrote_in_belongs_to_any_picture(
    open_window: MakeWindow, qtbot: QtBot, study_folder: Path, tmp_path: Path
) -> None:
    other = copy_of(study_folder, tmp_path / "other", brighter)
    open_window().close()
    second = open_window(other)
    assert second.message_bar.text == ""
    after = reviewed(second, qtbot)
    second.close()
    third = open_window(other)
    assert dict(third.review.findings()) == after


def test_findings_stay_on_their_slices_when_slices_join_before_them(
    open_window: MakeWindow, qtbot: QtBot, study_folder: Path, tmp_path: Path
) -> None:
    part = copy_of(study_folder, tmp_path / "part", lambda image: None)
    for number in (1, 2, 3):
        (part / f"IM{number:04d}.dcm").unlink()
    first = open_window(part)
    before = reviewed(first, qtbot)
    qtbot.keyClick(first.canvas, Key.Key_R, Shift)
    first.close()
    second = open_window()
    assert "3 more slices than when this series was reviewed" in second.message_bar.text
    after = second.review.findings()
    assert after.keys() == before.keys()
    for finding_id, finding in before.items():
        assert after[finding_id].boxes == {i + 3: box for i, box in finding.boxes.items()}
    assert second.sweep.swept == set(range(3, 24))
    second.viewer.show_slice(0)
    assert second.review.is_read_in_full() == (False, False)
    second.viewer.show_slice(3)
    assert second.review.is_read_in_full() == (True, False)
    qtbot.keyClick(second.canvas, Key.Key_Z, Ctrl)
    qtbot.keyClick(second.canvas, Key.Key_Z, Ctrl)
    assert all(f.status is Status.UNDECIDED for f in second.review.findings().values())


def test_a_series_that_lacks_reviewed_slices_is_not_drawn_over(
    open_window: MakeWindow, qtbot: QtBot, study_folder: Path, tmp_path: Path
) -> None:
    part = copy_of(study_folder, tmp_path / "part", lambda image: None)
    (part / "IM0002.dcm").unlink()
    first = open_window()
    before = reviewed(first, qtbot)
    first.close()
    second = open_window(part)
    assert "images (1 of the 24 that were reviewed are not there)" in second.message_bar.text
    assert second.review.findings() == {}
    second.close()
    assert dict(open_window().review.findings()) == before


def test_an_export_on_another_picture_is_refused_with_what_differs(
    open_window: MakeWindow, qtbot: QtBot, study_folder: Path, tmp_path: Path
) -> None:
    other = copy_of(study_folder, tmp_path / "other", mirrored)
    first = open_window()
    reviewed(first, qtbot)
    first.close()
    second = open_window(other)
    second.exchange.export(tmp_path / "reviewed.csv")
    assert "What differs: orientation" in second.message_bar.text
    assert not (tmp_path / "reviewed.csv").exists()


def test_an_image_of_a_project_that_was_replaced_is_not_drawn_over(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    files = write_project(tmp_path)

    def opened() -> MainWindow:
        window = make_window()
        window.open(*files)
        qtbot.waitUntil(lambda: window.project.item is not None)
        wait_for_image(window, qtbot)
        return window

    first = opened()
    press(first, qtbot, "a")
    wait_for_image(first, qtbot)
    first.close()
    image = files[0] / "000001_01_01/012.png"
    pixels = np.array(Image.open(image)) + np.uint16(7)
    Image.fromarray(pixels).save(image)
    second = opened()
    second.project.show_number(0)
    wait_for_image(second, qtbot)
    qtbot.waitUntil(lambda: second.message_bar.text != "")
    assert "its pixels differ" in second.message_bar.text
    assert second.review.findings_on_screen() == []
    press(second, qtbot, "x")
    second.project.show_number(1)
    wait_for_image(second, qtbot)
    assert second.message_bar.text == ""
    assert len(second.review.findings_on_screen()) == 2
    second.project.show_number(0)
    wait_for_image(second, qtbot)
    (button,) = (
        b for b in second.message_bar.findChildren(QPushButton) if b.text() == "New review"
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [f.status for f in second.review.findings_on_screen()] == [Status.UNDECIDED]
    second.close()
    third = opened()
    third.project.show_number(0)
    wait_for_image(third, qtbot)
    assert third.message_bar.text == ""
    assert [f.status for f in third.review.findings_on_screen()] == [Status.UNDECIDED]


def wait_for_image(window: MainWindow, qtbot: QtBot) -> None:
    volume = window.viewer.volume
    assert volume is not None
    qtbot.waitUntil(lambda: volume.is_settled(window.viewer.slice_index))
    qtbot.wait(100)
