"""A labelling project in the window: opened, walked through by keys, decided."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.review.finding import Status
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]
Key, Shift, Ctrl = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

FIRST, SECOND, THIRD = (
    "000001_01_01_012.png",
    "000002_01_01_005.png",
    "000003_01_01_007.png",
)
MISSING = "000004_01_01_009.png"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_project(tmp_path)


@pytest.fixture
def open_project(make_window: MakeWindow, qtbot: QtBot, files: tuple[Path, Path]) -> MakeWindow:
    """Makes windows with the project open, its first slice read."""

    def make(session_file: Path | None = None, **settings: object) -> MainWindow:
        window = make_window(**settings)
        window.open(*files, session_file)
        qtbot.waitUntil(lambda: window.project.item is not None, timeout=20_000)
        wait_for_slice(window, qtbot)
        return window

    return make


@pytest.fixture
def window(open_project: MakeWindow) -> MainWindow:
    return open_project()


def wait_for_slice(window: MainWindow, qtbot: QtBot) -> None:
    volume = window.viewer.volume
    assert volume is not None
    qtbot.waitUntil(lambda: volume.is_settled(window.viewer.slice_index), timeout=20_000)


def press(window: MainWindow, qtbot: QtBot, *keys: str | Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(window.canvas, key)


def on_show(window: MainWindow) -> str:
    assert window.project.item is not None
    return window.project.item.name


def statuses(window: MainWindow) -> list[Status]:
    """Of all findings, in the order of the CSV's rows."""
    assert window.review.session is not None
    found = window.review.session.findings.values()
    labels = sorted((f for f in found if f.origin.row is not None), key=lambda f: f.origin.row or 0)
    return [f.status for f in labels]


def shown_rows(window: MainWindow) -> list[str]:
    model = window.queue.panel.list.model()
    return [model.index(row, 0).data().split("\n")[0] for row in range(model.rowCount())]


def test_a_csv_opens_as_a_project_with_its_first_label_chosen(window: MainWindow) -> None:
    assert on_show(window) == FIRST
    assert window.viewer.slice_index == 2
    selected = window.review.selected
    assert selected is not None and selected.origin.row == 0
    assert window.docks.queue.isVisible()
    assert not window.docks.series.isVisible()


def test_a_missing_image_is_not_in_the_queue_until_it_is_asked_for(window: MainWindow) -> None:
    names = [name.removesuffix(".png") for name in (FIRST, SECOND, THIRD, MISSING)]
    assert shown_rows(window) == names[:3]
    images = window.queue.panel.filters.images
    images.setCurrentIndex(images.findData(None))
    images.activated.emit(images.currentIndex())
    assert shown_rows(window) == names
    model = window.queue.panel.list.model()
    assert model.index(3, 0).data().endswith("image missing")


def test_a_slice_that_is_missing_is_shown_as_such(window: MainWindow, qtbot: QtBot) -> None:
    window.project.show_number(3)
    wait_for_slice(window, qtbot)
    assert window.viewer.volume is not None
    assert "missing" in window.viewer.volume.failures[window.viewer.slice_index]
    assert window.message_bar.text == ""


def test_keep_goes_on_to_the_next_slice(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "a")
    assert on_show(window) == SECOND
    assert statuses(window)[0] is Status.ACCEPTED


def test_a_slice_of_two_labels_is_left_after_both(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "a", "x")
    assert on_show(window) == SECOND
    assert window.review.selected is not None and window.review.selected.origin.row == 2
    press(window, qtbot, "u")
    assert on_show(window) == THIRD
    assert statuses(window)[1:3] == [Status.REJECTED, Status.UNSURE]


def test_shift_a_keeps_all_labels_of_a_slice_and_one_undo_takes_it_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    press(window, qtbot, "a")
    qtbot.keyClick(window.canvas, Key.Key_A, Shift)
    assert on_show(window) == THIRD
    assert statuses(window)[1:3] == [Status.ACCEPTED] * 2
    qtbot.keyClick(window.canvas, Key.Key_Z, Ctrl)
    assert statuses(window)[1:3] == [Status.UNDECIDED] * 2
    assert on_show(window) == SECOND


def test_undo_goes_back_to_the_slice_that_it_is_about(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "x")
    assert on_show(window) == SECOND
    qtbot.keyClick(window.canvas, Key.Key_Z, Ctrl)
    assert on_show(window) == FIRST
    assert statuses(window)[0] is Status.UNDECIDED
    assert window.review.selected is not None and window.review.selected.origin.row == 0


def test_a_box_that_was_corrected_is_kept_by_the_same_key(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "e", Key.Key_Right)
    assert on_show(window) == FIRST
    press(window, qtbot, "a")
    assert on_show(window) == SECOND
    assert statuses(window)[0] is Status.CORRECTED


def test_read_in_full_waits_for_the_labels_and_goes_on_after_them(
    window: MainWindow, qtbot: QtBot
) -> None:
    press(window, qtbot, "r")
    assert on_show(window) == FIRST
    assert window.review.is_read_in_full()[0]
    press(window, qtbot, "a")
    assert on_show(window) == SECOND


def test_read_in_full_on_a_decided_slice_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "a", ",", "r")
    assert on_show(window) == SECOND
    session, project = window.review.session, window.project.work_list
    assert session is not None and project is not None
    item = project.items[0]
    assert session.is_read_in_full(item.series_uid, item.slice_index)


def test_full_stop_and_comma_walk_without_a_decision(window: MainWindow, qtbot: QtBot) -> None:
    seen = []
    for key in (".", ".", ".", ","):
        press(window, qtbot, key)
        seen.append(on_show(window))
    assert seen == [SECOND, THIRD, THIRD, SECOND]
    assert set(statuses(window)) == {Status.UNDECIDED}


def test_n_and_p_walk_through_labels_and_slices(window: MainWindow, qtbot: QtBot) -> None:
    rows = []
    for key in "nnnpp":
        press(window, qtbot, key)
        assert window.review.selected is not None
        rows.append(window.review.selected.origin.row)
    assert rows == [1, 2, 3, 1, 0]


def test_the_end_says_what_is_left(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "a", "a", "u", "x")
    expected = "All done: 3 slices are decided · 1 unsure · 1 image missing"
    assert window.message_bar.text == expected
    assert window.queue.panel.state.text() == expected


def test_progress_counts_slices(window: MainWindow, qtbot: QtBot) -> None:
    assert window.queue.panel.state.text() == "0 done · 3 left"
    press(window, qtbot, "a", "a")
    assert window.queue.panel.state.text().startswith("1 done · 2 left")
    assert window.queue.panel.progress.value() == 1


def test_missing_slices_are_passed_over_in_scrolling(window: MainWindow, qtbot: QtBot) -> None:
    # Of the slices 10 to 16 the images of 15 and 16 are missing.
    press(window, qtbot, Key.Key_End)
    assert window.viewer.slice_index == 4
    press(window, qtbot, Key.Key_Down)
    assert window.viewer.slice_index == 4


def test_decisions_and_place_are_there_again(open_project: MakeWindow, qtbot: QtBot) -> None:
    first = open_project()
    press(first, qtbot, "a", "x")
    first.close()
    again = open_project()
    assert statuses(again) == [Status.ACCEPTED, Status.REJECTED, *[Status.UNDECIDED] * 3]
    assert on_show(again) == SECOND


def test_a_csv_that_is_none_is_one_clear_line(
    make_window: MakeWindow, qtbot: QtBot, files: tuple[Path, Path], tmp_path: Path
) -> None:
    window = make_window()
    bad = tmp_path / "bad.csv"
    bad.write_text("File_name,Bounding_boxes\n1.png,2\n")
    window.open(files[0], bad)
    qtbot.waitUntil(lambda: window.message_bar.text != "", timeout=20_000)
    assert "bad.csv" in window.message_bar.text
    assert "\n" not in window.message_bar.text


def test_a_study_that_is_opened_after_a_project_has_its_series_again(
    window: MainWindow, qtbot: QtBot, study_folder: Path
) -> None:
    window.open(study_folder)
    qtbot.waitUntil(lambda: window.docks.series.isVisible(), timeout=20_000)
    assert not window.docks.queue.isVisible()
    assert window.project.item is None
