"""Faster R-CNN's box head for lesions of several types, some of them unknown.

A box has one score, that it is a lesion of any type, and one place. Which type it is, a branch of
its own says, which learns from the lesions of known type alone. So lesions whose type nobody named,
as all of DeepLesion's training part, teach where lesions are and nothing about types; and a lesion
has one box, not one of each type.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.detection.roi_heads import fastrcnn_loss
from torchvision.ops import batched_nms, clip_boxes_to_image, remove_small_boxes

from lesion_viewer.detection.models.choosing_rpn import Target
from lesion_viewer.detection.models.ignored_regions import IgnoringRoIHeads

SMALLEST_PX = 1e-2  # torchvision's


class TypedRoIHeads(IgnoringRoIHeads):
    """A box head that finds lesions, and names the type of each.

    Parameters
    ----------
    features : int
        Features of a box that its predictors see.
    types : int
        Number of lesion types.
    *parts : Any
        As ``RoIHeads`` takes them; its predictor knows one class.
    **options : Any
        Likewise.
    """

    def __init__(self, features: int, types: int, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self.type_predictor = nn.Linear(features, types)

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
            In training, for each image ``boxes`` (n, 4), ``labels`` (n,), from 1, one more than
            there are types for a lesion of unknown type, and perhaps ``ignored`` (m, 4).

        Returns
        -------
        tuple[list[Target], dict[str, Tensor]]
            For each image ``boxes``, ``scores`` and ``labels``, no images in training; and the
            losses by name, none in evaluation.
        """
        labels: list[Tensor] = []
        offsets: list[Tensor] = []
        if self.training:
            assert targets is not None, "GeneralizedRCNN has refused to train without"
            proposals, _, labels, offsets = self.select_training_samples(proposals, targets)
        seen = self.box_head(self.box_roi_pool(features, proposals, image_shapes))
        lesion, boxes = self.box_predictor(seen)
        types = self.type_predictor(seen)
        if not self.training:
            return self._found(lesion, boxes, types, proposals, image_shapes), {}
        are_lesions = [label.clamp(max=1) for label in labels]
        loss_lesion, loss_box = fastrcnn_loss(lesion, boxes, are_lesions, offsets)
        losses = {
            "loss_classifier": loss_lesion,
            "loss_box_reg": loss_box,
            "loss_type": type_loss(types, torch.cat(labels)),
        }
        return [], self.without_nan(losses)

    def _found(
        self,
        lesion: Tensor,
        offsets: Tensor,
        types: Tensor,
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
    ) -> list[Target]:
        counts = [one.shape[0] for one in proposals]
        # Offsets are (n, background and lesion, 4).
        boxes = torch.split(self.box_coder.decode(offsets, proposals)[:, 1], counts)
        scores = torch.split(lesion.softmax(-1)[:, 1], counts)
        labels = torch.split(types.argmax(-1) + 1, counts)
        found = []
        for box, score, label, shape in zip(boxes, scores, labels, image_shapes, strict=True):
            box = clip_boxes_to_image(box, shape)
            kept = torch.where(score > self.score_thresh)[0]
            kept = kept[remove_small_boxes(box[kept], SMALLEST_PX)]
            one_class = torch.zeros_like(label[kept])
            chosen = batched_nms(box[kept], score[kept], one_class, self.nms_thresh)
            kept = kept[chosen[: self.detections_per_img]]
            found.append({"boxes": box[kept], "labels": label[kept], "scores": score[kept]})
        return found


def type_loss(types: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy of the lesions of known type; 0 where there is none.

    Parameters
    ----------
    types : Tensor
        (boxes, types), logits.
    labels : Tensor
        (boxes,): 0 for background, a type from 1, or one more than there are types where it is
        unknown.

    Returns
    -------
    Tensor
        A scalar.
    """
    is_known = (labels > 0) & (labels <= types.shape[1])
    if not bool(is_known.any()):
        return types.sum() * 0
    loss: Tensor = functional.cross_entropy(types[is_known], labels[is_known] - 1)
    return loss
