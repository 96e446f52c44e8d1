"""The first slices of a study are on show while the rest arrives, and never pass for the whole."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.pacs.addresses import Address, name_address
from lesion_viewer.ui.pacs.arrival_strip import ArrivalStrip
from lesion_viewer.ui.pacs.search_dialog import SearchDialog
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.study.series_list import series_size
from lesion_viewer.viewing.review_on_show import STILL_ARRIVING
from tests.exchange.faulty_pacs import STUDY, Faulty
from tests.exchange.reports import ROOT, SLICES, write_study
from tests.ui.conftest import MakeWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
NO_KEY, Alt = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
ORDER = (4, 1, 0, 3, 2, 5)
"""Places of the images in the order in which they arrive."""

Start = Callable[[str], Faulty]


@pytest.fixture
def pacs(tmp_path: Path) -> Iterator[Start]:
    """Starts a PACS that sends two images and stops there, until it is told to go on."""
    servers: list[Faulty] = []

    def start(answers: str) -> Faulty:
        servers.append(Faulty(write_study(tmp_path / "images"), answers, ORDER))
        name_address("ward", Address(f"FAULTY@127.0.0.1:{servers[-1].port}"))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def strip(window: MainWindow) -> ArrivalStrip:
    return window.findChildren(ArrivalStrip)[0]


def search(window: MainWindow, qtbot: QtBot) -> SearchDialog:
    window.actions_by_id["file.search_archive"].trigger()
    (dialog,) = window.findChildren(SearchDialog)
    qtbot.keyClick(dialog.patient_id, Key.Key_Return)
    qtbot.waitUntil(dialog.fetch_button.isEnabled)
    return dialog


def show_part(window: MainWindow, qtbot: QtBot) -> SearchDialog:
    """Fetch the study until its first two slices are on show."""
    dialog = search(window, qtbot)
    qtbot.mouseClick(dialog.fetch_button, Left)
    qtbot.waitUntil(lambda: images_on_show(window) == [2, 5])
    return dialog


def press(
    window: MainWindow, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY
) -> str:
    """What the window says to a key."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.message_bar.hide()
    qtbot.keyClick(window, key, modifier)
    return window.message_bar.text


def images_on_show(window: MainWindow) -> list[int]:
    """Numbers of the images on show, as their SOP Instance UIDs end."""
    series = window.viewer.series
    slices = series.slices if series is not None else ()
    return [int(one.sop_instance_uid.rpartition(".")[2]) for one in slices]


def kept(home: Path) -> list[Path]:
    return list((home / "studies").rglob("*"))


def test_the_first_slices_are_on_show_and_the_rest_joins_them(
    pacs: Start, make_window: MakeWindow, qtbot: QtBot, own_home: Path, tmp_path: Path
) -> None:
    server, window = pacs("stops"), make_window(layout="2x2")
    show_part(window, qtbot)
    qtbot.waitUntil(lambda: f"2 of {SLICES} images" in strip(window).text)
    series, volume = window.viewer.series, window.viewer.volume
    assert series is not None and volume is not None and series.is_arriving
    assert "not the whole study: 2 of 6 images" in series.faults[0].text
    assert series_size(series).endswith("\n0.90 × 0.70 mm"), "others may come between"
    window.viewer.show_slice(1)
    qtbot.waitUntil(lambda: bool(volume.is_loaded.all()))
    images = open_study(tmp_path / "images").series[0]
    assert (volume.voxels[1] == images.decode(4)).all()
    window.canvas.show_box(Box(10, 10, 30, 30))
    window.viewer.window = Window(333, 22)
    zoom = window.canvas.placement.zoom

    server.go_on()
    qtbot.waitUntil(lambda: window.review.session is not None)
    assert images_on_show(window) == [1, 2, 3, 4, 5, 6]
    assert window.viewer.slice_index == 4, "the fifth image stays on show"
    assert window.viewer.window.width == 333 and window.canvas.placement.zoom == zoom
    assert strip(window).text == ""
    whole = window.viewer.series
    assert whole is not None and not whole.is_arriving
    assert window.review.collection is not None
    assert window.review.collection.path == own_home / "studies" / STUDY


def test_nothing_can_be_marked_searched_or_cut_before_the_study_is_whole(
    pacs: Start, make_window: MakeWindow, qtbot: QtBot, own_home: Path
) -> None:
    server, window = pacs("stops"), make_window(layout="2x2", detect_on_opening=True)
    show_part(window, qtbot)
    assert len(window.reading.arrangement.shown) == 1
    for key in (Key.Key_B, Key.Key_A, Key.Key_D):
        assert press(window, qtbot, key) == STILL_ARRIVING
    for key in (Key.Key_Up, Key.Key_3):
        assert press(window, qtbot, key, Alt) == STILL_ARRIVING
    for action in ("file.send_review", "file.export_csv", "file.open_prior"):
        window.message_bar.hide()
        window.actions_by_id[action].trigger()
        assert window.message_bar.text == STILL_ARRIVING
    assert not list(own_home.rglob("*.review")) and not window.settings.recent

    server.go_on()
    qtbot.waitUntil(lambda: window.review.session is not None)
    assert press(window, qtbot, Key.Key_D) == ""
    qtbot.waitUntil(lambda: window.sweep.is_complete)
    assert len(window.reading.arrangement.shown) == 4
    assert press(window, qtbot, Key.Key_B) == ""


def test_a_download_that_breaks_off_leaves_what_is_on_show_marked_and_no_file(
    pacs: Start, make_window: MakeWindow, qtbot: QtBot, own_home: Path
) -> None:
    server, window = pacs("hangs up"), make_window()
    show_part(window, qtbot)
    server.go_on()
    said = "stopped answering after 2 images; nothing was kept"
    qtbot.waitUntil(lambda: said in strip(window).text)
    assert strip(window).text.startswith("Not the whole study is on show.")

    def is_marked() -> bool:
        series = window.viewer.series
        return series is not None and "NOT THE WHOLE STUDY" in series.faults[0].text

    qtbot.waitUntil(is_marked)
    assert kept(own_home) == []
    volume = window.viewer.volume
    assert volume is not None and all(volume.is_settled(i) for i in range(len(volume)))
    assert press(window, qtbot, Key.Key_B) == STILL_ARRIVING

    again = Faulty(own_home.parent / "images", "whole", ORDER)
    name_address("ward", Address(f"FAULTY@127.0.0.1:{again.port}"))
    qtbot.mouseClick(strip(window).button, Left)
    qtbot.waitUntil(lambda: window.review.session is not None)
    again.close()
    assert images_on_show(window) == [1, 2, 3, 4, 5, 6] and strip(window).text == ""


def test_closing_the_search_leaves_the_download_to_the_window_which_can_give_it_up(
    pacs: Start, make_window: MakeWindow, qtbot: QtBot, own_home: Path
) -> None:
    window = make_window()
    pacs("stops")
    dialog = show_part(window, qtbot)
    qtbot.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(SearchDialog))
    qtbot.waitUntil(lambda: f"2 of {SLICES} images" in strip(window).text)
    qtbot.mouseClick(strip(window).button, Left)
    qtbot.waitUntil(lambda: "given up; no half study was kept" in strip(window).text)
    assert kept(own_home) == [] and window.review.session is None


def test_a_study_that_becomes_whole_while_another_is_read_is_offered(
    pacs: Start, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    server, window = pacs("stops"), make_window()
    show_part(window, qtbot)
    window.open(write_study(tmp_path / "other", f"{ROOT}.9"))
    qtbot.waitUntil(lambda: window.review.session is not None)
    server.go_on()
    qtbot.waitUntil(lambda: "is here as a whole" in strip(window).text)
    assert window.review.study is not None and window.review.study.uid == f"{ROOT}.9.1"
    qtbot.mouseClick(strip(window).button, Left)
    qtbot.waitUntil(lambda: window.review.study is not None and window.review.study.uid == STUDY)
    assert strip(window).text == ""
