"""Normalisation layers by name."""

from collections.abc import Callable

from torch import nn
from torchvision.ops import FrozenBatchNorm2d

CHANNELS_PER_GROUP = 16


def group_norm(channels: int) -> nn.Module:
    """Group normalisation in groups of 16 channels; independent of the batch size."""
    return nn.GroupNorm(max(1, channels // CHANNELS_PER_GROUP), channels)


NORMS: dict[str, Callable[[int], nn.Module]] = {
    "group": group_norm,
    "batch": nn.BatchNorm2d,
    "frozen_batch": FrozenBatchNorm2d,
}
"""Name -> layer for a number of channels. ``group`` and ``frozen_batch`` train at batch 1 or 2."""
