"""A region proposal network that computes in use only the boxes of the anchors that it keeps."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.models.detection._utils import _topk_min
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import RegionProposalNetwork

Target = dict[str, Tensor]


class ChoosingRPN(RegionProposalNetwork):  # type: ignore[misc]
    """Torchvision's region proposal network, faster in evaluation, with the same proposals.

    Torchvision's makes all anchors of an image and a box of each, then keeps the few hundred of the
    highest objectness. Here those are chosen first.
    """

    def forward(
        self,
        images: ImageList,
        features: dict[str, Tensor],
        targets: list[Target] | None = None,
    ) -> tuple[list[Tensor], dict[str, Tensor]]:
        """Proposals of each image, and in training the losses.

        Parameters
        ----------
        images : ImageList
            The batch, filled up to one size, and the size of each image.
        features : dict[str, Tensor]
            Maps (n, channels, rows, columns) by level.
        targets : list[Target] | None
            In training, for each image ``boxes`` (m, 4), in input pixels.

        Returns
        -------
        tuple[list[Tensor], dict[str, Tensor]]
            For each image (proposals, 4), in input pixels; and the losses by name, none in
            evaluation.
        """
        if self.training:
            found: tuple[list[Tensor], dict[str, Tensor]] = super().forward(
                images, features, targets
            )
            return found
        size = images.tensors.shape[-2:]
        scores, offsets, anchors = [], [], []
        objectness, deltas = self.head(list(features.values()))
        for level, level_deltas, base in zip(
            objectness, deltas, self.anchor_generator.cell_anchors, strict=True
        ):
            score, place = self._best(level)
            rows, columns = level.shape[-2:]
            kind, cell = place % len(base), place // len(base)
            x = cell % columns * (size[1] // columns)
            y = cell // columns * (size[0] // rows)
            scores.append(score)
            offsets.append(_offsets(level_deltas, kind, cell))
            anchors.append(base.to(level)[kind] + torch.stack([x, y, x, y], dim=2))
        boxes = self.box_coder.decode_single(
            torch.cat(offsets, dim=1).reshape(-1, 4), torch.cat(anchors, dim=1).reshape(-1, 4)
        )
        counts = [score.shape[1] for score in scores]
        proposals, _ = self.filter_proposals(
            boxes.reshape(len(images.image_sizes), -1, 4),
            torch.cat(scores, dim=1),
            images.image_sizes,
            counts,
        )
        return proposals, {}

    def _best(self, objectness: Tensor) -> tuple[Tensor, Tensor]:
        """The highest logits (n, k) of a map (n, kinds, rows, columns), and the anchors' numbers.

        Anchors are counted as by torchvision: by row, by column, by kind.
        """
        logits = objectness.permute(0, 2, 3, 1).flatten(1)
        best: tuple[Tensor, Tensor] = logits.topk(_topk_min(logits, self.pre_nms_top_n(), 1), dim=1)
        return best


def _offsets(deltas: Tensor, kind: Tensor, cell: Tensor) -> Tensor:
    """The offsets (n, k, 4) of anchors, out of a map (n, 4 x kinds, rows, columns)."""
    cells = deltas.shape[2] * deltas.shape[3]
    places = [(4 * kind + number) * cells + cell for number in range(4)]
    images, chosen = cell.shape
    flat = deltas.flatten(1).gather(1, torch.cat(places, dim=1))
    return flat.reshape(images, 4, chosen).transpose(1, 2)
