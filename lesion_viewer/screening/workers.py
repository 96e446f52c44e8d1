"""Workers on this machine: a process each, replaced when it dies or takes too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, TimeoutError, wait
from multiprocessing import get_context
from typing import Protocol

from pebble import ProcessExpired, ProcessPool

from lesion_viewer.screening.searching import Searcher, Tally, Task, Work

AHEAD = 2
"""Tasks handed out for each worker, so that none waits for the next."""


class Workers(Protocol):
    """What does tasks side by side."""

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
            A worker cannot work at all, as on a full disk.
        """

    def close(self) -> None:
        """End all workers, whatever they do."""


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


class ProcessWorkers:
    """Processes of this machine; implements ``Workers``.

    Parameters
    ----------
    work : Work
        What all tasks have in common.
    count : int
        How many processes.
    patience_s : float
        As for ``limit_s``.
    """

    def __init__(self, work: Work, count: int, patience_s: float) -> None:
        self._count = count
        self._patience_s = patience_s
        self._pool = ProcessPool(
            count, initializer=_begin, initargs=(work,), context=get_context("spawn")
        )

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Tally | str]]:
        """Do tasks, each by one process.

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
        running: dict[Future[Tally], Task] = {}
        while True:
            while len(running) < AHEAD * self._count and (task := next(waiting, None)):
                limit = limit_s(task, self._patience_s)
                running[self._pool.schedule(_do, args=(task,), timeout=limit)] = task
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), _outcome(future)

    def close(self) -> None:
        """End them, whatever they do."""
        self._pool.stop()
        self._pool.join()


def _outcome(future: Future[Tally]) -> Tally | str:
    try:
        return future.result()
    except TimeoutError as error:
        return f"was given up after {error.args[1]:.0f} s"
    except ProcessExpired as error:
        return f"its process died ({error.exitcode})"


_searcher: Searcher


def _begin(work: Work) -> None:
    """In each process, once."""
    global _searcher
    _searcher = Searcher(work)


def _do(task: Task) -> Tally:
    return _searcher.do(task)
