"""Where a recipe's scans come from."""

from training.phantom_source import PhantomData, PhantomSource
from training.scan import Source
from training.synthesis.options import SynthesisData

Data = PhantomData | SynthesisData
KINDS: dict[str, type[Data]] = {"phantoms": PhantomData, "synthesis": SynthesisData}
"""What ``kind`` in a recipe's ``[data]`` may be."""


def sources_of(data: Data) -> dict[str, Source]:
    """The scans to learn from and those to validate on, as ``train`` and ``validation``."""
    seeds = {"train": data.seeds, "validation": data.validation_seeds}
    return {part: _source(data, of_part) for part, of_part in seeds.items()}


def _source(data: Data, seeds: tuple[int, int]) -> Source:
    if isinstance(data, PhantomData):
        return PhantomSource(data, seeds)
    from training.synthesis.source import SynthesisSource

    return SynthesisSource(data, seeds)
