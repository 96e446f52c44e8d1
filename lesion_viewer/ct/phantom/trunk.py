"""The parts of the phantom behind and above the abdomen: muscles, spine, heart, lung vessels."""

from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.phantom.body import FAT_HU, LUNG_HU, Body
from lesion_viewer.ct.phantom.canvas import Canvas, Point
from lesion_viewer.ct.phantom.shapes import Blob, Shape, Tube, curve, point

VERTEBRA_MM = 31.0


@dataclass(frozen=True, slots=True)
class LungVessel:
    """A vessel that is visible only where it runs through lung.

    Attributes
    ----------
    tube : Tube
        Shape of the vessel.
    """

    tube: Tube

    def paint(self, canvas: Canvas) -> None:
        """Fill the vessel's share of every pixel of lung.

        Parameters
        ----------
        canvas : Canvas
            Slice to paint.
        """
        where, share = self.tube.cover(canvas)
        if share.size:
            canvas.blend(where, share * (canvas.hu[where] < LUNG_HU + 260), self.tube.hu)


def muscles(body: Body) -> list[Shape]:
    """The muscles along the spine, psoas, and the crura of the diaphragm.

    Parameters
    ----------
    body : Body
        Body that the muscles lie in.

    Returns
    -------
    list[Shape]
        Shapes in the order in which they are painted.
    """
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


def heart(rng: np.random.Generator, body: Body, enhanced: float) -> list[Shape]:
    """The lower half of the heart with its fat, and the oesophagus.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random position.
    body : Body
        Body that the heart lies in.
    enhanced : float
        HU of enhanced blood.

    Returns
    -------
    list[Shape]
        Shapes in the order in which they are painted.
    """
    top = body.dome_z[0] + 30
    x, y = rng.uniform(14, 26), -body.half_depth * 0.3
    return [
        Blob((x, y, top), (72, 58, 46), FAT_HU, 3.0, angle=0.5),
        Blob((x, y + 2, top + 2), (64, 50, 42), 95, 2.0, angle=0.5),
        Blob((x + 14, y + 4, top + 4), (34, 22, 32), enhanced, 5.0, angle=0.6),
        Blob((x - 30, y - 2, top + 4), (22, 28, 32), enhanced - 8, 5.0),
        Tube(((6, body.spine_y - 36, 50), (4, body.spine_y - 34, 160)), (7, 7), 45),
    ]


def spine(rng: np.random.Generator, back: float) -> list[Shape]:
    """Vertebrae with discs, arches and processes, and the spinal canal.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random values.
    back : float
        y of the centres of the vertebral bodies in mm.

    Returns
    -------
    list[Shape]
        Shapes in the order in which they are painted.
    """
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


def lung_vessels(rng: np.random.Generator, body: Body) -> list[Shape]:
    """Vessels from the hila down to the lung bases; other organs cover the rest.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the random branches.
    body : Body
        Body that the vessels lie in.

    Returns
    -------
    list[Shape]
        Shapes in the order in which they are painted.
    """
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
