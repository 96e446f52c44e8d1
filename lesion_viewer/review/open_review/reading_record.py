"""How a review is read: its mode, its first read, and how long it took."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from lesion_viewer.review.events.files import ReviewImported
from lesion_viewer.review.events.reading import FirstReadDone, ModeChosen
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.open_review.review_file import ReviewFile
from lesion_viewer.review.reading_mode import Phase, ReadingMode, ReadingState

TIMES = "reading_times"
"""Key of the times in the journal."""


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """How long a reader has actively read.

    Attributes
    ----------
    hidden_s : float
        While the detector's marks were hidden, in seconds.
    shown_s : float
        While they were not, in seconds.
    """

    hidden_s: float = 0.0
    shown_s: float = 0.0

    @property
    def total_s(self) -> float:
        """In all, in seconds."""
        return self.hidden_s + self.shown_s


class ReadingRecord:
    """How an open review is read.

    Parameters
    ----------
    review : ReviewFile
        The open review.
    """

    def __init__(self, review: ReviewFile) -> None:
        self._review = review

    @property
    def state(self) -> ReadingState:
        """Mode, first read, and since when marks were shown; it is not to be changed."""
        return self._review.state.reading

    @property
    def is_begun(self) -> bool:
        """Whether a mode was chosen, a detector's run begun, or a gesture made."""
        state = self._review.state
        return bool(
            state.reading.is_chosen or state.undoable or state.redoable or state.latest_runs
        )

    def findings(self) -> list[Finding]:
        """Those of the review that the reader may see by now, the oldest first."""
        conceals = self.state.conceals
        return [f for f in self._review.findings.values() if not conceals(f)]

    def choose(self, mode: ReadingMode) -> None:
        """Read in another mode from now on.

        Parameters
        ----------
        mode : ReadingMode
            The one that is read in already is not recorded.
        """
        if mode is not self.state.mode:
            self._review.record(ModeChosen(mode))

    def declare_first_read(self) -> None:
        """Declare the first read done, which shows the detector's marks; once is enough."""
        if self.state.first_read is None:
            self._review.record(FirstReadDone())

    def phase(self, finding_id: str) -> Phase | None:
        """Whether a detector's marks had been seen when a finding was first drawn or decided.

        Parameters
        ----------
        finding_id : str
            Id of a finding of the review.

        Returns
        -------
        Phase | None
            None where nobody has, or where that was in another review.
        """
        first = self._review.state.first_gesture(finding_id)
        if first is None or isinstance(first.event, ReviewImported):
            return None
        seen_at = self.state.marks_seen_at.get(self._review.finding(finding_id).series_uid)
        is_before = seen_at is None or first.at < seen_at
        return Phase.BEFORE_MARKS if is_before else Phase.WITH_MARKS

    def times(self) -> dict[str, ReadingTime]:
        """How long each reader has read, by name."""
        with undamaged(self._review.path):
            kept: Mapping[str, tuple[float, float]] = json.loads(
                self._review.journal.noted(TIMES) or "{}"
            )
            return {
                str(name): ReadingTime(float(hidden), float(shown))
                for name, (hidden, shown) in kept.items()
            }

    def keep_time(self, time: ReadingTime) -> None:
        """Keep how long the review's reader has read, in place of what was kept.

        Parameters
        ----------
        time : ReadingTime
            Since the review was begun.

        Raises
        ------
        ReviewError
            Where it cannot be saved.
        """
        times = {**self.times(), self._review.reader: time}
        kept = {name: (round(t.hidden_s, 1), round(t.shown_s, 1)) for name, t in times.items()}
        self._review.journal.note(TIMES, json.dumps(kept))
