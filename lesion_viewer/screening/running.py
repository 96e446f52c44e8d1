"""A screening from beginning to end: what is there is listed, what is new is searched."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.screening import rows
from lesion_viewer.screening.cohorts import ListedSeries, Outcome, duplicates
from lesion_viewer.screening.lock import alone_in
from lesion_viewer.screening.plan import Plan
from lesion_viewer.screening.searching import Tally, Task, row_without_search
from lesion_viewer.screening.sources import Unit, signature_of, units_of
from lesion_viewer.screening.table import Table
from lesion_viewer.screening.timings import LISTING, SEARCHING, Timings
from lesion_viewer.screening.workers import Workers

TRIES = 3
RUNS = "runs.jsonl"
OnProgress = Callable[[str, int, int], object]
"""Called with what is done, how much of it, and of how much: files, then slices."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, and what the results hold now.

    Attributes
    ----------
    seconds : float
        Of this run.
    phases : Mapping[str, float]
        Seconds of this run: ``listing``, ``searching``, ``merging``.
    units, studies : int
        In the archive.
    outcomes : Mapping[str, int]
        Outcome -> series.
    left_out : Mapping[str, int]
        Reason -> files that are part of no series.
    unopened : Mapping[str, str]
        Name of a unit -> why it cannot be opened.
    candidates, faults : int
        In all series.
    searched : Mapping[str, Sequence[float]]
        In this run, node -> series, slices, and seconds and CPU seconds of its workers.
    """

    seconds: float
    phases: Mapping[str, float]
    units: int
    studies: int
    outcomes: Mapping[str, int]
    left_out: Mapping[str, int]
    unopened: Mapping[str, str]
    candidates: int
    faults: int
    searched: Mapping[str, Sequence[float]]

    @property
    def lines(self) -> list[str]:
        """What is printed."""
        said = ", ".join(f"{count:,} {name}" for name, count in sorted(self.outcomes.items()))
        lines = [
            f"{self.studies:,} studies in {self.units:,} units; series: {said or 'none'}",
            f"{self.candidates:,} candidates, {self.faults:,} faults, {self.seconds:.1f} s",
        ]
        lines += [f"{files:,} files left out: {why}" for why, files in self.left_out.items()]
        lines += [f"not opened: {name}: {why}" for name, why in self.unopened.items()]
        for node, (series, slices, seconds, _) in sorted(self.searched.items()):
            a_slice = ""
            if slices:
                a_slice = (
                    f", {slices / self.phases['searching']:.1f} slices a second,"
                    f" {1000 * seconds / slices:.0f} ms a slice and worker"
                )
            lines.append(f"{node}: {series:,.0f} series, {slices:,.0f} slices{a_slice}")
        return lines


class Screening:
    """An archive, a detector, and the folder of the results.

    Parameters
    ----------
    sources : Sequence[str]
        As ``sources.units_of`` takes them, paths absolute.
    output : Path
        Folder of the results.
    plan : Plan
        The detector.
    redone : bool
        Whether what failed in an earlier run is tried once more.
    """

    def __init__(
        self, sources: Sequence[str], output: Path, plan: Plan, redone: bool = False
    ) -> None:
        self.sources = sources
        self.output = output
        self.plan = plan
        self._redone = (Outcome.DUPLICATE, *((Outcome.FAILED,) if redone else ()))
        self._is_redone = redone
        self._units = Table(output, "units", rows.UNITS, ("unit",))
        self._series = Table(output, "series", rows.SERIES, ("unit", "series_uid", "key"))

    def to_list(self) -> list[Task]:
        """What is to be listed first: the units that are new, or not as they were.

        Raises
        ------
        ExchangeError
            A source cannot be read.
        """
        known = {
            row["key"]: "" if self._is_redone and row["reason"] else row["signature"]
            for row in self._units.read(["signature", "reason"]).to_pylist()
        }
        tasks = []
        for unit in self.units():
            signature, files = _signature(unit)
            if known.get(unit.key, "") != signature or unit.key not in known:
                tasks.append(Task(unit, files))
        return tasks

    def to_search(self) -> list[Task]:
        """What is to be searched of the units that are listed already, the longest first.

        Raises
        ------
        ExchangeError
            A source or the results cannot be read.
        """
        return self._to_search(self._listed(self.units()))

    def units(self) -> list[Unit]:
        """The units of the archive now."""
        return units_of(self.sources)

    def run(self, workers: Workers, on_progress: OnProgress) -> Summary:
        """List what is new, search what has no row yet, merge the tables.

        Parameters
        ----------
        workers : Workers
            Who does it.
        on_progress : OnProgress
            Told after each unit.

        Returns
        -------
        Summary
            Of this run and of the results.

        Raises
        ------
        LesionViewerError
            Nothing can be written, or the detector cannot be used; what was done stays done, and
            the next run goes on from there.
        """
        began = time.monotonic()
        self.plan.keep(self.output, list(self.sources))
        with alone_in(self.output), closing(Timings(self.output)) as timings:
            here = self.units()
            self._do(workers, self.to_list(), LISTING, on_progress, timings)
            listed_s = time.monotonic() - began
            listed = self._listed(here)
            self._write_copies(listed)
            self._do(workers, self._to_search(listed), SEARCHING, on_progress, timings)
            searched_s = time.monotonic() - began
            self._series.merge(one.key for series in listed.values() for one in series)
            self._units.merge(unit.key for unit in here)
            seconds = time.monotonic() - began
            phases = {
                LISTING: listed_s,
                SEARCHING: searched_s - listed_s,
                "merging": seconds - searched_s,
            }
            summary = self._summary(seconds, phases, timings.nodes)
            _append(self.output / RUNS, json.dumps(asdict(summary)))
        return summary

    def _listed(self, here: Sequence[Unit]) -> dict[Unit, list[ListedSeries]]:
        """The series of each unit, copies marked."""
        table = {row["key"]: row for row in self._units.read(["series"]).to_pylist()}
        found = {
            unit: [
                ListedSeries(**{**one, "outcome": Outcome(one["outcome"])})
                for one in table[unit.key]["series"]
            ]
            for unit in here
            if unit.key in table
        }
        copies = duplicates([(unit.name, series) for unit, series in found.items()])
        return {
            unit: [_as_copy(one, copies.get(one.key, "")) for one in series]
            for unit, series in found.items()
        }

    def _write_copies(self, listed: Mapping[Unit, Sequence[ListedSeries]]) -> None:
        """Write the rows of series that are not to be searched."""
        done = self._outcomes()
        for unit, series in listed.items():
            for one in series:
                if one.outcome is not Outcome.SEARCHED and done.get(one.key) != one.outcome:
                    row = row_without_search(unit.name, self.plan, one, one.outcome, one.reason)
                    self._series.write(one.key, row)

    def _to_search(self, listed: Mapping[Unit, Sequence[ListedSeries]]) -> list[Task]:
        """A task for each unit with series that have no row yet."""
        done = self._outcomes()
        tasks = []
        for unit, series in listed.items():
            search = [
                one
                for one in series
                if one.outcome is Outcome.SEARCHED
                and done.get(one.key, self._redone[0]) in self._redone
            ]
            if search:
                tasks.append(Task(unit, sum(one.slices for one in search), tuple(search)))
        return sorted(tasks, key=lambda task: -task.weight)

    def _outcomes(self) -> dict[str, str]:
        """Key of each row -> its outcome."""
        read = self._series.read(["outcome"])
        return dict(zip(read["key"].to_pylist(), read["outcome"].to_pylist(), strict=True))

    def _do(
        self,
        workers: Workers,
        tasks: Sequence[Task],
        what: str,
        on_progress: OnProgress,
        timings: Timings,
    ) -> None:
        """Do tasks, and once more those whose worker died."""
        total, done = sum(task.weight for task in tasks), 0
        on_progress(what, 0, total)
        tries: Counter[Task] = Counter()
        waiting = list(tasks)
        while waiting:
            again = []
            for task, outcome in workers.results(waiting):
                if isinstance(outcome, Tally):
                    timings.keep(what, task, outcome)
                else:
                    tries[task] += 1
                    if tries[task] < TRIES:
                        again += self._rest(task)
                        continue
                    self._give_up(task, f"{outcome}, {TRIES} times")
                done += task.weight
                on_progress(what, min(done, total), total)
            waiting = again

    def _rest(self, task: Task) -> list[Task]:
        """What of a task is not done yet, each series by itself: a bad one fails alone."""
        if task.wanted is None:
            return [task]
        done = self._outcomes()
        rest = [one for one in task.wanted if done.get(one.key, self._redone[0]) in self._redone]
        return [Task(task.unit, one.slices, (one,)) for one in rest]

    def _give_up(self, task: Task, reason: str) -> None:
        if task.wanted is None:
            signature, files = _signature(task.unit)
            nothing = {"unit": task.unit.name, "series": [], "left_out": [], "reason": reason}
            self._units.write(
                task.unit.key, {**nothing, "signature": signature, "files": files, "studies": 0}
            )
            return
        for one in task.wanted:
            row = row_without_search(task.unit.name, self.plan, one, Outcome.FAILED, reason)
            self._series.write(one.key, row)

    def _summary(
        self,
        seconds: float,
        phases: Mapping[str, float],
        searched: Mapping[str, Sequence[float]],
    ) -> Summary:
        units = self._units.read(["unit", "studies", "left_out", "reason"]).to_pylist()
        series = self._series.read(["outcome", "candidates_count", "faults"])
        left_out: Counter[str] = Counter()
        for unit in units:
            for one in unit["left_out"]:
                left_out[one["reason"]] += one["files"]
        return Summary(
            seconds,
            phases,
            len(units),
            sum(unit["studies"] or 0 for unit in units),
            dict(Counter(series["outcome"].to_pylist())),
            dict(left_out.most_common()),
            {unit["unit"]: unit["reason"] for unit in units if unit["reason"]},
            sum(series["candidates_count"].to_pylist()),
            sum(map(len, series["faults"].to_pylist())),
            searched,
        )


def _signature(unit: Unit) -> tuple[str, int]:
    try:
        return signature_of(unit)
    except ExchangeError:
        return "", 0  # the worker says what is wrong


def _as_copy(one: ListedSeries, where: str) -> ListedSeries:
    if not where:
        return one
    return replace(one, outcome=Outcome.DUPLICATE, reason=f"the same images lie in {where}")


def _append(file: Path, line: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
    except OSError as error:
        raise ExchangeError(f"{file}: cannot be written: {error.strerror}") from error
