"""Progress of long commands on stderr."""

import math
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Bars:
    """A progress bar with the time left for each part of a command; call it with what was done."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True),
        )
        self._tasks: dict[tuple[str, int], int] = {}
        self._smooth = math.nan

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def __call__(self, what: str, done: int, total: int, loss: float = math.nan) -> None:
        """Show ``done`` of ``total``, and the loss smoothed over about 50 steps."""
        if math.isfinite(loss):
            self._smooth = loss if math.isnan(self._smooth) else 0.98 * self._smooth + 0.02 * loss
        note = f"loss {self._smooth:.3f}" if math.isfinite(loss) else ""
        key = (what, total)
        if key not in self._tasks:
            self._tasks[key] = int(self._bar.add_task(what, total=total, note=note))
        self._bar.update(self._bar.task_ids[self._tasks[key]], completed=done, note=note)
