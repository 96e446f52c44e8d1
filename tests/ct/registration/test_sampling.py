"""Where a voxel counts once a CT lies on an even grid."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.ct.registration.sampling import Grid, coarser, sampled
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from tests.ct.registration.moved_phantoms import volume_of

SHAPE = (12, 40, 40)


def stack(positions: list[tuple[float, float, float]], turn_deg: float = 0.0) -> SeriesGeometry:
    """Slices of 1.5 x 2 mm pixels, turned about x: oblique."""
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    return SeriesGeometry(
        np.array(positions, float) @ turn.T,
        np.array([[1.5, 0, 0]]) @ turn.T,
        np.array([[0, 2.0, 0]]) @ turn.T,
        SHAPE[1:],
    )


def brightest_mm(grid: Grid) -> NDArray[np.float64]:
    """The middle of what is bright, in mm of the patient."""
    bright = np.maximum(grid.values, 0).astype(float)
    at = np.argwhere(bright > 0)
    weights = bright[tuple(at.T)]
    return (grid.places(at) * weights[:, None]).sum(0) / weights.sum()


even = [(0.0, 0.0, 3.0 * i) for i in range(12)]
tilted = [(0.0, 1.1 * i, 3.0 * i) for i in range(12)]
uneven: list[tuple[float, float, float]] = [
    (0.0, 0.0, z) for z in (0.0, 3, 6, 9, 12, 18, 24, 27, 30, 33, 36, 39)
]


@pytest.mark.parametrize(
    "geometry",
    [stack(even), stack(tilted), stack(uneven), stack(even, 20), stack(tilted, -15)],
    ids=["even", "tilted gantry", "unequal spacing", "oblique by 20", "tilted and oblique"],
)
def test_a_block_lies_where_its_slices_say(geometry: SeriesGeometry) -> None:
    hu = np.full(SHAPE, -100, np.int16)
    hu[4:6, 16:24, 12:20] = 300
    grid = sampled(volume_of(hu, (3.0, 2.0, 1.5), geometry), 3.0, lambda: True)
    ends = [geometry.point(i, 16.0, 20.0) for i in (4, 5)]
    assert brightest_mm(grid) == pytest.approx(np.mean(ends, axis=0), abs=0.8)
    middle = brightest_mm(coarser(grid, 2))
    assert middle == pytest.approx(np.mean(ends, axis=0), abs=1.6)


def test_a_wide_gap_between_slices_is_unknown_not_made_up() -> None:
    hu = np.zeros(SHAPE, np.int16)
    positions = [(0.0, 0.0, 3.0 * i + (40 if i > 5 else 0)) for i in range(12)]
    grid = sampled(volume_of(hu, (3.0, 2.0, 1.5), stack(positions)), 3.0, lambda: True)
    known = np.asarray(grid.is_known.any((1, 2)))
    heights = np.arange(len(known)) * 3.0
    assert known[heights <= 15].all() and known[heights >= 58].all()
    assert not known[(heights > 18) & (heights < 55)].any()


def test_a_slice_that_cannot_be_read_leaves_its_place_to_its_neighbours() -> None:
    hu = np.broadcast_to(np.arange(12, dtype=np.int16)[:, None, None] * 10, SHAPE).copy()
    volume = volume_of(hu, (3.0, 2.0, 1.5), stack(even))
    volume.is_loaded[5] = False
    volume.voxels[5] = 0
    volume.fail(5, "gone")
    grid = sampled(volume, 3.0, lambda: True)
    assert grid.values[5, 10, 10] == pytest.approx(50, abs=0.5)
