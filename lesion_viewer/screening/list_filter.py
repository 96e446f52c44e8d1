"""Which series of a screening's results are wanted in a list, and in which order."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

ANY_FAULT, NO_FAULT = "*", "-"


class Column(StrEnum):
    """By what a list is sorted."""

    STATE = "state"
    SCORE = "score"
    COUNT = "candidates_count"
    SIZE = "size_mm"
    OUTCOME = "outcome"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a series must be; None, or an empty text, takes all.

    A series whose value is not known passes no limit of that value.

    Attributes
    ----------
    is_done : bool | None
        Whether its review is done.
    outcome : str
        What became of it.
    fault : str
        Code of a fault that it has, ``ANY_FAULT`` or ``NO_FAULT``.
    min_score, max_score : float | None
        Of its best candidate.
    min_size_mm, max_size_mm : float | None
        Of its largest candidate.
    min_count, max_count : int | None
        Of its candidates.
    """

    is_done: bool | None = None
    outcome: str = ""
    fault: str = ""
    min_score: float | None = None
    max_score: float | None = None
    min_size_mm: float | None = None
    max_size_mm: float | None = None
    min_count: int | None = None
    max_count: int | None = None

    def encoded(self) -> dict[str, Any]:
        """Its fields by name, without those that take all."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def decoded(cls, kept: Mapping[str, Any]) -> "ListFilter":
        """The filter of what ``encoded`` gave; what is of another kind is left out.

        Parameters
        ----------
        kept : Mapping[str, Any]
            As JSON gives it back.

        Returns
        -------
        ListFilter
            That takes all where nothing is left.
        """
        kinds = {"is_done": bool, "outcome": str, "fault": str}
        return cls(
            **{
                field.name: kept[field.name]
                for field in fields(cls)
                if isinstance(kept.get(field.name), kinds.get(field.name, (int, float)))
            }
        )
