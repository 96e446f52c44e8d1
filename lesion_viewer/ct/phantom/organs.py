"""The organs of the phantom except the liver, as shapes in the order of painting."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.phantom.body import FAT_HU, Body
from lesion_viewer.ct.phantom.canvas import Point
from lesion_viewer.ct.phantom.gut import colon, small_bowel, stomach
from lesion_viewer.ct.phantom.shapes import Blob, Shape, Tube, curve, point
from lesion_viewer.ct.phantom.trunk import heart, lung_vessels, muscles, spine


@dataclass(frozen=True, slots=True)
class Organs:
    """All organs except the liver.

    Attributes
    ----------
    behind, before : tuple[Shape, ...]
        Shapes that are painted before and after the liver.
    impressions : tuple[tuple[Point, Point], ...]
        Centre and half axes in mm of the organs that indent the liver.
    """

    behind: tuple[Shape, ...]
    before: tuple[Shape, ...]
    impressions: tuple[tuple[Point, Point], ...]


def draw_organs(rng: np.random.Generator, body: Body) -> Organs:
    """Organs of random size, position and enhancement that fit a body.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random dimensions.
    body : Body
        Body that the organs lie in.

    Returns
    -------
    Organs
        Shapes in the order in which they are painted.
    """
    enhanced = float(rng.uniform(140, 170))
    kidney_beds, kidneys = _kidneys(rng, body.spine_y)
    gallbladder = _gallbladder(rng)
    behind = (
        *muscles(body),
        *lung_vessels(rng, body),
        *heart(rng, body, enhanced),
        *spine(rng, body.spine_y),
        *_mesentery(rng, enhanced - 15),
        *small_bowel(rng),
        *_pancreas(rng),
        *_spleen(rng, body),
        *colon(rng, body),
        *stomach(rng),
    )
    before = (*kidney_beds, *kidneys, *_great_vessels(rng, body.spine_y, enhanced), *gallbladder)
    dents = [*kidney_beds, *gallbladder[:1]]
    return Organs(behind, before, tuple((blob.centre, blob.axes) for blob in dents))


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
