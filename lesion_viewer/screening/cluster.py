"""Workers of a Ray cluster: an actor each, which holds the detector."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.screening.searching import Searcher, Tally, Task, Work

LOCAL = "local"
TOKEN_HINT = "; if it asks for a token, as those of Ray 2.60 do, set RAY_AUTH_MODE=token"
STORE_BYTES = 80 * 2**20
"""Ray's smallest object store: tasks and tallies are sent by value, and results are files."""


class Actors:
    """Actors of a cluster; implements ``Crew``.

    One that dies, by itself or with its node, is replaced wherever there is room; nodes that join
    while it runs are used.

    Parameters
    ----------
    work : Work
        What all tasks have in common; all nodes see its folder under the same path.
    address : str
        Of the cluster, as Ray takes it; ``local`` for one on this machine alone.
    count : int | None
        How many actors; as many as the cluster has CPUs, or GPUs where it has them, when left out.

    Raises
    ------
    LesionViewerError
        The cluster does not answer, or has no CPU.
    """

    def __init__(self, work: Work, address: str, count: int | None) -> None:
        self._work, self._count = work, count
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # or Ray reports to its makers
        try:
            ray.init(
                address=address,
                log_to_driver=False,
                include_dashboard=False if address == LOCAL else None,
                object_store_memory=STORE_BYTES if address == LOCAL else None,
                logging_level="critical",
            )
        except Exception as error:  # which Ray raises itself where a node does not start
            hint = "" if "RAY_AUTH_MODE" in os.environ else TOKEN_HINT
            raise LesionViewerError(f"Ray at {address} does not answer: {error}{hint}") from error
        self._kind = "GPU" if ray.cluster_resources().get("GPU", 0) >= 1 else "CPU"
        there = self._there()
        if not there:
            ray.shutdown()
            raise LesionViewerError(f"Ray at {address} has no CPU")
        share = {f"num_{self._kind.lower()}s": min(1.0, there / (count or there))}
        self._actor = ray.remote(max_restarts=0, scheduling_strategy="SPREAD", **share)(_Actor)
        self._awaited: dict[Any, Any] = {}

    def room(self) -> int:
        """How many workers there may be now."""
        return self._count or self._there()

    def start(self) -> Any:
        """Ask for a worker, which is heard of when there was room for it and it is ready."""
        worker = self._actor.remote(self._work)
        self._awaited[worker.ready.remote()] = worker
        return worker

    def give(self, worker: Any, task: Task) -> None:
        """Have a ready worker do a task.

        Parameters
        ----------
        worker : Any
            A worker that does nothing.
        task : Task
            What it does.
        """
        self._awaited[worker.do.remote(task)] = worker

    def heard(self, timeout_s: float) -> list[tuple[Any, Tally | str | None]]:
        """What workers said since the last call.

        Parameters
        ----------
        timeout_s : float
            How long to wait for a first word.

        Returns
        -------
        list[tuple[Any, Tally | str | None]]
            As ``Crew`` says.

        Raises
        ------
        LesionViewerError
            A worker cannot work at all.
        """
        done, _ = ray.wait(list(self._awaited), timeout=timeout_s)
        return [(self._awaited.pop(answer), _said(answer)) for answer in done]

    def end(self, worker: Any) -> None:
        """Kill a worker, whatever it does.

        Parameters
        ----------
        worker : Any
            Dead or alive.
        """
        self._awaited = {key: one for key, one in self._awaited.items() if one is not worker}
        ray.kill(worker)

    def close(self) -> None:
        """Kill all workers."""
        ray.shutdown()

    def _there(self) -> int:
        return int(ray.cluster_resources().get(self._kind, 0))


class _Actor:
    """A searcher that says which node of the cluster it is on."""

    def __init__(self, work: Work) -> None:
        self._searcher = Searcher(work)

    def ready(self) -> None:
        """Answers once it is made."""

    def do(self, task: Task) -> Tally | str:
        said = self._searcher.do(task)
        if isinstance(said, str):
            return said
        node = ray.get_runtime_context().get_node_id()[:8]
        return replace(said, node=f"{said.node}, Ray's node {node}")


def _said(answer: Any) -> Tally | str | None:
    try:
        said: Tally | str | None = ray.get(answer)
    except RayTaskError as error:
        if isinstance(error.cause, (LesionViewerError, ImportError)):
            raise LesionViewerError(str(error.cause)) from error
        raise
    except RayError as error:
        return f"its process or its node died ({type(error).__name__})"
    return said
