"""The orders of a queue: those of any list, and those by a list's own groups."""

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np

from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.label_quality import label_quality
from lesion_viewer.review.worklist.queue_facts import AllFacts
from lesion_viewer.review.worklist.work_list import Group, Item, WorkList


class Order(StrEnum):
    """What comes first in a queue of any list, beside the orders by a list's own groups.

    Equal items come as in the list.
    """

    DISAGREEMENT = "disagreement"  #: the slices with the highest doubt
    CLEANLAB = "cleanlab"  #: the lowest of cleanlab's label qualities
    SCORE = "score"  #: the detector's highest score
    SIZE = "size"  #: the largest label
    PATIENT = "patient"  #: patient by patient
    RANDOM = "random"  #: by chance, from a seed
    FILE = "file"  #: as in the list


def orders_of(work_list: WorkList) -> list[str]:
    """The names of all orders that a list can have.

    Parameters
    ----------
    work_list : WorkList
        The list.

    Returns
    -------
    list[str]
        Values of ``Order``, and the names of the list's groups.
    """
    return [*Order, *(group.name for group in work_list.groups if group.is_order)]


def sort_keys(
    order: str,
    items: Sequence[Item],
    work_list: WorkList,
    session: Session,
    facts: AllFacts,
    seed: int,
) -> Sequence[float]:
    """A number for each item; the lowest comes first.

    Parameters
    ----------
    order : str
        One of ``orders_of``.
    items : Sequence[Item]
        Items of the list.
    work_list : WorkList
        The list.
    session : Session
        Its review.
    facts : AllFacts
        How labels and detector compare.
    seed : int
        For the random order.

    Returns
    -------
    Sequence[float]
        In the order of the items.

    Raises
    ------
    ReviewError
        Where cleanlab is asked for, and is missing or has no detector's answers to go by.
    """
    match order:
        case Order.RANDOM:
            chance = np.random.default_rng(seed).random(len(work_list.items))
            return [chance[item.number] for item in items]
        case Order.CLEANLAB:
            return label_quality(session, items, work_list.slices_of)
        case Order.PATIENT:
            return _places_of([_natural(item.patient) for item in items])
    keys: dict[str, Callable[[Item], float]] = {
        Order.DISAGREEMENT: lambda item: -facts.doubts[item.number],
        Order.SCORE: lambda item: -facts.scores[item.number],
        Order.SIZE: lambda item: -item.size_mm,
        Order.FILE: lambda item: item.number,
    }
    for group in work_list.groups:
        keys.setdefault(group.name, _by_group(group))
    return [keys[order](item) for item in items]


def _by_group(group: Group) -> Callable[[Item], float]:
    """The place of an item's value among those of a group; items with another come last."""
    places = {value: float(place) for place, value in enumerate(group.values)}
    return lambda item: places.get(item.groups.get(group.name, ""), np.inf)


def _natural(text: str) -> tuple[int, str]:
    """Numbers by their value, before other texts."""
    return (int(text), "") if text.isdecimal() else (2**63, text)


def _places_of(keys: Sequence[tuple[int, str]]) -> list[float]:
    """For each key its place among the different ones."""
    places = {key: float(place) for place, key in enumerate(sorted(set(keys)))}
    return [places[key] for key in keys]
