"""HU of the pixels in a region, and its area."""

from dataclasses import dataclass
from math import ceil, cos, floor, pi, sin

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.shapes import Ellipse, Mask, Rectangle
from lesion_viewer.review.measurements.pixel_grid import PixelGrid

Region = Ellipse | Rectangle | Mask


@dataclass(frozen=True, slots=True)
class RegionHU:
    """HU of the pixels whose centres lie in a region.

    Attributes
    ----------
    mean, sd : float
        Mean and standard deviation of all of them (divided by their number).
    lowest, highest : int
        The extremes.
    pixels : int
        How many they are, at least 1.
    """

    mean: float
    sd: float
    lowest: int
    highest: int
    pixels: int


def hu_in(hu: NDArray[np.int16], region: Region) -> RegionHU | None:
    """HU in a region.

    Parameters
    ----------
    hu : NDArray[np.int16]
        (rows, columns) of the slice, as stored.
    region : Region
        In stored pixels.

    Returns
    -------
    RegionHU | None
        None where no pixel's centre lies in it.
    """
    values = _values_in(hu, region)
    if not len(values):
        return None
    sd, lowest, highest = float(values.std(dtype=float)), int(values.min()), int(values.max())
    return RegionHU(float(values.mean(dtype=float)), sd, lowest, highest, len(values))


def area_of(region: Region, grid: PixelGrid) -> float:
    """The area of a region: of the drawn shape, of a mask that of its pixels.

    Parameters
    ----------
    region : Region
        In stored pixels.
    grid : PixelGrid
        Of its slice.

    Returns
    -------
    float
        In mm2, or in pixels.
    """
    if isinstance(region, Ellipse):
        pixels = pi * region.radii[0] * region.radii[1]
    else:
        pixels = region.box.area if isinstance(region, Rectangle) else float(region.pixels.sum())
    return pixels * grid.pixel_area


def _values_in(hu: NDArray[np.int16], region: Region) -> NDArray[np.int16]:
    if isinstance(region, Mask):
        (x, y), (rows, columns) = region.corner, region.shape
        part = hu[y : y + rows, x : x + columns]
        return part[region.pixels[: part.shape[0], : part.shape[1]]]
    box = region.box if isinstance(region, Rectangle) else _round(region)
    top, bottom = _centres(box.y1, box.y2, hu.shape[0])
    left, right = _centres(box.x1, box.x2, hu.shape[1])
    part = hu[top:bottom, left:right]
    if isinstance(region, Rectangle):
        return part.ravel()
    y, x = np.mgrid[top:bottom, left:right] + 0.5
    dx, dy = x - region.centre[0], y - region.centre[1]
    c, s = cos(region.angle), sin(region.angle)
    along, across = (c * dx + s * dy) / region.radii[0], (c * dy - s * dx) / region.radii[1]
    inside: NDArray[np.int16] = part[along**2 + across**2 <= 1]
    return inside


def _round(ellipse: Ellipse) -> Box:
    """A box that holds the ellipse."""
    (x, y), reach = ellipse.centre, max(ellipse.radii)
    return Box(x - reach, y - reach, x + reach, y + reach)


def _centres(low: float, high: float, count: int) -> tuple[int, int]:
    """The pixels of an axis whose centres lie between two edges: the first, and one past the last.

    A centre on an edge counts.
    """
    return max(ceil(low - 0.5), 0), max(min(floor(high - 0.5) + 1, count), 0)
