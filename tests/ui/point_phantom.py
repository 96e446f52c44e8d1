"""Studies with one bright ball at known millimetres, stored in the ways that scanners store."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom

from lesion_viewer.ct.dicom.writing import write_series

BALL_MM = np.array([14.0, 9.0, -11.0])  # towards the left, the back and the feet (LPS)
RADIUS_MM, BALL_HU = 4.5, 1000
SHAPE = (22, 60, 70)


@dataclass(frozen=True)
class Stored:
    """Directions of columns and rows, and steps from slice to slice, in mm."""

    column: tuple[float, float, float]
    row: tuple[float, float, float]
    steps: np.ndarray  # (slices - 1, 3)


def _even(x: float, y: float, z: float) -> np.ndarray:
    return np.tile((x, y, z), (SHAPE[0] - 1, 1))


_UNEQUAL = _even(0, 0, 1) * np.where(np.arange(SHAPE[0] - 1) < 11, 2.5, 4.0)[:, None]
_C, _S = np.cos(np.radians(20)), np.sin(np.radians(20))

WAYS = {
    "plain": Stored((1, 0, 0), (0, 1.2, 0), _even(0, 0, 3)),
    "unequal": Stored((1, 0, 0), (0, 1.2, 0), _UNEQUAL),
    "tilted": Stored((1, 0, 0), (0, 1.2, 0), _even(0, 3 * np.tan(np.radians(15)), 3)),
    "oblique": Stored((1, 0, 0), (0, 1.2 * _C, 1.2 * _S), _even(0, -3 * _S, 3 * _C)),
    "feet first": Stored((-1, 0, 0), (0, 1.2, 0), _even(0, 0, -3)),
    "prone": Stored((-1, 0, 0), (0, -1.2, 0), _even(0, 0, 3)),
    "coronal": Stored((1, 0, 0), (0, 0, -1.2), _even(0, 3, 0)),
}


def write_points(folder: Path, way: str) -> Path:
    """A series round the origin whose every voxel is in the ball or not by its own place."""
    stored = WAYS[way]
    count, rows, columns = SHAPE
    column, row = np.array(stored.column), np.array(stored.row)
    away = np.concatenate([[(0, 0, 0)], stored.steps.cumsum(0)])
    away = away - (away[0] + away[-1]) / 2
    first = away - column * (columns - 1) / 2 - row * (rows - 1) / 2
    places = (
        first[:, None, None]
        + np.arange(rows)[None, :, None, None] * row
        + np.arange(columns)[None, None, :, None] * column
    )
    is_ball = np.linalg.norm(places - BALL_MM, axis=-1) <= RADIUS_MM
    hu = np.where(is_ball, BALL_HU, 0).astype(np.int16)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = column, row, stored.steps[0]
    affine[:3, 3] = first[0]
    write_series(folder, hu, (3.0, 1.2, 1.0), seed=len(way), affine=affine)
    if way == "unequal":
        for file, place in zip(sorted(folder.iterdir()), first, strict=True):
            image = pydicom.dcmread(file)
            image.ImagePositionPatient = [float(round(mm, 6)) for mm in place]
            image.save_as(file)
    return folder
