"""Labels by UID and in volumes from the command line: taken up, decided, exported."""

import csv
import sys
from pathlib import Path

import pytest

from lesion_viewer.cli import main

sys.path.insert(0, str(Path(__file__).parent / "exchange"))
from tests.exchange.label_studies import blocks, write_image, write_study  # noqa: E402


def test_a_label_volume_becomes_a_review_without_a_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = write_study(tmp_path / "DICOM")
    labels = write_image(tmp_path / "labels.nii.gz", study, blocks())
    session = tmp_path / "a.review"
    named = ["project", str(tmp_path / "DICOM"), "--annotations", str(labels)]
    assert main([*named, "--session", str(session)]) == 0
    said = capsys.readouterr().out
    assert "3 labels, 0 new decisions. Labels taken: 2, 7; labels left out: 1." in said
    assert "3 undecided" in said
    assert main([*named, "--session", str(session)]) == 0
    assert "was imported before; nothing is changed" in capsys.readouterr().out
    assert main(["export", str(session), "--output", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 6  # slices of the three findings


def test_boxes_by_uid_become_a_review_and_say_what_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = write_study(tmp_path / "DICOM")
    uid = study.series[0].slices[2].sop_instance_uid
    boxes = tmp_path / "boxes.csv"
    boxes.write_text(f"SOPInstanceUID,x1,y1,x2,y2\n{uid},1,2,9,9\n1.2.9,1,2,9,9\n")
    named = ["project", str(tmp_path / "DICOM"), "--annotations", str(boxes)]
    assert main([*named, "--session", str(tmp_path / "a.review")]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("1 annotated slices, 0 without an image\n0 done, 1 left\n")
    said = captured.err
    assert "1 label," in said
    assert "1 row is of an image that is not here (1.2.9), and was left out." in said


@pytest.mark.parametrize("options", [["--labels", "3"], ["--propose"]])
def test_what_cannot_be_done_is_one_line_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    study = write_study(tmp_path / "DICOM")
    labels = write_image(tmp_path / "labels.nii.gz", study, blocks())
    session = tmp_path / "a.review"
    named = ["project", str(tmp_path / "DICOM"), "--annotations", str(labels)]
    assert main([*named, "--session", str(session), *options]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not session.exists()
