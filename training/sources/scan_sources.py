"""Where a recipe's scans come from."""

from collections.abc import Callable, Sequence
from pathlib import Path

from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.errors import TrainingError
from lesion_viewer.exchange.reviewed_slices import ReviewedProject

from ..recipe.deeplesion_data import DeepLesionData
from ..recipe.labelled_data import LabelledData
from ..recipe.scan_data import Data, PhantomData
from ..recipe.shard_data import ShardData
from ..recipe.synthesis_data import SynthesisData
from ..scan import Joined, Source
from .phantom_scans import PhantomSource
from .reviewed_scans import ReviewedScans


def sources_of(
    data: Data,
    definition: InputDefinition,
    reviews: Sequence[ReviewedProject] = (),
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Source]:
    """The scans to learn from and those to validate on, as ``train`` and ``validation``.

    Parameters
    ----------
    data : Data
        As the recipe has it.
    definition : InputDefinition
        The model's input, which decides which neighbours of a slice are read.
    reviews : Sequence[ReviewedProject]
        Labelling projects whose slices are learned from with their reader's boxes; those without
        series are of DeepLesion's images.
    say : Callable[[str], None]
        Called with one line of counts of what happened to the reviewed slices.

    Returns
    -------
    dict[str, Source]
        ``train`` and ``validation`` -> source.

    Raises
    ------
    TrainingError, ExchangeError
        Where the data cannot be used.
    """
    own, others = [], []
    sources: dict[str, Source]
    for one in reviews:
        # The recipe knows which of DeepLesion's patients are held out.
        if one.is_of_deeplesion and isinstance(data, DeepLesionData):
            others.append(one)
        elif one.series:
            own.append(one)
        else:
            raise TrainingError(
                f"{one.name} is of other images than the recipe's; name them with --review-images"
            )
    if isinstance(data, DeepLesionData):
        sources = _deeplesion(data, definition, others, say)
    elif isinstance(data, LabelledData):
        from .labelled_volumes import LabelledVolumes

        sources = {part: LabelledVolumes(data, part) for part in ("train", "validation")}
    elif isinstance(data, ShardData):
        from ..shards.reading import shards_of

        sources = {**shards_of(data, definition)}
    else:
        sources = _all_painted(data)
    if own:
        types = data.type_names if isinstance(data, DeepLesionData) else frozenset()
        scans = [ReviewedScans(one, definition, types) for one in own]
        for source in scans:
            say(", ".join(f"{count} {fate}" for fate, count in source.fates.items()))
        sources["train"] = Joined((sources["train"], *scans))
    return sources


def _deeplesion(
    data: DeepLesionData,
    definition: InputDefinition,
    reviews: Sequence[ReviewedProject],
    say: Callable[[str], None],
) -> dict[str, Source]:
    from ..deeplesion.scans import DeepLesionSource, key_slices, open_rows
    from .reviewed_projects import reviews_of, with_reviews

    rows, images = open_rows(data)
    learned = key_slices(rows, "train")
    if reviews:
        found = reviews_of(reviews, rows, images, data.type_names)
        say(", ".join(f"{count} {fate}" for fate, count in found.fates.items()))
        learned = with_reviews(learned, found)
    return {
        "train": DeepLesionSource(data, definition, rows, images, "train", learned),
        "validation": DeepLesionSource(data, definition, rows, images, "validation"),
    }


def _all_painted(data: PhantomData | SynthesisData) -> dict[str, Source]:
    train, validation = _painted(data, data.seeds), _painted(data, data.validation_seeds)
    if isinstance(data, SynthesisData) and data.volumes:
        from .annotated_volumes import AnnotatedVolumes

        train = Joined((train, AnnotatedVolumes(Path(data.volumes))))
    return {"train": train, "validation": validation}


def _painted(data: PhantomData | SynthesisData, seeds: tuple[int, int]) -> Source:
    if isinstance(data, PhantomData):
        return PhantomSource(data, seeds)
    from ..synthesis.synthetic_scans import SynthesisSource

    return SynthesisSource(data, seeds)
