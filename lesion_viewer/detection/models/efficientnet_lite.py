"""The trunk of EfficientNet-Lite0, which gives a feature map per stage."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from lesion_viewer.detection.models.normalisation import NORMS

EFFICIENTNETS = ("efficientnet_lite0",)
STEM = 32
STAGES = (
    (3, 1, 16, 1, 1),
    (3, 2, 24, 6, 2),
    (5, 2, 40, 6, 2),
    (3, 3, 80, 6, 2),
    (5, 3, 112, 6, 1),
    (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
)
"""Side of the kernel, blocks, channels, factor of expansion, and stride of the first block."""

EPSILON = 1e-3
LEVELS = {"2": 2, "3": 4, "4": 10, "5": 15}
"""Level of a map -> the last block with its strides."""


class EfficientNetLiteTrunk(nn.Module):
    """EfficientNet-Lite0 without its head.

    Parameters
    ----------
    norm : str
        A key of ``NORMS``.
    in_channels : int
        Channels of the image.

    Notes
    -----
    Tan and Le 2019; the Lite variants have no squeeze and excitation and ReLU6 throughout, for
    processors. An image (n, in_channels, rows, columns), whose sides are multiples of 32, gives
    ``{"2": c2, "3": c3, "4": c4, "5": c5}``: map ``k`` has strides of 2**k pixels and
    ``channels[k]`` channels. Convolutions of stride 2 fill up the lower right side, as TensorFlow's
    do, on which the published weights were learned.
    """

    def __init__(self, norm: str, in_channels: int) -> None:
        super().__init__()
        self.imagenet_name = EFFICIENTNETS[0]
        self.conv0 = nn.Conv2d(in_channels, STEM, 3, stride=2, bias=False)
        self.bn0 = _norm(norm, STEM)
        blocks, channels = [], STEM
        for kernel, count, wider, factor, stride in STAGES:
            for number in range(count):
                step = stride if number == 0 else 1
                blocks.append(_Block(channels, wider, kernel, factor, step, norm))
                channels = wider
        self.blocks = nn.ModuleList(blocks)
        self.channels = {int(level): blocks[n].channels for level, n in LEVELS.items()}
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")

    @property
    def first_convolution(self) -> str:
        """Name of the convolution that sees the image."""
        return "conv0"

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Feature maps by level, finest first.

        Parameters
        ----------
        images : Tensor
            (n, in_channels, rows, columns); the sides are multiples of 32.

        Returns
        -------
        dict[str, Tensor]
            Maps (n, channels, rows / 2**k, columns / 2**k) by level k, ``"2"`` to ``"5"``.
        """
        x = functional.relu6(self.bn0(self.conv0(_filled_up(images, 3))))
        maps = []
        for block in self.blocks:
            x = block(x)
            maps.append(x)
        return {level: maps[n] for level, n in LEVELS.items()}


class _Block(nn.Module):
    """An inverted residual block: wider by ``factor``, filtered within channels, narrow again."""

    def __init__(
        self, channels: int, wider: int, kernel: int, factor: int, stride: int, norm: str
    ) -> None:
        super().__init__()
        inner = channels * factor
        self.channels, self._kernel, self._stride = wider, kernel, stride
        self._has_shortcut = stride == 1 and channels == wider
        self.conv0, self.bn0 = None, None
        if factor > 1:
            self.conv0 = nn.Conv2d(channels, inner, 1, bias=False)
            self.bn0 = _norm(norm, inner)
        padding = kernel // 2 if stride == 1 else 0
        self.conv1 = nn.Conv2d(inner, inner, kernel, stride, padding, groups=inner, bias=False)
        self.bn1 = _norm(norm, inner)
        self.conv2 = nn.Conv2d(inner, wider, 1, bias=False)
        self.bn2 = _norm(norm, wider)

    def forward(self, images: Tensor) -> Tensor:
        """Features (n, channels, rows / stride, columns / stride)."""
        x: Tensor = images
        if self.conv0 is not None and self.bn0 is not None:
            x = functional.relu6(self.bn0(self.conv0(x)))
        if self._stride > 1:
            x = _filled_up(x, self._kernel)
        x = functional.relu6(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        return x + images if self._has_shortcut else x


def _filled_up(images: Tensor, kernel: int) -> Tensor:
    """Images of even sides, so that stride 2 halves them: one pixel more after than before."""
    before = (kernel - 2) // 2
    filled: Tensor = functional.pad(images, (before, kernel - 2 - before) * 2)
    return filled


def _norm(name: str, channels: int) -> nn.Module:
    layer: Any = NORMS[name](channels)
    layer.eps = EPSILON
    module: nn.Module = layer
    return module
