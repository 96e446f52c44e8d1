"""Kills screenings: ``python tests/crash/crash_screening.py --studies 100 --seed 1``.

Workers and the command itself are killed at random times, workers are stopped as if they hung, a
study is damaged, and the disk is full once. After each kill of the command it is run again, until
a run ends by itself. Then every series must have one row, equal to that of a run that nobody
disturbed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom

SHAPE, SPACING_MM = (4, 96, 96), (8.0, 4.0, 4.0)
MODEL = "phantom-small"
RUN = (sys.executable, "-m", "lesion_viewer", "screen")
PATIENCE_S = 20
LONGEST_S = 6.0
KILLS = ("worker", "worker", "hang", "command")
ENDED_S = 1800.0


@dataclass
class Summary:
    """What was done to the runs; ``failures`` has a line for each row that is not right."""

    runs: int = 0
    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KILLS, 0))
    failures: list[str] = field(default_factory=list)

    def lines(self, seconds: float, studies: int) -> list[str]:
        """The summary as it is printed."""
        said = ", ".join(f"{count} x {kind}" for kind, count in self.kills.items())
        return [
            *self.failures,
            f"{studies} studies in {self.runs} runs, {seconds:.0f} s; killed: {said};"
            f" {len(self.failures)} rows missing, twice or different",
        ]


def crash(studies: int, kills: int, seed: int, folder: Path, *options: str) -> Summary:
    """Screen that many studies with that many kills; all files go into ``folder``."""
    rng, summary = random.Random(seed), Summary()
    archive = folder / "archive"
    write_archive(archive, studies, rng)
    undisturbed, output = folder / "undisturbed", folder / "killed"
    subprocess.run(command(archive, undisturbed), check=True, capture_output=True)
    while True:
        summary.runs += 1
        running = subprocess.Popen(
            command(archive, output, *options),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while kills and running.poll() is None:
            time.sleep(rng.uniform(0.5, LONGEST_S))
            kind = rng.choice(KILLS)
            if running.poll() is None and kill(running.pid, kind, rng):
                summary.kills[kind] += 1
                kills -= 1
        if running.wait(ENDED_S) == 0:
            break
        if summary.runs > sum(summary.kills.values()) + 2:
            summary.failures.append("a run that nobody killed failed")
            return summary
    summary.failures += differing(rows(undisturbed), rows(output))
    return summary


def write_archive(folder: Path, studies: int, rng: random.Random) -> None:
    """Phantom studies, one of which has a damaged slice, and one no readable slice."""
    for seed in range(studies):
        phantom = make_phantom(seed, SHAPE, SPACING_MM, lesions=3)
        write_series(folder / f"{seed:05d}", phantom.hu, SPACING_MM, seed)
    some, other = rng.sample(sorted(folder.iterdir()), 2)
    for file in (next(iter(some.iterdir())), *other.iterdir()):
        file.write_bytes(file.read_bytes()[:-5000])


def command(archive: Path, output: Path, *options: str) -> list[str]:
    """The run."""
    fixed = ("--model", MODEL, "--workers", "2", "--patience", str(PATIENCE_S))
    return [*RUN, str(archive), "--output", str(output), *fixed, *options]


def kill(pid: int, kind: str, rng: random.Random) -> bool:
    """Kill or stop the command or one of its workers; False where there is none."""
    workers = workers_of(pid)
    if kind != "command" and not workers:
        return False
    try:
        if kind == "command":
            os.kill(pid, signal.SIGKILL)
        else:
            signalled = signal.SIGKILL if kind == "worker" else signal.SIGSTOP
            os.kill(rng.choice(workers), signalled)
    except ProcessLookupError:
        return False
    return True


def workers_of(pid: int) -> list[int]:
    """Processes that the command spawned to search."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                said = (entry / "cmdline").read_bytes()
            except (OSError, ValueError, IndexError):
                continue
            if parent == pid and b"spawn_main" in said:
                found.append(int(entry.name))
    return found


def rows(output: Path) -> list[dict[str, Any]]:
    """The rows of all series."""
    found: list[dict[str, Any]] = pq.read_table(output / "series.parquet").to_pylist()
    return found


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
    given.add_argument("--kills", type=int, default=40)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("options", nargs="*", help="for the command, such as -- --ray local")
    wanted = given.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        summary = crash(wanted.studies, wanted.kills, wanted.seed, Path(folder), *wanted.options)
    for line in summary.lines(time.monotonic() - began, wanted.studies):
        print(line)
    return int(bool(summary.failures))


if __name__ == "__main__":
    sys.exit(main())
