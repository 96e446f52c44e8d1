"""What the box head sees of a proposal, with what lies around it."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.ops import MultiScaleRoIAlign

SIDE = 7
"""Rows and columns of what the box head sees."""


class ContextRoIAlign(MultiScaleRoIAlign):  # type: ignore[misc]
    """Torchvision's pooling by level, of boxes that are enlarged about their middles.

    Parameters
    ----------
    maps : list[str]
        Names of the maps to pool from.
    context : float
        Factor on both sides of a box; 1 pools the box alone.
    """

    def __init__(self, maps: list[str], context: float) -> None:
        super().__init__(maps, output_size=SIDE, sampling_ratio=2)
        self._context = context

    def forward(
        self, x: dict[str, Tensor], boxes: list[Tensor], image_shapes: list[tuple[int, int]]
    ) -> Tensor:
        """Pooled features of boxes.

        Parameters
        ----------
        x : dict[str, Tensor]
            Maps (n, channels, rows, columns) by name.
        boxes : list[Tensor]
            For each image (boxes, 4), in input pixels.
        image_shapes : list[tuple[int, int]]
            For each image rows and columns of the input.

        Returns
        -------
        Tensor
            (all boxes, channels, ``SIDE``, ``SIDE``); 0 outside the image.
        """
        if self._context != 1:
            boxes = [enlarged(one, self._context) for one in boxes]
        pooled: Tensor = super().forward(x, boxes, image_shapes)
        return pooled


def enlarged(boxes: Tensor, factor: float) -> Tensor:
    """Boxes with longer sides and the same middles.

    Parameters
    ----------
    boxes : Tensor
        (n, 4), in pixels.
    factor : float
        Factor on both sides.

    Returns
    -------
    Tensor
        (n, 4), in pixels; they may reach over the image's edge.
    """
    more = (boxes[:, 2:] - boxes[:, :2]) * ((factor - 1) / 2)
    return boxes + torch.cat([-more, more], 1)
