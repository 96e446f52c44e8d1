"""Liver of the phantom: outline and branching vessels."""

import numpy as np

from lesion_viewer.ct.phantom.body import Body
from lesion_viewer.ct.phantom.canvas import (
    Array,
    Bend,
    Canvas,
    Point,
    ellipsoid,
    smooth_max,
    smooth_min,
    soft,
)
from lesion_viewer.ct.phantom.shapes import Tube, point

IVC_ENTRY: Point = (-16.0, 30.0, 66.0)
HILUM: Point = (-30.0, 2.0, 2.0)
PATCH = (-35.0, 0.0, 135.0, 118.0)


class Liver:
    """A liver under the right dome of the diaphragm, with its portal and hepatic veins.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random dimensions.
    body : Body
        Body that the liver lies in.
    bend : Bend
        Displacement that the slices are painted with.
    impressions : tuple[tuple[Point, Point], ...]
        Centre and half axes in mm of the organs that indent the liver.

    Attributes
    ----------
    hu : float
        HU of the enhanced parenchyma.
    vessel_hu : float
        HU of the veins.
    vessels : tuple[Tube, ...]
        Portal and hepatic veins.
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
        """Approximate signed distance to the surface of the liver.

        Parameters
        ----------
        points : Array
            (n, 3), x, y, z in mm.

        Returns
        -------
        Array
            (n) in mm, negative inside.
        """
        x, y = self._bend(points[:, 0], points[:, 1], points[:, 2])
        inside = self._body.layers(x, y, points[:, 2])[1]
        return self._distance(x, y, points[:, 2], self._room(x, y, inside))

    def share(self, canvas: Canvas, where: tuple[slice, slice], inside: Array) -> Array:
        """Share of each pixel of a patch that is liver.

        Parameters
        ----------
        canvas : Canvas
            Slice that is painted.
        where : tuple[slice, slice]
            Index slices of rows and columns.
        inside : Array
            (rows, columns) of the slice, depth inside the abdominal cavity in mm.

        Returns
        -------
        Array
            (rows, columns) of the patch, 0 to 1.
        """
        x, y = canvas.x[where], canvas.y[where]
        room = self._room(x, y, inside[where])
        heights = [canvas.z + part * canvas.thickness_mm for part in (-0.25, 0.25)]
        shares = [
            soft(self._distance(x, y, np.full((1, 1), z, np.float32), room), 1.6) for z in heights
        ]
        return (shares[0] + shares[1]) * np.float32(0.5)

    def _room(self, x: Array, y: Array, inside: Array) -> tuple[Array, Array]:
        """Values independent of height: distance to wall and spine, and height of the diaphragm."""
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
        """Paint parenchyma, the fissure of the round ligament, and veins.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        inside : Array
            (rows, columns), depth inside the abdominal cavity in mm.
        """
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
        """Portal branches from the hilum, and hepatic veins from the caval entry."""
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
