"""Faster R-CNN's two heads, with boxes that teach nothing: neither lesion nor background.

An anchor or proposal that matches no lesion is labelled -1, which both heads' samplers leave out,
where at least ``MIN`` of its area lies inside one ignore box; ``MIN`` is the IoU under which the
head calls a box background, .3 for anchors and .5 for proposals. A box with that IoU has at least
that share inside, so all that would not be background if the ignore box were a lesion is left out,
and the smaller boxes within it too.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torchvision.models.detection.roi_heads import RoIHeads
from torchvision.models.detection.rpn import RegionProposalNetwork

Target = dict[str, Tensor]


class IgnoringRPN(RegionProposalNetwork):  # type: ignore[misc]
    """Torchvision's region proposal network; targets may have ``ignored`` (m, 4)."""

    def assign_targets_to_anchors(
        self, anchors: list[Tensor], targets: list[Target]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Labels of the anchors, 1, 0 or -1, and the lesion that each is nearest to."""
        labels, matched = super().assign_targets_to_anchors(anchors, targets)
        share = self.proposal_matcher.low_threshold
        for label, boxes, target in zip(labels, anchors, targets, strict=True):
            _leave_out(label, boxes, target.get("ignored"), share)
        return labels, matched

    def compute_loss(
        self,
        objectness: Tensor,
        pred_bbox_deltas: Tensor,
        labels: list[Tensor],
        regression_targets: list[Tensor],
    ) -> tuple[Tensor, Tensor]:
        """Losses of objectness and boxes; 0 where every anchor is left out."""
        if all(bool((label < 0).all()) for label in labels):
            return objectness.sum() * 0, pred_bbox_deltas.sum() * 0
        objectness_loss, box_loss = super().compute_loss(
            objectness, pred_bbox_deltas, labels, regression_targets
        )
        return objectness_loss, box_loss


class IgnoringRoIHeads(RoIHeads):  # type: ignore[misc]
    """Torchvision's box head; targets may have ``ignored`` (m, 4)."""

    def forward(
        self,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
        targets: list[Target] | None = None,
    ) -> tuple[list[Target], dict[str, Tensor]]:
        """Detections, and in training the losses; 0 where every proposal is left out."""
        found, losses = super().forward(features, proposals, image_shapes, targets)
        if self.training and not self._sampled:
            # The mean over nothing is not a number.
            losses = {name: torch.nan_to_num(value) for name, value in losses.items()}
        return found, losses

    def select_training_samples(
        self, proposals: list[Tensor], targets: list[Target]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
        """The proposals that are learned from, with matches, labels and offsets."""
        # Torchvision hands the targets' boxes and labels on, but nothing else of them.
        self._ignored = [target.get("ignored") for target in targets]
        chosen: tuple[Any, ...] = super().select_training_samples(proposals, targets)
        self._sampled = sum(map(len, chosen[0]))
        return chosen

    def assign_targets_to_proposals(
        self, proposals: list[Tensor], gt_boxes: list[Tensor], gt_labels: list[Tensor]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """The lesion that each proposal is nearest to, and its label: a class, 0 or -1."""
        matched, labels = super().assign_targets_to_proposals(proposals, gt_boxes, gt_labels)
        share = self.proposal_matcher.low_threshold
        for label, boxes, ignored in zip(labels, proposals, self._ignored, strict=True):
            _leave_out(label, boxes, ignored, share)
        return matched, labels


def share_inside(boxes: Tensor, regions: Tensor) -> Tensor:
    """Share of the area of each box (n, 4) that lies inside each region (m, 4), as (n, m)."""
    low = torch.maximum(boxes[:, None, :2], regions[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], regions[None, :, 2:])
    inside = (high - low).clamp(min=0).prod(dim=2)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return inside / area.clamp(min=1e-6)[:, None]


def _leave_out(labels: Tensor, boxes: Tensor, ignored: Tensor | None, min_share: float) -> None:
    """Turn background, 0, into -1 in place where a box lies in an ignore box."""
    if ignored is None or not len(ignored):
        return
    is_inside = (share_inside(boxes, ignored) >= min_share).any(dim=1)
    labels[(labels == 0) & is_inside] = -1
