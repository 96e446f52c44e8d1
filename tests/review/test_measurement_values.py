"""Lengths, angles, areas, HU and volumes against what is known of the phantoms by hand."""

from math import pi

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.review.annotations.annotation import Annotation
from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.finding import Finding, Origin, OriginKind
from lesion_viewer.review.measurements.strokes import handles, moved, with_handle
from lesion_viewer.review.measurements.values import PixelGrid, hu_along, measure
from lesion_viewer.review.measurements.volumes import FindingVolume, Outline, volumes_of
from lesion_viewer.review.recist import Axes
from tests.review.measured_series import PLAIN, SHAPE, oblique, series_of, tilted

GRIDS = pytest.mark.parametrize("grid", [PLAIN, oblique(), tilted()], ids=["plain", "20°", "tilt"])
NOBODY = Origin(OriginKind.READER, "ann")


@GRIDS
def test_lengths_angles_and_areas_are_those_in_the_patient(grid: NDArray[np.float64]) -> None:
    steps = PixelGrid.of(series_of(grid), 4)
    # 50 columns of .6 mm are 30 mm, 44.4 rows of .9 mm are 40 mm.
    line = measure(Line((10, 10), (60, 10 + 40 / 0.9)), steps, None)
    assert (line.length, line.is_mm) == (pytest.approx(50), True)
    # 45 degrees in mm: 30 mm across, 30 mm down.
    angle = measure(Angle((60, 10), (10, 10), (60, 10 + 30 / 0.9)), steps, None)
    assert angle.degrees == pytest.approx(45)
    # 30 mm by 20 columns; the longer one in mm comes first, though it has fewer pixels.
    both = measure(Diameters(Axes((10, 10, 50, 10), (10, 10, 10, 10 + 30 / 0.9))), steps, None)
    assert (both.length, both.short) == (pytest.approx(30), pytest.approx(24))
    ellipse = measure(Ellipse((60, 40), (25, 10)), steps, None)
    assert ellipse.area == pytest.approx(pi * 15 * 9)
    assert measure(Rectangle(Box(10, 10, 60, 30)), steps, None).area == pytest.approx(30 * 18)


def test_each_slice_is_measured_by_its_own_pixel_spacing() -> None:
    count = SHAPE[0]
    positions = np.outer(np.arange(count), (0, 0, 2.5))
    across = np.outer(np.linspace(0.6, 1.2, count), (1, 0, 0))
    down = np.outer(np.full(count, 0.9), (0, 1, 0))
    series = series_of(None, geometry=SeriesGeometry(positions, across, down, SHAPE[1:]))
    line = Line((10, 10), (60, 10))
    lengths = [measure(line, PixelGrid.of(series, i), None).length for i in (0, count - 1)]
    assert lengths == [pytest.approx(30), pytest.approx(60)]


def test_without_a_spacing_nothing_is_in_mm() -> None:
    unknown = series_of(None, spacing_mm=None)
    steps = PixelGrid.of(unknown, 0)
    line = measure(Line((0, 0), (30, 40)), steps, None)
    assert (line.is_mm, line.length) == (False, 50)
    assert measure(Angle((60, 10), (10, 10), (60, 60)), steps, None).degrees is None
    assert measure(Rectangle(Box(0, 0, 4, 5)), steps, None).area == 20
    boxes = {i: Box(10, 10, 30, 30) for i in range(5)}
    assert volumes_of(Finding("f", "S1", NOBODY, boxes), unknown) == ()


def test_hu_in_a_region_are_of_the_pixels_whose_centres_lie_inside() -> None:
    row, column = np.mgrid[:80, :120]
    hu = np.where((row + column) % 2, 100, 0).astype(np.int16)  # a chessboard
    steps = PixelGrid.of(series_of(PLAIN), 0)
    inside = measure(Rectangle(Box(10.4, 20.4, 20.6, 26.6)), steps, hu).hu
    assert inside is not None
    # Centres 10.5 to 20.5 and 20.5 to 26.5: 11 x 7 pixels, of which 39 are as the corner one: 0.
    assert inside.pixels == 77
    assert inside.mean == pytest.approx(100 * 38 / 77)
    assert inside.sd == pytest.approx(100 * (38 * 39) ** 0.5 / 77)
    assert (inside.lowest, inside.highest) == (0, 100)
    assert measure(Rectangle(Box(10.6, 20.6, 11.4, 21.4)), steps, hu).hu is None, "no centre"


@pytest.mark.parametrize("angle", [0.0, 0.5])
def test_an_ellipse_has_the_pixels_of_its_own_equation(angle: float) -> None:
    rng = np.random.default_rng(1)
    hu = rng.integers(-200, 200, (80, 120)).astype(np.int16)
    ellipse = Ellipse((60.2, 41.1), (21, 9), angle)
    values = []
    for row in range(80):
        for column in range(120):
            away = complex(column + 0.5 - 60.2, row + 0.5 - 41.1) * np.exp(-1j * angle)
            if (away.real / 21) ** 2 + (away.imag / 9) ** 2 <= 1:
                values.append(int(hu[row, column]))
    found = measure(ellipse, PixelGrid.of(series_of(PLAIN), 0), hu).hu
    assert found is not None
    assert (found.pixels, found.lowest, found.highest) == (len(values), min(values), max(values))
    assert found.mean == pytest.approx(sum(values) / len(values))
    assert found.sd == pytest.approx(float(np.std(values)))


def test_a_mask_and_a_region_over_the_edge_have_the_pixels_that_there_are() -> None:
    hu = np.arange(80 * 120).reshape(80, 120).astype(np.int16)
    steps, pixels = PixelGrid.of(series_of(PLAIN), 0), np.zeros((80, 120), bool)
    pixels[[3, 3, 7], [4, 5, 9]] = True
    mask = measure(Mask.of(pixels), steps, hu)
    assert mask.hu is not None and mask.hu.pixels == 3
    assert mask.hu.mean == pytest.approx((364 + 365 + 849) / 3)
    assert mask.area == pytest.approx(3 * 0.54)
    over = measure(Ellipse((0, 0), (1.6, 1.6)), steps, hu).hu
    assert over is not None and over.pixels == 3 and over.highest == 120


def test_hu_along_a_line_are_interpolated_between_the_centres_of_pixels() -> None:
    row, column = np.mgrid[:80, :120]
    hu = (10 * column - 3 * row).astype(np.int16)
    steps = PixelGrid.of(series_of(PLAIN), 0)
    line = Profile((10.25, 20.5), (60.25, 70.1))
    along = hu_along(hu, line.start, line.end, steps)
    share = np.linspace(0, 1, len(along.hu))
    x, y = 10.25 + 50 * share - 0.5, 20.5 + 49.6 * share - 0.5
    assert np.allclose(along.hu, 10 * x - 3 * y)
    assert along.unit == "mm"
    assert along.away[0] == 0
    assert along.away[-1] == pytest.approx(np.hypot(50 * 0.6, 49.6 * 0.9))
    assert len(along.hu) > 2 * 70
    beyond = hu_along(hu, (0, 0.5), (0.5, 0.5), steps)
    assert set(beyond.hu) == {0.0}, "the outermost value goes on to the edge"


def test_the_edge_of_a_plate_is_half_way_between_its_pixels() -> None:
    hu = np.full((80, 120), -100, np.int16)
    hu[:, 40:60] = 57
    along = hu_along(hu, (30, 40), (50, 40), PixelGrid.of(series_of(PLAIN), 0))
    middle = along.away[np.argmin(np.abs(along.hu - (57 - 100) / 2))]
    assert middle == pytest.approx(10 * 0.6, abs=0.01)
    assert (along.hu[0], along.hu[-1]) == (-100, 57)


def sphere(grid: NDArray[np.float64], radius_mm: float) -> NDArray[np.bool_]:
    """Voxels whose centres lie in a sphere about the middle voxel's centre."""
    k, j, i = np.mgrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]].astype(float)
    away = np.stack([i - 59, j - 39, k - 15], -1) @ grid[:3, :3].T
    return np.asarray((away**2).sum(-1) <= radius_mm**2)


def found_in(voxels: NDArray[np.bool_]) -> Finding:
    """A finding with tight boxes, and masks, of the voxels."""
    boxes, drawn = {}, {}
    for i in np.flatnonzero(voxels.any((1, 2))).tolist():
        rows, columns = voxels[i].any(1).nonzero()[0], voxels[i].any(0).nonzero()[0]
        boxes[i] = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        drawn[f"1.{i}"] = Annotation(f"1.{i}", i, Mask.of(voxels[i]))
    return Finding("f", "S1", NOBODY, boxes, annotations=drawn)


@GRIDS
def test_the_volume_of_a_sphere_is_told_from_boxes_and_from_its_mask(
    grid: NDArray[np.float64],
) -> None:
    ml = 4 / 3 * pi * 20**3 / 1000
    from_boxes, from_mask = volumes_of(found_in(sphere(grid, 20)), series_of(grid))
    assert (from_boxes.outline, from_mask.outline) == (Outline.BOXES, Outline.MASK)
    assert from_boxes.slices == from_mask.slices == (sphere(grid, 20).any((1, 2))).sum()
    assert from_mask.ml == pytest.approx(ml, rel=0.01)
    # Boxes reach to the edges of pixels, so that they are up to a pixel too wide and too high.
    assert from_boxes.ml == pytest.approx(ml, rel=0.06)
    assert from_boxes.ml > from_mask.ml


def test_a_volume_is_told_only_where_every_slice_between_is_outlined() -> None:
    series = series_of(PLAIN)

    def told(*slices: int) -> tuple[FindingVolume, ...]:
        return volumes_of(
            Finding("f", "S1", NOBODY, dict.fromkeys(slices, Box(0, 0, 10, 20))), series
        )

    assert told(4) == (), "one slice says nothing of what lies beyond it"
    assert told(4, 6) == ()
    (three,) = told(4, 5, 6)
    assert three.ml == pytest.approx(pi / 4 * 6 * 18 * 7.5 / 1000)


def test_a_slice_stands_for_half_the_way_to_those_beside_it() -> None:
    positions = np.zeros((SHAPE[0], 3))
    positions[:, 2] = np.append([0.0, 2.0, 6.0], np.arange(7.0, 7.0 + SHAPE[0] - 3))
    across, down = np.array([[0.6, 0, 0]]), np.array([[0, 0.9, 0]])
    series = series_of(None, geometry=SeriesGeometry(positions, across, down, SHAPE[1:]))
    boxes = {i: Box(0, 0, 10, 10) for i in (1, 2)}
    (volume,) = volumes_of(Finding("f", "S1", NOBODY, boxes), series)
    assert volume.ml == pytest.approx(pi / 4 * 6 * 9 * (3 + 2.5) / 1000)


@pytest.mark.parametrize(
    "shape",
    [
        Line((1, 2), (4, 6)), Profile((1, 2), (4, 6)), Angle((1, 1), (2, 4.5), (6, 1)),
        Rectangle(Box(1, 2, 5, 9)), Ellipse((10, 12), (6, 3), 0.4),
        Diameters(Axes((1, 1, 9, 1), (4, 0, 4, 3))),
    ],
    ids=lambda shape: shape.kind,
)  # fmt: skip
def test_a_shape_moved_by_its_handles_or_whole_keeps_what_was_not_touched(shape: Line) -> None:
    away = moved(shape, 3, -1)
    for (x, y), (to_x, to_y) in zip(shape.points, away.points, strict=True):
        assert (to_x - x, to_y - y) == (pytest.approx(3), pytest.approx(-1))
    for number, (x, y) in enumerate(handles(shape)):
        assert np.allclose(with_handle(shape, number, (x, y)).points, shape.points, atol=1e-9)
        other = with_handle(shape, number, (x + 0.25, y + 0.25))
        assert type(other) is type(shape)
        near = np.linalg.norm(np.subtract(handles(other), (x + 0.25, y + 0.25)), axis=1)
        assert near.min() < 1e-9, "the handle is where the mouse is"
