"""Lesions as shapes of an attenuation, and how they are painted."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .anatomy import Labels, Point
from .image_noise import Array
from .tissues import FIRST_LESION, LIVER, PORTAL, VEIN

LEAST_SHARE = 0.02
"""A lesion that fills a smaller share of every pixel is left out."""


@dataclass(frozen=True, slots=True)
class Look:
    """A lesion's attenuation from its middle to its border.

    Attributes
    ----------
    kind : str
        What it is, in a word.
    hu : float
        Attenuation of most of it.
    core_hu, core : float
        Attenuation of its middle, and the share of the radius that the middle reaches; 0 for none.
    rim_hu, rim : float
        Attenuation of its border, and the share of the radius at which the border begins; 1 for
        none.
    nodules_hu : float
        Attenuation of clumps along the border; 0 for none.
    grain_hu : float
        Amplitude of its texture.
    specks_hu : float
        Attenuation of its calcifications; 0 for none.
    soft_mm : float
        Width in mm over which its border fades.
    """

    kind: str
    hu: float
    core_hu: float = 0.0
    core: float = 0.0
    rim_hu: float = 0.0
    rim: float = 1.0
    nodules_hu: float = 0.0
    grain_hu: float = 0.0
    specks_hu: float = 0.0
    soft_mm: float = 0.8


@dataclass(frozen=True, slots=True)
class Lesion:
    """A bent ellipsoid in the image or, where ``label`` is over 0, a lesion of the label volume.

    Attributes
    ----------
    look : Look
        Its attenuation.
    waves : Array
        (n, 4), waves that bend its surface: wave vector in radians per radius, and phase.
    middle_mm : Point
        Along slices, rows and columns from the image's middle, in mm.
    radii_mm : Point
        Radii of the ellipsoid in mm, before it is turned.
    turns : Array
        (3, 3), the ellipsoid's axes as columns.
    bend : float
        Amplitude of the bending, as a share of the radius.
    label : int
        Its value in the label volume; 0 for a painted ellipsoid.
    site : str
        Where it lies, a key of ``body_lesions.SITES``.
    around_hu : float | None
        HU of the tissue round it; None for the liver's.
    """

    look: Look
    waves: Array
    middle_mm: Point = (0.0, 0.0, 0.0)
    radii_mm: Point = (8.0, 8.0, 8.0)
    turns: Array = field(default_factory=lambda: np.eye(3, dtype=np.float32))
    bend: float = 0.1
    label: int = 0
    site: str = "liver"
    around_hu: float | None = None


def draw_shape(
    rng: np.random.Generator,
    look: Look,
    middle_mm: Point,
    radius_mm: float,
    bend: float,
    long: float,
    site: str,
    around_hu: float,
) -> Lesion:
    """A lesion of a given look, with random axes.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    look : Look
        Its attenuation.
    middle_mm : Point
        Along slices, rows and columns from the image's middle, in mm.
    radius_mm : float
        Radius in mm of a ball of its volume.
    bend : float
        Amplitude of the bending, as a share of the radius.
    long : float
        Highest ratio of its long axis to the others.
    site : str
        Where it lies.
    around_hu : float
        HU of the tissue round it.

    Returns
    -------
    Lesion
        The lesion.
    """
    axes, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    ratio = rng.uniform(1, long)
    short = radius_mm / np.cbrt(ratio)
    a, b, c = (float(r * rng.uniform(0.88, 1.12)) for r in (ratio * short, short, short))
    return Lesion(
        look=look,
        waves=draw_waves(rng),
        middle_mm=middle_mm,
        radii_mm=(a, b, c),
        turns=axes.astype(np.float32),
        bend=bend,
        site=site,
        around_hu=around_hu,
    )


def draw_waves(rng: np.random.Generator) -> Array:
    """Random waves that bend a lesion's surface and make its texture.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.

    Returns
    -------
    Array
        (6, 4), see ``Lesion``.
    """
    vectors = rng.normal(0, 2.2, (6, 3))
    waves: Array = np.c_[vectors, rng.uniform(0, 2 * np.pi, 6)].astype(np.float32)
    return waves


@dataclass(frozen=True, slots=True)
class Grid:
    """Positions of the pixels of some slices from the image's middle, in mm.

    Attributes
    ----------
    z_mm : NDArray[np.float64]
        Heights of the slices in mm (slices,).
    rows, columns : int
        Size of a slice.
    pixel_mm : float
        In-plane pixel size in mm.
    """

    z_mm: NDArray[np.float64]
    rows: int
    columns: int
    pixel_mm: float

    def part(self, middle_mm: Point, reach_mm: float) -> tuple[slice, slice] | None:
        """Rows and columns that lie within reach of a place; None where no slice does.

        Parameters
        ----------
        middle_mm : Point
            The place, along slices, rows and columns.
        reach_mm : float
            Distance from the place, along each axis.

        Returns
        -------
        tuple[slice, slice] | None
            Slices of the rows and of the columns.
        """
        if np.abs(self.z_mm - middle_mm[0]).min() > reach_mm:
            return None
        sides = []
        for n, middle in ((self.rows, middle_mm[1]), (self.columns, middle_mm[2])):
            at = middle / self.pixel_mm + (n - 1) / 2
            reach = reach_mm / self.pixel_mm
            low, high = max(0, int(at - reach)), min(n, int(at + reach) + 2)
            if low >= high:
                return None
            sides.append(slice(low, high))
        return sides[0], sides[1]

    def offsets(self, part: tuple[slice, slice], middle_mm: Point) -> Array:
        """Distances from a place to each pixel of a part.

        Parameters
        ----------
        part : tuple[slice, slice]
            Slices of the rows and of the columns.
        middle_mm : Point
            The place, along slices, rows and columns.

        Returns
        -------
        Array
            float32 (slices, rows, columns, 3), in mm.
        """
        y = (np.arange(self.rows)[part[0]] - (self.rows - 1) / 2) * self.pixel_mm
        x = (np.arange(self.columns)[part[1]] - (self.columns - 1) / 2) * self.pixel_mm
        axes = (a - m for a, m in zip((self.z_mm, y, x), middle_mm, strict=True))
        offsets: Array = np.stack(np.meshgrid(*axes, indexing="ij"), -1).astype(np.float32)
        return offsets


def paint_lesion(
    hu: Array, labels: Labels, grid: Grid, lesion: Lesion
) -> tuple[tuple[slice, slice], Array] | None:
    """Paint a lesion into the liver; None where these slices do not show it.

    Parameters
    ----------
    hu : Array
        float32 (slices, rows, columns), HU; changed in place.
    labels : Labels
        uint8 like ``hu``; only the liver, its vessels and its lesions are painted over.
    grid : Grid
        Positions of the pixels.
    lesion : Lesion
        The lesion.

    Returns
    -------
    tuple[tuple[slice, slice], Array] | None
        Slices of the rows and columns that were painted, and the lesion's share of each of their
        pixels, float32 (slices, rows, columns).
    """
    part = _part_of(labels, grid, lesion)
    if part is None:
        return None
    index = (slice(None), *part)
    offsets = grid.offsets(part, _middle(grid, part) if lesion.label else lesion.middle_mm)
    radius = float(np.mean(lesion.radii_mm))
    waves = np.sin(np.tensordot(offsets / radius, lesion.waves[:, :3], (3, 1)) + lesion.waves[:, 3])
    depth, share = (_lying if lesion.label else _bent)(labels[index], offsets, waves, lesion)
    if share.max() < LEAST_SHARE:
        return None
    hu[index] += share * (_attenuation(lesion.look, depth, waves) - hu[index])
    return part, share


def _lying(labels: Labels, offsets: Array, waves: Array, lesion: Lesion) -> tuple[Array, Array]:
    """Relative depth in a lesion of the label volume, and its share."""
    share = (labels == lesion.label).astype(np.float32)
    away = np.sqrt((offsets**2).sum(-1)) / lesion.radii_mm[0]
    return np.where(share > 0, np.minimum(away, 0.95), 1.0).astype(np.float32), share


def _bent(labels: Labels, offsets: Array, waves: Array, lesion: Lesion) -> tuple[Array, Array]:
    """Relative depth in a bent ellipsoid, and its share: it fades over its border."""
    radii = np.array(lesion.radii_mm, np.float32)
    depth = np.sqrt((((offsets @ lesion.turns) / radii) ** 2).sum(-1))
    depth += lesion.bend * waves[..., :4].mean(-1) * 1.6
    steep = 4 * float(radii.mean()) / lesion.look.soft_mm
    share = 1 / (1 + np.exp(np.clip((depth - 1) * steep, -30, 30)))
    is_liver = (labels == LIVER) | (labels >= FIRST_LESION) | (labels == VEIN) | (labels == PORTAL)
    return depth, share * is_liver


def _attenuation(look: Look, depth: Array, waves: Array) -> Array:
    """HU by relative depth, 0 in the middle and 1 on the border."""
    value = np.full(depth.shape, look.hu, np.float32)
    if look.core > 0:
        value = np.where(depth < look.core, look.core_hu, value)
    if look.rim < 1:
        value = np.where(depth > look.rim, look.rim_hu, value)
    if look.nodules_hu:
        clumps = (depth > 0.55) & (waves[..., 0] + waves[..., 1] > 0.5)
        value = np.where(clumps, look.nodules_hu, value)
    if look.grain_hu:
        value = value + look.grain_hu * waves.mean(-1) * 1.6
    if look.specks_hu:
        value = np.where(waves[..., 3:].sum(-1) > 2.2, look.specks_hu, value)
    return value.astype(np.float32)


def _part_of(labels: Labels, grid: Grid, lesion: Lesion) -> tuple[slice, slice] | None:
    if not lesion.label:
        return grid.part(lesion.middle_mm, 1.3 * max(lesion.radii_mm) + 2)
    is_lesion = (labels == lesion.label).any(0)
    rows, columns = np.flatnonzero(is_lesion.any(1)), np.flatnonzero(is_lesion.any(0))
    if not len(rows):
        return None
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _middle(grid: Grid, part: tuple[slice, slice]) -> Point:
    y = ((part[0].start + part[0].stop - 1) / 2 - (grid.rows - 1) / 2) * grid.pixel_mm
    x = ((part[1].start + part[1].stop - 1) / 2 - (grid.columns - 1) / 2) * grid.pixel_mm
    return float(grid.z_mm.mean()), y, x
