"""Slices of a scene: attenuation of labels, lesions and mimics, as a scanner shows it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .anatomy import Anatomy, Labels, Pose, View
from .body_lesions import hosts_as_liver
from .filling import Filling
from .image_noise import Array, Scanner, frequencies, scanned
from .lesion_shapes import Grid, Lesion, paint_lesion
from .mimics import Mimics
from .tissues import BODY, BONE, FIRST_LESION, LIVER, NODE, Tissues

SUB_SLICE_MM = 1.3
"""Distance of the thin slices whose mean is a thick one."""

SEEN_SHARE, HINTED_SHARE = 0.5, 0.15
"""A lesion's box on a slice holds the pixels that it fills by half. A slice on which it fills less
than the lower share of every pixel does not show it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The slices that are painted.

    Attributes
    ----------
    z_mm : tuple[float, ...]
        Heights of the slices' middles over the image's middle, in mm.
    thickness_mm : float
        Thickness of each slice in mm.
    rows, columns : int
        Size of a slice.
    pixel_mm : float
        In-plane pixel size in mm.
    """

    z_mm: tuple[float, ...]
    thickness_mm: float
    rows: int
    columns: int
    pixel_mm: float

    @property
    def extent_mm(self) -> tuple[float, float, float]:
        """Extent in mm along slices, rows and columns; along slices symmetric about height 0."""
        depth = 2 * (max(map(abs, self.z_mm)) + self.thickness_mm)
        return depth, self.rows * self.pixel_mm, self.columns * self.pixel_mm

    def grid(self, index: int) -> Grid:
        """The thin slices whose mean is a slice.

        Parameters
        ----------
        index : int
            Index of the slice.

        Returns
        -------
        Grid
            Positions of the thin slices' pixels.
        """
        count = max(1, round(self.thickness_mm / SUB_SLICE_MM))
        within = (np.arange(count) + 0.5) / count - 0.5
        z = self.z_mm[index] + within * self.thickness_mm
        return Grid(z, self.rows, self.columns, self.pixel_mm)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that decides the slices of a scan.

    Attributes
    ----------
    anatomy : Anatomy
        The patient.
    pose : Pose
        Map from the image to the anatomy.
    layout : Layout
        The slices.
    tissues : Tissues
        Attenuation of the patient's tissues.
    filling : Filling
        Soft tissue without a label.
    mimics : Mimics
        Structures in the liver that look like lesions.
    scanner : Scanner
        Blur and noise.
    lesions : tuple[Lesion, ...]
        The lesions, in the order of painting.
    decoys : tuple[Lesion, ...]
        Lesions outside the liver, which are not labelled.
    noise_seed : int
        Seed of the scanner's noise.
    motion_mm : float
        Distance of the double image that breathing causes, along rows; 0 for none.
    table_mm : tuple[float, ...]
        Distances of the couch's layers under the body.
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
    """A slice without blur and noise.

    Attributes
    ----------
    hu : Array
        float32 (rows, columns), HU.
    shares : dict[int, tuple[tuple[slice, slice], Array]]
        Index in the scene's lesions -> slices of the rows and columns that it was painted into, and
        its share of each of their pixels.
    depth : Array
        float32 (rows, columns), 0 at the skin to 1 in the middle of the body.
    """

    hu: Array
    shares: dict[int, tuple[tuple[slice, slice], Array]]
    depth: Array


def attenuation(scene: Scene, index: int) -> Attenuation:
    """A slice of a scene without blur and noise.

    Parameters
    ----------
    scene : Scene
        The scene.
    index : int
        Index of the slice in the scene's layout.

    Returns
    -------
    Attenuation
        Attenuation, and where the lesions are.
    """
    grid = scene.layout.grid(index)
    view = scene.pose.view_at(grid.z_mm)
    view.labels[:] = _without_others(scene)[view.labels]
    hu = scene.tissues.hu[view.labels]
    tissue = scene.filling.paint(hu, view, grid.z_mm)
    scene.mimics.paint(hu, view.labels, grid.z_mm, grid.pixel_mm)
    _texture_bone(hu, view.labels, scene)
    shares = {}
    for number, lesion in enumerate(scene.lesions):
        is_in_liver = lesion.site == "liver"
        hosts = view.labels if is_in_liver else hosts_as_liver(tissue, lesion.site)
        painted = paint_lesion(hu, hosts, grid, lesion)
        if painted is not None:
            shares[number] = (painted[0], painted[1].mean(0))
    _paint_decoys(hu, view, grid, scene.decoys)
    flat = hu.mean(0)
    _paint_table(flat, view, scene)
    scene.mimics.add_streaks(flat)
    return Attenuation(flat, shares, np.clip(view.skin_mm.mean(0) / 90, 0, 1))


def _without_others(scene: Scene) -> NDArray[np.uint8]:
    """Label to paint for each label: lesions that are left out become parenchyma, or a node.

    Where nodes are lesions too, fat or whatever else is painted where labels are missing.
    """
    becomes = np.arange(256, dtype=np.uint8)
    becomes[FIRST_LESION:] = BODY if scene.filling.is_whole_body else NODE
    becomes[list(scene.anatomy.lesion_mm)] = LIVER
    for lesion in scene.lesions:
        becomes[lesion.label] = lesion.label
    return becomes


def scan_slice(scene: Scene, index: int, seen: Attenuation) -> NDArray[np.int16]:
    """A slice of a scene as the scanner shows it.

    Parameters
    ----------
    scene : Scene
        The scene.
    index : int
        Index of the slice, which also decides its noise.
    seen : Attenuation
        The slice without blur and noise.

    Returns
    -------
    NDArray[np.int16]
        int16 (rows, columns), HU.
    """
    rng = np.random.default_rng([scene.noise_seed, index])
    image = scanned(_moved(scene, seen.hu), scene.scanner, scene.layout.pixel_mm, seen.depth, rng)
    return np.clip(np.rint(image), -1024, 3071).astype(np.int16)


def blurred(scene: Scene, hu: Array) -> Array:
    """A slice as the scanner shows it but for its noise.

    Parameters
    ----------
    scene : Scene
        The scene.
    hu : Array
        float32 (rows, columns), HU, or a difference of such slices.

    Returns
    -------
    Array
        float32 (rows, columns).
    """
    transfer = scene.scanner.transfer(frequencies(len(hu), hu.shape[1], scene.layout.pixel_mm))
    sharp = np.fft.irfft2(np.fft.rfft2(_moved(scene, hu)) * transfer, hu.shape)
    return np.asarray(sharp, np.float32)


def _moved(scene: Scene, hu: Array) -> Array:
    """A slice twice, where the patient breathes."""
    if not scene.motion_mm:
        return hu
    return 0.6 * hu + 0.4 * np.roll(hu, round(scene.motion_mm / scene.layout.pixel_mm), 0)


def boxes_of(scene: Scene, seen: Attenuation) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tight boxes of the lesions that a slice shows, and of those that are hardly visible.

    Parameters
    ----------
    scene : Scene
        The scene.
    seen : Attenuation
        The slice without blur and noise.

    Returns
    -------
    tuple[NDArray[np.float32], NDArray[np.float32]]
        Two arrays (n, 4) in pixels: lesions, and regions to ignore.
    """
    shown = shown_lesions(scene, seen)
    hinted = [
        extent_of(share, part)
        for number, (part, share) in seen.shares.items()
        if number not in shown and share.max() >= HINTED_SHARE
    ]
    return (
        np.array(list(shown.values()), np.float32).reshape(-1, 4),
        np.array(hinted, np.float32).reshape(-1, 4),
    )


def shown_lesions(scene: Scene, seen: Attenuation) -> dict[int, tuple[int, int, int, int]]:
    """The lesions that a slice shows.

    Parameters
    ----------
    scene : Scene
        The scene.
    seen : Attenuation
        The slice without blur and noise.

    Returns
    -------
    dict[int, tuple[int, int, int, int]]
        Index in the scene's lesions -> tight box, x1, y1, x2, y2 in pixels.
    """
    return {
        number: extent_of(share, part)
        for number, (part, share) in seen.shares.items()
        if _is_shown(scene, number, share)
    }


def lesions_of(scene: Scene, seen: Attenuation) -> NDArray[np.bool_]:
    """Mask of the lesions that a slice shows, as tight as their boxes.

    Parameters
    ----------
    scene : Scene
        The scene.
    seen : Attenuation
        The slice without blur and noise.

    Returns
    -------
    NDArray[np.bool_]
        (rows, columns).
    """
    mask = np.zeros(seen.hu.shape, bool)
    for number, (part, share) in seen.shares.items():
        if _is_shown(scene, number, share):
            mask[part] |= _filled(share)
    return mask


def liver_of(scene: Scene) -> NDArray[np.bool_]:
    """Mask of the liver with the lesions in it.

    Parameters
    ----------
    scene : Scene
        The scene.

    Returns
    -------
    NDArray[np.bool_]
        (slices, rows, columns).
    """
    labels = scene.pose.view_at(np.array(scene.layout.z_mm)).labels
    return np.isin(labels, [LIVER, *scene.anatomy.lesion_mm])


def _is_shown(scene: Scene, number: int, share: Array) -> bool:
    """Whether a slice shows a lesion, of which each pixel's share is given."""
    return share.max() >= SEEN_SHARE and _is_visible(scene, scene.lesions[number], share)


def _is_visible(scene: Scene, lesion: Lesion, share: Array) -> bool:
    """Whether a reader could see it: contrast over noise, averaged over its extent."""
    look = lesion.look
    around = scene.tissues.liver_hu if lesion.around_hu is None else lesion.around_hu
    contrast = max(abs(look.hu - around), abs(look.core_hu - around) if look.core > 0.3 else 0)
    if look.kind in ("rimmed", "nodular", "calcified"):
        contrast = max(contrast, 25.0)
    across_mm = np.sqrt((share >= SEEN_SHARE).sum()) * scene.layout.pixel_mm
    noise = scene.scanner.noise_hu * np.sqrt(0.12 / scene.scanner.fall_per_mm)
    return bool(across_mm >= 3 and contrast * np.sqrt(min(across_mm, 30) / 8) > 0.75 * noise)


def extent_of(share: Array, part: tuple[slice, slice]) -> tuple[int, int, int, int]:
    """Tight box of a lesion on a slice.

    Parameters
    ----------
    share : Array
        The lesion's share of each pixel of a part of the slice (rows, columns).
    part : tuple[slice, slice]
        Slices of the rows and of the columns of the part.

    Returns
    -------
    tuple[int, int, int, int]
        X1, y1, x2, y2 in pixels of the whole slice.
    """
    mask = _filled(share)
    i, j = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, left = part[0].start, part[1].start
    return left + int(j[0]), top + int(i[0]), left + int(j[-1]) + 1, top + int(i[-1]) + 1


def _filled(share: Array) -> NDArray[np.bool_]:
    """The pixels that belong to a lesion, of which each pixel's share is given."""
    filled: NDArray[np.bool_] = share >= min(SEEN_SHARE, float(share.max()) / 2)
    return filled


def _texture_bone(hu: Array, labels: Labels, scene: Scene) -> None:
    """Add noise to each pixel of bone, which is spongy."""
    is_bone = labels == BONE
    rng = np.random.default_rng([scene.noise_seed, 1])
    hu[is_bone] += 90 * rng.standard_normal(int(is_bone.sum()), np.float32)


def _paint_decoys(hu: Array, view: View, grid: Grid, decoys: tuple[Lesion, ...]) -> None:
    if not decoys:
        return
    # Decoys are painted into soft tissue outside the liver, which is labelled as liver for them.
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
