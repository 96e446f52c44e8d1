"""The patient apart from air and table, by thresholds: a method without weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.identity import SegmenterInfo
from lesion_viewer.detection.inputs import ASSUMED_PIXEL_MM
from lesion_viewer.detection.segmenter import Masks

BODY = SegmenterInfo("body", "1", labels=("body", "table"))

DENSE_HU = -300
"""Between lung and fat."""

THIN_MM = 4.0
"""Half the thickness up to which something is taken for a shell of the table, a cloth or a tube."""

GRID_MM = 2.0
"""Distance of the pixels among which the thick parts are looked for."""

LEAST_SHARE = 0.02
"""Volume of a part as a share of the largest one; smaller ones are no trunk, head, arm or leg."""

AIR_HU = -900
"""Between lungs and what is around a patient: air, and the foam of a table."""

MUCH = 0.05
"""Share of a slice that is more than a table."""

LEAST_CM2 = 1.0
"""Thick and dense parts of a slice that together are smaller are no body."""


def may_hold_body(volume: CTVolume, slice_index: int) -> bool:
    """Whether a slice holds more than air and a table.

    In doubt it does: a lung alone counts, also where the picture's edge cuts it off, and so do a
    mattress as dense as a lung and a table's frame of more than ``LEAST_CM2``.

    Parameters
    ----------
    volume : CTVolume
        Volume in which the slice was read.
    slice_index : int
        Index from 0.

    Returns
    -------
    bool
        False where little is denser than air, and of that little what is dense is thin.
    """
    grid = _Grid.of(volume)
    hu = volume.voxels[slice_index, :: grid.steps[0], :: grid.steps[1]]
    if np.mean(hu > AIR_HU) >= MUCH:
        return True
    return grid.thick_cm2(hu > DENSE_HU) >= LEAST_CM2


class BodySegmenter:
    """Marks the patient with all that is inside, and what else is denser than air.

    On each slice what is dense and thick is kept, of that the large parts, which may be arms beside
    the trunk, and their skin. Air that they enclose on a slice is inside: lungs and bowel.

    Attributes
    ----------
    info : SegmenterInfo
        What it is.

    Notes
    -----
    Where the picture cuts the chest wall off, the lung behind it is open and counts as air. Up to
    ``THIN_MM`` and two pixels of a table that the patient lies on may count as body.
    """

    info = BODY

    def segment(self, volume: CTVolume, on_progress: Callable[[float], None]) -> Masks:
        """The body and the table; see ``segmenter.Segmenter``.

        Parameters
        ----------
        volume : CTVolume
            Volume in which every slice was read, or is recorded in ``failures``.
        on_progress : Callable[[float], None]
            Called after each slice with the share that is done.

        Returns
        -------
        Masks
            Labels ``body`` and ``table``.
        """
        values = np.zeros(volume.series.shape, np.uint8)
        grid = _Grid.of(volume)
        there = [i for i in range(len(volume)) if i not in volume.failures]
        thick = []
        for done, index in enumerate(there, 1):
            thick.append(grid.thick(volume.voxels[index]))
            on_progress(done / (2 * len(there)))
        for done, (index, part) in enumerate(zip(there, _large(thick), strict=True), 1):
            dense = volume.voxels[index] > DENSE_HU
            body = grid.filled(part, dense)
            values[index][dense] = 2
            values[index][body] = 1
            on_progress((len(there) + done) / (2 * len(there)))
        return Masks(values, self.info.labels)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Every so many rows and columns of a slice, and the size of a pixel of them in mm."""

    steps: tuple[int, int]
    pixel_mm: tuple[float, float]

    @classmethod
    def of(cls, volume: CTVolume) -> _Grid:
        _, row_mm, column_mm = volume.series.spacing_mm or (0.0, ASSUMED_PIXEL_MM, ASSUMED_PIXEL_MM)
        rows, columns = (max(round(GRID_MM / mm), 1) for mm in (row_mm, column_mm))
        return cls((rows, columns), (rows * row_mm, columns * column_mm))

    def thick(self, hu: NDArray[np.int16]) -> NDArray[np.bool_]:
        """What is dense, without what is thin."""
        from scipy import ndimage

        dense = hu[:: self.steps[0], :: self.steps[1]] > DENSE_HU
        opened: NDArray[np.bool_] = ndimage.binary_opening(dense, self._disc(0))
        return opened

    def thick_cm2(self, dense: NDArray[np.bool_]) -> float:
        """Area of what is dense and thick; beyond the picture's edge all counts as dense."""
        from scipy import ndimage

        inner = ndimage.binary_erosion(dense, self._disc(0), border_value=1)
        pixels = np.count_nonzero(ndimage.binary_dilation(inner, self._disc(0)))
        return pixels * self.pixel_mm[0] * self.pixel_mm[1] / 100

    def filled(self, thick: NDArray[np.bool_], dense: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Thick parts with the dense pixels close to them, and what they enclose."""
        from scipy import ndimage

        near = ndimage.binary_dilation(thick, self._disc(1))
        near = near.repeat(self.steps[0], 0).repeat(self.steps[1], 1)
        rows, columns = dense.shape
        filled: NDArray[np.bool_] = ndimage.binary_fill_holes(near[:rows, :columns] & dense)
        return filled

    def _disc(self, wider_px: int) -> NDArray[np.bool_]:
        radii = [THIN_MM / mm + wider_px for mm in self.pixel_mm]
        y, x = (np.arange(-int(r), int(r) + 1) / r for r in radii)
        disc: NDArray[np.bool_] = y[:, None] ** 2 + x[None, :] ** 2 <= 1
        return disc


def _large(slices: list[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """The large connected parts of slices on top of each other."""
    from scipy import ndimage

    if not slices:
        return np.zeros((0, 1, 1), bool)
    parts, _ = ndimage.label(np.stack(slices))
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    is_large: NDArray[np.bool_] = sizes >= max(LEAST_SHARE * sizes.max(), 1)
    large: NDArray[np.bool_] = is_large[parts]
    return large
