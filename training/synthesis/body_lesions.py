"""Random lesions of the whole body: where they lie, how large they are and how they attenuate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .anatomy import Labels, Point
from .lesion_shapes import Lesion, Look, draw_shape
from .liver_lesions import draw_lesion
from .tissues import (
    ARTERY,
    BONE,
    FAT,
    FIRST_LESION,
    KIDNEY,
    LIVER,
    LUNG,
    MARROW,
    MUSCLE,
    NODE,
    PORTAL,
    VEIN,
    VISCERAL_FAT,
    Tissues,
)

SIDE_MM = (4.0, 110.0)
VESSEL_MM = 12.0
"""Nodes lie within this distance of a labelled or painted vessel, where a slice shows one."""

GGO_HU, SOLID_HU = (-720.0, -380.0), (-10.0, 90.0)
CALCIFIED_HU = (220.0, 700.0)
CYST_HU = (-9.0, 20.0)
"""Simple cysts of the kidney: Silverman et al., Radiology 2019 (Bosniak, version 2019)."""

RENAL_MASS_HU = {"plain": (22, 48), "arterial": (54, 150), "portal": (55, 125), "late": (50, 105)}
"""Papillary to clear cell carcinomas, after Young et al., Radiology 2013, widened."""

SCLEROTIC_HU = (480.0, 1250.0)
"""Osteoblastic metastases lie mostly under and bone islands over 885 HU: Ulano et al., AJR 2016."""

MASS_HU = {"plain": (22, 55), "arterial": (40, 105), "portal": (55, 120), "late": (50, 100)}
"""Nodes, implants and soft tissue; about muscle before, and up to 60 HU over it after contrast
agent. A size of 10 mm and more across makes a node pathological (RECIST 1.1)."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a kind of lesions lies, and how large they are.

    Attributes
    ----------
    share : float
        How often it is chosen, against the other sites that the slices show.
    middles : tuple[int, ...]
        Tissues in which a lesion's middle lies.
    hosts : tuple[int, ...]
        Tissues that it takes the place of; it ends where another begins.
    median_mm, spread : float
        Median of the diameters, and the deviation of their logarithms.
    """

    share: float
    middles: tuple[int, ...]
    hosts: tuple[int, ...]
    median_mm: float
    spread: float


LIVER_TISSUES = (LIVER, VEIN, PORTAL, *range(FIRST_LESION, 256))
SITES: Mapping[str, Site] = {
    "liver": Site(0.18, (LIVER,), LIVER_TISSUES, 13.0, 0.65),
    "lung": Site(0.24, (LUNG,), (LUNG,), 10.5, 0.75),
    "kidney": Site(0.12, (KIDNEY,), (KIDNEY, VISCERAL_FAT), 17.0, 0.65),
    "bone": Site(0.1, (MARROW,), (MARROW, BONE), 13.0, 0.5),
    "node": Site(0.2, (VISCERAL_FAT,), (VISCERAL_FAT, NODE), 15.0, 0.45),
    "soft tissue": Site(0.16, (MUSCLE, FAT, VISCERAL_FAT), (MUSCLE, FAT, VISCERAL_FAT), 17.0, 0.55),
}
"""Diameters: the geometric means of the two that DeepLesion's validation and test rows give, by
their type (lung 10.5 mm, kidney 17.3, bone 12.3, mediastinum 15, soft tissue 17.2; deviation of the
logarithms .48 to .81). The liver's are those of ``liver_lesions``."""

_TABLES = {
    name: np.isin(np.arange(256), one.hosts).astype(np.uint8) * LIVER for name, one in SITES.items()
}


def hosts_as_liver(tissue: Labels, site: str) -> Labels:
    """Labels in which all that a site's lesions take the place of is liver, and the rest nothing.

    Parameters
    ----------
    tissue : Labels
        What each pixel shows.
    site : str
        A key of ``SITES``.

    Returns
    -------
    Labels
        As ``paint_lesion`` takes them.
    """
    labels: Labels = _TABLES[site][tissue]
    return labels


def draw_body_lesions(
    rng: np.random.Generator,
    tissues: Tissues,
    tissue: Labels,
    place_mm: Callable[[NDArray[np.intp]], Point],
    sites: tuple[str, ...],
    count: int,
    step_mm: float,
) -> tuple[Lesion, ...]:
    """Lesions of the sites that some slices show.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    tissue : Labels
        What the slices show (slices, rows, columns), at a coarse step.
    place_mm : Callable[[NDArray[np.intp]], Point]
        From an index into ``tissue`` to a place in the image in mm.
    sites : tuple[str, ...]
        Keys of ``SITES``.
    count : int
        How many lesions; a group of nodes counts once.
    step_mm : float
        In-plane step of ``tissue`` in mm.

    Returns
    -------
    tuple[Lesion, ...]
        The lesions, none where the slices show no site.
    """
    places = {site: _places(tissue, site, step_mm) for site in sites}
    shown = [site for site in sites if len(places[site])]
    if not shown or not count:
        return ()
    shares = np.array([SITES[site].share for site in shown])
    lesions: list[Lesion] = []
    for site in rng.choice(shown, count, p=shares / shares.sum()):
        index = places[site][rng.integers(len(places[site]))]
        middle = place_mm(index)
        if site == "liver":
            lesions.append(draw_lesion(rng, tissues, middle))
            continue
        around = float(tissues.hu[tissue[tuple(index)]])
        lesions.append(draw_body_lesion(rng, tissues, site, middle, around))
        if site == "node" and rng.random() < 0.35:
            lesions.extend(_beside(rng, tissues, lesions[-1], around))
    return tuple(lesions)


def draw_body_lesion(
    rng: np.random.Generator, tissues: Tissues, site: str, middle_mm: Point, around_hu: float
) -> Lesion:
    """A random lesion of a site beside the liver.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    site : str
        A key of ``SITES``, not the liver.
    middle_mm : Point
        Along slices, rows and columns from the image's middle, in mm.
    around_hu : float
        HU of the tissue that it lies in.

    Returns
    -------
    Lesion
        The lesion.
    """
    size = SITES[site]
    diameter = float(np.clip(size.median_mm * np.exp(size.spread * rng.normal()), *SIDE_MM))
    look, bend, long = _LOOKS[site](rng, tissues, diameter, around_hu)
    return draw_shape(rng, look, middle_mm, diameter / 2, bend, long, site, around_hu)


def _beside(
    rng: np.random.Generator, tissues: Tissues, node: Lesion, around_hu: float
) -> list[Lesion]:
    """More nodes of a group, beside one of them and of its attenuation."""
    found = []
    for _ in range(int(rng.integers(1, 4))):
        radius = float(np.mean(node.radii_mm)) * rng.uniform(0.6, 1.0)
        way = rng.normal(size=3) * (0.5, 1, 1)
        away = way / np.linalg.norm(way) * (radius + max(node.radii_mm)) * rng.uniform(0.95, 1.3)
        z, y, x = (float(m + a) for m, a in zip(node.middle_mm, away, strict=True))
        found.append(draw_shape(rng, node.look, (z, y, x), radius, 0.06, 1.3, "node", around_hu))
    return found


def _places(tissue: Labels, site: str, step_mm: float) -> NDArray[np.intp]:
    is_place = np.isin(tissue, SITES[site].middles)
    if site == "node":
        is_vessel = np.isin(tissue, (ARTERY, VEIN, PORTAL))
        if is_vessel.any():
            reach = max(1, round(VESSEL_MM / step_mm))
            is_place &= ndimage.binary_dilation(is_vessel, np.ones((1, 3, 3)), reach)
    return np.argwhere(is_place)


Drawn = tuple[Look, float, float]
"""A look, the amplitude of the bending, and the highest ratio of the long to the short axis."""


def _lung(rng: np.random.Generator, tissues: Tissues, mm: float, around_hu: float) -> Drawn:
    kind = rng.choice(
        ("solid", "ground glass", "part-solid", "calcified", "cavity"),
        p=(0.66, 0.12, 0.09, 0.06, 0.07),
    )
    bend = rng.uniform(0.04, 0.3)
    soft = rng.uniform(0.5, 1.6)
    solid = rng.uniform(*SOLID_HU)
    if kind == "ground glass":
        hazy = rng.uniform(*GGO_HU)
        return Look("ground glass", hazy, grain_hu=25, soft_mm=soft + 1.0), bend, 1.5
    if kind == "part-solid":
        core = rng.uniform(0.35, 0.7)
        hazy = rng.uniform(*GGO_HU)
        return Look("part-solid", hazy, solid, core, grain_hu=20, soft_mm=soft + 0.8), bend, 1.5
    if kind == "calcified" and mm < 25:
        return Look("calcified", rng.uniform(*CALCIFIED_HU), soft_mm=0.6), 0.05, 1.2
    if kind == "cavity" and mm > 12:
        core = rng.uniform(0.3, 0.65)
        return Look("cavity", solid, -900.0, core, grain_hu=8, soft_mm=soft), bend, 1.4
    return Look("solid", solid, grain_hu=rng.uniform(0, 12), soft_mm=soft), bend, 1.8


def _kidney(rng: np.random.Generator, tissues: Tissues, mm: float, around_hu: float) -> Drawn:
    kind = rng.choice(("cyst", "mass", "necrotic", "fat"), p=(0.45, 0.35, 0.12, 0.08))
    mass = rng.uniform(*RENAL_MASS_HU[tissues.phase])
    if kind == "cyst":
        return Look("cyst", rng.uniform(*CYST_HU), soft_mm=rng.uniform(0.2, 0.8)), 0.06, 1.3
    if kind == "fat":
        return Look("fat", rng.uniform(-80, -25), grain_hu=12, soft_mm=0.8), 0.12, 1.4
    if kind == "necrotic":
        core = rng.uniform(0.4, 0.75)
        dead = min(mass - 25, rng.uniform(12, 35))
        return Look("necrotic", mass, dead, core, grain_hu=10), rng.uniform(0.05, 0.2), 1.4
    return Look("mass", mass, grain_hu=rng.uniform(2, 14)), rng.uniform(0.05, 0.2), 1.4


def _bone(rng: np.random.Generator, tissues: Tissues, mm: float, around_hu: float) -> Drawn:
    bend = rng.uniform(0.06, 0.3)
    if rng.random() < 0.5:
        return (
            Look("lytic", rng.uniform(15, 85), grain_hu=8, soft_mm=rng.uniform(0.5, 1.8)),
            bend,
            1.7,
        )
    dense = rng.uniform(*SCLEROTIC_HU)
    return Look("sclerotic", dense, grain_hu=40, soft_mm=rng.uniform(0.6, 2.5)), bend, 1.7


def _node(rng: np.random.Generator, tissues: Tissues, mm: float, around_hu: float) -> Drawn:
    hu = rng.uniform(*MASS_HU[tissues.phase])
    bend = rng.uniform(0.0, 0.12)
    soft = rng.uniform(0.4, 1.2)
    if mm > 12 and rng.random() < 0.2:
        core, dead = rng.uniform(0.4, 0.75), min(hu - 20, rng.uniform(8, 32))
        return Look("necrotic", hu, dead, core, soft_mm=soft), bend, 1.9
    return Look("node", hu, grain_hu=rng.uniform(0, 6), soft_mm=soft), bend, 1.9


def _soft_tissue(rng: np.random.Generator, tissues: Tissues, mm: float, around_hu: float) -> Drawn:
    bend = rng.uniform(0.04, 0.25)
    hu = rng.uniform(*MASS_HU[tissues.phase])
    is_in_muscle = around_hu > 0
    if is_in_muscle and abs(hu - around_hu) < 18:
        hu = around_hu + rng.choice((-1, 1)) * rng.uniform(18, 40)
    soft = rng.uniform(0.5, 2.0)
    kind = rng.choice(("mass", "necrotic", "rimmed"), p=(0.65, 0.2, 0.15))
    if kind == "necrotic":
        core, dead = rng.uniform(0.4, 0.8), min(hu - 20, rng.uniform(5, 30))
        return Look("necrotic", hu, dead, core, grain_hu=8, soft_mm=soft), bend, 1.7
    if kind == "rimmed":
        rim = max(hu, around_hu) + rng.uniform(10, 40)
        fluid = rng.uniform(3, 25)
        return Look("rimmed", fluid, rim_hu=rim, rim=rng.uniform(0.75, 0.9)), bend, 1.7
    return Look("mass", hu, grain_hu=rng.uniform(0, 12), soft_mm=soft), bend, 1.9


_LOOKS: Mapping[str, Callable[[np.random.Generator, Tissues, float, float], Drawn]] = {
    "lung": _lung,
    "kidney": _kidney,
    "bone": _bone,
    "node": _node,
    "soft tissue": _soft_tissue,
}
