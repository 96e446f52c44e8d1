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
    block : int
        Block of VGG-16 whose pooled features the baseline sees: 2, 3 or 4.
    width : int
        Channels of VGG-16's first block; 64 is the published network.
    image_mean, image_std : tuple[float, ...]
        Per channel, for weights that expect them; empty leaves the input at 0 to 1.

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
    """The first blocks of VGG-16, and the baseline on their features.

    Parameters
    ----------
    options : VGGFrontendOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.

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
        """Corners of one box for each image.

        Parameters
        ----------
        images : Tensor
            (n, slices, side, side), 0 to 1 or normalised.

        Returns
        -------
        Tensor
            (n, 4): x1, y1, x2, y2 as shares of the side.
        """
        shares: Tensor = self.baseline(self.vgg(images))
        return shares


def vgg_frontend(options: VGGFrontendOptions, slices: int) -> OneBoxRegressor:
    """The VGG front end behind torchvision's detection interface.

    Parameters
    ----------
    options : VGGFrontendOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.

    Returns
    -------
    OneBoxRegressor
        A model with weights as initialised.
    """
    network = VGGFrontendNetwork(options, slices)
    return OneBoxRegressor(network, options.side, slices, options.image_mean, options.image_std)
