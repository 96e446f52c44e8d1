"""A small network that looks again at a box and says whether a lesion is in it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from lesion_viewer.detection.patches import VIEWS
from lesion_viewer.errors import DetectionError


@dataclass(frozen=True, slots=True)
class SecondLookOptions:
    """Shape of the network.

    Attributes
    ----------
    width : int
        Channels of a view at full resolution, over 0; up to four times as many further down.
    dropout : float
        Share of the features that are left out while learning, 0 to under 1.

    Raises
    ------
    DetectionError
        For a value that cannot be used.
    """

    width: int = 16
    dropout: float = 0.2

    def __post_init__(self) -> None:
        if self.width < 1:
            raise DetectionError(f"the second look's width is over 0, not {self.width}")
        if not 0 <= self.dropout < 1:
            raise DetectionError(f"dropout is from 0 up to under 1, not {self.dropout}")


class SecondLook(nn.Module):
    """A convolutional network on the near and the far patches of boxes.

    Both views go through branches of their own, as the two groups of grouped convolutions.

    Parameters
    ----------
    options : SecondLookOptions
        Shape of the network.
    slices : int
        CT slices of a patch.

    Notes
    -----
    Shapes for one box and 5 slices at a width of 16, 157,313 parameters::

        patches                 12 x 32 x 32
        convolution, pool       32 x 16 x 16
        two convolutions, pool  64 x 8 x 8
        two convolutions        128 x 8 x 8
        mean, largest           256
        lesion                  1
    """

    def __init__(self, options: SecondLookOptions, slices: int) -> None:
        super().__init__()
        widths = [VIEWS * options.width * k for k in (1, 2, 4)]
        self.network = nn.Sequential(
            *_convolution(VIEWS * (slices + 1), widths[0]),
            nn.MaxPool2d(2),
            *_convolution(widths[0], widths[1]),
            *_convolution(widths[1], widths[1]),
            nn.MaxPool2d(2),
            *_convolution(widths[1], widths[2]),
            *_convolution(widths[2], widths[2]),
        )
        self.dropout = nn.Dropout(options.dropout)
        self.hidden = nn.Linear(2 * widths[2], 64)
        self.last = nn.Linear(64, 1)
        self.network.to(memory_format=torch.channels_last)  # a step takes two thirds of the time

    def forward(
        self, images: list[Tensor], targets: list[dict[str, Tensor]] | None = None
    ) -> list[dict[str, Tensor]] | dict[str, Tensor]:
        """Probability of a lesion for each box or, in training, the loss.

        Parameters
        ----------
        images : list[Tensor]
            Stacks of patches as ``patches.patches_around`` gives them, float32 (boxes, planes,
            rows, columns).
        targets : list[dict[str, Tensor]] | None
            In training, for each stack ``lesion`` (boxes,): 1 for a lesion, 0 for none.

        Returns
        -------
        list[dict[str, Tensor]] | dict[str, Tensor]
            In evaluation, for each stack ``lesion`` (boxes,), probabilities; in training the loss,
            cross entropy.

        Raises
        ------
        DetectionError
            In training, where a target has no ``lesion``.
        """
        if not self.training:
            return [{"lesion": self._logits(stack).sigmoid()} for stack in images]
        if not targets or any("lesion" not in target for target in targets):
            raise DetectionError("the second look learns from boxes that are known to be right")
        logits = self._logits(torch.cat(images))
        wanted = torch.cat([target["lesion"] for target in targets])
        return {"loss_lesion": functional.binary_cross_entropy_with_logits(logits, wanted)}

    def _logits(self, patches: Tensor) -> Tensor:
        if self.training:
            patches = patches.contiguous(memory_format=torch.channels_last)
        maps = self.network(patches)
        features = torch.cat([maps.mean((2, 3)), maps.amax((2, 3))], 1)
        hidden = functional.relu(self.hidden(self.dropout(features)))
        logits: Tensor = self.last(hidden)[:, 0]
        return logits


def _convolution(before: int, after: int) -> list[nn.Module]:
    return [
        nn.Conv2d(before, after, 3, padding=1, bias=False, groups=VIEWS),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    ]
