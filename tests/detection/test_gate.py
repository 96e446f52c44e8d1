"""The liver gate: what it learns, what it holds back, and that it can be switched off."""

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
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import GATE, Card, load_card, write_checkpoint
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.detector_process import ChildDetector
from lesion_viewer.detection.gate import MARGIN_MM, gate_of, load_gate
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.detection.installed import of_checkpoint
from lesion_viewer.detection.models import ARCHITECTURES, build_model
from lesion_viewer.errors import DetectionError

AIR_HU, MUSCLE_HU, LIVER_HU = -900, 0, 200
LIVER = (20, 60, 16, 48)
SEEN = InputDefinition(Window(400, 0), slices=1, pixel_mm=3.0)


def body(liver: tuple[int, int, int, int] | None = None) -> NDArray[np.int16]:
    """A slice of muscle, and a bright liver between the given rows and columns."""
    hu = np.full((90, 96), AIR_HU, np.int16)
    hu[10:80, 8:88] = MUSCLE_HU
    if liver is not None:
        top, bottom, left, right = liver
        hu[top:bottom, left:right] = LIVER_HU
    return hu


@pytest.fixture(scope="module")
def gate_network() -> nn.Module:
    """A narrow gate that has learned what is bright."""
    torch.manual_seed(0)
    model = build_model("liver_gate", {"width": 4}, slices=1)
    optimiser = torch.optim.Adam(model.parameters(), 0.02)
    rng = np.random.default_rng(0)
    for _ in range(60):
        corners = rng.integers((12, 45, 10, 45), (40, 78, 40, 86), (3, 4))
        voxels = np.stack([body(tuple(c)) for c in corners] + [body()])
        seen = [model_input(voxels, i, (5.0, 3.0, 3.0), SEEN).image for i in range(4)]
        images = [torch.from_numpy(image) for image in seen]
        targets = [{"liver": (image[0] > 0.9).float()} for image in images]
        loss = sum(model(images, targets).values())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model.eval()


class Everywhere(nn.Module):
    """A model made by hand: a box in the liver, one beside it, one far away."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        self.seen += len(images)
        boxes = torch.tensor([[25.0, 30, 35, 40], [43, 30, 53, 40], [70, 60, 80, 70]])
        scores, labels = torch.tensor([0.9, 0.8, 0.7]), torch.ones(3, dtype=torch.int64)
        return [{"boxes": boxes, "scores": scores, "labels": labels} for _ in images]


@pytest.fixture
def searcher(monkeypatch: pytest.MonkeyPatch) -> Everywhere:
    model = Everywhere()
    monkeypatch.setitem(ARCHITECTURES, "by_hand", lambda *shape: model)
    return model


@pytest.fixture
def folder(
    tmp_path: Path, make_card: Callable[..., Card], gate_network: nn.Module, searcher: Everywhere
) -> Path:
    """A checkpoint with a gate."""
    options = {"width": 4}
    gate = make_card(name="gate", architecture="liver_gate", options=options, input=SEEN)
    seen = InputDefinition(Window(400, 0), slices=1)
    card = make_card(architecture="by_hand", input=seen)
    write_checkpoint(tmp_path / "gate", gate_network, gate)
    card = replace(card, gate=load_card(tmp_path / "gate").sha256)
    write_checkpoint(tmp_path / "gated", searcher, card)
    (tmp_path / "gate").rename(tmp_path / "gated" / GATE)
    return tmp_path / "gated"


@pytest.fixture
def volume(make_volume: Callable[..., CTVolume]) -> CTVolume:
    """Slices 0 and 3 without a liver; those between with one."""
    voxels = np.stack([body(), body(LIVER), body(LIVER), body()])
    return make_volume(voxels, (5.0, 3.0, 3.0))


def test_only_what_lies_in_the_liver_or_at_its_edge_is_a_candidate(
    folder: Path, volume: CTVolume
) -> None:
    found = list(load_detector(folder, "cpu").detect(volume, [1, 2]))
    assert [f.slice_index for f in found] == [1, 2]
    for on_slice in found:
        assert [round(d.score, 1) for d in on_slice.detections] == [0.9, 0.8]


def test_a_large_box_at_the_edge_is_kept_by_its_share_in_the_liver(
    folder: Path, volume: CTVolume
) -> None:
    """Both middles lie 2 px and more outside the liver, which ends at column 48."""
    liver = load_gate(folder / GATE, runtime="torch").locate(volume, 1)
    assert liver.contains(Box(38, 28, 64, 52))
    assert not liver.contains(Box(44, 28, 70, 52))
    assert not liver.contains(Box(60, 28, 84, 52))


def test_slices_without_a_liver_are_answered_and_not_searched(
    folder: Path, volume: CTVolume, searcher: Everywhere
) -> None:
    found = list(load_detector(folder, "cpu").detect(volume, [3, 1, 0]))
    assert [(f.slice_index, len(f.detections)) for f in found] == [(3, 0), (1, 2), (0, 0)]
    assert searcher.seen == 1


def test_searching_everywhere_is_another_detector(folder: Path, volume: CTVolume) -> None:
    detector = load_detector(folder, "cpu", is_gated=False)
    found = list(detector.detect(volume, range(4)))
    assert [len(f.detections) for f in found] == [3, 3, 3, 3]
    card = load_card(folder)
    assert detector.info == card.without_gate().info
    assert (detector.info.version, detector.info.sha256) != (card.version, card.sha256)
    child = ChildDetector(of_checkpoint(folder), "cpu", is_gated=False)
    assert child.info == detector.info
    child.close()


def test_the_liver_grows_by_the_margin_and_holes_in_it_belong_to_it(
    folder: Path, make_volume: Callable[..., CTVolume]
) -> None:
    hu = body(LIVER)
    hu[34:44, 26:36] = MUSCLE_HU
    seen = load_gate(folder / GATE).locate(make_volume(hu[None], (5.0, 3.0, 3.0)), 0)
    rows, columns = np.flatnonzero(seen.mask.any(1)), np.flatnonzero(seen.mask.any(0))
    margin = MARGIN_MM / 3
    for found, wanted in zip(
        (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1),
        (LIVER[0] - margin, LIVER[1] + margin, LIVER[2] - margin, LIVER[3] + margin),
        strict=True,
    ):
        assert abs(found - wanted) <= 2
    assert seen.mask[34:44, 26:36].all()


def test_the_answer_for_a_slice_holds_the_liver_without_the_margin(
    folder: Path, volume: CTVolume
) -> None:
    empty, found = load_detector(folder, "cpu").detect(volume, [0, 1])
    assert empty.liver is None
    assert found.liver is not None
    top, bottom, left, right = LIVER
    liver = np.zeros((90, 96), bool)
    liver[top:bottom, left:right] = True
    shared = int((found.liver.on(90, 96) & liver).sum())
    assert 2 * shared / (found.liver.count + liver.sum()) > 0.95


def test_a_gate_that_is_not_the_cards_is_refused(
    folder: Path, make_card: Callable[..., Card]
) -> None:
    model = build_model("liver_gate", {"width": 4}, slices=1)
    other = make_card(name="gate", architecture="liver_gate", options={"width": 4}, input=SEEN)
    write_checkpoint(folder / GATE, model, other)
    with pytest.raises(DetectionError, match="another gate"):
        load_detector(folder, "cpu")


def test_a_gate_that_looks_further_than_its_detector_is_refused(
    folder: Path, make_card: Callable[..., Card]
) -> None:
    options, further = {"width": 4}, replace(SEEN, slices=3, step_mm=9.0)
    model = build_model("fcn", options, slices=3)
    other = make_card(name="gate", architecture="fcn", options=options, input=further)
    written = write_checkpoint(folder / GATE, model, other)
    card = replace(load_card(folder), gate=written.sha256)
    with pytest.raises(DetectionError, match="looks at other slices"):
        gate_of(folder, card)


def test_the_livers_network_of_a_cascade_may_be_the_gate(
    tmp_path: Path, make_card: Callable[..., Card], volume: CTVolume
) -> None:
    options, further = {"width": 4}, replace(SEEN, slices=3, step_mm=5.0)
    card = make_card(name="liver", architecture="fcn", options=options, input=further)
    write_checkpoint(tmp_path / "liver", build_model("fcn", options, slices=3), card)
    found = load_gate(tmp_path / "liver").locate(volume, 1)
    assert found.seen.image.shape[0] == 3
    lower, own, upper = found.seen.image
    assert (lower == 0.5).sum() > (own == 0.5).sum() == (upper == 0.5).sum()


def test_a_checkpoint_of_a_detector_is_no_gate(checkpoint: Path) -> None:
    with pytest.raises(DetectionError, match="no liver gate"):
        load_gate(checkpoint)


def test_the_gate_learns_only_where_the_liver_is_known() -> None:
    model = build_model("liver_gate", {}, slices=1)
    with pytest.raises(DetectionError, match="whose liver is known"):
        model([torch.rand(1, 32, 40)], [{"boxes": torch.zeros(0, 4)}])


def test_the_gate_answers_images_of_any_size_each_with_its_own() -> None:
    model = build_model("liver_gate", {}, slices=1).eval()
    assert sum(p.numel() for p in model.parameters()) == 303_137
    with torch.inference_mode():
        shapes = [
            one["liver"].shape for one in model([torch.rand(1, 103, 137), torch.rand(1, 8, 9)])
        ]
    assert shapes == [(103, 137), (8, 9)]
