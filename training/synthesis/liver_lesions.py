"""Random liver lesions: their size, kind and attenuation."""

import numpy as np

from .anatomy import Point
from .lesion_shapes import Lesion, Look, draw_waves
from .tissues import PORTAL, Tissues

MEDIAN_MM, SPREAD, SIDE_MM = 13.0, 0.65, (4.0, 120.0)
"""Diameters, log-normal. DeepLesion's 1,284 liver boxes measure 5 to 161 px without their padding
(1st to 99th percentile, median 26, at about .8 mm); smaller ones are more often overlooked."""

SMALL_MM = (4.0, 12.0)
"""Diameters of small lesions, spread evenly over their logarithms."""

FAINT = 0.35
"""Share of the range of contrast that faint lesions have, from its low end."""

KINDS = ("hypodense", "cyst", "hyperdense", "necrotic", "rimmed", "nodular", "calcified")
SHARES: dict[str, tuple[float, ...]] = {
    "plain": (0.62, 0.22, 0.03, 0.05, 0.0, 0.0, 0.08),
    "arterial": (0.33, 0.15, 0.2, 0.09, 0.12, 0.08, 0.03),
    "portal": (0.5, 0.18, 0.05, 0.09, 0.08, 0.06, 0.04),
    "late": (0.48, 0.18, 0.1, 0.09, 0.06, 0.05, 0.04),
}
UNDER_LIVER_HU = {"plain": (8, 32), "arterial": (12, 50), "portal": (18, 70), "late": (15, 50)}
"""HU of the parenchyma less those of hypodense tissue, lowest and highest; 15 to 39 for the tumours
of case 1 of 3D-IRCADb-01 in the portal phase."""


def draw_look(
    rng: np.random.Generator,
    tissues: Tissues,
    kind: str,
    radius_mm: float,
    is_faint: bool = False,
) -> Look:
    """A random attenuation of a kind of lesion in a patient's phase of enhancement.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    kind : str
        One of ``KINDS``.
    radius_mm : float
        Radius in mm, which limits how far the border fades.
    is_faint : bool
        Whether its contrast is low.

    Returns
    -------
    Look
        The attenuation.
    """
    liver = tissues.liver_hu
    low, high = UNDER_LIVER_HU[tissues.phase]
    span = (high - low) * (FAINT if is_faint else 1.0)
    hypo = liver - low - span * float(rng.beta(1.3, 1.8))
    grain = rng.uniform(0, 7)
    soft = rng.uniform(0.4, min(3.0, 0.4 + 0.25 * radius_mm))
    fluid = min(rng.uniform(-4, 24), liver - 18)
    if kind == "cyst":
        return Look(kind, fluid, soft_mm=rng.uniform(0.2, 0.7))
    if kind == "hyperdense":
        hyper = liver + rng.uniform(18, 75)
        core = rng.uniform(0.3, 0.6) if rng.random() < 0.25 else 0.0
        return Look(kind, hyper, core_hu=liver, core=core, grain_hu=grain, soft_mm=soft)
    if kind == "necrotic":
        core = rng.uniform(0.4, 0.8)
        return Look(kind, hypo, fluid + 8, core, grain_hu=grain, soft_mm=soft)
    if kind == "rimmed":
        rim = liver + rng.uniform(10, 60)
        return Look(kind, hypo, rim_hu=rim, rim=rng.uniform(0.7, 0.88), grain_hu=grain)
    if kind == "nodular":
        blood = max(float(tissues.hu[PORTAL]), liver + 30)
        return Look(kind, hypo, nodules_hu=blood, grain_hu=grain / 2)
    specks = rng.uniform(150, 700) if kind == "calcified" else 0.0
    return Look(kind, hypo, grain_hu=grain, specks_hu=specks, soft_mm=soft)


def draw_lesion(
    rng: np.random.Generator,
    tissues: Tissues,
    middle_mm: Point,
    kind: str | None = None,
    is_small: bool = False,
    is_faint: bool = False,
) -> Lesion:
    """A random lesion at a place in the image, with sizes and kinds as often as in patients.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    middle_mm : Point
        Along slices, rows and columns from the image's middle, in mm.
    kind : str | None
        One of ``KINDS``; drawn when left out.
    is_small : bool
        Whether its diameter is one of ``SMALL_MM``.
    is_faint : bool
        Whether its contrast is low.

    Returns
    -------
    Lesion
        The lesion.
    """
    radius = _small_radius(rng) if is_small else _radius(rng)
    kind = kind or str(rng.choice(KINDS, p=SHARES[tissues.phase]))
    axes, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    z, y, x = (float(radius * rng.uniform(0.75, 1.25)) for _ in range(3))
    return Lesion(
        look=draw_look(rng, tissues, kind, radius, is_faint),
        waves=draw_waves(rng),
        middle_mm=middle_mm,
        radii_mm=(z, y, x),
        turns=axes.astype(np.float32),
        bend=rng.uniform(0.0, 0.08) if kind == "cyst" else rng.uniform(0.03, 0.22),
    )


def _radius(rng: np.random.Generator) -> float:
    low, high = SIDE_MM
    return 0.5 * float(np.clip(MEDIAN_MM * np.exp(SPREAD * rng.normal()), low, high))


def _small_radius(rng: np.random.Generator) -> float:
    low, high = np.log(SMALL_MM)
    return 0.5 * float(np.exp(rng.uniform(low, high)))


def lying_lesion(
    rng: np.random.Generator, tissues: Tissues, label: int, radius_mm: float
) -> Lesion:
    """A lesion of the label volume, with a random attenuation.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.
    tissues : Tissues
        Attenuation of the patient's tissues.
    label : int
        Its value in the label volume.
    radius_mm : float
        Radius in mm of a ball of its volume.

    Returns
    -------
    Lesion
        The lesion.
    """
    kind = str(rng.choice(KINDS, p=SHARES[tissues.phase]))
    look = draw_look(rng, tissues, kind, radius_mm)
    r = radius_mm
    return Lesion(look=look, waves=draw_waves(rng), radii_mm=(r, r, r), label=label)
