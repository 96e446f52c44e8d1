"""The ideal observer: detectability by hand, and which painted lesions it finds."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk

from training.recipe.synthesis_data import SynthesisData
from training.synthesis.ideal_observer import CLUTTER, NOISE, detectability, sought_lesions
from training.synthesis.painting import Scene
from training.synthesis.synthetic_scans import SynthesisSource


@pytest.mark.parametrize("columns", [30, 31])
def test_in_white_noise_it_is_contrast_times_the_root_of_the_pixels_over_the_noise(
    columns: int,
) -> None:
    signal = np.zeros((24, columns))
    signal[4:9, 3:8] = 6.0
    power = np.full((24, columns // 2 + 1), 3.0**2)
    assert detectability([signal], power) == pytest.approx(6 * 5 / 3)
    assert detectability([signal, signal], power) == pytest.approx(6 * 5 / 3 * np.sqrt(2))


class OfNoise(SynthesisSource):
    """Scans whose scanner has another noise."""

    noise_hu = 5.0

    def scene(self, number: int) -> Scene:
        """The scene with that noise."""
        scene = super().scene(number)
        return replace(scene, scanner=replace(scene.scanner, noise_hu=self.noise_hu))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> OfNoise:
    z, y, x = np.meshgrid(*(np.arange(n) for n in (40, 84, 116)), indexing="ij", sparse=True)
    labels = np.zeros((40, 84, 116), np.uint8)
    labels[np.broadcast_to(((y - 42) / 40) ** 2 + ((x - 58) / 56) ** 2 < 1, labels.shape)] = 1
    labels[((z - 20) / 19) ** 2 + ((y - 40) / 26) ** 2 + ((x - 34) / 24) ** 2 < 1] = 11
    image = sitk.GetImageFromArray(labels)
    image.SetSpacing((3.0, 3.0, 3.0))
    folder = tmp_path_factory.mktemp("anatomy")
    sitk.WriteImage(image, folder / "case01.nii.gz")
    seeds = (3, 7)
    return OfNoise(SynthesisData(seeds, seeds, str(folder), outside=0.0, small=1.0), seeds)


def test_more_noise_hides_lesions_that_are_found_in_little(source: OfNoise) -> None:
    sought = {}
    for noise_hu in (1.0, 12.0):
        source.noise_hu = noise_hu
        # What too much noise hides is not labelled: the scans' boxes are those that both show.
        sought[noise_hu] = {
            (one.scan, one.slice_index, one.diameter_mm, round(one.contrast_hu, 3)): one
            for one in sought_lesions(source, 12)
        }
    both = sought[1.0].keys() & sought[12.0].keys()
    assert len(both) >= 3
    for key in both:
        little, much = sought[1.0][key], sought[12.0][key]
        assert little.detectability[NOISE] > 3 * much.detectability[NOISE]
        assert little.detectability[NOISE] >= little.detectability[CLUTTER]
        assert key[2] < 12
    assert all(sought[1.0][key].is_found[NOISE] for key in both)
