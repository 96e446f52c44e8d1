"""Upright volumes of random HU, every voxel another value, whose slices lie at given heights."""

from collections.abc import Sequence

import numpy as np

from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.series_geometry import SeriesGeometry

SHAPE = (20, 24, 28)
SPACING_MM = (2.0, 0.8, 0.7)
EVEN = tuple(2.0 * index for index in range(SHAPE[0]))


def random_volume(
    heights_mm: Sequence[float] = EVEN,
    thickness_mm: tuple[float | None, ...] = (),
    rows_on: float = 0,
) -> CTVolume:
    """The first voxel's centre is at (0, 0, the first height); columns run to the left.

    Each slice lies ``rows_on`` rows further back than the one before.
    """
    shape = len(heights_mm), *SHAPE[1:]
    positions = np.column_stack((np.zeros((len(heights_mm), 2)), heights_mm))
    positions[:, 1] = np.arange(len(heights_mm)) * rows_on * SPACING_MM[1]
    geometry = SeriesGeometry(
        positions,
        np.array([(SPACING_MM[2], 0, 0)]),
        np.array([(0, SPACING_MM[1], 0)]),
        SHAPE[1:],
        thickness_mm=thickness_mm,
    )
    volume = CTVolume(
        Series(
            uid="random",
            study_uid="",
            modality="CT",
            description="",
            number=None,
            slices=tuple(SliceSource(f"{i}.dcm") for i in range(shape[0])),
            shape=shape,
            spacing_mm=SPACING_MM,
            geometry=geometry,
            faults=(),
            decode=lambda index: np.zeros(SHAPE[1:], np.int16),
        )
    )
    rng = np.random.default_rng(1)
    for index in range(shape[0]):
        volume.put(index, rng.integers(-1000, 2000, SHAPE[1:]).astype(np.int16))
    return volume
