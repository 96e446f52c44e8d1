"""The commands, by what they print, write and return."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lesion_viewer import __version__
from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import Card, write_checkpoint
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.review.session import Session

COLUMNS = (
    "source,study_uid,series_uid,sop_instance_uid,slice_index,location_mm,"
    "x1,y1,x2,y2,score,candidate,model,model_sha256,instance_number,lesion_type"
).split(",")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    phantom = make_phantom(3, (6, 96, 96), (20.0, 4.0, 4.0), lesions=1)
    write_series(folder, phantom.hu, phantom.spacing_mm, seed=3)
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights as initialised: finds nonsense, but finds it honestly."""
    import torch

    from lesion_viewer.detection.models import build_model

    torch.manual_seed(1)
    options = {"backbone": "resnet18"}
    card = Card(
        "untrained",
        "0",
        "faster_rcnn",
        options,
        InputDefinition(Window(400, 40), slices=3),
        ("lesion",),
        "nothing",
        "none",
        default_threshold=0.05,
    )
    folder = tmp_path_factory.mktemp("checkpoints") / "untrained"
    write_checkpoint(folder, build_model("faster_rcnn", options, 3), card)
    return folder


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def test_version_prints_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["detect"],
        ["detect", "x", "--output", "y.csv", "--slices", "many"],
        ["detect", "x", "--output", "y.csv", "--device", "tpu"],
        ["export", "x", "--output", "y", "--format", "sr"],
        ["check"],
        ["--no-such-option"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert main(arguments) == 2


@pytest.mark.parametrize("arguments", [["open", "."], ["."], []])
def test_without_a_display_open_says_so_and_names_the_headless_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert "no display" in error
    assert "lesion-viewer detect" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "detect"])
def test_a_missing_path_is_one_line_and_exits_with_1(
    command: str, tmp_path: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing"
    options = ["--output", str(tmp_path / "x.csv"), "--model", str(checkpoint)]
    assert main([command, str(missing), *(options if command == "detect" else [])]) == 1
    error = capsys.readouterr().err
    assert str(missing) in error
    assert error.count("\n") == 1


def test_check_tells_the_series(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(study)]) == 0
    assert "6 slices of 96 x 96" in capsys.readouterr().out


def test_check_as_json_can_be_read(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(study), "--json"]) == 0
    (series,) = json.loads(capsys.readouterr().out)["series"]
    assert series["shape"] == [6, 96, 96]
    assert series["spacing_mm"] == [20.0, 4.0, 4.0]


def test_detect_writes_one_row_per_box_in_the_contracts_columns(
    study: Path, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "found.csv"
    arguments = ["--output", str(output), "--model", str(checkpoint), "--device", "cpu"]
    assert main(["detect", str(study), *arguments, "--slices", "2:4", "--min-score", "0.2"]) == 0
    assert capsys.readouterr().out == f"{output}\n"
    with output.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    assert {row["slice_index"] for row in rows} == {"2", "3"}
    assert {row["instance_number"] for row in rows} == {"3", "4"}
    assert {row["source"] for row in rows} == {"IM0003.dcm", "IM0004.dcm"}
    assert all(float(row["score"]) >= 0.2 for row in rows)
    assert min(int(row["candidate"]) for row in rows) == 1
    assert {row["model"] for row in rows} == {"untrained 0"}


def test_detect_says_that_values_are_no_hu_and_searches_all_the_same(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever names a file asks for it."""
    path, output = tmp_path / "labels.mha", tmp_path / "boxes.csv"
    voxels = np.zeros((2, 64, 64), np.uint8)
    voxels[:, 20:40, 20:40] = 3
    sitk.WriteImage(sitk.GetImageFromArray(voxels), str(path))
    assert main(["detect", str(path), "--output", str(output), "--model", str(checkpoint)]) == 0
    error = capsys.readouterr().err
    assert "labels.mha: These values are probably not HU: " in error
    assert "Searched all the same." in error
    assert output.read_text().startswith(",".join(COLUMNS))


def test_detect_on_slices_that_do_not_exist_exits_with_1(
    study: Path, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "found.csv"
    arguments = ["--output", str(output), "--model", str(checkpoint), "--slices", "50:60"]
    assert main(["detect", str(study), *arguments]) == 1
    assert not output.exists()


def test_a_detector_that_does_not_exist_is_named(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--output", str(tmp_path / "x.csv"), "--model", "no-such-net"]
    assert main(["detect", str(study), *arguments]) == 1
    assert "no-such-net" in capsys.readouterr().err


def test_export_writes_a_review_without_its_images(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = open_study(study)
    session = Session.open(tmp_path / "a.review", opened.key, "tester")
    session.pictures.describe(opened)
    session.add(opened.series[0].uid, 2, Box(10, 20, 30, 40))
    session.close()
    output = tmp_path / "reviewed.csv"
    assert main(["export", str(tmp_path / "a.review"), "--output", str(output)]) == 0
    assert capsys.readouterr().out == f"{output}\n"
    with output.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["Status"] == "added"
    # Tight 10, 20, 30, 40 from 0, padded by 5 px and counted from 1.
    assert [float(v) for v in row["Bounding_boxes"].split(",")] == [6, 16, 35, 45]


def test_a_review_that_does_not_exist_exits_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", str(tmp_path / "none.review"), "--output", str(tmp_path / "x.csv")]
    assert main(arguments) == 1
    assert "none.review" in capsys.readouterr().err


def test_models_lists_the_detectors(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "lesion_viewer.detection.checkpoints.checkpoint.bundled_checkpoints", lambda: (checkpoint,)
    )
    assert main(["models"]) == 0
    output = capsys.readouterr().out
    assert "untrained 0" in output
    assert "not measured" in output
