"""Which synthetic CT to learn from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SynthesisData:
    """Synthetic CT from label volumes of real anatomy.

    Attributes
    ----------
    seeds, validation_seeds : of scans; first, and the one after the last
    anatomy : folder of the label volumes, ``case*.nii.gz``; where it is empty, the environment's
        ``LESION_TRAINING_ANATOMY`` names it
    pixel_mm : least and most pixel size in the plane
    lesions : fewest and most that are painted into a scan, besides those of the label volume
    outside : share of scans that lie above or below the liver as well as in it
    liver : keep where the liver is, for the gate to learn from
    volumes : folder of CT with synthetic lesions, as ``lesion-viewer insert`` writes them, one
        folder each, learned from beside the painted; empty for none
    """

    seeds: tuple[int, int]
    validation_seeds: tuple[int, int]
    anatomy: str = ""
    pixel_mm: tuple[float, float] = (0.75, 0.95)
    lesions: tuple[int, int] = (0, 5)
    outside: float = 0.15
    liver: bool = False
    volumes: str = ""
