"""Where a recipe's scans come from."""

from lesion_viewer.detection.inputs import InputDefinition
from training.deeplesion_data import DeepLesionData
from training.phantom_source import PhantomData, PhantomSource
from training.scan import Source
from training.synthesis.options import SynthesisData

Data = PhantomData | SynthesisData | DeepLesionData
KINDS: dict[str, type[Data]] = {
    "phantoms": PhantomData,
    "synthesis": SynthesisData,
    "deeplesion": DeepLesionData,
}
"""What ``kind`` in a recipe's ``[data]`` may be."""


def sources_of(data: Data, definition: InputDefinition) -> dict[str, Source]:
    """The scans to learn from and those to validate on, as ``train`` and ``validation``.

    Raises
    ------
    TrainingError, ExchangeError
        Where the data cannot be used.
    """
    if isinstance(data, DeepLesionData):
        from training.deeplesion import DeepLesionSource, open_rows

        rows, images = open_rows(data)
        return {
            part: DeepLesionSource(data, definition, rows, images, part)
            for part in ("train", "validation")
        }
    seeds = {"train": data.seeds, "validation": data.validation_seeds}
    return {part: _painted(data, of_part) for part, of_part in seeds.items()}


def _painted(data: PhantomData | SynthesisData, seeds: tuple[int, int]) -> Source:
    if isinstance(data, PhantomData):
        return PhantomSource(data, seeds)
    from training.synthesis.source import SynthesisSource

    return SynthesisSource(data, seeds)
