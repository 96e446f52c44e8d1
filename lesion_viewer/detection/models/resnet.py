"""ResNet trunks that give a feature map per stage, of any width and normalisation."""

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck

from lesion_viewer.detection.models.normalisation import NORMS

STAGES: dict[str, tuple[type[BasicBlock | Bottleneck], tuple[int, int, int, int]]] = {
    "resnet18": (BasicBlock, (2, 2, 2, 2)),
    "resnet34": (BasicBlock, (3, 4, 6, 3)),
    "resnet50": (Bottleneck, (3, 4, 6, 3)),
    "resnet101": (Bottleneck, (3, 4, 23, 3)),
}


class ResNetTrunk(nn.Module):
    """A ResNet without its classifier; at width 64 its weights are named as torchvision's.

    Parameters
    ----------
    name : a key of ``STAGES``
    norm : a key of ``NORMS``
    in_channels : channels of the image
    width : channels of the first stage's blocks; 64 is the published network

    Notes
    -----
    An image (n, in_channels, rows, columns) gives ``{"2": c2, "3": c3, "4": c4, "5": c5}``: map
    ``k`` has strides of 2**k pixels and ``channels[k]`` channels.
    """

    def __init__(self, name: str, norm: str, in_channels: int, width: int = 64) -> None:
        super().__init__()
        self.imagenet_name = name
        block, depths = STAGES[name]
        self._norm = NORMS[norm]
        self._channels = width
        self.conv1 = nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = self._norm(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self._stage(block, width, depths[0], stride=1)
        self.layer2 = self._stage(block, width * 2, depths[1], stride=2)
        self.layer3 = self._stage(block, width * 4, depths[2], stride=2)
        self.layer4 = self._stage(block, width * 8, depths[3], stride=2)
        self.channels = {k: width * block.expansion * 2 ** (k - 2) for k in (2, 3, 4, 5)}
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    @property
    def first_convolution(self) -> str:
        """Name of the convolution that sees the image."""
        return "conv1"

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Feature maps by level, finest first."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        maps = {}
        for level, stage in enumerate((self.layer1, self.layer2, self.layer3, self.layer4), 2):
            x = stage(x)
            maps[str(level)] = x
        return maps

    def _stage(
        self, block: type[BasicBlock | Bottleneck], planes: int, depth: int, stride: int
    ) -> nn.Sequential:
        channels = planes * block.expansion
        shortcut = None
        if stride != 1 or self._channels != channels:
            conv = nn.Conv2d(self._channels, channels, 1, stride=stride, bias=False)
            shortcut = nn.Sequential(conv, self._norm(channels))
        blocks = [block(self._channels, planes, stride, shortcut, norm_layer=self._norm)]
        blocks += [block(channels, planes, norm_layer=self._norm) for _ in range(depth - 1)]
        self._channels = channels
        return nn.Sequential(*blocks)
