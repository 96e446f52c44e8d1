"""How a study is read: the mode, and that the first read is done."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lesion_viewer.review.events.event import Event, Gesture, Payload, RecordedEvent
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.reading_mode import FirstRead, ReadingMode, ReadingState
from lesion_viewer.text import Text


@dataclass(frozen=True, slots=True)
class ModeChosen(Event):
    """The study is read in another mode from now on; it is no gesture, so that it stays on record.

    Attributes
    ----------
    mode : ReadingMode
        The mode.
    """

    kind: ClassVar[str] = "mode_chosen"
    mode: ReadingMode

    def tell_reading(  # noqa: D102
        self, reading: ReadingState, recorded: RecordedEvent, is_on: bool
    ) -> None:
        reading.choose(self.mode, recorded.at)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {"mode": self.mode.value}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls(ReadingMode(payload["mode"]))


@dataclass(frozen=True, slots=True)
class FirstReadDone(Gesture):
    """The reader has read the study alone; the detector's marks are shown from now on."""

    kind: ClassVar[str] = "first_read_done"
    text: ClassVar[str] = Text("first read done")

    def tell_reading(  # noqa: D102
        self, reading: ReadingState, recorded: RecordedEvent, is_on: bool
    ) -> None:
        done = FirstRead(recorded.at, recorded.reader) if is_on else None
        reading.declare(recorded.seq, done, recorded.at)

    def encode(self, slices: Slices) -> dict[str, Any]:  # noqa: D102
        return {}

    @classmethod
    def decode(cls, payload: Payload, slices: Slices) -> Self:  # noqa: D102
        return cls()
