"""The queue of a labelling project as CSV: slices in order, with the facts that order them."""

from pathlib import Path

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.csv_records import guarded, quoted
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.queue import Order, Queue
from lesion_viewer.review.worklist.work_list import ORGANS, Project
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


def work_list(project: Project, session: Session, order: str, seed: int = 0) -> list[str]:
    """The slice names of the items with an image, in the order of a queue.

    Parameters
    ----------
    project : Project
        Labelling project.
    session : Session
        Review of the project.
    order : str
        One of the values of ``Order``.
    seed : int
        Seed of the random order.

    Returns
    -------
    list[str]
        DeepLesion's names, first item first.

    Raises
    ------
    ExchangeError
        Where ``order`` is no value of ``Order``.
    ReviewError
        As ``Queue``.
    """
    return [item.name for item in _queue(project, session, order, seed).items]


def save_work_list(
    project: Project, session: Session, order: str, path: Path, seed: int = 0
) -> None:
    """Write the queue as CSV, one row for each item with an image.

    Parameters
    ----------
    project : Project
        Labelling project.
    session : Session
        Review of the project.
    order : str
        One of the values of ``Order``.
    path : Path
        CSV file to write.
    seed : int
        Seed of the random order.

    Raises
    ------
    ExchangeError
        Where ``order`` is no value of ``Order``, or the file cannot be written.
    ReviewError
        As ``Queue``.
    """
    queue = _queue(project, session, order, seed)
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
                ORGANS.get(item.organ, str(item.organ)),
                guarded(item.patient),
                "1" if queue.is_done(item) else "0",
            )
        )
    text = "".join(",".join(map(quoted, line)) + "\n" for line in lines)
    save_bytes(path, text.encode())


def _queue(project: Project, session: Session, order: str, seed: int) -> Queue:
    if order not in list(Order):
        raise ExchangeError(f"an order is one of {', '.join(Order)}, not {order!r}")
    return Queue(project, session, Order(order), seed=seed)
