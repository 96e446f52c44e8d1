"""What a worker does: it lists what a unit holds, and searches the series of a unit."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from platform import node
from typing import Any, TypeVar

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Collection, Series
from lesion_viewer.ct.volume.hu_plausibility import not_hu_in
from lesion_viewer.detection.detector import Detector
from lesion_viewer.detection.running import Sweep, read_volume
from lesion_viewer.errors import LesionViewerError, one_line
from lesion_viewer.screening import rows
from lesion_viewer.screening.cohorts import (
    ListedSeries,
    Outcome,
    is_without_liver,
    left_out_counts,
    listed,
    liver_ml,
)
from lesion_viewer.screening.plan import Plan
from lesion_viewer.screening.sources import Unit, signature_of
from lesion_viewer.screening.table import Table

Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know, the same for all its tasks; picklable.

    Attributes
    ----------
    plan : Plan
        The detector.
    output : Path
        Folder of the results, which all workers see.
    device : str
        Where its network runs.
    threads : int | None
        Threads of the CPU of each worker.
    """

    plan: Plan
    output: Path
    device: str = "auto"
    threads: int | None = 1


@dataclass(frozen=True, slots=True)
class Task:
    """A unit that is to be listed, or whose series are to be searched; picklable.

    Attributes
    ----------
    unit : Unit
        The unit.
    weight : int
        Files or slices, by which the longest come first and time is limited.
    wanted : tuple[ListedSeries, ...] | None
        The series that are to be searched; None where the unit is to be listed.
    """

    unit: Unit
    weight: int
    wanted: tuple[ListedSeries, ...] | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a worker did of a task; what it found is in the tables.

    Attributes
    ----------
    node : str
        Name of the machine.
    seconds, cpu_s : float
        How long it took, and how long the CPU was busy with it in all threads.
    loading_s : float
        How long of it the detector was loaded; 0 but in a worker's first search.
    series, slices, candidates, failed : int
        How many were searched, found, and not searched for a fault.
    """

    node: str
    seconds: float
    cpu_s: float
    loading_s: float = 0.0
    series: int = 0
    slices: int = 0
    candidates: int = 0
    failed: int = 0


class Searcher:
    """Lists and searches units; the detector is loaded once, with the first unit to search.

    Parameters
    ----------
    work : Work
        What all tasks have in common.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._plan = work.plan
        self._loading_s = 0.0
        self._units = Table(work.output, "units", rows.UNITS, ("unit",))
        self._series = Table(work.output, "series", rows.SERIES, ("unit", "series_uid", "key"))

    def do(self, task: Task) -> Tally | str:
        """Do a task.

        Parameters
        ----------
        task : Task
            What is to be done.

        Returns
        -------
        Tally | str
            What was done, or how the program failed at it.

        Raises
        ------
        ExchangeError
            A result cannot be written, as on a full disk.
        DetectionError
            The detector cannot be used on this machine.
        """
        began, busy = time.perf_counter(), time.process_time()
        self._loading_s = 0.0
        try:
            tally = self._list(task.unit) if task.wanted is None else self._search(task)
        except (LesionViewerError, ImportError):
            raise
        except Exception as error:  # of one study among thousands, which have theirs
            return one_line(f"the program failed: {type(error).__name__}: {error}")
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - busy
        return Tally(node(), seconds, cpu_s, self._loading_s, **tally)

    def _list(self, unit: Unit) -> dict[str, int]:
        row: dict[str, Any] = {"unit": unit.name, "series": [], "left_out": [], "reason": ""}
        try:
            row["signature"], row["files"] = signature_of(unit)
            with self._opened(unit) as images:
                found = [one for one, _ in listed(unit.name, images, self._plan.detector)]
                row["studies"] = len(images.studies)
                row["series"] = [asdict(one) for one in found]
                row["left_out"] = left_out_counts(images)
        except LesionViewerError as error:
            row["reason"] = str(error)
        self._units.write(unit.key, row)
        return {}

    def _search(self, task: Task) -> dict[str, int]:
        counts = dict.fromkeys(("series", "slices", "candidates", "failed"), 0)
        wanted = {one.key: one for one in task.wanted or ()}
        try:
            with self._opened(task.unit) as images:
                for one, series in listed(task.unit.name, images, self._plan.detector):
                    if wanted.pop(one.key, None) is not None:
                        row = self._row(task.unit, series)
                        self._series.write(one.key, row)
                        counts["series"] += 1
                        counts["slices"] += row["slices_searched"]
                        counts["candidates"] += row["candidates_count"]
                        counts["failed"] += row["outcome"] == Outcome.FAILED
            reason = "is not there any more as it was listed"
        except _UnitFailed as error:
            reason = str(error)
        for one in wanted.values():
            row = row_without_search(task.unit.name, self._plan, one, Outcome.FAILED, reason)
            self._series.write(one.key, row)
            counts["failed"] += 1
        return counts

    def _row(self, unit: Unit, series: Series) -> dict[str, Any]:
        """The row of a series that is searched now."""
        row = {**rows.of_series(unit.name, series), **rows.of_plan(self._plan)}
        detector = self._detector
        try:
            sweep = Sweep(detector, read_volume(series, detector.info.neighbours))
            answers = list(sweep)
        except LesionViewerError as error:
            return {**_nothing(Outcome.FAILED, str(error)), **row}
        if fault := not_hu_in(series):
            row["faults"] = [*row["faults"], {"code": fault.code, "text": fault.text}]
        row["skipped"] = [
            {"slice_index": index, "reason": reason}
            for index, reason in sorted(sweep.skipped.items())
        ]
        if not answers:
            return {**_nothing(Outcome.FAILED, "none of its slices can be read"), **row}
        classes = detector.info.classes
        only = classes[0] if len(classes) == 1 else ""
        liver = [answer.has_liver for answer in answers]
        outcome = Outcome.NO_LIVER if is_without_liver(series, answers) else Outcome.SEARCHED
        return {
            **row,
            "outcome": outcome,
            "reason": "",
            "slices_searched": len(answers),
            "slices_with_liver": None if None in liver else liver.count(True),
            "liver_ml": liver_ml(series, answers),
            **rows.of_candidates(series, sweep.candidates, only),
        }

    @cached_property
    def _detector(self) -> Detector:
        began = time.perf_counter()
        detector = self._plan.load(self._work.device, self._work.threads)
        self._loading_s = time.perf_counter() - began
        return detector

    @contextmanager
    def _opened(self, unit: Unit) -> Iterator[Collection]:
        if not unit.is_remote:
            yield _checked(lambda: open_collection(Path(unit.place)))
            return
        from lesion_viewer.exchange.pacs.addresses import archive_named
        from lesion_viewer.exchange.pacs.archive import fetch_study

        uid = unit.name.rpartition("/")[2]
        with tempfile.TemporaryDirectory(prefix="lesion-viewer-") as folder:
            fetched = _checked(lambda: fetch_study(archive_named(unit.place), uid, Path(folder)))
            yield _checked(lambda: open_collection(fetched))


class _UnitFailed(LesionViewerError):
    """A unit cannot be opened; what is wrong with a table or a detector is no such error."""


def _checked(call: Callable[[], Opened]) -> Opened:
    try:
        return call()
    except LesionViewerError as error:
        raise _UnitFailed(str(error)) from error


def row_without_search(
    unit: str, plan: Plan, one: ListedSeries, outcome: Outcome, reason: str
) -> dict[str, Any]:
    """The row of a series that was listed, and was not or could not be searched.

    Parameters
    ----------
    unit : str
        Name of its unit.
    plan : Plan
        Of the screening.
    one : ListedSeries
        The series.
    outcome : Outcome
        What became of it.
    reason : str
        Why.

    Returns
    -------
    dict[str, Any]
        Values by column.
    """
    return {
        "unit": unit,
        "study_uid": one.study_uid,
        "series_uid": one.series_uid,
        "slices": one.slices,
        **rows.of_plan(plan),
        **_nothing(outcome, reason),
    }


def _nothing(outcome: Outcome, reason: str) -> dict[str, Any]:
    empty: dict[str, list[Any]] = {"faults": [], "skipped": [], "candidates": [], "boxes": []}
    return {
        "outcome": outcome,
        "reason": reason,
        "candidates_count": 0,
        "slices_searched": 0,
        **empty,
    }
