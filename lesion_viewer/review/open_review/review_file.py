"""A review's file that is open, the state that its events give, and how one more is recorded."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from lesion_viewer.errors import ReviewError, ReviewNotWritable
from lesion_viewer.review.events.decisions import Seen
from lesion_viewer.review.events.event import Event, RecordedEvent
from lesion_viewer.review.events.kinds import decode_event
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.journal.journal_file import Journal
from lesion_viewer.review.journal.review_state import Change, replay
from lesion_viewer.review.on_screen import Context
from lesion_viewer.system.garbage import not_collected


class ReviewFile:
    """An open review to which events can be added; the base of all that is recorded in it.

    Parameters
    ----------
    journal : Journal
        The open file. The review closes it.
    reader : str
        Who makes the gestures.

    Attributes
    ----------
    reader : str
        Who makes the gestures.
    read_only : str
        Why nothing can be recorded, as a clause; empty where it can.
    context : Context
        What is on screen. The window keeps it current, and every gesture records it.
    journal : Journal
        The open file.
    state : State
        What its events give.
    findings : Mapping[str, Finding]
        Id -> finding, kept current. It cannot be changed.

    Raises
    ------
    ReviewError
        Where an event cannot be replayed.
    """

    def __init__(self, journal: Journal, reader: str) -> None:
        self.reader, self.read_only = reader, journal.read_only
        self.context = Context()
        self.journal = journal
        self._subscribers: list[Callable[[Change], None]] = []
        self.read_again()

    @classmethod
    def open(cls, path: Path, study_key: str | None, reader: str) -> Self:
        """The review in the file ``path``, made where it is missing.

        Parameters
        ----------
        path : Path
            The journal's file.
        study_key : str | None
            Of the study that is reviewed; None for whichever the file is of.
        reader : str
            Who makes the gestures.

        Raises
        ------
        ReviewError
            Where the file is damaged, of another study, or not a review; a ReviewNotWritable
            where it is open elsewhere or read-only.
        """
        return cls._over(Journal.open(path, study_key), reader)

    @classmethod
    def open_or_read(cls, path: Path, study_key: str | None, reader: str) -> Self:
        """The review in ``path``; where it cannot be written, a copy of it that is read-only.

        Parameters
        ----------
        path : Path
            The journal's file.
        study_key : str | None
            Of the study that is reviewed; None for whichever the file is of.
        reader : str
            Who makes the gestures.

        Raises
        ------
        ReviewError
            Where the file is damaged, of another study, or not a review.
        """
        try:
            return cls.open(path, study_key, reader)
        except ReviewNotWritable as error:
            return cls._over(Journal.open_to_read(path, study_key, error.reason), reader)

    @classmethod
    def read(cls, path: Path, study_key: str | None) -> Self:
        """A copy in memory of the review in ``path``, whoever has it open; nothing is locked.

        Parameters
        ----------
        path : Path
            The journal's file.
        study_key : str | None
            Of the study that is reviewed; None for whichever the file is of.

        Raises
        ------
        ReviewError
            Where the file is missing, damaged, of another study, or not a review.
        """
        return cls._over(Journal.open_to_read(path, study_key), "")

    @classmethod
    def _over(cls, journal: Journal, reader: str) -> Self:
        try:
            return cls(journal, reader)
        except ReviewError:
            journal.close()
            raise

    def close(self) -> None:
        """Release the file; nothing is left to be saved."""
        self.journal.close()

    @property
    def revision(self) -> int:
        """Number of the last thing that was recorded; a copy of the journal has the same."""
        return self.state.revision

    def journal_copy(self) -> Journal:
        """All that is recorded by now, from which another thread can open a session to read."""
        return self.journal.copied()

    @property
    def path(self) -> Path:
        """The journal's file."""
        return self.journal.path

    @property
    def study_key(self) -> str:
        """The key of the study that is reviewed."""
        return self.journal.study_key

    def subscribe(self, callback: Callable[[Change], None]) -> None:
        """Call a function after every change.

        Parameters
        ----------
        callback : Callable[[Change], None]
            Is given the ids of the findings that are different.
        """
        self._subscribers.append(callback)

    def all_findings_on(self, series_uid: str, slice_index: int) -> list[Finding]:
        """Findings that have a box on a slice, or had one there as they came.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.

        Returns
        -------
        list[Finding]
            The oldest first.
        """
        return self.state.on_slice(series_uid, slice_index)

    def findings_on(self, series_uid: str, slice_index: int) -> list[Finding]:
        """Findings that have a box on a slice.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.

        Returns
        -------
        list[Finding]
            The oldest first.
        """
        found = self.state.on_slice(series_uid, slice_index)
        return [f for f in found if slice_index in f.boxes]

    def lesion_types(self) -> set[str]:
        """Every lesion type that a finding has, or came with."""
        findings = self.findings.values()
        return {text for f in findings for text in (f.lesion_type, f.original_type) if text}

    def read_again(self) -> None:
        """Replay all that is recorded, with slices as they are counted now.

        Raises
        ------
        ReviewError
            Where an event cannot be replayed.
        """
        try:
            with not_collected():
                self.state = replay(self.journal.events())
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise ReviewError(f"{self.path}: the review is damaged ({error!r})") from error
        self.findings: Mapping[str, Finding] = MappingProxyType(self.state.findings)

    def record(self, *events: Event, label_rows: Iterable[bytes] = ()) -> None:
        """Record events in one transaction, apply them and tell the subscribers.

        Parameters
        ----------
        *events : Event
            What happened.
        label_rows : Iterable[bytes]
            The records of an annotation file, the header first.

        Raises
        ------
        ReviewError
            Where they could not be saved; the review is then as it was.
        """
        slices = self.journal.slices
        entries = [(event.kind, event.encode(slices)) for event in events]
        for entry in self.journal.append_all(self.reader, entries, label_rows):
            event = decode_event(entry.kind, entry.payload, slices)  # as it will be read again
            change = self.state.apply(RecordedEvent(entry.seq, entry.at, entry.reader, event))
            if not change.is_empty:
                for callback in self._subscribers:
                    callback(change)

    def seen(self) -> Seen:
        """What is on screen, for a gesture that is not on one finding."""
        return Seen(self.context.threshold, self.context.window)

    def finding(self, finding_id: str) -> Finding:
        """A finding of the review.

        Parameters
        ----------
        finding_id : str
            Its id.

        Returns
        -------
        Finding
            As it is now.

        Raises
        ------
        ReviewError
            Where there is none.
        """
        if finding_id not in self.findings:
            raise ReviewError(f"there is no finding {finding_id} in {self.path}")
        return self.findings[finding_id]
