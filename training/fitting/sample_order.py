"""The order of a run's slices and their augmentation, decided by seed and place alone."""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from lesion_viewer.errors import LesionViewerError, TrainingError

from ..recipe.recipe import ONE_CLASS, Augmentation
from .augmentation import augmented
from .rendered_slices import Sample
from .sharded_slices import ShardedSlices

MOST_WORKERS = 8
Target = dict[str, Tensor]


class Shown(NamedTuple):
    """A slice as the model learns from it.

    Attributes
    ----------
    place : int
        Position in the run's order of slices, from 0.
    image : Tensor
        float32 (channels, rows, columns), 0 to 1.
    target : Target
        ``boxes`` (n, 4), ``labels`` (n,), ``ignored`` (m, 4) and, where known, ``liver`` and
        ``lesion`` (rows, columns).
    """

    place: int
    image: Tensor
    target: Target


class Stream(Dataset[Shown]):
    """An endless sequence of slices: each epoch holds every slice once, in an order of its own.

    A place gives the same slice with the same changes in every process, and in a resumed run.

    Parameters
    ----------
    slices : Sequence[Sample]
        Slices to learn from, at least one.
    options : Augmentation
        How far a slice may be changed.
    seed : int
        Decides order and changes.
    classes : tuple[str, ...]
        The model's, as the recipe names them.

    Raises
    ------
    TrainingError
        Where there is no slice.
    """

    def __init__(
        self,
        slices: Sequence[Sample],
        options: Augmentation,
        seed: int,
        classes: tuple[str, ...] = ONE_CLASS,
    ) -> None:
        if not len(slices):
            raise TrainingError("the recipe's data hold no slice to learn from")
        self._slices, self._options, self._seed = slices, options, seed
        self._classes = classes
        self._epoch, self._order = -1, np.empty(0, np.int64)

    def __getitem__(self, place: int) -> Shown:
        """The slice at a place, from 0."""
        epoch, offset = divmod(place, len(self._slices))
        if epoch != self._epoch:
            rng = np.random.default_rng([self._seed, epoch])
            self._epoch, self._order = epoch, order_of(self._slices, rng)
        generator = torch.Generator().manual_seed(seed_of(self._seed, place))
        sample = self._slices[int(self._order[offset])]
        return shown(place, augmented(sample, self._options, generator), self._classes)

    def batches(self, fabric: Fabric, steps: range, batch: int) -> Iterator[list[Shown]]:
        """The batches of steps, or this process's share of each.

        Parameters
        ----------
        fabric : Fabric
            Launched; decides the processes that share a batch.
        steps : range
            Numbers of the steps, from 0.
        batch : int
            Slices in a batch, over all processes.

        Returns
        -------
        Iterator[list[Shown]]
            A list of slices for each step.

        Raises
        ------
        TrainingError
            Where the processes cannot share a batch evenly, or a slice cannot be read.
        """
        if batch % fabric.world_size:
            raise TrainingError(
                f"a batch of {batch} cannot be shared by {fabric.world_size} processes"
            )
        share = batch // fabric.world_size
        firsts = (step * batch + fabric.global_rank * share for step in steps)
        loader: DataLoader[Shown | LesionViewerError] = DataLoader(
            _Fallible(self),
            batch_sampler=[list(range(first, first + share)) for first in firsts],
            num_workers=_workers(fabric),
            collate_fn=list,
        )
        for loaded in loader:
            yield [_good(one) for one in loaded]


class _Fallible(Dataset[Shown | LesionViewerError]):
    """A stream with errors as values: a loading process would add its traceback to their text."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __getitem__(self, place: int) -> Shown | LesionViewerError:
        try:
            return self._stream[place]
        except LesionViewerError as error:
            return error


def _good(one: Shown | LesionViewerError) -> Shown:
    if isinstance(one, LesionViewerError):
        raise one
    return one


def order_of(slices: Sequence[Sample], rng: np.random.Generator) -> NDArray[np.int64]:
    """An order in which each slice comes once.

    Parameters
    ----------
    slices : Sequence[Sample]
        Shards may be shuffled by parts; all others are as a whole.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    NDArray[np.int64]
        Indices.
    """
    if isinstance(slices, ShardedSlices):
        return slices.order(rng)
    return rng.permutation(len(slices))


def shown(place: int, sample: Sample, classes: tuple[str, ...] = ONE_CLASS) -> Shown:
    """A sample as the model's input and target.

    Parameters
    ----------
    place : int
        Position in the run's order of slices.
    sample : Sample
        The slice.
    classes : tuple[str, ...]
        The model's; a lesion of another type, or of none, is of unknown class, labelled with one
        more than there are classes. Where there is one, all lesions are of it.

    Returns
    -------
    Shown
        Input and target.
    """
    target = {
        "boxes": sample.boxes,
        "labels": _labels(sample, classes),
        "ignored": sample.ignored,
    }
    if sample.masks is not None:
        target["liver"], target["lesion"] = sample.masks
    return Shown(place, sample.image, target)


def _labels(sample: Sample, classes: tuple[str, ...]) -> Tensor:
    if len(classes) == 1:
        return torch.ones(len(sample.boxes), dtype=torch.int64)
    numbers = {name: number for number, name in enumerate(classes, 1)}
    unknown = len(classes) + 1
    types = sample.types or ("",) * len(sample.boxes)
    return torch.tensor([numbers.get(one, unknown) for one in types], dtype=torch.int64)


def seed_of(seed: int, place: int) -> int:
    """A seed for the random numbers of one place.

    Parameters
    ----------
    seed : int
        The run's seed.
    place : int
        Position in the run's order of slices.

    Returns
    -------
    int
        From 0 to under 2**63.
    """
    return int(np.random.SeedSequence([seed, place]).generate_state(1, np.uint64)[0] >> 1)


def _workers(fabric: Fabric) -> int:
    """Number of loading processes; 0 on a CPU, where the training itself is the bottleneck."""
    if fabric.device.type == "cpu":
        return 0
    here = int(os.environ.get("LOCAL_WORLD_SIZE", 1))
    return min(MOST_WORKERS, (os.cpu_count() or 1) // here)
