"""A small fully convolutional network that says which pixels of a slice are liver, or lesion."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from lesion_viewer.errors import DetectionError

DEPTHS = 4
MULTIPLE = 2 ** (DEPTHS - 1)
MARKS = ("liver", "lesion")

ROUND_LIVER_PX = 4
"""How far round the liver a network of lesions learns: its masks end there as well."""


MOST_WEIGHT = {"liver": 1.0, "lesion": 10.0}
"""Largest weight of a marked pixel in the cross entropy, as Christ et al. balance the rare
lesions."""


@dataclass(frozen=True, slots=True)
class FcnOptions:
    """Shape of the network.

    Attributes
    ----------
    width : int
        Channels at full resolution, over 0; twice and four times as many further down.
    marks : str
        What it marks, one of ``MARKS``.

    Raises
    ------
    DetectionError
        For a width under 1, or something else to mark.
    """

    width: int = 16
    marks: str = "liver"

    def __post_init__(self) -> None:
        if self.width < 1:
            raise DetectionError(f"the network's width is over 0, not {self.width}")
        if self.marks not in MARKS:
            raise DetectionError(f"the network marks {' or '.join(MARKS)}, not '{self.marks}'")


class Fcn(nn.Module):
    """A U-Net (Ronneberger et al., MICCAI 2015) that gives each pixel's probability.

    Two of them are a cascade (Christ et al., MICCAI 2016): the first marks the liver, the second
    the lesions and learns from the liver alone.

    Parameters
    ----------
    options : FcnOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.

    Notes
    -----
    Shapes for one slice of 104 x 136 pixels at a width of 16, 303,137 parameters::

        image                   1 x 104 x 136
        down, pool, three times 16 x 104 x 136, 32 x 52 x 68, 64 x 26 x 34, 64 x 13 x 17
        up, three times         64 x 26 x 34, 32 x 52 x 68, 16 x 104 x 136
        liver or lesion         1 x 104 x 136
    """

    first_convolution = "down.0.0"

    def __init__(self, options: FcnOptions, slices: int) -> None:
        super().__init__()
        w = options.width
        widths = (w, 2 * w, 4 * w, 4 * w)
        self.slices = slices
        self.marks = options.marks
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
        """Probability for each pixel or, in training, the losses.

        Parameters
        ----------
        images : list[Tensor]
            For each image float32 (slices, rows, columns), 0 to 1.
        targets : list[dict[str, Tensor]] | None
            In training, for each image ``liver`` (rows, columns), the share of each pixel that is
            liver or a lesion in it; for lesions also ``lesion`` likewise, and ``ignored`` (n, 4),
            boxes that are not learned from.

        Returns
        -------
        list[dict[str, Tensor]] | dict[str, Tensor]
            In evaluation, for each image ``liver`` or ``lesion`` (rows, columns), probabilities; in
            training the losses, cross entropy and soft Dice (Milletari et al., 3DV 2016).

        Raises
        ------
        DetectionError
            In training, where a target lacks a mask.
        """
        logits = self._logits(_batch(images))
        if not self.training:
            return [
                {self.marks: one[0, : image.shape[1], : image.shape[2]].sigmoid()}
                for one, image in zip(logits, images, strict=True)
            ]
        if not targets or any({"liver", self.marks} - target.keys() for target in targets):
            raise DetectionError(f"this network learns from slices whose {self.marks} is known")
        wanted = _batch([target[self.marks][None] for target in targets])
        counted = torch.ones_like(wanted)
        if self.marks == "lesion":
            counted = _batch([_learned_from(target)[None] for target in targets])
        return _losses(logits.float(), wanted, counted, MOST_WEIGHT[self.marks])

    def _logits(self, x: Tensor) -> Tensor:
        levels = []
        for depth, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if depth else x)
            levels.append(x)
        for block, skipped in zip(self.up, levels[-2::-1], strict=True):
            x = block(torch.cat([functional.interpolate(x, scale_factor=2), skipped], 1))
        logits: Tensor = self.last(x)
        return logits


def _losses(
    logits: Tensor, wanted: Tensor, counted: Tensor, most_weight: float
) -> dict[str, Tensor]:
    """Cross entropy and soft Dice over the pixels that count.

    In the cross entropy what is marked weighs as much as the rest, up to a largest weight.
    """
    marked = (wanted * counted).sum()
    weight = ((counted.sum() - marked) / marked.clamp(min=1)).clamp(1, most_weight)
    pixels = functional.binary_cross_entropy_with_logits(
        logits, wanted, counted, reduction="sum", pos_weight=weight
    )
    chance = logits.sigmoid() * counted
    wanted = wanted * counted
    overlap = 2 * (chance * wanted).sum() + 1
    return {
        "loss_pixels": pixels / counted.sum().clamp(min=1),
        "loss_dice": 1 - overlap / (chance.sum() + wanted.sum() + 1),
    }


def _learned_from(target: dict[str, Tensor]) -> Tensor:
    """1 where lesions are learned: in and close round the liver, but not in ignored boxes."""
    liver = target["liver"][None]
    side = 2 * ROUND_LIVER_PX + 1
    near = functional.max_pool2d(liver, side, stride=1, padding=ROUND_LIVER_PX)[0]
    counted = (near > 0).float()
    for x1, y1, x2, y2 in target["ignored"].round().int().tolist():
        counted[max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)] = 0
    return counted


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
    """Images of any size as one batch, filled up with zeros below and on the right.

    The channels lie side by side in memory, with which a CPU learns in 4/5 of the time.
    """
    rows, columns = (max(image.shape[axis] for image in images) for axis in (1, 2))
    rows, columns = ((side + MULTIPLE - 1) // MULTIPLE * MULTIPLE for side in (rows, columns))
    batch = torch.stack(
        [functional.pad(i, (0, columns - i.shape[2], 0, rows - i.shape[1])) for i in images]
    )
    return batch.contiguous(memory_format=torch.channels_last)
