"""Tasks and workers that die, hang or never start."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.screening import workers
from lesion_viewer.screening.plan import Plan
from lesion_viewer.screening.processes import Processes
from lesion_viewer.screening.searching import Tally, Task, Work
from lesion_viewer.screening.sources import Unit
from lesion_viewer.screening.workers import Workers

TASKS = [Task(Unit(name, name), 1) for name in "abcd"]
DONE = Tally("vm", 1.0, 1.0)


class Crew:
    """Answers as a script says, a worker for each letter; ``ended`` are the workers killed."""

    def __init__(self, room: int, starts: bool = True, dies_on: str = "", hangs_on: str = ""):
        self._room, self._starts = room, starts
        self._dies_on, self._hangs_on = dies_on, hangs_on
        self._count = 0
        self._said: list[tuple[int, Any]] = []
        self.ended: list[int] = []
        self.given: list[tuple[int, str]] = []

    def room(self) -> int:
        return self._room

    def start(self) -> int:
        self._count += 1
        self._said.append((self._count, None if self._starts else "its process died (1)"))
        return self._count

    def give(self, worker: int, task: Task) -> None:
        self.given.append((worker, task.unit.name))
        if task.unit.name not in self._hangs_on:
            dies = task.unit.name in self._dies_on
            self._said.append((worker, "its process died (-9)" if dies else DONE))

    def heard(self, timeout_s: float) -> list[tuple[int, Any]]:
        said, self._said = self._said, []
        return said

    def end(self, worker: int) -> None:
        self.ended.append(worker)

    def close(self) -> None:
        """All are gone."""


def test_a_worker_is_used_again_and_one_that_died_is_replaced() -> None:
    crew = Crew(1, dies_on="b")
    done = {task.unit.name: said for task, said in Workers(crew, 9).results(TASKS)}
    assert done == {"a": DONE, "b": "its process died (-9)", "c": DONE, "d": DONE}
    assert crew.given == [(1, "a"), (1, "b"), (2, "c"), (2, "d")]
    assert crew.ended == [1]


def test_workers_stay_for_the_next_tasks() -> None:
    crew = Crew(2)
    team = Workers(crew, 9)
    assert len(list(team.results(TASKS))) == len(list(team.results(TASKS))) == 4
    assert {worker for worker, _ in crew.given} == {1, 2}


def test_a_task_that_hangs_is_given_up_while_others_are_done() -> None:
    crew = Crew(2, hangs_on="a")
    done = {task.unit.name: said for task, said in Workers(crew, 0.1).results(TASKS)}
    assert done["a"] == "was given up after 1 s"
    assert done["b"] == done["c"] == done["d"] == DONE
    assert len(crew.ended) == 1


def test_workers_that_never_start_end_the_run() -> None:
    with pytest.raises(LesionViewerError, match="workers do not start: its process died"):
        list(Workers(Crew(2, starts=False), 9).results(TASKS))


def test_a_cluster_without_room_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "START_S", 0.01)
    crew = Crew(2)
    monkeypatch.setattr(crew, "heard", lambda timeout_s: [])
    with pytest.raises(LesionViewerError, match="none was ready"):
        list(Workers(crew, 9).results(TASKS))


def test_a_process_that_is_killed_says_so_and_another_takes_its_place(tmp_path: Path) -> None:
    crew = Processes(Work(Plan.of("phantom-small"), tmp_path), 1)
    team = Workers(crew, 60)
    folder = tmp_path / "unit"
    folder.mkdir()
    os.mkfifo(folder / "pipe.zip")  # opening it waits for a writer
    hangs = Task(Unit("hangs", str(folder / "pipe.zip")), 1)
    give = crew.give
    killed: list[int] = []

    def kill(worker: Any, task: Task) -> None:
        give(worker, task)
        if not killed:
            killed.append(worker.process.pid)
            os.kill(killed[0], signal.SIGKILL)

    crew.give = kill  # type: ignore[method-assign]
    try:
        (_, first), (_, second) = team.results([hangs, Task(Unit("no", str(folder / "no")), 1)])
    finally:
        team.close()
    assert first == "its process died (-9)" and isinstance(second, Tally)
