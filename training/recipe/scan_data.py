"""Which scans to learn from: the kinds of a recipe's ``[data]`` part."""

from dataclasses import dataclass

from training.recipe.deeplesion_data import DeepLesionData
from training.recipe.synthesis_data import SynthesisData


@dataclass(frozen=True, slots=True)
class PhantomData:
    """Which phantoms to learn from.

    Attributes
    ----------
    seeds, validation_seeds : first, and the one after the last
    slice_mm : slice distances, one drawn for each phantom
    pixel_mm, rows : in-plane pixel size; rows and columns of a slice
    slices_of_each : neighbouring slices taken from each phantom, anywhere in it
    lesions : fewest and most in a phantom
    neighbours : slices beyond each end, for the outermost ones' inputs
    """

    seeds: tuple[int, int]
    validation_seeds: tuple[int, int]
    slice_mm: tuple[float, ...]
    pixel_mm: float
    rows: int
    slices_of_each: int
    lesions: tuple[int, int]
    neighbours: int = 1


Data = PhantomData | SynthesisData | DeepLesionData
KINDS: dict[str, type[Data]] = {
    "phantoms": PhantomData,
    "synthesis": SynthesisData,
    "deeplesion": DeepLesionData,
}
"""What ``kind`` in a recipe's ``[data]`` may be."""
