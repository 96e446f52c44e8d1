"""The command that searches an archive."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.cli.detection import Device, Runtime
from lesion_viewer.cli.messages import say

if TYPE_CHECKING:
    from lesion_viewer.screening.running import OnProgress, Screening
    from lesion_viewer.screening.searching import Work
    from lesion_viewer.screening.workers import Workers

commands = typer.Typer()


@commands.command("screen")
def screen(
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...", help="Folders, zips, a list of paths (.txt), or a DICOMweb URL."
        ),
    ],
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results.")],
    model: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="A bundled detector or a checkpoint.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many; as many as there are CPUs when left out.")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Of a Ray cluster; 'local' for Ray on this machine."),
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="S", help="Leave out boxes under this score."),
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Search outside the liver as well.")
    ] = False,
    device: Annotated[Device, typer.Option(help="Where the detector runs.")] = Device.AUTO,
    runtime: Annotated[Runtime, typer.Option(help="What runs its network.")] = Runtime.ONNX,
    patience: Annotated[
        float, typer.Option(min=1, help="Seconds that a unit may take, and one more a slice.")
    ] = 300,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try once more what failed in earlier runs.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
) -> None:
    """Search all CT of an archive; a row for each series goes into DIR/series.parquet.

    Ended at any moment, the same command goes on where it was; run again, it searches what is new.
    """
    if runtime is Runtime.AUTO:
        raise typer.BadParameter("name one runtime: the fastest differs between machines")
    from lesion_viewer.screening.plan import Plan
    from lesion_viewer.screening.running import Screening
    from lesion_viewer.screening.searching import Work

    plan = Plan.of(model, min_score, not everywhere, runtime.value)
    screening = Screening([_absolute(one) for one in source], output, plan, retry_failed)
    if dry_run:
        _say_what_would_be_done(screening)
        return
    work = Work(plan, output.absolute(), device.value)
    with _workers(work, ray, workers, patience) as those, _progress() as on_progress:
        summary = screening.run(those, on_progress)
    for line in summary.lines:
        say(line)
    print(output / "series.parquet")
    say(NOT_A_DEVICE)


@commands.command("forecast")
def forecast(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="Of a run of screen with one worker.")
    ],
    studies: Annotated[int, typer.Option(min=1, help="How many are to be searched.")],
    workers: Annotated[int, typer.Option(min=1, help="How many search them.")],
    slices: Annotated[
        float | None, typer.Option(min=1, help="Mean of a study; as measured when left out.")
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.01, help="Of a core, in those that were measured.")
    ] = 1.0,
    disk_mb_s: Annotated[
        float, typer.Option(min=0.001, metavar="MB", help="What all together read in a second.")
    ] = float("inf"),
    mb_a_slice: Annotated[float, typer.Option(min=0, metavar="MB", help="Size of a slice.")] = 0.5,
    hours_between_failures: Annotated[
        float, typer.Option(min=0.01, metavar="H", help="Of one worker.")
    ] = float("inf"),
    price: Annotated[float, typer.Option(min=0, help="Of an hour of a core.")] = 0.05,
) -> None:
    """Simulate a larger screening by the times that a small one took."""
    from lesion_viewer.screening.forecast import Fleet, Profile, simulated

    fleet = Fleet(workers, disk_mb_s, mb_a_slice, hours_between_failures, speed)
    told = simulated(Profile.of(results), fleet, studies, slices)
    said = ", ".join(f"{name} {_hours(seconds)}" for name, seconds in told.phases.items())
    hours = told.seconds * workers / 3600
    print(f"{studies:,} studies, {workers:,} workers: {_hours(told.seconds)} ({said})")
    print(f"{told.busy:.0%} busy, {studies / told.seconds:.3g} studies a second")
    print(
        f"{hours:,.2f} core-hours, {1000 * hours / studies:.3g} per 1,000 studies,"
        f" which cost {1000 * hours / studies * price:.3g} at {price:g} an hour"
    )


def _hours(seconds: float) -> str:
    if seconds < 600:
        return f"{seconds:.1f} s"
    hours = seconds / 3600
    return f"{hours:.1f} h" if hours < 72 else f"{hours / 24:,.1f} days"


def _absolute(source: str) -> str:
    return source if "://" in source else os.path.abspath(Path(source).expanduser())


def _say_what_would_be_done(screening: "Screening") -> None:
    new, waiting = screening.to_list(), screening.to_search()
    for task in new:
        print(task.unit.name)
    again = {task.unit for task in new}
    rest = [task for task in waiting if task.unit not in again]
    for task in rest:
        print(task.unit.name)
    files, slices = (sum(task.weight for task in tasks) for tasks in (new, rest))
    say(
        f"of {len(screening.units()):,} units {len(new):,} with {files:,} files are new or changed;"
        f" {len(rest):,} with {slices:,} slices are known and wait to be searched"
    )


@contextmanager
def _workers(
    work: "Work", ray: str | None, count: int | None, patience: float
) -> Iterator["Workers"]:
    from lesion_viewer.screening.workers import Crew, Workers

    crew: Crew
    if ray is None:
        from lesion_viewer.detection.runtimes.cpu_threads import cpu_threads
        from lesion_viewer.screening.processes import Processes

        crew = Processes(work, count or cpu_threads())
    else:
        from lesion_viewer.screening.cluster import Actors

        crew = Actors(work, ray, count)
    found = Workers(crew, patience)
    try:
        yield found
    finally:
        found.close()


@contextmanager
def _progress() -> Iterator["OnProgress"]:
    """A bar with the time left, on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("")

        def show(what: str, done: int, total: int) -> None:
            if not done:
                progress.reset(task)
            progress.update(task, description=what, completed=done, total=total)

        yield show
