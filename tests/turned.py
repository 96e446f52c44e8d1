"""One patient, stored in other ways: pixels and geometry turned together, by hand."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.dicom.writing import write_series

Spacing = tuple[float, float, float]
Ways = tuple[bool, bool, bool, bool]  # axes swapped, rows, columns, slices mirrored
BOTH = (False, True)
WAYS: tuple[Ways, ...] = tuple(product(BOTH, BOTH, BOTH, BOTH))
EIGHT: tuple[Ways, ...] = tuple(product(BOTH, BOTH, BOTH, (False,)))


def stored(
    hu: NDArray[Any], affine: NDArray[np.float64], ways: Ways
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """The voxels (slices, rows, columns) and the affine of the same patient stored otherwise."""
    swaps, rows, columns, slices = ways
    if swaps:
        hu, affine = hu.transpose(0, 2, 1), affine[:, [1, 0, 2, 3]]
    for is_mirrored, axis, column in ((slices, 0, 2), (rows, 1, 1), (columns, 2, 0)):
        if is_mirrored:
            hu, affine = np.flip(hu, axis), affine.copy()
            affine[:, 3] += affine[:, column] * (hu.shape[axis] - 1)
            affine[:, column] *= -1
    return np.ascontiguousarray(hu), affine


def write_stored(
    folder: Path,
    hu: NDArray[np.int16],
    affine: NDArray[np.float64],
    ways: Ways,
    seed: int = 1,
) -> Path:
    """A DICOM series of the patient, stored in these ways."""
    hu, affine = stored(hu, affine, ways)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    slice_mm, row_mm, column_mm = (round(float(mm), 6) for mm in spacing[::-1])
    write_series(folder, hu, (slice_mm, row_mm, column_mm), seed, affine=affine)
    return folder


def corners_mm(box: Sequence[float], affine: NDArray[np.float64], index: float) -> Any:
    """Lowest and highest patient coordinates of a box in pixel edges on a slice; (2, 3)."""
    x1, y1, x2, y2 = box
    ends = [affine @ (x - 0.5, y - 0.5, index, 1) for x, y in ((x1, y1), (x2, y2))]
    points = np.array(ends)[:, :3]
    return np.array([points.min(0), points.max(0)])
