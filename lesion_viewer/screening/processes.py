"""Workers on this machine: a process each, with a pipe of its own, which no death disturbs."""

from __future__ import annotations

import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.screening.searching import Searcher, Tally, Task, Work

END_S = 5.0


@dataclass(frozen=True, eq=False)
class Process:
    """A worker.

    Attributes
    ----------
    process : SpawnProcess
        It.
    pipe : Connection
        Tasks go in, and what it says comes out.
    """

    process: SpawnProcess
    pipe: Connection


class Processes:
    """Processes of this machine; implements ``Crew``.

    Parameters
    ----------
    work : Work
        What all tasks have in common.
    count : int
        How many processes.
    """

    def __init__(self, work: Work, count: int) -> None:
        self._work, self._count = work, count
        self._context = get_context("spawn")
        self._all: dict[Connection, Process] = {}

    def room(self) -> int:
        """How many workers there may be now."""
        return self._count

    def start(self) -> Process:
        """Start a worker, which is heard of when it is ready."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(self._work, theirs), daemon=True)
        process.start()
        theirs.close()
        worker = self._all[ours] = Process(process, ours)
        return worker

    def give(self, worker: Process, task: Task) -> None:
        """Have a ready worker do a task.

        Parameters
        ----------
        worker : Process
            A worker that does nothing.
        task : Task
            What it does.
        """
        with suppress(OSError):  # a dead one is heard of
            worker.pipe.send(task)

    def heard(self, timeout_s: float) -> list[tuple[Process, Tally | str | None]]:
        """What workers said since the last call.

        Parameters
        ----------
        timeout_s : float
            How long to wait for a first word.

        Returns
        -------
        list[tuple[Process, Tally | str | None]]
            As ``Crew`` says.

        Raises
        ------
        LesionViewerError
            A worker cannot work at all.
        """
        return [
            (self._all[pipe], self._said(self._all[pipe]))
            for pipe in wait(list(self._all), timeout_s)
            if isinstance(pipe, Connection)
        ]

    def end(self, worker: Process) -> None:
        """Kill a worker, whatever it does.

        Parameters
        ----------
        worker : Process
            Dead or alive.
        """
        self._all.pop(worker.pipe, None)
        worker.process.kill()
        worker.process.join(END_S)
        worker.pipe.close()

    def close(self) -> None:
        """Kill all workers."""
        for worker in list(self._all.values()):
            self.end(worker)

    def _said(self, worker: Process) -> Tally | str | None:
        try:
            said: Tally | str | LesionViewerError | None = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(END_S)
            return f"its process died ({worker.process.exitcode})"
        if isinstance(said, LesionViewerError):
            raise said
        return said


def _serve(work: Work, pipe: Connection) -> None:
    """In each process: do tasks until the driver is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver ends its workers
    searcher = Searcher(work)
    with suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            task = pipe.recv()
            try:
                pipe.send(searcher.do(task))
            except (LesionViewerError, ImportError) as error:
                pipe.send(LesionViewerError(str(error)))
