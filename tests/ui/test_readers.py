"""Two readers of a project, what is exchanged, and the detector ahead of them."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.review.readers.agreement import Agreement, Pair
from lesion_viewer.ui.exchange.controller import FORMATS
from lesion_viewer.ui.labelling.agreement_dialog import AgreementDialog, summary_text
from lesion_viewer.ui.labelling.sign_in import SignInDialog
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.importing import preview_of, take_up
from tests.ui.project_files import write_project

MakeWindow = Callable[..., MainWindow]
Shift, Ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_project(tmp_path)


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot, files: tuple[Path, Path]) -> MainWindow:
    """A project open to ``tester``."""
    window = make_window()
    window.open(*files)
    wait_for_project(window, qtbot, "tester")
    return window


def wait_for_project(window: MainWindow, qtbot: QtBot, reader: str) -> None:
    def is_open() -> bool:
        opened = window.project.open_project
        is_shown = window.project.item is not None and window.review.session is not None
        return is_shown and opened is not None and opened.session.reader == reader

    qtbot.waitUntil(is_open, timeout=20_000)


def press(window: MainWindow, qtbot: QtBot, *keys: str) -> None:
    for key in keys:
        qtbot.keyClick(window.canvas, key)


def statuses(window: MainWindow) -> list[Status]:
    assert window.review.session is not None
    return [f.status for f in window.review.session.findings.values()]


def sign_in(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.actions_by_id["reader.sign_in"].trigger()
    dialog = window.findChild(SignInDialog)
    assert dialog is not None and "no password" in dialog.hint.text()
    dialog.reader.setCurrentText(name)
    qtbot.mouseClick(
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok),
        Qt.MouseButton.LeftButton,
    )
    wait_for_project(window, qtbot, name)
    activate(window, qtbot)


def activate(window: MainWindow, qtbot: QtBot) -> None:
    """Give the window the keyboard again after a dialog, as a window manager does."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=20_000)


def test_each_reader_has_a_review_of_their_own(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "a", "x")
    sign_in(window, qtbot, "second")
    assert window.queue.panel.reader.text() == "Reader: second"
    assert set(statuses(window)) == {Status.UNDECIDED}
    press(window, qtbot, "u")
    sign_in(window, qtbot, "tester")
    assert statuses(window)[:2] == [Status.ACCEPTED, Status.REJECTED]
    assert window.review.session is not None
    deciders = {f.decision.reader for f in window.review.session.findings.values() if f.decision}
    assert deciders == {"tester"}


def test_without_another_reader_there_is_nothing_to_compare(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_by_id["reader.agreement"].trigger()
    assert window.message_bar.text == "No other reader has a review of this project yet."


def test_readers_are_blind_until_both_are_done(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "a", "a", "a", "a")
    sign_in(window, qtbot, "second")
    press(window, qtbot, "a")
    with qtbot.waitSignal(window.readers.errored, timeout=20_000):
        window.actions_by_id["reader.agreement"].trigger()
    assert "2 slices are left to you, 0 to the other" in window.message_bar.text
    assert window.findChild(AgreementDialog) is None


def test_two_readers_agree_on_three_of_four_and_a_third_reading_settles_the_rest(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    press(window, qtbot, "a", "a", "x", "x")
    sign_in(window, qtbot, "second")
    press(window, qtbot, "a", "x", "x", "x")
    window.actions_by_id["reader.agreement"].trigger()
    qtbot.waitUntil(lambda: window.findChild(AgreementDialog) is not None, timeout=20_000)
    dialog = window.findChild(AgreementDialog)
    assert dialog is not None
    # Both saw one lesion, tester one more, neither two. Observed agreement 3/4; by chance
    # 1/4 x 2/4 + 3/4 x 2/4 = 1/2: kappa = (3/4 - 1/2) / (1 - 1/2) = 1/2.
    assert "Cohen's kappa on presence 0.50" in dialog.summary.text()
    assert dialog.table.model().rowCount() == 1
    assert dialog.table.model().index(0, 0).data() == "000002_01_01_005"
    dialog.accept()
    choose_third(window, qtbot, "Second")
    qtbot.waitUntil(lambda: "Second is one of the two readers" in window.message_bar.text)
    assert not list(tmp_path.rglob("*settled*"))
    window.readers.choose_third()
    choose_third(window, qtbot, "third")
    qtbot.waitUntil(lambda: statuses_are_settled(window), timeout=20_000)
    wait_for_project(window, qtbot, "third")
    activate(window, qtbot)
    finding = window.review.selected
    assert finding is not None and finding.origin.row == 1
    said = {reading.reader: reading.status for reading in finding.readings}
    assert said == {"tester": Status.ACCEPTED, "second": Status.REJECTED}
    assert "tester: accepted" in window.decision_panel.title.text()
    press(window, qtbot, "a")
    assert "All done" in window.message_bar.text


def choose_third(window: MainWindow, qtbot: QtBot, name: str) -> None:
    dialog = window.findChildren(SignInDialog)[-1]
    assert dialog.name == ""
    dialog.reader.setCurrentText(name)
    dialog.accept()


def statuses_are_settled(window: MainWindow) -> bool:
    session = window.review.session
    return session is not None and any(f.readings for f in session.findings.values())


@pytest.mark.parametrize("suffix", [".csv", ".json", ".html"])
def test_a_project_leaves_in_every_format(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    press(window, qtbot, "a", "x")
    path = tmp_path / f"out{suffix}"
    format = next(f for f in FORMATS if f.suffix == suffix)
    with qtbot.waitSignal(window.exchange.noticed, timeout=20_000):
        window.exchange.export(path, format)
    text = path.read_text()
    assert "accepted" in text and "rejected" in text and "tester" in text or suffix == ".json"


def test_corrections_are_shown_before_anything_changes_and_taken_up_on_demand(
    window: MainWindow, qtbot: QtBot, files: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = files[1].read_text().splitlines()
    # The first label 3 px further right, one of the second image's two labels gone.
    corrected = [rows[0], rows[1].replace("30, 31, 52, 51", "33, 31, 55, 51"), rows[2], *rows[4:]]
    path = tmp_path / "corrected.csv"
    path.write_text("\n".join(corrected) + "\n")
    dialog = preview_of(window, qtbot, window.exchange.preview_corrections, path)
    assert dialog.summary.text() == "1 correct · 1 delete"
    model = dialog.table.model()
    assert [model.index(0, c).data() for c in range(4)] == [
        "correct",
        "000001_01_01_012",
        "34, 35 to 47, 46",
        "37, 35 to 50, 46",
    ]
    assert set(statuses(window)) == {Status.UNDECIDED}
    dialog.accept()
    activate(window, qtbot)
    assert statuses(window)[:3] == [Status.CORRECTED, Status.UNDECIDED, Status.REJECTED]
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Ctrl)
    assert set(statuses(window)) == {Status.UNDECIDED}


def test_decisions_on_missing_images_come_into_the_project_too(
    window: MainWindow, qtbot: QtBot, files: tuple[Path, Path], tmp_path: Path
) -> None:
    _, elsewhere = open_project(*files, tmp_path / "elsewhere.review", "other")
    missing = next(f for f in elsewhere.findings.values() if f.origin.row == 4)
    elsewhere.reject(missing.id, "cyst")
    export_csv(elsewhere, tmp_path / "reviewed.csv")
    elsewhere.close()
    take_up(window, qtbot, window.exchange.preview_corrections, tmp_path / "reviewed.csv")
    assert window.message_bar.text == "reviewed.csv imported: 0 labels, 1 new decision."
    assert statuses(window) == [Status.UNDECIDED] * 4 + [Status.REJECTED]


def test_another_readers_decisions_are_shown_and_recorded_as_they_were_shown(
    window: MainWindow, qtbot: QtBot, files: tuple[Path, Path], tmp_path: Path
) -> None:
    _, elsewhere = open_project(*files, tmp_path / "elsewhere.review", "other")
    session = window.review.session
    assert session is not None
    first = next(iter(session.findings))
    session.accept(first)
    elsewhere.reject(next(iter(elsewhere.findings)), "cyst")
    export_csv(elsewhere, tmp_path / "reviewed.csv")
    elsewhere.close()
    dialog = preview_of(
        window, qtbot, window.exchange.preview_corrections, tmp_path / "reviewed.csv"
    )
    assert dialog.summary.text().splitlines() == [
        "1 delete",
        "It replaces 1 decision of tester.",
    ]
    model = dialog.table.model()
    shown = model.index(0, 5).data()
    assert model.rowCount() == 1
    assert "accepted by tester at" in shown and " -> rejected by other at " in shown
    dialog.accept()
    after = session.findings[first]
    assert after.status is Status.REJECTED and after.decision is not None
    assert after.decision.reader == "other"
    assert session.files.imports()[-1].importer == "tester"
    session.undo()
    assert session.findings[first].status is Status.ACCEPTED


def test_rows_of_images_that_are_not_there_are_said_to_be_left_out(
    make_window: MakeWindow, qtbot: QtBot, files: tuple[Path, Path]
) -> None:
    window = make_window()
    window.open(files[0])
    qtbot.waitUntil(lambda: window.review.session is not None)
    take_up(window, qtbot, window.exchange.preview_labels, files[1])
    assert window.message_bar.text == (
        "labels.csv imported: 1 label, 0 new decisions."
        " The file has labels of 2 other studies that are open: show a series of each and import it"
        " there. 4 rows are of images that are not here, and were left out."
    ), "each folder of images is a study; labels are of the one on show"


def test_a_file_that_is_no_coco_is_one_clear_line(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "boxes.json"
    path.write_text("[1, 2]")
    with qtbot.waitSignal(window.exchange.errored, timeout=20_000):
        window.exchange.preview_corrections(path)
    assert "boxes.json" in window.message_bar.text


def test_the_queue_is_searched_ahead_and_sorted_by_disagreement(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, object]
) -> None:
    # The detector finds the first label and misses the others: those come first then.
    detector = detectors["first"]
    detector.found_on = lambda index: (  # type: ignore[attr-defined]
        (Detection(Box(34, 35, 47, 46), 0.9),) if index == 2 else ()
    )
    with qtbot.waitSignal(window.proposals.noticed, timeout=30_000):
        qtbot.keyClick(window.canvas, Qt.Key.Key_D, Ctrl)
    assert window.message_bar.text == "The detector has answered 3 slices."
    names = [item.name for item in window.project.queue.items]
    assert names[-1] == "000001_01_01_012.png"
    assert window.review.session is not None
    models = [
        f for f in window.review.session.findings.values() if f.origin.kind is OriginKind.MODEL
    ]
    assert [f.score for f in models] == [0.9]
    qtbot.keyClick(window.canvas, Qt.Key.Key_D, Ctrl)
    assert "answered every slice" in window.message_bar.text


def test_a_search_of_the_queue_that_is_stopped_goes_on_where_it_was(
    window: MainWindow, qtbot: QtBot, detectors: dict[str, Any]
) -> None:
    detector, texts = detectors["first"], list[str]()
    is_second, may_go_on = threading.Event(), threading.Event()

    def wait(slice_index: int) -> None:
        if detector.asked:
            is_second.set()
            may_go_on.wait(10)

    detector.wait = wait
    window.proposals.progressed.connect(texts.append)
    qtbot.keyClick(window.canvas, Qt.Key.Key_D, Ctrl)
    qtbot.waitUntil(lambda: is_second.is_set() and "Queue: 1 of 3 slices searched" in texts)
    qtbot.keyClick(window.canvas, Qt.Key.Key_D, Ctrl)
    assert window.message_bar.text == "The search is stopped; what was found is kept."
    detector.wait = lambda slice_index: None
    with qtbot.waitSignal(window.proposals.noticed, timeout=30_000):
        qtbot.keyClick(window.canvas, Qt.Key.Key_D, Ctrl)
    may_go_on.set()
    assert window.message_bar.text == "The detector has answered 2 slices."


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ((), "kappa on presence not defined"),
        ((Status.ACCEPTED,) * 2, "mean IoU 1.00"),
        ((Status.REJECTED,) * 2, "mean IoU not defined"),
    ],
)
def test_a_measure_that_is_none_is_said_in_words(pairs: tuple[Status, ...], said: str) -> None:
    origin = Origin(OriginKind.LABEL, "a.csv")
    box = {0: Box(1, 1, 5, 5)}
    found = [Finding("x", "series", origin, box, box, status=status) for status in pairs]
    compared = tuple(Pair(("series", 0), one, one, 1.0) for one in found)
    text = summary_text(Agreement(("ann", "bob"), 0.5, compared))
    # Both gave one answer throughout: kappa divides by 1 less the agreement by chance, 1 - 1.
    assert "kappa on presence not defined" in text
    assert said in text and "nan" not in text
