"""Work lists of DICOM archives: labelled slices or whole series, two patients, one mirrored."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.fileset import FileSet

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import Described, write_series
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.worklists.project_files import is_project, open_project
from lesion_viewer.exchange.worklists.proposals_csv import NEEDED, take_predictions
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.filters import Filter
from lesion_viewer.review.worklist.orders import Order
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import What, WorkList
from tests.exchange.archives import LESION, SHAPE, SLICE, write_archive

Open = Callable[..., tuple[WorkList, Session]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive")


@pytest.fixture
def boxes(archive: Path, tmp_path: Path) -> Path:
    """A box by SOP Instance UID on slice 2 of each series; its lines begin with the last series."""
    lines = ["sop_instance_uid,x1,y1,x2,y2,label"]
    for series in reversed(open_collection(archive).series):
        lines.append(",".join([series.slices[SLICE].sop_instance_uid, *map(str, LESION), "liver"]))
    path = tmp_path / "boxes.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def opened(archive: Path, tmp_path: Path) -> Open:
    def open_again(annotations: Path | None, name: str = "a.review", reader: str = "ann"):
        return open_project(archive, annotations, tmp_path / name, reader)

    return open_again


def test_labels_by_uid_make_a_list_of_their_slices(opened: Open, boxes: Path) -> None:
    work_list, session = opened(boxes)
    assert [item.slice_index for item in work_list.items] == [SLICE] * 3
    assert {item.what for item in work_list.items} == {What.SLICE}
    assert work_list.items[0].size_mm == pytest.approx(10 * 0.7)
    assert [f.lesion_type for f in session.findings.values()] == ["liver"] * 3
    session.close()


def test_a_list_is_worked_through_patient_by_patient_and_filtered_by_study(
    opened: Open, boxes: Path
) -> None:
    work_list, session = opened(boxes)
    queue = Queue(work_list, session, Order.PATIENT)
    patients = [item.patient for item in queue.items]
    assert patients == ["1", "1", "2"], "two patients, by number, never by their ID"
    assert not any("ONE" in str(item) or "TWO" in str(item) for item in work_list.items)
    (study,) = {item.groups["study"] for item in queue.items if item.patient == patients[-1]}
    queue.arrange("study", Filter(groups={"study": frozenset({study})}))
    assert [item.patient for item in queue.items] == [patients[-1]]
    queue.arrange("series")
    assert len(queue.items) == 3
    session.close()


def test_without_labels_every_series_is_to_be_read_in_full(opened: Open) -> None:
    work_list, session = opened(None)
    assert [item.what for item in work_list.items] == [What.SERIES] * 3
    assert [item.patient for item in work_list.items] == ["1", "1", "2"]
    first = work_list.items[0]
    queue = Queue(work_list, session, Order.FILE)
    session.mark_read_in_full(first.series_uid, None, True)
    assert queue.is_done(first) and queue.progress().left == 2
    session.add(first.series_uid, 1, Box(3, 3, 9, 9))
    session.close()
    again, session = opened(None)
    assert [item.what for item in again.items] == [What.SERIES] * 3
    assert Queue(again, session, Order.FILE).progress().done == 1
    session.close()


def test_one_review_holds_the_decisions_and_leaves_with_uids(
    opened: Open, boxes: Path, tmp_path: Path
) -> None:
    work_list, session = opened(boxes)
    for finding_id in list(session.findings):
        session.accept(finding_id)
    mirrored = next(s for s in work_list.study().series if s.turn.flips_columns)
    session.add(mirrored.uid, 4, Box(1, 2, 8, 9))
    assert export_csv(session, tmp_path / "out.csv") == "4 rows"
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["SOP_instance_UID"] for row in rows} >= {item.name for item in work_list.items}
    # DeepLesion's boxes count from 1 and are padded by 5 px, in stored pixels of every series.
    padded = "6, 1, 25, 14"
    assert [row["Bounding_boxes"] for row in rows].count(padded) == 3
    session.close()
    again, other = opened(tmp_path / "out.csv", "b.review", "bob")
    assert len(again.items) == 4
    assert [f.status.value for f in other.findings.values()].count("accepted") == 3
    other.close()


def test_coco_makes_items_of_images_without_boxes_too(
    opened: Open, archive: Path, tmp_path: Path
) -> None:
    first, second, _ = open_collection(archive).series
    names = [f"{s.slices[i].sop_instance_uid}.dcm" for s, i in ((first, 1), (second, 3))]
    x1, y1, x2, y2 = LESION
    content = {
        "images": [
            {"id": n, "file_name": name, "width": SHAPE[2], "height": SHAPE[1]}
            for n, name in enumerate(names, 1)
        ],
        "annotations": [
            {"id": 1, "image_id": 2, "category_id": 1, "bbox": [x1, y1, x2 - x1, y2 - y1]}
        ],
        "categories": [{"id": 1, "name": "liver"}],
    }
    path = tmp_path / "coco.json"
    path.write_text(json.dumps(content))
    work_list, session = opened(path)
    assert [(i.series_uid, i.slice_index) for i in work_list.items] == [
        (first.uid, 1),
        (second.uid, 3),
    ]
    queue = Queue(work_list, session, Order.FILE)
    session.mark_read_in_full(first.uid, 1, True)
    assert [queue.is_done(item) for item in work_list.items] == [True, False]
    (label,) = session.findings
    session.reject(label, "vessel")
    session.add(first.uid, 1, Box(3, 3, 9, 9))
    export_csv(session, tmp_path / "out.csv")
    session.close()
    assert names[1] in (tmp_path / "out.csv").read_text()
    again, other = opened(tmp_path / "out.csv", "b.review", "bob")
    assert {f"{item.name}.dcm" for item in again.items} == set(names)
    said = {f.key_slice: f.status.value for f in other.findings.values()}
    assert said == {1: "added", 3: "rejected"}
    other.close()


def test_a_study_that_arrives_later_joins_the_list(
    opened: Open, archive: Path, tmp_path: Path
) -> None:
    elsewhere = shutil.move(archive / "TWO", tmp_path / "TWO")
    work_list, session = opened(None)
    assert len(work_list.items) == 2
    session.mark_read_in_full(work_list.items[0].series_uid, None, True)
    session.close()
    shutil.move(elsewhere, archive / "TWO")
    again, session = opened(None)
    queue = Queue(again, session, Order.FILE)
    assert (queue.progress().done, queue.progress().left) == (1, 2)
    session.close()


def test_the_review_of_another_archive_is_refused(
    opened: Open, archive: Path, tmp_path: Path
) -> None:
    shutil.move(archive / "TWO", tmp_path / "TWO")
    opened(None)[1].close()
    with pytest.raises(LesionViewerError, match="the review of another archive"):
        open_project(tmp_path / "TWO", None, tmp_path / "a.review", "ann")


def test_which_archives_open_as_a_list(
    opened: Open, archive: Path, boxes: Path, tmp_path: Path
) -> None:
    assert not is_project(archive, boxes), "a study with labels, as ever"
    assert is_project(archive, boxes, is_asked=True)
    opened(boxes)[1].close()
    assert is_project(archive, None, tmp_path / "a.review")
    study = open_collection(archive)
    Session.open(tmp_path / "study.review", study.key, "ann").close()
    assert not is_project(archive, boxes, tmp_path / "study.review", is_asked=True)


def test_boxes_of_detect_are_taken_by_uid(opened: Open, boxes: Path, tmp_path: Path) -> None:
    work_list, session = opened(boxes)
    item = work_list.items[0]
    names = (*NEEDED, "series_uid", "sop_instance_uid", "slice_index")
    found = tmp_path / "found.csv"
    cells = ("x/IM0003.dcm", "1", "2", "9", "9", ".7", "net 1", "00ff")
    row = ",".join((*cells, item.series_uid, item.name, str(SLICE)))
    found.write_text(",".join(names) + f"\n{row}\n")
    answered = take_predictions(work_list, session, found)
    assert answered == sum(one.patient == item.patient for one in work_list.items)
    assert Queue(work_list, session).facts(item).score == 0.7
    session.close()


def test_the_command_makes_a_list_of_an_archive(
    archive: Path, boxes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["project", str(archive), "--session", str(tmp_path / "series.review")]
    options = ["--propose", "--model", "phantom-small", "--device", "cpu"]
    assert main([*arguments, *options]) == 0
    assert "3 series, 0 without an image\n0 done, 3 left\n" in capsys.readouterr().out
    session = Session.open(tmp_path / "series.review", None, "")
    swept = [len(session.proposals.swept_slices(uid)) for uid in session.pictures.series()]
    session.close()
    assert swept == [SHAPE[0]] * 3, "every slice of every series is answered"
    queue = tmp_path / "queue.csv"
    labelled = ["--annotations", str(boxes), "--session", str(tmp_path / "a.review")]
    ordered = ["--work-list", str(queue), "--order", "patient"]
    assert main(["project", str(archive), *labelled, *ordered]) == 0
    said = capsys.readouterr()
    assert "3 annotated slices, 0 without an image\n0 done, 3 left\n" in said.out
    assert "3 labels" in said.err
    with queue.open(newline="") as file:
        patients = [row["patient"] for row in csv.DictReader(file)]
    assert patients == sorted(patients) and len(patients) == 3


def test_a_series_that_is_not_axial_is_named_once_and_not_searched(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Rows run from head to feet, slices from front to back.
    coronal = np.array([[0.7, 0, 0, 0], [0, 0, 2.5, 0], [0, -0.8, 0, 0], [0, 0, 0, 1]])
    hu = np.full(SHAPE, 40, np.int16)
    described = Described("ONE", "Abdomen of ONE", "coronal", "ONE")
    write_series(archive / "coronal", hu, (2.5, 0.8, 0.7), 9, affine=coronal, described=described)
    session = tmp_path / "series.review"
    arguments = ["project", str(archive), "--session", str(session)]
    assert main([*arguments, "--propose", "--model", "phantom-small", "--device", "cpu"]) == 0
    assert capsys.readouterr().err.count("learned axial slices and does not search") == 1
    review = Session.open(session, None, "")
    swept = [len(review.proposals.swept_slices(uid)) for uid in review.pictures.series()]
    review.close()
    assert sorted(swept) == [0, *[SHAPE[0]] * 3]


def test_a_zip_is_an_archive_too(archive: Path, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "packed"), "zip", archive)
    work_list, session = open_project(tmp_path / "packed.zip", None, tmp_path / "z.review", "ann")
    assert [item.patient for item in work_list.items] == ["1", "1", "2"]
    session.close()


def test_a_dicomdir_is_an_archive_too(archive: Path, tmp_path: Path) -> None:
    files = FileSet()
    for file in sorted(archive.rglob("*.dcm")):
        dataset = pydicom.dcmread(file)
        dataset.StudyDate, dataset.StudyTime = "20240101", "101010"
        files.add(dataset)
    files.write(tmp_path / "disk")
    listed = tmp_path / "disk" / "DICOMDIR"
    work_list, session = open_project(listed, None, tmp_path / "d.review", "ann")
    assert [item.patient for item in work_list.items] == ["1", "1", "2"]
    session.close()


@pytest.mark.realdata
def test_a_folder_of_real_studies_is_a_list(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "dicom-edge"
    work_list, session = open_project(folder, None, tmp_path / "a.review", "ann")
    assert len(work_list.items) == len(open_collection(folder).series) > 1
    for item in work_list.items:
        series = work_list.series(item.series_uid)
        assert series.decode(item.slice_index).shape == series.shape[1:]
    session.close()
