"""Faster R-CNN's two heads, which leave ignored regions out of training.

An ignored region is neither lesion nor background. An anchor or proposal that matches no lesion is
labelled -1, which both heads' samplers leave out, where at least ``MIN`` of its area lies inside
one ignored region. ``MIN`` is the IoU under which the head calls a box background, .3 for anchors
and .5 for proposals. A box with that IoU to the region has at least that share of its area inside,
so every box that would not be background if the region were a lesion is left out, and the smaller
boxes within the region too.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torchvision.models.detection.roi_heads import RoIHeads

from lesion_viewer.detection.models.choosing_rpn import ChoosingRPN, Target


class IgnoringRPN(ChoosingRPN):
    """A region proposal network whose targets may have ``ignored`` boxes (m, 4)."""

    def assign_targets_to_anchors(
        self, anchors: list[Tensor], targets: list[Target]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Labels of the anchors and the lesion that each overlaps most.

        Parameters
        ----------
        anchors : list[Tensor]
            For each image (anchors, 4), in input pixels.
        targets : list[Target]
            For each image ``boxes`` (n, 4) and perhaps ``ignored`` (m, 4), in input pixels.

        Returns
        -------
        tuple[list[Tensor], list[Tensor]]
            For each image the labels (anchors,): 1 lesion, 0 background, -1 left out; and the
            lesions' boxes (anchors, 4).
        """
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
        """Losses of objectness and boxes; 0 where every anchor is left out.

        Parameters
        ----------
        objectness : Tensor
            (all anchors, 1), logits.
        pred_bbox_deltas : Tensor
            (all anchors, 4), predicted offsets from the anchors.
        labels : list[Tensor]
            For each image (anchors,): 1, 0 or -1.
        regression_targets : list[Tensor]
            For each image (anchors, 4), the offsets to learn.

        Returns
        -------
        tuple[Tensor, Tensor]
            The loss of objectness and that of the boxes, two scalars.
        """
        if all(bool((label < 0).all()) for label in labels):
            return objectness.sum() * 0, pred_bbox_deltas.sum() * 0
        objectness_loss, box_loss = super().compute_loss(
            objectness, pred_bbox_deltas, labels, regression_targets
        )
        return objectness_loss, box_loss


class IgnoringRoIHeads(RoIHeads):  # type: ignore[misc]
    """Torchvision's box head, whose targets may have ``ignored`` boxes (m, 4)."""

    def forward(
        self,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
        targets: list[Target] | None = None,
    ) -> tuple[list[Target], dict[str, Tensor]]:
        """Detections, and in training the losses; 0 where every proposal is left out.

        Parameters
        ----------
        features : dict[str, Tensor]
            Maps (n, channels, rows, columns) by level.
        proposals : list[Tensor]
            For each image (proposals, 4), in input pixels.
        image_shapes : list[tuple[int, int]]
            For each image rows and columns of the input.
        targets : list[Target] | None
            In training, for each image ``boxes`` (n, 4), ``labels`` (n,) and perhaps ``ignored``
            (m, 4).

        Returns
        -------
        tuple[list[Target], dict[str, Tensor]]
            For each image ``boxes``, ``scores`` and ``labels``, no images in training; and the
            losses by name, none in evaluation.
        """
        found, losses = super().forward(features, proposals, image_shapes, targets)
        return found, self.without_nan(losses) if self.training else losses

    def without_nan(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """The losses of the proposals sampled last; 0 where there were none.

        Parameters
        ----------
        losses : dict[str, Tensor]
            Means over the proposals, by name, which are NaN over none.

        Returns
        -------
        dict[str, Tensor]
            Losses by name.
        """
        if self._sampled:
            return losses
        return {name: torch.nan_to_num(value) for name, value in losses.items()}

    def select_training_samples(
        self, proposals: list[Tensor], targets: list[Target]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
        """Proposals sampled for training, each with its match, label and offsets.

        Parameters
        ----------
        proposals : list[Tensor]
            For each image (proposals, 4), in input pixels.
        targets : list[Target]
            For each image ``boxes`` (n, 4), ``labels`` (n,) and perhaps ``ignored`` (m, 4).

        Returns
        -------
        tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]
            For each image the sampled boxes (k, 4), the index of the lesion that each matches (k,),
            the class, 0 for background (k,), and the offsets to learn (k, 4).
        """
        # Torchvision passes on the targets' boxes and labels only.
        self._ignored = [target.get("ignored") for target in targets]
        chosen: tuple[Any, ...] = super().select_training_samples(proposals, targets)
        self._sampled = sum(map(len, chosen[0]))
        return chosen

    def assign_targets_to_proposals(
        self, proposals: list[Tensor], gt_boxes: list[Tensor], gt_labels: list[Tensor]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """The lesion that each proposal overlaps most, and the label of each.

        Parameters
        ----------
        proposals : list[Tensor]
            For each image (proposals, 4), in input pixels.
        gt_boxes : list[Tensor]
            For each image the lesions (n, 4).
        gt_labels : list[Tensor]
            For each image the lesions' classes (n,), from 1.

        Returns
        -------
        tuple[list[Tensor], list[Tensor]]
            For each image the lesions' indices (proposals,), and the labels (proposals,): a class,
            0 background, or -1 left out.
        """
        matched, labels = super().assign_targets_to_proposals(proposals, gt_boxes, gt_labels)
        share = self.proposal_matcher.low_threshold
        for label, boxes, ignored in zip(labels, proposals, self._ignored, strict=True):
            _leave_out(label, boxes, ignored, share)
        return matched, labels


def share_inside(boxes: Tensor, regions: Tensor) -> Tensor:
    """Share of the area of each box that lies inside each region.

    Parameters
    ----------
    boxes : Tensor
        (n, 4), in pixels.
    regions : Tensor
        (m, 4), in pixels.

    Returns
    -------
    Tensor
        (n, m), 0 to 1.
    """
    low = torch.maximum(boxes[:, None, :2], regions[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], regions[None, :, 2:])
    inside = (high - low).clamp(min=0).prod(dim=2)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return inside / area.clamp(min=1e-6)[:, None]


def _leave_out(labels: Tensor, boxes: Tensor, ignored: Tensor | None, min_share: float) -> None:
    """Turn background, 0, into -1 in place where a box lies in an ignored region."""
    if ignored is None or not len(ignored):
        return
    is_inside = (share_inside(boxes, ignored) >= min_share).any(dim=1)
    labels[(labels == 0) & is_inside] = -1
