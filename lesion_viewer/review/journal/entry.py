"""An entry of a journal, as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as JSON: what happened, by whom and when.

    Attributes
    ----------
    seq : int
        Place in the journal, from 1, increasing.
    at : str
        UTC, ISO 8601 with microseconds, strictly increasing.
    reader : str
        Who did it.
    kind : str
        What happened, ``accepted`` for one.
    payload : Mapping[str, Any]
        As the kind encodes it.
    """

    seq: int
    at: str
    reader: str
    kind: str
    payload: Mapping[str, Any]
