"""Cases from files, and the boxes of any detector in a CSV."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.linking import link
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.tables.detections_csv import COLUMNS, save_detections
from training.evaluation.cases import deeplesion_cases, volume_cases
from training.evaluation.detecting import answers_of
from training.evaluation.detections_reading import Predictions
from training.evaluation.results import evaluate, score_cases
from training.phantom_studies import write_phantoms
from training.recipe.deeplesion_data import DeepLesionData


def write_predictions(file: Path, rows: list[dict[str, object]]) -> Path:
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table of two phantoms' boxes, beside the phantoms."""
    return write_phantoms(tmp_path_factory.mktemp("phantoms"), 2, 7, lambda *_: None)


def test_truth_given_back_as_predictions_finds_every_lesion(truth: Path, tmp_path: Path) -> None:
    """Larger lesions get the higher score, so that the best box is that of the largest."""
    with truth.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = ("source", "slice_index", "x1", "y1", "x2", "y2")
    found = [{n: row[n] for n in names} | {"score": 0.9 + area(row) / 10**7} for row in rows]
    predictions = Predictions(write_predictions(tmp_path / "found.csv", found))

    result = evaluate(score_cases(volume_cases(truth.parent, truth), predictions), 0.5)

    assert (result.cases, result.lesion_boxes) == (2, len(rows))
    assert result.sensitivity[0.5] == 1.0
    assert result.paper is not None and result.paper.iou == 1.0 and result.paper.mse == 0
    assert result.average_precision["map"] == pytest.approx(1.0)
    assert {result.lesion_sensitivity_3d[t] for t in (0.05, 0.9)} == {1.0}


def test_a_csv_gives_the_result_of_the_checkpoint_that_wrote_it(
    truth: Path, tmp_path: Path
) -> None:
    (series, _) = open_collection(truth.parent).series
    detector = answers_of("phantom-small", None, "cpu", True)
    cases = [
        replace(one, scored=(20, 22))
        for one in volume_cases(truth.parent, truth)
        if one.volume.series.uid == series.uid
    ]
    found = [s for one in cases for s in detector(one)]
    file = tmp_path / "found.csv"
    save_detections(file, [(series, link(found))], DetectorInfo("phantom-small", "1"))

    direct = evaluate(score_cases(cases, detector), 0.3)
    from_file = evaluate(score_cases(cases, answers_of(None, file, "cpu", True)), 0.3)

    assert sum(len(s.detections) for s in found) > 2
    assert from_file.sensitivity == direct.sensitivity
    assert from_file.lesion_sensitivity_3d == direct.lesion_sensitivity_3d
    assert from_file.operating_points == direct.operating_points
    assert from_file.average_precision == direct.average_precision


def test_phantoms_without_a_lesion_are_cases_in_which_all_that_is_found_is_false(
    tmp_path: Path,
) -> None:
    truth = write_phantoms(tmp_path, 2, 7, lambda *_: None, lesions=0)

    cases = list(volume_cases(tmp_path, truth))

    assert len(cases) == 2 and not any(case.lesions for case in cases)
    found = [
        {"source": f"00000{seed}/IM0005.dcm", "slice_index": 4, "score": 0.7}
        | dict(zip(("x1", "y1", "x2", "y2"), (10, 10, 20, 20), strict=True))
        for seed in (7, 8)
    ]
    result = evaluate(
        score_cases(cases, Predictions(write_predictions(tmp_path / "f", found))), 0.5
    )
    points = {p.threshold: p.false_positives_per_volume for p in result.operating_points}
    assert (points[0.7], points[0.75]) == (1.0, 0.0)


def test_boxes_that_name_another_file_are_refused(truth: Path, tmp_path: Path) -> None:
    other = tmp_path / "boxes.csv"
    other.write_text(truth.read_text().replace("000007/", "000009/"))

    with pytest.raises(TrainingError, match="000009"):
        list(volume_cases(truth.parent, other))


def area(row: dict[str, str]) -> int:
    return (int(row["x2"]) - int(row["x1"])) * (int(row["y2"]) - int(row["y1"]))


def test_predictions_without_a_column_are_refused_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "found.csv"
    file.write_text("source,slice_index,x1,y1,x2,y2\n")

    with pytest.raises(TrainingError, match="score"):
        Predictions(file)


@pytest.mark.realdata
def test_the_boxes_of_a_real_scan_are_its_lesions(real_data: Path) -> None:
    """120 boxes of 7 tumours and a cyst on 129 slices, as its README says."""
    folder = real_data / "ircadb01" / "case01"

    (case,) = volume_cases(folder / "DICOM", folder / "boxes.csv")

    assert len(case.lesions) == 8 and len(case.scored) == 129
    assert sum(len(boxes) for one in case.lesions for boxes in one.values()) == 120


@pytest.mark.realdata
def test_real_key_slices_given_back_by_file_are_found_with_padded_boxes(
    real_data: Path, tmp_path: Path
) -> None:
    """Whatever index the slice has in the CSV: its file decides."""
    folder = real_data / "deeplesion"
    data = DeepLesionData("official", str(folder), "DL_info_val_test.csv", types=(4,))
    cases = deeplesion_cases(data, "validation", InputDefinition(Window.from_limits(-175, 275)))
    found = [
        {"source": case.name, "slice_index": 99, "score": 0.9}
        | dict(zip(("x1", "y1", "x2", "y2"), box, strict=True))
        for case in cases
        for lesion in case.lesions
        for boxes in lesion.values()
        for box in boxes
    ]

    scored = score_cases(cases, Predictions(write_predictions(tmp_path / "f.csv", found)))

    result = evaluate(scored, 0.5)
    assert len(cases) == 23 and result.sensitivity[0.5] == 1.0
    assert all(case.padding_px == 5 for case in cases)
