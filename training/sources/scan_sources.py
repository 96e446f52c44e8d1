"""Where a recipe's scans come from."""

from collections.abc import Callable, Sequence
from pathlib import Path

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.reviews.reviewed_slices import ReviewedProject
from training.recipe.deeplesion_data import DeepLesionData
from training.recipe.synthesis_data import SynthesisData
from training.scan import Joined, Source
from training.sources.phantom_scans import PhantomData, PhantomSource

Data = PhantomData | SynthesisData | DeepLesionData
KINDS: dict[str, type[Data]] = {
    "phantoms": PhantomData,
    "synthesis": SynthesisData,
    "deeplesion": DeepLesionData,
}
"""What ``kind`` in a recipe's ``[data]`` may be."""


def sources_of(
    data: Data,
    definition: InputDefinition,
    reviews: Sequence[ReviewedProject] = (),
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Source]:
    """The scans to learn from and those to validate on, as ``train`` and ``validation``.

    Parameters
    ----------
    reviews : labelling projects whose slices are learned from as their readers left them
    say : told what became of the reviewed slices

    Raises
    ------
    TrainingError, ExchangeError
        Where the data cannot be used.
    """
    if isinstance(data, DeepLesionData):
        from training.deeplesion.scans import DeepLesionSource, key_slices, open_rows
        from training.sources.reviewed_projects import reviews_of, with_reviews

        rows, images = open_rows(data)
        learned = key_slices(rows, "train")
        if reviews:
            found = reviews_of(reviews, rows, images)
            say(", ".join(f"{count} {fate}" for fate, count in found.fates.items()))
            learned = with_reviews(learned, found)
        return {
            "train": DeepLesionSource(data, definition, rows, images, "train", learned),
            "validation": DeepLesionSource(data, definition, rows, images, "validation"),
        }
    if reviews:
        raise TrainingError("reviews need a recipe whose data are of DeepLesion")
    train, validation = _painted(data, data.seeds), _painted(data, data.validation_seeds)
    if isinstance(data, SynthesisData) and data.volumes:
        from training.sources.annotated_volumes import AnnotatedVolumes

        train = Joined((train, AnnotatedVolumes(Path(data.volumes))))
    return {"train": train, "validation": validation}


def _painted(data: PhantomData | SynthesisData, seeds: tuple[int, int]) -> Source:
    if isinstance(data, PhantomData):
        return PhantomSource(data, seeds)
    from training.synthesis.synthetic_scans import SynthesisSource

    return SynthesisSource(data, seeds)
