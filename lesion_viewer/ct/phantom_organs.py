"""The phantom's other organs, as shapes in the order in which they are painted."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.phantom_body import AIR_HU, FAT_HU, Body
from lesion_viewer.ct.phantom_shapes import Blob, Canvas, Point, Shape, Tube, curve, point, soft

VERTEBRA_MM = 31.0


@dataclass(frozen=True, slots=True)
class Organs:
    """All organs but the liver.

    Attributes
    ----------
    behind, before : painted before and after the liver
    impressions : centre and half axes of what dents the liver
    """

    behind: tuple[Shape, ...]
    before: tuple[Shape, ...]
    impressions: tuple[tuple[Point, Point], ...]


def draw_organs(rng: np.random.Generator, body: Body) -> Organs:
    """Organs of random size, place and enhancement that fit ``body``."""
    enhanced = float(rng.uniform(140, 170))
    kidney_beds, kidneys = _kidneys(rng, body.spine_y)
    gallbladder = _gallbladder(rng)
    behind = (
        *_muscles(body),
        *_lung_vessels(rng, body),
        *_heart(rng, body, enhanced),
        *_spine(rng, body.spine_y),
        *_mesentery(rng, enhanced - 15),
        *_small_bowel(rng),
        *_pancreas(rng),
        *_spleen(rng, body),
        *_colon(rng, body),
        *_stomach(rng),
    )
    before = (*kidney_beds, *kidneys, *_great_vessels(rng, body.spine_y, enhanced), *gallbladder)
    dents = [*kidney_beds, *gallbladder[:1]]
    return Organs(behind, before, tuple((blob.centre, blob.axes) for blob in dents))


@dataclass(frozen=True, slots=True)
class Gut:
    """A hollow tube: wall, content, and gas above it (patients lie on their back).

    Attributes
    ----------
    content_hu : of what fills it
    gas : share of its height that gas fills
    mottle_hu : how much its content varies
    """

    wall: Tube
    content_hu: float
    gas: float
    wall_mm: float = 2.2
    mottle_hu: float = 0.0

    def paint(self, canvas: Canvas) -> None:
        """Wall, content and gas."""
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


@dataclass(frozen=True, slots=True)
class LungVessel:
    """A vessel that shows where it runs through lung."""

    tube: Tube

    def paint(self, canvas: Canvas) -> None:
        """Fill the vessel's share of every pixel of lung."""
        where, share = self.tube.cover(canvas)
        if share.size:
            canvas.blend(where, share * (canvas.hu[where] < -600), self.tube.hu)


def _muscles(body: Body) -> list[Shape]:
    back, hu = body.spine_y, body.muscle_hu
    shapes: list[Shape] = []
    for side in (-1, 1):
        shapes += [
            Blob((side * 31, back + 35, 0), (27, 16, 900), hu, 2.5, angle=-side * 0.25),
            Blob((side * 52, back + 37, 0), (16, 9, 900), hu - 4, 2.5, angle=-side * 0.5),
            Blob((side * 36, back + 4, -105), (17, 20, 95), hu, 2.0),
            Blob((side * 62, back + 20, -110), (20, 9, 80), hu, 2.5, angle=-side * 0.7),
            Blob((side * 42, back + 37, 0), (1.1, 13, 900), FAT_HU + 50, 2.5, angle=-side * 0.3),
            Blob((side * 14, back - 14, 30), (3, 15, 50), hu, 1.6, angle=side * 0.5),
        ]
    return shapes


def _heart(rng: np.random.Generator, body: Body, enhanced: float) -> list[Shape]:
    top = body.dome_z[0] + 30
    x, y = rng.uniform(14, 26), -body.half_depth * 0.3
    return [
        Blob((x, y, top), (72, 58, 46), FAT_HU, 3.0, angle=0.5),
        Blob((x, y + 2, top + 2), (64, 50, 42), 95, 2.0, angle=0.5),
        Blob((x + 14, y + 4, top + 4), (34, 22, 32), enhanced, 5.0, angle=0.6),
        Blob((x - 30, y - 2, top + 4), (22, 28, 32), enhanced - 8, 5.0),
        Tube(((6, body.spine_y - 36, 50), (4, body.spine_y - 34, 160)), (7, 7), 45),
    ]


def _spine(rng: np.random.Generator, back: float) -> list[Shape]:
    cortical, cancellous = rng.uniform(420, 620), rng.uniform(160, 260)
    canal: Point = (0, back + 25, 0)
    shapes: list[Shape] = [Blob((0, back, 0), (18.5, 15, 900), 85, 2.0)]
    start = rng.uniform(-VERTEBRA_MM, 0) - 5 * VERTEBRA_MM
    for level in range(11):
        z = float(start + level * VERTEBRA_MM)
        shapes += [
            Blob((0, back, z), (21, 16.5, 13.2), cortical, 1.6, power=3.4),
            Blob((0, back, z), (19.2, 14.7, 11.6), cancellous, 2.2, power=3.4),
            Blob((0, back + 22, z + 3), (17, 5.5, 8), cortical * 0.8, 2.0, power=3),
            Blob((0, back + 37, z - 7), (3.6, 5.5, 10), cortical * 0.75, 1.8, power=3),
            Blob((0, back + 50, z - 10), (2.8, 11, 9), cortical * 0.7, 1.8, power=3),
        ]
        for side in (-1, 1):
            shapes += [
                Blob((side * 15, back + 24, z + 1), (5, 9, 12), cortical * 0.8, 2.0),
                Blob((side * 30, back + 25, z + 2), (14, 3.4, 6), cortical * 0.75, 1.8, side * 0.3),
                Blob((side * 14, back + 31, z - 8), (6, 6, 9), cortical, 2.0),
                Blob((side * 11, back + 35, z - 9), (10, 2.6, 9), cortical * 0.8, 1.6, -side * 0.7),
            ]
    return [*shapes, Blob(canal, (10.5, 8.5, 900), 18, 2.0), Blob(canal, (5.5, 4.5, 900), 38, 2.0)]


def _kidneys(rng: np.random.Generator, back: float) -> tuple[list[Blob], list[Shape]]:
    cortex = rng.uniform(165, 200)
    medulla = cortex - rng.uniform(15, 45)
    beds: list[Blob] = []
    shapes: list[Shape] = []
    for side, lift in ((-1, 0.0), (1, 14.0)):
        z = float(-50 + lift + rng.uniform(-8, 8))
        x, y = side * 64.0, back + 0.0
        turn = -side * rng.uniform(0.35, 0.6)
        beds.append(Blob((x, y, z), (36, 41, 62), FAT_HU - 5, 4.0, turn))
        shapes.append(Blob((x, y, z), (27, 33, 54), cortex, 1.6, turn))
        for part in range(-3, 4):
            for dx, dy in ((-8, -15), (9, -9), (10, 8), (-7, 16)):
                centre = (x + side * dx, y + dy, z + part * 13.0)
                inner = 1 - (part / 4) ** 2
                shapes.append(Blob(centre, (6.5 * inner, 6.5 * inner, 5.5), medulla, 3.5))
        hilum = (x - side * 17, y - 7, z)
        shapes += [
            Blob(hilum, (17, 8, 26), FAT_HU + 15, 2.5, side * 0.4),
            Blob((x - side * 12, y - 5, z), (8, 4.5, 15), 15, 2.5, side * 0.4),
        ]
        shapes.append(
            Tube(
                ((x - side * 16, y - 8, z + 4), (side * 12, back - 26, z + 9)),
                (4, 4.5),
                cortex - 25,
            )
        )
    return beds, shapes


def _spleen(rng: np.random.Generator, body: Body) -> list[Shape]:
    hu, size = rng.uniform(110, 130), rng.uniform(0.85, 1.15)
    edge = body.half_width - body.fat_mm - body.wall_mm
    x, y = edge - 28.0, rng.uniform(18, 30)
    middle = rng.uniform(26, 40)
    points = ((x - 34, y + 38, middle + 22), (x - 6, y + 22, middle + 8), (x + 6, y - 10, middle))
    line = curve([*points, (x + 2, y - 34, middle - 14)], 9)
    radii = tuple(float(20 * size * np.sin(np.pi * (0.14 + 0.72 * k / 9)) + 4) for k in range(10))
    low = tuple((px, py, pz - 24) for px, py, pz in line)
    return [Tube(line, radii, hu), Tube(low, tuple(0.85 * r for r in radii), hu)]


def _great_vessels(rng: np.random.Generator, back: float, enhanced: float) -> list[Shape]:
    aorta_x, radius = rng.uniform(5, 13), rng.uniform(9.5, 12)
    front = back - 29
    ivc: Point = (-20, front - 2, -60)
    shapes: list[Shape] = [
        Tube(((aorta_x, front, -160), (aorta_x, front, 40), (aorta_x + 4, front + 6, 160)),
             (radius - 1.5, radius, radius + 0.5), enhanced),
        Tube(((-21, front, -160), ivc, (-20, front - 4, 20), (-16, 30, 66), (-12, 14, 100)),
             (10, 10.5, 11, 11.5, 12), enhanced - 12),
        Tube(((aorta_x, front - 8, 12), (aorta_x - 2, front - 26, 8)), (4, 3.5), enhanced),
        Tube(((aorta_x, front - 8, -4), (aorta_x, front - 24, -18), (aorta_x, front - 30, -90)),
             (4, 3.8, 3), enhanced),
        Tube(((aorta_x - 12, front - 28, -120), (aorta_x - 10, front - 28, -30), (8, 16, -28)),
             (4.5, 5, 5.5), enhanced + 5),
        Tube(curve([(8, 16, -28), (40, 14, -8), (74, 24, 14), (98, 26, 30)], 8),
             (5, 5, 4.8, 4.6, 4.4, 4.2, 4, 3.8, 3.5), enhanced + 5),
    ]  # fmt: skip
    return shapes


def _mesentery(rng: np.random.Generator, hu: float) -> list[Shape]:
    root = np.array([4.0, 0.0, -70.0])
    shapes: list[Shape] = []
    for _ in range(26):
        end = root + rng.normal(0, 1, 3) * (42, 26, 38) + (0, -18, -10)
        middle = (root + end) / 2 + rng.normal(0, 7, 3)
        points = curve([point(root + rng.normal(0, 5, 3)), point(middle), point(end)], 4)
        radius = rng.uniform(1.2, 2.4)
        shapes.append(Tube(points, (radius, radius, radius, radius * 0.8, radius * 0.6), hu))
    return shapes


def _pancreas(rng: np.random.Generator) -> list[Shape]:
    hu = rng.uniform(85, 110)
    line = curve([(-26, 2, -40), (-8, 0, -26), (22, -4, -14), (56, 8, 2), (82, 22, 18)], 14)
    shapes: list[Shape] = []
    for k, (x, y, z) in enumerate(line):
        radius = 9.5 - 0.25 * k + rng.uniform(-1.5, 1.5)
        jitter = rng.normal(0, 1.6, 2)
        centre = (x + float(jitter[0]), y + float(jitter[1]), z)
        shapes.append(Blob(centre, (radius, radius * 0.85, radius * 1.1), hu, 2.2))
    return [*shapes, Tube(line, (1.2,) * len(line), 45)]


def _gallbladder(rng: np.random.Generator) -> list[Blob]:
    if rng.random() < 0.3:
        return []
    length = rng.uniform(18, 30)
    centre = (-48 + rng.uniform(-8, 8), -34 + rng.uniform(-8, 6), -34 + rng.uniform(-8, 8))
    axes = (rng.uniform(10, 15), length, rng.uniform(14, 22))
    turn = rng.uniform(-0.5, 0.3)
    wall = tuple(a + 1.4 for a in axes)
    return [
        Blob(centre, (wall[0], wall[1], wall[2]), 70, 1.6, turn),
        Blob(centre, axes, rng.uniform(4, 16), 1.8, turn),
    ]


def _small_bowel(rng: np.random.Generator) -> list[Shape]:
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


def _colon(rng: np.random.Generator, body: Body) -> list[Shape]:
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


def _stomach(rng: np.random.Generator) -> list[Shape]:
    full = rng.uniform(0.8, 1.1)
    x = rng.uniform(52, 66)
    fundus, outlet = [(x + 8, 8, 62), (x + 12, -14, 34)], [(14, -46, -14), (-18, -32, -12)]
    line = curve([*fundus, (x - 4, -36, 4), *outlet], 10)
    radii = [float(full * r) for r in (24, 30, 33, 34, 32, 29, 25, 21, 18, 15, 12)]
    content, gas = float(rng.uniform(5, 45)), float(rng.uniform(0.25, 0.6))
    return [Gut(Tube(line, tuple(radii), 62, 1.8), content, gas, wall_mm=4.0)]


def _lung_vessels(rng: np.random.Generator, body: Body) -> list[Shape]:
    """Branches that run from the hila down to the bases; the liver and the wall hide the rest."""
    shapes: list[Shape] = []
    for side in (-1, 1):
        for _ in range(26):
            turn = rng.uniform(-0.2, 1.0) * np.pi - np.pi / 2
            out = rng.uniform(0.45, 0.8)
            end = np.array(
                [
                    side * (30 + np.cos(turn) * out * (body.half_width - 50)),
                    np.sin(turn) * out * body.half_depth,
                    rng.uniform(40, 110),
                ]
            )
            start = np.array([side * 40.0, 5.0, 150.0])
            middle = (start + end) / 2 + (side * 12, rng.normal(0, 10), rng.normal(0, 8))
            points = curve([point(start), point(middle), point(end)], 5)
            shapes.append(LungVessel(Tube(points, (4, 3.2, 2.5, 1.9, 1.3, 0.6), 40)))
    return shapes


def _even(points: tuple[Point, ...], radius: float, hu: float) -> Tube:
    return Tube(points, (float(radius),) * len(points), float(hu))
