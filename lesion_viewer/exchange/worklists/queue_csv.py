"""The queue of a work list as CSV: its items in order, with the facts that order them."""

from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.orders import orders_of
from lesion_viewer.review.worklist.queue import Queue
from lesion_viewer.review.worklist.work_list import WorkList
from lesion_viewer.system.atomic_files import save_bytes

COLUMNS = (
    "place",
    "File_name",
    "kind",
    "severity",
    "doubt",
    "score",
    "size_mm",
    "organ",
    "patient",
    "done",
)


def save_work_list(
    listed: WorkList, session: Session, order: str, path: Path, seed: int = 0
) -> None:
    """Write the queue as CSV, one row for each item with an image.

    Parameters
    ----------
    listed : WorkList
        The list.
    session : Session
        Its review.
    order : str
        One of the list's orders.
    path : Path
        CSV file to write.
    seed : int
        Seed of the random order.

    Raises
    ------
    ExchangeError
        Where ``order`` is none of the list's orders, or the file cannot be written.
    ReviewError
        As ``Queue``.
    """
    if order not in (known := orders_of(listed)):
        raise ExchangeError(f"an order is one of {', '.join(known)}, not {order!r}")
    queue = Queue(listed, session, order, seed=seed)
    lines: list[tuple[str, ...]] = [COLUMNS]
    for place, item in enumerate(queue.items, 1):
        facts = queue.facts(item)
        lines.append(
            (
                str(place),
                guarded(item.name),
                facts.kind.value if facts.kind else "",
                f"{facts.severity:.4f}",
                f"{facts.doubt:.4f}",
                "" if facts.score is None else f"{facts.score:.4f}",
                f"{item.size_mm:.1f}",
                guarded(item.groups.get("organ", "")),
                guarded(item.patient),
                "1" if queue.is_done(item) else "0",
            )
        )
    text = "".join(",".join(map(quoted, line)) + "\n" for line in lines)
    save_bytes(path, text.encode())
