"""The second look at a detector's boxes: what it sees, how it changes scores, what is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.checkpoints.checkpoint import (
    SECOND_LOOK,
    Card,
    load_card,
    write_checkpoint,
)
from lesion_viewer.detection.checkpoints.second_opinion import SecondOpinion
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.inputs import InputDefinition, model_input, volume_input
from lesion_viewer.detection.models import ARCHITECTURES, build_model
from lesion_viewer.detection.neighbours import Neighbours
from lesion_viewer.detection.patches import FAR_MM, SIDE, patches_around
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.second_look import MOST_BOXES
from lesion_viewer.errors import DetectionError
from lesion_viewer.geometry.turn import Turn
from training.onnx_export import export_onnx

WINDOW = Window(400, 0)
SEEN = InputDefinition(WINDOW, slices=3, step_mm=4.0)
FAT_HU, DISC_HU = -100, 150


def disc(pixel_mm: float, side: int) -> NDArray[np.int16]:
    """A slice of fat with a disc of 20 mm about its middle."""
    at = (np.arange(side) + 0.5 - side / 2) * pixel_mm
    return np.where(np.hypot(at[:, None], at) < 10, DISC_HU, FAT_HU).astype(np.int16)


def seen_around(
    hu: NDArray[np.int16], spacing_mm: tuple[float, float, float], box_mm: float, turn: Turn
) -> NDArray[np.float32]:
    """The patches of a box in the middle of the slice."""
    seen = model_input(hu[None], 0, spacing_mm, replace(SEEN, slices=1), turn=turn)
    (rows, columns), (_, row_mm, column_mm) = hu.shape, spacing_mm
    half_x, half_y = box_mm / 2 / column_mm, box_mm / 2 / row_mm
    x, y = columns / 2, rows / 2
    box = np.array([[x - half_x, y - half_y, x + half_x, y + half_y]], np.float32)
    return patches_around(seen, box, spacing_mm)[0]


def test_patches_show_millimetres_whatever_the_pixels_measure() -> None:
    fine = seen_around(disc(0.5, 240), (5.0, 0.5, 0.5), 20.0, Turn())
    coarse = seen_around(disc(1.0, 120), (5.0, 1.0, 1.0), 20.0, Turn())
    assert np.abs(fine - coarse).mean() < 0.01
    near, box, far, far_box = fine
    # The near patch is twice as wide as the box, the far one 80 mm.
    bright = (DISC_HU - WINDOW.lower) / WINDOW.width
    for patch, width_mm in ((near, 40), (far, FAR_MM)):
        area_mm2 = (patch > bright - 0.3).sum() * (width_mm / SIDE) ** 2
        assert area_mm2 == pytest.approx(np.pi * 100, rel=0.06)
    assert box.sum() == pytest.approx(SIDE**2 / 4)
    assert far_box.sum() * (FAR_MM / SIDE) ** 2 == pytest.approx(400, rel=1e-3)


def test_outside_of_the_image_patches_are_empty() -> None:
    seen = model_input(disc(1.0, 60)[None], 0, (5.0, 1.0, 1.0), replace(SEEN, slices=1))
    corner, away = patches_around(
        seen, np.array([[0, 0, 8, 8], [52, 52, 60, 60]], np.float32), (5.0, 1.0, 1.0)
    )
    assert not corner[2][: SIDE // 3].any() and corner[2][SIDE // 2, -1] > 0
    assert not away[2][-SIDE // 3 :].any()


def test_patches_are_in_standard_orientation_however_the_image_is_stored() -> None:
    hu = disc(1.0, 100)
    hu[:50, :50] = 60
    turn = Turn(swaps_axes=True, flips_rows=True)
    stored = np.ascontiguousarray(turn.inverse.apply(hu))
    standard = seen_around(hu, (5.0, 1.0, 1.0), 20.0, Turn())
    turned = seen_around(stored, (5.0, 1.0, 1.0), 20.0, turn)
    assert np.allclose(standard, turned, atol=1e-5)


class Boxes(nn.Module):
    """A model made by hand: the boxes and scores that it was told."""

    def __init__(self, boxes: list[list[float]], scores: list[float]) -> None:
        super().__init__()
        self.boxes, self.scores = torch.tensor(boxes), torch.tensor(scores)
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        labels = torch.ones(len(self.scores), dtype=torch.int64)
        return [{"boxes": self.boxes, "scores": self.scores, "labels": labels} for _ in images]


class Brightness(nn.Module):
    """A second look made by hand: how bright the highest of its slices is in the box."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, stacks: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        self.seen += [len(stack) for stack in stacks]
        half = [stack[:, : stack.shape[1] // 2] for stack in stacks]
        return [
            {"lesion": (grey[:, -2] * grey[:, -1]).sum((1, 2)) / grey[:, -1].sum((1, 2))}
            for grey in half
        ]


Make = Callable[[list[list[float]], list[float]], Path]


@pytest.fixture
def looker(monkeypatch: pytest.MonkeyPatch) -> Brightness:
    model = Brightness()
    monkeypatch.setitem(ARCHITECTURES, "brightness", lambda *shape: model)
    monkeypatch.setitem(ARCHITECTURES, SECOND_LOOK, lambda *shape: model)
    return model


@pytest.fixture
def make(
    tmp_path: Path,
    make_card: Callable[..., Card],
    looker: Brightness,
    monkeypatch: pytest.MonkeyPatch,
) -> Make:
    """A checkpoint with a second look at five slices, one logit counting as much as the other."""

    def write(boxes: list[list[float]], scores: list[float]) -> Path:
        model = Boxes(boxes, scores)
        monkeypatch.setitem(ARCHITECTURES, "by_hand", lambda *shape: model)
        own = make_card(architecture=SECOND_LOOK, options={}, input=replace(SEEN, slices=5))
        sha256 = write_checkpoint(tmp_path / "look", looker, own).sha256
        opinion = SecondOpinion(sha256, 5, 1.0, 1.0, 0.0)
        card = make_card(architecture="by_hand", input=SEEN, second_look=opinion)
        write_checkpoint(tmp_path / "detector", model, card)
        (tmp_path / "look").rename(tmp_path / "detector" / SECOND_LOOK)
        return tmp_path / "detector"

    return write


@pytest.fixture
def volume(make_volume: Callable[..., CTVolume]) -> CTVolume:
    """Nine slices 4 mm apart: soft tissue, on slice 6 bright on the left, dark on the right."""
    voxels = np.full((9, 100, 100), 0, np.int16)
    voxels[6, :, :50], voxels[6, :, 50:] = 100, -100
    return make_volume(voxels, (4.0, 1.0, 1.0))


LEFT, RIGHT = [20.0, 40, 30, 50], [70.0, 40, 80, 50]


def test_scores_rise_and_fall_with_what_the_slices_around_show(
    make: Make, volume: CTVolume
) -> None:
    detector = load_detector(make([LEFT, RIGHT], [0.6, 0.7]), "cpu", runtime="torch")
    beside, far = detector.detect(volume, [4, 3])
    left, right = beside.detections
    assert (left.box.as_tuple(), right.box.as_tuple()) == (tuple(LEFT), tuple(RIGHT))
    # Odds of .6 and .7, times those of the brightness, .75 and .25.
    assert left.score == pytest.approx(1.5 * 3 / (1 + 1.5 * 3), abs=1e-3)
    assert right.score == pytest.approx(7 / 9 / (1 + 7 / 9), abs=1e-3)
    # Slice 3 is more than two slices away: all is as bright as soft tissue, even odds.
    assert [d.score for d in far.detections] == pytest.approx([0.7, 0.6], abs=1e-3)


def test_a_sweep_reads_as_far_as_the_second_look_looks(make: Make, volume: CTVolume) -> None:
    detector = load_detector(make([LEFT], [0.6]), "cpu", runtime="torch")
    assert detector.info.neighbours == Neighbours(5, 4.0)
    assert detector.info.neighbours.around(4, 9, (4.0, 1.0, 1.0)) == (2, 3, 4, 5, 6)


def test_a_slice_that_cannot_be_read_is_replaced_by_the_nearest(
    make: Make, make_volume: Callable[..., CTVolume]
) -> None:
    voxels = np.zeros((9, 100, 100), np.int16)
    voxels[5, :, :50] = 100
    volume = make_volume(voxels, (4.0, 1.0, 1.0), unread=(6,))
    volume.fail(6, "broken")
    (found,) = load_detector(make([LEFT], [0.6]), "cpu", runtime="torch").detect(volume, [4])
    assert found.detections[0].score == pytest.approx(1.5 * 3 / (1 + 1.5 * 3), abs=1e-3)


def test_only_the_best_boxes_of_a_slice_are_looked_at_and_the_others_refused(
    make: Make, looker: Brightness, volume: CTVolume
) -> None:
    count = MOST_BOXES + 2
    boxes = [[4.0 + 3 * k, 40, 14.0 + 3 * k, 50] for k in range(count)]
    scores = [0.9 - 0.05 * k for k in range(count)]
    folder = make(boxes, scores)
    (found,) = load_detector(folder, "cpu", min_score=0, runtime="torch").detect(volume, [3])
    assert looker.seen == [MOST_BOXES]
    assert [d.score for d in found.detections[:MOST_BOXES]] == pytest.approx(
        scores[:MOST_BOXES], abs=0.01
    )
    assert max(d.score for d in found.detections[MOST_BOXES:]) < 0.03


def test_without_boxes_nothing_is_looked_at(
    make: Make, looker: Brightness, volume: CTVolume
) -> None:
    outside = [[300.0, 40, 310, 50]]
    (found,) = load_detector(make(outside, [0.9]), "cpu", runtime="torch").detect(volume, [3])
    assert found.detections == () and looker.seen == []


def test_the_combined_score_rises_with_both_scores() -> None:
    opinion = SecondOpinion("", 5, 0.3, 0.8, -1.0)
    rising = np.linspace(0, 1, 50)
    for combined in (
        opinion.combined(rising, np.full(50, 0.4)),
        opinion.combined(np.full(50, 0.4), rising),
    ):
        assert (np.diff(combined) >= 0).all() and combined[-1] > combined[0] + 0.2
        assert ((combined > 0) & (combined < 1)).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"second": -0.5}, "order of scores"),
        ({"first": float("nan")}, "no number"),
        ({"slices": 4}, "odd"),
        ({"sha256": 3}, "SHA-256"),
        ({"more": 1}, "cannot be used"),
    ],
)
def test_a_card_whose_second_look_makes_no_sense_is_refused(
    make: Make, change: dict[str, object], said: str
) -> None:
    entries = load_card(make([LEFT], [0.6])).to_dict()
    assert Card.from_dict(entries).second_look is not None
    with pytest.raises(DetectionError, match=said):
        Card.from_dict({**entries, "second_look": {**entries["second_look"], **change}})


def test_another_second_look_than_the_card_names_is_refused(
    make: Make, make_card: Callable[..., Card], looker: Brightness
) -> None:
    folder = make([LEFT], [0.6])
    card = load_card(folder / SECOND_LOOK)
    looker.unused.data.fill_(1.0)
    for changed in (card, replace(card, architecture="brightness")):
        write_checkpoint(folder / SECOND_LOOK, looker, changed)
        with pytest.raises(DetectionError, match="another second look|no second look"):
            load_detector(folder, "cpu", runtime="torch")
    (folder / SECOND_LOOK / "card.json").unlink()
    with pytest.raises(DetectionError, match="no checkpoint"):
        load_detector(folder, "cpu", runtime="torch")


@pytest.mark.parametrize("runtime", ["onnx", "openvino"])
def test_every_runtime_sees_the_same_for_any_number_of_boxes(
    tmp_path: Path,
    make_card: Callable[..., Card],
    make_volume: Callable[..., CTVolume],
    runtime: str,
) -> None:
    torch.manual_seed(0)
    model = build_model(SECOND_LOOK, {"width": 4}, slices=5)
    for norm in (m for m in model.modules() if isinstance(m, nn.BatchNorm2d)):
        norm.running_var.uniform_(0.5, 2)
    definition = replace(SEEN, slices=5)
    card = make_card(architecture=SECOND_LOOK, options={"width": 4}, input=definition)
    write_checkpoint(tmp_path / "look", model, card)
    export_onnx(tmp_path / "look")
    card = load_card(tmp_path / "look")
    networks = [
        load_network(tmp_path / "look", card, "cpu", print, one, threads=1)
        for one in ("torch", runtime)
    ]
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 100, (7, 90, 90)).astype(np.int16)
    seen = volume_input(make_volume(noise, (4.0, 1.0, 1.0)), 3, definition)
    for count in (1, 5):
        corners = rng.uniform(0, 60, (count, 2)).astype(np.float32)
        boxes = np.concatenate([corners, corners + rng.uniform(5, 30, (count, 2))], axis=1)
        patches = patches_around(seen, boxes.astype(np.float32), (4.0, 1.0, 1.0))
        ours, theirs = (network.run([patches])[0]["lesion"] for network in networks)
        assert ours.shape == (count,)
        assert np.allclose(ours, theirs, atol=1e-3)
