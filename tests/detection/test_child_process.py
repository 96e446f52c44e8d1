"""A detector in a process of its own: the same answers, and an end when it is wanted."""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import Card, write_checkpoint
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.detector_process import ChildDetector
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.installed import of_checkpoint
from lesion_viewer.detection.models import build_model
from lesion_viewer.errors import DetectionError

SHAPE = (5, 64, 64)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

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


@pytest.fixture
def volume() -> CTVolume:
    slices = tuple(SliceSource(f"{i}.dcm") for i in range(SHAPE[0]))
    spacing = (5.0, 1.0, 1.0)
    series = Series(
        "1.2",
        "1",
        "CT",
        "",
        1,
        slices,
        SHAPE,
        spacing,
        None,
        (),
        decode=lambda i: np.zeros((1, 1), np.int16),
    )
    volume = CTVolume(series)
    generator = np.random.default_rng(0)
    for i in range(SHAPE[0]):
        volume.put(i, generator.integers(-200, 300, SHAPE[1:], np.int16))
    return volume


def test_a_child_gives_the_answers_of_a_detector_in_the_same_process(
    checkpoint: Path, volume: CTVolume
) -> None:
    child = ChildDetector(of_checkpoint(checkpoint), "cpu")
    try:
        answers = list(child.detect(volume, [2, 0])) + list(child.detect(volume, [4]))
    finally:
        child.close()
    here = list(load_detector(checkpoint, "cpu").detect(volume, [2, 0, 4]))
    assert [a.slice_index for a in answers] == [2, 0, 4]
    for answer, expected in zip(answers, here, strict=True):
        assert len(answer.detections) == len(expected.detections) > 0
        for a, b in zip(answer.detections, expected.detections, strict=True):
            assert a.score == pytest.approx(b.score, abs=1e-4)


def test_closing_ends_the_wait_for_a_model_that_is_being_loaded(
    checkpoint: Path, volume: CTVolume
) -> None:
    child = ChildDetector(of_checkpoint(checkpoint), "cpu")
    threading.Timer(0.5, child.close).start()
    with pytest.raises(DetectionError, match="has ended"):
        list(child.detect(volume, [0]))
    assert child.is_closed


def test_what_goes_wrong_in_the_child_is_told_in_its_words(
    checkpoint: Path, volume: CTVolume, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    card = json.loads((checkpoint / "card.json").read_text(encoding="utf-8"))
    (broken / "card.json").write_text(json.dumps(card), encoding="utf-8")
    (broken / "weights.safetensors").write_bytes(b"not the weights")
    child = ChildDetector(of_checkpoint(broken), "cpu")
    with pytest.raises(DetectionError, match="SHA-256 differs"):
        list(child.detect(volume, [0]))


def test_a_missing_card_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with pytest.raises(DetectionError):
        of_checkpoint(tmp_path)


@pytest.fixture
def child(checkpoint: Path) -> Iterator[ChildDetector]:
    child = ChildDetector(of_checkpoint(checkpoint), "cpu")
    child.start()
    yield child
    child.close()


def process_of(child: ChildDetector) -> int:
    assert child._process is not None
    return child._process.pid


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process")
def test_a_child_that_hangs_is_killed_and_told(child: ChildDetector, volume: CTVolume) -> None:
    os.kill(process_of(child), signal.SIGSTOP)
    child.answer_s = 1.0
    with pytest.raises(DetectionError, match="did not answer for 1 s and was stopped"):
        list(child.detect(volume, [0]))
    assert child.is_closed
    assert child._process is not None and child._process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process")
def test_a_child_that_hangs_can_be_closed(child: ChildDetector) -> None:
    os.kill(process_of(child), signal.SIGSTOP)
    child.close()
    assert child._process is not None and child._process.returncode == -signal.SIGKILL


def test_a_child_that_dies_is_told_and_another_one_goes_on(
    child: ChildDetector, checkpoint: Path, volume: CTVolume
) -> None:
    assert len(list(child.detect(volume, [0]))) == 1
    assert child._process is not None
    child._process.kill()
    with pytest.raises(DetectionError, match="has ended. What it found is kept; search again"):
        list(child.detect(volume, [1]))
    again = ChildDetector(of_checkpoint(checkpoint), "cpu")
    assert [found.slice_index for found in again.detect(volume, [1])] == [1]
    again.close()
