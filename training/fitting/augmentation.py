"""Training slices changed at random, together with their boxes.

Random numbers come from a generator that is passed in. torchvision's transforms are not used,
only its functions: the transforms draw from the global generator of the process.
"""

import math
from itertools import compress

import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional
from torchvision.tv_tensors import BoundingBoxes, BoundingBoxFormat, Image

from ..recipe.recipe import Augmentation, Range
from .rendered_slices import Sample

SMALLEST_BOX_PX = 2.0
BLUR_PX = 0.7


def augmented(sample: Sample, options: Augmentation, generator: torch.Generator) -> Sample:
    """The sample flipped, scaled, rotated, shifted and with changed grey levels.

    A lesion that leaves the image loses its box. The box of a rotated lesion stays tight round the
    ellipse in it, as lesions are shaped; an ignored region keeps its corners.

    Parameters
    ----------
    sample : Sample
        A slice as rendered.
    options : Augmentation
        How far it may be changed.
    generator : torch.Generator
        Source of all random numbers, so that its state alone decides the changes.

    Returns
    -------
    Sample
        The changed sample; the one given where the options change nothing.
    """
    if options == Augmentation():
        return sample
    lesions, slices = len(sample.boxes), len(sample.image)
    # Masks are transformed with the image, as its last planes.
    joined = [sample.image] if sample.masks is None else [sample.image, sample.masks]
    image = Image(torch.cat(joined))
    regions = BoundingBoxes(
        torch.cat((sample.boxes, sample.ignored)),
        format=BoundingBoxFormat.XYXY,
        canvas_size=tuple(image.shape[1:]),
        clamping_mode=None,
    )
    image, regions = _flipped(image, regions, slices, options.flip, generator)
    image, regions = _resampled(image, regions, lesions, options, generator)
    kept = functional.clamp_bounding_boxes(regions, clamping_mode="hard").as_subclass(Tensor)
    is_left = (kept[:, 2:] - kept[:, :2] >= SMALLEST_BOX_PX).all(1)
    planes = image.as_subclass(Tensor)
    graded = _regraded(planes[:slices], options, generator).clamp_(0, 1)
    boxes, ignored = kept[:lesions], kept[lesions:]
    return Sample(
        graded,
        boxes[is_left[:lesions]],
        ignored[is_left[lesions:]],
        None if sample.masks is None else planes[slices:],
        tuple(compress(sample.types, is_left[:lesions].tolist())),
    )


def _flipped(
    image: Image, regions: BoundingBoxes, slices: int, chance: float, generator: torch.Generator
) -> tuple[Image, BoundingBoxes]:
    """Image and regions, left and right swapped, and the order of the first ``slices`` planes."""
    if _uniform((0, 1), generator) < chance:
        image, regions = functional.horizontal_flip(image), functional.horizontal_flip(regions)
    if _uniform((0, 1), generator) < chance:
        image = Image(torch.cat((image[:slices].flip(0), image[slices:])))
    return image, regions


def _resampled(
    image: Image,
    regions: BoundingBoxes,
    lesions: int,
    options: Augmentation,
    generator: torch.Generator,
) -> tuple[Image, BoundingBoxes]:
    """A part of the image, or all of it, scaled, turned and shifted.

    The first ``lesions`` regions are boxes of lesions.
    """
    rows, columns = image.shape[1:]
    size = (options.crop, options.crop) if options.crop else (rows, columns)
    scale = _uniform(options.scale, generator)
    angle = _uniform((-options.rotation, options.rotation), generator)
    sides = regions.as_subclass(Tensor)[:lesions]
    x = _middle(sides[:, 0::2], columns, size[1] / scale, options, generator)
    y = _middle(sides[:, 1::2], rows, size[0] / scale, options, generator)
    if (scale, angle, x, y, size) == (1, 0, columns / 2, rows / 2, (rows, columns)):
        return image, regions
    if options.crop:
        # No more is resampled than the crop can show.
        turned = abs(math.cos(math.radians(angle))) + abs(math.sin(math.radians(angle)))
        reach = math.ceil(options.crop / 2 * max(turned / scale, 1)) + 2
        left, top = math.floor(x) - reach, math.floor(y) - reach
        image = functional.crop(image, top, left, 2 * reach, 2 * reach)
        regions = functional.crop(regions, top, left, 2 * reach, 2 * reach)
        x, y, rows, columns = x - left, y - top, 2 * reach, 2 * reach
    how = {
        "angle": angle,
        "translate": [columns / 2 - x, rows / 2 - y],
        "scale": scale,
        "shear": [0.0, 0.0],
        "center": [x, y],
    }
    image = functional.affine(image, interpolation=InterpolationMode.BILINEAR, **how)
    moved = functional.affine(regions, **how)
    moved[:lesions] = _ellipses(regions[:lesions], moved[:lesions], scale, math.radians(angle))
    return functional.center_crop(image, size), functional.center_crop(moved, size)


def _ellipses(before: Tensor, after: Tensor, scale: float, angle: float) -> Tensor:
    """Tight boxes (n, 4) of the turned ellipses in boxes, where ``after`` has the right middles."""
    width, height = (before[:, 2:] - before[:, :2]).unbind(1)
    cos, sin = math.cos(angle), math.sin(angle)
    half = torch.stack(
        (torch.hypot(width * cos, height * sin), torch.hypot(width * sin, height * cos)), 1
    )
    half = half * scale / 2
    middle = (after[:, :2] + after[:, 2:]) / 2
    return torch.cat((middle - half, middle + half), 1)


def _middle(
    sides: Tensor,
    extent: int,
    seen: float,
    options: Augmentation,
    generator: torch.Generator,
) -> float:
    """Where the middle of what is seen lies along an axis, in pixels of the image.

    Half of the crops of a slice with lesions are centred on one of them.
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


def _regraded(image: Tensor, options: Augmentation, generator: torch.Generator) -> Tensor:
    if _uniform((0, 1), generator) < options.blur:
        image = functional.gaussian_blur(image, [3, 3], [BLUR_PX, BLUR_PX])
    level = torch.randn((), generator=generator) * options.level
    image = (image - 0.5) * _uniform(options.contrast, generator) + 0.5 + level
    if options.noise:
        spread = _uniform((0, options.noise), generator)
        image = image + torch.randn(image.shape, generator=generator) * spread
    return image


def _uniform(limits: Range, generator: torch.Generator) -> float:
    low, high = limits
    return low + (high - low) * float(torch.rand((), generator=generator))
