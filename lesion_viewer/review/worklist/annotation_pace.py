"""How fast a reader works, from the times of the decisions."""

from collections.abc import Iterable

from lesion_viewer.review.times import moment

PAUSE_S = 300.0
"""A longer time between two decisions does not count as work."""

FEWEST = 3
"""The number of decisions that a pace needs."""


def decisions_per_hour(decided_at: Iterable[str]) -> float | None:
    """Decisions per hour of work; None for too few of them.

    Parameters
    ----------
    decided_at : Iterable[str]
        ISO 8601 with time zones, one for each decision, in any order.

    Returns
    -------
    float | None
        None where there are too few of them.
    """
    times = sorted(map(moment, decided_at))
    waits = [
        (later - earlier).total_seconds() for earlier, later in zip(times, times[1:], strict=False)
    ]
    work = [wait for wait in waits if wait <= PAUSE_S]
    if len(work) < FEWEST - 1 or not sum(work):
        return None
    return 3600 * len(work) / sum(work)
