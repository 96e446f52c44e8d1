"""How a study is read: when a detector's marks are shown, and when they first were."""

from dataclasses import dataclass
from enum import StrEnum

from lesion_viewer.review.finding import Finding


class ReadingMode(StrEnum):
    """How a reader works together with a detector."""

    CONCURRENT = "concurrent"  #: marks are shown as they come
    SECOND_READER = "second_reader"  #: marks are hidden until the first read is declared done
    BLIND = "blind"  #: marks are shown, scores are not


class Phase(StrEnum):
    """Whether a reader had seen a detector's marks when a finding was first decided or drawn."""

    BEFORE_MARKS = "before marks"  #: the reader found it alone
    WITH_MARKS = "with marks"  #: the detector's marks on the study had been seen


@dataclass(frozen=True, slots=True)
class FirstRead:
    """A first read that was declared done.

    Attributes
    ----------
    at : str
        UTC, ISO 8601 with microseconds.
    reader : str
        Who declared it.
    """

    at: str
    reader: str


class ReadingState:
    """How a review is read, after a number of events.

    Attributes
    ----------
    mode : ReadingMode
        The one that was chosen last; concurrent where none was.
    is_chosen : bool
        Whether a mode was ever chosen.
    marks_seen_at : dict[str, str]
        UID of each series on which a detector's marks were ever shown -> since when; what was seen
        stays seen, whatever is undone afterwards.
    """

    def __init__(self) -> None:
        self.mode, self.is_chosen = ReadingMode.CONCURRENT, False
        self.marks_seen_at: dict[str, str] = {}
        self._declared: dict[int, FirstRead] = {}
        self._unseen: set[str] = set()

    @property
    def first_read(self) -> FirstRead | None:
        """The first read that was declared done; None where none was, or it was undone."""
        return next(reversed(self._declared.values()), None)

    @property
    def are_marks_hidden(self) -> bool:
        """Whether the detector's marks are still to be hidden."""
        return self.mode is ReadingMode.SECOND_READER and not self._declared

    @property
    def are_scores_hidden(self) -> bool:
        """Whether scores are to be hidden."""
        return self.mode is ReadingMode.BLIND

    @property
    def shown(self) -> tuple[ReadingMode, bool]:
        """All that decides what a reader sees."""
        return self.mode, self.are_marks_hidden

    def conceals(self, finding: Finding) -> bool:
        """Whether a finding is to be hidden: a detector's, on which nobody has decided.

        Parameters
        ----------
        finding : Finding
            A finding of the review.

        Returns
        -------
        bool
            Never for one that a reader decided, drew or imported as a label.
        """
        return finding.is_mere_proposal and self.are_marks_hidden

    def choose(self, mode: ReadingMode, at: str) -> None:
        """Read in another mode from now on.

        Parameters
        ----------
        mode : ReadingMode
            The mode.
        at : str
            Time of the choice.
        """
        self.mode, self.is_chosen = mode, True
        self._see(at)

    def declare(self, number: int, first_read: FirstRead | None, at: str) -> None:
        """Take the first read as done, or no longer.

        Parameters
        ----------
        number : int
            Tells the declaration from others.
        first_read : FirstRead | None
            None takes the declaration back.
        at : str
            Time of this.
        """
        if first_read is None:
            self._declared.pop(number, None)
        else:
            self._declared[number] = first_read
        self._see(at)

    def search(self, series_uid: str, at: str) -> None:
        """Take up that a series has marks of a detector now.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        at : str
            Time from which it has.
        """
        if series_uid not in self.marks_seen_at:
            self._unseen.add(series_uid)
            self._see(at)

    def _see(self, at: str) -> None:
        if not self.are_marks_hidden:
            self.marks_seen_at |= dict.fromkeys(self._unseen, at)
            self._unseen.clear()
