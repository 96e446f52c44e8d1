"""Faster R-CNN's two heads, which in use score a box together.

The box head alone scores small lesions low that the region proposal network is sure of: it learns
from the few proposals of a slice, most of which lie beside such a lesion.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lesion_viewer.detection.models.ignored_regions import IgnoringRoIHeads, IgnoringRPN

CERTAIN = 1e-6


class TellingRPN(IgnoringRPN):
    """A region proposal network that in use gives the objectness of its proposals too."""

    def filter_proposals(
        self,
        proposals: Tensor,
        objectness: Tensor,
        image_shapes: list[tuple[int, int]],
        num_anchors_per_level: list[int],
    ) -> tuple[list[Tensor], list[Tensor]]:
        """The proposals that are kept.

        Parameters
        ----------
        proposals : Tensor
            (images, boxes, 4), in input pixels.
        objectness : Tensor
            (images, boxes), logits.
        image_shapes : list[tuple[int, int]]
            For each image rows and columns of the input.
        num_anchors_per_level : list[int]
            Boxes of each level.

        Returns
        -------
        tuple[list[Tensor], list[Tensor]]
            For each image (proposals, 4) in training, (proposals, 5) in use with the logit of
            objectness last; and the objectness (proposals,), 0 to 1.
        """
        boxes, chances = super().filter_proposals(
            proposals, objectness, image_shapes, num_anchors_per_level
        )
        if not self.training:
            logits = (torch.logit(chance, CERTAIN)[:, None] for chance in chances)
            boxes = [torch.cat(both, 1) for both in zip(boxes, logits, strict=True)]
        return boxes, chances


class ListeningRoIHeads(IgnoringRoIHeads):
    """A box head that in use adds a share of the objectness to the lesions' logits.

    Parameters
    ----------
    objectness : float
        The share of the logit of objectness.
    *parts : Any
        As ``RoIHeads`` takes them.
    **options : Any
        Likewise.
    """

    def __init__(self, objectness: float, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._objectness = objectness

    def forward(
        self,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
        targets: list[dict[str, Tensor]] | None = None,
    ) -> tuple[list[dict[str, Tensor]], dict[str, Tensor]]:
        """Detections, and in training the losses.

        Parameters
        ----------
        features : dict[str, Tensor]
            Maps (n, channels, rows, columns) by level.
        proposals : list[Tensor]
            For each image (proposals, 4) in training, (proposals, 5) in use, as ``TellingRPN``
            gives them.
        image_shapes : list[tuple[int, int]]
            For each image rows and columns of the input.
        targets : list[dict[str, Tensor]] | None
            In training, for each image ``boxes`` (n, 4), ``labels`` (n,) and perhaps ``ignored``
            (m, 4).

        Returns
        -------
        tuple[list[dict[str, Tensor]], dict[str, Tensor]]
            For each image ``boxes``, ``scores`` and ``labels``, no images in training; and the
            losses by name, none in evaluation.
        """
        if self.training:
            return super().forward(features, proposals, image_shapes, targets)
        boxes = [one[:, :4] for one in proposals]
        pooled = self.box_head(self.box_roi_pool(features, boxes, image_shapes))
        logits, offsets = self.box_predictor(pooled)
        told = self._objectness * torch.cat(proposals)[:, 4:]
        logits = torch.cat((logits[:, :1], logits[:, 1:] + told), 1)
        found = self.postprocess_detections(logits, offsets, boxes, image_shapes)
        names = ("boxes", "scores", "labels")
        return [dict(zip(names, one, strict=True)) for one in zip(*found, strict=True)], {}
