"""Random soft tissue where labels are missing: fat, muscle, lungs, and organs without a label."""

import numpy as np
from numpy.typing import NDArray

from .anatomy import Anatomy, Labels, Point, View
from .body_details import BodyDetails
from .crowding import Crowd
from .image_noise import Array, Field
from .organ_blobs import Blob, paint_blob
from .tissues import (
    ARTERY,
    BILE,
    BODY,
    BOWEL,
    CONTRAST,
    FAT,
    FLUID,
    GAS,
    HEART,
    KIDNEY,
    LUNG,
    MUSCLE,
    NODE,
    PANCREAS,
    SPLEEN,
    STOMACH,
    VISCERAL_FAT,
    WALL,
    Tissues,
)

Mask = NDArray[np.bool_]

NODE_MM = 9.0
"""Widest node that is no lesion; pathological ones measure 10 mm across (RECIST 1.1)."""


class Filling:
    """One patient's soft tissue that has no label.

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
    is_whole_body : bool
        Whether lesions lie in all organs: kidneys have no cysts and the fat no large nodes that are
        not painted as lesions, and the chest, kidneys and bones show more of what they hold.
    crowd : Crowd | None
        What fills the belly besides; None for nothing.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        anatomy: Anatomy,
        tissues: Tissues,
        extent_mm: Point,
        is_whole_body: bool = False,
        crowd: Crowd | None = None,
    ) -> None:
        self._hu = tissues.hu
        self._spine = anatomy.spine_mm
        self._wall = anatomy.wall_mm * rng.uniform(0.8, 1.05)
        self._fat = max(3.0, self._wall - rng.uniform(8, 20)) * rng.uniform(0.7, 1.0)
        self._back = rng.uniform(45, 75)
        self._bend = Field(rng, 28.0, extent_mm)
        self._fine = Field(rng, 6.0, extent_mm)
        self._half_depth = extent_mm[0] / 2
        self._muddle = rng.uniform(6, 22)
        self.blobs = [*_organs(rng, anatomy, tissues), *_bowel(rng, anatomy, tissues)]
        self._crowd = crowd
        if crowd is not None:
            self.blobs = [*crowd.far, *self.blobs, *crowd.near]
        self.is_whole_body = is_whole_body
        self._details = None
        if is_whole_body:
            self.blobs = [blob for blob in self.blobs if not _is_lesion(blob)]
            self._details = BodyDetails(rng, tissues, extent_mm)

    def paint(self, hu: Array, view: View, z_mm: NDArray[np.float64]) -> Labels:
        """Paint soft tissue where the body has no label.

        Parameters
        ----------
        hu : Array
            float32 (slices, rows, columns), HU; changed in place.
        view : View
            The anatomy in the image, of the same shape.
        z_mm : NDArray[np.float64]
            Heights of the slices over the image's middle in mm.

        Returns
        -------
        Labels
            uint8 like ``hu``: the labels and, where there are none, the tissues.
        """
        tissue = view.labels.copy()
        rows, columns = hu.shape[1:]
        is_open = view.labels == BODY
        bend = self._bend.at(z_mm + self._half_depth, rows, columns)
        skin = view.skin_mm + 2.5 * bend
        is_deep = is_open & (skin > self._wall)
        is_back = (view.y_mm > self._spine[0] - 28) & (
            np.abs(view.x_mm - self._spine[1]) < self._back + 8 * bend
        )
        is_thoracic = view.over_diaphragm_mm > 2 * bend
        fine = self._fine.at(z_mm + self._half_depth, rows, columns)
        hu[is_open] = self._hu[MUSCLE]
        tissue[is_open] = MUSCLE
        is_fat = is_open & (skin < self._fat)
        np.copyto(hu, self._hu[FAT] + 4 * fine, where=is_fat)
        tissue[is_fat] = FAT
        is_skin = is_open & (view.skin_mm < 1.8)
        np.copyto(hu, self._hu[MUSCLE], where=is_skin)
        tissue[is_skin] = BODY
        inner = is_deep & ~is_back
        fat = self._hu[VISCERAL_FAT] + self._muddle * np.maximum(fine, 0) ** 2
        is_visceral = inner & ~is_thoracic
        np.copyto(hu, fat, where=is_visceral)
        tissue[is_visceral] = VISCERAL_FAT
        is_lung = inner & is_thoracic
        is_lung |= is_deep & (view.over_diaphragm_mm > 6) & (view.y_mm < self._spine[0] + 25)
        is_lung &= view.over_diaphragm_mm > 2 * bend + 2
        lung = self._hu[LUNG] + 60 * np.maximum(fine - 1.2, 0) ** 2 * 12
        np.copyto(hu, np.minimum(lung, 60), where=is_lung)
        tissue[is_lung] = LUNG
        if self._details is not None:
            self._details.paint(hu, tissue, view, z_mm, self._spine)
        if self._crowd is not None:
            self._crowd.paint(hu, tissue, view, z_mm, is_visceral, fine)
        for blob in self.blobs:
            room = is_lung if blob.is_thoracic else is_visceral
            paint_blob(hu, tissue, view, blob, room, (bend, fine), float(self._hu[GAS]))
        return tissue


def _organs(rng: np.random.Generator, anatomy: Anatomy, tissues: Tissues) -> list[Blob]:
    """Organs that a patient's labels lack; later ones are painted over earlier ones."""
    hu, (low, high) = tissues.hu, anatomy.liver_mm
    y, x = anatomy.spine_mm
    half = min(anatomy.size_mm[2] - x, x)
    tall = high - low

    def at(up: float, back: float, left: float) -> Point:
        shake = rng.normal(0, (0.06 * tall, 5, 6))
        return low + up * tall + shake[0], y + back + shake[1], x + left + shake[2]

    def size(*radii_mm: float) -> Point:
        z, r, c = (float(r * rng.uniform(0.8, 1.25)) for r in radii_mm)
        return z, r, c

    found: list[Blob] = []
    if not anatomy.has_label(ARTERY):
        found.append(Blob(at(0.5, -38, 18), size(400, 11, 11), float(hu[ARTERY]), tissue=ARTERY))
    for is_thoracic, up in ((True, 1.15), (True, 1.0)):
        left = rng.uniform(15, 40)
        blood = float(hu[HEART] + rng.normal(0, 8))
        found.append(
            Blob(
                at(up, -95, left),
                size(60, 50, 62),
                blood,
                rng.uniform(-0.6, 0.2),
                rng.uniform(6, 11),
                float(hu[MUSCLE] + rng.uniform(10, 50)),
                is_thoracic=is_thoracic,
                tissue=HEART,
            )
        )
        found.extend(_chambers(rng, found[-1], blood))
    if not anatomy.has_label(BILE) and len(anatomy.under_liver_mm):
        found.append(_gallbladder(rng, anatomy, hu))
    if not anatomy.has_label(KIDNEY):
        for side in (-1, 1):
            found.extend(_kidney(rng, at(0.12, 0, side * 60), size(52, 26, 28), hu))
    if not anatomy.has_label(PANCREAS):
        found.append(
            Blob(
                at(0.3, -62, 15),
                size(16, 11, 55),
                float(hu[PANCREAS]),
                rng.uniform(-0.6, 0),
                tissue=PANCREAS,
            )
        )
    if not anatomy.has_label(SPLEEN):
        found.append(
            Blob(
                at(0.62, -5, 0.62 * half),
                size(48, 45, 26),
                float(hu[SPLEEN]),
                rng.uniform(-0.5, 0.5),
                tissue=SPLEEN,
            )
        )
    if not anatomy.has_label(STOMACH):
        found.append(_hollow(rng, at(0.65, -75, 0.42 * half), size(48, 38, 45), tissues))
    return found


def _kidney(
    rng: np.random.Generator, middle: Point, radii: Point, hu: NDArray[np.float32]
) -> list[Blob]:
    """A kidney: cortex, medulla, a sinus of fat, and at times a cyst, which is no liver lesion."""
    cortex = float(hu[KIDNEY])
    medulla = cortex * rng.uniform(0.6, 1.0)
    turn, shell = rng.uniform(-0.5, 0.5), rng.uniform(5, 8)
    found = [Blob(middle, radii, medulla, turn, shell, cortex, tissue=KIDNEY)]
    sinus = (radii[0] * 0.5, radii[1] * 0.35, radii[2] * 0.35)
    found.append(Blob(middle, sinus, float(hu[VISCERAL_FAT]) * 0.5, tissue=BODY))
    if rng.random() < 0.35:
        place = np.array(middle) + rng.uniform(-1, 1, 3) * radii
        r = float(rng.uniform(4, 22))
        z, y, x = map(float, place)
        found.append(Blob((z, y, x), (r, r, r), float(hu[BILE]), tissue=FLUID))
    return found


def _chambers(rng: np.random.Generator, heart: Blob, blood_hu: float) -> list[Blob]:
    """Chambers of the heart, whose blood is enhanced more or less than the rest."""
    found = []
    for _ in range(int(rng.integers(1, 5))):
        share = rng.uniform(-0.55, 0.55, 3)
        z, y, x = (
            m + s * r for m, s, r in zip(heart.middle_mm, share, heart.radii_mm, strict=True)
        )
        r = float(rng.uniform(10, 28))
        radii = (r * rng.uniform(0.8, 2), r, r * rng.uniform(0.8, 1.8))
        hu = blood_hu + rng.normal(0, 25)
        turn = rng.uniform(-1.5, 1.5)
        found.append(Blob((z, y, x), radii, hu, turn, is_thoracic=True, tissue=HEART))
    return found


def _gallbladder(rng: np.random.Generator, anatomy: Anatomy, hu: NDArray[np.float32]) -> Blob:
    """A gallbladder beside the lower liver, which often looks like a cyst of it."""
    places = anatomy.under_liver_mm
    z, y, x = map(float, places[rng.integers(len(places))] + rng.normal(0, 4, 3))
    r = float(rng.uniform(8, 20))
    radii = (r * rng.uniform(1, 2), r, r * rng.uniform(0.9, 1.8))
    shell_mm, shell = rng.uniform(1, 3), float(hu[WALL])
    turn = rng.uniform(-1.5, 1.5)
    return Blob((z, y, x), radii, float(hu[BILE]), turn, shell_mm, shell, tissue=BILE)


def _hollow(rng: np.random.Generator, middle: Point, radii: Point, tissues: Tissues) -> Blob:
    """A stomach or bowel loop: a wall round fluid, contrast, stool or gas."""
    hu = tissues.hu
    content = rng.choice([FLUID, CONTRAST, BOWEL, GAS, STOMACH], p=[0.3, 0.2, 0.25, 0.1, 0.15])
    gas = rng.uniform(-0.3, 0.9) if rng.random() < 0.5 else 2.0
    wall = float(hu[WALL] + rng.uniform(-10, 30))
    filled = float(hu[content] + rng.normal(0, 8))
    turn = rng.uniform(-1.5, 1.5)
    return Blob(middle, radii, filled, turn, rng.uniform(2, 4.5), wall, gas, tissue=BOWEL)


def _bowel(rng: np.random.Generator, anatomy: Anatomy, tissues: Tissues) -> list[Blob]:
    """Bowel loops in front of the spine, and nodes and vessels in the fat between them."""
    (low, high), y, size = anatomy.liver_mm, anatomy.spine_mm[0], anatomy.size_mm
    found = []
    for _ in range(int(rng.integers(15, 50))):
        middle = (
            rng.uniform(low - 60, low + 0.75 * (high - low)),
            rng.uniform(0.08 * size[1], y - 20),
            rng.uniform(0.12 * size[2], 0.92 * size[2]),
        )
        r = rng.uniform(9, 24)
        radii = (r * rng.uniform(0.8, 2), r, r * rng.uniform(1, 2.4))
        found.append(_hollow(rng, middle, radii, tissues))
    for _ in range(int(rng.integers(10, 60))):
        middle = (
            rng.uniform(low - 40, high),
            rng.uniform(0.1 * size[1], y + 15),
            rng.uniform(0.1 * size[2], 0.92 * size[2]),
        )
        r = rng.uniform(1.5, 7)
        label = rng.choice([NODE, ARTERY, WALL])
        radii = (r * rng.uniform(1, 4), r, r * rng.uniform(1, 1.6))
        found.append(Blob(middle, radii, float(tissues.hu[label]), tissue=int(label)))
    return found


def _is_lesion(blob: Blob) -> bool:
    """Whether a reader of the whole body would mark it: a cyst of a kidney, or a large node."""
    return blob.tissue == FLUID or (blob.tissue == NODE and min(blob.radii_mm) > NODE_MM / 2)
