"""A network that regresses one box, behind torchvision's detection interface."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from lesion_viewer.detection.models.finiteness import NOT_FINITE
from lesion_viewer.errors import DetectionError

Target = dict[str, Tensor]


class OneBoxRegressor(nn.Module):
    """One box for every slice, whether it holds a lesion or not.

    Parameters
    ----------
    network : nn.Module
        Takes images (n, slices, side, side) and gives (n, 4): x1, y1, x2, y2 as shares of the
        sides.
    side : int
        Rows and columns that the network is made for.
    slices : int
        CT slices of one input, its channels.
    image_mean, image_std : Sequence[float]
        Per channel: the input less the mean, divided by the deviation; empty leaves the input at 0
        to 1.

    Notes
    -----
    An image of any size is stretched to side x side. In training a slice's target is its largest
    box, and the loss is ``{"loss_box": mean squared error of the shares}``; slices without a box
    add nothing to it. In evaluation the box is in pixels of the image as given: a share times its
    rows or columns. The corners are put in order, and the score is always 1: the network gives
    none.
    """

    _mean: Tensor
    _std: Tensor

    def __init__(
        self,
        network: nn.Module,
        side: int,
        slices: int,
        image_mean: Sequence[float] = (),
        image_std: Sequence[float] = (),
    ) -> None:
        super().__init__()
        self.network = network
        self.side = side
        mean, std = channel_statistics(image_mean, image_std, slices)
        self.register_buffer("_mean", torch.tensor(mean).view(-1, 1, 1), persistent=False)
        self.register_buffer("_std", torch.tensor(std).view(-1, 1, 1), persistent=False)

    def forward(
        self, images: Sequence[Tensor], targets: Sequence[Target] | None = None
    ) -> dict[str, Tensor] | list[Target]:
        """Losses in training, detections in evaluation; see the class.

        Parameters
        ----------
        images : Sequence[Tensor]
            For each image (slices, rows, columns), 0 to 1.
        targets : Sequence[Target] | None
            In training, for each image ``boxes`` (n, 4), in pixels of the image.

        Returns
        -------
        dict[str, Tensor] | list[Target]
            In training the loss by name; in evaluation for each image ``boxes`` (1, 4), ``scores``
            (1,) and ``labels`` (1,).

        Raises
        ------
        DetectionError
            In training without targets, and in evaluation for a box that is not finite.
        """
        if not self.training:
            return self._detections(images)
        if targets is None:
            raise DetectionError("training needs targets")
        return {"loss_box": self._loss(images, targets)}

    def _loss(self, images: Sequence[Tensor], targets: Sequence[Target]) -> Tensor:
        pairs = [pair for pair in zip(images, targets, strict=True) if len(pair[1]["boxes"])]
        if not pairs:
            # Every weight needs a gradient where several processes average theirs.
            return torch.stack([weight.sum() for weight in self.network.parameters()]).sum() * 0
        shares = self._shares(torch.stack([self._at_side(image) for image, _ in pairs]))
        wanted = torch.stack([_largest(target["boxes"]) / _sides(image) for image, target in pairs])
        return nn.functional.mse_loss(shares, wanted)

    def _detections(self, images: Sequence[Tensor]) -> list[Target]:
        stretched = torch.stack([self._at_side(image) for image in images])
        corners = self.corners_of(stretched)
        if not corners.isfinite().all():
            raise DetectionError(NOT_FINITE)
        found = []
        for image, box in zip(images, corners, strict=True):
            one = torch.ones(1, device=box.device)
            found.append(
                {"boxes": (box * _sides(image))[None], "scores": one, "labels": one.long()}
            )
        return found

    def corners_of(self, stretched: Tensor) -> Tensor:
        """The box of each image, its corners in order.

        Parameters
        ----------
        stretched : Tensor
            (n, slices, side, side), 0 to 1.

        Returns
        -------
        Tensor
            (n, 4): x1, y1, x2, y2 as shares of the sides.
        """
        return self._shares(stretched).view(-1, 2, 2).sort(dim=1).values.flatten(1)

    def _shares(self, stretched: Tensor) -> Tensor:
        shares: Tensor = self.network((stretched - self._mean) / self._std)
        return shares

    def _at_side(self, image: Tensor) -> Tensor:
        size = (self.side, self.side)
        if image.shape[1:] == size:
            return image
        return nn.functional.interpolate(
            image[None], size, mode="bilinear", align_corners=False, antialias=True
        )[0]


def channel_statistics(
    image_mean: Sequence[float], image_std: Sequence[float], slices: int
) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of every channel, 0 and 1 where they are not given.

    Parameters
    ----------
    image_mean : Sequence[float]
        One number per channel, or empty.
    image_std : Sequence[float]
        One number per channel, or empty.
    slices : int
        Channels of the input.

    Returns
    -------
    tuple[list[float], list[float]]
        Means and standard deviations, ``slices`` of each.

    Raises
    ------
    DetectionError
        Where the numbers given are not one per channel.
    """
    mean, std = list(image_mean) or [0.0] * slices, list(image_std) or [1.0] * slices
    if len(mean) != slices or len(std) != slices:
        raise DetectionError(f"image_mean and image_std have one number for each of {slices}")
    return mean, std


def _sides(image: Tensor) -> Tensor:
    rows, columns = image.shape[1:]
    return image.new_tensor([columns, rows, columns, rows])


def _largest(boxes: Tensor) -> Tensor:
    sides = boxes[:, 2:] - boxes[:, :2]
    return boxes[sides.prod(dim=1).argmax()]
