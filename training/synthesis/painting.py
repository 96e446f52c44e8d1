"""Slices of a scene: attenuation from labels, lesions and mimics, seen through a scanner."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.synthesis.anatomy import Anatomy, Labels, Pose, View
from training.synthesis.filling import Filling
from training.synthesis.image_noise import Array, Scanner, scanned
from training.synthesis.liver_lesions import Grid, Lesion, paint_lesion
from training.synthesis.mimics import Mimics
from training.synthesis.tissues import BODY, BONE, FIRST_LESION, LIVER, NODE, Tissues

SUB_SLICE_MM = 1.3
"""A thick slice is the mean of thin ones about this far apart."""

SEEN_SHARE, HINTED_SHARE = 0.5, 0.15
"""A lesion's extent on a slice is where it fills half of a pixel; a slice on which it fills no
more than the lower share of any pixel does not show it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which slices are painted, and how fine.

    Attributes
    ----------
    z_mm : middles of the slices
    thickness_mm : of each
    """

    z_mm: tuple[float, ...]
    thickness_mm: float
    rows: int
    columns: int
    pixel_mm: float

    @property
    def extent_mm(self) -> tuple[float, float, float]:
        """From the lowest to the highest slice, twice the farther side of 0, and in the plane."""
        depth = 2 * (max(map(abs, self.z_mm)) + self.thickness_mm)
        return depth, self.rows * self.pixel_mm, self.columns * self.pixel_mm

    def grid(self, index: int) -> Grid:
        """The thin slices that make up slice ``index``."""
        count = max(1, round(self.thickness_mm / SUB_SLICE_MM))
        within = (np.arange(count) + 0.5) / count - 0.5
        z = self.z_mm[index] + within * self.thickness_mm
        return Grid(z, self.rows, self.columns, self.pixel_mm)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that decides the slices of a scan.

    Attributes
    ----------
    lesions : painted in this order
    decoys : lesions painted outside the liver, which are not labelled
    noise_seed : of the scanner's noise
    motion_mm : how far breathing doubles the image, along rows
    """

    anatomy: Anatomy
    pose: Pose
    layout: Layout
    tissues: Tissues
    filling: Filling
    mimics: Mimics
    scanner: Scanner
    lesions: tuple[Lesion, ...] = ()
    decoys: tuple[Lesion, ...] = ()
    noise_seed: int = 0
    motion_mm: float = 0.0
    table_mm: tuple[float, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Attenuation:
    """A slice before the scanner.

    Attributes
    ----------
    hu : float32 array (rows, columns)
    shares : by index in the scene's lesions, how much of each pixel the lesion fills, and its rows
        and columns
    depth : 0 at the skin to 1 in the middle of the body
    """

    hu: Array
    shares: dict[int, tuple[tuple[slice, slice], Array]]
    depth: Array


def attenuation(scene: Scene, index: int) -> Attenuation:
    """Slice ``index`` of a scene as it attenuates, without blur and noise."""
    grid = scene.layout.grid(index)
    view = scene.pose.view_at(grid.z_mm)
    view.labels[:] = _without_others(scene)[view.labels]
    hu = scene.tissues.hu[view.labels]
    scene.filling.paint(hu, view, grid.z_mm)
    scene.mimics.paint(hu, view.labels, grid.z_mm, grid.pixel_mm)
    _texture_bone(hu, view.labels, scene)
    shares = {}
    for number, lesion in enumerate(scene.lesions):
        painted = paint_lesion(hu, view.labels, grid, lesion)
        if painted is not None:
            shares[number] = (painted[0], painted[1].mean(0))
    _paint_decoys(hu, view, grid, scene.decoys)
    flat = hu.mean(0)
    _paint_table(flat, view, scene)
    scene.mimics.add_streaks(flat)
    return Attenuation(flat, shares, np.clip(view.skin_mm.mean(0) / 90, 0, 1))


def _without_others(scene: Scene) -> NDArray[np.uint8]:
    """What becomes of each label: lesions that are not painted are parenchyma, or a node."""
    becomes = np.arange(256, dtype=np.uint8)
    becomes[FIRST_LESION:] = NODE
    becomes[list(scene.anatomy.lesion_mm)] = LIVER
    for lesion in scene.lesions:
        becomes[lesion.label] = lesion.label
    return becomes


def scan_slice(scene: Scene, index: int, seen: Attenuation) -> NDArray[np.int16]:
    """What the scanner makes of a slice: int16 (rows, columns), HU."""
    hu = seen.hu
    if scene.motion_mm:
        by = round(scene.motion_mm / scene.layout.pixel_mm)
        hu = 0.6 * hu + 0.4 * np.roll(hu, by, 0)
    rng = np.random.default_rng([scene.noise_seed, index])
    image = scanned(hu, scene.scanner, scene.layout.pixel_mm, seen.depth, rng)
    return np.clip(np.rint(image), -1024, 3071).astype(np.int16)


def boxes_of(scene: Scene, seen: Attenuation) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tight boxes (n, 4) of the lesions that a slice shows, and of those it only hints at."""
    shown: list[tuple[int, ...]] = []
    hinted: list[tuple[int, ...]] = []
    for number, (part, share) in seen.shares.items():
        top = share.max()
        if top < HINTED_SHARE:
            continue
        extent = extent_of(share, part)
        is_shown = top >= SEEN_SHARE and _is_visible(scene, scene.lesions[number], share)
        (shown if is_shown else hinted).append(extent)
    return (
        np.array(shown, np.float32).reshape(-1, 4),
        np.array(hinted, np.float32).reshape(-1, 4),
    )


def liver_of(scene: Scene) -> NDArray[np.bool_]:
    """The liver with what lies in it: bool array (slices, rows, columns)."""
    labels = scene.pose.view_at(np.array(scene.layout.z_mm)).labels
    return np.isin(labels, [LIVER, *scene.anatomy.lesion_mm])


def _is_visible(scene: Scene, lesion: Lesion, share: Array) -> bool:
    """Whether a reader could see it: contrast over noise, averaged over its extent."""
    look, liver = lesion.look, scene.tissues.liver_hu
    contrast = max(abs(look.hu - liver), abs(look.core_hu - liver) if look.core > 0.3 else 0)
    if look.kind in ("rimmed", "nodular", "calcified"):
        contrast = max(contrast, 25.0)
    across_mm = np.sqrt((share >= SEEN_SHARE).sum()) * scene.layout.pixel_mm
    noise = scene.scanner.noise_hu * np.sqrt(0.12 / scene.scanner.fall_per_mm)
    return bool(across_mm >= 3 and contrast * np.sqrt(min(across_mm, 30) / 8) > 0.75 * noise)


def extent_of(share: Array, part: tuple[slice, slice]) -> tuple[int, int, int, int]:
    """Tight box on a slice of a lesion that fills so much of the pixels of a part of it."""
    mask = share >= min(SEEN_SHARE, float(share.max()) / 2)
    i, j = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, left = part[0].start, part[1].start
    return left + int(j[0]), top + int(i[0]), left + int(j[-1]) + 1, top + int(i[-1]) + 1


def _texture_bone(hu: Array, labels: Labels, scene: Scene) -> None:
    """Spongy bone: each pixel of it differs."""
    is_bone = labels == BONE
    rng = np.random.default_rng([scene.noise_seed, 1])
    hu[is_bone] += 90 * rng.standard_normal(int(is_bone.sum()), np.float32)


def _paint_decoys(hu: Array, view: View, grid: Grid, decoys: tuple[Lesion, ...]) -> None:
    if not decoys:
        return
    # To a decoy the soft tissue outside the liver is what the liver is to a lesion.
    is_soft = (view.labels != LIVER) & (view.labels < FIRST_LESION) & (view.labels != 0)
    is_soft &= (hu > -20) & (hu < 250)
    around = np.where(is_soft, LIVER, BODY).astype(np.uint8)
    for decoy in decoys:
        paint_lesion(hu, around, grid, decoy)


def _paint_table(hu: Array, view: View, scene: Scene) -> None:
    """The couch: thin arcs under the body."""
    inside = np.flatnonzero((view.labels[0] > 0).any(1))
    if not len(inside) or not scene.table_mm:
        return
    rows, columns = hu.shape
    pixel = scene.layout.pixel_mm
    x = (np.arange(columns) - columns / 2) * pixel
    for down in scene.table_mm:
        arc = inside[-1] + (down - 0.0009 * x**2) / pixel
        for thick in range(3):
            i = np.rint(arc + thick).astype(int)
            is_free = (i > 0) & (i < rows)
            j = np.flatnonzero(is_free)
            is_air = hu[i[j], j] < -900
            hu[i[j][is_air], j[is_air]] = 120
