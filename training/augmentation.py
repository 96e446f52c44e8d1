"""Training slices changed at random, their boxes with them."""

import torch
from torch.nn import functional

from training.datasets import Sample
from training.recipe import Augmentation, Range

SMALLEST_BOX_PX = 2.0


def augmented(sample: Sample, options: Augmentation, generator: torch.Generator) -> Sample:
    """Image (channels, rows, columns) and boxes (n, 4), flipped, scaled, shifted and regraded."""
    image, boxes = _flipped(*sample, options.flip, generator)
    image, boxes = _resized(image, boxes, options, generator)
    image = _regraded(image, options, generator)
    return image.clamp_(0, 1), boxes


def _flipped(
    image: torch.Tensor, boxes: torch.Tensor, chance: float, generator: torch.Generator
) -> Sample:
    if _uniform((0, 1), generator) < chance:
        width = image.shape[2]
        image = image.flip(2)
        boxes = torch.stack((width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]), 1)
    if _uniform((0, 1), generator) < chance:
        image = image.flip(0)
    return image, boxes


def _resized(
    image: torch.Tensor, boxes: torch.Tensor, options: Augmentation, generator: torch.Generator
) -> Sample:
    """Scaled about the middle and shifted, on the same canvas; what leaves it loses its box."""
    rows, columns = image.shape[1:]
    scale = _uniform(options.scale, generator)
    shift_x = _uniform((-options.shift, options.shift), generator)
    shift_y = _uniform((-options.shift, options.shift), generator)
    if scale == 1 and shift_x == shift_y == 0:
        return image, boxes
    # affine_grid maps output to input, in units of half a side.
    theta = torch.tensor(
        [[1 / scale, 0, -2 * shift_x / scale], [0, 1 / scale, -2 * shift_y / scale]]
    )
    grid = functional.affine_grid(theta[None], [1, *image.shape], align_corners=False)
    image = functional.grid_sample(image[None], grid, align_corners=False)[0]
    middle = torch.tensor([columns / 2, rows / 2] * 2)
    offset = torch.tensor([shift_x * columns, shift_y * rows] * 2)
    boxes = (boxes - middle) * scale + middle + offset
    boxes = boxes.clamp(torch.zeros(4), torch.tensor([columns, rows] * 2))
    sides = boxes[:, 2:] - boxes[:, :2]
    return image, boxes[(sides >= SMALLEST_BOX_PX).all(1)]


def _regraded(
    image: torch.Tensor, options: Augmentation, generator: torch.Generator
) -> torch.Tensor:
    if _uniform((0, 1), generator) < options.blur:
        image = 0.5 * image + 0.5 * functional.avg_pool2d(
            image, 3, stride=1, padding=1, count_include_pad=False
        )
    level = torch.randn((), generator=generator) * options.level
    image = (image - 0.5) * _uniform(options.contrast, generator) + 0.5 + level
    spread = _uniform((0, options.noise), generator)
    return image + torch.randn(image.shape, generator=generator) * spread


def _uniform(limits: Range, generator: torch.Generator) -> float:
    low, high = limits
    return low + (high - low) * float(torch.rand((), generator=generator))
