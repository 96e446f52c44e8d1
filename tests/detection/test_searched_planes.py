"""``detect`` on series whose planes are not axial."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from lesion_viewer.cli import main
from tests.turned import write_stored

AXIAL = np.array([[3.0, 0, 0, 0], [0, 3, 0, 0], [0, 0, 5, 0], [0, 0, 0, 1]])
SAGITTAL = AXIAL[[2, 0, 1, 3]] * np.array([[1], [1], [-1], [1]])
AS_IT_COMES = (False, False, False, False)
HU = np.zeros((3, 40, 40), np.int16)


def test_a_study_of_sagittal_planes_is_not_searched_and_one_line_says_so(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = write_stored(tmp_path / "ct", HU, SAGITTAL, AS_IT_COMES)
    output = tmp_path / "found.csv"
    arguments = ["detect", str(study), "--output", str(output), "--model", str(checkpoint)]
    assert main([*arguments, "--device", "cpu"]) == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "learned axial slices and does not search this series" in line
    assert "its planes are 90° off axial" in line
    assert not output.exists()


def test_of_a_study_with_both_the_axial_series_is_searched(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_stored(tmp_path / "ct" / "a", HU, AXIAL, AS_IT_COMES)
    study_uid = pydicom.dcmread(tmp_path / "ct" / "a" / "IM0001.dcm").StudyInstanceUID
    for file in write_stored(tmp_path / "ct" / "s", HU, SAGITTAL, AS_IT_COMES, seed=2).iterdir():
        image = pydicom.dcmread(file)
        image.StudyInstanceUID = study_uid
        image.SeriesDescription = "Reformat"
        image.save_as(file)
    output = tmp_path / "found.csv"
    arguments = ["detect", str(tmp_path / "ct"), "--output", str(output), "--model"]
    assert main([*arguments, str(checkpoint), "--device", "cpu", "--min-score", "0"]) == 0
    said = capsys.readouterr().err
    assert said.count("does not search this series") == 1
    assert "Reformat: " in said
    assert {line.split(",")[0][0] for line in output.read_text().splitlines()[1:]} <= {"a"}
