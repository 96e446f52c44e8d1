"""What lungs, mediastinum, kidneys and bones hold, for lesions that are looked for in them."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .anatomy import Labels, Point, View
from .image_noise import Array, Field
from .tissues import ARTERY, BODY, BONE, HEART, KIDNEY, LUNG, MARROW, VISCERAL_FAT, Tissues

CORTEX_MM = (1.2, 3.0)
"""Thickness of dense bone round the marrow."""

RENAL_CORTEX_MM, SINUS_MM = (5.0, 8.0), (11.0, 15.0)
"""Depths in a labelled kidney at which the medulla and the sinus' fat begin."""

VERTEBRA_MM, CANAL_MM = 40.0, 2.0
"""Half of a vertebra's width, and the distance of its body from the middle of all its bone."""

LEAST_LUNG = 500
"""Pixels of lung on a stack of slices under which no vessels are painted."""


class BodyDetails:
    """Vessels of the lungs, the mediastinum's fat, cortex and marrow, the kidneys' layers.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    extent_mm : Point
        Extent of the image in mm along slices, rows and columns.
    """

    def __init__(self, rng: np.random.Generator, tissues: Tissues, extent_mm: Point) -> None:
        self._hu = tissues.hu
        self._half = extent_mm[0] / 2
        cells = rng.uniform((20, 12), (34, 18))
        self._vessels = [(Field(rng, c, extent_mm), Field(rng, c, extent_mm)) for c in cells]
        self._thick = [
            mm / c for mm, c in zip(rng.uniform((1.2, 0.7), (2.6, 1.3)), cells, strict=True)
        ]
        self._haze = Field(rng, rng.uniform(30, 60), extent_mm)
        self._haze_hu = rng.uniform(5, 45)
        self._midline = Field(rng, 70.0, extent_mm)
        self._half_width = rng.uniform(16, 34)
        self._cortex = rng.uniform(*CORTEX_MM)
        self._marrow_hu = float(tissues.hu[MARROW])
        self._renal = rng.uniform(*RENAL_CORTEX_MM), rng.uniform(*SINUS_MM)
        self._medulla = rng.uniform(0.65, 1.0)
        self._bend = Field(rng, 14.0, extent_mm)

    def paint(
        self,
        hu: Array,
        tissue: Labels,
        view: View,
        z_mm: NDArray[np.float64],
        spine_mm: tuple[float, float],
    ) -> None:
        """Paint them into slices whose labels and other tissue are painted.

        Parameters
        ----------
        hu : Array
            float32 (slices, rows, columns), HU; changed in place.
        tissue : Labels
            uint8 like ``hu``, what each pixel shows; changed in place.
        view : View
            The anatomy in the image, of the same shape.
        z_mm : NDArray[np.float64]
            Heights of the slices over the image's middle in mm.
        spine_mm : tuple[float, float]
            Row and column of the middle of the vertebrae, in mm of the anatomy.
        """
        pixel_mm = _pixel_of(view)
        if (tissue == LUNG).sum() > LEAST_LUNG:
            self._paint_chest(hu, tissue, view, z_mm, spine_mm)
        self._paint_bones(hu, tissue, view, pixel_mm, spine_mm)
        if (view.labels == KIDNEY).any():
            self._paint_kidneys(hu, tissue, pixel_mm, z_mm)

    def _values(self, field: Field, hu: Array, z_mm: NDArray[np.float64]) -> Array:
        return field.at(z_mm + self._half, *hu.shape[1:])

    def _paint_chest(
        self,
        hu: Array,
        tissue: Labels,
        view: View,
        z_mm: NDArray[np.float64],
        spine_mm: tuple[float, float],
    ) -> None:
        is_open = (tissue == LUNG) & (view.labels == BODY)
        ahead = spine_mm[0] - view.y_mm
        width = self._half_width + 8 * self._values(self._midline, hu, z_mm)
        is_middle = is_open & (np.abs(view.x_mm - spine_mm[1]) < width) & (ahead > -8)
        np.copyto(hu, self._hu[VISCERAL_FAT], where=is_middle)
        tissue[is_middle] = VISCERAL_FAT
        is_aorta = is_open & (np.hypot(ahead - 36, view.x_mm - spine_mm[1] - 16) < 12)
        np.copyto(hu, self._hu[ARTERY], where=is_aorta)
        tissue[is_aorta] = ARTERY
        is_gullet = is_open & (np.hypot((ahead - 45) / 6, (view.x_mm - spine_mm[1] + 2) / 9) < 1)
        np.copyto(hu, 40, where=is_gullet & ~is_aorta)
        tissue[is_gullet & ~is_aorta] = BODY
        is_lung = tissue == LUNG
        hu[is_lung] = self._hu[LUNG]
        haze = self._haze_hu * self._values(self._haze, hu, z_mm)
        np.add(hu, haze, out=hu, where=is_lung)
        blood = float(self._hu[HEART])
        for (one, other), thick in zip(self._vessels, self._thick, strict=True):
            across = self._values(one, hu, z_mm) ** 2 + self._values(other, hu, z_mm) ** 2
            is_vessel = is_lung & (across < (1.6 * thick) ** 2)
            np.copyto(hu, blood, where=is_vessel)

    def _paint_bones(
        self,
        hu: Array,
        tissue: Labels,
        view: View,
        pixel_mm: float,
        spine_mm: tuple[float, float],
    ) -> None:
        deep = _depth(tissue == BONE, pixel_mm) > self._cortex
        # Some patients' labels are of the vertebrae's cortex alone; the canal lies behind.
        is_near = np.abs(view.x_mm - spine_mm[1]) < VERTEBRA_MM
        is_front = is_near & (view.y_mm < spine_mm[0] - CANAL_MM)
        deep |= _enclosed(tissue == BONE, is_near) & is_front & (view.labels == BODY)
        hu[deep] = self._marrow_hu
        tissue[deep] = MARROW

    def _paint_kidneys(
        self, hu: Array, tissue: Labels, pixel_mm: float, z_mm: NDArray[np.float64]
    ) -> None:
        depth = _depth(tissue == KIDNEY, pixel_mm)
        depth = depth + np.where(depth > 0, 1.6 * self._values(self._bend, hu, z_mm), 0)
        cortex, sinus = self._renal
        np.multiply(hu, np.float32(self._medulla), out=hu, where=depth > cortex)
        is_sinus = depth > sinus
        np.copyto(hu, self._hu[VISCERAL_FAT] * 0.6, where=is_sinus)
        tissue[is_sinus] = BODY


def _pixel_of(view: View) -> float:
    """Size of a pixel in the anatomy, in mm."""
    across_mm = abs(view.x_mm[0, 0, -1] - view.x_mm[0, 0, 0])
    return max(1e-3, float(across_mm / view.x_mm.shape[2]))


def _enclosed(mask: NDArray[np.bool_], near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels that the mask encloses on their slice, in the columns and rows of ``near``."""
    filled = np.zeros_like(mask)
    rows, columns = np.flatnonzero((mask & near).any((0, 2))), np.flatnonzero(near.any((0, 1)))
    if len(rows) and len(columns):
        part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        for index, one in enumerate(mask):
            filled[index][part] = ndimage.binary_fill_holes(one[part])
    return filled


def _depth(mask: NDArray[np.bool_], pixel_mm: float) -> Array:
    """Distance in mm of each pixel to the mask's border on its slice; 0 outside."""
    depth = np.zeros(mask.shape, np.float32)
    rows, columns = np.flatnonzero(mask.any((0, 2))), np.flatnonzero(mask.any((0, 1)))
    if not len(rows):
        return depth
    part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    for index, one in enumerate(mask):
        padded = np.pad(one[part], 1)
        inner = ndimage.distance_transform_edt(padded)[1:-1, 1:-1]
        depth[index][part] = inner * pixel_mm
    return depth
