"""Liver lesions of the phantom, and their boxes."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.phantom.canvas import SUBSLICES, Array, Canvas, Point, soft
from lesion_viewer.ct.phantom.liver import Liver
from lesion_viewer.ct.phantom.shapes import point

PixelBox = tuple[int, int, int, int]
RADII_MM = (4.0, 24.0)
CROWDED = 200
SMALLEST_MM2 = 12.0


@dataclass(frozen=True)
class Lesion:
    """A liver lesion: an ellipsoid with bulges.

    Attributes
    ----------
    kind : str
        ``cyst``, ``hypodense metastasis`` or ``hyperdense metastasis``.
    centre : Point
        Position in mm.
    axes : Point
        Half axes in mm.
    hu, core_hu : float
        HU of the outer part and of the core.
    edge_mm : float
        Width of the border in mm.
    bulges : tuple[tuple[float, float, float, float], ...]
        Wave vector (3) and relative height of each bulge.
    """

    kind: str
    centre: Point
    axes: Point
    hu: float
    core_hu: float
    edge_mm: float
    bulges: tuple[tuple[float, float, float, float], ...]

    def paint(self, canvas: Canvas, liver: Liver, inside: Array) -> PixelBox | None:
        """Paint the lesion; its tight box where it is visible.

        A pixel counts where at least half of it is filled; the lesion is visible from 12 square mm
        on.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        liver : Liver
            Liver that the lesion is confined to.
        inside : Array
            (rows, columns), depth inside the abdominal cavity in mm.

        Returns
        -------
        PixelBox | None
            x1, y1, x2, y2 in pixel edges; None where the lesion is not visible.
        """
        reach = max(self.axes) * 1.4 + self.edge_mm
        if abs(canvas.z - self.centre[2]) > reach + canvas.thickness_mm / 2:
            return None
        where = canvas.patch(*self.centre[:2], reach, reach)
        share: Array = np.zeros_like(canvas.x[where])
        core: Array = np.zeros_like(share)
        for z in canvas.heights():
            distance = self._distance(
                canvas.straight_x[:, where[1]], canvas.straight_y[where[0]], z
            )
            share += soft(distance, self.edge_mm)
            core += soft(distance + np.float32(0.4 * min(self.axes)), 0.5 * min(self.axes))
        share *= liver.share(canvas, where, inside) / len(SUBSLICES)
        core /= len(SUBSLICES)
        canvas.blend(where, share, self.hu + core * np.float32(self.core_hu - self.hu))
        return _tight_box(share, where, canvas.pixel_area)

    def _distance(self, x: Array, y: Array, z: float) -> Array:
        u = (x - np.float32(self.centre[0])) / np.float32(self.axes[0])
        v = (y - np.float32(self.centre[1])) / np.float32(self.axes[1])
        w = np.float32((z - self.centre[2]) / self.axes[2])
        norm = np.sqrt(u * u + v * v + w * w) + np.float32(1e-4)
        surface = np.ones_like(norm)
        for a, b, c, height in self.bulges:
            turn = np.float32(a) * u + np.float32(b) * v + np.float32(c) * w
            surface += np.float32(height) * np.sin(turn / norm)
        distance: Array = (norm - surface) * np.float32(min(self.axes))
        return distance


def draw_lesions(rng: np.random.Generator, liver: Liver, count: int) -> tuple[Lesion, ...]:
    """Lesions of random kinds in the liver that do not touch each other.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random lesions.
    liver : Liver
        Liver that the lesions lie in.
    count : int
        Number of lesions.

    Returns
    -------
    tuple[Lesion, ...]
        ``count`` lesions.
    """
    lesions: list[Lesion] = []
    refused = 0
    while len(lesions) < count:
        largest = RADII_MM[1] * min(1.0, 0.99 ** (refused - CROWDED))
        lesion = _draw_lesion(rng, liver, max(largest, RADII_MM[0]))
        size = max(lesion.axes)
        gaps = [
            float(np.linalg.norm(np.subtract(lesion.centre, o.centre))) - max(o.axes)
            for o in lesions
        ]
        if all(gap > size * 1.25 + 4 for gap in gaps):
            lesions.append(lesion)
        else:
            refused += 1
    return tuple(lesions)


def _draw_lesion(rng: np.random.Generator, liver: Liver, largest_mm: float) -> Lesion:
    radius = float(np.exp(rng.uniform(np.log(RADII_MM[0]), np.log(largest_mm))))
    while True:
        points = rng.uniform((-150, -100, -80), (60, 90, 85), (64, 3)).astype(np.float32)
        deep = liver.distance_at(points) < -min(0.7 * radius, 9)
        if deep.any():
            centre = point(points[deep][0])
            break
        radius *= 0.95
    kind = rng.choice(["cyst", "hypodense metastasis", "hyperdense metastasis"], p=[0.3, 0.5, 0.2])
    if kind == "cyst":
        hu = core = rng.uniform(0, 20)
        edge, rough = 1.6, 0.035
    elif kind == "hypodense metastasis":
        hu = rng.uniform(50, min(85, liver.hu - 18))
        core, edge, rough = hu - rng.choice([0, rng.uniform(5, 25)]), rng.uniform(2.5, 6), 0.08
    else:
        hu = rng.uniform(max(130, liver.hu + 20), 170)
        core, edge, rough = hu + rng.choice([0, rng.uniform(5, 20)]), rng.uniform(2, 4), 0.07
    axes = point(radius * rng.uniform(0.82, 1.18, 3))
    bulges = tuple((*point(rng.normal(0, 1.6, 3)), float(rng.normal(0, rough))) for _ in range(4))
    return Lesion(str(kind), centre, axes, float(hu), float(core), float(min(edge, radius)), bulges)


def _tight_box(share: Array, where: tuple[slice, slice], pixel_mm2: float) -> PixelBox | None:
    seen = share >= 0.5
    if seen.sum() * pixel_mm2 < SMALLEST_MM2:
        return None
    rows, columns = np.nonzero(seen.any(1))[0], np.nonzero(seen.any(0))[0]
    top, left = where[0].start, where[1].start
    return (
        int(left + columns[0]),
        int(top + rows[0]),
        int(left + columns[-1] + 1),
        int(top + rows[-1] + 1),
    )
