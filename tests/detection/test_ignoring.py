"""Ignore boxes: what they take from the two heads' background, by hand."""

from typing import Any

import pytest
import torch
from torch import Tensor

from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.models.ignored_regions import share_inside

SMALL: dict[str, Any] = {
    "width": 8,
    "levels": [3],
    "anchor_sizes": [[16]],
    "out_channels": 8,
    "head_size": 8,
}
LESION, IGNORED = (0.0, 0, 10, 10), (20.0, 20, 40, 30)
BOXES = {
    "on the lesion": ((0, 0, 10, 10), 1, 1),
    "in nothing": ((60, 60, 80, 80), 0, 0),
    "the ignore box": ((20, 20, 40, 30), -1, -1),
    "a small one within": ((22, 22, 26, 26), -1, -1),
    "half inside": ((30, 20, 50, 30), -1, -1),
    "two fifths inside": ((32, 20, 52, 30), -1, 0),  # 8 of 20 columns: .4 is over .3, under .5
    "a fifth inside": ((36, 20, 56, 30), 0, 0),
    "over it, far larger": ((10, 10, 50, 50), 0, 0),  # 200 of 1600: an eighth
}


def target(lesions: list[tuple[float, ...]], ignored: list[tuple[float, ...]]) -> dict[str, Tensor]:
    return {
        "boxes": torch.tensor(lesions, dtype=torch.float32).view(-1, 4),
        "labels": torch.ones(len(lesions), dtype=torch.int64),
        "ignored": torch.tensor(ignored, dtype=torch.float32).view(-1, 4),
    }


def test_the_share_inside_is_of_the_box_and_not_of_the_region() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [5, 5, 15, 25]])
    regions = torch.tensor([[0.0, 0, 100, 5], [0, 0, 10, 15]])
    expected = torch.tensor([[0.5, 1.0], [0.0, 0.25]])
    torch.testing.assert_close(share_inside(boxes, regions), expected)


@pytest.mark.parametrize("name", BOXES)
def test_anchors_in_an_ignore_box_are_no_background_to_the_proposal_network(name: str) -> None:
    rpn = build_model("faster_rcnn", SMALL, slices=3).rpn
    anchors = torch.tensor([(0.0, 0, 10, 10), BOXES[name][0]])
    (labels,), _ = rpn.assign_targets_to_anchors([anchors], [target([LESION], [IGNORED])])
    assert labels.tolist() == [1, BOXES[name][1]]


@pytest.mark.parametrize("name", BOXES)
def test_proposals_in_an_ignore_box_are_no_background_to_the_box_head(name: str) -> None:
    heads = build_model("faster_rcnn", SMALL, slices=3).roi_heads
    seen: dict[str, list[torch.Tensor]] = {}
    heads.subsample = lambda labels: seen.update(labels=list(labels)) or [torch.arange(0)]
    proposals = torch.tensor([BOXES[name][0]], dtype=torch.float32)
    heads.select_training_samples([proposals], [target([LESION], [IGNORED])])
    # The lesion itself is a proposal too, the last.
    assert seen["labels"][0].tolist() == [BOXES[name][2], 1]


def test_a_lesion_within_an_ignore_box_stays_a_lesion() -> None:
    model = build_model("faster_rcnn", SMALL, slices=3)
    around = target([LESION], [(0, 0, 50, 50)])
    anchors = torch.tensor([LESION])
    (labels,), _ = model.rpn.assign_targets_to_anchors([anchors], [around])
    assert labels.tolist() == [1]


def test_without_a_lesion_ignore_boxes_count_as_well() -> None:
    rpn = build_model("faster_rcnn", SMALL, slices=3).rpn
    anchors = torch.tensor([IGNORED, (60.0, 60, 80, 80)])
    (labels,), _ = rpn.assign_targets_to_anchors([anchors], [target([], [IGNORED])])
    assert labels.tolist() == [-1, 0]


def test_a_slice_that_is_ignored_as_a_whole_teaches_nothing() -> None:
    torch.manual_seed(0)
    model = build_model("faster_rcnn", SMALL, slices=3).train()
    losses = model([torch.rand(3, 64, 64)], [target([], [(-1000, -1000, 1000, 1000)])])
    sum(losses.values()).backward()
    assert {name: value.item() for name, value in losses.items()} == dict.fromkeys(losses, 0.0)
    assert all((p.grad == 0).all() for p in model.parameters() if p.grad is not None)


def test_an_empty_list_of_ignore_boxes_changes_nothing() -> None:
    losses = []
    for entry in ({}, {"ignored": torch.zeros(0, 4)}):
        torch.manual_seed(0)
        model = build_model("faster_rcnn", SMALL, slices=3).train()
        lesion = {k: v for k, v in target([(8, 8, 24, 24)], []).items() if k != "ignored"}
        losses.append(model([torch.rand(3, 64, 64)], [lesion | entry]))
    assert losses[0] == losses[1]
