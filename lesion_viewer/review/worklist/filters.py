"""Which items of a list are in a queue."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lesion_viewer.review.worklist.label_detector_disagreement import Kind
from lesion_viewer.review.worklist.queue_facts import AllFacts
from lesion_viewer.review.worklist.work_list import Item


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are wanted; None in a field takes all.

    Attributes
    ----------
    kinds : frozenset[Kind] | None
        Kinds of the worst disagreement.
    types : frozenset[str] | None
        Present lesion types on the slice; an empty one takes slices with a finding that has none.
    patients : frozenset[str] | None
        Patients, each with or without leading zeros.
    groups : Mapping[str, frozenset[str]]
        Name of a group -> the values that are wanted; an item must have one of each group's.
    is_done : bool | None
        Whether the item is decided.
    is_present : bool | None
        Whether the image is there.
    min_score : float | None
        Lowest value of the detector's highest score on the slice, which is 0 where it found
        nothing.
    max_score : float | None
        Highest value of the same.
    min_size_mm : float | None
        Lowest value of the item's size.
    max_size_mm : float | None
        Highest value of the item's size.
    """

    kinds: frozenset[Kind] | None = None
    types: frozenset[str] | None = None
    patients: frozenset[str] | None = None
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_done: bool | None = None
    is_present: bool | None = True
    min_score: float | None = None
    max_score: float | None = None
    min_size_mm: float | None = None
    max_size_mm: float | None = None


def passing(
    items: Sequence[Item],
    chosen: Filter,
    facts: AllFacts,
    types_on: Callable[[Item], Collection[str]],
    is_done: Callable[[Item], bool],
) -> list[Item]:
    """Items that pass every part of a filter that is set.

    Parameters
    ----------
    items : Sequence[Item]
        Items of a list.
    chosen : Filter
        What is wanted.
    facts : AllFacts
        How labels and detector compare.
    types_on : Callable[[Item], Collection[str]]
        Gives the lesion types on an item.
    is_done : Callable[[Item], bool]
        Gives whether an item is decided.

    Returns
    -------
    list[Item]
        In their order.
    """
    patients = {patient.lstrip("0") for patient in chosen.patients or ()}
    passes: dict[str, Callable[[Item], bool]] = {
        "is_present": lambda item: item.is_present == chosen.is_present,
        "types": lambda item: bool(set(types_on(item)) & (chosen.types or set())),
        "patients": lambda item: item.patient.lstrip("0") in patients,
        "kinds": lambda item: facts.kind(item.number) in (chosen.kinds or ()),
        "min_score": lambda item: facts.scores[item.number] >= (chosen.min_score or 0),
        "max_score": lambda item: facts.scores[item.number] <= (chosen.max_score or 0),
        "min_size_mm": lambda item: item.size_mm >= (chosen.min_size_mm or 0),
        "max_size_mm": lambda item: item.size_mm <= (chosen.max_size_mm or 0),
        "is_done": lambda item: is_done(item) == chosen.is_done,
    }
    for name, passed in passes.items():
        if getattr(chosen, name) is not None:
            items = [item for item in items if passed(item)]
    for name, values in chosen.groups.items():
        items = [item for item in items if item.groups.get(name) in values]
    return list(items)
