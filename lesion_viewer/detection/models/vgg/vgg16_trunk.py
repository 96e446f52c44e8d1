"""VGG-16's convolutions, named as torchvision's so that its ImageNet weights load."""

from __future__ import annotations

from torch import Tensor, nn

from lesion_viewer.detection.models.normalisation import NORMS

DEPTHS = (2, 2, 3, 3, 3)
"""Convolutions of each block."""


class VGGTrunk(nn.Module):
    """VGG-16 without its classifier, as ``features.N``; at width 64 the published network.

    Parameters
    ----------
    in_channels : channels of the image
    width : channels of the first block; the next have 2, 4, 8 and 8 times as many
    blocks : how many, 1 to 5
    pooled : the first so many blocks end in a pool; an identity keeps the place of the others
    norm : a key of ``NORMS``; ``none`` is VGG-16, ``batch`` torchvision's vgg16_bn

    Notes
    -----
    Simonyan and Zisserman 2015, configuration D. Output of each block after its pool, for an image
    of 512 x 512::

        block    1                2                 3                4                5
        shape    64 x 256 x 256   128 x 128 x 128   256 x 64 x 64    512 x 32 x 32    512 x 16 x 16
        weights  38,720           221,440           1,475,328        5,899,776        7,079,424
    """

    def __init__(
        self,
        in_channels: int,
        width: int = 64,
        blocks: int = 5,
        pooled: int = 5,
        norm: str = "none",
    ) -> None:
        super().__init__()
        self.imagenet_name = "vgg16" if norm == "none" else "vgg16_bn"
        self.block_channels = [width * 2 ** min(k, 3) for k in range(blocks)]
        self.block_ends: list[int] = []
        layers: list[nn.Module] = []
        for k, channels in enumerate(self.block_channels):
            for _ in range(DEPTHS[k]):
                layers.append(nn.Conv2d(in_channels, channels, 3, padding=1))
                if norm != "none":
                    layers.append(NORMS[norm](channels))
                layers.append(nn.ReLU(inplace=True))
                in_channels = channels
            self.block_ends.append(len(layers))
            layers.append(nn.MaxPool2d(2) if k < pooled else nn.Identity())
        self.features = nn.Sequential(*layers)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    @property
    def first_convolution(self) -> str:
        """Name of the convolution that sees the image."""
        return "features.0"

    def forward(self, images: Tensor) -> Tensor:
        """The last block's features."""
        features: Tensor = self.features(images)
        return features


class VGGPyramid(VGGTrunk):
    """VGG-16 that gives a map per stride, as ``ResNetTrunk`` does.

    Notes
    -----
    An image (n, in_channels, rows, columns) gives ``{"2": block 3, "3": block 4, "4": block 5}``
    before their pools, and ``"5"``, block 5 after it: map ``k`` has strides of 2**k pixels and
    ``channels[k]`` channels (256, 512, 512, 512). The paper's single map is ``"4"``.
    """

    def __init__(self, in_channels: int, width: int, norm: str) -> None:
        super().__init__(in_channels, width, norm=norm)
        third, fourth, fifth = self.block_channels[2:]
        self.channels = {2: third, 3: fourth, 4: fifth, 5: fifth}

    def forward(self, images: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        """Feature maps by level, finest first."""
        maps: dict[str, Tensor] = {}
        x = images
        for position, layer in enumerate(self.features):
            if position in self.block_ends[2:]:
                maps[str(len(maps) + 2)] = x
            x = layer(x)
        maps["5"] = x
        return maps
