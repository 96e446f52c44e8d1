"""Faster R-CNN of torchvision's parts, in the shapes that recipes ask for."""

from typing import Any, cast

import pytest
import torch
from torch import nn
from torchvision.models.detection import fasterrcnn_resnet50_fpn
from torchvision.models.detection.rpn import RegionProposalNetwork

from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.models.batch_norm_folding import fold_batch_norms
from lesion_viewer.errors import DetectionError

AS_TORCHVISION = {
    "backbone": "resnet50",
    "norm": "batch",
    "levels": [2, 3, 4, 5, 6],
    "anchor_sizes": [[32], [64], [128], [256], [512]],
    "anchor_ratios": [0.5, 1.0, 2.0],
    "proposals": 200,
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
}
SMALL = {"width": 16, "out_channels": 16, "head_size": 32, "proposals": 20}
PAPER = SMALL | {
    "fpn": False,
    "levels": [4],
    "anchor_sizes": [[16, 24, 32, 48, 96]],
    "anchor_ratios": [0.5, 1.0, 2.0],
}


def targets_of(*boxes: tuple[float, ...]) -> dict[str, torch.Tensor]:
    return {
        "boxes": torch.tensor(boxes, dtype=torch.float32),
        "labels": torch.ones(len(boxes), dtype=torch.int64),
    }


def scramble_norms(model: nn.Module) -> None:
    """Norms as a training could leave them: far from one and zero."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.3, 0.3)
            module.running_var.uniform_(0.5, 1.5)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.3, 0.3)


@torch.inference_mode()
def test_with_torchvisions_weights_it_answers_as_torchvisions() -> None:
    torch.manual_seed(0)
    theirs = fasterrcnn_resnet50_fpn(
        weights=None,
        weights_backbone=None,
        num_classes=2,
        min_size=128,
        max_size=160,
        rpn_pre_nms_top_n_test=200,
        rpn_post_nms_top_n_test=200,
        box_score_thresh=0.001,
    ).eval()
    ours = build_model("faster_rcnn", AS_TORCHVISION, slices=3, classes=1).eval()
    ours.load_state_dict(theirs.state_dict())
    image = torch.rand(3, 128, 160)
    (expected,), (found,) = theirs([image]), fold_batch_norms(ours)([image])
    assert len(expected["scores"]) > 10
    torch.testing.assert_close(found["scores"], expected["scores"], rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(found["boxes"], expected["boxes"], rtol=1e-3, atol=0.05)


@torch.inference_mode()
@pytest.mark.parametrize("options", [SMALL, SMALL | {"proposals": 5000}, PAPER])
def test_anchors_that_are_chosen_first_give_torchvisions_proposals(options: dict[str, Any]) -> None:
    """In a batch of images of two sizes, with more proposals than some levels have anchors."""
    torch.manual_seed(0)
    model = build_model("faster_rcnn", options, slices=3).eval()
    images, _ = model.transform([torch.rand(3, 97, 160), torch.rand(3, 120, 64)])
    maps = model.backbone(images.tensors)
    expected, _ = RegionProposalNetwork.forward(model.rpn, images, maps)
    found, losses = model.rpn(images, maps)
    assert not losses and min(map(len, expected)) > 10
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-5)


@torch.inference_mode()
@pytest.mark.parametrize("norm", ["batch", "frozen_batch"])
@pytest.mark.parametrize("backbone", ["resnet18", "resnet50", "efficientnet_lite0"])
def test_folded_norms_give_the_same_maps(backbone: str, norm: str) -> None:
    torch.manual_seed(0)
    options = SMALL | {"backbone": backbone}
    if backbone == "efficientnet_lite0":
        options |= {"width": 64}
    trained = build_model("faster_rcnn", options | {"norm": "batch"}, 3)
    scramble_norms(trained)
    model = build_model("faster_rcnn", options | {"norm": norm}, 3).eval()
    model.load_state_dict(trained.state_dict(), strict=norm == "batch")
    image = torch.rand(1, 3, 64, 96)
    expected = model.backbone(image)
    found = fold_batch_norms(model).backbone(image)
    for level, features in expected.items():
        atol = 1e-4 * float(features.abs().max())
        torch.testing.assert_close(found[level], features, rtol=0, atol=atol)
    assert not any(isinstance(m, nn.BatchNorm2d) for m in model.modules())


@pytest.mark.parametrize(
    ("options", "shapes"),
    [
        ({}, {"2": (16, 24), "3": (8, 12), "4": (4, 6), "5": (2, 3)}),
        (
            {"fpn": False, "levels": [4], "anchor_sizes": [[16, 24, 32, 48, 96]]},
            {"4": (4, 6)},
        ),
        ({"levels": [2, 3], "anchor_sizes": [[8], [16]]}, {"2": (16, 24), "3": (8, 12)}),
        (
            {"levels": [4, 5, 6], "anchor_sizes": [[8], [16], [32]], "backbone": "resnet34"},
            {"4": (4, 6), "5": (2, 3), "pool": (1, 2)},
        ),
        (
            {"backbone": "vgg16", "norm": "none"},
            {"2": (16, 24), "3": (8, 12), "4": (4, 6), "5": (2, 3)},
        ),
        (
            {"backbone": "efficientnet_lite0", "width": 64},
            {"2": (16, 24), "3": (8, 12), "4": (4, 6), "5": (2, 3)},
        ),
    ],
)
def test_maps_have_the_strides_of_their_levels(options: dict[str, Any], shapes: dict) -> None:
    model = build_model("faster_rcnn", SMALL | options, slices=3).eval()
    maps = model.backbone(torch.rand(1, 3, 64, 96))
    assert {name: tuple(x.shape) for name, x in maps.items()} == {
        name: (1, 16, *size) for name, size in shapes.items()
    }


@pytest.mark.parametrize("slices", [3, 9])
@pytest.mark.parametrize("norm", ["group", "frozen_batch"])
def test_it_trains_on_a_single_slice_with_any_number_of_channels(slices: int, norm: str) -> None:
    torch.manual_seed(0)
    model = build_model("faster_rcnn", SMALL | {"norm": norm}, slices).train()
    losses = model([torch.rand(slices, 64, 64)], [targets_of((10, 12, 30, 40))])
    sum(losses.values()).backward()
    assert set(losses) == {
        "loss_objectness",
        "loss_rpn_box_reg",
        "loss_classifier",
        "loss_box_reg",
    }
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_a_slice_without_a_lesion_trains() -> None:
    model = build_model("faster_rcnn", SMALL, slices=3).train()
    empty = {"boxes": torch.zeros(0, 4), "labels": torch.zeros(0, dtype=torch.int64)}
    assert torch.isfinite(sum(model([torch.rand(3, 64, 64)], [empty]).values()))


# torchvision's table of weights; a ResNet's classifier has 1000 outputs of 512 or 2048 features.
@pytest.mark.parametrize(
    ("backbone", "norm", "expected"),
    [
        ("resnet18", "batch", 11_689_512 - 513_000),
        ("resnet34", "batch", 21_797_672 - 513_000),
        ("resnet50", "batch", 25_557_032 - 2_049_000),
        ("resnet101", "batch", 44_549_160 - 2_049_000),
        ("vgg16", "none", 14_714_688),
        ("vgg16", "batch", 14_714_688 + 2 * (2 * 64 + 2 * 128 + 3 * 256 + 6 * 512)),
    ],
)
def test_a_backbone_has_the_published_parameters_less_the_classifier(
    backbone: str, norm: str, expected: int
) -> None:
    with torch.device("meta"):
        model = build_model("faster_rcnn", {"backbone": backbone, "norm": norm}, slices=3)
    body = cast(nn.Module, model.backbone.body)
    assert sum(parameter.numel() for parameter in body.parameters()) == expected


def test_as_torchvisions_it_has_torchvisions_41_299_161_parameters_with_one_class() -> None:
    with torch.device("meta"):
        model = build_model("faster_rcnn", AS_TORCHVISION | {"norm": "frozen_batch"}, slices=3)
    assert sum(p.numel() for p in model.parameters()) == 41_299_161


def test_as_in_the_paper_it_has_15_anchors_at_every_16_pixels() -> None:
    model = build_model("faster_rcnn", PAPER, slices=3).train()
    maps = model.backbone(torch.rand(1, 3, 64, 96))
    (objectness,), (offsets,) = model.rpn.head(list(maps.values()))
    assert objectness.shape == (1, 15, 4, 6)
    assert offsets.shape == (1, 60, 4, 6)
    (base,) = cast(Any, model).rpn.anchor_generator.cell_anchors
    areas = (base[:, 2:] - base[:, :2]).prod(dim=1)
    sides = torch.tensor([16.0, 24, 32, 48, 96]).tile(3)
    torch.testing.assert_close(areas, sides**2, rtol=0.07, atol=0)  # edges are whole pixels


@pytest.mark.parametrize("norm", ["none", "group", "frozen_batch"])
def test_with_vgg_16_it_trains_on_a_single_slice(norm: str) -> None:
    torch.manual_seed(0)
    model = build_model("faster_rcnn", PAPER | {"backbone": "vgg16", "norm": norm}, 9).train()
    losses = model([torch.rand(9, 64, 64)], [targets_of((10, 12, 30, 40))])
    sum(losses.values()).backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_training_lowers_its_loss() -> None:
    torch.manual_seed(0)
    model = build_model("faster_rcnn", SMALL, slices=3).train()
    image = torch.full((3, 64, 64), 0.5)
    image[:, 12:40, 10:30] = 1
    optimiser = torch.optim.AdamW(model.parameters(), 0.003)
    totals = []
    for _ in range(30):
        loss = sum(model([image], [targets_of((10, 12, 30, 40))]).values())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        totals.append(loss.item())
    assert sum(totals[-5:]) < 0.5 * sum(totals[:5])


def test_features_that_are_not_numbers_are_refused_and_not_silently_nothing() -> None:
    model = build_model("faster_rcnn", SMALL, slices=3).eval()
    with torch.no_grad():
        model.backbone.body.layer1[0].conv1.weight.fill_(torch.nan)
    with pytest.raises(DetectionError, match="not finite"):
        model([torch.rand(3, 64, 64)])


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"depth": 18}, "depth"),
        ({"backbone": "vgg"}, "resnet18"),
        ({"norm": "layer"}, "frozen_batch"),
        ({"norm": "none"}, "resnet18 has no norm 'none'"),
        ({"levels": [2, 4]}, "levels"),
        ({"levels": []}, "levels"),
        ({"levels": [6], "anchor_sizes": [[8]]}, "level 6"),
        ({"levels": "all"}, "type"),
        ({"fpn": False}, "one level"),
        ({"anchor_sizes": [[8]]}, "anchor_sizes"),
        ({"image_mean": [0.5]}, "image_mean"),
    ],
)
def test_options_that_cannot_be_built_are_refused_in_one_line(
    options: dict[str, Any], named: str
) -> None:
    with pytest.raises(DetectionError) as refusal:
        build_model("faster_rcnn", SMALL | options, slices=3)
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_unknown_architecture_is_refused_with_those_known() -> None:
    with pytest.raises(DetectionError, match="'detr'.*faster_rcnn"):
        build_model("detr", {}, slices=3)
