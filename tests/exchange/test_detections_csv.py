import csv
from pathlib import Path

from lesion_viewer.ct.study import Study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.exchange.tables.detections_csv import save_detections

HEADER = (
    "source,study_uid,series_uid,sop_instance_uid,slice_index,location_mm,"
    "x1,y1,x2,y2,score,candidate,model,model_sha256,instance_number,lesion_type"
)


def test_each_box_is_a_row_in_the_order_of_the_contract(dicom_study: Study, tmp_path: Path) -> None:
    first = Candidate({4: Detection(Box(1, 2, 3, 4.5), 0.9), 3: Detection(Box(1, 2, 3, 4), 0.5)})
    second = Candidate({0: Detection(Box(10, 20, 30, 40), 0.25)})
    path = tmp_path / "out.csv"

    save_detections(
        path, [(dicom_study.series[0], [first, second])], DetectorInfo("net", "1.0", "ab", ())
    )

    assert path.read_text().splitlines() == [
        HEADER,
        "IM3,1.2,1.2.3,1.2.3.3,3,15.0,1.0,2.0,3.0,4.0,0.5,1,net 1.0,ab,27,",
        "IM4,1.2,1.2.3,1.2.3.4,4,20.0,1.0,2.0,3.0,4.5,0.9,1,net 1.0,ab,26,",
        "IM0,1.2,1.2.3,1.2.3.0,0,0.0,10.0,20.0,30.0,40.0,0.25,2,net 1.0,ab,30,",
    ]


def test_what_a_png_does_not_know_is_empty(png_study: Study, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    candidate = Candidate({0: Detection(Box(1, 2, 3, 4), 0.9)})
    save_detections(path, [(png_study.series[1], [candidate])], DetectorInfo("=net", "1", "ab"))
    (row,) = csv.DictReader(path.open(newline=""))
    assert row["source"] == "000009_03_01/050.png"
    assert row["series_uid"] == "000009_03_01/050"
    assert (row["study_uid"], row["sop_instance_uid"], row["location_mm"]) == ("", "", "")
    assert row["model"] == "'=net 1"
    assert row["instance_number"] == ""


def test_nothing_found_is_a_header(tmp_path: Path) -> None:
    save_detections(tmp_path / "out.csv", [], DetectorInfo("net", "1", "ab"))
    assert (tmp_path / "out.csv").read_text() == HEADER + "\n"
