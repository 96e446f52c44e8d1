"""The order of the slices of a run, and their changes, drawn from the seed and the place alone."""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from lesion_viewer.errors import TrainingError
from training.fitting.augmentation import augmented
from training.fitting.rendered_slices import Sample
from training.recipe.recipe import Augmentation

MOST_WORKERS = 8
Target = dict[str, Tensor]


class Shown(NamedTuple):
    """A slice as the model learns from it, and its place in the run's order."""

    place: int
    image: Tensor
    target: Target


class Stream(Dataset[Shown]):
    """Slices without end: each epoch holds every slice once, in an order of its own.

    Place ``p`` gives the same slice, changed in the same way, in whatever process and however
    often a run was stopped.

    Parameters
    ----------
    slices : to learn from
    options : how far a slice may be changed
    seed : decides order and changes
    """

    def __init__(self, slices: Sequence[Sample], options: Augmentation, seed: int) -> None:
        if not len(slices):
            raise TrainingError("the recipe's data hold no slice to learn from")
        self._slices, self._options, self._seed = slices, options, seed
        self._epoch, self._order = -1, np.empty(0, np.int64)

    def __getitem__(self, place: int) -> Shown:
        """The slice at a place, from 0."""
        epoch, offset = divmod(place, len(self._slices))
        if epoch != self._epoch:
            rng = np.random.default_rng([self._seed, epoch])
            self._epoch, self._order = epoch, rng.permutation(len(self._slices))
        generator = torch.Generator().manual_seed(seed_of(self._seed, place))
        sample = self._slices[int(self._order[offset])]
        return shown(place, augmented(sample, self._options, generator))

    def batches(self, fabric: Fabric, steps: range, batch: int) -> Iterator[list[Shown]]:
        """For each step its batch, or the share of it that belongs to this process.

        Raises
        ------
        TrainingError
            Where the processes cannot share a batch evenly.
        """
        if batch % fabric.world_size:
            raise TrainingError(
                f"a batch of {batch} cannot be shared by {fabric.world_size} processes"
            )
        share = batch // fabric.world_size
        firsts = (step * batch + fabric.global_rank * share for step in steps)
        loader: DataLoader[Shown] = DataLoader(
            self,
            batch_sampler=[list(range(first, first + share)) for first in firsts],
            num_workers=_workers(fabric),
            collate_fn=list,
        )
        return iter(loader)


def shown(place: int, sample: Sample) -> Shown:
    """A sample as the model's input and target."""
    target = {
        "boxes": sample.boxes,
        "labels": torch.ones(len(sample.boxes), dtype=torch.int64),
        "ignored": sample.ignored,
    }
    if sample.liver is not None:
        target["liver"] = sample.liver
    return Shown(place, sample.image, target)


def seed_of(seed: int, place: int) -> int:
    """A seed for what is random at one place of a run."""
    return int(np.random.SeedSequence([seed, place]).generate_state(1, np.uint64)[0] >> 1)


def _workers(fabric: Fabric) -> int:
    """Processes that load for this one: none where the CPU is what is waited for."""
    if fabric.device.type == "cpu":
        return 0
    return min(MOST_WORKERS, (os.cpu_count() or 1) // fabric.world_size)
