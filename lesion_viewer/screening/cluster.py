"""Workers of a Ray cluster: an actor each, which holds the detector."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.screening.searching import Searcher, Tally, Task, Work
from lesion_viewer.screening.workers import limit_s

LOCAL = "local"
POLL_S = 1.0
STARTS = 3
"""So many workers in a row that do not start end the run."""

STORE_BYTES = 80 * 2**20
"""Ray's smallest object store: tasks and tallies are sent by value, and results are files."""


class RayWorkers:
    """Actors of a cluster; implements ``Workers``.

    An actor that dies, by itself or with its node, is replaced wherever there is room; nodes that
    join while it runs are used.

    Parameters
    ----------
    work : Work
        What all tasks have in common; all nodes see its folder under the same path.
    address : str
        Of the cluster, as Ray takes it; ``local`` for one on this machine alone.
    count : int | None
        How many actors; as many as the cluster has CPUs, or GPUs where it has them, when left out.
    patience_s : float
        As for ``limit_s``; also how long a cluster may have no room for a single worker.

    Raises
    ------
    LesionViewerError
        The cluster does not answer, or has no CPU.
    """

    def __init__(self, work: Work, address: str, count: int | None, patience_s: float) -> None:
        self._work, self._address, self._patience_s = work, address, patience_s
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
            raise LesionViewerError(f"Ray at {address} does not answer: {error}") from error
        self._count = count
        self._kind = "GPU" if ray.cluster_resources().get("GPU", 0) >= 1 else "CPU"
        there = self._there()
        if not there:
            ray.shutdown()
            raise LesionViewerError(f"Ray at {address} has no CPU")
        share = {f"num_{self._kind.lower()}s": min(1.0, there / (count or there))}
        self._actor = ray.remote(max_restarts=0, scheduling_strategy="SPREAD", **share)(_Actor)
        self._idle: list[Any] = []
        self._starting: dict[Any, Any] = {}
        self._running: dict[Any, tuple[Task, Any, float]] = {}
        self._failed_starts = 0

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

        Raises
        ------
        LesionViewerError
            Workers do not start, there is no room for any, or they cannot work, as on a full disk.
        """
        waiting = iter(tasks)
        task = next(waiting, None)
        progress = time.monotonic()
        while task or self._running:
            while task and self._idle:
                actor = self._idle.pop()
                self._running[actor.do.remote(task)] = task, actor, time.monotonic()
                task = next(waiting, None)
            if task:
                self._start()
            done, _ = ray.wait([*self._running, *self._starting], timeout=POLL_S)
            for reference in done:
                if reference in self._starting:
                    self._started(reference)
                else:
                    yield self._ended(reference)
            yield from self._given_up()
            if done or self._running:
                progress = time.monotonic()
            elif time.monotonic() - progress > self._patience_s:
                raise LesionViewerError(
                    f"Ray at {self._address} had no room for a worker in {self._patience_s:.0f} s"
                )

    def close(self) -> None:
        """End them, whatever they do."""
        ray.shutdown()

    def _there(self) -> int:
        """How many workers the cluster has room for now."""
        return int(ray.cluster_resources().get(self._kind, 0))

    def _start(self) -> None:
        """Ask for the workers that are missing; they come where and when there is room."""
        wanted = self._count or self._there()
        while len(self._running) + len(self._starting) < wanted:
            actor = self._actor.remote(self._work)
            self._starting[actor.node.remote()] = actor

    def _started(self, reference: Any) -> None:
        actor = self._starting.pop(reference)
        try:
            ray.get(reference)
        except RayError as error:
            self._failed_starts += 1
            if self._failed_starts >= STARTS:
                raise LesionViewerError(f"workers do not start: {error}") from error
            return
        self._failed_starts = 0
        self._idle.append(actor)

    def _ended(self, reference: Any) -> tuple[Task, Tally | str]:
        task, actor, _ = self._running.pop(reference)
        outcome = _outcome(reference)
        if isinstance(outcome, Tally):
            self._idle.append(actor)
        else:
            ray.kill(actor)
        return task, outcome

    def _given_up(self) -> Iterator[tuple[Task, str]]:
        now = time.monotonic()
        for reference, (task, actor, began) in list(self._running.items()):
            limit = limit_s(task, self._patience_s)
            if now - began > limit:
                ray.kill(actor)
                del self._running[reference]
                yield task, f"was given up after {limit:.0f} s"


class _Actor:
    """A searcher that says which node of the cluster it is on."""

    def __init__(self, work: Work) -> None:
        self._searcher = Searcher(work)
        self._node: str = ray.get_runtime_context().get_node_id()[:8]

    def node(self) -> str:
        return self._node

    def do(self, task: Task) -> Tally:
        tally = self._searcher.do(task)
        return replace(tally, node=f"{tally.node}, Ray's node {self._node}")


def _outcome(reference: Any) -> Tally | str:
    try:
        done: Tally = ray.get(reference)
    except RayTaskError as error:
        if isinstance(error.cause, LesionViewerError):
            raise error.cause from None
        raise
    except RayError as error:
        return f"its process or its node died ({type(error).__name__})"
    return done
