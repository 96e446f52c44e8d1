"""What the box head hears and sees of its proposals, and what it takes for background."""

from typing import Any

import pytest
import torch

from lesion_viewer.detection.models import build_model
from lesion_viewer.detection.models.context_pooling import ContextRoIAlign
from lesion_viewer.errors import DetectionError

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


@pytest.mark.parametrize(
    ("options", "label"),
    [
        ({"background_iou": 0.5}, 0),
        ({"background_iou": 0.4}, -1),
        ({"background_iou": 0.4, "lesion_iou": 0.45}, 1),
        ({"background_iou": 0.5, "lesion_iou": 0.6}, 0),
    ],
)
def test_what_nearly_overlaps_a_lesion_may_be_left_out_or_taken_for_it(
    options: dict[str, float], label: int
) -> None:
    """A proposal of 10 x 10 that is shifted by 3.7 along one side: IoU 63 / 137 = .46."""
    heads = build_model("faster_rcnn", SMALL | options, slices=3).roi_heads
    seen: dict[str, list[torch.Tensor]] = {}
    heads.subsample = lambda labels: seen.update(labels=list(labels)) or [torch.arange(0)]
    lesion = {"boxes": torch.tensor([[0.0, 0, 10, 10]]), "labels": torch.ones(1, dtype=torch.int64)}
    heads.select_training_samples([torch.tensor([[3.7, 0, 13.7, 10]])], [lesion])
    assert seen["labels"][0].tolist() == [label, 1]


def test_a_lower_share_for_lesions_than_for_the_background_is_refused() -> None:
    with pytest.raises(DetectionError, match="background_iou is over 0 and at most lesion_iou"):
        build_model("faster_rcnn", SMALL | {"lesion_iou": 0.3}, slices=3)


@torch.inference_mode()
def test_the_box_head_sees_what_lies_around_a_box() -> None:
    """A change 6 px beside a box of 10 px is seen with a context of 3, and not with 1."""
    box, size = torch.tensor([[20.0, 20, 30, 30]]), [(64, 64)]
    plain, changed = torch.zeros(1, 4, 64, 64), torch.zeros(1, 4, 64, 64)
    changed[:, :, 20:30, 36:38] = 1
    for context, is_seen in ((1.0, False), (3.0, True)):
        pool = ContextRoIAlign(["2"], context)
        before, after = (pool({"2": maps}, [box], size) for maps in (plain, changed))
        assert bool((before != after).any()) is is_seen
    around = torch.tensor([[10.0, 10, 40, 40]])
    maps = {"2": torch.rand(1, 4, 64, 64)}
    torch.testing.assert_close(
        ContextRoIAlign(["2"], 3.0)(maps, [box], size),
        ContextRoIAlign(["2"], 1.0)(maps, [around], size),
    )
