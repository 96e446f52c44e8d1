"""Attenuation of tissues: ranges in HU, and one patient drawn from them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BODY, BONE, LUNG, STOMACH, BOWEL, KIDNEY, SPLEEN, PANCREAS, ADRENAL, HEART, LIVER = range(1, 12)
BILE, ARTERY, VEIN, PORTAL, NODE, METAL, OTHER = range(12, 19)
FIRST_LESION = 100
"""Values of the label volumes."""

FAT, MUSCLE, VISCERAL_FAT, FLUID, GAS, CONTRAST, MARROW, WALL = range(30, 38)
"""Tissues that are painted where labels are missing."""

Range = tuple[float, float]

LIVER_HU: dict[str, Range] = {
    "plain": (42, 70),
    "arterial": (55, 88),
    "portal": (82, 132),
    "late": (70, 105),
}
"""Portal: case 1 of 3D-IRCADb-01 has a median of 114 (10th to 90th percentile of its voxels 92 to
139), DeepLesion's studies 000062_01_01 and 000007_03_01 (not its validation key slices) 67 to 86;
the rest after Lamba et al., AJR 2014, widened."""

PHASES = ("plain", "arterial", "portal", "late")
PHASE_SHARES = (0.2, 0.2, 0.45, 0.15)
STEATOSIS_SHARE = 0.12
STEATOSIS_HU: Range = (-45, -15)

AORTA_HU: dict[str, Range] = {
    "plain": (30, 48),
    "arterial": (180, 380),
    "portal": (115, 190),
    "late": (90, 140),
}
OVER_LIVER_HU: dict[str, dict[int, Range]] = {
    "plain": {VEIN: (-18, -4), PORTAL: (-18, -4)},
    "arterial": {VEIN: (-22, 4), PORTAL: (-8, 60)},
    "portal": {VEIN: (10, 65), PORTAL: (25, 75)},
    "late": {VEIN: (5, 35), PORTAL: (5, 35)},
}
"""Vessels of the liver relative to it."""

FIXED_HU: dict[int, Range] = {
    0: (-1000, -1000),
    BONE: (250, 600),
    LUNG: (-880, -780),
    BOWEL: (25, 60),
    PANCREAS: (30, 50),
    ADRENAL: (25, 50),
    BILE: (-5, 18),
    NODE: (25, 60),
    METAL: (1500, 3000),
    OTHER: (20, 60),
    FAT: (-115, -90),
    VISCERAL_FAT: (-112, -80),
    MUSCLE: (42, 66),
    FLUID: (0, 35),
    GAS: (-980, -850),
    CONTRAST: (120, 480),
    MARROW: (110, 260),
    WALL: (30, 70),
}
UPTAKE_HU: dict[int, dict[str, Range]] = {
    SPLEEN: {"plain": (40, 55), "arterial": (85, 160), "portal": (95, 145), "late": (75, 110)},
    KIDNEY: {"plain": (25, 40), "arterial": (110, 190), "portal": (130, 215), "late": (110, 190)},
    HEART: {"plain": (30, 48), "arterial": (120, 300), "portal": (95, 160), "late": (80, 125)},
    STOMACH: {"plain": (25, 45), "arterial": (35, 70), "portal": (45, 85), "late": (40, 70)},
    PANCREAS: {"plain": (25, 45), "arterial": (60, 110), "portal": (60, 100), "late": (50, 80)},
}
"""Ranges of the literature's means (e.g. Bae, Radiology 2010), widened."""


@dataclass(frozen=True, slots=True)
class Tissues:
    """Attenuation of one patient's tissues.

    Attributes
    ----------
    phase : str
        Phase of enhancement, one of ``PHASES``.
    hu : NDArray[np.float32]
        float32 (256,), HU by label; lesions of the label volume have the liver's.
    liver_hu : float
        HU of the liver's parenchyma.
    """

    phase: str
    hu: NDArray[np.float32]
    liver_hu: float


def draw_tissues(rng: np.random.Generator) -> Tissues:
    """Random attenuation of a patient's tissues, in a random phase of enhancement.

    Parameters
    ----------
    rng : np.random.Generator
        Source of all random numbers.

    Returns
    -------
    Tissues
        HU by label.
    """
    phase = str(rng.choice(PHASES, p=PHASE_SHARES))
    hu = np.zeros(256, np.float32)
    for label, limits in FIXED_HU.items():
        hu[label] = rng.uniform(*limits)
    for label, by_phase in UPTAKE_HU.items():
        hu[label] = rng.uniform(*by_phase[phase])
    liver = rng.uniform(*LIVER_HU[phase])
    if rng.random() < STEATOSIS_SHARE:
        liver += rng.uniform(*STEATOSIS_HU)
    hu[LIVER] = liver
    hu[FIRST_LESION:] = liver
    hu[ARTERY] = rng.uniform(*AORTA_HU[phase])
    for label, over in OVER_LIVER_HU[phase].items():
        hu[label] = liver + rng.uniform(*over)
    hu[BODY] = hu[VISCERAL_FAT]
    return Tissues(phase, hu, float(liver))
