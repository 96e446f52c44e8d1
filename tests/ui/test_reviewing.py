"""The review in the window: by keys and mouse, undone, kept and exported."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.importing import take_up

MakeWindow = Callable[..., MainWindow]
Key, Shift, Ctrl = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def press(window: MainWindow, qtbot: QtBot, *keys: str) -> None:
    for key in keys:
        qtbot.keyClick(window.canvas, key)


def status(window: MainWindow, finding_id: str) -> Status:
    return window.review.findings()[finding_id].status


def marks(window: MainWindow) -> set[str]:
    return {f.id for f in window.review.findings_on_screen()}


def strongest(window: MainWindow) -> Finding:
    return max(window.review.findings().values(), key=lambda f: f.score or 0)


def drag(window: MainWindow, qtbot: QtBot, a: QPoint, b: QPoint) -> None:
    viewport = window.canvas.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=a)
    qtbot.mouseMove(viewport, (a + b) / 2)
    qtbot.mouseMove(viewport, b)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=b)


def on_canvas(window: MainWindow, x: float, y: float) -> QPoint:
    """Where an image position lies on the canvas: fitted, so that the whole image is centred."""
    viewport = window.canvas.viewport()
    side = min(viewport.width(), viewport.height())
    left, top = (viewport.width() - side) / 2, (viewport.height() - side) / 2
    return QPoint(round(left + x / 128 * side), round(top + y / 128 * side))


def export(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.exchange.noticed, timeout=20_000):
        window.exchange.export(path)


def test_n_goes_to_the_best_undecided_candidate(swept_window: MainWindow, qtbot: QtBot) -> None:
    swept_window.viewer.show_slice(0)
    press(swept_window, qtbot, "n")
    assert swept_window.review.selected == strongest(swept_window)
    assert swept_window.viewer.slice_index == 11


def test_n_and_p_walk_through_the_undecided_and_round(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    first, second = swept_window.findings_table.shown_ids()
    chosen = []
    for key in "nnnp":
        press(swept_window, qtbot, key)
        chosen.append(swept_window.review.selected_id)
    assert chosen == [first, second, first, second]


def test_n_follows_the_order_that_a_click_on_a_title_chose(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    swept_window.review.set_threshold(0.2)
    table = swept_window.findings_table
    header = table.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 8, header.height() // 2)
    for slices in ([11, 15, 18], [18, 15, 11]):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        swept_window.review.select(None)
        for slice_index, finding_id in zip(slices, table.shown_ids(), strict=True):
            press(swept_window, qtbot, "n")
            assert swept_window.viewer.slice_index == slice_index
            assert swept_window.review.selected_id == finding_id


def test_a_table_that_is_hidden_or_filtered_leaves_the_walk_alone(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    table = swept_window.findings_table
    first, second = table.shown_ids()
    table.status_filter.setCurrentIndex(table.status_filter.findData("rejected"))
    assert table.shown_ids() == []
    press(swept_window, qtbot, "n")
    assert swept_window.review.selected_id == first
    swept_window.docks["Findings"].hide()
    press(swept_window, qtbot, "n")
    assert swept_window.review.selected_id == second
    swept_window.docks["Findings"].show()
    table.status_filter.setCurrentIndex(0)
    assert table.shown_ids() == [first, second]


@pytest.mark.parametrize(
    ("key", "expected"), [("a", Status.ACCEPTED), ("x", Status.REJECTED), ("u", Status.UNSURE)]
)
def test_a_key_decides(swept_window: MainWindow, qtbot: QtBot, key: str, expected: Status) -> None:
    press(swept_window, qtbot, "n", key)
    finding = swept_window.review.selected
    assert finding is not None and finding.status is expected
    assert finding.decision is not None
    assert finding.decision.reader == "tester"
    assert finding.decision.window == swept_window.viewer.window
    assert finding.decision.threshold == 0.5


def test_rejecting_a_candidate_hides_its_box(swept_window: MainWindow, qtbot: QtBot) -> None:
    press(swept_window, qtbot, "n")
    finding_id = swept_window.review.selected_id
    assert finding_id in marks(swept_window)
    press(swept_window, qtbot, "x")
    assert finding_id not in marks(swept_window)


def test_a_decided_candidate_is_passed_over_by_n(swept_window: MainWindow, qtbot: QtBot) -> None:
    first, second = swept_window.findings_table.shown_ids()
    press(swept_window, qtbot, "n", "a", "n")
    assert swept_window.review.selected_id == second
    press(swept_window, qtbot, "x", "n")
    assert "No undecided" in swept_window.message_bar.text


def test_undo_and_redo_take_gestures_back_and_do_them_again(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    press(swept_window, qtbot, "n", "a", "x")
    finding_id = swept_window.review.selected_id or ""
    seen = []
    for key in (Key.Key_Z, Key.Key_Z, Key.Key_Y, Key.Key_Y):
        qtbot.keyClick(swept_window.canvas, key, Ctrl)
        seen.append(status(swept_window, finding_id))
    assert seen == [Status.ACCEPTED, Status.UNDECIDED, Status.ACCEPTED, Status.REJECTED]


def test_undo_names_what_it_takes_back(swept_window: MainWindow, qtbot: QtBot) -> None:
    press(swept_window, qtbot, "n", "x")
    assert swept_window.actions_by_id["edit.undo"].text() == "Undo reject"


def test_undoing_nothing_says_so(swept_window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(swept_window.canvas, Key.Key_Z, Ctrl)
    assert swept_window.message_bar.text == "Nothing to undo."


def test_in_edit_mode_arrows_move_the_box_by_a_pixel(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    press(swept_window, qtbot, "n", "e")
    qtbot.keyClick(swept_window.canvas, Key.Key_Right)
    qtbot.keyClick(swept_window.canvas, Key.Key_Up)
    finding = swept_window.review.selected
    assert finding is not None
    assert finding.boxes[11] == Box(41, 39, 57, 51)
    assert finding.status is Status.CORRECTED
    assert swept_window.viewer.slice_index == 11


def test_in_edit_mode_shift_and_arrows_resize_the_box(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    press(swept_window, qtbot, "n", "e")
    qtbot.keyClick(swept_window.canvas, Key.Key_Right, Shift)
    qtbot.keyClick(swept_window.canvas, Key.Key_Down, Shift)
    finding = swept_window.review.selected
    assert finding is not None and finding.boxes[11] == Box(40, 40, 57, 53)


@pytest.mark.parametrize("key", [Key.Key_E, Key.Key_Escape])
def test_after_editing_the_arrows_scroll_again(
    swept_window: MainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    press(swept_window, qtbot, "n", "e")
    qtbot.keyClick(swept_window.canvas, key)
    qtbot.keyClick(swept_window.canvas, Key.Key_Down)
    assert swept_window.viewer.slice_index == 12


def test_b_and_a_drag_draw_a_finding_where_the_mouse_was(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "b")
    drag(window, qtbot, on_canvas(window, 30, 40), on_canvas(window, 60, 70))
    (finding,) = window.review.findings().values()
    assert finding.status is Status.ADDED
    assert finding.boxes[12].as_tuple() == pytest.approx((30, 40, 60, 70), abs=1)
    assert window.review.selected_id == finding.id


def test_shift_b_draws_the_findings_box_on_another_slice(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "b")
    drag(window, qtbot, on_canvas(window, 30, 40), on_canvas(window, 60, 70))
    qtbot.keyClick(window.canvas, Key.Key_Down)
    qtbot.keyClick(window.canvas, Key.Key_B, Shift)
    drag(window, qtbot, on_canvas(window, 32, 42), on_canvas(window, 58, 68))
    (finding,) = window.review.findings().values()
    assert sorted(finding.boxes) == [12, 13]


def test_a_click_on_a_box_chooses_it(swept_window: MainWindow, qtbot: QtBot) -> None:
    swept_window.viewer.show_slice(11)
    place = on_canvas(swept_window, 48, 46)
    qtbot.mouseClick(swept_window.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert swept_window.review.selected == strongest(swept_window)


def test_h_hides_all_marks_and_h_shows_them(swept_window: MainWindow, qtbot: QtBot) -> None:
    swept_window.viewer.show_slice(11)
    assert marks(swept_window)
    press(swept_window, qtbot, "h")
    assert not marks(swept_window)
    press(swept_window, qtbot, "h")
    assert marks(swept_window)


def test_a_reason_and_a_note_are_kept_with_the_finding(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    press(swept_window, qtbot, "n", "x")
    panel = swept_window.decision_panel
    panel.reason.setCurrentIndex(panel.reason.findData("vessel"))
    panel.reason.activated.emit(panel.reason.currentIndex())
    press(swept_window, qtbot, "t")
    qtbot.keyClicks(panel.note, "left portal vein, xaub")
    qtbot.keyClick(panel.note, Key.Key_Return)
    finding = swept_window.review.selected
    assert finding is not None
    assert (finding.reason, finding.note) == ("vessel", "left portal vein, xaub")
    assert finding.status is Status.REJECTED


def test_a_slice_and_a_series_are_marked_as_read(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "r")
    assert window.review.is_read_in_full() == (True, False)
    assert window.decision_panel.slice_read.isChecked()
    qtbot.keyClick(window.canvas, Key.Key_Down)
    assert not window.decision_panel.slice_read.isChecked()
    qtbot.keyClick(window.canvas, Key.Key_R, Shift)
    assert window.review.is_read_in_full() == (True, True)


def test_decisions_are_there_again_after_a_restart(
    open_window: MakeWindow, qtbot: QtBot, swept_window: MainWindow
) -> None:
    press(swept_window, qtbot, "n", "a", "n", "x")
    before = dict(swept_window.review.findings())
    swept_window.close()
    again = open_window()
    assert dict(again.review.findings()) == before
    assert again.sweep.swept == set(range(24))


def test_what_was_exported_gives_the_same_state_when_it_is_imported(
    open_window: MakeWindow,
    qtbot: QtBot,
    swept_window: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    press(swept_window, qtbot, "n", "a", "n", "x")
    reviewed = tmp_path / "reviewed.csv"
    export(swept_window, qtbot, reviewed)
    before = {(f.status, tuple(f.boxes.items())) for f in swept_window.review.findings().values()}
    swept_window.close()
    monkeypatch.setenv("LESION_VIEWER_HOME", str(tmp_path / "another home"))
    another = open_window()
    assert not another.review.findings()
    take_up(another, qtbot, another.exchange.preview_corrections, reviewed)
    assert another.message_bar.text == (
        "reviewed.csv imported: 0 labels, 2 new decisions, 1 undecided candidate."
    )
    after = {(f.status, tuple(f.boxes.items())) for f in another.review.findings().values()}
    assert after == before


def test_the_export_has_the_uids_and_the_decisions(
    swept_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    press(swept_window, qtbot, "n", "a")
    export(swept_window, qtbot, tmp_path / "reviewed.csv")
    with (tmp_path / "reviewed.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert "SOP_instance_UID" in rows[0]
    accepted = [row for row in rows if row["Status"] == "accepted"]
    assert len(accepted) == 3
    assert {row["Reader"] for row in accepted} == {"tester"}


def test_an_export_that_cannot_be_written_is_one_line(
    swept_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with qtbot.waitSignal(swept_window.exchange.errored, timeout=20_000):
        swept_window.exchange.export(tmp_path / "file" / "reviewed.csv")
    assert "reviewed.csv" in swept_window.message_bar.text


def test_a_study_open_in_another_window_is_shown_read_only_and_says_so(
    open_window: MakeWindow, swept_window: MainWindow, qtbot: QtBot
) -> None:
    press(swept_window, qtbot, "n", "x")
    second = open_window(detect_on_opening=True)
    text = "Read-only: the review is open in another window or program."
    assert second.message_bar.text.startswith(text)
    assert second.windowTitle() == "Lesion Viewer (read-only)"
    statuses = [f.status for f in second.review.findings().values()]
    assert statuses == [f.status for f in swept_window.review.findings().values()]
    press(second, qtbot, "n", "a")
    assert "nothing is recorded" in second.message_bar.text
    assert [f.status for f in second.review.findings().values()] == statuses
    assert not second.sweep.is_running
    press(swept_window, qtbot, "n", "a")
    assert swept_window.message_bar.text == ""


def test_a_window_that_was_read_only_records_again_once_the_other_is_closed(
    open_window: MakeWindow, window: MainWindow, qtbot: QtBot, study_folder: Path
) -> None:
    second = open_window()
    window.close()
    second.open(study_folder)
    qtbot.waitUntil(lambda: second.review.session is not None and not second.review.read_only)
    assert second.windowTitle() == "Lesion Viewer"
    assert second.message_bar.text == ""


def test_a_row_that_leaves_the_table_does_not_choose_its_neighbour(
    swept_window: MainWindow, qtbot: QtBot
) -> None:
    table = swept_window.findings_table
    table.status_filter.setCurrentIndex(table.status_filter.findData("undecided"))
    press(swept_window, qtbot, "n")
    chosen = swept_window.review.selected_id
    press(swept_window, qtbot, "a")
    assert chosen not in table.shown_ids()
    assert swept_window.review.selected_id == chosen


def test_a_click_in_the_table_goes_to_the_finding(swept_window: MainWindow, qtbot: QtBot) -> None:
    swept_window.viewer.show_slice(0)
    table = swept_window.findings_table
    place = table.view.visualRect(table.model.index(1, 0)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert swept_window.review.selected_id == table.shown_ids()[1]
    assert swept_window.viewer.slice_index == 15
