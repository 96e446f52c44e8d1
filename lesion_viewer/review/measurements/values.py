"""What a shape on a slice measures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import Angle, Diameters, Ellipse, Mask, Rectangle
from lesion_viewer.review.measurements.pixel_grid import PixelGrid
from lesion_viewer.review.measurements.profiles import HUProfile, hu_along
from lesion_viewer.review.measurements.regions import RegionHU, area_of, hu_in

__all__ = ["HUProfile", "Measured", "PixelGrid", "RegionHU", "hu_along", "measure"]


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of a measurement; None for what it does not measure, or nobody knows.

    Attributes
    ----------
    is_mm : bool
        Whether lengths and areas are in mm and mm2; in pixels where the spacing is unknown.
    length : float | None
        Of a distance or a profile, or the long diameter.
    short : float | None
        The short diameter.
    degrees : float | None
        The angle.
    area : float | None
        Of a region.
    hu : RegionHU | None
        HU in a region; None also before its slice was read.
    """

    is_mm: bool
    length: float | None = None
    short: float | None = None
    degrees: float | None = None
    area: float | None = None
    hu: RegionHU | None = None


def measure(shape: Shape, grid: PixelGrid, hu: NDArray[np.int16] | None) -> Measured:
    """The values of a shape.

    Parameters
    ----------
    shape : Shape
        In stored pixels.
    grid : PixelGrid
        Of its slice.
    hu : NDArray[np.int16] | None
        (rows, columns) of its slice, as stored; None where it was not read.

    Returns
    -------
    Measured
        Only what the kind of shape measures.
    """
    if isinstance(shape, Angle):
        return Measured(grid.is_mm, degrees=grid.degrees(shape.start, shape.corner, shape.end))
    if isinstance(shape, Ellipse | Rectangle | Mask):
        inside = None if hu is None else hu_in(hu, shape)
        return Measured(grid.is_mm, area=area_of(shape, grid), hu=inside)
    if isinstance(shape, Diameters):
        a, b, c, d = shape.points
        lengths = grid.length(a, b), grid.length(c, d)
        return Measured(grid.is_mm, length=max(lengths), short=min(lengths))
    start, end, *_ = shape.points
    return Measured(grid.is_mm, length=grid.length(start, end))
