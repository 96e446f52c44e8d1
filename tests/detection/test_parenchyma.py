"""What of a mask of the liver is another organ, on slices drawn by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.detection.fcn.parenchyma import other_organs

SPACING = (2.5, 2.5, 2.5)
LIVER, ORGAN = 110.0, 65.0
STOMACH = slice(18, 38), slice(44, 62)
INNER = slice(20, 34), slice(18, 32)
AT_THE_CAPSULE = slice(10, 22), slice(18, 32)

Place = tuple[slice, slice]


def scene(*dark: Place) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """What was taken for liver, with dark places in it, and its HU."""
    mask = np.zeros((6, 60, 70), bool)
    mask[:, 10:50, 10:44] = True
    mask[:, *STOMACH] = True
    hu = np.full(mask.shape, -80, np.float32)
    hu[mask] = LIVER
    for place in dark:
        hu[:, *place] = ORGAN
    return mask, hu + np.random.default_rng(0).normal(0, 6, hu.shape).astype(np.float32)


def test_a_stomach_beside_the_liver_is_no_part_of_it() -> None:
    other = other_organs(*scene(STOMACH), SPACING)
    assert other[:, *STOMACH].mean() > 0.8
    assert not other[:, 10:50, 10:40].any()


@pytest.mark.parametrize("lesion", [INNER, AT_THE_CAPSULE])
def test_lesions_stay_also_at_the_capsule(lesion: Place) -> None:
    assert not other_organs(*scene(lesion), SPACING).any()


def test_a_liver_of_one_attenuation_stays_whole() -> None:
    assert not other_organs(*scene(), SPACING).any()


def test_without_parenchyma_that_is_the_most_of_it_nothing_is_taken_out() -> None:
    mask, hu = scene(*((slice(10 + n, 11 + n), slice(10, 62)) for n in range(0, 40, 2)))
    hu[mask] += np.random.default_rng(1).normal(0, 200, int(mask.sum()))
    assert not other_organs(mask, hu, SPACING).any()
