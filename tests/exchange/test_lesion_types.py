"""Lesion types in files: CSV, COCO and detections, out and back."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.exchange.imports.change_set import ChangeKind
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.detections_csv import save_detections
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.review.finding import Origin, OriginKind, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import correct, corrections, import_file
from tests.exchange.small_deeplesion import UIDS, write_project

Open = Callable[[str], Session]
NEW = Box(100, 100, 110, 112)


@pytest.fixture
def open_reader(tmp_path: Path) -> Iterator[Open]:
    """The reviews of a project whose five labels are of liver (``Coarse_lesion_type`` 4)."""
    images, labels = write_project(tmp_path)
    opened: list[Session] = []

    def open_new(reader: str) -> Session:
        opened.append(open_project(images, labels, tmp_path / f"{reader}.review", reader)[1])
        return opened[-1]

    yield open_new
    for session in opened:
        session.close()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def told(session: Session) -> list[tuple[object, ...]]:
    return sorted(
        (f.series_uid, repr(sorted(f.boxes.items())), f.status, f.lesion_type, f.original_type)
        for f in session.findings.values()
    )


def test_a_label_has_the_type_of_its_row(open_reader: Open) -> None:
    session = open_reader("ann")
    assert [f.lesion_type for f in session.findings.values()] == ["liver"] * 5
    assert {f.status for f in session.findings.values()} == {Status.UNDECIDED}


def test_a_changed_type_is_in_deeplesions_column_and_others_in_one_of_their_own(
    open_reader: Open, tmp_path: Path
) -> None:
    session = open_reader("ann")
    first, second, third, *_ = session.findings
    session.set_type(first, "Kidney")
    session.set_type(second, "metastasis")
    session.accept(third)
    session.set_type(session.add(UIDS[0], 2, NEW), "bone")
    path = tmp_path / "out.csv"
    export_csv(session, path)
    came = (tmp_path / "labels.csv").read_text().splitlines()
    lines, rows = path.read_text().splitlines(), rows_of(path)
    header = lines[0].split(",")
    assert header[-4:-2] == ["Original_coarse_lesion_type", "Lesion_type"]
    types = [(row["Coarse_lesion_type"], row["Lesion_type"]) for row in rows]
    assert types[:3] == [("6", "kidney"), ("-1", "metastasis"), ("4", "liver")]
    assert types[5] == ("1", "bone")
    assert lines[4:6] == came[4:6]  # nobody touched these rows


def test_without_a_change_of_types_the_columns_are_as_before(
    open_reader: Open, tmp_path: Path
) -> None:
    session = open_reader("ann")
    session.accept(next(iter(session.findings)))
    export_csv(session, tmp_path / "out.csv")
    header = (tmp_path / "out.csv").read_text().splitlines()[0]
    assert header.endswith(",Score,Model,Original_bounding_box,Finding_uid,Box_uid")


def test_types_come_back_from_a_reviewed_csv_with_the_rows_as_they_came(
    open_reader: Open, tmp_path: Path
) -> None:
    session = open_reader("ann")
    first, second, third, *_ = session.findings
    session.set_type(first, "lung")
    session.set_type(second, "=cyst, simple")
    session.set_type(third, "")
    session.set_type(session.add(UIDS[0], 2, NEW), "adrenal")
    export_csv(session, tmp_path / "out.csv")
    again = open_reader("bob")
    import_file(again, finder(again.pictures.series()), tmp_path / "out.csv")
    assert told(again) == told(session)
    assert again.files.label_rows() == session.files.label_rows()
    taken = import_file(again, finder(again.pictures.series()), tmp_path / "out.csv")
    assert taken.decided == 0


def test_an_annotation_file_may_bring_a_column_of_free_text(tmp_path: Path) -> None:
    images, labels = write_project(tmp_path)
    lines = labels.read_text().splitlines()
    own = [lines[0] + ",Lesion_type", *(f"{line},HCC" for line in lines[1:])]
    labels.write_text("\n".join(own) + "\n")
    _, session = open_project(images, labels, tmp_path / "a.review", "ann")
    first = next(iter(session.findings))
    assert session.findings[first].lesion_type == "HCC"
    session.set_type(first, "cyst")
    export_csv(session, tmp_path / "out.csv")
    _, again = open_project(images, labels, tmp_path / "b.review", "bob")
    import_file(again, finder(again.pictures.series()), tmp_path / "out.csv")
    assert told(again) == told(session)
    assert again.files.label_rows() == session.files.label_rows()
    again.reset(first)
    assert again.findings[first].lesion_type == "HCC"
    session.close()
    again.close()


def test_types_of_a_study_come_back(
    dicom_study: Study, open_review: Callable[[Study], Session], tmp_path: Path
) -> None:
    session = open_review(dicom_study)
    origin = Origin(OriginKind.MODEL, "net", "1", "a" * 64)
    run = session.proposals.begin_run("1.2.3", origin)
    seen = Detection(Box(10, 10, 30, 30), 0.9, "metastasis")
    session.proposals.record_detections(run, [SliceDetections(3, (seen,))])
    (finding,) = session.findings.values()
    assert (finding.lesion_type, finding.original_type) == ("metastasis", "metastasis")
    session.set_type(finding.id, "liver")
    export_csv(session, tmp_path / "out.csv")
    again = open_review(dicom_study)
    import_file(again, dicom_study, tmp_path / "out.csv")
    assert told(again) == told(session)


def test_coco_has_a_category_for_each_type_and_they_come_back(
    open_reader: Open, tmp_path: Path
) -> None:
    session = open_reader("ann")
    first, second, *_ = session.findings
    session.set_type(first, "metastasis")
    session.set_type(second, "")
    path = tmp_path / "out.json"
    export_coco(session, path)
    content = json.loads(path.read_text())
    names = {c["id"]: c["name"] for c in content["categories"]}
    assert names == {1: "lesion", 5: "liver", 10: "metastasis"}
    used = sorted(names[a["category_id"]] for a in content["annotations"])
    assert used == ["lesion", "liver", "liver", "liver", "metastasis"]
    again = open_reader("bob")
    changes = correct(again, path).lines()
    assert [(c.finding_id, c.kind, c.lesion_type) for c in changes] == [
        (first, ChangeKind.TYPE, "metastasis"),
        (second, ChangeKind.TYPE, ""),
    ]
    assert again.findings[first].lesion_type == "metastasis"
    assert again.findings[second].lesion_type == ""
    assert again.findings[first].status is Status.UNDECIDED
    again.undo()
    assert again.findings[first].lesion_type == "liver"


def test_the_only_category_of_a_file_is_for_new_boxes(open_reader: Open, tmp_path: Path) -> None:
    session = open_reader("ann")
    path = tmp_path / "other.json"
    boxes = [[20, 30, 21, 21], [70, 70, 21, 21], [2, 3, 10, 10]]
    content = {
        "images": [{"id": 0, "file_name": "000001_01_01/010.png", "width": 128, "height": 128}],
        "annotations": [
            {"id": n, "image_id": 0, "category_id": 7, "bbox": box} for n, box in enumerate(boxes)
        ],
        "categories": [{"id": 7, "name": "tumour"}],
    }
    path.write_text(json.dumps(content))
    changes = corrections(session, path).lines()
    assert [(c.kind, c.lesion_type) for c in changes] == [(ChangeKind.ADD, "tumour")]


@pytest.mark.parametrize(
    ("classes", "seen", "written"),
    [(("lesion",), "", "lesion"), (("liver", "bone"), "bone", "bone"), ((), "", "")],
)
def test_a_detection_has_the_models_class(
    dicom_study: Study, tmp_path: Path, classes: tuple[str, ...], seen: str, written: str
) -> None:
    found = Candidate({4: replace(Detection(Box(1, 2, 3, 4), 0.5), lesion_type=seen)})
    save_detections(
        tmp_path / "a.csv",
        [(dicom_study.series[0], [found])],
        DetectorInfo("net", "1", "ab", classes),
    )
    (row,) = rows_of(tmp_path / "a.csv")
    assert list(row)[-1] == "lesion_type"
    assert row["lesion_type"] == written
