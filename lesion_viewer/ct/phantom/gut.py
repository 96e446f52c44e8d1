"""Stomach and bowel of the phantom."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.phantom.body import AIR_HU, Body
from lesion_viewer.ct.phantom.canvas import Canvas, Point, soft
from lesion_viewer.ct.phantom.shapes import Shape, Tube, curve, point


@dataclass(frozen=True, slots=True)
class Gut:
    """A hollow organ: wall, content, and gas in front of it (patients lie on their back).

    Attributes
    ----------
    wall : Tube
        Outer surface.
    content_hu : float
        HU of the content.
    gas : float
        Share of the depth that is gas, 0 to 1.
    wall_mm : float
        Thickness of the wall in mm.
    mottle_hu : float
        Amplitude of the variation of the content in HU.
    """

    wall: Tube
    content_hu: float
    gas: float
    wall_mm: float = 2.2
    mottle_hu: float = 0.0

    def paint(self, canvas: Canvas) -> None:
        """Paint wall, content and gas.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        """
        self.wall.paint(canvas)
        where, share = self.wall.cover(canvas, self.wall_mm)
        if not share.any():
            return
        x, y = canvas.x[where], canvas.y[where]
        hu = np.full_like(x, self.content_hu)
        if self.mottle_hu:
            bubbles = np.sin(x * 0.55 + y * 0.3 + canvas.z) * np.sin(y * 0.6 - x * 0.21)
            hu += self.mottle_hu * bubbles * np.sin(x * 0.23 + y * 0.17 + canvas.z)
        rows = np.nonzero((share > 0.5).any(1))[0]
        if self.gas and len(rows):
            top, bottom = y[rows[0]].mean(), y[rows[-1]].mean()
            gas = soft(y - np.float32(top + self.gas * (bottom - top)), 1.5)
            hu = hu + gas * (AIR_HU - hu)
        canvas.blend(where, share, hu)


def stomach(rng: np.random.Generator) -> list[Shape]:
    """A stomach with gas in front of its content.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random dimensions.

    Returns
    -------
    list[Shape]
        One shape.
    """
    full = rng.uniform(0.8, 1.1)
    x = rng.uniform(52, 66)
    fundus, outlet = [(x + 8, 8, 62), (x + 12, -14, 34)], [(14, -46, -14), (-18, -32, -12)]
    line = curve([*fundus, (x - 4, -36, 4), *outlet], 10)
    radii = [float(full * r) for r in (24, 30, 33, 34, 32, 29, 25, 21, 18, 15, 12)]
    content, gas = float(rng.uniform(5, 45)), float(rng.uniform(0.25, 0.6))
    return [Gut(Tube(line, tuple(radii), 62, 1.8), content, gas, wall_mm=4.0)]


def small_bowel(rng: np.random.Generator) -> list[Shape]:
    """The duodenum and loops of small bowel.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random dimensions.

    Returns
    -------
    list[Shape]
        Shapes in the order in which they are painted.
    """
    duodenum = curve([(-22, -22, -8), (-42, -4, -20), (-40, 10, -50), (-28, 14, -78)], 8)
    content, gas = float(rng.uniform(15, 40)), float(rng.choice([0.0, 0.35]))
    shapes: list[Shape] = [Gut(_even(duodenum, 11.5, 75), content, gas)]
    for _ in range(15):
        centre = rng.uniform((-62, -62, -150), (78, -6, -62))
        heading = rng.uniform(0, 2 * np.pi)
        steps = []
        for _step in range(5):
            heading += rng.normal(0, 0.9)
            centre = centre + (15 * np.cos(heading), 11 * np.sin(heading), rng.normal(0, 5))
            steps.append(point(centre.clip((-88, -66, -170), (92, 12, -52))))
        content, gas = float(rng.uniform(15, 55)), float(rng.choice([0.0, 0.0, 0.0, 0.3]))
        loop = _even(curve(steps, 7), rng.uniform(9, 13), rng.uniform(80, 110))
        shapes.append(Gut(loop, content, gas))
    return shapes


def colon(rng: np.random.Generator, body: Body) -> list[Shape]:
    """The colon from the caecum to the descending part, with gas and stool.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random dimensions.
    body : Body
        Body that the colon lies in.

    Returns
    -------
    list[Shape]
        Shapes in the order in which they are painted.
    """
    side = body.half_width - body.fat_mm - body.wall_mm - 24
    front = -body.half_depth + body.fat_mm * 1.1 + body.wall_mm + 26
    right = [(-side + 6, 12, -170), (-side + 4, 16, -120), (-side + 16, 2, -84)]
    across = [(-46, front + 8, -80), (0, front, -88), (48, front + 4, -64)]
    left = [(side - 12, -8, -22), (side - 4, 20, -40), (side - 2, 26, -100), (side - 4, 24, -170)]
    line = curve([*right, *across, *left], 44)
    shapes: list[Shape] = []
    for k in range(0, 44, 4):
        piece = line[k : k + 5]
        radius = rng.uniform(15, 21) if k < 28 else rng.uniform(10, 15)
        gas = float(rng.choice([0.3, 0.55, 0.8, 1.2]))
        bowel = _even(piece, radius, 70)
        shapes.append(Gut(bowel, float(rng.uniform(-20, 60)), gas, mottle_hu=40.0))
    return shapes


def _even(points: tuple[Point, ...], radius: float, hu: float) -> Tube:
    return Tube(points, (float(radius),) * len(points), float(hu))
