"""The phantom's liver: outline, branching vessels and the lesions in it."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.phantom_body import Body
from lesion_viewer.ct.phantom_shapes import (
    SUBSLICES,
    Array,
    Bend,
    Canvas,
    Point,
    Tube,
    ellipsoid,
    point,
    smooth_max,
    smooth_min,
    soft,
)

IVC_ENTRY: Point = (-16.0, 30.0, 66.0)
HILUM: Point = (-30.0, 2.0, 2.0)
PATCH = (-35.0, 0.0, 135.0, 118.0)


class Liver:
    """A liver under the right dome of the diaphragm, with its portal and hepatic veins.

    Parameters
    ----------
    impressions : centre and half axes of what dents it

    Attributes
    ----------
    hu : of the enhanced parenchyma
    vessel_hu : of the veins
    vessels : portal and hepatic veins
    """

    def __init__(
        self,
        rng: np.random.Generator,
        body: Body,
        bend: Bend,
        impressions: tuple[tuple[Point, Point], ...],
    ) -> None:
        self._body, self._bend, self._impressions = body, bend, impressions
        self.hu = rng.uniform(100, 120)
        self.vessel_hu = self.hu + rng.uniform(30, 65)
        size = rng.uniform(0.9, 1.06)
        reach = rng.uniform(0.7, 1.15)
        self._right = ((-78.0, 2.0, 4.0), (92 * size, 104 * size, 98 * size))
        self._left = ((6.0, -48.0, 42.0), (88 * reach, 46 * size, 50 * size))
        tilt = np.array([0.6, 0.38, -0.7]) + rng.normal(0, 0.05, 3)
        self._underside = tilt / np.linalg.norm(tilt)
        self._underside_x = rng.uniform(-14, 4)
        self.vessels = self._grow_vessels(rng)

    def distance_at(self, points: Array) -> Array:
        """Approximate signed distance in mm to the liver's surface, of points (n, 3)."""
        x, y = self._bend(points[:, 0], points[:, 1], points[:, 2])
        inside = self._body.layers(x, y, points[:, 2])[1]
        return self._distance(x, y, points[:, 2], self._room(x, y, inside))

    def share(self, canvas: Canvas, where: tuple[slice, slice], inside: Array) -> Array:
        """Share of each pixel of a patch that is liver."""
        x, y = canvas.x[where], canvas.y[where]
        room = self._room(x, y, inside[where])
        heights = [canvas.z + part * canvas.thickness_mm for part in (-0.25, 0.25)]
        shares = [
            soft(self._distance(x, y, np.full((1, 1), z, np.float32), room), 1.6) for z in heights
        ]
        return (shares[0] + shares[1]) * np.float32(0.5)

    def _room(self, x: Array, y: Array, inside: Array) -> tuple[Array, Array]:
        """What does not change with height: distance to wall and spine, and the diaphragm."""
        spine = ellipsoid(x, y, 0.0, (12.0, self._body.spine_y + 2, 0.0), (52, 50, 50))
        wall = smooth_max(np.float32(3.5) - inside, -spine, 12)
        return wall, self._body.diaphragm(x, y)

    def _distance(self, x: Array, y: Array, z: Array, room: tuple[Array, Array]) -> Array:
        wall, diaphragm = room
        f = smooth_min(ellipsoid(x, y, z, *self._right), ellipsoid(x, y, z, *self._left), 22)
        for centre, axes in self._impressions:
            if np.min(np.abs(z - centre[2])) < axes[2] + 5:
                f = smooth_max(f, -ellipsoid(x, y, z, centre, axes), 5)
        nx, ny, nz = map(np.float32, self._underside)
        under = nx * (x - np.float32(self._underside_x)) + ny * (y - 8) + nz * (z + 5)
        f = smooth_max(f, under, 16)
        return smooth_max(smooth_max(f, wall, 7), z - diaphragm + 2, 6)

    def paint(self, canvas: Canvas, inside: Array) -> None:
        """Parenchyma, the fissure of the round ligament, and veins."""
        where = canvas.patch(*PATCH)
        share = self.share(canvas, where, inside)
        if not share.any():
            return
        x, y = canvas.x[where], canvas.y[where]
        mottle = np.sin(x / 13 + canvas.z / 9) * np.sin(y / 11 - canvas.z / 14)
        fissure = np.sqrt(((x - 9 - (y + 50) * 0.15) / 3.2) ** 2 + ((y + 62) / 24) ** 2)
        fissure = soft((fissure - 1) * 3.2, 2.5) * np.float32(np.clip((30 - canvas.z) / 20, 0, 1))
        canvas.blend(where, share * (1 - np.float32(0.9) * fissure), self.hu + 2 * mottle)
        before = canvas.hu[where].copy()
        for vessel in self.vessels:
            vessel.paint(canvas)
        within = canvas.hu[where]
        within[...] = before + (within - before) * share

    def _grow_vessels(self, rng: np.random.Generator) -> tuple[Tube, ...]:
        """Portal branches from the hilum outwards, hepatic veins back from the caval entry."""
        tubes: list[Tube] = [Tube(((8, 16, -28), (-14, 10, -12), HILUM), (6.5, 6.5, 6), 0)]
        starts = [
            (HILUM, (-1.0, 0.15, 0.15), 5.2),
            (HILUM, (0.5, -1.0, 0.55), 4.4),
            ((-58.0, 8.0, 6.0), (-0.6, -0.5, 0.6), 4.2),
            (IVC_ENTRY, (-1.0, 0.2, -0.35), 5.0),
            (IVC_ENTRY, (-0.55, -0.9, -0.3), 4.6),
            (IVC_ENTRY, (0.35, -1.0, -0.25), 4.4),
        ]
        for start, direction, radius in starts:
            self._branch(rng, tubes, np.array(start), np.array(direction), radius)
        return tuple(Tube(t.points, t.radii, self.vessel_hu) for t in tubes)

    def _branch(
        self,
        rng: np.random.Generator,
        tubes: list[Tube],
        start: Array,
        direction: Array,
        radius: float,
    ) -> None:
        if radius < 0.9:
            return
        direction = direction / np.linalg.norm(direction)
        bend = direction + rng.normal(0, 0.22, 3)
        step = rng.uniform(3.4, 5.4) * radius + 6
        middle = start + direction * step / 2
        end = middle + bend / np.linalg.norm(bend) * step / 2
        near_root = min(np.linalg.norm(end - IVC_ENTRY), np.linalg.norm(end - HILUM)) < 26
        if self.distance_at(end[None].astype(np.float32))[0] > -4 and not near_root:
            return
        points = (point(start), point(middle), point(end))
        thin = radius * rng.uniform(0.78, 0.88)
        tubes.append(Tube(points, (radius, (radius + thin) / 2, thin), 0))
        aside = np.cross(bend, rng.normal(0, 1, 3))
        aside /= np.linalg.norm(aside)
        spread, share = rng.uniform(0.35, 0.6), rng.uniform(0.62, 0.86)
        self._branch(rng, tubes, end, bend - aside * spread * 0.6, thin * 0.97)
        self._branch(rng, tubes, end, bend + aside * spread * 1.5, thin * share)


@dataclass(frozen=True)
class Lesion:
    """A lump in the liver: an ellipsoid with bulges.

    Attributes
    ----------
    kind : ``cyst``, ``hypodense metastasis`` or ``hyperdense metastasis``
    hu, core_hu : of the outer part and of the middle
    edge_mm : width of its border
    """

    kind: str
    centre: Point
    axes: Point
    hu: float
    core_hu: float
    edge_mm: float
    bulges: tuple[tuple[float, float, float, float], ...]

    def paint(
        self, canvas: Canvas, liver: Liver, inside: Array
    ) -> tuple[int, int, int, int] | None:
        """Fill its share of the slice; its tight box x1, y1, x2, y2 where it can be seen.

        It can be seen where it fills at least half a pixel, over at least 12 square mm.
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
    """``count`` lesions of random kinds in the liver that do not touch each other."""
    lesions: list[Lesion] = []
    while len(lesions) < count:
        lesion = _draw_lesion(rng, liver)
        size = max(lesion.axes)
        gaps = [
            float(np.linalg.norm(np.subtract(lesion.centre, o.centre))) - max(o.axes)
            for o in lesions
        ]
        if all(gap > size * 1.25 + 4 for gap in gaps):
            lesions.append(lesion)
    return tuple(lesions)


def _draw_lesion(rng: np.random.Generator, liver: Liver) -> Lesion:
    radius = float(np.exp(rng.uniform(np.log(4.0), np.log(24.0))))
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
        core, edge, rough = hu - rng.choice([0, rng.uniform(5, 40)]), rng.uniform(2, 4), 0.07
    axes = point(radius * rng.uniform(0.82, 1.18, 3))
    bulges = tuple((*point(rng.normal(0, 1.6, 3)), float(rng.normal(0, rough))) for _ in range(4))
    return Lesion(str(kind), centre, axes, float(hu), float(core), float(min(edge, radius)), bulges)


def _tight_box(
    share: Array, where: tuple[slice, slice], pixel_mm2: float
) -> tuple[int, int, int, int] | None:
    seen = share >= 0.5
    if seen.sum() * pixel_mm2 < 12:
        return None
    rows, columns = np.nonzero(seen.any(1))[0], np.nonzero(seen.any(0))[0]
    top, left = where[0].start, where[1].start
    return (
        int(left + columns[0]),
        int(top + rows[0]),
        int(left + columns[-1] + 1),
        int(top + rows[-1] + 1),
    )
