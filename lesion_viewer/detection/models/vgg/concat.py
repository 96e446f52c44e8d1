"""The paper's VGG concat: deep features, enlarged to the image and laid beside it."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from lesion_viewer.detection.models.baseline import BaselineNetwork, BaselineOptions, check_side
from lesion_viewer.detection.models.one_box import OneBoxRegressor
from lesion_viewer.detection.models.vgg.vgg16_trunk import VGGTrunk
from lesion_viewer.errors import DetectionError

POOLED_BLOCKS = 3


@dataclass(frozen=True, slots=True)
class VGGConcatOptions(BaselineOptions):
    """Shape of the network; see ``BaselineOptions`` for ``side`` and ``channels``.

    Attributes
    ----------
    dropout : float
        Share of the values that is set to 0 after each pool of the baseline in training.
    width : int
        Channels of VGG-16's first block; 64 is the published network.
    image_mean, image_std : tuple[float, ...]
        Per channel, for weights that expect them; empty leaves the input at 0 to 1.

    Raises
    ------
    DetectionError
        For a side that is not a multiple of 8, or a dropout that is not from 0 to under 1.
    """

    dropout: float = 0.05
    width: int = 64
    image_mean: tuple[float, ...] = ()
    image_std: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        BaselineOptions.__post_init__(self)
        check_side(self.side, 2**POOLED_BLOCKS)
        if not 0 <= self.dropout < 1:
            raise DetectionError(f"dropout is a share from 0 and under 1, not {self.dropout}")


class VGGConcatNetwork(nn.Module):
    """The baseline on the image beside features of VGG-16, enlarged to the image's size.

    Parameters
    ----------
    options : VGGConcatOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.

    Notes
    -----
    At a side of 512 and the default widths, for 3 slices, 16,902,228 parameters::

        image                            3 x 512 x 512
        VGG-16, three pools            512 x  64 x  64    14,714,688
        enlarged, bilinear             512 x 512 x 512
        with the image                 515 x 512 x 512
        baseline                         4                 2,187,540

    VGG-16 goes without its last two pools. The enlarged features, 537 MB a slice, are never made:
    enlarging acts on each channel and a convolution's tap on each pixel, so their order can be
    exchanged. Each of the nine taps mixes 512 channels to 16 at 64 x 64, is enlarged, shifted and
    added. The sums are the same but for rounding, and none is kept for the gradient.

    Memory at batch 1 and the sizes above, by torch's profiler on a CPU: weights 68 MB, and beside
    them at most 494 MB in a training step, of which 68 MB are gradients, or 205 MB in use; Adam
    adds 135 MB. The budget is 1 GB a slice.
    """

    def __init__(self, options: VGGConcatOptions, slices: int) -> None:
        super().__init__()
        self.vgg = VGGTrunk(slices, options.width, pooled=POOLED_BLOCKS)
        channels = slices + self.vgg.block_channels[-1]
        self.baseline = BaselineNetwork(channels, options.side, options.channels, options.dropout)

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
        return self.baseline.after_first(self.first_convolution(images, self.vgg(images)))

    def first_convolution(self, images: Tensor, features: Tensor) -> Tensor:
        """The baseline's first convolution of the images with the enlarged features.

        Parameters
        ----------
        images : Tensor
            Images (n, slices, side, side).
        features : Tensor
            VGG-16's features of them (n, 8 * width, side / 8, side / 8).

        Returns
        -------
        Tensor
            The convolution's output before its ReLU (n, channels, side, side).
        """
        conv, size = self.baseline.conv1, images.shape[2:]
        slices = conv.in_channels - self.vgg.block_channels[-1]
        of_image, of_features = conv.weight[:, :slices], conv.weight[:, slices:]
        # Of a size that an export to ONNX can tell.
        of_pixel = (conv.out_channels, conv.in_channels - slices, 1, 1)
        total = nn.functional.conv2d(images, of_image, conv.bias, padding=1)
        for row in range(3):
            for column in range(3):
                tap = nn.functional.conv2d(
                    features, of_features[:, :, row, column].reshape(of_pixel)
                )
                large = nn.functional.interpolate(tap, size, mode="bilinear", align_corners=False)
                # The tap at (row, column) sees the pixel at (row - 1, column - 1); outside is 0.
                shift = (1 - column, column - 1, 1 - row, row - 1)
                total = total + nn.functional.pad(large, shift)
        return total


def vgg_concat(options: VGGConcatOptions, slices: int) -> OneBoxRegressor:
    """The VGG concat network behind torchvision's detection interface.

    Parameters
    ----------
    options : VGGConcatOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.

    Returns
    -------
    OneBoxRegressor
        A model with weights as initialised.
    """
    network = VGGConcatNetwork(options, slices)
    return OneBoxRegressor(network, options.side, slices, options.image_mean, options.image_std)
