"""CTs with soft marks at known places in the patient, written as DICOM and read again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lesion_viewer.ct.planes.picture import PlanePicture, Shows
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import load_volume
from tests.ct.conftest import ct_dataset, save
from tests.geometry.placed_slices import standard_point, turned

ROWS, COLUMNS, SLICES = 60, 80, 36
SPACING_MM = 0.9, 0.7  # Pixel Spacing: between rows, then between columns
SIGMA_MM = 2.5
MIDDLE = np.array((12.0, -30.0, 140.0))

Point = tuple[float, float, float]
MARKS: dict[str, tuple[Point, int]] = {
    "left": ((26.0, -27.0, 137.0), 1000),
    "behind": ((9.0, -16.0, 143.0), 800),
    "above": ((15.0, -33.0, 154.0), 600),
    "first": ((4.0, -38.0, 131.0), 400),
}
"""Name -> place in patient mm (LPS), HU in its middle; towards L, P, H, and towards R, A and F."""


@dataclass(frozen=True)
class Placing:
    """How slices lie in the patient: directions and steps of the stack.

    ``directions`` has the row's and the column's unit vector as columns; ``along`` is the direction
    from a slice to the next, ``heights_mm`` the distances from the middle along it.
    """

    directions: np.ndarray
    along: np.ndarray
    heights_mm: np.ndarray
    turn: Callable[[int], np.ndarray] = lambda index: np.eye(3)

    def orientation(self, index: int) -> list[float]:
        row, column = (self.turn(index) @ self.directions).T[:2]
        return [*row.tolist(), *column.tolist()]

    def position(self, index: int) -> np.ndarray:
        """The first pixel's centre; the middle of the image lies on the line through the middle."""
        row, column = np.reshape(self.orientation(index), (2, 3))
        row_mm, column_mm = SPACING_MM
        corner = (COLUMNS - 1) / 2 * column_mm * row + (ROWS - 1) / 2 * row_mm * column
        return MIDDLE + self.along * self.heights_mm[index] - corner


EVEN = (np.arange(SLICES) - (SLICES - 1) / 2) * 2.0
STEPS = np.tile((1.0, 3.0, 2.5, 1.5, 2.0), 7)
UNEVEN = np.concatenate(((0.0,), np.cumsum(STEPS))) - STEPS.sum() / 2
UPRIGHT, HEAD = np.eye(3), np.array((0.0, 0.0, 1.0))
ASLANT = turned((20, 0, 20))

PLACINGS: dict[str, Placing] = {
    "plain": Placing(UPRIGHT, HEAD, EVEN),
    "tilted by 20 degrees": Placing(turned((0, 0, 20)), HEAD, EVEN),
    "tilted sideways": Placing(turned((0, -15, 0)), HEAD, EVEN),
    "unequal spacing": Placing(UPRIGHT, HEAD, UNEVEN),
    "tilted, unequal spacing": Placing(turned((0, 0, -20)), HEAD, UNEVEN),
    "oblique by 20 degrees": Placing(ASLANT, ASLANT @ HEAD, EVEN),
    "feet first": Placing(UPRIGHT * (-1, 1, -1), HEAD, EVEN),
    "prone": Placing(UPRIGHT * (-1, -1, 1), HEAD, EVEN),
    "feet first, prone": Placing(UPRIGHT * (1, -1, -1), HEAD, EVEN),
    "stored head down, as columns": Placing(UPRIGHT[:, [1, 0, 2]] * (-1, 1, 1), -HEAD, EVEN),
    "coronal": Placing(
        np.array(((1, 0, 0), (0, 0, 1), (0, -1, 0)), float), np.array((0, 1.0, 0)), EVEN
    ),
    "sagittal": Placing(
        np.array(((0, 0, 1), (1, 0, 0), (0, -1, 0)), float), np.array((1.0, 0, 0)), EVEN
    ),
    "turned from slice to slice": Placing(
        UPRIGHT, HEAD, EVEN, lambda index: turned((0, 0, 0.02 * (index - SLICES / 2)))
    ),
}


def read_marked(folder: Path, placing: Placing) -> CTVolume:
    """The marked patient, scanned in one way, as the reader of DICOM has it."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    for index in range(len(placing.heights_mm)):
        position, orientation = placing.position(index), placing.orientation(index)
        corner, right, below = (
            standard_point(position.tolist(), orientation, SPACING_MM, *at)
            for at in ((0, 0), (1, 0), (0, 1))
        )
        points = corner + columns[..., None] * (right - corner) + rows[..., None] * (below - corner)
        stored = np.round(value_at(points)).astype(np.uint16) + 1024
        dataset = ct_dataset(
            index,
            stored,
            ImageOrientationPatient=[f"{v:.10f}"[:16] for v in orientation],
            ImagePositionPatient=[f"{v:.10f}"[:16] for v in position],
            PixelSpacing=list(SPACING_MM),
            SliceThickness=None,
        )
        save(dataset, folder / f"{index}.dcm")
    (series,) = open_study(folder).series
    return load_volume(series)


def value_at(points: np.ndarray) -> np.ndarray:
    """HU of the patient at points in mm, (..., 3)."""
    squares = [((points - at) ** 2).sum(-1) for at, _ in MARKS.values()]
    peaks = [hu for _, hu in MARKS.values()]
    shares = [hu * np.exp(-d / (2 * SIGMA_MM**2)) for hu, d in zip(peaks, squares, strict=True)]
    total: np.ndarray = np.sum(shares, axis=0)
    return total


def mark_near(picture: PlanePicture, u: float, v: float) -> tuple[float, float, int]:
    """The centre of gravity of what is bright within 9 mm of a position, and the highest HU."""
    across, down = np.meshgrid(picture.grid.across_mm, picture.grid.down_mm)
    is_near = np.hypot(across - u, down - v) < 9
    weights = np.where((picture.shows == Shows.VOXELS) & is_near, picture.hu, 0).astype(float)
    total = weights.sum()
    return (
        float((weights * across).sum() / total),
        float((weights * down).sum() / total),
        int(weights.max()),
    )
