"""The dense conditional random field, against the sums over all pairs of voxels."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lesion_viewer.detection.fcn.crf import CrfOptions, refined

SPACING = (3.0, 2.0, 2.0)
FIELD = CrfOptions(alike=2.0, near=1.0, alike_mm=6.0, alike_hu=20.0, near_mm=3.0)

Array = NDArray[np.float32]


def scene(seed: int) -> tuple[Array, Array]:
    """Uncertain probabilities on 4 x 4 x 2 voxels of two noisy tissues."""
    rng = np.random.default_rng(seed)
    hu = np.where(rng.random((2, 4, 4)) > 0.5, 110, 60) + rng.normal(0, 8, (2, 4, 4))
    return rng.uniform(0.05, 0.95, (2, 4, 4)).astype(np.float32), hu.astype(np.float32)


def by_all_pairs(chances: Array, hu: Array, field: CrfOptions) -> NDArray[np.float64]:
    """Krähenbühl and Koltun's mean field with each voxel's message summed over all others."""
    places = np.indices(chances.shape).reshape(3, -1).T * SPACING
    apart_mm2 = ((places[:, None] - places[None]) ** 2).sum(-1)
    apart_hu2 = (hu.ravel()[:, None] - hu.ravel()[None]).astype(float) ** 2
    others = 1 - np.eye(hu.size)
    near = np.exp(-apart_mm2 / (2 * field.near_mm**2)) * others
    alike = np.exp(-apart_mm2 / (2 * field.alike_mm**2) - apart_hu2 / (2 * field.alike_hu**2))
    alike *= others
    own = np.log(chances.ravel() / (1 - chances.ravel())).astype(float)
    found = chances.ravel().astype(float)
    for _ in range(field.steps):
        lean = 2 * found - 1
        odds = own + field.near * near @ lean / near.sum(1)
        odds = odds + field.alike * alike @ lean / alike.sum(1)
        found = 1 / (1 + np.exp(-odds))
    return found.reshape(chances.shape)


@pytest.mark.parametrize(("cells", "most"), [(2.0, 0.02), (8.0, 0.005)])
@pytest.mark.parametrize("seed", range(4))
def test_the_field_is_that_of_all_pairs(seed: int, cells: float, most: float) -> None:
    chances, hu = scene(seed)
    found = refined(chances, hu, SPACING, FIELD, cells=cells)
    wanted = by_all_pairs(chances, hu, FIELD)
    assert np.abs(found - wanted).max() < most
    assert np.abs(wanted - chances).max() > 0.1


def test_without_terms_nothing_changes() -> None:
    chances, hu = scene(0)
    found = refined(chances, hu, SPACING, replace(FIELD, alike=0.0, near=0.0))
    np.testing.assert_allclose(found, chances, atol=1e-6)


def test_an_edge_moves_to_where_the_tissue_changes() -> None:
    hu = np.full((3, 16, 16), 40, np.float32)
    hu[:, :, :8] = 110
    chances = np.full(hu.shape, 0.1, np.float32)
    chances[:, :, :6] = 0.9
    chances[:, :, 6:10] = 0.45
    found = refined(chances, hu, SPACING, FIELD)
    assert (found[:, :, :8] > 0.5).all() and (found[:, :, 8:] < 0.5).all()


def test_a_field_can_be_ended_at_each_step() -> None:
    steps: list[int] = []

    def end() -> None:
        steps.append(1)
        if len(steps) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        refined(*scene(0), SPACING, FIELD, end)
    assert len(steps) == 3
