"""What lies beside a liver and looks like it: bowel, stomach, pancreas, masses of any density.

Drawn with wide ranges of attenuation, so that a network must know the liver by shape and place.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .anatomy import Anatomy, Labels, Point, View
from .image_noise import Array, Field
from .organ_blobs import Blob
from .tissues import (
    ADRENAL,
    BILE,
    BOWEL,
    CONTRAST,
    FLUID,
    GAS,
    HEART,
    KIDNEY,
    MUSCLE,
    NODE,
    OTHER,
    PANCREAS,
    SPLEEN,
    STOMACH,
    VISCERAL_FAT,
    WALL,
    Tissues,
)

LIKE_LIVER_SHARE = 0.4
"""Probability that a kind of organ has about the liver's attenuation."""

LIKE_LIVER_HU = 18.0
ALIKE = (STOMACH, BOWEL, PANCREAS, SPLEEN, KIDNEY, HEART, NODE, ADRENAL, OTHER, WALL)
MUSCLE_SHARE, SLUDGE_SHARE = 0.15, 0.2
SLUDGE_HU = (15.0, 55.0)

LEAN_SHARE, LEAN_HU = 0.15, (10.0, 70.0)
"""Patients with little fat or with oedema, and by how much their fat is denser."""

PATCHES_SHARE = 0.5
BUBBLES_OVER = 1.9


def likened(rng: np.random.Generator, tissues: Tissues) -> Tissues:
    """A patient of whose organs some have about the liver's attenuation.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.

    Returns
    -------
    Tissues
        The liver's is as before.
    """
    hu = tissues.hu.copy()
    for label in ALIKE:
        if rng.random() < LIKE_LIVER_SHARE:
            hu[label] = tissues.liver_hu + rng.normal(0, LIKE_LIVER_HU)
    if rng.random() < MUSCLE_SHARE:
        hu[MUSCLE] = tissues.liver_hu + rng.normal(0, LIKE_LIVER_HU)
    if rng.random() < SLUDGE_SHARE:
        hu[BILE] = rng.uniform(*SLUDGE_HU)
    if rng.random() < LEAN_SHARE:
        hu[VISCERAL_FAT] += rng.uniform(*LEAN_HU)
    return replace(tissues, hu=hu)


class Crowd:
    """One patient's crowded belly.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    anatomy : Anatomy
        The patient.
    tissues : Tissues
        Attenuation of the patient's tissues.
    extent_mm : Point
        Extent of the image in mm along slices, rows and columns.

    Attributes
    ----------
    far, near : list[Blob]
        Hollow organs anywhere in the belly, to be painted before other organs, and what touches
        the liver, to be painted after them.
    """

    def __init__(
        self, rng: np.random.Generator, anatomy: Anatomy, tissues: Tissues, extent_mm: Point
    ) -> None:
        self._half = extent_mm[0] / 2
        self._tissues = tissues
        self._sheets = Field(rng, rng.uniform(18, 40), extent_mm)
        self._sheet_thick = rng.uniform(0.0, 0.16)
        self._rough = rng.uniform(0, 40)
        self._patches = None
        if rng.random() < PATCHES_SHARE:
            cells = rng.uniform(14, 45, 2)
            self._patches = [Field(rng, float(cell), extent_mm) for cell in cells]
        self._patch_over = rng.uniform(0.2, 1.2, 2)
        self._patch_hu = [_content(rng, tissues) for _ in range(2)]
        self._patch_rough = rng.uniform(0, 25)
        self.far = [*_loops(rng, anatomy, tissues), *_colon(rng, anatomy, tissues)]
        self.near = _beside(rng, anatomy, tissues)

    def paint(
        self,
        hu: Array,
        tissue: Labels,
        view: View,
        z_mm: NDArray[np.float64],
        room: NDArray[np.bool_],
        fine: Array,
    ) -> None:
        """Paint what has no shape: fat between muscles, masses in the fat, uneven organs.

        Parameters
        ----------
        hu : Array
            float32 (slices, rows, columns), HU; changed in place.
        tissue : Labels
            uint8 like ``hu``, the tissues; changed in place.
        view : View
            The anatomy in the image, of the same shape.
        z_mm : NDArray[np.float64]
            Heights of the slices over the image's middle in mm.
        room : NDArray[np.bool_]
            Where the belly has no label.
        fine : Array
            A random field of fine detail.
        """
        rows, columns = hu.shape[1:]
        sheets = np.abs(self._sheets.at(z_mm + self._half, rows, columns)) < self._sheet_thick
        np.copyto(hu, self._tissues.hu[VISCERAL_FAT], where=sheets & (tissue == MUSCLE))
        for field, over, patch in zip(
            self._patches or (), self._patch_over, self._patch_hu, strict=False
        ):
            is_patch = room & (field.at(z_mm + self._half, rows, columns) > over)
            np.copyto(hu, patch + self._patch_rough * fine, where=is_patch)
            tissue[is_patch] = OTHER
        is_hollow = (view.labels == STOMACH) | (view.labels == BOWEL)
        np.add(hu, self._rough * fine, out=hu, where=is_hollow)


def _content(rng: np.random.Generator, tissues: Tissues) -> float:
    """Attenuation of food, stool or tissue, half of the time about the liver's."""
    if rng.random() < 0.5:
        return float(tissues.liver_hu + rng.normal(0, 25))
    label = rng.choice([FLUID, CONTRAST, BOWEL, GAS, STOMACH], p=[0.3, 0.1, 0.35, 0.1, 0.15])
    return float(tissues.hu[label] + rng.normal(0, 10))


def _hollow(
    rng: np.random.Generator, middle: Point, radii: Point, tissues: Tissues, content: float
) -> Blob:
    """A piece of stomach or bowel, with folds in its wall and bubbles in what it holds."""
    wall = float(rng.choice([tissues.hu[WALL], tissues.liver_hu]) + rng.normal(0, 15))
    return Blob(
        middle,
        radii,
        content,
        turn=rng.uniform(-1.5, 1.5),
        shell_mm=rng.uniform(1.5, 6),
        shell_hu=wall,
        gas_over=rng.uniform(-0.3, 0.9) if rng.random() < 0.35 else 2.0,
        tissue=BOWEL,
        folds=rng.uniform(0, 0.2),
        rough_hu=rng.uniform(0, 45),
        bubbles_over=rng.uniform(1.1, 2.5) if rng.random() < 0.4 else np.inf,
    )


def _loops(rng: np.random.Generator, anatomy: Anatomy, tissues: Tissues) -> list[Blob]:
    """Loops, the stomach and the bladder, anywhere in the belly."""
    (low, high), y, size = anatomy.liver_mm, anatomy.spine_mm[0], anatomy.size_mm
    found = []
    for _ in range(int(rng.integers(8, 36))):
        middle = (
            rng.uniform(min(0, low - 60), low + 0.9 * (high - low)),
            rng.uniform(0.08 * size[1], y - 20),
            rng.uniform(0.1 * size[2], 0.92 * size[2]),
        )
        r = rng.uniform(10, 38)
        radii = (r * rng.uniform(0.8, 2), r, r * rng.uniform(0.8, 1.8))
        found.append(_hollow(rng, middle, radii, tissues, _content(rng, tissues)))
    return found


def _colon(rng: np.random.Generator, anatomy: Anatomy, tissues: Tissues) -> list[Blob]:
    """The colon: up the patient's right side to the liver, across and down the left side."""
    (low, high), size = anatomy.liver_mm, anatomy.size_mm
    y, x = anatomy.spine_mm
    half = min(size[2] - x, x)
    content, r = _content(rng, tissues), rng.uniform(14, 30)
    turn = low + rng.uniform(-0.2, 0.45) * (high - low)
    right, left = (x + side * rng.uniform(0.5, 0.8) * half for side in (-1, 1))
    front, side = rng.uniform(0.12, 0.4) * size[1], y - rng.uniform(20, 75)
    path = [(z, side, right) for z in np.arange(turn, turn - 200, -1.2 * r)]
    path += [(turn, front, across) for across in np.arange(right, left, 1.2 * r)]
    path += [(z, side, left) for z in np.arange(turn + 40, turn - 160, -1.2 * r)]
    found = []
    for at in path:
        z, back, across = (float(p + rng.normal(0, 0.3 * r)) for p in at)
        tall, deep, wide = (float(r * rng.uniform(0.7, 1.3)) for _ in range(3))
        found.append(_hollow(rng, (z, back, across), (tall, deep, wide), tissues, content))
    return found


def _beside(rng: np.random.Generator, anatomy: Anatomy, tissues: Tissues) -> list[Blob]:
    """Duodenum, pancreas, antrum and others that touch the liver."""
    places = anatomy.beside_liver_mm
    found: list[Blob] = []
    if not len(places):
        return found
    for _ in range(int(rng.integers(3, 14))):
        z, y, x = map(float, places[rng.integers(len(places))] + rng.normal(0, 5, 3))
        r = rng.uniform(6, 26)
        radii = (float(r * rng.uniform(0.8, 2)), float(r), float(r * rng.uniform(0.8, 1.8)))
        if rng.random() < 0.5:
            found.append(_hollow(rng, (z, y, x), radii, tissues, _content(rng, tissues)))
            continue
        solid = float(tissues.liver_hu + rng.normal(-8, 25))
        rough = rng.uniform(0, 15)
        found.append(Blob((z, y, x), radii, solid, rng.uniform(-1.5, 1.5), rough_hu=rough))
    return found
