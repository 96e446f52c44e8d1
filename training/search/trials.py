"""Which batch and which learning rate: the paper's two searches."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric

from lesion_viewer.errors import TrainingError

from ..fitting.learner import Learner
from ..fitting.loop import launched, slices_of
from ..fitting.rendered_slices import Sample
from ..fitting.sample_order import Stream
from ..recipe.fit_options import unit_steps
from ..recipe.recipe import Recipe
from ..sources.scan_sources import sources_of
from .trial_tables import Search

BATCHES = (1, 2, 4, 8, 16)
Progress = Callable[[str, int, int, float], None]


def search_batch(recipe: Recipe, cache: Path, device: str, progress: Progress) -> Search:
    """Time of an epoch with batches of 1, 2, 4, 8 and 16 slices; NaN where memory does not suffice.

    Parameters
    ----------
    recipe : Recipe
        The run; ``batch`` and ``images_at_once`` are replaced.
    cache : Path
        Folder of rendered slices.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    progress : Progress
        Called with what is done, how much, of how many, and NaN for the loss.

    Returns
    -------
    Search
        Batch, seconds of an epoch, and milliseconds of a slice.
    """
    sources, fabric = sources_of(recipe.data, recipe.input), launched(device)
    train, _ = slices_of(recipe, sources, fabric, cache, progress)
    rows = []
    for done, batch in enumerate(BATCHES, 1):
        tried = replace(recipe, fit=replace(recipe.fit, batch=batch, images_at_once=0))
        seconds = _epoch_s(fabric, tried, train)
        rows.append((float(batch), seconds, 1000 * seconds / len(train)))
        progress("batches", done, len(BATCHES), math.nan)
    return Search("Time of an epoch", ("batch", "epoch_s", "slice_ms"), tuple(rows), 1)


def search_learning_rate(
    recipe: Recipe,
    rates: Sequence[float],
    epochs: int,
    cache: Path,
    device: str,
    progress: Progress,
) -> Search:
    """Losses after some epochs at each learning rate; NaN where the loss was not finite.

    Parameters
    ----------
    recipe : Recipe
        The run; its rate, warm-up and schedule are replaced by a constant rate.
    rates : Sequence[float]
        Learning rates to try.
    epochs : int
        Length of each trial.
    cache : Path
        Folder of rendered slices.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    progress : Progress
        Called with what is done, how much, of how many, and the loss.

    Returns
    -------
    Search
        Rate, mean loss of the last epoch, and loss on validation after it.
    """
    sources, fabric = sources_of(recipe.data, recipe.input), launched(device)
    train, validation = slices_of(recipe, sources, fabric, cache, progress)
    rows = []
    for done, rate in enumerate(rates, 1):
        options = replace(recipe.fit, learning_rate=rate, warm_up=0, schedule="constant")
        losses = _losses_after(
            fabric, replace(recipe, fit=options), epochs, train, validation, progress
        )
        rows.append((rate, *losses))
        progress("learning rates", done, len(rates), math.nan)
    columns = ("learning_rate", "train_loss", "validation_loss")
    return Search(f"Loss after {epochs} epochs", columns, tuple(rows), 2)


def logarithmic_range(lowest: float, highest: float, count: int) -> list[float]:
    """Learning rates from lowest to highest, each the same multiple of the one before.

    Parameters
    ----------
    lowest, highest : float
        First and last rate, over 0.
    count : int
        Number of rates.

    Returns
    -------
    list[float]
        Rates, rounded to 3 digits.

    Raises
    ------
    TrainingError
        Where lowest is not over 0 and under highest.
    """
    if not 0 < lowest < highest < math.inf:
        raise TrainingError(f"learning rates rise from over 0, not from {lowest} to {highest}")
    return [float(f"{rate:.3g}") for rate in np.geomspace(lowest, highest, count)]


def _epoch_s(fabric: Fabric, recipe: Recipe, train: Sequence[Sample]) -> float:
    """Seconds of an epoch, after one step that is not timed."""
    learner = Learner(fabric, recipe)
    stream = Stream(train, recipe.augmentation, recipe.seed, recipe.classes)
    steps = math.ceil(len(train) / recipe.fit.batch)
    begun = 0.0
    try:
        for step, batch in enumerate(stream.batches(fabric, range(steps + 1), recipe.fit.batch)):
            learner.learn(batch, step, steps + 1)
            if step == 0:
                begun = time.perf_counter()
    except torch.OutOfMemoryError:
        return math.nan
    return (time.perf_counter() - begun) * len(train) / (steps * recipe.fit.batch)


def _losses_after(
    fabric: Fabric,
    recipe: Recipe,
    epochs: int,
    train: Sequence[Sample],
    validation: Sequence[Sample],
    progress: Progress,
) -> tuple[float, float]:
    """Sums of the losses: the last epoch's mean in training, and on validation after it."""
    options = replace(recipe.fit, steps=0, epochs=epochs)
    learner = Learner(fabric, replace(recipe, fit=options))
    stream = Stream(train, recipe.augmentation, recipe.seed, recipe.classes)
    unit = unit_steps(options, len(train))
    total, losses = unit * epochs, []
    try:
        for step, batch in enumerate(stream.batches(fabric, range(total), options.batch)):
            losses.append(sum(learner.learn(batch, step, total).values()))
            progress(f"rate {options.learning_rate:g}", step + 1, total, losses[-1])
        return float(np.mean(losses[-unit:])), sum(learner.validate(validation).values())
    except TrainingError:  # The loss is not finite, which is a result of the search.
        return math.nan, math.nan
