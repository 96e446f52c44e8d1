"""Workers of a Ray cluster: an actor each, which holds the detector."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.screening.searching import Searcher, Tally, Task, Work
from lesion_viewer.screening.workers import limit_s

LOCAL = "local"
POLL_S = 1.0


class RayWorkers:
    """Actors of a cluster; implements ``Workers``.

    Parameters
    ----------
    work : Work
        What all tasks have in common; all nodes see its folder under the same path.
    address : str
        Of the cluster, as Ray takes it; ``local`` for one on this machine alone.
    count : int | None
        How many actors; as many as the cluster has CPUs, or GPUs where it has them, when left out.
    patience_s : float
        As for ``limit_s``.

    Raises
    ------
    LesionViewerError
        The cluster does not answer, or has no CPU.
    """

    def __init__(self, work: Work, address: str, count: int | None, patience_s: float) -> None:
        self._patience_s = patience_s
        try:
            ray.init(
                address=None if address == LOCAL else address,
                log_to_driver=False,
                include_dashboard=False,
                logging_level="error",
            )
        except (RayError, ConnectionError, ValueError, RuntimeError) as error:
            raise LesionViewerError(f"Ray at {address} does not answer: {error}") from error
        there = ray.cluster_resources()
        gpus = int(there.get("GPU", 0))
        self._count = count or gpus or int(there.get("CPU", 0))
        if not self._count:
            raise LesionViewerError(f"Ray at {address} has no CPU")
        share = {"num_gpus": gpus / self._count} if gpus else {"num_cpus": 1}
        self._actor = ray.remote(max_restarts=0, scheduling_strategy="SPREAD", **share)(Searcher)
        self._work = work

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Tally | str]]:
        """Do tasks, each by one actor.

        Parameters
        ----------
        tasks : Iterable[Task]
            What is to be done.

        Yields
        ------
        tuple[Task, Tally | str]
            A task that ended, as ``Workers`` says.
        """
        waiting = iter(tasks)
        idle: list[Any] = []
        running: dict[Any, tuple[Task, Any, float]] = {}
        while True:
            while len(running) < self._count and (task := next(waiting, None)):
                actor = idle.pop() if idle else self._actor.remote(self._work)
                running[actor.do.remote(task)] = task, actor, time.monotonic()
            if not running:
                return
            done, _ = ray.wait(list(running), timeout=POLL_S)
            for reference in done:
                task, actor, _ = running.pop(reference)
                outcome = _outcome(reference)
                if isinstance(outcome, Tally):
                    idle.append(actor)
                yield task, outcome
            now = time.monotonic()
            for reference, (task, actor, began) in list(running.items()):
                limit = limit_s(task, self._patience_s)
                if now - began > limit:
                    ray.kill(actor)
                    del running[reference]
                    yield task, f"was given up after {limit:.0f} s"

    def close(self) -> None:
        """End them, whatever they do."""
        ray.shutdown()


def _outcome(reference: Any) -> Tally | str:
    try:
        done: Tally = ray.get(reference)
    except RayActorError:
        return "its process or its node died"
    except RayTaskError as error:
        if isinstance(error.cause, LesionViewerError):
            raise error.cause from None
        raise
    return done
