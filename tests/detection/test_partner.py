"""Two networks on pixels of two sizes: where their boxes meet, and what each alone says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import PARTNER, Card, load_card, load_model
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.network_detector import NetworkDetector
from lesion_viewer.detection.partner import Found, Looking, averaged, partner_of
from lesion_viewer.detection.runtimes.network import Output
from lesion_viewer.errors import DetectionError
from training.bundling import bundle


def found(*boxes: tuple[float, ...]) -> Found:
    """Boxes with their score last, of class 1."""
    rows = np.array(boxes, np.float64).reshape(-1, 5)
    return Found(rows[:, :4].astype(np.float32), rows[:, 4], np.ones(len(rows), np.int64))


def test_a_place_of_both_has_the_mean_of_their_logits_and_boxes() -> None:
    """Logits of .8 and .5 are ln 4 and 0; the mean of them is ln 2, a score of 2 / 3."""
    both = averaged(found((0, 0, 10, 10, 0.8)), found((2, 0, 12, 10, 0.5)))
    assert both.scores == pytest.approx([2 / 3])
    assert both.boxes[0].tolist() == pytest.approx([10 / 13, 0, 10 + 10 / 13, 10], abs=1e-5)
    assert both.labels.tolist() == [1]


def test_what_one_network_alone_finds_stays_with_a_lower_score() -> None:
    """Between .5 and .003: the root of .003 / .997 against 1."""
    odds = np.sqrt(0.003 / 0.997)
    for answers in ((found((0, 0, 9, 9, 0.5)), found()), (found(), found((0, 0, 9, 9, 0.5)))):
        both = averaged(*answers)
        assert both.scores == pytest.approx([odds / (1 + odds)])
        assert both.boxes.tolist() == [[0, 0, 9, 9]]


def test_boxes_come_by_falling_score_and_two_of_nothing_are_nothing() -> None:
    first = found((0, 0, 9, 9, 0.9), (50, 50, 60, 60, 0.6))
    both = averaged(first, found((50, 50, 60, 60, 0.9)))
    assert both.boxes[:, 0].tolist() == [50, 0]
    assert len(averaged(found(), found()).boxes) == 0


class Fixed:
    """A network that gives one box, in pixels of its input, on every slice."""

    device_name, batch_size = "none", 2

    def __init__(self, *box: float, score: float) -> None:
        self.sizes: set[tuple[int, ...]] = set()
        self._output: Output = {
            "boxes": np.array([box], np.float32),
            "scores": np.array([score], np.float32),
            "labels": np.array([1]),
        }

    def run(self, images: Sequence[NDArray[np.float32]]) -> list[Output]:
        """The box for each image."""
        self.sizes |= {image.shape for image in images}
        return [self._output for _ in images]


def test_each_network_sees_its_own_pixels(
    make_card: Callable[..., Card], make_volume: Callable[..., CTVolume]
) -> None:
    card = make_card()
    card = replace(card, input=replace(card.input, pixel_mm=1.0))
    volume = make_volume(np.zeros((3, 40, 60), np.int16))
    coarse, fine = Fixed(10, 10, 20, 20, score=0.5), Fixed(20, 20, 40, 40, score=0.5)
    partner = Looking(fine, replace(card.input, pixel_mm=0.5), "fine")
    detector = NetworkDetector(coarse, card, None, 0.0, partner=partner)
    (answer,) = detector.detect(volume, [1])
    assert [d.box.as_tuple() for d in answer.detections] == [(10, 10, 20, 20)]
    assert answer.detections[0].score == pytest.approx(0.5)
    assert (coarse.sizes, fine.sizes) == ({(3, 40, 60)}, {(3, 80, 120)})


def test_a_bundle_has_its_partner_and_no_other(checkpoint: Path, tmp_path: Path) -> None:
    folder = bundle(checkpoint, tmp_path / "pair", pixel_mm=1.0, partner=checkpoint)
    card = load_card(folder)
    assert card.partner == load_model(folder / PARTNER)[1].sha256
    assert load_detector(folder, "cpu", runtime="torch").info.name == card.name
    with pytest.raises(DetectionError, match="another partner"):
        partner_of(folder, replace(card, partner="0" * 64), "cpu")
    other = replace(card, input=replace(card.input, slices=5))
    with pytest.raises(DetectionError, match="other slices"):
        partner_of(folder, other, "cpu")
