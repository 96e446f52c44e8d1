"""The slice that is being painted, and the distance fields that shapes consist of.

Positions are in mm: x runs to the patient's left, y to the back, z to the head; x = y = 0 is the
centre of a slice.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Point = tuple[float, float, float]

SUBSLICES = (-0.33, 0.0, 0.33)
"""Heights in a slice, as shares of its thickness, over which shapes are averaged."""


def soft(distance_mm: Array, edge_mm: float) -> Array:
    """Share of a pixel that lies inside a shape, from its signed distance to the surface.

    Parameters
    ----------
    distance_mm : Array
        Signed distance in mm, negative inside.
    edge_mm : float
        Width of the transition in mm.

    Returns
    -------
    Array
        0 to 1.
    """
    share: Array = np.clip(0.5 - distance_mm / np.float32(edge_mm), 0, 1)
    return share


def smooth_min(a: Array, b: Array, blend_mm: float) -> Array:
    """Union of two distance fields with a rounded inner edge.

    Parameters
    ----------
    a, b : Array
        Signed distances in mm, negative inside.
    blend_mm : float
        Width of the rounding in mm.

    Returns
    -------
    Array
        Signed distances in mm.
    """
    fillet = np.float32(blend_mm) - np.abs(a - b)
    np.maximum(fillet, 0, out=fillet)
    fillet *= fillet
    filleted: Array = np.minimum(a, b) - fillet * np.float32(0.25 / blend_mm)
    return filleted


def smooth_max(a: Array, b: Array, blend_mm: float) -> Array:
    """Intersection of two distance fields with a rounded outer edge.

    Parameters
    ----------
    a, b : Array
        Signed distances in mm, negative inside.
    blend_mm : float
        Width of the rounding in mm.

    Returns
    -------
    Array
        Signed distances in mm.
    """
    return -smooth_min(-a, -b, blend_mm)


def ellipsoid(x: Array, y: Array, z: Array | float, centre: Point, axes: Point) -> Array:
    """Approximate signed distance to an ellipsoid.

    Parameters
    ----------
    x, y : Array
        Positions in mm that broadcast against each other.
    z : Array | float
        Heights in mm that broadcast against the positions.
    centre : Point
        Centre in mm.
    axes : Point
        Half axes in mm.

    Returns
    -------
    Array
        Distance in mm, negative inside.
    """
    u, v, w = (
        (p - np.float32(c)) / np.float32(a) for p, c, a in zip((x, y, z), centre, axes, strict=True)
    )
    norm: Array = np.sqrt(u * u + v * v + w * w)
    return (norm - 1) * np.float32(min(axes))


class Canvas:
    """One slice that is being painted.

    Parameters
    ----------
    shape : tuple[int, int]
        Rows and columns.
    spacing_mm : Point
        Distances of (slices, rows, columns) in mm.
    z : float
        Height of the centre of the slice in mm.
    bend : Bend
        Displacement of the positions, so that no organ is an exact ellipsoid.
    hu : float
        Value that fills the slice at first; the attribute is the array (rows, columns), painted in
        place.

    Attributes
    ----------
    z, thickness_mm : float
        Height of the centre and thickness of the slice in mm.
    x, y : Array
        (rows, columns), displaced positions in mm.
    straight_x, straight_y : Array
        (1, columns) and (rows, 1), positions before the displacement in mm.
    pixel_area : float
        Area of a pixel in square mm.
    """

    def __init__(
        self, shape: tuple[int, int], spacing_mm: Point, z: float, bend: "Bend", hu: float
    ) -> None:
        self.straight_x, self.straight_y = pixel_positions(shape, spacing_mm)
        self.x, self.y = bend(self.straight_x, self.straight_y, z)
        self.z, self.thickness_mm = z, spacing_mm[0]
        self._spacing = spacing_mm
        self.pixel_area = spacing_mm[1] * spacing_mm[2]
        self._reach_mm = bend.reach_mm
        self.hu: Array = np.full(shape, hu, np.float32)

    def patch(self, x: float, y: float, reach_x: float, reach_y: float) -> tuple[slice, slice]:
        """Rows and columns within reach of a point, displacement included.

        Parameters
        ----------
        x, y : float
            Point in mm.
        reach_x, reach_y : float
            Largest distances from the point in mm.

        Returns
        -------
        tuple[slice, slice]
            Index slices of rows and columns, within the image.
        """
        (rows, columns), (_, row_mm, column_mm) = self.hu.shape, self._spacing
        return (
            _span(y, reach_y + self._reach_mm, rows, row_mm),
            _span(x, reach_x + self._reach_mm, columns, column_mm),
        )

    def patch_round(self, a: Point, b: Point, reach: float) -> tuple[slice, slice]:
        """Rows and columns within reach of the line between two points, displacement included.

        Parameters
        ----------
        a, b : Point
            Ends of the line in mm.
        reach : float
            Largest distance from the line in mm.

        Returns
        -------
        tuple[slice, slice]
            Index slices of rows and columns, within the image.
        """
        x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        return self.patch(x, y, abs(a[0] - b[0]) / 2 + reach, abs(a[1] - b[1]) / 2 + reach)

    def heights(self) -> list[float]:
        """The heights within the slice at which shapes are sampled, in mm."""
        return [self.z + part * self.thickness_mm for part in SUBSLICES]

    def blend(self, where: tuple[slice, slice], share: Array, hu: float | Array) -> None:
        """Fill a share of each pixel with a value.

        Parameters
        ----------
        where : tuple[slice, slice]
            Index slices of rows and columns.
        share : Array
            Share of each pixel, 0 to 1.
        hu : float | Array
            Value, or value of each pixel.
        """
        under = self.hu[where]
        under += share * (hu - under)


def pixel_positions(shape: tuple[int, int], spacing_mm: Point) -> tuple[Array, Array]:
    """Positions of pixel centres, 0 in the centre of the image.

    Parameters
    ----------
    shape : tuple[int, int]
        Rows and columns.
    spacing_mm : Point
        Distances of (slices, rows, columns) in mm.

    Returns
    -------
    tuple[Array, Array]
        x (1, columns) and y (rows, 1) in mm.
    """
    (rows, columns), (_, row_mm, column_mm) = shape, spacing_mm
    x = (np.arange(columns, dtype=np.float32) - np.float32((columns - 1) / 2)) * column_mm
    y = (np.arange(rows, dtype=np.float32) - np.float32((rows - 1) / 2)) * row_mm
    return x.astype(np.float32)[None, :], y.astype(np.float32)[:, None]


def _span(centre: float, reach: float, count: int, pixel_mm: float) -> slice:
    middle = centre / pixel_mm + (count - 1) / 2
    first = int(np.clip(np.floor(middle - reach / pixel_mm), 0, count))
    last = int(np.clip(np.ceil(middle + reach / pixel_mm) + 1, 0, count))
    return slice(first, last)


class Bend:
    """A smooth random displacement in the slice plane that changes with height.

    It decreases towards the spine, so that bones keep their shape.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random waves.
    amplitude_mm : float
        Typical displacement in mm.
    spine_y : float
        y of the spine in mm.

    Attributes
    ----------
    reach_mm : float
        Upper bound of the displacement in mm.
    """

    WAVES = 4

    def __init__(self, rng: np.random.Generator, amplitude_mm: float, spine_y: float) -> None:
        self.reach_mm = 2.5 * amplitude_mm
        self._amplitude = rng.normal(0, amplitude_mm / 2, (2, self.WAVES)).clip(
            -amplitude_mm / 1.6, amplitude_mm / 1.6
        )
        self._wave = 2 * np.pi / rng.uniform(60, 170, (2, self.WAVES, 3))
        self._phase = rng.uniform(0, 2 * np.pi, (2, self.WAVES, 3))
        self._spine_y = spine_y

    def __call__(self, x: Array, y: Array, z: float | Array) -> tuple[Array, Array]:
        """Displaced positions.

        Parameters
        ----------
        x, y : Array
            Positions in mm that broadcast against each other.
        z : float | Array
            Heights in mm that broadcast against the positions.

        Returns
        -------
        tuple[Array, Array]
            x and y in mm.
        """
        calm = np.exp(-((x / 45) ** 2)) * np.exp(-(((y - self._spine_y) / 50) ** 2))
        freedom = (1 - calm).astype(np.float32)
        moved = []
        for axis, start in enumerate((x, y)):
            shift: Array | float = 0.0
            for amplitude, wave, phase in zip(
                self._amplitude[axis], self._wave[axis], self._phase[axis], strict=True
            ):
                along_z = np.float32(amplitude) * np.cos(z * wave[2] + phase[2])
                along_x = np.sin(x * np.float32(wave[0]) + np.float32(phase[0]))
                along_y = np.sin(y * np.float32(wave[1]) + np.float32(phase[1]))
                shift = shift + (along_z * along_x).astype(np.float32) * along_y
            moved.append((start + shift * freedom).astype(np.float32, copy=False))
        return moved[0], moved[1]
