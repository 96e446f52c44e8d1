"""Screens phantoms and copies of real CT by one process, two, and two Ray nodes, in turn.

``python -m tests.benchmarks.bench_screening FOLDER`` prints seconds and CPU seconds of each run,
the efficiency of two workers, what Ray costs, and how well a simulation by the one process' times
foretells the others. Runs that FOLDER has already are not done again; delete it to begin anew.
Needs the extras ``screening`` and ``cluster``; about twelve minutes on two cores that nobody else
uses.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pydicom
from pydicom.uid import generate_uid

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.screening.forecast import Fleet, Profile, simulated
from lesion_viewer.screening.timings import SEARCHING, timings_of
from tests.conftest import REAL_DATA
from tests.screening.ray_nodes import ENVIRONMENT, Nodes, namespaces_work, two_nodes

SPACING_MM = (8.0, 4.0, 4.0)
SHORT, LONG = (6, 96, 96), (24, 96, 96)
PHASES = ("listing", "searching", "merging")
RUNS = ("one process", "two processes", "two Ray nodes", "two processes, long studies")
CGROUPS = (  # of version 1, else of version 2
    (Path("/sys/fs/cgroup/cpuacct"), "cpuacct.usage"),
    (Path("/sys/fs/cgroup"), "cpu.stat"),
)


def write_archives(folder: Path, phantoms: int, copies: int) -> None:
    """Short phantoms with copies of real CT, and a quarter as many long phantoms."""
    if (folder / "made").exists():
        return
    for name, shape, count in (("short", SHORT, phantoms), ("long", LONG, max(phantoms // 5, 1))):
        for seed in range(count):
            phantom = make_phantom(seed, shape, SPACING_MM, lesions=3)
            write_series(folder / name / f"{seed:05d}", phantom.hu, SPACING_MM, seed)
    for number in range(copies if REAL_DATA.is_dir() else 0):
        _copy_case(REAL_DATA / "ircadb01/case01/DICOM", folder / "short" / f"case-{number}")
        ct = folder / "short" / f"ct-{number}.nii.gz"
        shutil.copy(REAL_DATA / "totalsegmentator/example_ct.nii.gz", ct)
    (folder / "made").touch()


def _copy_case(source: Path, target: Path) -> None:
    """The same study under new UIDs, else it would be told apart as a copy."""
    target.mkdir(parents=True)
    study, series = generate_uid(), generate_uid()
    for file in sorted(source.iterdir()):
        image = pydicom.dcmread(file)
        image.StudyInstanceUID, image.SeriesInstanceUID = study, series
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.save_as(target / file.name)


@contextmanager
def cpu_clock() -> Iterator[Callable[[], float]]:
    """CPU seconds of all that this process starts, by a control group, where one can be made.

    Elsewhere of the processes that it waited for, which Ray's nodes are not.
    """
    parent, usage = next((found for found in CGROUPS if found[0].is_dir()), CGROUPS[0])
    group = parent / f"lv-bench-{os.getpid()}"
    try:
        group.mkdir()
        (group / "cgroup.procs").write_text(str(os.getpid()))
        (group / usage).read_text()
    except OSError:
        yield _waited
        return
    yield lambda: _used((group / usage).read_text())
    (parent / "cgroup.procs").write_text(str(os.getpid()))


def _used(said: str) -> float:
    """Nanoseconds, or ``usage_usec`` and microseconds."""
    words = said.split()
    return int(words[0]) * 1e-9 if len(words) == 1 else int(words[1]) * 1e-6


def _waited() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(folder: Path, name: str, round_: int, model: str, clock: Callable[[], float]) -> None:
    """One run, whose figures become a line of FOLDER/figures.jsonl."""
    output = _output(folder, name, round_)
    shutil.rmtree(output, ignore_errors=True)
    archive = folder / ("long" if "long" in name else "short")
    cluster = two_nodes(namespaces_work()) if "Ray" in name else nullcontext()
    with cluster as nodes:
        command = _command(archive, output, name, model, nodes)
        began, busy = time.monotonic(), clock()
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **ENVIRONMENT})
        seconds, cpu_s = time.monotonic() - began, clock() - busy
    phases = json.loads((output / "runs.jsonl").read_text())["phases"]
    workers = 1 if name == "one process" else 2
    at_work = sum(task.seconds for task in timings_of(output) if task.what == SEARCHING)
    figures = {
        "run": name,
        "round": round_,
        "seconds": seconds,
        "cpu_s": cpu_s,
        "busy": at_work / (workers * phases["searching"]),
        "load": os.getloadavg()[0],
        **phases,
    }
    with (folder / "figures.jsonl").open("a") as file:
        file.write(json.dumps(figures) + "\n")


def _command(archive: Path, output: Path, name: str, model: str, nodes: Nodes | None) -> list[str]:
    prefix = nodes.prefix if nodes else ()
    by = ("--ray", nodes.address) if nodes else ()
    workers = "1" if name == "one process" else "2"
    screen = (sys.executable, "-m", "lesion_viewer", "screen", str(archive))
    options = ("--output", str(output), "--model", model, "--workers", workers)
    return [*prefix, *screen, *options, *by]


def rows(output: Path) -> list[dict[str, Any]]:
    """The rows of all series."""
    found: list[dict[str, Any]] = pq.read_table(output / "series.parquet").to_pylist()
    return found


def report(folder: Path) -> Iterator[str]:
    """The table, and what follows from it."""
    figures = [json.loads(line) for line in (folder / "figures.jsonl").read_text().splitlines()]
    by_run: dict[str, list[dict[str, float]]] = defaultdict(list)
    yield "run | round | seconds | CPU s | workers busy | listing | searching | merging | load"
    for one in sorted(figures, key=lambda one: (one["round"], RUNS.index(one["run"]))):
        by_run[one["run"]].append(one)
        yield (
            f"{one['run']} | {one['round']} | {one['seconds']:.1f} | {one['cpu_s']:.1f}"
            f" | {one['busy']:.0%} | {one['listing']:.1f} | {one['searching']:.1f}"
            f" | {one['merging']:.1f} | {one['load']:.1f}"
        )

    def least(name: str, what: str) -> float:
        return min(one[what] for one in by_run[name])

    one, two, by_ray, _ = RUNS
    for what in ("seconds", "cpu_s"):
        alone, both, ray = (least(name, what) for name in (one, two, by_ray))
        efficiency = alone / (2 * both if what == "seconds" else both)
        yield (
            f"least {what}: efficiency of two processes {efficiency:.2f},"
            f" Ray costs {ray / both - 1:+.1%} of two processes"
        )
    profile = Profile.of(_output(folder, one))
    yield "simulated by the times of one process, and by its own times of tasks; measured:"
    for name in RUNS:
        of_one = _simulated(profile, _output(folder, name), 1 if name == one else 2)
        own = Profile.of(_output(folder, name))
        own = replace(own, handout_s=profile.handout_s)
        by_own = _simulated(own, _output(folder, name), 1 if name == one else 2)
        took = statistics.median(sum(o[phase] for phase in PHASES) for o in by_run[name])
        first = sum(by_run[name][0][phase] for phase in PHASES)
        yield (
            f"{name}: {of_one:.1f} s ({of_one / took - 1:+.1%} of the median {took:.1f} s),"
            f" {by_own:.1f} s ({by_own / first - 1:+.1%} of the first {first:.1f} s)"
        )
    short = [_output(folder, name) for name in (one, two, by_ray)]
    equal = all(rows(output) == rows(short[0]) for output in short)
    yield f"{len(rows(short[0]))} series, rows equal: {equal}"


def _output(folder: Path, name: str, round_: int = 0) -> Path:
    return folder / f"{name.replace(' ', '-').replace(',', '')}-{round_}"


def _simulated(profile: Profile, output: Path, workers: int) -> float:
    """The mean of twenty simulations of a run that was done."""
    sizes = _sizes(output)
    runs = (simulated(profile, Fleet(workers), sizes, seed=seed).seconds for seed in range(20))
    return statistics.mean(runs)


def _sizes(output: Path) -> list[tuple[int, int]]:
    """Files and slices of each study of a run."""
    files = {t.unit: t.weight for t in timings_of(output) if t.what != SEARCHING}
    return [(files[t.unit], t.weight) for t in timings_of(output) if t.what == SEARCHING]


def main() -> None:
    """Make the archives, run what is missing, print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("folder", type=Path)
    given.add_argument("--phantoms", type=int, default=200)
    given.add_argument("--copies", type=int, default=2, help="of each real CT")
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--model", default="phantom-small")
    wanted = given.parse_args()
    write_archives(wanted.folder, wanted.phantoms, wanted.copies)
    done = set()
    if (wanted.folder / "figures.jsonl").exists():
        lines = (wanted.folder / "figures.jsonl").read_text().splitlines()
        done = {(one["run"], one["round"]) for one in map(json.loads, lines)}
    with cpu_clock() as clock:
        for round_ in range(wanted.rounds):
            for name in RUNS:
                if (name, round_) not in done:
                    run(wanted.folder, name, round_, wanted.model, clock)
                    print(f"{name}, round {round_}: done", file=sys.stderr)
    for line in report(wanted.folder):
        print(line)


if __name__ == "__main__":
    main()
