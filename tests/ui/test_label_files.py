"""Labels by UID and in volumes in the window: opened with a study, imported, decided by keys."""

import sys
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.finding import OriginKind, Status
from lesion_viewer.ui.shell.main_window import MainWindow
from tests.ui.importing import preview_of, take_up

sys.path.insert(0, str(Path(__file__).parents[1] / "exchange"))
from tests.exchange.label_studies import blocks, write_image, write_study  # noqa: E402

MakeWindow = Callable[..., MainWindow]


def test_a_label_volume_opens_with_its_study_and_its_findings_are_decided(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    study = write_study(tmp_path / "DICOM")
    labels = write_image(tmp_path / "labels.nii.gz", study, blocks())
    window = make_window()
    window.open(tmp_path / "DICOM", labels)
    qtbot.waitUntil(lambda: len(window.review.findings()) == 3)
    assert "Labels taken: 2, 7; labels left out: 1" in window.message_bar.text
    assert {f.origin.kind for f in window.review.findings().values()} == {OriginKind.LABEL}
    qtbot.keyClick(window.canvas, "n")
    qtbot.keyClick(window.canvas, "a")
    statuses = [f.status for f in window.review.findings().values()]
    assert sorted(statuses) == [Status.ACCEPTED, Status.UNDECIDED, Status.UNDECIDED]


def test_only_the_labels_that_were_asked_for_are_taken(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    study = write_study(tmp_path / "DICOM")
    labels = write_image(tmp_path / "labels.nii.gz", study, blocks())
    window = make_window()
    window.open(tmp_path / "DICOM", labels, None, "7")
    qtbot.waitUntil(lambda: len(window.review.findings()) == 1)


def test_labels_on_another_grid_are_refused_on_screen(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    study = write_study(tmp_path / "DICOM")
    labels = write_image(tmp_path / "labels.nii.gz", study, blocks(), shift_mm=(0, 9, 0))
    window = make_window()
    window.open(tmp_path / "DICOM", labels)
    qtbot.waitUntil(lambda: "lies up to 9.0 mm away" in window.message_bar.text)
    assert not window.review.findings()


def test_boxes_by_uid_are_imported_and_scored_labels_stay_in_sight(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    study = write_study(tmp_path / "DICOM")
    uid = study.series[0].slices[2].sop_instance_uid
    boxes = tmp_path / "boxes.csv"
    boxes.write_text(f"sop_uid,x1,y1,x2,y2,score\n{uid},1,2,9,9,0.1\n")
    window = make_window()
    window.open(tmp_path / "DICOM")
    qtbot.waitUntil(lambda: window.review.session is not None)
    take_up(window, qtbot, window.exchange.preview_labels, boxes)
    assert len(window.review.findings()) == 1
    window.review.set_threshold(0.9)
    assert len(window.findings_table.shown_ids()) == 1


def test_labels_are_shown_before_they_are_in_the_review(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    study = write_study(tmp_path / "DICOM")
    uid = study.series[0].slices[2].sop_instance_uid
    boxes = tmp_path / "boxes.csv"
    boxes.write_text(f"sop_uid,x1,y1,x2,y2\n{uid},1,2,9,9\n9.9,1,2,9,9\n")
    window = make_window()
    window.open(tmp_path / "DICOM")
    qtbot.waitUntil(lambda: window.review.session is not None)
    dialog = preview_of(window, qtbot, window.exchange.preview_labels, boxes)
    assert dialog.summary.text().splitlines() == [
        "1 label",
        "1 image of the file is not in this review: 9.9",
    ]
    model = dialog.table.model()
    shown = [model.index(0, column).data() for column in range(model.columnCount())]
    assert shown == ["label", "Im 3", "–", "1, 2 to 9, 9", "", "not there -> undecided"]
    dialog.reject()
    assert not window.review.findings()
    take_up(window, qtbot, window.exchange.preview_labels, boxes)
    assert [f.boxes for f in window.review.findings().values()] == [{2: Box(1, 2, 9, 9)}]
    again = preview_of(window, qtbot, window.exchange.preview_labels, boxes)
    assert again.summary.text().startswith("Nothing would change.")
    again.reject()


def test_a_review_that_was_decided_since_is_not_changed_by_opening_it_with_its_file(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    write_study(tmp_path / "DICOM")
    window = make_window()
    window.open(tmp_path / "DICOM")
    qtbot.waitUntil(lambda: window.review.session is not None)
    session = window.review.session
    assert session is not None
    drawn = session.add(next(iter(session.pictures.series())), 2, Box(1, 2, 9, 9))
    export_csv(session, tmp_path / "reviewed.csv")
    session.reject(drawn, "vessel")
    window.close()
    again = make_window()
    again.open(tmp_path / "DICOM", tmp_path / "reviewed.csv")
    qtbot.waitUntil(lambda: "would change 1 finding" in again.message_bar.text, timeout=20_000)
    assert again.review.findings()[drawn].status is Status.REJECTED
    take_up(again, qtbot, again.exchange.preview_labels, tmp_path / "reviewed.csv")
    assert again.review.findings()[drawn].status is Status.ADDED
