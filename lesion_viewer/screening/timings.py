"""How long each task of a screening took, from which the time of a larger one is told."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from lesion_viewer.errors import ExchangeError
from lesion_viewer.screening.searching import Tally, Task

FILE = "timings.jsonl"
LISTING, SEARCHING = "listing", "searching"


@dataclass(frozen=True, slots=True)
class Timing:
    """A task that was done.

    Attributes
    ----------
    run : str
        When its run began, ISO 8601.
    what : str
        ``listing`` or ``searching``.
    unit, node : str
        Names of the unit and of the machine.
    weight : int
        Files or slices.
    seconds, cpu_s, loading_s : float
        As ``Tally`` has them.
    ended_s : float
        Seconds after the run began at which its result was there.
    """

    run: str
    what: str
    unit: str
    node: str
    weight: int
    seconds: float
    cpu_s: float
    loading_s: float
    ended_s: float


class Timings:
    """Sums by machine, and the file that gets a line for each task.

    Parameters
    ----------
    folder : Path
        Folder of the results.

    Attributes
    ----------
    nodes : dict[str, list[float]]
        In searches, machine -> series, slices, and seconds and CPU seconds of its workers.

    Raises
    ------
    ExchangeError
        It cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.nodes: dict[str, list[float]] = {}
        self._run = datetime.now().astimezone().isoformat(timespec="seconds")
        self._began = time.monotonic()
        self._path = folder / FILE
        self._stream: IO[str] = self._checked("a")

    def keep(self, what: str, task: Task, tally: Tally) -> None:
        """Write a task.

        Parameters
        ----------
        what : str
            ``listing`` or ``searching``.
        task : Task
            What was done.
        tally : Tally
            What came of it.

        Raises
        ------
        ExchangeError
            It cannot be written.
        """
        if what == SEARCHING:
            so_far = self.nodes.setdefault(tally.node, [0, 0, 0.0, 0.0])
            more = tally.series, tally.slices, tally.seconds, tally.cpu_s
            self.nodes[tally.node] = [a + b for a, b in zip(so_far, more, strict=True)]
        timing = Timing(
            self._run,
            what,
            task.unit.name,
            tally.node,
            task.weight,
            round(tally.seconds, 4),
            round(tally.cpu_s, 4),
            round(tally.loading_s, 4),
            round(time.monotonic() - self._began, 4),
        )
        try:
            self._stream.write(json.dumps(asdict(timing)) + "\n")
            self._stream.flush()
        except OSError as error:
            raise ExchangeError(f"{self._path}: cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """No more comes."""
        self._stream.close()

    def _checked(self, mode: str) -> IO[str]:
        try:
            return self._path.open(mode, encoding="utf-8")
        except OSError as error:
            raise ExchangeError(f"{self._path}: cannot be written: {error.strerror}") from error


def timings_of(folder: Path) -> Iterator[Timing]:
    """The tasks of all runs of a screening; a line that a killed run left in part is passed over.

    Parameters
    ----------
    folder : Path
        Folder of the results.

    Yields
    ------
    Timing
        In the order in which they ended.

    Raises
    ------
    ExchangeError
        There are none, or they cannot be read.
    """
    try:
        with (folder / FILE).open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    said: Mapping[str, Any] = json.loads(line)
                    yield Timing(**said)
                except (ValueError, TypeError):
                    continue
    except OSError as error:
        raise ExchangeError(f"{folder / FILE}: cannot be read: {error.strerror}") from error
