"""Two studies of one patient side by side, opened, linked and registered by keys and mouse."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.study import Series
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.shell.features.followup import FollowUpFeature
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.two_studies import (
    DAYS,
    SHAPE,
    TwoStudies,
    add_series,
    mark,
    review_of,
    shared_two_studies,
    state,
    true_map,
)

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OpenWindow = Callable[..., MainWindow]


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> TwoStudies:
    return shared_two_studies(tmp_path_factory)


@pytest.fixture
def own_two(tmp_path: Path, two: TwoStudies) -> TwoStudies:
    """Studies whose files a test may change."""
    shutil.copytree(two.prior.parent, tmp_path / "two")
    return replace(two, prior=tmp_path / "two" / "before", current=tmp_path / "two" / "now")


OpenPrior = Callable[[MainWindow, Path], FollowUpFeature]


@pytest.fixture
def ask_for_prior(monkeypatch: pytest.MonkeyPatch) -> OpenPrior:
    """Opens a prior from the menu, and chooses the folder in the dialog."""

    def ask(window: MainWindow, folder: Path) -> FollowUpFeature:
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
        window.actions_by_id["file.open_prior"].trigger()
        return window.feature(FollowUpFeature)

    return ask


@pytest.fixture
def open_prior(ask_for_prior: OpenPrior, qtbot: QtBot) -> OpenPrior:
    """Opens a prior and waits until all of it is read."""

    def open_it(window: MainWindow, folder: Path) -> FollowUpFeature:
        feature = ask_for_prior(window, folder)

        def is_read() -> None:
            volume = feature.follow_up.viewer.volume
            assert feature.follow_up.prior is not None and volume is not None
            assert all(volume.is_settled(i) for i in range(len(volume)))

        qtbot.waitUntil(is_read)
        return feature

    return open_it


def register(window: MainWindow, feature: FollowUpFeature, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_R, CTRL | SHIFT)
    assert feature.controller.is_registering
    qtbot.waitUntil(lambda: not feature.controller.is_registering)


def turn_wheel(view: SliceView, slices: int) -> None:
    event = QWheelEvent(
        QPointF(50, 50),
        QPointF(50, 50),
        QPoint(),
        QPoint(0, -120 * slices),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def true_slice(source: Series, target: Series, slice_index: int) -> int:
    """The prior's slice that really shows the middle of a slice, by the known motion."""
    assert source.geometry is not None and target.geometry is not None
    rows, columns = source.shape[1:]
    middle = source.geometry.point(slice_index, columns / 2, rows / 2)
    return target.geometry.nearest(true_map().point(middle)).slice_index


def test_a_prior_stands_beside_the_study_and_says_what_it_is(
    open_window: OpenWindow, two: TwoStudies, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(two.current)
    feature = window.feature(FollowUpFeature)
    assert not feature.pane.isVisible() and not feature.panel.isVisible()
    assert not window.actions_by_id["prior.register"].isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(two.prior))
    qtbot.keyClick(window.canvas, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: feature.follow_up.viewer.volume is not None)
    assert feature.pane.isVisible() and feature.panel.isVisible()
    assert feature.pane.title_label.text() == f"PRIOR 2025-03-01 · {DAYS} days before"
    assert feature.pane.canvas.title == "PRIOR 2025-03-01"
    assert not feature.pane.warning_label.isVisible()
    assert "Not linked" in feature.pane.link_label.text()
    shown = feature.follow_up.viewer.slice_index
    turn_wheel(window.canvas, 3)
    assert feature.follow_up.viewer.slice_index == shown
    window.actions_by_id["prior.close"].trigger()
    assert not feature.pane.isVisible() and not feature.panel.isVisible()


def test_a_window_set_in_one_view_holds_for_both(
    open_window: OpenWindow, open_prior: OpenPrior, two: TwoStudies, qtbot: QtBot
) -> None:
    window = open_window(two.current)
    feature = open_prior(window, two.prior)
    qtbot.keyClick(window.canvas, "2")
    chosen = window.viewer.window
    assert feature.follow_up.viewer.window == chosen
    canvas = feature.pane.canvas.viewport()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    qtbot.mouseMove(canvas, QPoint(90, 60))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 60))
    assert window.viewer.window != chosen
    assert window.viewer.window == feature.follow_up.viewer.window
    qtbot.keyClick(window.canvas, "i")
    assert feature.follow_up.viewer.is_inverted


def test_registered_studies_scroll_by_position_and_their_error_is_on_screen(
    open_window: OpenWindow, open_prior: OpenPrior, two: TwoStudies, qtbot: QtBot
) -> None:
    window = open_window(two.current)
    feature = open_prior(window, two.prior)
    register(window, feature, qtbot)
    prior, link = feature.follow_up.viewer, feature.follow_up.link
    assert link is not None and link.registration is not None
    said = feature.pane.link_label.text()
    assert f"residual {link.registration.residual.median_mm:.1f} mm" in said
    assert "overlap" in feature.pane.link_label.toolTip()
    series, other = window.viewer.series, prior.series
    assert series is not None and other is not None
    for target in (12, 18, 25):
        turn_wheel(window.canvas, target - window.viewer.slice_index)
        assert window.viewer.slice_index == target
        assert prior.slice_index == pytest.approx(true_slice(series, other, target), abs=1)
    turn_wheel(feature.pane.canvas, -4)
    there = true_slice(series, other, window.viewer.slice_index)
    assert prior.slice_index == pytest.approx(there, abs=1)
    # Switched off, the prior stays; by hand other slices can be laid beside each other.
    qtbot.keyClick(window.canvas, Qt.Key.Key_L, CTRL)
    before = prior.slice_index
    turn_wheel(window.canvas, 5)
    assert prior.slice_index == before and "off" in feature.pane.link_label.text()
    qtbot.keyClick(window.canvas, Qt.Key.Key_L, CTRL)
    assert prior.slice_index == pytest.approx(before + 5, abs=1)


def test_slices_coupled_by_hand_scroll_together_and_say_so(
    open_window: OpenWindow, open_prior: OpenPrior, two: TwoStudies, qtbot: QtBot
) -> None:
    window = open_window(two.current)
    feature = open_prior(window, two.prior)
    window.viewer.show_slice(20)
    turn_wheel(feature.pane.canvas, 10 - feature.follow_up.viewer.slice_index)
    qtbot.keyClick(window.canvas, Qt.Key.Key_L, CTRL | SHIFT)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Down)
    assert (window.viewer.slice_index, feature.follow_up.viewer.slice_index) == (21, 11)
    assert "Coupled by hand: Im 11 of the prior beside Im 21" in feature.pane.link_label.text()
    turn_wheel(window.canvas, -15)
    assert "does not reach" in feature.pane.link_label.text()


def test_studies_in_one_frame_of_reference_scroll_together_at_once(
    open_window: OpenWindow, open_prior: OpenPrior, own_two: TwoStudies
) -> None:
    for folder in (own_two.prior, own_two.current):
        state(folder, FrameOfReferenceUID="1.2.3.4")
    window = open_window(own_two.current)
    feature = open_prior(window, own_two.prior)
    assert "Same frame of reference" in feature.pane.link_label.text()
    # The tables really stand 310 mm apart: nowhere is the same height.
    assert "does not reach" in feature.pane.link_label.text()


def test_esc_and_the_key_stop_a_registration(
    open_window: OpenWindow, open_prior: OpenPrior, two: TwoStudies, qtbot: QtBot
) -> None:
    window = open_window(two.current)
    feature = open_prior(window, two.prior)
    for key, modifier in ((Qt.Key.Key_Escape, None), (Qt.Key.Key_R, CTRL | SHIFT)):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R, CTRL | SHIFT)
        assert feature.pane.progress.isVisible()
        qtbot.keyClick(window.canvas, key, modifier or Qt.KeyboardModifier.NoModifier)
        assert not feature.controller.is_registering and not feature.pane.progress.isVisible()
    assert "Not linked" in feature.pane.link_label.text()


def test_another_series_of_the_prior_is_chosen_and_the_link_is_kept(
    open_window: OpenWindow, open_prior: OpenPrior, own_two: TwoStudies, qtbot: QtBot
) -> None:
    for folder in (own_two.prior, own_two.current):
        state(folder, FrameOfReferenceUID="1.2.3.4")
    add_series(own_two.prior, 9)
    feature = open_prior(open_window(own_two.current), own_two.prior)
    prior, choice = feature.follow_up.viewer, feature.pane.series_choice
    assert prior.series is not None and prior.series.shape[0] == SHAPE[0]
    assert choice.isVisible() and choice.count() == 2
    qtbot.keyClick(choice, Qt.Key.Key_Space)  # opens its list
    qtbot.keyClick(choice.view(), Qt.Key.Key_Down)
    qtbot.keyClick(choice.view(), Qt.Key.Key_Return)
    assert prior.series.description == "Second" and prior.series.shape[0] == 9
    assert "Same frame of reference" in feature.pane.link_label.text()


def test_a_study_dropped_on_the_prior_takes_its_place(
    open_window: OpenWindow, open_prior: OpenPrior, own_two: TwoStudies, qtbot: QtBot
) -> None:
    window = open_window(own_two.current)
    feature = open_prior(window, own_two.prior)
    state(own_two.prior, StudyDate="20240102")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(own_two.prior))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, mime, left, none)
    QApplication.sendEvent(feature.pane, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(feature.pane, QDropEvent(QPointF(5, 5), copy, mime, left, none))
    qtbot.waitUntil(lambda: "2024-01-02" in feature.pane.title_label.text())
    assert window.review.study is not None and window.review.study.date == "2025-10-01"


# Whose study it is.


def answer(window: MainWindow, qtbot: QtBot, text: str) -> str:
    """Press a button of the question, and what it said."""

    def asked() -> None:
        assert window.findChildren(QMessageBox)

    qtbot.waitUntil(asked)
    (box,) = window.findChildren(QMessageBox)
    said = box.text()
    assert not window.feature(FollowUpFeature).pane.isVisible()
    (button,) = (b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return said


def test_another_patients_study_is_not_shown_unless_the_reader_insists(
    open_window: OpenWindow, ask_for_prior: OpenPrior, own_two: TwoStudies, qtbot: QtBot
) -> None:
    state(own_two.prior, PatientID="SOMEBODY ELSE")
    window = open_window(own_two.current)
    feature = ask_for_prior(window, own_two.prior)
    assert "Patient IDs of the two studies differ" in answer(window, qtbot, "Do not show it")
    assert feature.follow_up.prior is None and not feature.pane.isVisible()
    assert "was not opened" in window.message_bar.text
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    ask_for_prior(window, own_two.prior)
    answer(window, qtbot, "Show it all the same")
    qtbot.waitUntil(feature.pane.isVisible)
    assert "Two patients" in feature.pane.warning_label.text()
    assert feature.pane.warning_label.isVisible()
    assert "SOMEBODY" not in feature.pane.warning_label.text() + window.message_bar.text


def test_a_study_without_a_patient_says_that_nobody_knows_whose_it_is(
    open_window: OpenWindow, open_prior: OpenPrior, own_two: TwoStudies
) -> None:
    state(own_two.prior, PatientID="")
    window = open_window(own_two.current)
    feature = open_prior(window, own_two.prior)
    assert "Patient unknown" in feature.pane.warning_label.text()
    assert "Patient unknown" in window.message_bar.text


def test_a_study_without_a_date_is_said_to_be_taken_for_the_earlier_one(
    open_window: OpenWindow, open_prior: OpenPrior, own_two: TwoStudies
) -> None:
    state(own_two.prior, StudyDate="")
    feature = open_prior(open_window(own_two.current), own_two.prior)
    assert feature.pane.title_label.text() == "PRIOR date unknown"
    assert "taken for the earlier one" in feature.pane.warning_label.text()


def test_a_later_study_is_no_prior_and_gives_no_growth(
    open_window: OpenWindow, open_prior: OpenPrior, two: TwoStudies
) -> None:
    mark(two.prior, two.prior_places, [20, 30, 16])
    mark(two.current, two.current_places, [25, 36, 20])
    window = open_window(two.prior)
    feature = open_prior(window, two.current)
    assert feature.pane.title_label.text() == f"LATER 2025-10-01 · {DAYS} days after"
    assert feature.panel.model.rowCount() == 0
    assert "later than the one on show" in feature.panel.sum_label.text()


def test_the_study_on_show_is_no_prior_of_itself(
    open_window: OpenWindow, ask_for_prior: OpenPrior, two: TwoStudies, qtbot: QtBot
) -> None:
    window = open_window(two.current)
    feature = ask_for_prior(window, two.current)
    qtbot.waitUntil(lambda: "holds no other study" in window.message_bar.text)
    assert not feature.pane.isVisible()


def test_of_a_folder_with_both_studies_the_other_one_is_the_prior(
    open_window: OpenWindow, open_prior: OpenPrior, two: TwoStudies
) -> None:
    window = open_window(two.current)
    feature = open_prior(window, two.current.parent)
    assert feature.follow_up.prior is not None
    assert feature.follow_up.prior.study.date == "2025-03-01"


def test_another_study_on_show_closes_the_prior(
    open_window: OpenWindow,
    open_prior: OpenPrior,
    two: TwoStudies,
    study_folder: Path,
    qtbot: QtBot,
) -> None:
    window = open_window(two.current)
    feature = open_prior(window, two.prior)
    window.open(study_folder)
    qtbot.waitUntil(lambda: feature.follow_up.prior is None)
    assert not feature.pane.isVisible()


def test_without_a_study_on_show_no_prior_is_asked_for(
    make_window: OpenWindow, ask_for_prior: OpenPrior, two: TwoStudies
) -> None:
    window = make_window()
    ask_for_prior(window, two.prior)
    assert "Open a study first" in window.message_bar.text


def test_the_priors_review_is_read_and_neither_locked_nor_changed(
    open_window: OpenWindow, open_prior: OpenPrior, two: TwoStudies
) -> None:
    mark(two.prior, two.prior_places, [20, 30, 16])
    with review_of(two.prior) as (_, study):
        file = journal_path(study.key)
    before = sha256(file.read_bytes()).digest()
    window = open_window(two.current)
    feature = open_prior(window, two.prior)
    assert feature.panel.model.rowCount() == 3
    assert sha256(file.read_bytes()).digest() == before
    writer = Session.open(file, study.key, "another")
    assert not writer.read_only
    writer.close()
