"""Workers side by side, replaced when they die or take too long."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.screening.searching import Tally, Task

POLL_S = 1.0
START_S = 300.0
"""After so long a worker that was asked for is given up: it hangs, or a cluster has no room."""

STARTS = 10
"""So many workers in a row that do not start end the run."""


class Crew(Protocol):
    """How workers of one kind are started, told and heard; a worker is any hashable value."""

    def room(self) -> int:
        """How many workers there may be now."""

    def start(self) -> Any:
        """Start a worker, which is heard of when it is ready."""

    def give(self, worker: Any, task: Task) -> None:
        """Have a ready worker do a task.

        Parameters
        ----------
        worker : Any
            A worker that does nothing.
        task : Task
            What it does.
        """

    def heard(self, timeout_s: float) -> list[tuple[Any, Tally | str | None]]:
        """What workers said since the last call.

        Parameters
        ----------
        timeout_s : float
            How long to wait for a first word.

        Returns
        -------
        list[tuple[Any, Tally | str | None]]
            A worker, and None where it is ready for its first task, what it did, or why it and
            its task failed.

        Raises
        ------
        LesionViewerError
            A worker cannot work at all, as on a full disk.
        """

    def end(self, worker: Any) -> None:
        """Kill a worker, whatever it does.

        Parameters
        ----------
        worker : Any
            Dead or alive.
        """

    def close(self) -> None:
        """Kill all workers."""


def limit_s(task: Task, patience_s: float) -> float:
    """Seconds that a task may take.

    Parameters
    ----------
    task : Task
        The task; each of its slices or files may take a second.
    patience_s : float
        Seconds besides.

    Returns
    -------
    float
        After so long it is given up.
    """
    return patience_s + task.weight


class Workers:
    """Hands tasks to the workers of a crew, one to each, as they become free.

    Parameters
    ----------
    crew : Crew
        Whose workers.
    patience_s : float
        As for ``limit_s``.
    """

    def __init__(self, crew: Crew, patience_s: float) -> None:
        self._crew, self._patience_s = crew, patience_s
        self._starting: dict[Any, float] = {}
        self._idle: list[Any] = []
        self._running: dict[Any, tuple[Task, float]] = {}
        self._failed_starts = 0

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Tally | str]]:
        """Do tasks, each by one worker.

        Parameters
        ----------
        tasks : Iterable[Task]
            What is to be done; they are taken as workers become free.

        Yields
        ------
        tuple[Task, Tally | str]
            A task that ended: what was done, or that its worker died or took too long.

        Raises
        ------
        LesionViewerError
            Workers do not start, or cannot work at all, as on a full disk.
        """
        waiting = iter(tasks)
        task = next(waiting, None)
        while task or self._running:
            while task and self._idle:
                worker = self._idle.pop()
                self._crew.give(worker, task)
                self._running[worker] = task, time.monotonic()
                task = next(waiting, None)
            if task:
                self._start()
            for worker, said in self._crew.heard(POLL_S):
                if worker in self._running:
                    yield self._running.pop(worker)[0], self._answer(worker, said)
                else:
                    self._come_or_gone(worker, said)
            yield from self._given_up()

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._crew.close()

    def _start(self) -> None:
        room = self._crew.room()
        while len(self._running) + len(self._starting) < room:
            self._starting[self._crew.start()] = time.monotonic()

    def _answer(self, worker: Any, said: Tally | str | None) -> Tally | str:
        if isinstance(said, Tally):
            self._idle.append(worker)
            return said
        self._crew.end(worker)
        return said or "its worker began anew"

    def _come_or_gone(self, worker: Any, said: Tally | str | None) -> None:
        """Note a worker that is ready, or one that died without a task."""
        if said is None:
            del self._starting[worker]
            self._idle.append(worker)
            self._failed_starts = 0
            return
        self._crew.end(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        else:
            self._not_started(worker, str(said))

    def _not_started(self, worker: Any, why: str) -> None:
        del self._starting[worker]
        self._failed_starts += 1
        if self._failed_starts >= STARTS:
            raise LesionViewerError(f"workers do not start: {why}")

    def _given_up(self) -> Iterator[tuple[Task, str]]:
        now = time.monotonic()
        for worker, (task, began) in list(self._running.items()):
            limit = limit_s(task, self._patience_s)
            if now - began > limit:
                self._crew.end(worker)
                del self._running[worker]
                yield task, f"was given up after {limit:.0f} s"
        for worker, began in list(self._starting.items()):
            if now - began > START_S:
                self._crew.end(worker)
                self._not_started(worker, f"none was ready after {START_S:.0f} s")
