"""Augmentation: the box stays on what it was drawn round."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.fitting.augmentation import augmented
from training.fitting.rendered_slices import Sample
from training.recipe.recipe import Augmentation

SIDE = 96


def ellipse_sample(x1: int, y1: int, width: int, height: int) -> Sample:
    """A bright ellipse that fills its box, on black; the box is ignored as well."""
    x, y = torch.meshgrid(torch.arange(SIDE) + 0.5, torch.arange(SIDE) + 0.5, indexing="xy")
    off = ((x - x1) / width * 2 - 1) ** 2 + ((y - y1) / height * 2 - 1) ** 2
    box = torch.tensor([[x1, y1, x1 + width, y1 + height]], dtype=torch.float32)
    return Sample((off <= 1).float().expand(3, -1, -1).clone(), box, box.clone())


def extent_of_bright(image: torch.Tensor) -> list[float]:
    rows, columns = torch.nonzero(image[1] > 0.5, as_tuple=True)
    return [float(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)]


def moved(sample: Sample, seed: int, **options: object) -> Sample:
    return augmented(sample, Augmentation(**options), torch.Generator().manual_seed(seed))  # type: ignore[arg-type]


samples = st.builds(
    ellipse_sample,
    st.integers(26, 40),
    st.integers(26, 40),
    st.integers(8, 24),
    st.integers(8, 24),
)
seeds = st.integers(0, 2**32)


@settings(max_examples=40)
@given(samples, seeds)
def test_a_lesions_box_stays_tight_through_all_changes_of_place(sample: Sample, seed: int) -> None:
    image, boxes, ignored, *_ = moved(
        sample, seed, flip=0.5, scale=(0.8, 1.25), shift=0.1, rotation=45.0
    )

    assert boxes[0].tolist() == pytest.approx(extent_of_bright(image), abs=1.6)
    assert (ignored[0, :2] <= boxes[0, :2] + 1e-3).all()
    assert (ignored[0, 2:] >= boxes[0, 2:] - 1e-3).all()


@settings(max_examples=40)
@given(samples, seeds)
def test_a_lesions_box_stays_tight_in_a_crop(sample: Sample, seed: int) -> None:
    image, boxes, *_ = moved(sample, seed, crop=64, scale=(0.8, 1.25), rotation=30.0)

    assert image.shape == (3, 64, 64)
    inside = [box for box in boxes if box.min() > 0 and box.max() < 64]
    for box in inside:
        assert box.tolist() == pytest.approx(extent_of_bright(image), abs=1.6)


@pytest.mark.parametrize("crop", [31, 32, 96, 200])
def test_a_crop_has_its_size_and_keeps_its_lesion_where_it_is(crop: int) -> None:
    for seed in range(4):
        image, boxes, *_ = moved(ellipse_sample(40, 40, 12, 12), seed, crop=crop)
        assert image.shape == (3, crop, crop)
        for box in boxes:
            assert box.tolist() == pytest.approx(extent_of_bright(image), abs=1.0)


def test_half_of_the_crops_lie_on_a_lesion() -> None:
    sample = ellipse_sample(70, 72, 10, 8)
    hits = sum(
        bool(len(boxes)) and bool((boxes[0, 2:] - boxes[0, :2] > 7).all())
        for _, boxes, *_ in (moved(sample, seed, crop=32) for seed in range(200))
    )
    # Along each axis on its own: half of the time there, else anywhere.
    assert 60 < hits < 140


def test_what_leaves_the_image_loses_its_box() -> None:
    left = [moved(ellipse_sample(2, 40, 8, 8), seed, shift=0.5) for seed in range(40)]
    gone = [sample for sample in left if float(sample.image.max()) < 0.5]

    assert gone and all(len(sample.boxes) == len(sample.ignored) == 0 for sample in gone)
    assert all((s.boxes >= 0).all() and (s.boxes <= SIDE).all() for s in left)


def test_a_flip_mirrors_the_columns_and_swaps_the_neighbours() -> None:
    image, boxes, *_ = ellipse_sample(36, 20, 14, 10)
    image[0] = 0.25

    flipped, turned, ignored, *_ = moved(Sample(image, boxes, boxes + 1), 0, flip=1.0)

    assert turned.tolist() == [[46.0, 20.0, 60.0, 30.0]]
    assert ignored.tolist() == [[45.0, 21.0, 59.0, 31.0]]
    assert float(flipped[2].mean()) == 0.25


def test_without_augmentation_a_sample_stays_as_it_is() -> None:
    image, boxes, *_ = ellipse_sample(36, 20, 14, 10)
    sample = Sample(image, boxes, boxes + 1)

    same = moved(sample, 0)

    assert all(torch.equal(a, b) for a, b in zip(same[:3], sample[:3], strict=True))


def test_slices_without_a_lesion_are_changed_as_well() -> None:
    nothing = torch.zeros(0, 4)
    image, boxes, ignored, *_ = moved(
        Sample(torch.rand(9, 48, 64), nothing, nothing), 0, rotation=10.0, noise=0.1
    )
    assert image.shape == (9, 48, 64)
    assert boxes.shape == ignored.shape == (0, 4)


def test_only_the_generator_that_is_passed_in_decides() -> None:
    options = {"flip": 0.5, "scale": (0.9, 1.1), "rotation": 9.0, "noise": 0.1, "blur": 0.5}
    sample = ellipse_sample(36, 20, 14, 10)
    before = torch.random.get_rng_state()

    one = moved(sample, 7, **options)
    torch.rand(3)
    torch.random.set_rng_state(before)
    again, other = moved(sample, 7, **options), moved(sample, 8, **options)

    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(one.image, again.image) and torch.equal(one.boxes, again.boxes)
    assert not torch.equal(one.image, other.image)


def test_grey_levels_stay_within_0_and_1() -> None:
    image, *_ = moved(
        ellipse_sample(36, 20, 14, 10), 1, level=0.5, contrast=(0.5, 2.0), noise=0.5, blur=1.0
    )

    assert 0 <= float(image.min()) and float(image.max()) <= 1
    assert image.std() > 0


def test_masks_go_where_the_image_goes() -> None:
    image, boxes, *_ = ellipse_sample(36, 20, 14, 10)
    known = Sample(image, boxes, boxes[:0], masks=image[1:])
    options = Augmentation(flip=0.5, scale=(0.7, 1.4), shift=0.2, rotation=20.0)
    for place in range(20):
        generator = torch.Generator().manual_seed(place)
        changed = augmented(known, options, generator)
        assert changed.masks is not None
        assert torch.allclose(changed.masks, changed.image[1:], atol=1e-6)
