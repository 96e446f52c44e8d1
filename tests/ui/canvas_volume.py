"""Volumes whose every voxel a canvas test knows."""

import numpy as np

from lesion_viewer.ct.study import Fault, Series, SliceSource
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.series_geometry import geometry_of_grid

AXIAL = np.diag([0.8, 0.8, 5.0, 1.0])


def ramp_volume(
    slices: int = 12,
    rows: int = 100,
    columns: int = 100,
    spacing_mm: tuple[float, float, float] | None = (5.0, 0.8, 0.8),
    affine: np.ndarray | None = AXIAL,
    faults: tuple[Fault, ...] = (),
    loaded: bool = True,
) -> CTVolume:
    """HU = 10 * slice + column - row; all read, or nothing yet."""
    row, column = np.mgrid[:rows, :columns]
    hu = [(10 * i + column - row).astype(np.int16) for i in range(slices)]
    series = Series(
        uid="ramp",
        study_uid="",
        modality="CT",
        description="ramp",
        number=1,
        slices=tuple(SliceSource(f"{i}", location_mm=5.0 * i) for i in range(slices)),
        shape=(slices, rows, columns),
        spacing_mm=spacing_mm,
        geometry=None if affine is None else geometry_of_grid(affine, (slices, rows, columns)),
        faults=faults,
        decode=lambda i: hu[i],
    )
    volume = CTVolume(series)
    if loaded:
        for i in range(slices):
            volume.put(i, hu[i])
    return volume
