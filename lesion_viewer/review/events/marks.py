"""Marks of slices and series that a reader has read in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lesion_viewer.review.events.decisions import Seen
from lesion_viewer.review.events.event import Gesture, Payload
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.events.tables import MarkKey
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class ReadMarked(Gesture):
    """Slices or whole series are marked as read in full, or no longer.

    Of a series that is marked as a whole the journal keeps which slices it had: those that join it
    later are not read.

    Attributes
    ----------
    places : Sequence[MarkKey]
        UID of the series and index of each slice; None for the whole series.
    set_to : bool
        Whether they are read in full now.
    seen : Seen
        What was on screen.
    """

    kind: ClassVar[str] = "read_marked"
    text: ClassVar[str] = Text("mark as read")
    places: Sequence[MarkKey]
    set_to: bool
    seen: Seen

    @property
    def marks(self) -> Sequence[MarkKey]:
        """The slices and series."""
        return self.places

    @property
    def is_read(self) -> bool:
        """Whether they are read in full now."""
        return self.set_to

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        series = {uid: slices.runs_of(uid) for uid, index in self.places if index is None}
        return {
            "slices": [slices.number(uid, i) for uid, i in self.places if i is not None],
            **({"series": series} if series else {}),
            "is_read": self.set_to,
            "seen": self.seen.encode(),
        }

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        places: list[MarkKey] = [slices.place(number) for number in payload["slices"]]
        for uid, runs in payload.get("series", {}).items():
            read = [slices.place(n) for first, last in runs for n in range(first, last + 1)]
            is_whole = len(read) >= len(slices.indices_of(uid))
            places += [(uid, None)] if is_whole else read
        return cls(tuple(places), bool(payload["is_read"]), Seen.decode(payload["seen"]))
