"""Structures that look like lesions: vessels, ducts, fissures, fat, streaks, clips."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .anatomy import Labels, Point
from .crossing_vessels import draw_crossings, paint_crossings
from .image_noise import Array, Field
from .tissues import BILE, LIVER, METAL, PORTAL, VEIN, VISCERAL_FAT, Tissues


@dataclass(frozen=True, slots=True)
class Share:
    """Probabilities of what looks like a lesion.

    Attributes
    ----------
    ducts : float
        Widened bile ducts beside the portal veins.
    fissure : float
        A fissure filled with fat.
    patch : float
        A region of more or less fat.
    nodularity : float
        A nodular texture of the whole liver.
    streaks : float
        Streaks from dense bone.
    clips : float
        Metal clips.
    crossings : float
        Vessels that cross the slices.
    """

    ducts: float = 0.08
    fissure: float = 0.35
    patch: float = 0.3
    nodularity: float = 0.2
    streaks: float = 0.3
    clips: float = 0.05
    crossings: float = 0.0


class Mimics:
    """One patient's liver texture and the structures in it that look like lesions.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    extent_mm : Point
        Extent of the image in mm along slices, rows and columns.
    share : Share
        Probability of each structure.
    """

    def __init__(
        self, rng: np.random.Generator, tissues: Tissues, extent_mm: Point, share: Share = Share()
    ) -> None:
        def chance(of: float) -> bool:
            return bool(rng.random() < of)

        hu, liver = tissues.hu, tissues.liver_hu
        self._half = extent_mm[0] / 2
        self._grain = Field(rng, rng.uniform(8, 20), extent_mm)
        self._grain_hu = rng.uniform(0.5, 4)
        self._nodes = Field(rng, rng.uniform(4, 7), extent_mm)
        self._nodes_hu = rng.uniform(3, 9) if chance(share.nodularity) else 0.0
        cell = rng.uniform(16, 30)
        self._tubes = [(Field(rng, cell, extent_mm), Field(rng, cell, extent_mm)) for _ in range(2)]
        self._thick = [rng.uniform(0.5, 2.0) / cell for _ in range(2)]
        self._tubes_hu = [float(hu[PORTAL]), float(hu[VEIN])]
        self._duct_mm = rng.uniform(-5, 5, 2) if chance(share.ducts) else None
        self._duct_hu = float(min(hu[BILE] + 10, liver - 15))
        self._sheet = Field(rng, 60, extent_mm) if chance(share.fissure) else None
        self._sheet_hu = float(rng.choice([hu[VISCERAL_FAT] * 0.5, liver - 30]))
        self._sheet_thick = rng.uniform(0.01, 0.045)
        self._patch = Field(rng, rng.uniform(22, 50), extent_mm) if chance(share.patch) else None
        self._patch_hu = rng.choice([-1, 1]) * rng.uniform(5, 16)
        self._streaks = rng.normal(size=(3, 90)) if chance(share.streaks) else None
        self._streaks_hu = rng.uniform(4, 16)
        self._streaks_at = rng.uniform(-0.6, 0.6, (3, 2))
        self._clips = rng.random((4, 3)) if chance(share.clips) else None
        self._clip_hu = float(hu[METAL])
        # Nothing is drawn where there are none, so that scans of older recipes stay what they were.
        has_crossings = share.crossings > 0 and chance(share.crossings)
        self._crossings = draw_crossings(rng, tissues, extent_mm) if has_crossings else ()

    def paint(self, hu: Array, labels: Labels, z_mm: NDArray[np.float64], pixel_mm: float) -> None:
        """Paint texture and structures into the liver.

        Parameters
        ----------
        hu : Array
            float32 (slices, rows, columns), HU; changed in place.
        labels : Labels
            uint8 like ``hu``.
        z_mm : NDArray[np.float64]
            Heights of the slices over the image's middle in mm.
        pixel_mm : float
            In-plane pixel size in mm.
        """
        rows, columns = hu.shape[1:]
        is_liver = labels == LIVER
        i, j = np.flatnonzero(is_liver.any((0, 2))), np.flatnonzero(is_liver.any((0, 1)))
        if not len(i):
            return

        def values(field: Field) -> Array:
            return field.at(z_mm + self._half, rows, columns)

        grain = self._grain_hu * values(self._grain)
        if self._nodes_hu:
            grain += self._nodes_hu * values(self._nodes)
        if self._patch is not None:
            grain += self._patch_hu * np.clip((values(self._patch) - 1.1) * 4, 0, 1)
        np.add(hu, grain, out=hu, where=is_liver)
        if self._sheet is not None:
            is_sheet = np.abs(values(self._sheet)) < self._sheet_thick
            np.copyto(hu, self._sheet_hu, where=is_sheet & is_liver)
        for (one, other), thick, tube in zip(self._tubes, self._thick, self._tubes_hu, strict=True):
            is_tube = values(one) ** 2 + values(other) ** 2 < (1.6 * thick) ** 2
            np.copyto(hu, tube, where=is_tube & is_liver)
        if self._duct_mm is not None:
            by = np.round(self._duct_mm / pixel_mm).astype(int)
            is_duct = np.roll(labels == PORTAL, tuple(by), (1, 2)) & is_liver
            np.copyto(hu, self._duct_hu, where=is_duct)
        if self._crossings:
            paint_crossings(hu, is_liver, self._crossings, z_mm, pixel_mm)
        if self._clips is not None:
            self._paint_clips(hu, i, j)

    def _paint_clips(self, hu: Array, i: NDArray[np.intp], j: NDArray[np.intp]) -> None:
        assert self._clips is not None
        for k, y, x in self._clips:
            row, column = i[int(y * len(i))], j[int(x * len(j))]
            hu[int(k * len(hu)), row : row + 2, column : column + 4] = self._clip_hu

    def add_streaks(self, hu: Array) -> None:
        """Add streaks that fan out from dense bone to a slice, where the patient has them.

        Parameters
        ----------
        hu : Array
            float32 (rows, columns), HU; changed in place.
        """
        if self._streaks is None:
            return
        rows, columns = hu.shape
        y = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
        x = np.linspace(-1, 1, columns, dtype=np.float32)[None]
        for profile, at in zip(self._streaks, self._streaks_at, strict=True):
            angle = np.arctan2(y - np.float32(at[0]), x - np.float32(at[1]))
            fan = np.interp(angle, np.linspace(-np.pi, np.pi, len(profile)), profile)
            away = np.hypot(y - np.float32(at[0]), x - np.float32(at[1]))
            hu += (self._streaks_hu * fan * np.exp(-away / 0.5) * np.minimum(away / 0.1, 1)).astype(
                np.float32
            )
