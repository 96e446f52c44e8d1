"""How long a larger screening takes: a simulation of tasks, workers, driver, disk and failures."""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from lesion_viewer.errors import ExchangeError
from lesion_viewer.screening.running import RUNS
from lesion_viewer.screening.timings import LISTING, SEARCHING, timings_of

MOST_TASKS = 50_000
"""So many tasks are simulated one by one; more go on at their rate."""

MERGING_S = 0.003
"""In which the driver merges a row of each table, one after another (tests/benchmarks)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a kind of task by its weight: files or slices.

    Attributes
    ----------
    fixed_s, each_s : float
        Of a task, and of each file or slice; a straight line through measured tasks.
    spread : tuple[float, ...]
        Measured seconds over those of the line, one of which each simulated task has.
    """

    fixed_s: float
    each_s: float
    spread: tuple[float, ...]

    @classmethod
    def of(cls, weights: Sequence[float], seconds: Sequence[float]) -> Cost:
        """The line through tasks that were measured.

        Parameters
        ----------
        weights, seconds : Sequence[float]
            Of each task; at least one.

        Returns
        -------
        Cost
            Neither part is negative: the mean where heavier tasks are faster, else through the
            origin where light ones would take no time, and where all weigh the same.
        """
        w, s = np.asarray(weights, float), np.asarray(seconds, float)
        fixed, each = 0.0, float(s.sum() / max(w.sum(), 1))
        if np.ptp(w) > 0:
            slope, rest = np.polyfit(w, s, 1)
            if slope < 0:
                fixed, each = float(s.mean()), 0.0
            elif rest >= 0:
                fixed, each = float(rest), float(slope)
        line = np.maximum(fixed + each * w, 1e-9)
        return cls(fixed, each, tuple((s / line).tolist()))

    def seconds(self, weight: float, rng: random.Random) -> float:
        """A task of that weight.

        Parameters
        ----------
        weight : float
            Files or slices.
        rng : random.Random
            Chooses one of the measured departures from the line.

        Returns
        -------
        float
            Seconds of one worker.
        """
        return (self.fixed_s + self.each_s * weight) * rng.choice(self.spread)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a finished run of one worker tells about others.

    Attributes
    ----------
    listing, searching : Cost
        Of a unit.
    studies : tuple[tuple[int, int], ...]
        Files and slices of each unit that was measured.
    start_s, loading_s : float
        Until a worker does its first task, and until its first search has the detector.
    handout_s : float
        In which the driver takes a result and gives the next task, one after another.
    merging_s : float
        Of the merging at the end, besides ``MERGING_S`` a row.
    """

    listing: Cost
    searching: Cost
    studies: tuple[tuple[int, int], ...]
    start_s: float
    loading_s: float
    handout_s: float
    merging_s: float

    @classmethod
    def of(cls, folder: Path) -> Profile:
        """What the last run in a folder of results tells that searched all by itself.

        Parameters
        ----------
        folder : Path
            Of a run with one worker that nobody ended.

        Returns
        -------
        Profile
            Its times.

        Raises
        ------
        ExchangeError
            There is no such run.
        """
        tasks = list(timings_of(folder))
        last = [task for task in tasks if tasks and task.run == tasks[-1].run]
        listed = [task for task in last if task.what == LISTING]
        searched = [task for task in last if task.what == SEARCHING]
        if not listed or not searched:
            raise ExchangeError(f"{folder}: its last run did not list and search: measure anew")
        files = {task.unit: task.weight for task in listed}
        # The first task of a worker imports what it needs.
        usual = listed[1:] or listed
        listing = Cost.of([task.weight for task in usual], [task.seconds for task in usual])
        first = listing.fixed_s + listing.each_s * listed[0].weight
        bare = [task.seconds - task.loading_s for task in searched]
        gaps = [
            after.ended_s - after.seconds - before.ended_s
            for tasks in (listed, searched)
            for before, after in pairwise(tasks)
        ]
        return cls(
            listing,
            Cost.of([task.weight for task in searched], bare),
            tuple((files.get(task.unit, task.weight), task.weight) for task in searched),
            max(listed[0].ended_s - first, 0.0),
            max(task.loading_s for task in searched),
            max(float(np.median(gaps)), 0.0) if gaps else 0.0,
            max(_merging_s(folder) - MERGING_S * len(searched), 0.0),
        )


@dataclass(frozen=True, slots=True)
class Fleet:
    """Who is to search.

    Attributes
    ----------
    workers : int
        Side by side.
    disk_mb_s, mb_a_slice : float
        What all read at once, and what a slice takes; no limit where the first is infinite.
    hours_between_failures : float
        Of one worker; its task is lost then, and done again.
    speed : float
        Of a core, in those that the profile was measured on.
    """

    workers: int
    disk_mb_s: float = float("inf")
    mb_a_slice: float = 0.5
    hours_between_failures: float = float("inf")
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """A screening that was simulated.

    Attributes
    ----------
    seconds : float
        From beginning to end.
    core_s : float
        Seconds of workers at work, which are cores.
    busy : float
        That over all seconds of all workers, 0 to 1.
    phases : dict[str, float]
        Seconds of start, listing, searching, merging.
    """

    seconds: float
    core_s: float
    busy: float
    phases: dict[str, float]


def simulated(
    profile: Profile,
    fleet: Fleet,
    studies: int | Sequence[tuple[int, int]],
    slices: float | None = None,
    seed: int = 0,
) -> Forecast:
    """A screening of so many studies by a fleet.

    Parameters
    ----------
    profile : Profile
        Times of tasks.
    fleet : Fleet
        Who searches.
    studies : int | Sequence[tuple[int, int]]
        How many, like those of the profile, or files and slices of each.
    slices : float | None
        Mean of a study; that of the profile when left out.
    seed : int
        Of the random choices.

    Returns
    -------
    Forecast
        Listing, then searching, the longest first, as ``running.Screening`` does.
    """
    rng = random.Random(seed)
    count = studies if isinstance(studies, int) else len(studies)
    few = min(count, max(MOST_TASKS, 10 * fleet.workers))
    if isinstance(studies, int):
        scale = 1.0 if slices is None else slices / float(np.mean([s for _, s in profile.studies]))
        drawn = [rng.choice(profile.studies) for _ in range(few)]
        sizes = [(files * scale, number * scale) for files, number in drawn]
    else:
        sizes = [(float(files), float(number)) for files, number in studies]
    listing = [(profile.listing.seconds(files, rng) / fleet.speed, 0.0) for files, _ in sizes]
    reading = fleet.mb_a_slice / fleet.disk_mb_s
    searching = [
        (profile.searching.seconds(number, rng) / fleet.speed, number * reading)
        for _, number in sorted(sizes, key=lambda size: -size[1])
    ]
    more = count / few
    start = profile.start_s / fleet.speed
    loading = profile.loading_s / fleet.speed
    listed_s, list_core_s = _phase(listing, 0.0, profile, fleet, more, rng)
    searched_s, core_s = _phase(searching, loading, profile, fleet, more, rng)
    merging = (profile.merging_s + MERGING_S * count) / fleet.speed
    phases = {"start": start, LISTING: listed_s, SEARCHING: searched_s, "merging": merging}
    seconds = sum(phases.values())
    total = list_core_s + core_s
    return Forecast(seconds, total, min(total / (seconds * fleet.workers), 1.0), phases)


def _phase(
    tasks: Sequence[tuple[float, float]],
    loading_s: float,
    profile: Profile,
    fleet: Fleet,
    more: float,
    rng: random.Random,
) -> tuple[float, float]:
    """Seconds of a phase and of its workers; events are workers that become free."""
    free = [(0.0, worker) for worker in range(min(fleet.workers, len(tasks)))]
    fresh = set(range(len(free))) if loading_s else set()
    rate = 1 / (3600 * fleet.hours_between_failures)
    driver = disk = core_s = end = 0.0
    waiting = list(reversed(tasks))
    handed = 0
    steady = (0, 0.0)
    while waiting:
        compute, reading = task = waiting.pop()
        at, worker = heapq.heappop(free)
        driver = max(driver, at) + profile.handout_s
        if worker in fresh:
            fresh.discard(worker)
            compute += loading_s
        disk = max(disk, driver) + reading
        done = max(driver + compute, disk)
        if rate and (died := rng.expovariate(rate)) < done - driver:
            waiting.append(task)
            done = driver + died + profile.start_s
            if loading_s:
                fresh.add(worker)
        core_s += done - driver
        end = max(end, done)
        heapq.heappush(free, (done, worker))
        handed += 1
        if handed == len(tasks) // 2:
            steady = (handed, driver)
    if more > 1:
        pace = (driver - steady[1]) / max(handed - steady[0], 1)
        end += (more - 1) * len(tasks) * pace
    return end, core_s * more


def _merging_s(folder: Path) -> float:
    """Of the last run that ended."""
    try:
        lines = (folder / RUNS).read_text(encoding="utf-8").splitlines()
        return float(json.loads(lines[-1])["phases"]["merging"])
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise ExchangeError(f"{folder}: has no run that ended") from error
