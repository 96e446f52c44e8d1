"""Volumes of what a detector marks, by hand, however the series is stored."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.review.annotations.annotation import Annotation
from lesion_viewer.review.annotations.shapes import Mask
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.measurements.organ_volume import liver_volume
from lesion_viewer.review.measurements.volumes import Outline, volumes_of
from tests.review.marked import MODEL
from tests.review.measured_series import PLAIN, SHAPE, oblique, series_of, tilted

GRIDS = pytest.mark.parametrize("grid", [PLAIN, oblique(), tilted()], ids=["plain", "20°", "tilt"])
COUNT = SHAPE[0]
# 200 pixels of .54 mm2 and 2.5 mm are .27 ml.
BLOCK = SliceMask.of(np.ones((10, 20), bool), 30, 40)
SLICE_ML = 0.27


def block() -> SliceMask:
    assert BLOCK is not None
    return BLOCK


def finding(slices: range) -> Finding:
    boxes = dict.fromkeys(slices, Box(30, 40, 50, 50))
    return Finding("f", "S1", MODEL, boxes, boxes, masks=dict.fromkeys(slices, block()))


@GRIDS
def test_a_marked_lesion_has_the_volume_of_its_voxels(grid: NDArray[np.float64]) -> None:
    _, volume = volumes_of(finding(range(3, 7)), series_of(grid))
    assert (volume.outline, volume.slices) == (Outline.DETECTOR, 4)
    assert volume.ml == pytest.approx(4 * SLICE_ML)


def test_a_volume_that_is_in_part_the_readers_says_so() -> None:
    one, pixels = finding(range(3, 7)), np.zeros(SHAPE[1:], bool)
    pixels[40:45, 30:50] = True  # half of the block
    drawn = {"1.2": Annotation("1.2", 4, Mask.of(pixels))}
    mixed = Finding("f", "S1", MODEL, one.boxes, one.boxes, masks=one.masks, annotations=drawn)
    _, volume = volumes_of(mixed, series_of(PLAIN))
    assert (volume.outline, volume.slices) == (Outline.MIXED, 4)
    assert volume.ml == pytest.approx(3.5 * SLICE_ML)


@GRIDS
def test_the_liver_has_the_volume_of_its_voxels_with_slices_between_left_out(
    grid: NDArray[np.float64],
) -> None:
    livers = dict.fromkeys((4, 5, 8), block())
    volume = liver_volume(livers, range(COUNT), series_of(grid))
    assert volume is not None and volume.is_whole and volume.slices == 3
    assert volume.ml == pytest.approx(3 * SLICE_ML)


def test_a_liver_that_is_searched_in_part_or_cut_by_the_scan_is_not_whole() -> None:
    series = series_of(PLAIN)
    searched = liver_volume({4: block()}, range(10), series)
    assert searched is not None and (searched.searched, searched.total) == (10, COUNT)
    assert not searched.is_whole
    for end in (0, COUNT - 1):
        cut = liver_volume({end: block()}, range(COUNT), series)
        assert cut is not None and cut.is_cut and not cut.is_whole


def test_each_slice_counts_for_its_own_share_of_the_stack() -> None:
    steps = np.full(COUNT - 1, 2.5)
    steps[10:] = 7.5
    positions = np.outer(np.append(0, np.cumsum(steps)), (0, 0, 1))
    geometry = SeriesGeometry(
        positions,
        np.outer(np.full(COUNT, 0.6), (1, 0, 0)),
        np.outer(np.full(COUNT, 0.9), (0, 1, 0)),
        SHAPE[1:],
    )
    livers = dict.fromkeys((5, 20), block())
    volume = liver_volume(livers, range(COUNT), series_of(None, geometry=geometry))
    assert volume is not None and volume.ml == pytest.approx(4 * SLICE_ML)


def test_without_a_spacing_no_volume_is_told() -> None:
    series = series_of(None, spacing_mm=None)
    assert liver_volume({4: block()}, range(COUNT), series) is None
    assert not volumes_of(finding(range(3, 7)), series)
