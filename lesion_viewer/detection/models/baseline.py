"""The paper's small network: four convolutions and a dense layer that gives one box."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from lesion_viewer.detection.models.one_box import OneBoxRegressor
from lesion_viewer.errors import DetectionError


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """Shape of the baseline.

    Attributes
    ----------
    side : int
        Rows and columns of the input, a multiple of 4.
    channels : tuple[int, int]
        Output channels of the first two convolutions, and of the last two.

    Raises
    ------
    DetectionError
        For a side that the pools do not divide, or anything but two widths.
    """

    side: int = 512
    channels: tuple[int, int] = (16, 32)

    def __post_init__(self) -> None:
        check_side(self.side, 4)
        if len(self.channels) != 2 or min(self.channels) < 1:
            raise DetectionError(f"channels are two numbers over 0, not {self.channels}")


class BaselineNetwork(nn.Module):
    """Two convolutions and a pool, twice; then a dense layer that gives the corners of one box.

    Parameters
    ----------
    in_channels : int
        Channels of the images or features.
    side : int
        Rows and columns of the input, a multiple of 4.
    channels : tuple[int, int]
        Output channels of the first two convolutions, and of the last two.
    dropout : float
        Share of the channels' values that is set to 0 after each pool in training.

    Notes
    -----
    Shapes for 3 slices at a side of 512 and the default channels, 2,113,812 parameters::

        image                     3 x 512 x 512
        conv1, conv2, pool       16 x 256 x 256     448 + 2,320
        conv3, conv4, pool       32 x 128 x 128     4,640 + 9,248
        dense                     4                 524,288 x 4 + 4 = 2,097,156

    The dense layer takes 8.4 MB, four times that with its gradient and Adam's two moments. It grows
    with the square of the side and with the second number of channels. Convolutions are 3 x 3, keep
    rows and columns, and a ReLU follows each.
    """

    def __init__(
        self, in_channels: int, side: int, channels: tuple[int, int], dropout: float = 0.0
    ) -> None:
        super().__init__()
        first, second = channels
        self.conv1 = nn.Conv2d(in_channels, first, 3, padding=1)
        self.conv2 = nn.Conv2d(first, first, 3, padding=1)
        self.conv3 = nn.Conv2d(first, second, 3, padding=1)
        self.conv4 = nn.Conv2d(second, second, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(second * (side // 4) ** 2, 4)
        # Torch's default initial filters shrink the signal so much in four layers that training
        # stays at the mean box. Measured on 8 slices: learned in 100 steps of Adam with Kaiming's
        # filters, not in 200 with torch's.
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """Corners of one box for each image.

        Parameters
        ----------
        images : Tensor
            Images or features (n, in_channels, side, side).

        Returns
        -------
        Tensor
            (n, 4): x1, y1, x2, y2 as shares of the side.
        """
        return self.after_first(self.conv1(images))

    def after_first(self, x: Tensor) -> Tensor:
        """Corners of one box for each output of the first convolution.

        Parameters
        ----------
        x : Tensor
            The first convolution's output before its ReLU (n, channels, side, side); overwritten.

        Returns
        -------
        Tensor
            (n, 4): x1, y1, x2, y2 as shares of the side.
        """
        x = self.dropout(self.pool(self.relu(self.conv2(self.relu(x)))))
        x = self.dropout(self.pool(self.relu(self.conv4(self.relu(self.conv3(x))))))
        shares: Tensor = self.dense(x.flatten(1))
        return shares


def baseline(options: BaselineOptions, slices: int) -> OneBoxRegressor:
    """The baseline network behind torchvision's detection interface.

    Parameters
    ----------
    options : BaselineOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.

    Returns
    -------
    OneBoxRegressor
        A model with weights as initialised.
    """
    network = BaselineNetwork(slices, options.side, options.channels)
    return OneBoxRegressor(network, options.side, slices)


def check_side(side: int, multiple: int) -> None:
    """Refuse a side that the network's pools do not divide.

    Parameters
    ----------
    side : int
        Rows and columns of the network's input.
    multiple : int
        What the pools divide the side by, in all.

    Raises
    ------
    DetectionError
        For a side that is not a positive multiple.
    """
    if side < multiple or side % multiple:
        raise DetectionError(f"side is a multiple of {multiple}, not {side}")
