"""A recipe's training as a job of Ray Train: the same loop in each worker, as under torchrun."""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
import torch
from ray.train import FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from lesion_viewer.errors import LesionViewerError, TrainingError

from ..fitting.loop import Progress, fit
from ..fitting.run_folder import RunFolder
from ..recipe.recipe import parse_recipe
from ..sources.reviewed_projects import provenance, read_reviews
from .connecting import Surroundings, connected, rays_folder, shares

MOST_FAILURES = 20
"""Workers or nodes that may be lost in one run; each time it goes on from its last saved state."""

POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers of a run have in common.

    Attributes
    ----------
    recipe_text : str
        TOML.
    output, cache : Path
        The run's folder, and that of rendered slices; all machines see them under these paths.
    device : str
        ``auto``, ``cpu`` or ``cuda``.
    threads : int | None
        CPU threads of a worker; as Ray has it when left out.
    has_board : bool
        Whether to log to TensorBoard as well as to CSV.
    reviews, review_images : Sequence[Path]
        As ``fit`` takes them.
    """

    recipe_text: str
    output: Path
    cache: Path
    device: str
    threads: int | None = None
    has_board: bool = False
    reviews: Sequence[Path] = ()
    review_images: Sequence[Path] = ()


def fit_on_ray(
    job: Job,
    address: str,
    workers: int | None,
    is_resumed: bool,
    progress: Progress,
    say: Callable[[str], None] = lambda text: None,
) -> Path:
    """Train a model by a recipe on a Ray cluster.

    Parameters
    ----------
    job : Job
        The run.
    address : str
        Of the cluster, as Ray takes it; ``local`` for one on this machine alone.
    workers : int | None
        Processes that share each batch; as many as the cluster has GPUs, or CPUs, when left out.
    is_resumed : bool
        Whether to continue the run in ``output`` in place of beginning one.
    progress : Progress
        As for ``fit``.
    say : Callable[[str], None]
        As for ``fit``.

    Returns
    -------
    Path
        Folder of the run's checkpoint.

    Raises
    ------
    TrainingError
        Where the cluster does not answer or is too small, or for what ``fit`` raises.
    """
    batch = parse_recipe(job.recipe_text).fit.batch
    reviewed = provenance(read_reviews(job.reviews, job.review_images))
    run = RunFolder(job.output)
    run.check(job.recipe_text + reviewed, is_resumed)
    with rays_folder(job.output) as folder, connected(address) as there:
        count, has_gpus = shares(there, job.device, workers)
        if batch % count:
            raise TrainingError(f"a batch of {batch} cannot be shared by {count} processes")
        here = ray.get_runtime_context().get_node_id()
        place = NodeAffinitySchedulingStrategy(here, soft=False)
        news = ray.remote(num_cpus=0, scheduling_strategy=place)(_News).remote()
        trainer = TorchTrainer(
            _work,
            train_loop_config={"job": job, "news": news, "surroundings": Surroundings()},
            scaling_config=ScalingConfig(
                num_workers=count, use_gpu=has_gpus, resources_per_worker={"CPU": 1}
            ),
            run_config=RunConfig(
                name="fit",
                storage_path=folder,
                failure_config=FailureConfig(max_failures=MOST_FAILURES),
            ),
        )
        ended = _followed(trainer, news, progress, say)
    if ended != _DONE:
        raise TrainingError(ended or "the run was stopped; it goes on with --resume")
    return run.checkpoint


_DONE = "done"


class _News:
    """What workers say, and how the run ended; an actor beside the process that began it."""

    def __init__(self) -> None:
        self._told: list[tuple[Any, ...]] = []
        self._ended = ""

    def tell(self, *what: Any) -> None:
        self._told.append(what)

    def taken(self) -> tuple[list[tuple[Any, ...]], str]:
        told, self._told = self._told, []
        return told, self._ended

    def end(self, how: str) -> None:
        self._ended = how


def _followed(
    trainer: TorchTrainer, news: Any, progress: Progress, say: Callable[[str], None]
) -> str:
    """How a run ended, which is waited for; an error that would come again is not tried again."""
    failures: list[Exception] = []

    def run() -> None:
        try:
            trainer.fit()
        except Exception as error:  # Ray's, or of its controller.
            failures.append(error)

    # Not on the main thread, where Ray would keep Ctrl+C for itself.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    is_over = False
    while not is_over:
        thread.join(POLL_S)
        is_over = not thread.is_alive()
        told, ended = ray.get(news.taken.remote())
        for what in told:
            if len(what) == 1:
                say(*what)
            else:
                progress(*what)
        is_over = is_over or ended not in ("", _DONE)
    if failures and not ended:
        last = str(failures[0]).strip().splitlines()[-1]
        raise TrainingError(f"the run failed on Ray: {last}") from failures[0]
    return str(ended)


def _work(common: dict[str, Any]) -> None:
    """The loop in one worker; after a failure all workers begin again, from the saved state."""
    job, news = common["job"], common["news"]
    common["surroundings"].enter()
    if job.threads is not None:
        torch.set_num_threads(job.threads)
    try:
        fit(
            job.recipe_text,
            job.output,
            is_resumed=RunFolder(job.output).has_run,
            cache=job.cache,
            progress=lambda *what: news.tell.remote(*what),
            device=job.device,
            has_board=job.has_board,
            reviews=job.reviews,
            say=lambda text: news.tell.remote(text),
            review_images=job.review_images,
        )
    except LesionViewerError as error:
        ray.get(news.end.remote(str(error)))
        raise
    if os.environ["RANK"] == "0":
        ray.get(news.end.remote(_DONE))
