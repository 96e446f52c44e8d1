"""The table of growth under the pictures: what it says, what is said by hand, what leaves it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.registration.registering import Registration
from lesion_viewer.ct.registration.residual import Residual
from lesion_viewer.ui.followup.growth_model import COLUMNS
from lesion_viewer.ui.shell.features.followup import FollowUpFeature
from lesion_viewer.ui.shell.features.reporting import ReportingFeature
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.two_studies import TwoStudies, mark, shared_two_studies, true_map

CTRL = Qt.KeyboardModifier.ControlModifier
PRIOR_MM, CURRENT_MM = [20.0, 30.0, 16.0], [25.6, 36.0, 12.8]
ELSEWHERE = (60.0, 30.0, 310.0)


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> TwoStudies:
    return shared_two_studies(tmp_path_factory)


@pytest.fixture
def compared(
    open_window: Callable[..., MainWindow], two: TwoStudies, qtbot: QtBot
) -> Callable[..., FollowUpFeature]:
    """Marks lesions in both studies and shows them, linked by the motion that the phantom made.

    The registration itself is tested elsewhere.
    """

    def show(places: list[int], sides_mm: list[float], is_linked: bool = True) -> FollowUpFeature:
        mark(two.prior, two.prior_places, PRIOR_MM)
        marked = [two.current_places[i] if i >= 0 else ELSEWHERE for i in places]
        mark(two.current, marked, sides_mm)
        window = open_window(two.current)
        feature = window.feature(FollowUpFeature)
        feature.controller.open(two.prior)
        qtbot.waitUntil(lambda: feature.follow_up.viewer.series is not None)
        current, prior = window.viewer.series, feature.follow_up.viewer.series
        assert current is not None and prior is not None
        if is_linked:
            found = Registration(true_map(), (0.1, 0.2), Residual((0.3,), 0.9, 1.0))
            feature.follow_up.take_registration(current, prior, found)
        return feature

    return show


def cells(feature: FollowUpFeature, title: str) -> list[str]:
    model = feature.panel.model
    section = [column.title for column in COLUMNS].index(title)
    return [model.index(row, section).data() for row in range(model.rowCount())]


def click_row(feature: FollowUpFeature, qtbot: QtBot, row: int, is_added: bool = False) -> None:
    view = feature.panel.view
    at = view.visualRect(feature.panel.model.index(row, 3)).center()
    modifier = CTRL if is_added else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def press(feature: FollowUpFeature, qtbot: QtBot, text: str) -> None:
    buttons = feature.panel.findChildren(QToolButton)
    (button,) = (b for b in buttons if b.defaultAction().iconText() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_lesions_are_matched_by_place_and_their_growth_is_in_the_table(
    compared: Callable[..., FollowUpFeature],
) -> None:
    feature = compared([0, 1, 2], CURRENT_MM)
    assert cells(feature, "Prior mm") == ["20.0", "30.0", "16.0"]
    assert cells(feature, "Now mm") == ["25.6", "36.0", "12.8"]
    assert cells(feature, "± mm") == ["+5.6", "+6.0", "−3.2"]
    assert cells(feature, "± %") == ["+28", "+20", "−20"]
    assert cells(feature, "State") == ["by place"] * 3
    # Slices are 5 mm apart: the middles of two drawings differ by up to a slice.
    assert all(float(mm) < 6 for mm in cells(feature, "Apart mm"))
    assert set(cells(feature, "Measured by")) == {"longer side of the box"}
    # 66 mm -> 74.4 mm are 12.7 % more: under 20 %.
    said = feature.panel.sum_label.text()
    assert "3 targets: 66.0 mm → 74.4 mm (+12.7 %" in said
    assert "RECIST 1.1: SD." in said and "Arithmetic, not a diagnosis" in said
    assert not feature.panel.remarks_label.isVisible()


def test_the_report_tells_how_each_lesion_compares(
    compared: Callable[..., FollowUpFeature], qtbot: QtBot
) -> None:
    window = compared([0, 1, 2], CURRENT_MM).window
    assert isinstance(window, MainWindow)
    with qtbot.waitSignal(window.feature(ReportingFeature).report.noticed):
        modifiers = CTRL | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(window.canvas, Qt.Key.Key_C, modifiers)
    text = " ".join(QGuiApplication.clipboard().text().split())
    assert "Compared with: 2025-03-01, " in text
    compared_with = "Compared with 2025-03-01: 20 mm then, 26 mm now (+28 %)"
    assert f"{compared_with}; longer side of the box, matched by place." in text
    assert "Sum of target diameters: 66 mm on 2025-03-01, 74 mm now (+13 %)." in text


def test_a_click_on_a_row_shows_the_lesion_in_both_studies(
    compared: Callable[..., FollowUpFeature], qtbot: QtBot
) -> None:
    feature = compared([0, 1, 2], CURRENT_MM)
    window = feature.window
    assert isinstance(window, MainWindow)
    row = feature.follow_up.growth.rows[2]
    click_row(feature, qtbot, 2)
    assert window.viewer.slice_index == row.current.slice_index
    assert feature.follow_up.viewer.slice_index == row.prior.slice_index
    assert window.review.selected_id == row.current.id
    # A finding chosen in the list of findings is chosen here too.
    window.review.select(feature.follow_up.growth.rows[0].current.id)
    assert feature.panel.view.currentIndex().row() == 0


def test_without_a_link_nothing_is_matched_until_a_reader_pairs(
    compared: Callable[..., FollowUpFeature], qtbot: QtBot
) -> None:
    feature = compared([0], [25.6], is_linked=False)
    assert cells(feature, "State") == ["not marked now"] * 3 + ["not marked then"]
    press(feature, qtbot, "Pair")
    assert "then pair them" in feature.window.message_bar.text
    click_row(feature, qtbot, 0)
    click_row(feature, qtbot, 3, is_added=True)
    press(feature, qtbot, "Pair")
    assert cells(feature, "State") == ["by reader", "not marked now", "not marked now"]
    assert cells(feature, "Now mm")[0] == "25.6"
    qtbot.keyClick(feature.window.canvas, Qt.Key.Key_Z, CTRL)  # type: ignore[attr-defined]
    assert cells(feature, "State") == ["not marked now"] * 3 + ["not marked then"]


def test_what_is_not_marked_is_gone_or_new_only_once_it_was_said(
    compared: Callable[..., FollowUpFeature], qtbot: QtBot
) -> None:
    feature = compared([0, 1, -1], [20.0, 30.0, 12.8])
    panel = feature.panel
    assert cells(feature, "State") == ["by place", "by place", "not marked now", "not marked then"]
    assert "RECIST 1.1: NE." in panel.sum_label.text()
    assert "1 target is not marked now" in panel.remarks_label.text()
    click_row(feature, qtbot, 2)
    press(feature, qtbot, "New or gone")
    assert cells(feature, "State")[2] == "gone" and cells(feature, "Now mm")[2] == "0.0"
    # 66 mm -> 50 mm: 24 % less, not 30 %.
    assert "RECIST 1.1: SD." in panel.sum_label.text()
    click_row(feature, qtbot, 3)
    press(feature, qtbot, "New or gone")
    assert cells(feature, "State")[3] == "new"
    assert "RECIST 1.1: PD. 1 new lesion" in panel.sum_label.text()
    press(feature, qtbot, "By place")
    assert cells(feature, "State")[3] == "not marked then"
    assert "RECIST 1.1: SD." in panel.sum_label.text()


def test_what_was_said_is_there_again_when_the_study_is_opened_again(
    compared: Callable[..., FollowUpFeature],
    open_window: Callable[..., MainWindow],
    qtbot: QtBot,
    two: TwoStudies,
) -> None:
    feature = compared([0, 1], [20.0, 30.0])
    click_row(feature, qtbot, 2)
    press(feature, qtbot, "New or gone")
    feature.window.close()
    again = open_window(two.current).feature(FollowUpFeature)
    again.controller.open(two.prior)
    qtbot.waitUntil(lambda: again.panel.model.rowCount() == 5)
    assert cells(again, "State")[2] == "gone"


def test_a_tick_takes_a_lesion_out_of_the_sum(
    compared: Callable[..., FollowUpFeature], qtbot: QtBot
) -> None:
    feature = compared([0, 1, 2], CURRENT_MM)
    view = feature.panel.view
    box = view.visualRect(feature.panel.model.index(1, 0))
    tick = QPoint(box.left() + 12, box.center().y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=tick)
    assert "2 targets: 36.0 mm → 38.4 mm" in feature.panel.sum_label.text()
    qtbot.keyClick(feature.window.canvas, Qt.Key.Key_Z, CTRL)  # type: ignore[attr-defined]
    assert "3 targets" in feature.panel.sum_label.text()


def test_the_lesions_of_the_prior_are_drawn_with_their_row_and_picked_by_a_click(
    compared: Callable[..., FollowUpFeature], qtbot: QtBot
) -> None:
    feature = compared([0, 1, 2], CURRENT_MM)
    canvas = feature.pane.canvas
    row = feature.follow_up.growth.rows[1]
    feature.follow_up.viewer.show_slice(row.prior.slice_index)
    (mark_,) = (m for m in canvas._layer.marks if m.finding_id == row.prior.id)
    assert mark_.label == "2" and not mark_.is_selected
    at = canvas._view.rect_of(mark_.box).center().toPoint()
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert feature.follow_up.chosen == (1,)
    qtbot.keyClick(feature.window.canvas, "h")  # type: ignore[attr-defined]
    assert not canvas._layer.marks


def test_the_table_leaves_as_text_and_as_a_file(
    compared: Callable[..., FollowUpFeature],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feature = compared([0, 1], [20.0, 30.0])
    press(feature, qtbot, "Copy")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:5] == ["Target", "Prior", "Now", "Prior mm", "Now mm"]
    assert lines[1].split("\t")[3:5] == ["20.0", "20.0"]
    assert "not a diagnosis" in lines[4] and "Rigid registration" in lines[-1]
    file = tmp_path / "growth.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    press(feature, qtbot, "Save…")
    qtbot.waitUntil(file.exists)
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    assert [row["lesion"] for row in rows] == ["1", "2", "3", "sum of targets"]
    assert [row["prior_mm"] for row in rows[:3]] == ["20.00", "30.00", "16.00"]
    assert rows[2]["state"] == "not marked now" and rows[2]["mm"] == ""
    assert rows[0]["change_percent"] == "0.00" and rows[0]["is_target"] == "yes"
    assert rows[3]["remark"].startswith("NE:") and "not a diagnosis" in rows[3]["remark"]
    assert "Days between the studies: 214. Patients: same." in rows[3]["remark"]
    assert "PHANTOM" not in file.read_text(encoding="utf-8")
