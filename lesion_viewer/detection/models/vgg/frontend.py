"""The paper's VGG front end: features of a VGG-16 block are the baseline's input."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from lesion_viewer.detection.models.baseline import BaselineNetwork, BaselineOptions, check_side
from lesion_viewer.detection.models.one_box import OneBoxRegressor
from lesion_viewer.detection.models.vgg.vgg16_trunk import VGGTrunk
from lesion_viewer.errors import DetectionError


@dataclass(frozen=True, slots=True)
class VGGFrontendOptions(BaselineOptions):
    """Shape of the network; see ``BaselineOptions`` for ``side`` and ``channels``.

    Attributes
    ----------
    block : of VGG-16 whose pooled features the baseline sees: 2, 3 or 4
    width : channels of VGG-16's first block; 64 is the published one
    image_mean, image_std : per channel, for weights that expect them; empty takes 0 to 1

    Raises
    ------
    DetectionError
        For another block, or a side that the pools do not divide.
    """

    block: int = 3
    width: int = 64
    image_mean: tuple[float, ...] = ()
    image_std: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        BaselineOptions.__post_init__(self)
        if self.block not in (2, 3, 4):
            raise DetectionError(f"block is 2, 3 or 4, not {self.block}")
        check_side(self.side, 4 * 2**self.block)


class VGGFrontendNetwork(nn.Module):
    """Blocks of VGG-16, then the baseline on their features.

    Notes
    -----
    At a side of 512 and the default widths, for 3 slices::

        block   features          dense              parameters
        2       128 x 128 x 128   32 x 32 x 32 x 4      425,892
        3       256 x  64 x  64   32 x 16 x 16 x 4    1,821,348
        4       512 x  32 x  32   32 x  8 x  8 x 4    7,733,412
    """

    def __init__(self, options: VGGFrontendOptions, slices: int) -> None:
        super().__init__()
        self.vgg = VGGTrunk(slices, options.width, options.block, options.block)
        channels, side = self.vgg.block_channels[-1], options.side // 2**options.block
        self.baseline = BaselineNetwork(channels, side, options.channels)

    def forward(self, images: Tensor) -> Tensor:
        """Shares (n, 4) of images (n, slices, side, side)."""
        shares: Tensor = self.baseline(self.vgg(images))
        return shares


def vgg_frontend(options: VGGFrontendOptions, slices: int) -> OneBoxRegressor:
    """The VGG front end for inputs of ``slices`` channels."""
    network = VGGFrontendNetwork(options, slices)
    return OneBoxRegressor(network, options.side, slices, options.image_mean, options.image_std)
