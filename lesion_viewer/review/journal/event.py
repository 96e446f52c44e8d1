"""An entry of a journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One entry: what happened, by whom and when.

    Attributes
    ----------
    seq : int
        Place in the journal, from 1, increasing; 0 for an event that is not recorded.
    at : str
        UTC, ISO 8601 with microseconds, strictly increasing.
    reader : str
        Who did it.
    kind : str
        What happened, ``accepted`` for one.
    payload : Mapping[str, Any]
        What it happened to, by names that depend on the kind; JSON.
    """

    seq: int
    at: str
    reader: str
    kind: str
    payload: Mapping[str, Any]
