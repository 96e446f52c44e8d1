"""Which scans to learn from: the kinds of a recipe's ``[data]`` part."""

from dataclasses import dataclass

from .deeplesion_data import DeepLesionData
from .labelled_data import LabelledData
from .shard_data import ShardData
from .synthesis_data import SynthesisData


@dataclass(frozen=True, slots=True)
class PhantomData:
    """Which phantoms a recipe learns from.

    Attributes
    ----------
    seeds, validation_seeds : tuple[int, int]
        First seed, and the one after the last.
    slice_mm : tuple[float, ...]
        Slice distances in mm, of which each phantom's is drawn.
    pixel_mm : float
        In-plane pixel size in mm.
    rows : int
        Rows and columns of a slice.
    slices_of_each : int
        Number of consecutive slices taken from each phantom, anywhere in it.
    lesions : tuple[int, int]
        Fewest and most lesions of a phantom.
    neighbours : int
        Further slices at each end, which the outermost slices' inputs need.
    """

    seeds: tuple[int, int]
    validation_seeds: tuple[int, int]
    slice_mm: tuple[float, ...]
    pixel_mm: float
    rows: int
    slices_of_each: int
    lesions: tuple[int, int]
    neighbours: int = 1


Data = PhantomData | SynthesisData | DeepLesionData | LabelledData | ShardData
KINDS: dict[str, type[Data]] = {
    "phantoms": PhantomData,
    "synthesis": SynthesisData,
    "deeplesion": DeepLesionData,
    "labels": LabelledData,
    "shards": ShardData,
}
"""What ``kind`` in a recipe's ``[data]`` may be."""
