"""How a study is read: what a second reader and a blind one see, and what is kept of it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.candidates import Detection
from lesion_viewer.review.reading_mode import Phase, ReadingMode
from lesion_viewer.review.session import Session
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.shell.dialogs import SettingsDialog
from lesion_viewer.ui.shell.features.reading_modes import ReadingModesFeature
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.review.marked import mask
from tests.ui.conftest import FakeDetector
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]
FOUND_ON = (10, 11, 12, 15, 18)
DECLARE = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
SCORE = re.compile(r"(?<![\d.])(0?\.[0-9]+|[1-9][0-9]? ?%)(?![\d.])")


def pick(window: MainWindow, qtbot: QtBot, action_id: str) -> None:
    """Take an entry of a menu with the mouse."""
    menu = next(m for m in window.menus.values() if window.actions_by_id[action_id] in m.actions())
    menu.popup(window.mapToGlobal(window.rect().topLeft()))
    QApplication.processEvents()
    place = menu.actionGeometry(window.actions_by_id[action_id]).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
    menu.close()
    window.activateWindow()
    QApplication.processEvents()


def label(window: MainWindow) -> QLabel:
    return window.feature(ReadingModesFeature).label


def search(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, "d")
    qtbot.waitUntil(lambda: window.sweep.is_complete and not window.sweep.is_running)


def picture(window: MainWindow, slice_index: int) -> QImage:
    """All that is seen of the window at a slice once nothing moves, but for the time."""
    window.viewer.show_slice(slice_index)
    label(window).hide()
    taken, before = window.grab().toImage(), QImage()
    while taken != before:
        QTest.qWait(30)
        taken, before = window.grab().toImage(), taken
    label(window).show()
    return taken


def shown_texts(window: MainWindow) -> Iterator[str]:
    """Every text and tool tip of what is visible, and of each cell of each table."""
    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        for name in ("text", "title", "toolTip", "placeholderText", "windowTitle", "statusTip"):
            if callable(get := getattr(widget, name, None)):
                yield str(get())
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(n) for n in range(widget.count()))
        if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            is_table = isinstance(model, QAbstractTableModel)
            for row in range(model.rowCount()):
                for column in range(model.columnCount() if is_table else 1):
                    index = model.index(row, column)
                    yield str(index.data() or "")
                    yield str(index.data(Qt.ItemDataRole.ToolTipRole) or "")


@pytest.fixture
def second_reader(open_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A window in which a second reader reads, and the detector has answered every slice."""
    window = open_window(reading_mode="second_reader")
    search(window, qtbot)
    return window


@pytest.mark.parametrize("views", [Qt.Key.Key_1, Qt.Key.Key_3])
def test_a_second_reader_sees_the_same_window_whatever_the_detector_found(
    views: Qt.Key,
    open_window: MakeWindow,
    qtbot: QtBot,
    detectors: dict[str, FakeDetector],
    tmp_path: Path,
    study_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pictures: list[list[QImage]] = []
    for name, found_on, liver in (
        ("some", FakeDetector._find, mask(20)),
        ("nothing", lambda i: (), None),
    ):
        monkeypatch.setenv("LESION_VIEWER_HOME", str(tmp_path / name))
        detectors["first"].found_on = found_on
        detectors["first"].has_liver = dict.fromkeys(range(24), liver is not None).get
        detectors["first"].liver_on = dict.fromkeys(range(24), liver).get
        window = open_window(reading_mode="second_reader")
        search(window, qtbot)
        QTest.keyClick(window.canvas, views, Qt.KeyboardModifier.AltModifier)
        assert bool(window.review.session and window.review.session.findings) == (name == "some")
        qtbot.keyClick(window.canvas, "n")
        taken = [picture(window, i) for i in FOUND_ON]
        window.message_bar.hide()
        pictures.append(taken)
        window.close()
    some, nothing = pictures
    assert [a == b for a, b in zip(some, nothing, strict=True)] == [True] * len(FOUND_ON)


def test_the_marks_appear_once_the_first_read_is_declared_done(
    second_reader: MainWindow, qtbot: QtBot
) -> None:
    window = second_reader
    hidden = picture(window, 11)
    assert window.findings_table.model.rowCount() == 0
    assert label(window).text().startswith("Second reader: marks hidden")
    assert window.detection_panel.first_read.isVisible()
    QTest.keyClick(window.canvas, *DECLARE)
    assert window.findings_table.model.rowCount() == 2
    assert label(window).text().startswith("Second reader: first read done")
    assert "2 candidates" in window.detection_panel.expectation.text()
    assert not window.detection_panel.first_read.isVisible()
    assert picture(window, 11) != hidden
    qtbot.keyClick(window.canvas, "z", Qt.KeyboardModifier.ControlModifier)
    window.message_bar.hide()
    assert window.findings_table.model.rowCount() == 0
    assert label(window).text().startswith("Second reader: marks hidden")


def test_the_button_at_the_detector_declares_the_first_read_done(
    second_reader: MainWindow, qtbot: QtBot
) -> None:
    qtbot.mouseClick(second_reader.detection_panel.first_read, Qt.MouseButton.LeftButton)
    assert second_reader.findings_table.model.rowCount() == 2
    assert "Undo takes it back" in second_reader.message_bar.text


def test_undo_of_a_decision_gives_no_hidden_mark_away(window: MainWindow, qtbot: QtBot) -> None:
    search(window, qtbot)
    qtbot.keyClick(window.canvas, "n")
    qtbot.keyClick(window.canvas, "a")
    pick(window, qtbot, "reading.second_reader")
    window.viewer.show_slice(0)
    qtbot.keyClick(window.canvas, "z", Qt.KeyboardModifier.ControlModifier)
    assert window.message_bar.text == "Undone: accept"
    assert window.viewer.slice_index == 0
    assert window.review.selected is None
    assert window.findings_table.model.rowCount() == 0


def test_keys_on_hidden_candidates_do_nothing(second_reader: MainWindow, qtbot: QtBot) -> None:
    window = second_reader
    window.viewer.show_slice(11)
    session = window.review.session
    assert session is not None
    before = len(session.journal.entries())
    for key in "npax":
        qtbot.keyClick(window.canvas, key)
    qtbot.keyClick(window.canvas, "a", Qt.KeyboardModifier.ShiftModifier)
    viewport = window.canvas.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=viewport.rect().center())
    assert window.viewer.slice_index == 11
    assert len(session.journal.entries()) == before


def test_what_was_added_before_and_after_the_first_read_is_told_apart(
    second_reader: MainWindow, qtbot: QtBot
) -> None:
    window = second_reader
    window.viewer.show_slice(5)
    qtbot.keyClick(window.canvas, "b")
    viewport, middle = window.canvas.viewport(), window.canvas.viewport().rect().center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(viewport, middle + middle / 8)
    qtbot.mouseMove(viewport, middle + middle / 6)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle + middle / 6)
    QTest.keyClick(window.canvas, *DECLARE)
    qtbot.keyClick(window.canvas, "n")
    qtbot.keyClick(window.canvas, "a")
    session = window.review.session
    assert session is not None
    phases = {f.status.value: session.reading.phase(f.id) for f in session.findings.values()}
    assert phases["added"] is Phase.BEFORE_MARKS
    assert phases["accepted"] is Phase.WITH_MARKS


def test_mode_first_read_and_time_are_there_after_a_kill(
    second_reader: MainWindow,
    open_window: MakeWindow,
    qtbot: QtBot,
    own_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = second_reader
    QTest.keyClick(window.canvas, *DECLARE)
    timer = window.feature(ReadingModesFeature).timer
    qtbot.waitUntil(lambda: timer.time.total_s >= 1)
    timer.set_active(False)  # as when another program takes the keyboard
    shutil.copytree(own_home, tmp_path / "left by a kill")
    monkeypatch.setenv("LESION_VIEWER_HOME", str(tmp_path / "left by a kill"))
    again = open_window()
    assert again.review.reading.mode is ReadingMode.SECOND_READER
    assert label(again).text().startswith("Second reader: first read done · 0:0")
    assert again.feature(ReadingModesFeature).timer.time.total_s >= 1
    assert again.findings_table.model.rowCount() == 2


def test_the_time_runs_while_a_window_of_the_program_has_the_keyboard(
    window: MainWindow, qtbot: QtBot
) -> None:
    timer = window.feature(ReadingModesFeature).timer
    window.activateWindow()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is not None and timer.is_counting)
    qtbot.waitUntil(lambda: label(window).text() >= "Concurrent · 0:01")
    program = QGuiApplication.instance()
    assert isinstance(program, QGuiApplication)
    program.focusWindowChanged.emit(None)  # as the system tells it when another program is taken
    assert not timer.is_counting
    before = timer.time
    program.focusWindowChanged.emit(window.windowHandle())
    assert timer.is_counting
    qtbot.waitUntil(lambda: timer.time.total_s > before.total_s)


def test_keys_and_mouse_wake_the_time(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lesion_viewer.viewing.reading_timer.IDLE_S", 0.2)
    timer, handle = window.feature(ReadingModesFeature).timer, window.windowHandle()
    qtbot.waitUntil(lambda: not timer.is_counting)
    QTest.mouseMove(handle, window.rect().center())
    assert timer.is_counting
    qtbot.waitUntil(lambda: not timer.is_counting)
    QTest.keyClick(handle, Qt.Key.Key_Down)
    assert timer.is_counting


def test_no_score_is_shown_to_a_blind_reader(swept_window: MainWindow, qtbot: QtBot) -> None:
    window = swept_window
    scores = {f"{f.score:.2f}" for f in window.review.findings().values()}
    window.viewer.show_slice(11)
    qtbot.keyClick(window.canvas, "n")
    assert scores & set(" ".join(shown_texts(window)).split())
    with_scores = picture(window, 11)
    pick(window, qtbot, "reading.blind")
    assert label(window).text().startswith("Blind: no scores")
    for slice_index in FOUND_ON:
        window.viewer.show_slice(slice_index)
        own = ("false positives per scan", "Blind: no scores")
        texts = [t for t in shown_texts(window) if not any(words in t for words in own)]
        assert [t for t in texts if SCORE.search(t) or "score" in t.lower()] == []
    assert picture(window, 11) != with_scores
    findings = window.review.findings()
    assert [findings[i].key_slice for i in window.findings_table.shown_ids()] == [11, 15]
    qtbot.keyClick(window.canvas, "]")
    assert window.review.threshold == 0.5
    assert "Blind" in window.message_bar.text


@pytest.mark.parametrize("views", [Qt.Key.Key_1, Qt.Key.Key_3])
def test_a_blind_readers_marks_are_those_of_scores_alike(
    views: Qt.Key,
    open_window: MakeWindow,
    qtbot: QtBot,
    detectors: dict[str, FakeDetector],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find_weaker(slice_index: int) -> tuple[Detection, ...]:
        return tuple(Detection(d.box, d.score - 0.05) for d in FakeDetector._find(slice_index))

    pictures = []
    for name, found_on in (("high", FakeDetector._find), ("low", find_weaker)):
        monkeypatch.setenv("LESION_VIEWER_HOME", str(tmp_path / name))
        detectors["first"].found_on = found_on
        window = open_window(reading_mode="blind")
        search(window, qtbot)
        QTest.keyClick(window.canvas, views, Qt.KeyboardModifier.AltModifier)
        qtbot.keyClick(window.canvas, "n")
        pictures.append([picture(window, i) for i in FOUND_ON])
        window.close()
    assert [a == b for a, b in zip(*pictures, strict=True)] == [True] * len(FOUND_ON)


def test_scores_are_exported_though_the_reader_was_blind(
    open_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(reading_mode="blind")
    search(window, qtbot)
    qtbot.keyClick(window.canvas, "n")
    qtbot.keyClick(window.canvas, "a")
    with qtbot.waitSignal(window.exchange.noticed):
        window.exchange.export(tmp_path / "out.csv")
    assert ",0.9," in (tmp_path / "out.csv").read_text()


def test_an_export_does_not_tell_a_second_reader_how_much_was_found(
    second_reader: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    exchange = second_reader.exchange
    with qtbot.waitSignal(exchange.noticed) as told:
        exchange.export(tmp_path / "out.csv")
    assert told.args[0].startswith("Exported to out.csv. ")


def test_the_settings_choose_how_new_studies_are_read_and_others_stay(
    window: MainWindow, open_window: MakeWindow, qtbot: QtBot, study_folder: Path
) -> None:
    search(window, qtbot)
    dialog = SettingsDialog(window.settings, window)
    dialog.open()
    qtbot.keyClicks(dialog.reading_mode, "as")
    dialog.accept()
    assert load_settings().reading_mode == "second_reader"
    window.close()
    again = open_window(reading_mode="second_reader")
    assert again.review.reading.mode is ReadingMode.CONCURRENT


def test_a_study_read_only_is_hidden_and_cannot_be_declared_read(
    second_reader: MainWindow, open_window: MakeWindow, qtbot: QtBot
) -> None:
    other = open_window()
    QTest.keyClick(other.canvas, *DECLARE)
    assert "Read-only" in other.message_bar.text
    assert other.findings_table.model.rowCount() == 0
    session = second_reader.review.session
    assert isinstance(session, Session)
    assert session.reading.state.first_read is None


@pytest.mark.parametrize("action_id", ["reading.second_reader", "reading.blind"])
def test_a_labelling_project_is_read_concurrently(
    action_id: str, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window(reading_mode="second_reader")
    window.open(*write_project(tmp_path))
    qtbot.waitUntil(lambda: window.project.item is not None)
    assert window.review.reading.mode is ReadingMode.CONCURRENT
    pick(window, qtbot, action_id)
    assert window.review.reading.mode is ReadingMode.CONCURRENT
    assert "Studies alone can be read so" in window.message_bar.text
    assert window.actions_by_id["reading.concurrent"].isChecked()
