"""The candidates of a detector on training scans, as crops for its second look to learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box, pairwise_iou
from lesion_viewer.detection.checkpoints.checkpoint import Card, find_checkpoint, load_card
from lesion_viewer.detection.gate import Gate, gate_of
from lesion_viewer.detection.inputs import Channels, InputDefinition, volume_input
from lesion_viewer.detection.network_detector import NetworkDetector
from lesion_viewer.detection.patches import patches_around
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.score_calibration import UNCALIBRATED
from lesion_viewer.detection.second_look import MOST_BOXES
from lesion_viewer.errors import TrainingError

from ..evaluation.cases import volume_of
from ..recipe.recipe import Recipe
from ..recipe.scan_data import PhantomData
from ..scan import Joined, Scan, Source
from ..sources.phantom_scans import PhantomSource
from ..sources.scan_sources import sources_of
from .crops import LEVELS, CropFolder, Crops

SCANS_A_FILE = 20
HIT_IOU, NEAR_IOU = 0.5, 0.2
"""A box that overlaps a lesion by the first is right, by less than the second wrong. Between them,
and where its middle lies in a lesion, such as a piece of a large one, it is left out."""

SHIFT, STRETCH = 0.08, 0.12
"""Deviations of the boxes that are made of lesions, as shares of the lesion's sides."""

MOST_OUTSIDE = 3
"""Boxes of a slice that the gate does not let pass, of the highest scores: hard ones, if the gate
errs, but not those that a second look usually sees."""

EMPTY_SEED = 60_000


def collect(
    recipe: Recipe,
    detector: str,
    output: Path,
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
        Name of a bundled detector, or the folder of a checkpoint.
    output : Path
        Folder of the crops.
    empty_phantoms : int
        Phantoms without lesions to learn from as well.
    progress : Callable[[str, int, int], None]
        Called with the part, scans done and scans in total.

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
    sources = sources_of(recipe.data, recipe.input)
    if empty_phantoms:
        sources["train"] = Joined((sources["train"], _empty(empty_phantoms)))
    folder = CropFolder(output)
    folder.begin(
        {
            "detector": collector.card.sha256,
            "input": recipe.input.to_dict(),
            "sources": {part: source.identity for part, source in sources.items()},
        }
    )
    for part, source in reversed(sources.items()):
        for first in range(0, len(source), SCANS_A_FILE):
            file = folder.file(part, first // SCANS_A_FILE)
            end = min(first + SCANS_A_FILE, len(source))
            if not file.is_file():
                rng = np.random.default_rng([recipe.seed, first, len(part)])
                scans = (source.scan(number) for number in range(first, end))
                crops = [one for scan in scans for one in collector.crops(scan, rng)]
                try:
                    Crops.joined([collector.nothing, *crops]).save(file)
                except OSError as error:
                    raise TrainingError(f"{output} cannot be written: {error.strerror}") from error
            progress(part, end, len(source))
    return output


def _empty(count: int) -> Source:
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
        self.card = card
        self._definition = definition
        self._gate: Gate | None = gate_of(folder, card, threads=1) if card.gate else None
        network = load_network(folder, card, "auto", lambda notice: None, threads=1)
        self._detector = NetworkDetector(network, _plain(card), None, 0.0)
        planes = patches_around(
            volume_input(volume_of("", np.zeros((1, 64, 64), np.int16), None), 0, definition),
            np.zeros((0, 4), np.float32),
            None,
        ).shape[1:]
        self.nothing = Crops(
            np.zeros((0, *planes), np.uint8),
            np.zeros(0, np.bool_),
            np.zeros(0, np.float32),
            np.zeros(0, np.bool_),
        )

    def crops(self, scan: Scan, rng: np.random.Generator) -> Iterator[Crops]:
        """The crops of each wanted slice."""
        volume = volume_of(scan.patient, np.ascontiguousarray(scan.voxels), scan.spacing_mm)
        for absent in scan.missing:
            volume.fail(absent, "there is no such slice")
        made = Channels()
        for found in self._detector.detect(volume, tuple(scan.wanted)):
            index = found.slice_index
            lesions = np.asarray(scan.boxes.get(index, ()), np.float32).reshape(-1, 4)
            ignored = np.asarray(scan.ignored.get(index, ()), np.float32).reshape(-1, 4)
            boxes = np.array([d.box.as_tuple() for d in found.detections], np.float32)
            boxes, drawn = boxes.reshape(-1, 4), _drawn(lesions, rng)
            scores = np.array([d.score for d in found.detections], np.float32)
            right, is_clear = _judged(boxes, lesions, ignored)
            passed = self._passed(volume, index, boxes)
            kept = is_clear & (right | _best(passed))
            seen = volume_input(volume, index, self._definition, made)
            around = np.concatenate([boxes[kept], drawn])
            patches = patches_around(seen, around, scan.spacing_mm)
            is_drawn = np.ones(len(drawn), np.bool_)
            yield Crops(
                (patches * LEVELS + 0.5).astype(np.uint8),
                np.concatenate([right[kept], is_drawn]),
                np.concatenate([scores[kept], np.full(len(drawn), np.nan, np.float32)]),
                np.concatenate([passed[kept], is_drawn]),
            )

    def _passed(
        self, volume: CTVolume, index: int, boxes: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        if self._gate is None or not len(boxes):
            return np.ones(len(boxes), np.bool_)
        liver = self._gate.locate(volume, index)
        return np.array([liver.contains(Box(*map(float, box))) for box in boxes], np.bool_)


def _plain(card: Card) -> Card:
    return replace(card, gate="", second_look=None, calibration=UNCALIBRATED)


def _best(passed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The first boxes among those that the gate lets pass, and fewer among the others."""
    return np.where(
        passed, np.cumsum(passed) <= MOST_BOXES, np.cumsum(~passed) <= MOST_OUTSIDE
    ).astype(np.bool_)


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
