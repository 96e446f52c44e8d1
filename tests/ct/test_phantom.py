"""Phantoms: the same from the same seed, organs where they belong, lesions where they are said."""

import numpy as np
import pytest
from scipy import ndimage

from lesion_viewer.ct.phantom.abdomen import Phantom, PhantomScene, make_phantom

SHAPE = (24, 256, 256)
SPACING_MM = (10.0, 1.5, 1.5)


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return make_phantom(11, SHAPE, SPACING_MM, lesions=7)


def smooth(hu: np.ndarray) -> np.ndarray:
    return ndimage.gaussian_filter(hu.astype(np.float32), (0, 2.0, 2.0))


def test_the_same_seed_gives_the_same_phantom(phantom: Phantom) -> None:
    again = make_phantom(11, SHAPE, SPACING_MM, lesions=7)

    assert np.array_equal(again.hu, phantom.hu)
    assert again.lesions == phantom.lesions


def test_another_seed_gives_another_phantom(phantom: Phantom) -> None:
    other = make_phantom(12, SHAPE, SPACING_MM, lesions=7)

    assert not np.array_equal(other.hu[12], phantom.hu[12])


def test_single_slices_are_those_of_the_whole_phantom(phantom: Phantom) -> None:
    hu, boxes = PhantomScene(11, SHAPE, SPACING_MM, lesions=7).slice_at(14)

    assert np.array_equal(hu, phantom.hu[14])
    whole = {k: lesion.boxes[14] for k, lesion in enumerate(phantom.lesions) if 14 in lesion.boxes}
    assert boxes == whole


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_there_are_as_many_lesions_as_asked_for(seed: int) -> None:
    for count in (0, 4):
        assert len(make_phantom(seed, (4, 64, 64), (50.0, 6.0, 6.0), count).lesions) == count


@pytest.mark.parametrize("seed", range(20, 26))
def test_hu_inside_a_lesions_box_are_its_own_and_outside_the_livers(seed: int) -> None:
    phantom = make_phantom(seed, (20, 256, 256), (8.0, 1.5, 1.5), lesions=6)
    for lesion in phantom.lesions:
        for index, (x1, y1, x2, y2) in lesion.boxes.items():
            if min(x2 - x1, y2 - y1) < 8:
                continue
            middle = phantom.hu[index, y1 + 3 : y2 - 3, x1 + 3 : x2 - 3].mean()
            assert abs(middle - lesion.hu) < 45, (lesion.kind, index)


def test_a_box_is_tight_round_a_cyst() -> None:
    """Its sides agree with those of the pixels nearer to the cyst's HU than to the liver's."""
    phantom = make_phantom(31, (20, 256, 256), (8.0, 1.5, 1.5), lesions=8)
    checked = 0
    for lesion in (one for one in phantom.lesions if one.kind == "cyst"):
        for index, (x1, y1, x2, y2) in lesion.boxes.items():
            margin = phantom.hu[index, y1 - 5 : y2 + 5, x1 - 5 : x2 + 5]
            if margin.min() < -60 or min(x2 - x1, y2 - y1) < 8:
                continue
            dark = ndimage.gaussian_filter(margin.astype(np.float32), 1.0) < 60
            labels, _ = ndimage.label(dark)
            rows, columns = np.nonzero(labels == labels[labels.shape[0] // 2, labels.shape[1] // 2])
            found = columns.min() - 5, rows.min() - 5, columns.max() - 4, rows.max() - 4
            said = 0, 0, x2 - x1, y2 - y1
            assert np.abs(np.subtract(found, said)).max() <= 2
            checked += 1
    assert checked > 3


def test_the_liver_is_on_the_patients_right_and_the_spleen_on_the_left(phantom: Phantom) -> None:
    middle = smooth(phantom.hu)[12:17]
    is_organ = (middle > 85) & (middle < 140)

    right, left = is_organ[..., :118].sum(), is_organ[..., 138:].sum()

    assert right > 2 * left > 0


def test_the_spine_is_in_the_middle_of_the_back(phantom: Phantom) -> None:
    bone_on_most_slices = (smooth(phantom.hu) > 170).mean(0) > 0.6

    rows, columns = np.nonzero(bone_on_most_slices)

    assert len(rows) > 100
    assert np.abs(columns - 127.5).max() < 22
    assert rows.min() > 128


def test_lungs_are_at_the_head_end_only(phantom: Phantom) -> None:
    body = np.abs(np.arange(256) - 127.5) < 60
    air = (phantom.hu[:, 100:160, body] < -600).mean((1, 2))

    assert air[-3:].mean() > 0.3
    assert air[2:8].mean() < 0.2


def test_kidneys_and_aorta_are_brighter_than_the_liver(phantom: Phantom) -> None:
    liver = np.median(phantom.hu[13, 100:150, 50:90])
    bright = (smooth(phantom.hu)[7:10] > liver + 25).sum((0, 1))

    assert 95 < liver < 125
    assert bright[60:110].sum() > 300 and bright[146:196].sum() > 300


def test_air_lies_outside_and_fat_under_the_skin(phantom: Phantom) -> None:
    corner = phantom.hu[:, :20, :20]
    profile = smooth(phantom.hu)[12, :, 128]
    skin = int(np.argmax(profile > -300))

    assert -1024 <= corner.min() and abs(corner.mean() + 1000) < 15
    assert -130 < profile[skin + 3 : skin + 7].min() < -60


def test_nothing_hangs_in_the_air_before_the_body(phantom: Phantom) -> None:
    for hu in smooth(phantom.hu)[4:20]:
        skin = int(np.argmax((hu > -300).any(1)))
        assert hu[: skin - 6].max() < -950


def test_noise_is_correlated_as_in_ct() -> None:
    """Neighbouring pixels vary together, and slow variation is weak: it is not white."""
    phantom = make_phantom(5, (1, 512, 512), (5.0, 0.75, 0.75), lesions=0)

    air = phantom.hu[0, :60, :60].astype(np.float64)
    air -= air.mean()

    assert 2 < air.std() < 12
    assert (air[:, 1:] * air[:, :-1]).mean() / air.var() > 0.3
    # The ramp filter leaves little power at low frequencies; a plain blur would leave over 0.3.
    assert air.reshape(6, 10, 6, 10).mean((1, 3)).std() < 0.25 * air.std()


@pytest.mark.parametrize("seed", [40, 41])
def test_noise_in_the_liver_is_that_of_an_abdominal_ct(seed: int) -> None:
    phantom = make_phantom(seed, (2, 512, 512), (5.0, 0.75, 0.75), lesions=0)

    patches = phantom.hu[0, 150:350, 80:200].reshape(20, 10, 12, 10).std((1, 3))

    assert 7 < np.median(patches) < 21
