"""A path may hold several studies; each has one review, from wherever it is opened."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import Phantom
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Status
from lesion_viewer.review.review_files import ReviewFiles
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import journal_path
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.importing import preview_of

OpenWindow = Callable[..., MainWindow]
BOX = Box(10, 10, 20, 22)


@pytest.fixture
def two_studies(tmp_path: Path, phantom: Phantom) -> Path:
    """Folders ``a`` (12 slices) and ``b`` (8 slices), each a study."""
    folder = tmp_path / "both"
    write_series(folder / "a", phantom.hu[:12], phantom.spacing_mm, seed=7)
    write_series(folder / "b", phantom.hu[:8], phantom.spacing_mm, seed=8)
    return folder


def uid_of(folder: Path) -> str:
    (series,) = open_collection(folder).series
    return series.uid


def show(window: MainWindow, qtbot: QtBot, uid: str) -> None:
    """Show a series, and wait until the review of its study is open."""
    rows = [s.uid for s in window.review.series_list]
    window.study.show_row(rows.index(uid))
    qtbot.waitUntil(lambda: window.viewer.series is not None and window.viewer.series.uid == uid)
    qtbot.waitUntil(lambda: window.review.session is not None)


def statuses(window: MainWindow) -> list[Status]:
    session = window.review.session
    assert session is not None
    return [finding.status for finding in session.findings.values()]


def reviewed(window: MainWindow) -> str:
    """Draw a finding on the series on show; its UID."""
    session, series = window.review.session, window.viewer.series
    assert session is not None and series is not None
    return session.add(series.uid, 3, BOX)


def test_a_study_reviewed_by_itself_keeps_its_review_in_the_folder_above(
    open_window: OpenWindow, two_studies: Path, qtbot: QtBot
) -> None:
    window = open_window(two_studies / "a")
    finding = reviewed(window)
    window.close()
    above = open_window(two_studies)
    show(above, qtbot, uid_of(two_studies / "a"))
    assert above.review.session is not None
    assert list(above.review.session.findings) == [finding]
    show(above, qtbot, uid_of(two_studies / "b"))
    assert statuses(above) == []


def test_an_import_says_that_a_file_has_labels_of_other_studies_too(
    open_window: OpenWindow, two_studies: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    def rows(folder: Path) -> str:
        (series,) = open_collection(folder).series
        return f"{series.slices[3].sop_instance_uid},1,2,9,9\n"

    both, other = tmp_path / "both.csv", tmp_path / "other.csv"
    header, of_b = "sop_uid,x1,y1,x2,y2\n", rows(two_studies / "b")
    both.write_text(header + rows(two_studies / "a") + of_b)
    other.write_text(header + of_b)
    window = open_window(two_studies)
    show(window, qtbot, uid_of(two_studies / "a"))
    said = (
        "the file has labels of 1 other study that is open: show a series of it and import it there"
    )
    dialog = preview_of(window, qtbot, window.exchange.preview_labels, both)
    assert any(said in label.text() for label in dialog.findChildren(QLabel))
    dialog.accept()
    assert statuses(window) == [Status.UNDECIDED]
    with qtbot.waitSignal(window.exchange.errored) as told:
        window.exchange.preview_labels(other)
    assert said in told.args[0]
    show(window, qtbot, uid_of(two_studies / "b"))
    dialog = preview_of(window, qtbot, window.exchange.preview_labels, other)
    assert not any("other study" in label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()


@pytest.mark.parametrize("place", ["copy", "zip", "above"])
def test_the_review_of_a_study_is_found_wherever_it_is_opened(
    open_window: OpenWindow, two_studies: Path, tmp_path: Path, qtbot: QtBot, place: str
) -> None:
    window = open_window(two_studies)
    show(window, qtbot, uid_of(two_studies / "a"))
    finding = reviewed(window)
    window.close()
    path = tmp_path
    if place == "copy":
        path = Path(shutil.copytree(two_studies / "a", tmp_path / "elsewhere"))
    if place == "zip":
        path = Path(shutil.make_archive(str(tmp_path / "a"), "zip", two_studies / "a"))
    again = open_window(path)
    show(again, qtbot, uid_of(two_studies / "a"))
    assert again.review.session is not None
    assert list(again.review.session.findings) == [finding]


def test_a_study_opened_with_others_is_as_it_was_left(
    open_window: OpenWindow, two_studies: Path, qtbot: QtBot
) -> None:
    window = open_window(two_studies)
    a, b = uid_of(two_studies / "a"), uid_of(two_studies / "b")
    show(window, qtbot, a)
    window.viewer.show_slice(5)
    reviewed(window)
    show(window, qtbot, b)
    reviewed(window)
    reviewed(window)
    show(window, qtbot, a)
    assert window.viewer.slice_index == 5
    assert statuses(window) == [Status.ADDED]
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert statuses(window) == []
    show(window, qtbot, b)
    assert statuses(window) == [Status.ADDED, Status.ADDED], "undo is of the study on show"


def test_two_windows_review_two_studies_of_one_folder(
    open_window: OpenWindow, two_studies: Path, qtbot: QtBot
) -> None:
    first = open_window(two_studies / "a")
    second = open_window(two_studies)
    show(second, qtbot, uid_of(two_studies / "a"))
    assert "open in another window" in second.review.read_only
    show(second, qtbot, uid_of(two_studies / "b"))
    assert second.review.read_only == ""
    reviewed(second)
    reviewed(first)


def test_a_common_review_of_before_is_taken_apart_and_kept(
    open_window: OpenWindow, two_studies: Path, qtbot: QtBot
) -> None:
    found = open_collection(two_studies)
    a, b = uid_of(two_studies / "a"), uid_of(two_studies / "b")
    common = Session.open(journal_path(found.key), found.key, "before")
    common.pictures.describe(found.as_one)
    on_a, on_b = common.add(a, 3, BOX), common.add(b, 2, BOX)
    common.accept_all([on_a, on_b])
    common.set_note(on_b, "calcified")
    common.reject(on_a, "vessel")
    common.undo()
    before = dict(common.findings)
    common.close()

    window = open_window(two_studies)
    show(window, qtbot, a)
    assert window.review.session is not None
    assert dict(window.review.session.findings) == {on_a: before[on_a]}
    assert window.review.session.redo_text == "reject"
    show(window, qtbot, b)
    assert window.review.session is not None
    assert dict(window.review.session.findings) == {on_b: before[on_b]}
    assert window.review.session.undo_text == "note"
    (kept,) = journal_path(found.key).parent.glob("*-several1.review")
    old = Session.open(kept, found.key, "before")
    assert dict(old.findings) == before
    old.close()


def test_a_study_with_a_review_of_its_own_keeps_it_beside_a_common_one(
    open_window: OpenWindow, two_studies: Path, qtbot: QtBot
) -> None:
    found = open_collection(two_studies)
    a, b = uid_of(two_studies / "a"), uid_of(two_studies / "b")
    alone = open_window(two_studies / "a")
    own = reviewed(alone)
    alone.close()
    common = Session.open(journal_path(found.key), found.key, "before")
    common.pictures.describe(found.as_one)
    common.add(a, 3, BOX)
    on_b = common.add(b, 2, BOX)
    common.close()

    window = open_window(two_studies)
    assert "1 study already had a review" in window.message_bar.text
    show(window, qtbot, a)
    assert window.review.session is not None and list(window.review.session.findings) == [own]
    show(window, qtbot, b)
    assert window.review.session is not None and list(window.review.session.findings) == [on_b]


def test_the_list_tells_the_studies_apart_and_names_no_patient(
    open_window: OpenWindow, two_studies: Path
) -> None:
    model = open_window(two_studies).series_list.model()
    lines = [str(model.index(row, 0).data()).split("\n")[1] for row in range(model.rowCount())]
    told = "Patient 1 · Synthetic abdomen"
    assert lines == [f"Study 1 · {told}", f"Study 2 · {told}"]


def test_one_file_is_no_review_of_two_studies(two_studies: Path, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"a review is of one study, and .* holds 2"):
        ReviewFiles(open_collection(two_studies), tmp_path / "one.review")
