"""Kills screenings: ``python -m tests.crash.crash_screening --studies 100``.

Workers and the command itself are killed at random times, workers are stopped as if they hung, and
the disk is full; with ``--ray`` a cluster of two nodes searches, whose nodes and head are killed,
too. One study is damaged, one cannot be read, and one never ends being read. After each kill of the
command it is run again, until a run ends by itself. Then every series must have one row, equal to
that of a run that nobody disturbed.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.screening.lock import LOCK
from tests.screening.ray_nodes import (
    ENVIRONMENT,
    Nodes,
    descendants,
    namespaces_work,
    two_nodes,
)

SHAPE, SPACING_MM = (12, 96, 96), (8.0, 4.0, 4.0)
MODEL = "phantom-small"
RUN = (sys.executable, "-m", "lesion_viewer", "screen")
PATIENCE_S = 10
ENDING = ("command", "full disk", "head")
KILLS = ("worker", "worker", "worker", "hang", "command", "command", "full disk")
KILLS_OF_NODES = ("node", "node", "head")
WITHIN_SEARCH = 0.8
LONGEST_S = 4.0
FULL_S = 60.0
ENDED_S = 1800.0
DISK = "size=64m"


@dataclass
class Summary:
    """What was done to the runs; ``failures`` has a line for each row that is not right."""

    runs: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    files_left: int = 0
    failures: list[str] = field(default_factory=list)

    def lines(self, seconds: float, studies: int) -> list[str]:
        """The summary as it is printed."""
        said = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.kills.items()))
        return [
            *self.failures,
            f"{studies} studies in {self.runs} runs, {seconds:.0f} s; killed: {said}",
            f"{self.given_up} series were killed three times and searched by the last run;"
            f" {self.files_left} temporary files left by killed writers",
            f"{len(self.failures)} rows missing, twice or different",
        ]


@dataclass
class Disturbance:
    """What kills a run; ``nodes`` is the cluster, None for processes, ``disk`` a small one."""

    rng: random.Random
    output: Path
    nodes: Nodes | None
    disk: Path | None
    _size: int = 0

    def kinds(self) -> list[str]:
        """What can be done here."""
        every = KILLS + KILLS_OF_NODES if self.nodes else KILLS
        return [kind for kind in every if self.disk or kind != "full disk"]

    def wait(self, run: subprocess.Popen[bytes]) -> None:
        """Some seconds, mostly within the search."""
        if self.rng.random() < WITHIN_SEARCH:
            while run.poll() is None and not self._searches():
                time.sleep(0.1)
        time.sleep(self.rng.uniform(0.2, LONGEST_S))

    def kill(self, kind: str, run: subprocess.Popen[bytes]) -> bool:
        """Kill or stop something; False where there is nothing to kill."""
        if kind == "command":
            run.kill()
        elif kind == "full disk":
            self._fill(run)
        elif self.nodes and kind == "head":
            self.nodes.kill(0)
        elif self.nodes and kind == "node":
            self.nodes.kill(1)
            self.nodes.start(1)
        else:
            workers = self._workers_of(run.pid)
            with suppress(ProcessLookupError):
                signalled = signal.SIGSTOP if kind == "hang" else signal.SIGKILL
                os.kill(self.rng.choice(workers or [0x7FFFFFFF]), signalled)
                return True
            return False
        return True

    def mend(self) -> None:
        """Have the cluster whole for the next run."""
        if self.nodes and self.nodes.running[0].poll() is not None:
            self.nodes.kill(1)
            self.nodes.start(0)
            self.nodes.start(1)

    def _searches(self) -> bool:
        """Whether a run has tasks done since the last look."""
        file = self.output / "timings.jsonl"
        size = file.stat().st_size if file.exists() else 0
        grown, self._size = size > self._size, size
        return grown and b"searching" in file.read_bytes()

    def _workers_of(self, pid: int) -> list[int]:
        """Processes that search."""
        if self.nodes is None:
            return [found for found in descendants(pid) if b"spawn_main" in _said(found)]
        every = [found for node in self.nodes.running for found in descendants(node.pid)]
        return [found for found in every if b"ray::_Actor" in _said(found)]

    def _fill(self, run: subprocess.Popen[bytes]) -> None:
        """Leave no room on the disk until the command has ended for it."""
        assert self.disk is not None
        ballast = self.disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(2**16)):
                pass
        with suppress(subprocess.TimeoutExpired):
            run.wait(FULL_S)
        ballast.unlink()


def crash(studies: int, kills: int, seed: int, folder: Path, by_ray: bool = False) -> Summary:
    """Screen that many studies with that many kills; all files go into ``folder``."""
    rng, summary = random.Random(seed), Summary()
    archive, undisturbed = folder / "archive", folder / "undisturbed"
    write_archive(archive, studies, rng)
    screen = command(archive, undisturbed, None)
    subprocess.run(screen, check=True, capture_output=True)
    cluster = two_nodes(namespaces_work()) if by_ray else nullcontext()
    with _small_disk(folder / "disk") as disk, cluster as nodes:
        output = (disk or folder) / "killed"
        disturbance = Disturbance(rng, output, nodes, disk)
        screen, log = command(archive, output, nodes), folder / "log"
        while True:
            disturbance.mend()
            summary.runs += 1
            with log.open("wb") as said:
                run = subprocess.Popen(screen, stdout=said, stderr=said, env=environment())
            while kills:
                disturbance.wait(run)
                if run.poll() is not None:
                    break
                kind = rng.choice(disturbance.kinds())
                if disturbance.kill(kind, run):
                    summary.kills[kind] += 1
                    kills -= 1
            if run.wait(ENDED_S) == 0:
                break
            if summary.runs > sum(summary.kills[kind] for kind in ENDING):
                summary.failures.append(f"a run that nobody ended failed: {log.read_text()}")
                return summary
        summary.given_up = sum("died" in row["reason"] for row in rows(output))
        again = [*screen, "--retry-failed"]
        subprocess.run(again, check=True, capture_output=True, env=environment())
        summary.failures += differing(rows(undisturbed), rows(output))
        left = [p.name for p in output.rglob("*") if p.name.startswith(".") and p.name != LOCK]
        summary.files_left = len(left)
    return summary


def write_archive(folder: Path, studies: int, rng: random.Random) -> None:
    """Phantom studies; one has a damaged slice, one no readable slice, one is never read."""
    for seed in range(studies):
        phantom = make_phantom(seed, SHAPE, SPACING_MM, lesions=3)
        write_series(folder / f"{seed:05d}", phantom.hu, SPACING_MM, seed)
    some, other = rng.sample(sorted(folder.iterdir()), 2)
    for file in (next(iter(some.iterdir())), *other.iterdir()):
        file.write_bytes(file.read_bytes()[:-5000])
    os.mkfifo(folder / "hangs.zip")  # opening it waits for a writer


def environment() -> dict[str, str]:
    """Of a run: a driver whose head is dead says so soon."""
    return {**os.environ, **ENVIRONMENT}


def command(archive: Path, output: Path, nodes: Nodes | None) -> list[str]:
    """The run."""
    fixed = ("--model", MODEL, "--workers", "2", "--patience", str(PATIENCE_S))
    by_ray = ("--ray", nodes.address) if nodes else ()
    prefix = nodes.prefix if nodes else ()
    return [*prefix, *RUN, str(archive), "--output", str(output), *fixed, *by_ray]


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of its own; None where none can be mounted (Linux, as root)."""
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mounting, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _said(pid: int) -> bytes:
    """The command line of a process; empty where it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def rows(output: Path) -> list[dict[str, Any]]:
    """The rows of all series, and of the units that cannot be opened."""
    series: list[dict[str, Any]] = pq.read_table(output / "series.parquet").to_pylist()
    units = pq.read_table(output / "units.parquet", columns=["key", "unit", "reason", "files"])
    return [*series, *({**row, "outcome": "unit"} for row in units.to_pylist())]


def differing(wanted: Sequence[dict[str, Any]], got: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each row that is missing, twice or different."""
    keys = [row["key"] for row in got]
    lines = [f"{key}: twice" for key in set(keys) if keys.count(key) > 1]
    there = {row["key"]: row for row in got}
    for row in wanted:
        if row["key"] not in there:
            lines.append(f"{row['unit']}: missing")
        elif there[row["key"]] != row:
            now = there[row["key"]]
            names = [name for name in row if row[name] != now[name]]
            lines.append(f"{row['unit']}: other {', '.join(names)}: {now['reason']}")
    return lines


def main() -> int:
    """Print the summary; 1 where a row is not right."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--studies", type=int, default=100)
    given.add_argument("--kills", type=int, default=25)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--ray", action="store_true", help="by a Ray cluster of two nodes")
    wanted = given.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        summary = crash(wanted.studies, wanted.kills, wanted.seed, Path(folder), wanted.ray)
    for line in summary.lines(time.monotonic() - began, wanted.studies):
        print(line)
    return int(bool(summary.failures))


if __name__ == "__main__":
    sys.exit(main())
