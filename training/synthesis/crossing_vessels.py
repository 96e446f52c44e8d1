"""Vessels that cross the slices: round on each of them, as small lesions are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .anatomy import Point
from .image_noise import Array
from .tissues import PORTAL, VEIN, Tissues

COUNT = (20, 160)
"""Fewest and most vessels over the whole field of view, of which the liver is an eighth or so."""

RADIUS_MM = (1.0, 4.5)
SLOPE = 0.5
"""Standard deviation of mm aside per mm up, along rows and along columns."""

ENHANCED = (0.4, 1.1)
"""Contrast to the liver, as a share of that of the phase's vessels."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A straight vessel.

    Attributes
    ----------
    at_mm, slope : tuple[float, float]
        Along rows and columns: place from the image's middle at height 0, in mm, and mm aside per
        mm up.
    radius_mm : float
        Radius on a slice in mm.
    hu : float
        Attenuation.
    """

    at_mm: tuple[float, float]
    slope: tuple[float, float]
    radius_mm: float
    hu: float


def draw_crossings(
    rng: np.random.Generator, tissues: Tissues, extent_mm: Point
) -> tuple[Crossing, ...]:
    """Random vessels that cross the slices anywhere in the image.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    extent_mm : Point
        Extent of the image in mm along slices, rows and columns.

    Returns
    -------
    tuple[Crossing, ...]
        The vessels.
    """
    half, liver = np.array(extent_mm[1:]) / 2, tissues.liver_hu
    low, high = np.log(RADIUS_MM)
    found = []
    for _ in range(int(rng.integers(*COUNT))):
        (y, x), (up_y, up_x) = rng.uniform(-half, half), rng.normal(0, SLOPE, 2)
        blood = float(tissues.hu[rng.choice([PORTAL, VEIN])])
        hu = liver + (blood - liver) * rng.uniform(*ENHANCED)
        radius = float(np.exp(rng.uniform(low, high)))
        found.append(Crossing((float(y), float(x)), (float(up_y), float(up_x)), radius, hu))
    return tuple(found)


def paint_crossings(
    hu: Array,
    is_liver: NDArray[np.bool_],
    crossings: tuple[Crossing, ...],
    z_mm: NDArray[np.float64],
    pixel_mm: float,
) -> None:
    """Paint vessels into the liver.

    Parameters
    ----------
    hu : Array
        float32 (slices, rows, columns), HU; changed in place.
    is_liver : NDArray[np.bool_]
        Like ``hu``; nothing else is painted over.
    crossings : tuple[Crossing, ...]
        The vessels.
    z_mm : NDArray[np.float64]
        Heights of the slices over the image's middle in mm.
    pixel_mm : float
        In-plane pixel size in mm.
    """
    rows, columns = hu.shape[1:]
    for one in crossings:
        reach = int(one.radius_mm / pixel_mm) + 2
        for k, z in enumerate(z_mm):
            y = (one.at_mm[0] + one.slope[0] * z) / pixel_mm + (rows - 1) / 2
            x = (one.at_mm[1] + one.slope[1] * z) / pixel_mm + (columns - 1) / 2
            if not (0 <= y < rows and 0 <= x < columns and is_liver[k, int(y), int(x)]):
                continue
            top, left = max(0, int(y) - reach), max(0, int(x) - reach)
            part = np.s_[k, top : int(y) + reach + 1, left : int(x) + reach + 1]
            i, j = np.ogrid[: hu[part].shape[0], : hu[part].shape[1]]
            is_inside = np.hypot(i + top - y, j + left - x) * pixel_mm < one.radius_mm
            np.copyto(hu[part], one.hu, where=is_inside & is_liver[part])
