"""Work lists of DICOM archives in the window: walked through, drawn upright, decided."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.session import Session
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.exchange.archives import LESION, SLICE, write_archive
from tests.turned import write_stored

MakeWindow = Callable[..., MainWindow]
AFFINE = np.array([[0.7, 0, 0, -11], [0, 0.9, 0, 12], [0, 0, 2.5, 130], [0, 0, 0, 1]])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive")


def boxes_on(archive: Path, box: tuple[int, ...], path: Path) -> Path:
    lines = ["sop_instance_uid,x1,y1,x2,y2"]
    for series in open_collection(archive).series:
        lines.append(",".join([series.slices[SLICE].sop_instance_uid, *map(str, box)]))
    path.write_text("\n".join(lines) + "\n")
    return path


def open_list(
    window: MainWindow, qtbot: QtBot, archive: Path, boxes: Path | None, session: Path
) -> None:
    open_project(archive, boxes, session, "tester")[1].close()
    window.open(archive, boxes, session)
    qtbot.waitUntil(lambda: window.project.item is not None)
    qtbot.waitUntil(lambda: bool(window.viewer.volume and window.viewer.volume.is_loaded.all()))


def picture(window: MainWindow) -> bytes:
    return bytes(window.canvas.grab().toImage().constBits())


def test_decisions_lead_through_the_series_into_one_file(
    make_window: MakeWindow, qtbot: QtBot, archive: Path, tmp_path: Path
) -> None:
    boxes, session = boxes_on(archive, LESION, tmp_path / "boxes.csv"), tmp_path / "a.review"
    window = make_window()
    open_list(window, qtbot, archive, boxes, session)
    seen = []
    for key in "axa":
        assert window.project.item is not None and window.viewer.series is not None
        assert window.viewer.slice_index == SLICE
        seen.append(window.viewer.series.uid)
        qtbot.keyClick(window.canvas, key)
    assert seen == [item.series_uid for item in window.project.work_list.items]
    assert len(set(seen)) == 3
    assert "All done: 3 slices are decided" in window.message_bar.text
    window.close()
    review = Session.open(session, None, "")
    said = {f.series_uid: f.status.value for f in review.findings.values()}
    review.close()
    assert [said[uid] for uid in seen] == ["accepted", "rejected", "accepted"]


def test_a_label_of_a_mirrored_series_is_drawn_where_the_lesion_is(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    hu = np.full((6, 40, 50), 20, np.int16)
    hu[:, 5:9, 10:20] = 150
    windows = []
    # By hand: of 50 columns stored from the other side, 10 to 20 are 30 to 40.
    for name, ways, box in (
        ("plain", (False, False, False, False), (10, 5, 20, 9)),
        ("mirrored", (False, False, True, False), (30, 5, 40, 9)),
    ):
        folder = write_stored(tmp_path / name, hu, AFFINE, ways)
        boxes = boxes_on(folder, box, tmp_path / f"{name}.csv")
        window = make_window()
        open_list(window, qtbot, folder, boxes, tmp_path / f"{name}.review")
        (finding,) = window.review.findings().values()
        assert finding.boxes == {SLICE: Box(*box)}
        assert window.review.selected_id == finding.id
        windows.append(window)
    qtbot.waitUntil(lambda: picture(windows[0]) == picture(windows[1]))


def test_series_without_labels_are_read_one_after_the_other(
    make_window: MakeWindow, qtbot: QtBot, archive: Path, tmp_path: Path
) -> None:
    window = make_window()
    open_list(window, qtbot, archive, None, tmp_path / "a.review")
    first = window.project.item
    assert first is not None
    window.project.go_on()
    assert window.project.item is first
    assert "Mark the series as read in full" in window.message_bar.text
    window.actions_by_id["read.series"].trigger()
    second = window.project.item
    assert second is not None and second is not first, "a series that is read leads to the next"
    assert window.viewer.series is not None and window.viewer.series.uid == second.series_uid
    progress = window.project.progress
    assert progress is not None and (progress.done, progress.left) == (1, 2)


def test_a_list_that_was_begun_in_its_usual_place_opens_as_one_again(
    make_window: MakeWindow,
    qtbot: QtBot,
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LESION_VIEWER_HOME", str(tmp_path / "home"))
    boxes = boxes_on(archive, LESION, tmp_path / "boxes.csv")
    window = make_window()
    window.projects.open(archive, boxes, None, is_asked=True)
    qtbot.waitUntil(lambda: window.project.item is not None)
    qtbot.waitUntil(lambda: bool(window.viewer.volume and window.viewer.volume.is_loaded.all()))
    qtbot.keyClick(window.canvas, "a")
    window.close()
    again = make_window()
    again.open(archive, boxes, None)
    qtbot.waitUntil(lambda: again.project.item is not None)
    progress = again.project.progress
    assert progress is not None and (progress.done, progress.left) == (1, 2)
