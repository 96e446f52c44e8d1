"""The strip beside the picture, and the thumbnails of the list of series."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.phantom.abdomen import Phantom
from lesion_viewer.ct.values.window import to_display
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.canvas.status_appearance import status_colour
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.study.series_delegate import THUMBNAIL
from lesion_viewer.ui.study.slice_slider import FINDINGS, LIVER, READ, Extent, SliceSlider
from lesion_viewer.ui.style import theme
from tests.ui.conftest import FakeDetector, MakeWindow


def colours_at(slider: SliceSlider, x: float, slice_index: int) -> list[str]:
    """What is painted within two points of a place of the strip."""
    image = slider.grab().toImage()
    y = round(slider.y_of(slice_index))
    rows, columns = range(y - 2, y + 3), range(round(x) - 2, round(x) + 3)
    return [image.pixelColor(c, r).name() for r in rows for c in columns]


def test_a_finding_stands_at_its_best_slice_in_the_colour_of_its_status(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    window = swept_window
    middle = FINDINGS.center().x()
    assert _is_near(
        colours_at(window.slider, FINDINGS.left() + 1, 11), status_colour(Status.UNDECIDED)
    )
    for _ in range(3):
        qtbot.keyClick(window.canvas, "n")
        if window.viewer.slice_index == 11:
            break
    qtbot.keyClick(window.canvas, "a")
    assert _is_near(colours_at(window.slider, middle, 11), status_colour(Status.ACCEPTED))
    assert not _is_near(colours_at(window.slider, middle, 20), status_colour(Status.ACCEPTED))


def _is_near(colours: list[str], wanted: str) -> bool:
    one = QColor(wanted)
    apart = [
        max(abs(c.red() - one.red()), abs(c.green() - one.green()), abs(c.blue() - one.blue()))
        for c in map(QColor, colours)
    ]
    return min(apart) < 40


def test_statuses_have_shapes_of_their_own(qtbot: QtBot) -> None:
    slider = SliceSlider()
    qtbot.addWidget(slider)
    slider.resize(42, 200)
    slider.set_count(24)
    shapes = set()
    for status in Status:
        slider.set_findings([Extent(12, 12, 12, status)])
        image = slider.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        empty = image.pixelColor(41, 0).red()
        y, xs = round(slider.y_of(12)), range(round(FINDINGS.left()), 41)
        shapes.add(
            tuple(
                abs(image.pixelColor(x, y + dy).red() - empty) > 40
                for dy in range(-5, 6)
                for x in xs
            )
        )
    assert len(shapes) == len(Status)


def test_a_slice_marked_as_read_is_marked_on_the_strip_until_it_is_no_longer(
    window: MainWindow, qtbot: QtBot
) -> None:
    def is_marked(slice_index: int) -> bool:
        return theme().read in colours_at(window.slider, READ.center().x(), slice_index)

    qtbot.keyClick(window.canvas, "r")
    assert is_marked(12) and not is_marked(8)
    qtbot.keyClick(window.canvas, "r")
    assert not is_marked(12)


def test_a_click_on_a_findings_sign_shows_its_best_slice(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    slider = swept_window.slider
    at = QPoint(round(FINDINGS.center().x()), round(slider.y_of(15)) + 5)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at)
    assert swept_window.viewer.slice_index == 15


def test_the_list_shows_the_middle_slice_of_a_series_as_it_lies_in_its_own_window(
    window: MainWindow, qtbot: QtBot, phantom: Phantom
) -> None:
    index = window.series_list.model().index(0, 0)
    qtbot.waitUntil(lambda: index.data(THUMBNAIL) is not None)
    shown = index.data(THUMBNAIL).scaled(32, 32).convertToFormat(QImage.Format.Format_Grayscale8)
    series = window.viewer.series
    assert series is not None and series.file_window is not None
    grey = to_display(phantom.hu[12].astype(np.int16), series.file_window)
    expected = grey.reshape(32, 4, 32, 4).mean((1, 3))
    found = np.array([[shown.pixelColor(x, y).red() for x in range(32)] for y in range(32)])
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.95
    place = window.series_list.visualRect(index)
    picture = window.series_list.viewport().grab().toImage()
    middle = picture.pixelColor(place.left() + 30, place.center().y())
    assert middle.lightness() > 40


def test_a_series_whose_middle_slice_cannot_be_read_gets_no_thumbnail_and_no_error(
    open_window: MakeWindow, qtbot: QtBot, study_folder: Path, tmp_path: Path
) -> None:
    for file in sorted(study_folder.iterdir()):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    middle = sorted(tmp_path.iterdir())[12]
    middle.write_bytes(middle.read_bytes()[:-4000])
    window = open_window(tmp_path)
    index = window.series_list.model().index(0, 0)
    qtbot.wait(200)
    assert index.data(THUMBNAIL) is None
    assert "Unexpected" not in window.message_bar.text


@pytest.mark.parametrize("wanted", ["dark", "light"])
def test_the_strip_can_be_seen_in_each_theme(
    open_window: MakeWindow, qtbot: QtBot, wanted: str
) -> None:
    window = open_window(theme=wanted)

    def is_seen() -> bool:
        image = window.slider.grab().toImage()
        beside, track = image.pixelColor(40, 2), image.pixelColor(12, round(window.slider.y_of(3)))
        return abs(beside.lightness() - track.lightness()) > 40

    qtbot.waitUntil(is_seen)  # once its slices are read: what is not read yet is fainter


def test_the_livers_extent_is_shown_as_the_gate_answers_and_at_the_next_start(
    open_window: MakeWindow, qtbot: QtBot, detectors: dict[str, FakeDetector]
) -> None:
    detector = detectors["first"]
    detector.has_liver = lambda slice_index: 8 <= slice_index < 14

    def is_marked(window: MainWindow, slice_index: int) -> bool:
        return theme().liver in colours_at(window.slider, LIVER.center().x(), slice_index)

    first = open_window()
    assert not is_marked(first, 10)
    qtbot.keyClick(first.canvas, "d")
    qtbot.waitUntil(lambda: first.sweep.is_complete)
    expected = [8 <= i < 14 for i in range(24)]
    assert [is_marked(first, i) for i in (6, 9, 12, 16)] == [False, True, True, False]
    assert [i in first.sweep.liver for i in range(24)] == expected
    first.close()
    again = open_window()
    assert [i in again.sweep.liver for i in range(24)] == expected
    assert is_marked(again, 9) and not is_marked(again, 16)
