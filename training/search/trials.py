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

from ..fitting.learner import Learner, NotFinite
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
    times = []
    for done, batch in enumerate(BATCHES, 1):
        times.append((batch, epoch_s(fabric, recipe, batch, train)))
        progress("batches", done, len(BATCHES), math.nan)
    return batch_table(times, len(train))


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
        losses = losses_at(rate, fabric, recipe, epochs, train, validation, progress)
        rows.append((rate, *losses))
        progress("learning rates", done, len(rates), math.nan)
    return rate_table(rows, epochs)


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


def batch_table(times: Sequence[tuple[int, float]], slices: int) -> Search:
    """The table of a search over batches.

    Parameters
    ----------
    times : Sequence[tuple[int, float]]
        Slices in a batch, and the seconds of an epoch.
    slices : int
        Slices in an epoch.

    Returns
    -------
    Search
        Batch, seconds of an epoch, and milliseconds of a slice.
    """
    rows = tuple((float(batch), seconds, 1000 * seconds / slices) for batch, seconds in times)
    return Search("Time of an epoch", ("batch", "epoch_s", "slice_ms"), rows, 1)


def rate_table(rows: Sequence[tuple[float, float, float]], epochs: int) -> Search:
    """The table of a search over learning rates.

    Parameters
    ----------
    rows : Sequence[tuple[float, float, float]]
        Rate, mean loss of the last epoch, and loss on validation after it.
    epochs : int
        Length of a trial.

    Returns
    -------
    Search
        The rows, with their columns' names.
    """
    columns = ("learning_rate", "train_loss", "validation_loss")
    return Search(f"Loss after {epochs} epochs", columns, tuple(rows), 2)


def epoch_s(fabric: Fabric, recipe: Recipe, batch: int, train: Sequence[Sample]) -> float:
    """Seconds of an epoch, after one step that is not timed; NaN where memory does not suffice.

    Parameters
    ----------
    fabric : Fabric
        Launched.
    recipe : Recipe
        The run; ``batch`` and ``images_at_once`` are replaced.
    batch : int
        Slices in a batch.
    train : Sequence[Sample]
        Slices to learn from.

    Returns
    -------
    float
        Seconds.
    """
    recipe = replace(recipe, fit=replace(recipe.fit, batch=batch, images_at_once=0))
    learner = Learner(fabric, recipe)
    stream = Stream(train, recipe.augmentation, recipe.seed, recipe.classes)
    steps = math.ceil(len(train) / batch)
    begun = 0.0
    try:
        for step, shown in enumerate(stream.batches(fabric, range(steps + 1), batch)):
            learner.learn(shown, step, steps + 1)
            if step == 0:
                begun = time.perf_counter()
    except torch.OutOfMemoryError:
        return math.nan
    return (time.perf_counter() - begun) * len(train) / (steps * batch)


def losses_at(
    rate: float,
    fabric: Fabric,
    recipe: Recipe,
    epochs: int,
    train: Sequence[Sample],
    validation: Sequence[Sample],
    progress: Progress,
    told: Callable[[int, float], None] = lambda epoch, loss: None,
) -> tuple[float, float]:
    """Sums of the losses: the last epoch's mean in training, and on validation after it.

    Parameters
    ----------
    rate : float
        Learning rate.
    fabric : Fabric
        Launched.
    recipe : Recipe
        The run; its length, rate, warm-up and schedule are replaced.
    epochs : int
        Length of the trial.
    train, validation : Sequence[Sample]
        Slices to learn from, and slices to validate on.
    progress : Progress
        Called with what is done, how much, of how many, and the loss.
    told : Callable[[int, float], None]
        Called after each epoch with its number, from 1, and its mean loss.

    Returns
    -------
    tuple[float, float]
        Losses; NaN where one was not finite.
    """
    constant = replace(recipe.fit, learning_rate=rate, warm_up=0, schedule="constant")
    options = replace(constant, steps=0, epochs=epochs)
    learner = Learner(fabric, replace(recipe, fit=options))
    stream = Stream(train, recipe.augmentation, recipe.seed, recipe.classes)
    unit = unit_steps(options, len(train))
    total, losses = unit * epochs, []
    try:
        for step, batch in enumerate(stream.batches(fabric, range(total), options.batch), 1):
            losses.append(sum(learner.learn(batch, step - 1, total).values()))
            progress(f"rate {rate:g}", step, total, losses[-1])
            if step % unit == 0:
                told(step // unit, float(np.mean(losses[-unit:])))
        return float(np.mean(losses[-unit:])), sum(learner.validate(validation).values())
    except NotFinite:  # Which is a result of the search.
        return math.nan, math.nan
