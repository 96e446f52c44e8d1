"""A line for CT that is unlike what the detector has seen."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from lesion_viewer.cli import main
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.identity import DetectorInfo, SeenRange
from lesion_viewer.detection.installed import find_detector
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.detection.unlike import line_of, look_of, spread, unlike_seen

SEEN = (
    SeenRange("liver_hu", 67, 140),
    SeenRange("noise_hu", 8, 20),
    SeenRange("grain", 0.3, 0.6),
    SeenRange("slice_mm", 3, 5),
    SeenRange("pixel_mm", 0.75, 0.95),
    SeenRange("field_mm", 300, 420),
)
USUAL = {"liver_hu": 110.0, "noise_hu": 15, "grain": 0.4, "slice_mm": 1.6, "pixel_mm": 0.57,
         "field_mm": 292}  # fmt: skip

MakeVolume = Callable[..., CTVolume]


def liver_of(hu: float, noise: float, make_volume: MakeVolume, mm: float = 0.8) -> CTVolume:
    """Three slices of liver everywhere, with white noise."""
    rng = np.random.default_rng(1)
    voxels = rng.normal(hu, noise, (3, 200, 200)).round().astype(np.int16)
    return make_volume(voxels, (5.0, mm, mm))


def all_of(volume: CTVolume) -> SliceMask:
    mask = SliceMask.of(np.ones(volume.series.shape[1:], bool))
    assert mask is not None
    return mask


def test_attenuation_and_noise_of_the_liver_are_those_it_was_made_with(
    make_volume: MakeVolume,
) -> None:
    volume = liver_of(48, 12, make_volume)
    look = look_of(volume, 1, all_of(volume))
    assert look is not None
    assert look["liver_hu"] == pytest.approx(48, abs=1)
    assert look["noise_hu"] == pytest.approx(12, rel=0.05)


def test_vessels_and_the_slope_of_a_coil_are_no_noise(make_volume: MakeVolume) -> None:
    volume = liver_of(100, 10, make_volume)
    volume.voxels[1, 100:105] += 60
    volume.voxels[1] += np.linspace(0, 40, 200).astype(np.int16)
    look = look_of(volume, 1, all_of(volume))
    assert look is not None and look["noise_hu"] == pytest.approx(10, rel=0.15)


def test_a_smooth_kernel_leaves_coarser_noise_than_a_sharp_one(make_volume: MakeVolume) -> None:
    rng = np.random.default_rng(2)
    grains = []
    for blur_px in (0.0, 1.5):
        noise = ndimage.gaussian_filter(rng.normal(0, 1, (3, 200, 200)), (0, blur_px, blur_px))
        voxels = (100 + 15 * noise / noise.std()).round().astype(np.int16)
        volume = make_volume(voxels, (5.0, 0.8, 0.8))
        look = look_of(volume, 1, all_of(volume))
        assert look is not None
        grains.append(look["grain"])
    assert grains[0] < 0.4 < 0.6 < grains[1]


def test_too_little_liver_tells_nothing(make_volume: MakeVolume) -> None:
    volume = liver_of(100, 10, make_volume)
    tip = SliceMask.of(np.ones((12, 12), bool), 50, 50)
    assert tip is not None and look_of(volume, 1, tip) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"liver_hu": 48.4}, "no contrast agent, or little: liver 48 HU, learned on 67 to 140 HU"),
        ({"liver_hu": 160}, "bright: liver 160 HU, learned on 67 to 140 HU"),
        ({"noise_hu": 31}, "noisy: 31 HU in the liver, learned on 8 to 20 HU"),
        ({"grain": 0.2}, "sharp kernel: 20 % of the noise is coarse, learned on 30 to 60 %"),
        ({"grain": 0.8}, "smooth kernel: 80 % of the noise is coarse, learned on 30 to 60 %"),
        ({"slice_mm": 8}, "slices 8 mm apart, learned on up to 5 mm"),
        ({"pixel_mm": 1.5}, "pixels of 1.50 mm, learned on 0.75 to 0.95 mm"),
        ({"field_mm": 180}, "field of view 180 mm, learned on 300 to 420 mm"),
    ],
)
def test_the_line_names_what_is_unlike_and_by_how_much(
    changes: dict[str, float], said: str
) -> None:
    assert line_of({**USUAL, **changes}, "liver", SEEN) == (f"Unlike what liver has seen: {said}.")


def test_usual_ct_thin_slices_and_little_noise_get_no_line() -> None:
    assert line_of(USUAL, "liver", SEEN) is None
    assert line_of({**USUAL, "noise_hu": 4, "field_mm": 500}, "liver", SEEN) is None
    # 7 mm is the limit, as 5 mm was learned on.
    assert line_of({**USUAL, "slice_mm": 7.0}, "liver", SEEN) is None


def test_the_largest_difference_comes_first_in_the_one_line() -> None:
    line = line_of({**USUAL, "slice_mm": 7.5, "liver_hu": 20}, "liver", SEEN)
    assert line is not None and "\n" not in line
    assert line.index("liver 20 HU") < line.index("7.5 mm apart")


def test_a_series_is_told_by_the_middle_of_its_slices(make_volume: MakeVolume) -> None:
    volume = liver_of(45, 10, make_volume)
    detector = DetectorInfo("liver", "1", seen=SEEN)
    livers = {i: all_of(volume) for i in range(3)}
    assert "liver 45 HU" in str(unlike_seen(volume, livers, detector))
    assert unlike_seen(volume, livers, DetectorInfo("liver", "1")) is None
    assert spread(range(10, 60)) == [15, 25, 35, 45, 55]


@pytest.mark.realdata
def test_the_command_names_ct_of_coarse_pixels_and_not_case_1(
    real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ct = real_data / "totalsegmentator/example_ct.nii.gz"
    output = ["--model", "geometric", "--output", str(tmp_path / "found.csv")]
    assert main(["detect", str(ct), "--slices", "88:92", *output]) == 0
    said = capsys.readouterr().err
    assert "Unlike what geometric has seen: pixels of 3.00 mm, learned on 0.76 to 0.94 mm" in said
    case = real_data / "ircadb01/case01/DICOM"
    assert main(["detect", str(case), "--slices", "60:63", *output]) == 0
    assert "Unlike" not in capsys.readouterr().err


def test_bundled_detectors_say_what_they_have_seen() -> None:
    for name in ("liver", "geometric"):
        seen = {one.trait: (one.low, one.high) for one in find_detector(name).info().seen}
        assert 35 < seen["liver_hu"][0] < 59 and seen["slice_mm"][1] <= 5
