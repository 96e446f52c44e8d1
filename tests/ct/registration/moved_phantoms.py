"""Phantoms as volumes in memory, and the same phantom turned and shifted by a known map."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform
from scipy.spatial.transform import Rotation

from lesion_viewer.ct.registration.rigid_map import RigidMap
from lesion_viewer.ct.study import Series, SliceSource
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.series_geometry import SeriesGeometry, geometry_of_grid

Spacing = tuple[float, float, float]
Shape = tuple[int, int, int]
NOISE_HU = 12.0


def volume_of(
    hu: NDArray[np.int16], spacing_mm: Spacing, geometry: SeriesGeometry | None
) -> CTVolume:
    """A volume all of whose slices are read."""
    slices = tuple(SliceSource("volume", i) for i in range(len(hu)))
    series = Series(
        "1.2", "1", "CT", "", 1, slices, hu.shape, spacing_mm, geometry, (), lambda i: hu[i]
    )
    volume = CTVolume(series)
    for i, one in enumerate(hu):
        volume.put(i, one)
    return volume


def centred_grid(shape: Shape, spacing_mm: Spacing) -> NDArray[np.float64]:
    """Voxel (column, row, slice) to mm: axial, towards the head, its middle at 0, 0, 0."""
    grid = np.diag([*reversed(spacing_mm), 1.0])
    grid[:3, 3] = [-(n - 1) / 2 * mm for n, mm in zip(shape, spacing_mm, strict=True)][::-1]
    return grid


def map_of(degrees: tuple[float, float, float], shift_mm: tuple[float, float, float]) -> RigidMap:
    """Turned about z, y and x through 0, 0, 0, then shifted."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("zyx", degrees, degrees=True).as_matrix()
    matrix[:3, 3] = shift_mm
    return RigidMap(matrix)


def moved(
    hu: NDArray[np.int16],
    grid: NDArray[np.float64],
    by: RigidMap,
    shape: Shape,
    new_grid: NDArray[np.float64],
    seed: int = 1,
) -> NDArray[np.int16]:
    """The patient of a CT after a known motion, scanned on another grid with noise of its own."""
    to_old = np.linalg.inv(grid) @ by.inverse.matrix @ new_grid
    order = np.eye(4)[[2, 1, 0, 3]]
    to_old = order @ to_old @ order
    values = affine_transform(
        hu.astype(np.float32), to_old[:3, :3], to_old[:3, 3], shape, order=1, cval=-1000
    )
    values += np.random.default_rng(seed).normal(0, NOISE_HU, shape)
    return np.clip(np.rint(values), -1024, 3071).astype(np.int16)


def scanned_again(
    hu: NDArray[np.int16], spacing_mm: Spacing, by: RigidMap, shape: Shape, new_spacing_mm: Spacing
) -> CTVolume:
    """The moved patient on a grid round the place to which 0, 0, 0 was moved."""
    new_grid = centred_grid(shape, new_spacing_mm)
    new_grid[:3, 3] += by.point((0.0, 0.0, 0.0))
    new = moved(hu, centred_grid(hu.shape, spacing_mm), by, shape, new_grid)
    return volume_of(new, new_spacing_mm, geometry_of_grid(new_grid, shape))
