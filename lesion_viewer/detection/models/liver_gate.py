"""A small network that says which pixels of a slice are liver."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from lesion_viewer.errors import DetectionError

DEPTHS = 4
MULTIPLE = 2 ** (DEPTHS - 1)


@dataclass(frozen=True, slots=True)
class LiverGateOptions:
    """Shape of the network.

    Attributes
    ----------
    width : int
        Channels at full resolution, over 0; twice and four times as many further down.

    Raises
    ------
    DetectionError
        For a width under 1.
    """

    width: int = 16

    def __post_init__(self) -> None:
        if self.width < 1:
            raise DetectionError(f"the gate's width is over 0, not {self.width}")


class LiverGate(nn.Module):
    """A U-Net (Ronneberger et al., MICCAI 2015) that gives each pixel's probability of liver.

    Parameters
    ----------
    options : LiverGateOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.

    Notes
    -----
    Shapes for one slice of 104 x 136 pixels at a width of 16, 303,137 parameters::

        image                   1 x 104 x 136
        down, pool, three times 16 x 104 x 136, 32 x 52 x 68, 64 x 26 x 34, 64 x 13 x 17
        up, three times         64 x 26 x 34, 32 x 52 x 68, 16 x 104 x 136
        liver                   1 x 104 x 136
    """

    def __init__(self, options: LiverGateOptions, slices: int) -> None:
        super().__init__()
        w = options.width
        widths = (w, 2 * w, 4 * w, 4 * w)
        self.slices = slices
        self.down = nn.ModuleList(
            _block(before, after) for before, after in zip((slices, *widths), widths, strict=False)
        )
        self.up = nn.ModuleList(
            _block(deep + skipped, skipped)
            for deep, skipped in ((widths[3], widths[2]), (widths[2], widths[1]), (widths[1], w))
        )
        self.last = nn.Conv2d(w, 1, 1)

    def forward(
        self, images: list[Tensor], targets: list[dict[str, Tensor]] | None = None
    ) -> list[dict[str, Tensor]] | dict[str, Tensor]:
        """Probability of liver for each pixel or, in training, the losses.

        Parameters
        ----------
        images : list[Tensor]
            For each image float32 (slices, rows, columns), 0 to 1.
        targets : list[dict[str, Tensor]] | None
            In training, for each image ``liver`` (rows, columns): the share of each pixel that is
            liver.

        Returns
        -------
        list[dict[str, Tensor]] | dict[str, Tensor]
            In evaluation, for each image ``liver`` (rows, columns), probabilities; in training the
            losses, cross entropy and soft Dice (Milletari et al., 3DV 2016).

        Raises
        ------
        DetectionError
            In training, where a target has no ``liver``.
        """
        logits = self._logits(_batch(images))
        if not self.training:
            return [
                {"liver": one[0, : image.shape[1], : image.shape[2]].sigmoid()}
                for one, image in zip(logits, images, strict=True)
            ]
        if not targets or any("liver" not in target for target in targets):
            raise DetectionError("the liver gate learns from slices whose liver is known")
        wanted = _batch([target["liver"][None] for target in targets])
        chance = logits.sigmoid()
        overlap = 2 * (chance * wanted).sum() + 1
        return {
            "loss_pixels": functional.binary_cross_entropy_with_logits(logits, wanted),
            "loss_dice": 1 - overlap / (chance.sum() + wanted.sum() + 1),
        }

    def _logits(self, x: Tensor) -> Tensor:
        levels = []
        for depth, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if depth else x)
            levels.append(x)
        for block, skipped in zip(self.up, levels[-2::-1], strict=True):
            x = block(torch.cat([functional.interpolate(x, scale_factor=2), skipped], 1))
        logits: Tensor = self.last(x)
        return logits


def _block(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
        nn.Conv2d(after, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


def _batch(images: list[Tensor]) -> Tensor:
    """Images of any size as one batch, filled up with zeros below and on the right."""
    rows, columns = (max(image.shape[axis] for image in images) for axis in (1, 2))
    rows, columns = ((side + MULTIPLE - 1) // MULTIPLE * MULTIPLE for side in (rows, columns))
    return torch.stack(
        [functional.pad(i, (0, columns - i.shape[2], 0, rows - i.shape[1])) for i in images]
    )
