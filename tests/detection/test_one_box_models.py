"""The paper's one-box networks: their sizes by hand, and what they train on and answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from lesion_viewer.detection.checkpoints.checkpoint import Card, write_checkpoint
from lesion_viewer.detection.detector import load_detector
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.models import build_model
from lesion_viewer.errors import DetectionError

SMALL: dict[str, dict[str, Any]] = {
    "baseline": {"side": 32, "channels": [4, 8]},
    "vgg_frontend": {"side": 32, "channels": [4, 8], "block": 2, "width": 4},
    "vgg_concat": {"side": 32, "channels": [4, 8], "width": 4},
}
VGG_BLOCKS = (38_720, 221_440, 1_475_328, 5_899_776, 7_079_424)  # Table 2's 138 M less 124 M dense


def target_of(*boxes: tuple[float, ...]) -> dict[str, Tensor]:
    return {
        "boxes": torch.tensor(boxes, dtype=torch.float32).view(-1, 4),
        "labels": torch.ones(len(boxes), dtype=torch.int64),
    }


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def baseline_parameters(in_channels: int, dense_side: int) -> int:
    """By the formula weights = in x out x 9 + out, at 16 and 32 channels."""
    convolutions = (in_channels * 9 + 1) * 16 + (16 * 9 + 1) * 16 + (16 * 9 + 1) * 32
    return convolutions + (32 * 9 + 1) * 32 + (32 * dense_side**2 + 1) * 4


@pytest.mark.parametrize("slices", [3, 9])
def test_the_baseline_has_the_parameters_of_its_layers(slices: int) -> None:
    assert parameters(build_model("baseline", {}, slices)) == baseline_parameters(slices, 128)
    assert slices == 9 or baseline_parameters(slices, 128) == 2_113_812


@pytest.mark.parametrize(
    ("block", "channels", "dense_side", "total"),
    [(2, 128, 32, 425_892), (3, 256, 16, 1_821_348), (4, 512, 8, 7_733_412)],
)
def test_the_vgg_front_end_has_its_blocks_and_the_baseline(
    block: int, channels: int, dense_side: int, total: int
) -> None:
    model = build_model("vgg_frontend", {"block": block}, slices=3)
    expected = sum(VGG_BLOCKS[:block]) + baseline_parameters(channels, dense_side)
    assert parameters(model) == expected == total


def test_vgg_concat_has_vgg_16_and_a_baseline_of_515_channels() -> None:
    expected = sum(VGG_BLOCKS) + baseline_parameters(515, 128)
    assert parameters(build_model("vgg_concat", {}, slices=3)) == expected == 16_902_228


@torch.inference_mode()
@pytest.mark.parametrize(
    ("block", "shape"), [(2, (128, 16, 16)), (3, (256, 8, 8)), (4, (512, 4, 4))]
)
def test_a_blocks_features_have_half_the_side_of_the_block_before(
    block: int, shape: tuple[int, ...]
) -> None:
    model = build_model("vgg_frontend", {"block": block, "side": 64}, slices=3)
    assert model.network.vgg(torch.rand(2, 3, 64, 64)).shape == (2, *shape)


@torch.inference_mode()
def test_vgg_concats_features_have_an_eighth_of_the_side() -> None:
    model = build_model("vgg_concat", {"side": 64}, slices=3)
    assert model.network.vgg(torch.rand(1, 3, 64, 64)).shape == (1, 512, 8, 8)


def test_vgg_concat_equals_the_network_that_enlarges_and_concatenates() -> None:
    torch.manual_seed(0)
    network: Any = build_model("vgg_concat", SMALL["vgg_concat"], slices=3).network
    conv = network.baseline.conv1
    images = torch.rand(2, 3, 32, 32)
    features = torch.rand(2, 32, 4, 4, requires_grad=True)
    large = nn.functional.interpolate(features, (32, 32), mode="bilinear")
    expected = conv(torch.cat([images, large], dim=1))
    found = network.first_convolution(images, features)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    weight = torch.rand_like(found)
    for gradients in zip(
        torch.autograd.grad((found * weight).sum(), [features, conv.weight, conv.bias]),
        torch.autograd.grad((expected * weight).sum(), [features, conv.weight, conv.bias]),
        strict=True,
    ):
        torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-3)


def test_a_training_step_of_vgg_concat_never_makes_the_enlarged_features() -> None:
    model = build_model("vgg_concat", {"side": 128}, slices=3).train()
    image, target = torch.rand(3, 128, 128), target_of((10, 10, 40, 30))

    def step() -> None:
        model([image], [target])["loss_box"].backward()

    gradients, enlarged = 4 * parameters(model), 4 * 512 * 128 * 128
    assert peak_bytes(step) - gradients < enlarged


def peak_bytes(task: Callable[[], None]) -> int:
    """Most bytes allocated at once while ``task`` runs, over those before it."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        task()
    events = [e for e in record.profiler.kineto_results.events() if e.name() == "[memory]"]
    events.sort(key=lambda e: e.start_ns())
    return int(np.cumsum([e.nbytes() for e in events]).max())


@pytest.mark.parametrize("architecture", SMALL)
def test_its_target_is_the_largest_box_in_shares_of_the_side(architecture: str) -> None:
    model = build_model(architecture, SMALL[architecture] | {"channels": [4, 8]}, slices=3).train()
    with torch.no_grad():
        model.network.get_submodule(dense_of(architecture)).weight.zero_()
        model.network.get_submodule(dense_of(architecture)).bias.copy_(torch.tensor([0.0, 0, 1, 1]))
    images, small, large = torch.rand(2, 3, 32, 32), (0, 0, 4, 4), (8, 8, 24, 16)
    losses = model(list(images), [target_of(small, large), target_of()])
    # Shares .25 .25 .75 .5 against 0 0 1 1; the slice without a box counts for nothing.
    assert set(losses) == {"loss_box"}
    assert losses["loss_box"].item() == pytest.approx((0.0625 + 0.0625 + 0.0625 + 0.25) / 4)


def dense_of(architecture: str) -> str:
    return "dense" if architecture == "baseline" else "baseline.dense"


@pytest.mark.parametrize("architecture", SMALL)
def test_a_batch_without_boxes_has_a_loss_of_0_and_gradients_everywhere(architecture: str) -> None:
    model = build_model(architecture, SMALL[architecture], slices=3).train()
    loss = model([torch.rand(3, 32, 32)], [target_of()])["loss_box"]
    loss.backward()
    assert loss == 0
    assert all((p.grad == 0).all() for p in model.parameters())


@pytest.mark.parametrize("architecture", SMALL)
def test_training_lowers_its_loss(architecture: str) -> None:
    torch.manual_seed(0)
    model = build_model(architecture, SMALL[architecture], slices=3).train()
    images = torch.full((2, 3, 32, 32), 0.5)
    images[0, :, 4:12, 4:12] = images[1, :, 20:28, 16:28] = 1
    targets = [target_of((4, 4, 12, 12)), target_of((16, 20, 28, 28))]
    optimiser = torch.optim.Adam(model.parameters(), 0.002)
    losses = []
    for _ in range(60):
        loss = model(list(images), targets)["loss_box"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    # Half the distance between the two boxes is the loss of one answer for both.
    assert losses[-1] < 0.02 < losses[0]


@pytest.mark.parametrize("architecture", SMALL)
def test_in_use_it_gives_one_box_in_pixels_of_an_image_of_any_size(architecture: str) -> None:
    model = build_model(architecture, SMALL[architecture], slices=3).eval()
    with torch.no_grad():
        dense = model.network.get_submodule(dense_of(architecture))
        dense.weight.zero_()
        dense.bias.copy_(torch.tensor([0.75, 0.5, 0.25, 0.625]))  # x1 and x2 the wrong way round
        found = model([torch.rand(3, 40, 64), torch.rand(3, 32, 32)])
    assert [output["boxes"].tolist() for output in found] == [[[16, 20, 48, 25]], [[8, 16, 24, 20]]]
    assert all(output["scores"].tolist() == [1.0] for output in found)
    assert all(output["labels"].tolist() == [1] for output in found)


@pytest.mark.parametrize("architecture", SMALL)
def test_the_viewers_detector_runs_it_and_its_boxes_link(
    architecture: str,
    tmp_path: Path,
    make_card: Callable[..., Card],
    make_volume: Callable[..., Any],
) -> None:
    options = SMALL[architecture]
    model = build_model(architecture, options, slices=3)
    with torch.no_grad():
        dense = model.network.get_submodule(dense_of(architecture))
        dense.weight.zero_()
        dense.bias.copy_(torch.tensor([0.25, 0.25, 0.5, 0.75]))
    write_checkpoint(tmp_path / "c", model, make_card(architecture=architecture, options=options))
    volume = make_volume(np.zeros((4, 48, 80), np.int16))
    found = list(load_detector(tmp_path / "c", "cpu").detect(volume, range(4)))
    assert [len(f.detections) for f in found] == [1] * 4
    assert found[0].detections[0].box.as_tuple() == (20, 12, 40, 36)
    (candidate,) = link(found)
    assert candidate.score == 1.0
    assert sorted(candidate.detections) == [0, 1, 2, 3]


def test_training_stretches_an_image_of_another_size_and_its_target_with_it() -> None:
    model = build_model("baseline", SMALL["baseline"], slices=3).train()
    with torch.no_grad():
        model.network.dense.weight.zero_()
        model.network.dense.bias.copy_(torch.tensor([0.25, 0.5, 0.75, 1.0]))
    losses = model([torch.rand(3, 20, 40)], [target_of((10, 10, 30, 20))])
    assert losses["loss_box"] == 0


def test_a_box_that_is_not_finite_is_refused() -> None:
    model = build_model("baseline", SMALL["baseline"], slices=3).eval()
    nn.init.constant_(model.get_parameter("network.dense.bias"), torch.nan)
    with pytest.raises(DetectionError, match="not finite"):
        model([torch.rand(3, 32, 32)])


@pytest.mark.parametrize(
    ("architecture", "options", "named"),
    [
        ("baseline", {"depth": 4}, "'depth'; known: side, channels"),
        ("baseline", {"side": 30}, "multiple of 4"),
        ("baseline", {"side": "large"}, "wrong type"),
        ("baseline", {"channels": [16]}, "channels"),
        ("vgg_frontend", {"block": 5}, "2, 3 or 4"),
        ("vgg_frontend", {"side": 40, "block": 3}, "multiple of 32"),
        ("vgg_frontend", {"image_mean": [0.5], "block": 2}, "image_mean"),
        ("vgg_concat", {"side": 36}, "multiple of 8"),
        ("vgg_concat", {"dropout": 1.0}, "dropout"),
        ("vgg_concat", {"block": 3}, "'block'"),
    ],
)
def test_options_that_cannot_be_built_are_refused_in_one_line(
    architecture: str, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(DetectionError) as refusal:
        build_model(architecture, options, slices=3)
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_one_box_has_one_class() -> None:
    with pytest.raises(DetectionError, match="one class"):
        build_model("baseline", SMALL["baseline"], slices=3, classes=2)
