"""The candidates of a detector on training slices, as crops for its second look to learn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.boxes import pairwise_iou
from lesion_viewer.detection.checkpoints.checkpoint import Card, find_checkpoint, load_card
from lesion_viewer.detection.inputs import InputDefinition, ModelInput, resampled
from lesion_viewer.detection.patches import patches_around
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.errors import TrainingError

from ..fitting.rendered_slices import CachedSlices, Sample, cached_slices
from ..recipe.recipe import Recipe
from ..recipe.scan_data import PhantomData
from ..sources.phantom_scans import PhantomSource
from ..sources.scan_sources import sources_of
from .crops import LEVELS, CropFolder, Crops

SLICES_A_FILE = 100
MOST_MISSES = 12
"""Boxes of a slice that are on no lesion, of the highest scores; outside of the liver too, since
a gate errs."""

HIT_IOU, NEAR_IOU = 0.5, 0.2
"""A box that overlaps a lesion by the first is right, by less than the second wrong. Between them,
and where its middle lies in a lesion, such as a piece of a large one, it is left out."""

SHIFT, STRETCH = 0.08, 0.12
"""Deviations of the boxes that are made of lesions, as shares of the lesion's sides."""

EMPTY_SEED = 60_000


def collect(
    recipe: Recipe,
    detector: str,
    output: Path,
    cache: Path,
    empty_phantoms: int = 0,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Path:
    """Collect a detector's candidates on the scans of a recipe.

    Run again with the same ``output``, it continues where it was stopped. Every lesion gives a box
    of its own besides those that the detector finds, so that a detector that finds more is served
    as well.

    Parameters
    ----------
    recipe : Recipe
        Of the second look: its scans, and its input, of the detector's window and slice distance.
    detector : str
        Name of a bundled detector, or the folder of a checkpoint; without its gate.
    output : Path
        Folder of the crops.
    cache : Path
        Folder of rendered slices, which other recipes of the same scans and input share.
    empty_phantoms : int
        Phantoms without lesions to learn from as well.
    progress : Callable[[str, int, int], None]
        Called with what is done, how much, and of how many.

    Returns
    -------
    Path
        ``output``.

    Raises
    ------
    TrainingError, DetectionError
        Where recipe, detector or folder cannot be used.
    """
    collector = _Collector(find_checkpoint(detector), recipe.input)
    parts = dict(sources_of(recipe.data, recipe.input))
    if empty_phantoms:
        parts["train-empty"] = _empty(empty_phantoms)
    folder = CropFolder(output)
    folder.begin(
        {
            "detector": collector.card.sha256,
            "input": recipe.input.to_dict(),
            "sources": {part: source.identity for part, source in parts.items()},
        }
    )
    for part, source in parts.items():
        slices = cached_slices(
            source, recipe.input, cache, part, lambda done, total: progress("scans", done, total)
        )
        _collect_part(slices, part, folder, collector, recipe.seed, progress)
    return output


def _collect_part(
    slices: CachedSlices,
    part: str,
    folder: CropFolder,
    collector: _Collector,
    seed: int,
    progress: Callable[[str, int, int], None],
) -> None:
    for first in range(0, len(slices), SLICES_A_FILE):
        file = folder.file(part, first // SLICES_A_FILE)
        end = min(first + SLICES_A_FILE, len(slices))
        if not file.is_file():
            rng = np.random.default_rng([seed, first, len(part)])
            crops = [collector.crops(slices[k], rng) for k in range(first, end)]
            try:
                Crops.joined(crops).save(file)
            except OSError as error:
                raise TrainingError(f"{folder.path} cannot be written: {error.strerror}") from error
        progress(part, end, len(slices))


def _empty(count: int) -> PhantomSource:
    seeds = (EMPTY_SEED, EMPTY_SEED + count)
    data = PhantomData(
        seeds=seeds,
        validation_seeds=seeds,
        slice_mm=(1.5, 3.0, 5.0),
        pixel_mm=0.8,
        rows=416,
        slices_of_each=6,
        lesions=(0, 0),
        neighbours=2,
    )
    return PhantomSource(data, seeds)


class _Collector:
    """A detector that shows all its boxes, and what is seen around them."""

    def __init__(self, folder: Path, definition: InputDefinition) -> None:
        card = load_card(folder)
        if (card.input.window, card.input.step_mm) != (definition.window, definition.step_mm):
            raise TrainingError(
                f"the recipe's window or step_mm is not that of {card.name}: both networks look at"
                " the same slices"
            )
        if definition.pixel_mm is None or definition.slices < card.input.slices:
            raise TrainingError(
                f"the recipe has no pixel_mm, or fewer slices than the {card.input.slices} of"
                f" {card.name}"
            )
        self.card: Card = card
        self._pixel_mm = definition.pixel_mm
        self._network: Network = load_network(folder, card, "auto", lambda notice: None, threads=1)

    def crops(self, sample: Sample, rng: np.random.Generator) -> Crops:
        """The crops of a slice."""
        image = sample.image.numpy()
        boxes, scores = self._found(image)
        lesions, ignored = sample.boxes.numpy(), sample.ignored.numpy()
        right, is_clear = _judged(boxes, lesions, ignored)
        kept = is_clear & (right | (np.cumsum(is_clear & ~right) <= MOST_MISSES))
        drawn = _drawn(lesions, rng)
        seen = ModelInput(image, 1.0, 1.0, *image.shape[1:])
        spacing = (1.0, self._pixel_mm, self._pixel_mm)
        patches = patches_around(seen, np.concatenate([boxes[kept], drawn]), spacing)
        return Crops(
            (patches * LEVELS + 0.5).astype(np.uint8),
            np.concatenate([right[kept], np.ones(len(drawn), np.bool_)]),
            np.concatenate([scores[kept], np.full(len(drawn), np.nan, np.float32)]),
        )

    def _found(self, image: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes in pixels of the image, and scores, the highest first; at the detector's pixels."""
        scale = self._pixel_mm / (self.card.input.pixel_mm or self._pixel_mm)
        rows, columns = (round(side * scale) for side in image.shape[1:])
        aside = (len(image) - self.card.input.slices) // 2
        channels = image[aside : len(image) - aside]
        seen = np.stack([resampled(channel, rows, columns) for channel in channels])
        found: Mapping[str, NDArray[np.float32]] = self._network.run([seen])[0]
        boxes = found["boxes"] * np.array(
            [image.shape[2] / columns, image.shape[1] / rows] * 2, np.float32
        )
        sides = boxes[:, 2:] - boxes[:, :2]
        kept = (sides > 0).all(axis=1)
        order = np.argsort(-found["scores"][kept], kind="stable")
        return boxes[kept][order], found["scores"][kept][order].astype(np.float32)


def _judged(
    boxes: NDArray[np.float32], lesions: NDArray[np.float32], ignored: NDArray[np.float32]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which boxes are on a lesion, and of which it is clear whether they are."""
    best = pairwise_iou(boxes, lesions).max(axis=1, initial=0)
    known = np.concatenate([lesions, ignored])
    near = pairwise_iou(boxes, known).max(axis=1, initial=0) >= NEAR_IOU
    x, y = ((boxes[:, k] + boxes[:, k + 2]) / 2 for k in (0, 1))
    inside = (
        (known[:, 0] <= x[:, None])
        & (x[:, None] <= known[:, 2])
        & (known[:, 1] <= y[:, None])
        & (y[:, None] <= known[:, 3])
    ).any(axis=1)
    right = best >= HIT_IOU
    return right, right | ~(near | inside)


def _drawn(lesions: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A box for each lesion, about as far off as a detector's."""
    sides = lesions[:, 2:] - lesions[:, :2]
    middle = (lesions[:, 2:] + lesions[:, :2]) / 2 + rng.normal(0, SHIFT, sides.shape) * sides
    half = sides * np.exp(rng.normal(0, STRETCH, sides.shape)) / 2
    return np.concatenate([middle - half, middle + half], axis=1).astype(np.float32)
