"""Work on the scans of a source, shared by processes."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import Any, TypeVar

from .scan import Scan, Source

MOST_PROCESSES = 8
AHEAD = 2
"""Results that a process may have waiting, so that memory stays bounded."""

Result = TypeVar("Result")


def of_scans(
    source: Source, work: Callable[[Scan], Result], numbers: range, most: int = MOST_PROCESSES
) -> Iterator[Result]:
    """What a function makes of scans, in their order.

    Parameters
    ----------
    source : Source
        Scans by number.
    work : Callable[[Scan], Result]
        Called with each scan, in any process; it can be pickled, as its results can.
    numbers : range
        Numbers of the scans.
    most : int
        Most processes; where the scans are few, there are none besides this one.

    Yields
    ------
    Result
        For each scan.
    """
    processes = min(most, os.cpu_count() or 1, len(numbers) // 4)
    if processes < 2:
        for number in numbers:
            yield work(source.scan(number))
        return
    with get_context("spawn").Pool(processes, _begin, (source, work)) as pool:
        waiting: deque[Any] = deque()
        for number in numbers:
            waiting.append(pool.apply_async(_done, (number,)))
            if len(waiting) >= AHEAD * processes:
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()


_shared: tuple[Source, Callable[[Scan], Any]]


def _begin(source: Source, work: Callable[[Scan], Any]) -> None:
    import torch

    global _shared
    torch.set_num_threads(1)
    _shared = source, work


def _done(number: int) -> Any:
    source, work = _shared
    return work(source.scan(number))
