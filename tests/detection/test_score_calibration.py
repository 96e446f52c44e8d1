"""What a card says of scores, on slices with neighbours and on those without."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.phantom.abdomen import PhantomScene
from lesion_viewer.detection.checkpoints.checkpoint import CARD, find_checkpoint, load_card
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.score_calibration import calibrated
from lesion_viewer.errors import DetectionError
from training.evaluation.cases import volume_of

ALONE = [0.5, 1.0]


def with_entry(folder: Path, **entries: object) -> Path:
    shutil.copytree(find_checkpoint("phantom-small"), folder)
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, **entries}))
    return folder


def scores(folder: Path, count: int) -> np.ndarray:
    scene = PhantomScene(1000, (20, 256, 256), (5.0, 1.5, 1.5), 6)
    hu = np.stack([scene.slice_at(9 + i)[0] for i in range(count)])
    detector = load_detector(folder, "cpu", 0.0, runtime="onnx", threads=1)
    (found,) = detector.detect(volume_of("phantom", hu, (5.0, 1.5, 1.5)), [count // 2])
    return np.array([d.score for d in found.detections])


def test_a_slice_without_neighbours_has_its_own_calibration(tmp_path: Path) -> None:
    plain = find_checkpoint("phantom-small")
    own = with_entry(tmp_path / "own", calibration_alone=ALONE)

    alone, among = scores(plain, 1), scores(plain, 3)

    assert len(alone) > 1 and len(among) > 1
    assert scores(own, 1) == pytest.approx(calibrated(alone, (0.5, 1.0)), abs=1e-6)
    assert scores(own, 3) == pytest.approx(among, abs=1e-6)


def test_a_card_without_it_reads_as_before(tmp_path: Path) -> None:
    folder = with_entry(tmp_path / "old")
    card = json.loads((folder / CARD).read_text())
    for name in ("calibration_alone", "taught_on_phantoms"):
        del card[name]
    (folder / CARD).write_text(json.dumps(card))

    read = load_card(folder)

    assert (read.calibration_alone, read.taught_on_phantoms) == (None, False)


@pytest.mark.parametrize("line", [[-1.0, 0.0], [0.0, 0.0], [1.0], "no"])
def test_a_calibration_that_changes_the_order_is_refused(tmp_path: Path, line: object) -> None:
    with pytest.raises(DetectionError):
        load_card(with_entry(tmp_path / "bad", calibration_alone=line))
