"""What every kind of event can do: be written and read, and change the findings it acts on.

An event acts on each finding by itself, so that a finding depends on its own events alone. Undo
therefore replays only the events of the findings that it touches.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.events.tables import MarkKey, Tables
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.reading_mode import ReadingState

Payload = Mapping[str, Any]
KINDS: dict[str, "type[Event]"] = {}
"""Kind -> its class, of all that were defined; ``kinds`` defines them."""


@dataclass(frozen=True, slots=True)
class Target:
    """A finding that an event acts on, and when that was.

    Attributes
    ----------
    finding_id : str
        Id of the finding.
    arrival : int
        Its place among all findings of the journal.
    at : str
        Time of the event: UTC, ISO 8601 with microseconds.
    reader : str
        Who did it.
    tables : Tables
        What the events so far told beside findings.
    """

    finding_id: str
    arrival: int
    at: str
    reader: str
    tables: Tables


class Event(ABC):
    """Something that happened in a review.

    A kind is a frozen dataclass that derives from this or from ``Gesture`` and names its ``kind``.
    Defining it makes it known: nothing else has to be changed for a new one.

    Attributes
    ----------
    kind : ClassVar[str]
        Its name in journals, which never changes.
    needs_findings : ClassVar[bool]
        Whether the findings it acts on must have come before.
    """

    __slots__ = ()
    kind: ClassVar[str] = ""
    needs_findings: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Make a kind known.

        Raises
        ------
        TypeError
            Where another class has the same kind.
        """
        if "kind" in cls.__dict__:
            known = KINDS.setdefault(cls.kind, cls)
            if known.__qualname__ != cls.__qualname__:
                raise TypeError(f"{known.__qualname__} and {cls.__qualname__} are both {cls.kind}")
            KINDS[cls.kind] = cls  # a dataclass with slots is a class of its own

    @property
    def findings(self) -> Sequence[str]:
        """Ids of the findings that it acts on, in its order."""
        return ()

    @property
    def marks(self) -> Sequence[MarkKey]:
        """Slices and series that it marks as read in full, or the mark of which it removes."""
        return ()

    @property
    def is_read(self) -> bool:
        """Whether what it marks is read in full now."""
        return True

    @property
    def taken_file(self) -> tuple[str, str] | None:
        """Name and SHA-256 of the file that it takes up; None where it takes up none."""
        return None

    def drawn(self, tables: Tables) -> Sequence[str]:
        """UIDs of the annotations of no finding that it acts on.

        Parameters
        ----------
        tables : Tables
            As the events before left them.

        Returns
        -------
        Sequence[str]
            In its order.
        """
        return ()

    def redrawn(self, uid: str, one: OfSeries | None) -> OfSeries | None:
        """An annotation of no finding after the event.

        Parameters
        ----------
        uid : str
            One of ``drawn``.
        one : OfSeries | None
            It before the event; None where there is none of that UID.

        Returns
        -------
        OfSeries | None
            None where there is none afterwards.
        """
        return one

    def tell(self, tables: Tables) -> None:  # noqa: B027
        """Enter what it tells beside findings and marks.

        Parameters
        ----------
        tables : Tables
            As the events before left them.
        """

    def tell_reading(  # noqa: B027
        self, reading: ReadingState, recorded: "RecordedEvent", is_on: bool
    ) -> None:
        """Enter what it tells of how the study is read.

        Parameters
        ----------
        reading : ReadingState
            As the events before left it.
        recorded : RecordedEvent
            The event, at the time at which it happened, was undone or done again.
        is_on : bool
            False where it was undone.
        """

    def apply(self, finding: Finding | None, to: Target) -> Finding | None:
        """A finding after the event.

        Parameters
        ----------
        finding : Finding | None
            One of ``findings`` before the event; None where it does not exist.
        to : Target
            Which finding, by whom and when.

        Returns
        -------
        Finding | None
            None where it does not exist afterwards.
        """
        return finding

    @abstractmethod
    def encode(self, slices: Slices) -> dict[str, Any]:
        """The event as JSON, with the numbers of slices.

        Parameters
        ----------
        slices : Slices
            Of the journal.

        Returns
        -------
        dict[str, Any]
            Its values by name.
        """

    @classmethod
    @abstractmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:
        """The event of what ``encode`` made of it.

        Parameters
        ----------
        payload : Payload
            As ``encode`` gives it.
        slices : Slices
            Of the journal.

        Raises
        ------
        LookupError
            For a slice that is not known, or a missing value.
        ValueError
            For a value that there is not.
        """


class Gesture(Event):
    """An event that a reader can undo.

    Attributes
    ----------
    text : ClassVar[str]
        What undo reverts, as a menu names it.
    """

    __slots__ = ()
    text: ClassVar[str]

    def invert(self, seq: int) -> "Undone":
        """The event that undoes it.

        Parameters
        ----------
        seq : int
            Its place in the journal.

        Returns
        -------
        Undone
            The gesture.
        """
        return Undone(seq)


@dataclass(frozen=True, slots=True)
class Undone(Event):
    """The last gesture was undone.

    Attributes
    ----------
    gesture : int
        Its place in the journal.
    """

    kind: ClassVar[str] = "undone"
    gesture: int

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"gesture": self.gesture}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(int(payload["gesture"]))


@dataclass(frozen=True, slots=True)
class Redone(Event):
    """The gesture that was undone last was done again.

    Attributes
    ----------
    gesture : int
        Its place in the journal.
    """

    kind: ClassVar[str] = "redone"
    gesture: int

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"gesture": self.gesture}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(int(payload["gesture"]))


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event with its place in a journal.

    Attributes
    ----------
    seq : int
        Place in the journal, from 1, increasing; 0 for an event that is not recorded.
    at : str
        UTC, ISO 8601 with microseconds, strictly increasing.
    reader : str
        Who did it.
    event : Event
        What happened.
    """

    seq: int
    at: str
    reader: str
    event: Event


def decode_event(kind: str, payload: Payload, slices: Slices) -> Event:
    """The event of a kind.

    Parameters
    ----------
    kind : str
        Its name.
    payload : Payload
        As ``Event.encode`` gave it.
    slices : Slices
        Of the journal.

    Returns
    -------
    Event
        Of the kind's class.

    Raises
    ------
    LookupError
        For a kind that there is not, or a value that is missing.
    ValueError
        For a value that there is not.
    """
    if kind not in KINDS:
        raise LookupError(f"an event of kind {kind}")
    return KINDS[kind].decode(payload, slices)
