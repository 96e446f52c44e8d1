"""A search's trials on a Ray cluster, of which Ray Tune ends the hopeless ones early."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ray import tune
from ray.tune.schedulers import ASHAScheduler

from lesion_viewer.errors import LesionViewerError, TrainingError

from ..fitting.loop import launched, slices_of
from ..fitting.rendered_slices import Sample
from ..recipe.recipe import Recipe
from ..search.trial_tables import Search
from ..search.trials import (
    BATCHES,
    Progress,
    batch_table,
    epoch_s,
    losses_at,
    rate_table,
)
from ..sources.scan_sources import sources_of
from .connecting import Surroundings, connected, rays_folder, shares

REDUCTION = 3
"""Of the trials that reach a milestone, the best of so many go on; milestones are so far apart."""

GRACE = 5
"""Every trial has the first of so many parts of its epochs."""

MOST_FAILURES = 3

# Ray's own tables and logs, of which nothing is used.
os.environ.setdefault("TUNE_DISABLE_AUTO_CALLBACK_LOGGERS", "1")


@dataclass(frozen=True, slots=True)
class Place:
    """Where trials run, and what they need there.

    Attributes
    ----------
    address : str
        Of the cluster, as Ray takes it; ``local`` for one on this machine alone.
    workers : int | None
        Trials at a time; as many as the cluster has GPUs, or CPUs, when left out.
    output, cache : Path
        The search's folder, and that of rendered slices; all machines see them under these paths.
    device : str
        ``auto``, ``cpu`` or ``cuda``.
    """

    address: str
    workers: int | None
    output: Path
    cache: Path
    device: str


def search_batch_on_ray(recipe: Recipe, place: Place, progress: Progress) -> Search:
    """As ``search_batch``; the trials run one after the other, so that none slows another.

    Parameters
    ----------
    recipe : Recipe
        The run.
    place : Place
        The cluster.
    progress : Progress
        Called with what is done, how much, of how many, and NaN for the loss.

    Returns
    -------
    Search
        The table of ``search_batch``.

    Raises
    ------
    TrainingError
        Where the cluster does not answer or is too small, or a trial cannot be made.
    """
    train, _ = _rendered(recipe, place, progress)
    found = _tried(_batch_trial, recipe, BATCHES, place, None, progress)
    return batch_table([(int(batch), one["epoch_s"]) for batch, one in found], len(train))


def search_learning_rate_on_ray(
    recipe: Recipe,
    rates: Sequence[float],
    epochs: int,
    place: Place,
    progress: Progress,
    say: Callable[[str], None],
) -> Search:
    """As ``search_learning_rate``, but trials that are behind at a milestone end there (ASHA).

    Parameters
    ----------
    recipe : Recipe
        The run.
    rates : Sequence[float]
        Learning rates to try.
    epochs : int
        Length of a trial that is not ended early.
    place : Place
        The cluster.
    progress : Progress
        Called with what is done, how much, of how many, and NaN for the loss.
    say : Callable[[str], None]
        Called with a line for each trial that was ended early.

    Returns
    -------
    Search
        The table of ``search_learning_rate``; a trial that was ended early has NaN.

    Raises
    ------
    TrainingError
        Where the cluster does not answer or is too small, or a trial cannot be made.
    """
    asha = ASHAScheduler(
        time_attr="epoch",
        metric="train_loss",
        mode="min",
        max_t=epochs,
        grace_period=max(1, epochs // GRACE),
        reduction_factor=REDUCTION,
    )
    _rendered(recipe, place, progress)
    found = _tried(_rate_trial, recipe, rates, place, asha, progress, epochs=epochs)
    rows = []
    for rate, one in found:
        is_whole = "validation_loss" in one
        if not is_whole and not one.get("has_diverged"):
            say(f"learning rate {rate:g}: ended after {one['epoch']} of {epochs} epochs")
        losses = [one[name] if is_whole else math.nan for name in ("train_loss", "validation_loss")]
        rows.append((rate, losses[0], losses[1]))
    return rate_table(rows, epochs)


def _rendered(
    recipe: Recipe, place: Place, progress: Progress
) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """The slices, which trials find in the cache."""
    sources = sources_of(recipe.data, recipe.input)
    return slices_of(recipe, sources, launched("cpu"), place.cache, progress)


def _tried(
    trial: Callable[..., None],
    recipe: Recipe,
    values: Sequence[float],
    place: Place,
    asha: ASHAScheduler | None,
    progress: Progress,
    **more: Any,
) -> list[tuple[float, Mapping[str, Any]]]:
    """Each value with the last that its trial reported."""
    with rays_folder(place.output) as folder, connected(place.address) as there:
        count, has_gpus = shares(there, place.device, place.workers)
        common = {"recipe": recipe, "place": place, "surroundings": Surroundings(), **more}
        with_common = tune.with_parameters(trial, **common)
        tuner = tune.Tuner(
            tune.with_resources(with_common, {"cpu": 1, "gpu": int(has_gpus)}),
            param_space={"value": tune.grid_search(list(values))},
            tune_config=tune.TuneConfig(scheduler=asha, max_concurrent_trials=count if asha else 1),
            run_config=tune.RunConfig(
                name="search",
                storage_path=folder,
                failure_config=tune.FailureConfig(max_failures=MOST_FAILURES),
                callbacks=[_Told(len(values), progress)],
                verbose=0,
            ),
        )
        with redirect_stdout(StringIO()):  # Tune prints where its notes are, silent or not.
            results = list(tuner.fit())
    found = {}
    for one in results:
        said = one.metrics or {}
        if one.error is not None:
            raise TrainingError(f"a trial failed: {str(one.error).strip().splitlines()[-1]}")
        if "failure" in said:
            raise TrainingError(said["failure"])
        assert one.config is not None
        found[one.config["value"]] = said
    return [(value, found[value]) for value in values]


class _Told(tune.Callback):  # type: ignore[misc]
    """Passes on how many trials have ended."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __getstate__(self) -> dict[str, Any]:
        # Tune notes how to restore a search, which nobody does; a progress bar cannot be noted.
        return {}

    def on_trial_complete(self, *what: Any, **more: Any) -> None:
        self._done += 1
        self._progress("trials", self._done, self._total, math.nan)


def _batch_trial(
    config: dict[str, Any], recipe: Recipe, place: Place, surroundings: Surroundings
) -> None:
    """Report the time of an epoch."""
    surroundings.enter()
    try:
        train, _ = _rendered(recipe, place, _silent)
        tune.report({"epoch_s": epoch_s(launched(place.device), recipe, config["value"], train)})
    except LesionViewerError as error:
        tune.report({"failure": str(error)})


def _rate_trial(
    config: dict[str, Any], recipe: Recipe, place: Place, surroundings: Surroundings, epochs: int
) -> None:
    """Report the loss of each epoch, and after the last the loss on validation as well."""
    surroundings.enter()

    def told(epoch: int, loss: float) -> None:
        if epoch < epochs:
            tune.report({"epoch": epoch, "train_loss": loss})

    try:
        slices = _rendered(recipe, place, _silent)
        fabric = launched(place.device)
        train, validation = losses_at(
            config["value"], fabric, recipe, epochs, *slices, _silent, told
        )
    except LesionViewerError as error:
        tune.report({"failure": str(error)})
        return
    if math.isnan(train):
        tune.report({"has_diverged": True})
    else:
        tune.report({"epoch": epochs, "train_loss": train, "validation_loss": validation})


def _silent(what: str, done: int, total: int, loss: float) -> None:
    """Progress that nobody sees."""
