"""How the box head hears of the objectness of its proposals, and what it takes for background."""

from typing import Any

import pytest
import torch

from lesion_viewer.detection.models import build_model

SMALL: dict[str, Any] = {
    "width": 8,
    "levels": [3],
    "anchor_sizes": [[16]],
    "out_channels": 8,
    "head_size": 8,
}


@torch.inference_mode()
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_share_of_the_objectness_is_added_to_the_logit_of_a_box(share: float) -> None:
    torch.manual_seed(0)
    model = build_model("faster_rcnn", SMALL | {"objectness": share}, slices=3).eval()
    maps = model.backbone(torch.rand(1, 3, 64, 64))
    logits = []
    for told in (-1.0, 2.0):
        proposal = torch.tensor([[10.0, 10, 30, 30, told]])
        (found,), _ = model.roi_heads(maps, [proposal], [(64, 64)])
        logits.append(torch.logit(found["scores"]))
    torch.testing.assert_close(logits[1] - logits[0], torch.tensor([3 * share]), atol=1e-4, rtol=0)


@torch.inference_mode()
def test_proposals_bring_the_logit_that_the_proposal_network_gave_them() -> None:
    torch.manual_seed(0)
    model = build_model("faster_rcnn", SMALL, slices=3).eval()
    boxes = torch.tensor([[[0.0, 0, 10, 10], [30, 30, 50, 50]]])
    (kept,), _ = model.rpn.filter_proposals(boxes, torch.tensor([[-1.5, 0.75]]), [(64, 64)], [2])
    assert kept[:, :4].tolist() == [[30, 30, 50, 50], [0, 0, 10, 10]]
    torch.testing.assert_close(kept[:, 4], torch.tensor([0.75, -1.5]))


@pytest.mark.parametrize(("background_iou", "label"), [(0.5, 0), (0.4, -1)])
def test_what_nearly_overlaps_a_lesion_may_be_left_out(background_iou: float, label: int) -> None:
    """A proposal of 10 x 10 that is shifted by 3.7 along one side: IoU 63 / 137 = .46."""
    options = SMALL | {"background_iou": background_iou}
    heads = build_model("faster_rcnn", options, slices=3).roi_heads
    seen: dict[str, list[torch.Tensor]] = {}
    heads.subsample = lambda labels: seen.update(labels=list(labels)) or [torch.arange(0)]
    lesion = {"boxes": torch.tensor([[0.0, 0, 10, 10]]), "labels": torch.ones(1, dtype=torch.int64)}
    heads.select_training_samples([torch.tensor([[3.7, 0, 13.7, 10]])], [lesion])
    assert seen["labels"][0].tolist() == [label, 1]
