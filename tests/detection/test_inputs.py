"""From HU to what a model sees, and boxes back."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from torch.nn import functional

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.errors import DetectionError

LIVER = Window.from_limits(-175, 275)  # DeepLesion's window for 97 % of the liver lesions


def slices_of_value(count: int) -> np.ndarray:
    """Slice i is -175 + i HU everywhere, so a channel tells which slice it is."""
    return np.broadcast_to(np.arange(count)[:, None, None] - 175, (count, 4, 4)).astype(np.int16)


def seen_slices(count: int, slice_index: int, definition: InputDefinition, **more) -> list[int]:
    spacing = more.pop("spacing_mm", (5.0, 1.0, 1.0))
    image = model_input(slices_of_value(count), slice_index, spacing, definition, **more).image
    return [round(value * 450) for value in image[:, 0, 0].tolist()]


def test_the_windows_limits_become_0_and_1_and_the_rest_is_clipped() -> None:
    hu = np.array([[[-1000, -175, 50, 275, 3000]]], np.int16)
    image = model_input(hu, 0, None, InputDefinition(LIVER, slices=1)).image
    assert image.tolist() == [[[0, 0, 0.5, 1, 1]]]


def test_channels_are_the_slice_between_its_neighbours() -> None:
    assert seen_slices(9, 4, InputDefinition(LIVER)) == [3, 4, 5]


@pytest.mark.parametrize(("index", "seen"), [(0, [0, 0, 1]), (8, [7, 8, 8])])
def test_at_the_ends_the_nearest_slice_stands_for_the_missing_one(
    index: int, seen: list[int]
) -> None:
    assert seen_slices(9, index, InputDefinition(LIVER)) == seen


def test_an_isolated_slice_is_its_own_neighbour() -> None:
    assert seen_slices(1, 0, InputDefinition(LIVER, slices=9)) == [0] * 9


def test_a_step_in_mm_takes_the_nearest_slice_of_every_channel() -> None:
    # Wanted at -8, -6 ... 8 mm, slices every 5 mm: -1.6, -1.2, -0.8, -0.4, 0 ... slices away.
    definition = InputDefinition(LIVER, slices=9, step_mm=2)
    assert seen_slices(9, 4, definition) == [2, 3, 3, 4, 4, 4, 5, 5, 6]


def test_a_step_in_mm_skips_thin_slices() -> None:
    definition = InputDefinition(LIVER, step_mm=5)
    assert seen_slices(20, 10, definition, spacing_mm=(1.25, 1, 1)) == [6, 10, 14]


def interpolated(
    spacing_mm: float, step_mm: float = 2, index: int = 20, missing: tuple[int, ...] = ()
) -> list[float]:
    """Which slice each of nine interpolated channels shows, as a number between two slices."""
    definition = InputDefinition(
        Window.from_limits(-175, 275), slices=9, step_mm=step_mm, is_interpolated=True
    )
    voxels, spacing = slices_of_value(41) * 5 + 700, (spacing_mm, 1.0, 1.0)
    image = model_input(voxels, index, spacing, definition, missing).image
    return [round(value * 90, 3) for value in image[:, 0, 0].tolist()]


@pytest.mark.parametrize("spacing_mm", [5.0, 3.0, 2.0, 1.6, 1.25, 0.8])
def test_each_interpolated_channel_has_the_shares_of_its_own_distance(spacing_mm: float) -> None:
    """Wanted at -8, -6 ... 8 mm: one weight for all would be right for the first beside it only."""
    wanted = [20 + place * 2 / spacing_mm for place in range(-4, 5)]
    assert interpolated(spacing_mm) == pytest.approx(wanted, abs=2e-3)


def test_interpolated_channels_end_with_the_volume_and_do_without_missing_slices() -> None:
    assert interpolated(5, index=0)[:5] == [0] * 5
    # 18.8 and 19.2 lie beside 19, for which 20 stands; 18.4 is made of 18 and of 20.
    seen = interpolated(5, missing=(19,))
    assert seen[:4] == pytest.approx([18 + 2 * 0.4, 18 + 2 * 0.8, 20, 20], abs=2e-3)


def test_hu_are_interpolated_before_the_window_clips_them() -> None:
    hu = np.array([[[-975]], [[275]], [[275]]], np.int16)
    definition = InputDefinition(LIVER, slices=3, step_mm=2.5, is_interpolated=True)
    image = model_input(hu, 1, (5.0, 1.0, 1.0), definition).image
    assert image[:, 0, 0].tolist() == [0, 1, 1]  # (-975 + 275) / 2 = -350 HU, under the window


@pytest.mark.parametrize("count", [1, 7])
def test_the_slices_to_read_are_those_that_channels_are_made_of(count: int) -> None:
    definition = InputDefinition(LIVER, slices=9, step_mm=2, is_interpolated=True)
    needed = set(definition.neighbours.around(3 % count, count, (5.0, 1, 1)))
    assert needed == ({0} if count == 1 else {1, 2, 3, 4, 5})


def test_the_nearest_slice_that_was_read_stands_for_one_that_was_not() -> None:
    assert seen_slices(9, 4, InputDefinition(LIVER), missing={5: "damaged"}) == [3, 4, 4]
    assert seen_slices(9, 4, InputDefinition(LIVER), missing={3: "damaged", 4: ""}) == [2, 5, 5]


def test_an_image_is_resampled_to_the_pixel_size_as_pillow_shrinks_it() -> None:
    rng = np.random.default_rng(0)
    hu = rng.integers(-175, 275, (1, 60, 90), np.int16)
    definition = InputDefinition(LIVER, slices=1, pixel_mm=1.5)
    seen = model_input(hu, 0, (5.0, 0.75, 1.0), definition)
    grey = Image.fromarray((hu[0] + 175).astype(np.float32) / 450)
    expected = np.asarray(grey.resize((60, 30), Image.Resampling.BILINEAR))
    np.testing.assert_allclose(seen.image[0], expected, atol=1e-5)
    assert (seen.scale_x, seen.scale_y) == pytest.approx((2 / 3, 1 / 2))


@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 300), st.integers(1, 300)),
    st.tuples(st.floats(0.3, 4), st.floats(0.3, 4)),
    st.integers(0, 99),
)
def test_an_image_is_resampled_as_torch_does_it_in_double_precision(
    shape: tuple[int, int], pixel: tuple[float, float], seed: int
) -> None:
    """In single precision torch itself is up to 5e-5 off, by the rounding of its places."""
    hu = np.random.default_rng(seed).integers(-175, 275, (1, *shape), np.int16)
    seen = model_input(hu, 0, (5.0, *pixel), InputDefinition(LIVER, slices=1, pixel_mm=1.0))
    size = seen.image.shape[1:]
    assume(min(size) > 1)  # to one row or column torch does not average
    grey = torch.from_numpy((hu + 175) / 450)[None]
    (expected,) = functional.interpolate(
        grey, size, mode="bilinear", align_corners=False, antialias=True
    )
    np.testing.assert_allclose(seen.image, expected.numpy(), atol=1e-6)


@pytest.mark.realdata
def test_a_real_slice_is_resampled_as_torch_does_it(real_data: Path) -> None:
    (series,) = open_study(real_data / "ircadb01" / "case01" / "DICOM").series
    hu = series.decode(60)[None]
    definition = InputDefinition(Window(300, 70), slices=1, pixel_mm=0.92)
    seen = model_input(hu, 0, series.spacing_mm, definition)
    grey = torch.from_numpy((hu.astype(np.float64) + 80) / 300).clamp(0, 1)[None]
    (expected,) = functional.interpolate(
        grey, seen.image.shape[1:], mode="bilinear", align_corners=False, antialias=True
    )
    np.testing.assert_allclose(seen.image, expected.numpy(), atol=1e-6)


def test_without_a_spacing_pixels_count_as_eight_tenths_of_a_millimetre() -> None:
    definition = InputDefinition(LIVER, pixel_mm=1.6)
    assert definition.size_of(512, 512, None) == (256, 256)


def test_a_large_image_is_shrunk_to_the_largest_side() -> None:
    definition = InputDefinition(LIVER, max_side=512)
    assert definition.size_of(1024, 768, (5, 0.5, 0.5)) == (512, 384)


def test_a_bright_square_is_where_its_mapped_box_says() -> None:
    hu = np.full((1, 100, 80), -175, np.int16)
    hu[0, 20:60, 10:30] = 275
    seen = model_input(hu, 0, (5, 1, 1), InputDefinition(LIVER, slices=1, pixel_mm=2))
    (x1, y1, x2, y2) = seen.boxes_to_input(np.array([[10, 20, 30, 60]]))[0]
    assert (x1, y1, x2, y2) == (5, 10, 15, 30)
    # The filter softens one pixel on each side of an edge; inside all is bright, outside dark.
    assert seen.image[0, 11:29, 6:14].min() == 1
    assert seen.image.sum() == pytest.approx(200, rel=0.01)


@given(
    st.tuples(st.integers(20, 600), st.integers(20, 600)),
    st.tuples(st.floats(0.3, 2), st.floats(0.3, 2)),
    st.floats(0.4, 3),
    st.lists(st.tuples(*[st.floats(0, 600)] * 4), max_size=3),
)
def test_boxes_map_to_the_input_and_back(
    shape: tuple[int, int], pixel: tuple[float, float], pixel_mm: float, boxes: list[tuple]
) -> None:
    definition = InputDefinition(LIVER, slices=1, pixel_mm=pixel_mm, max_side=256)
    seen = model_input(np.zeros((1, *shape), np.int16), 0, (5, *pixel), definition)
    given_boxes = np.array(boxes, np.float32).reshape(-1, 4)
    back = seen.boxes_to_image(seen.boxes_to_input(given_boxes))
    np.testing.assert_allclose(back, given_boxes, rtol=1e-5, atol=1e-3)


def test_a_definition_reads_back_from_plain_types() -> None:
    definition = InputDefinition(LIVER, slices=9, step_mm=2.0, pixel_mm=0.8, max_side=640)
    assert InputDefinition.from_dict(definition.to_dict()) == definition


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"window": {"width": 0, "level": 0}},
        {"window": {"width": 400, "level": 40}, "colours": 3},
        {"window": {"width": 400, "level": 40}, "slices": 2},
        {"window": {"width": 400, "level": 40}, "pixel_mm": -1},
        {"window": {"width": 400, "level": 40}, "step_mm": "far"},
    ],
)
def test_a_definition_that_cannot_be_used_is_refused_in_one_line(entries: dict) -> None:
    with pytest.raises(DetectionError) as refusal:
        InputDefinition.from_dict(entries)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("slice_mm", [1.6, 1.60000002, 1.59999998, 1.6003])
def test_a_slice_distance_that_a_header_rounds_chooses_the_same_neighbours(slice_mm: float) -> None:
    definition = InputDefinition(Window(300, 70), slices=3, step_mm=4.0)
    assert definition.neighbours.around(10, 30, (slice_mm, 1.0, 1.0)) == (8, 10, 12)
