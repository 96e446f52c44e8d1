"""Training slices changed at random, their boxes with them."""

import torch
from torch.nn import functional

from training.recipe import Augmentation, Range
from training.slices import Sample

SMALLEST_BOX_PX = 2.0


def augmented(sample: Sample, options: Augmentation, generator: torch.Generator) -> Sample:
    """The sample flipped, scaled, shifted and regraded; what leaves the image loses its box."""
    lesions = len(sample.boxes)
    regions = torch.cat((sample.boxes, sample.ignored))
    image, regions = _flipped(sample.image, regions, options.flip, generator)
    image, regions, is_left = _resized(image, regions, lesions, options, generator)
    image = _regraded(image, options, generator).clamp_(0, 1)
    boxes, ignored = regions[:lesions], regions[lesions:]
    return Sample(image, boxes[is_left[:lesions]], ignored[is_left[lesions:]])


def _flipped(
    image: torch.Tensor, boxes: torch.Tensor, chance: float, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    if _uniform((0, 1), generator) < chance:
        width = image.shape[2]
        image = image.flip(2)
        boxes = torch.stack((width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]), 1)
    if _uniform((0, 1), generator) < chance:
        image = image.flip(0)
    return image, boxes


def _resized(
    image: torch.Tensor,
    boxes: torch.Tensor,
    lesions: int,
    options: Augmentation,
    generator: torch.Generator,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A part of the image, or all of it, scaled and shifted; the boxes, and which are still in it.

    The first ``lesions`` boxes are of lesions.
    """
    rows, columns = image.shape[1:]
    size = (options.crop, options.crop) if options.crop else (rows, columns)
    scale = _uniform(options.scale, generator)
    x = _middle(boxes[:lesions, 0::2], columns, size[1] / scale, options, generator)
    y = _middle(boxes[:lesions, 1::2], rows, size[0] / scale, options, generator)
    if (scale, x, y, size) == (1, columns / 2, rows / 2, (rows, columns)):
        return image, boxes, torch.ones(len(boxes), dtype=torch.bool)
    # affine_grid maps output to input, both from -1 to 1 between their outer edges.
    theta = torch.tensor(
        [
            [size[1] / columns / scale, 0, 2 * x / columns - 1],
            [0, size[0] / rows / scale, 2 * y / rows - 1],
        ]
    )
    grid = functional.affine_grid(theta[None], [1, len(image), *size], align_corners=False)
    image = functional.grid_sample(image[None], grid, align_corners=False)[0]
    middle = torch.tensor([size[1] / 2, size[0] / 2] * 2)
    boxes = (boxes - torch.tensor([x, y] * 2)) * scale + middle
    boxes = boxes.clamp(torch.zeros(4), 2 * middle)
    sides = boxes[:, 2:] - boxes[:, :2]
    return image, boxes, (sides >= SMALLEST_BOX_PX).all(1)


def _middle(
    sides: torch.Tensor,
    extent: int,
    seen: float,
    options: Augmentation,
    generator: torch.Generator,
) -> float:
    """Where the middle of what is seen lies along an axis, in pixels of the image.

    A crop lies on a lesion as often as anywhere.
    """
    shift = _uniform((-options.shift, options.shift), generator) * extent
    room = max(0.0, extent - seen) / 2
    anywhere = _uniform((-room, room), generator)
    chosen, coin = (_uniform((0, 1), generator) for _ in range(2))
    if not options.crop:
        return extent / 2 + shift
    if len(sides) and coin < 0.5:
        lesion = float(sides[int(chosen * len(sides))].mean())
        anywhere = min(max(lesion - extent / 2, -room), room)
    return extent / 2 + anywhere + shift


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
