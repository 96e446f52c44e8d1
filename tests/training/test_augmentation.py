"""Augmentation: the box stays on what it was drawn round."""

import pytest
import torch

from training.augmentation import augmented
from training.recipe import Augmentation
from training.slices import Sample


def bright_square() -> Sample:
    image = torch.zeros(3, 64, 64)
    image[:, 20:30, 36:50] = 1
    box = torch.tensor([[36.0, 20.0, 50.0, 30.0]])
    return Sample(image, box, box + 4)


def box_of_bright(image: torch.Tensor) -> list[float]:
    rows, columns = torch.nonzero(image[1] > 0.5, as_tuple=True)
    return [float(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)]


@pytest.mark.parametrize("seed", range(8))
def test_boxes_follow_flips_scales_and_shifts(seed: int) -> None:
    options = Augmentation(flip=0.5, scale=(0.8, 1.25), shift=0.1)
    generator = torch.Generator().manual_seed(seed)

    image, boxes, _ = augmented(bright_square(), options, generator)

    assert boxes[0].tolist() == pytest.approx(box_of_bright(image), abs=1.0)


@pytest.mark.parametrize("seed", range(8))
def test_boxes_follow_a_crop(seed: int) -> None:
    options = Augmentation(crop=32, scale=(1.0, 1.5))

    image, boxes, _ = augmented(bright_square(), options, torch.Generator().manual_seed(seed))

    assert image.shape == (3, 32, 32)
    if len(boxes):
        assert boxes[0].tolist() == pytest.approx(box_of_bright(image), abs=1.0)


def test_a_flip_mirrors_the_columns_and_swaps_the_neighbours() -> None:
    image, boxes, _ = bright_square()
    image[0] = 0.25

    flipped, moved, ignored = augmented(
        Sample(image, boxes, boxes + 1), Augmentation(flip=1.0), torch.Generator()
    )

    assert moved.tolist() == [[14.0, 20.0, 28.0, 30.0]]
    assert ignored.tolist() == [[13.0, 21.0, 27.0, 31.0]]
    assert float(flipped[2].mean()) == 0.25


def test_without_augmentation_a_sample_stays_as_it_is() -> None:
    image, boxes, _ = bright_square()

    sample = Sample(image, boxes, boxes + 1)
    same = augmented(sample, Augmentation(), torch.Generator())

    assert all(torch.equal(a, b) for a, b in zip(same, sample, strict=True))


def test_grey_levels_stay_within_0_and_1() -> None:
    options = Augmentation(level=0.5, contrast=(0.5, 2.0), noise=0.5, blur=1.0)

    image, *_ = augmented(bright_square(), options, torch.Generator().manual_seed(1))

    assert 0 <= float(image.min()) and float(image.max()) <= 1
    assert image.std() > 0
