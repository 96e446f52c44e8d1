"""The slices of a queue that are worth reading before they are shown."""

from lesion_viewer.ct.study import Series
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import Item, WorkList

READ_AHEAD = 3


def next_slices(project: WorkList, queue: Queue, item: Item | None) -> list[tuple[Series, int]]:
    """The slices that the next decisions lead to, of other series than the one on show.

    Parameters
    ----------
    project : WorkList
        Gives the series of an item.
    queue : Queue
        Gives the order, and what is left.
    item : Item | None
        The item on show; None before the first one.

    Returns
    -------
    list[tuple[Series, int]]
        Series and slice indices from 0, the next one first; of at most ``READ_AHEAD`` items.
    """
    following, seen, slices = item, set[int](), []
    while len(seen) < READ_AHEAD:
        following = queue.next_left(following)
        if following is None or following.number in seen:
            break
        seen.add(following.number)
        if following.is_present and (item is None or following.series_uid != item.series_uid):
            slices.append((project.series(following.series_uid), following.slice_index))
    return slices
