"""Boxes by SOP Instance UID over a study: findings, grouped, in stored pixels."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.imports.changing import KNOWN, take
from lesion_viewer.exchange.imports.parsing import Meaning, parse
from lesion_viewer.exchange.imports.wording import imported_text
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.detections_csv import save_detections
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes
from lesion_viewer.review.finding import OriginKind, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file


def found_in(study: Study, folder: Path, text: str) -> FoundBoxes:
    path = folder / "boxes.csv"
    path.write_text(text)
    found = parse(path, study, Meaning.LABELS).found
    assert found is not None
    return found


def boxes_of(found: FoundBoxes) -> list[dict[int, tuple[float, ...]]]:
    return [{i: box.as_tuple() for i, box in f.boxes.items()} for f in found.findings]


@pytest.mark.parametrize(
    "header",
    [
        "sop_instance_uid,x1,y1,x2,y2",
        "SOPInstanceUID,xmin,ymin,xmax,ymax",
        "SOP Instance UID,X_Min,Y_Min,X_Max,Y_Max",
        "sop_uid,left,top,right,bottom",
        "UID,x,y,width,height",
    ],
)
def test_the_usual_names_of_columns_are_known(
    dicom_study: Study, tmp_path: Path, header: str
) -> None:
    corners = "10.5,20,10,15" if header.endswith("height") else "10.5,20,20.5,35"
    found = found_in(dicom_study, tmp_path, f"{header}\n1.2.3.4,{corners}\n")
    assert boxes_of(found) == [{4: (10.5, 20.0, 20.5, 35.0)}]
    assert {f.status for f in found.findings} == {Status.UNDECIDED}
    assert {f.origin.kind for f in found.findings} == {OriginKind.LABEL}


def test_rows_of_one_number_are_one_finding(dicom_study: Study, tmp_path: Path) -> None:
    rows = "1.2.3.4,1,1,9,9,7\n1.2.3.5,300,1,309,9,7\n1.2.3.5,1,1,9,9,8\n1.2.3.5,50,1,59,9,7\n"
    found = found_in(dicom_study, tmp_path, f"sop_uid,x1,y1,x2,y2,lesion_id\n{rows}")
    # The second box of 7 on slice 5 has a finding of its own: one has a box a slice.
    assert boxes_of(found) == [
        {4: (1, 1, 9, 9), 5: (300, 1, 309, 9)},
        {5: (1, 1, 9, 9)},
        {5: (50, 1, 59, 9)},
    ]


def test_without_a_number_boxes_are_linked_as_a_detectors_are(
    dicom_study: Study, tmp_path: Path
) -> None:
    rows = (
        "1.2.3.4,1,1,9,9,cyst\n1.2.3.5,1,1,9,10,cyst\n1.2.3.6,1,1,9,9,node\n1.2.3.9,1,1,9,9,cyst\n"
    )
    found = found_in(dicom_study, tmp_path, f"sop_uid,x1,y1,x2,y2,label\n{rows}")
    assert boxes_of(found) == [
        {4: (1, 1, 9, 9), 5: (1, 1, 9, 10)},
        {6: (1, 1, 9, 9)},
        {9: (1, 1, 9, 9)},
    ]
    assert [f.lesion_type for f in found.findings] == ["cyst", "node", "cyst"]


def test_what_cannot_be_used_is_named_and_the_rest_is_taken(
    dicom_study: Study, tmp_path: Path, open_review: Callable[[Study], Session]
) -> None:
    rows = (
        "9.9.1,1,1,9,9\n9.9.1,1,1,9,9\n9.9.2,1,1,9,9\n"  # not in the study
        "1.2.3.1,5,5,5,9\n1.2.3.1,nan,5,9,9\n1.2.3.1,600,5,700,9\n"  # no boxes
        "1.2.3.2,-3,5,9,9\n"  # cut at the border
    )
    found = found_in(dicom_study, tmp_path, f"sop_uid,x1,y1,x2,y2\n{rows}")
    assert boxes_of(found) == [{2: (0, 5, 9, 9)}]
    assert [text.split(":")[0] for text in found.unusable] == ["line 5", "line 6", "line 7"]
    taken = import_file(open_review(dicom_study), dicom_study, tmp_path / "boxes.csv")
    text = imported_text(taken)
    assert "1 label" in text
    assert "1 box was cut at the border" in text
    assert "3 rows are of images that are not here (9.9.1, 9.9.2)" in text
    assert "Boxes that cannot be used: 3; line 5" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "sop_uid,x1,y1,x2\n1,1,1,1\n",
            "column y2 is missing; seen between commas: sop_uid",
        ),
        ("sop_uid,x1,y1,x2,y2\n9.9,1,1,2,2\n", "none of its rows is of an image"),
        ("name,x1,y1,x2,y2\na,1,1,2,2\n", "File_name is missing"),
    ],
)
def test_a_file_that_is_of_no_use_is_refused(
    dicom_study: Study, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "boxes.csv").write_text(text)
    with pytest.raises(ExchangeError, match=said):
        parse(tmp_path / "boxes.csv", dicom_study, Meaning.LABELS)


def test_quoted_thousands_are_left_out_by_row_and_column(
    dicom_study: Study, tmp_path: Path
) -> None:
    rows = '1.2.3.1,5,5,9,9\n1.2.3.2,5,5,"1,024",9\n'
    found = found_in(dicom_study, tmp_path, f"sop_uid,x1,y1,x2,y2\n{rows}")
    assert boxes_of(found) == [{1: (5, 5, 9, 9)}]
    (said,) = found.unusable
    assert said.startswith("line 3: column x2: 1,024 may be 1024 or 1.024")


def test_what_detect_writes_opens_as_labels(dicom_study: Study, tmp_path: Path) -> None:
    first = Candidate({3: Detection(Box(1, 2, 3, 4), 0.5), 4: Detection(Box(1, 2, 3, 4.5), 0.9)})
    second = Candidate({4: Detection(Box(10, 20, 30, 40), 0.25)})
    path = tmp_path / "detected.csv"
    save_detections(
        path, [(dicom_study.series[0], [first, second])], DetectorInfo("net", "1", "ab")
    )
    found = parse(path, dicom_study, Meaning.LABELS).found
    assert found is not None
    assert boxes_of(found) == [{3: (1, 2, 3, 4), 4: (1, 2, 3, 4.5)}, {4: (10, 20, 30, 40)}]
    assert [dict(f.scores) for f in found.findings] == [{3: 0.5, 4: 0.9}, {4: 0.25}]


def test_a_reviewed_file_brings_its_decisions_once(
    dicom_study: Study, tmp_path: Path, open_review: Callable[[Study], Session]
) -> None:
    session = open_review(dicom_study)
    session.add("1.2.3", 4, Box(10, 10, 30, 30))
    path = tmp_path / "reviewed.csv"
    export_csv(session, path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    other = open_review(dicom_study)
    assert take(other, parse(path, dicom_study, Meaning.LABELS)).decided == 1
    (finding,) = other.findings
    other.reject(finding, "vessel")
    assert take(other, parse(path, dicom_study, Meaning.LABELS)).untaken == KNOWN
    assert other.findings[finding].status is Status.REJECTED
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
