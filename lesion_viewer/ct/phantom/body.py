"""The body of the phantom: skin, fat, muscle wall, ribs, lung bases, and the table."""

import numpy as np

from lesion_viewer.ct.phantom.canvas import Array, Canvas, ellipsoid, smooth_min, soft

AIR_HU, FAT_HU, SKIN_HU, LUNG_HU = -1000.0, -100.0, 20.0, -860.0
SKIN_MM = 1.8
WHOLE = (slice(None), slice(None))


class Body:
    """Outline and wall of a trunk; with height only its size changes.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random dimensions.

    Attributes
    ----------
    half_width, half_depth : float
        Half axes of the outline in mm.
    fat_mm, wall_mm : float
        Mean thickness of the subcutaneous fat and of the muscle wall.
    muscle_hu : float
        HU of the wall and all other muscles.
    dome_z : tuple[float, float]
        Heights of the right and the left dome of the diaphragm in mm.
    spine_y : float
        y of the centres of the vertebral bodies in mm.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.half_width = rng.uniform(150, 176)
        self.half_depth = self.half_width * rng.uniform(0.69, 0.77)
        self.fat_mm = rng.uniform(7, 24)
        self.wall_mm = rng.uniform(9, 13)
        self.muscle_hu = rng.uniform(52, 66)
        self.dome_z = (rng.uniform(76, 90), rng.uniform(62, 78))
        self.spine_y = self.half_depth - self.fat_mm * 0.6 - rng.uniform(64, 69)
        self._waves = rng.normal(0, 0.008, 3), rng.uniform(0, 2 * np.pi, 3)
        self._rib_pitch = rng.uniform(24, 28)
        self._rib_drop = rng.uniform(125, 160)
        self._rib_phase = rng.uniform(0, 1)
        self._table_gap = rng.uniform(2, 7)

    def outline(self, x: Array, y: Array) -> tuple[Array, Array, Array]:
        """Distance from the centre, distance of the skin there, and angle from the back.

        Parameters
        ----------
        x, y : Array
            Positions in mm that broadcast against each other.

        Returns
        -------
        tuple[Array, Array, Array]
            Both distances in mm; the angle from 0 at the back to 1 at the front, equal on both
            sides.
        """
        radius = np.sqrt(x * x + y * y) + np.float32(1e-3)
        turn = np.arctan2(np.abs(x), y) / np.float32(np.pi)
        angle = np.arctan2(x, y)
        u, v = np.abs(x) / np.float32(self.half_width), np.abs(y) / np.float32(self.half_depth)
        behind = np.clip(y / np.float32(self.half_depth), 0, 1)
        power = np.float32(2.15) + np.float32(0.7) * behind
        norm = (u**power + v**power) ** (1 / power)
        for k, (amplitude, phase) in enumerate(zip(*self._waves, strict=True), 2):
            norm = norm * (1 + np.float32(amplitude) * np.cos(k * angle + np.float32(phase)))
        groove = np.float32(0.05) * np.exp(-((x / 16) ** 2)) * behind
        skin: Array = radius / (norm + groove)
        return radius, skin, turn

    def layers(self, x: Array, y: Array, z: float | Array) -> tuple[Array, Array, Array]:
        """Depth under the skin, depth inside the abdominal cavity, and angle from the back.

        Parameters
        ----------
        x, y : Array
            Positions in mm that broadcast against each other.
        z : float | Array
            Heights in mm that broadcast against the positions.

        Returns
        -------
        tuple[Array, Array, Array]
            Both depths in mm; the angle from 0 at the back to 1 at the front.
        """
        radius, skin, turn = self.outline(x, y)
        return self.layers_at(radius, skin, turn, z)

    def layers_at(
        self, radius: Array, skin: Array, turn: Array, z: float | Array
    ) -> tuple[Array, Array, Array]:
        """The answer of ``layers`` from a known outline.

        Parameters
        ----------
        radius, skin, turn : Array
            The answer of ``outline``.
        z : float | Array
            Height in mm.

        Returns
        -------
        tuple[Array, Array, Array]
            Both depths in mm; the angle from 0 at the back to 1 at the front.
        """
        size = 1 - 0.05 * np.tanh(z / 120) ** 2 - 0.02 * np.sin(z / 50)
        depth = (skin * size - radius).astype(np.float32, copy=False)
        lateral = np.sin(turn * np.float32(np.pi))
        fat = np.float32(self.fat_mm) * (1 - np.float32(0.25) * lateral)
        wall = np.float32(self.wall_mm) * (np.float32(0.75) + np.float32(0.4) * lateral)
        return depth, depth - fat - wall, turn

    def diaphragm(self, x: Array, y: Array) -> Array:
        """Height of the diaphragm above each position.

        Parameters
        ----------
        x, y : Array
            Positions in mm that broadcast against each other.

        Returns
        -------
        Array
            Height z in mm.
        """
        heights = []
        for z, side in zip(self.dome_z, (-1, 1), strict=True):
            u = (x - side * 68) / np.float32(self.half_width * 0.62)
            v = (y + 8) / np.float32(self.half_depth * 0.95)
            heights.append(z - 88 * (1 - np.sqrt(np.clip(1 - u * u - v * v, 0, 1))))
        surface: Array = np.maximum(*heights)
        return surface

    def paint(self, canvas: Canvas, layers: tuple[Array, Array, Array]) -> None:
        """Paint skin, fat, muscle wall, ribs, the fat of the cavity, and the lung bases.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        layers : tuple[Array, Array, Array]
            The answer of ``layers`` for the pixels of the slice.
        """
        depth, inside, turn = layers
        self._paint_table(canvas)
        canvas.blend(WHOLE, soft(-depth, 1.5), SKIN_HU)
        canvas.blend(WHOLE, soft(SKIN_MM - depth, 1.2), FAT_HU)
        wall = np.float32(self.wall_mm) * (
            np.float32(0.75) + np.float32(0.4) * np.sin(turn * np.float32(np.pi))
        )
        sheet = np.abs(inside + wall * np.float32(0.42) + np.sin(turn * 40)) - 0.4
        canvas.blend(WHOLE, soft(-inside - wall, 2.0), self.muscle_hu)
        canvas.blend(
            WHOLE,
            soft(sheet, 1.4) * np.sin(turn * np.float32(np.pi)) ** 4 * np.float32(0.5),
            FAT_HU,
        )
        midline = soft(np.abs(canvas.x) - 1.5, 4.0) * (turn > 0.8) * soft(3 - depth, 2.0)
        canvas.blend(WHOLE, midline, FAT_HU + 40)
        canvas.blend(WHOLE, soft(-inside, 1.6), FAT_HU)
        self._paint_ribs(canvas, inside + wall * np.float32(0.5), turn, wall)
        self._paint_lungs(canvas, inside)

    def _paint_ribs(self, canvas: Canvas, off: Array, turn: Array, wall: Array) -> None:
        fall = np.float32(self._rib_drop) * np.sin(np.clip(turn, 0, 0.72) * np.float32(2.1))
        number = (canvas.z + fall) / np.float32(self._rib_pitch) + np.float32(self._rib_phase)
        nearest = np.round(number)
        along = (number - nearest) * np.float32(self._rib_pitch)
        length = np.clip(np.float32(0.42) + np.float32(0.09) * nearest, 0, 0.76)
        section = np.sqrt((along / np.float32(6.5)) ** 2 + (off / np.float32(3.9)) ** 2)
        is_rib = (turn > 0.1) & (turn < length) & (nearest >= -1)
        share = soft((section - 1) * 4, 1.8) * is_rib * np.clip((length - turn) * 40, 0, 1)
        if not share.any():
            return
        bone = 620 - 420 * soft((section - np.float32(0.62)) * 4, 1.6)
        bone = np.where(turn > 0.66, 130, bone).astype(np.float32)
        canvas.blend(WHOLE, share, bone)

    def _paint_lungs(self, canvas: Canvas, inside: Array) -> None:
        if canvas.z < -30:
            return
        above = canvas.z - self.diaphragm(canvas.x, canvas.y)
        heart = ellipsoid(canvas.x, canvas.y, 0.0, (18, -self.half_depth * 0.34, 0), (76, 60, 60))
        spine = ellipsoid(canvas.x, canvas.y, 0.0, (6, self.spine_y, 0), (40, 66, 66))
        edge = np.maximum(
            np.maximum(np.float32(2.0) - inside, -above), -smooth_min(heart, spine, 16)
        )
        share = soft(edge, 2.0)
        gradient = LUNG_HU + 70 * np.clip(canvas.y / np.float32(self.half_depth), -1, 1)
        canvas.blend(WHOLE, share, gradient)

    def _paint_table(self, canvas: Canvas) -> None:
        back = self.half_depth * 0.95 + self._table_gap
        sag = (canvas.straight_x / 200) ** 2 * 26
        for depth, hu, thickness in ((0.0, -780.0, 1.2), (22.0, -500.0, 1.5)):
            off = np.abs(canvas.straight_y - back - depth + sag) - np.float32(thickness)
            share = soft(off, 1.2) * (np.abs(canvas.straight_x) < 190)
            canvas.blend(WHOLE, share, hu)
