"""Which synthetic CT to learn from."""

from dataclasses import dataclass

from lesion_viewer.errors import TrainingError

SITES = ("liver", "lung", "kidney", "bone", "node", "soft tissue")
"""Where lesions can be painted. Soft tissue is muscle, and fat under the skin or round organs."""


@dataclass(frozen=True, slots=True)
class SynthesisData:
    """Which synthetic CT a recipe learns from, painted from label volumes of real anatomy.

    Attributes
    ----------
    seeds, validation_seeds : tuple[int, int]
        First seed of the scans, and the one after the last.
    anatomy : str
        Folder of the label volumes, ``case*.nii.gz``; where it is empty, the environment variable
        ``LESION_TRAINING_ANATOMY`` names it.
    pixel_mm : tuple[float, float]
        Smallest and largest in-plane pixel size in mm.
    lesions : tuple[int, int]
        Fewest and most lesions that are painted into a scan, besides those of the label volume.
    outside : float
        Share of the scans that may lie at any height of the body, not only in the liver.
    masks : bool
        Whether scans hold masks of the liver and of its lesions, for networks that mark them.
    small : float
        Share of the painted lesions that measure 4 to 12 mm; the others have any size.
    faint : float
        Share of the painted lesions whose contrast is low.
    capsule : float
        Share of the painted lesions that lie at the liver's border.
    crossings : float
        Share of the scans with vessels that cross the slices, round as small lesions are.
    dome : float
        Share of the scans about the liver's top, where thick slices hold lung and fat as well.
    deform : float
        Factor of the anatomies' random turns, sizes and bends.
    crowded : float
        Share of the scans whose liver lies among organs of its own attenuation, as stomach, bowel
        and pancreas may be, in place of among fat.
    volumes : str
        Folder of CT volumes with synthetic lesions to learn from as well, one folder each, as
        ``lesion-viewer insert`` writes them; empty for none.
    sites : tuple[str, ...]
        Where lesions are painted, of ``SITES``; the liver alone where it is empty. With more, all
        scans show all of the body alike, and what a reader of the whole body would mark has a box.

    Raises
    ------
    TrainingError
        For an unknown site.
    """

    seeds: tuple[int, int]
    validation_seeds: tuple[int, int]
    anatomy: str = ""
    pixel_mm: tuple[float, float] = (0.75, 0.95)
    lesions: tuple[int, int] = (0, 5)
    outside: float = 0.15
    masks: bool = False
    small: float = 0.0
    faint: float = 0.0
    capsule: float = 0.0
    crossings: float = 0.0
    dome: float = 0.0
    deform: float = 1.0
    crowded: float = 0.0
    volumes: str = ""
    sites: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.sites) - set(SITES)):
            raise TrainingError(f"sites in data are of {', '.join(SITES)}, not '{unknown[0]}'")
