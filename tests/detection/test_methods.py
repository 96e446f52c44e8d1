"""Methods without weights are detectors like any other."""

import csv
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection import installed
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.installed import (
    find_detector,
    find_segmenter,
    installed_detectors,
    method,
)
from lesion_viewer.errors import DetectionError

BRIGHT = DetectorInfo("bright", "1", default_threshold=0.5)


@dataclass(frozen=True, slots=True)
class BrightSpots:
    """What is over 500 HU, in connected components: no network, no weights."""

    min_score: float
    info: DetectorInfo = BRIGHT
    device_name: str = "CPU"
    batch_size: int = 4

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        for index in slice_indices:
            labels, _ = ndimage.label(volume.voxels[index] > 500)
            boxes = [
                Box(columns.start, rows.start, columns.stop, rows.stop)
                for rows, columns in ndimage.find_objects(labels)
            ]
            yield SliceDetections(index, tuple(Detection(box, 0.9) for box in boxes))


@pytest.fixture
def bright(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "METHODS", (method(BRIGHT, BrightSpots),))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    hu = np.full((4, 64, 64), 40, np.int16)
    hu[1:3, 10:16, 20:30] = 900
    write_series(tmp_path / "ct", hu, (5.0, 1.0, 1.0), seed=1)
    return tmp_path / "ct"


def test_the_command_searches_with_a_method_without_weights(
    bright: None, study: Path, tmp_path: Path
) -> None:
    output = tmp_path / "found.csv"
    assert main(["detect", str(study), "--model", "bright", "--output", str(output)]) == 0
    with output.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["slice_index"] for row in rows] == ["1", "2"]
    assert {row["candidate"] for row in rows} == {"1"}
    corners = ("x1", "y1", "x2", "y2")
    assert {tuple(float(row[c]) for c in corners) for row in rows} == {(20, 10, 30, 16)}
    assert {(row["model"], row["model_sha256"]) for row in rows} == {("bright 1", "")}


def test_a_method_is_found_by_its_name_and_can_go_to_another_process(bright: None) -> None:
    found = pickle.loads(pickle.dumps(find_detector("bright")))
    assert found.info() == BRIGHT
    assert not found.has_gate
    assert found.load(min_score=0.3).min_score == 0.3


def test_models_lists_methods(bright: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    assert "bright 1" in capsys.readouterr().out


def test_segmenters_are_methods_too_and_no_detectors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    assert "body 1  marks body, table" in capsys.readouterr().out
    assert "body" not in [detector.key for detector in installed_detectors()]
    found = pickle.loads(pickle.dumps(find_segmenter("body")))
    assert found.load().info == found.info
    with pytest.raises(DetectionError, match="no segmenter 'liver'; choose body"):
        find_segmenter("liver")
