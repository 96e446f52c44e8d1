"""The state of a review, all of which the replay of its events gives."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.events.event import (
    Event,
    Gesture,
    RecordedEvent,
    Redone,
    Target,
    Undone,
)
from lesion_viewer.review.events.following import Following
from lesion_viewer.review.events.tables import MarkKey, Tables
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.followup.statements import Statements
from lesion_viewer.review.reading_mode import ReadingState


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changed.

    Attributes
    ----------
    appeared : tuple[str, ...]
        Ids of findings that are new.
    changed : tuple[str, ...]
        Ids of findings that are different.
    vanished : tuple[str, ...]
        Ids of findings that are gone.
    read_marks : bool
        Whether marks of slices read in full changed.
    annotations : bool
        Whether annotations of no finding changed.
    reading : bool
        Whether the study is read in another way: other marks or scores are to be shown.
    follow_up : bool
        Whether something was said of lesions of an earlier study, or is so no longer.
    """

    appeared: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    read_marks: bool = False
    annotations: bool = False
    reading: bool = False
    follow_up: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        is_other = self.appeared or self.changed or self.vanished or self.read_marks
        return not (is_other or self.annotations or self.reading or self.follow_up)


class State(Tables):
    """Findings, read marks and runs after a number of events.

    Undo and redo are events too: they switch an earlier gesture off and on, and the findings it
    touched are replayed from the events that are on. A new gesture clears what can be redone.

    Attributes
    ----------
    findings : dict[str, Finding]
        Id -> finding.
    annotations : dict[str, OfSeries]
        UID -> annotation that belongs to a series and to none of its findings, the oldest first.
    touched : set[str]
        Ids of findings that a gesture has ever changed; a detector removes none of them.
    undoable : list[RecordedEvent]
        Gestures that can be undone, the next one last.
    redoable : list[RecordedEvent]
        Gestures that can be redone, the next one last.
    arrivals : dict[str, int]
        Id -> place of the finding among all that the journal ever had, from 1.
    reading : ReadingState
        How the study is read.
    revision : int
        Number of the last event; 0 before the first one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.findings: dict[str, Finding] = {}
        self.annotations: dict[str, OfSeries] = {}
        self.touched: set[str] = set()
        self.undoable: list[RecordedEvent] = []
        self.redoable: list[RecordedEvent] = []
        self.arrivals: dict[str, int] = {}
        self._marks: dict[MarkKey, tuple[int, bool]] = {}
        self._on_slice: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._concerning: dict[Hashable, list[RecordedEvent]] = defaultdict(list)
        self._switched_off: set[int] = set()
        self._files: list[RecordedEvent] = []
        self.reading = ReadingState()
        self._followed: list[RecordedEvent] = []
        self.revision = 0

    def apply(self, recorded: RecordedEvent) -> Change:
        """Apply the next event of the journal.

        Parameters
        ----------
        recorded : RecordedEvent
            After all that were applied before.

        Returns
        -------
        Change
            What is different.

        Raises
        ------
        LookupError
            For an event on a finding that never came, and an undo of what is not there.
        """
        self.revision, event = recorded.seq, recorded.event
        if isinstance(event, Undone):
            return self._switch(self.undoable.pop(), recorded.at, is_on=False)
        if isinstance(event, Redone):
            return self._switch(self.redoable.pop(), recorded.at, is_on=True)
        ids = event.findings
        if event.needs_findings and not self.arrivals.keys() >= set(ids):
            raise LookupError(f"a finding that never came, of {ids}")
        if isinstance(event, Gesture):
            self.undoable.append(recorded)
            self.redoable.clear()
            self.touched.update(ids)
        if event.taken_file is not None:
            self._files.append(recorded)
        if isinstance(event, Following):
            self._followed.append(recorded)
        event.tell(self)
        for finding_id in ids:
            self.arrivals.setdefault(finding_id, len(self.arrivals) + 1)
        before = [self.findings.get(i) for i in ids]
        for finding_id in ids:
            self._concerning[finding_id].append(recorded)
            finding = self.findings.get(finding_id)
            self._put(finding_id, event.apply(finding, self._target(recorded, finding_id)))
        for key in event.marks:
            self._concerning[key].append(recorded)
            self._marks[key] = recorded.seq, event.is_read
            self.reviewed.add(key[0])
        for uid in event.drawn(self):
            self._concerning[uid].append(recorded)
            self._draw(uid, event.redrawn(uid, self.annotations.get(uid)))
        is_read_otherwise = self._tell_reading(recorded, is_on=True)
        return self._change(ids, before, event, is_read_otherwise)

    def is_read_in_full(self, series_uid: str, slice_index: int | None) -> bool:
        """Whether a slice or a whole series is marked as read in full.

        Of a mark on the slice and one on its series the later one counts.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int | None
            The slice, from 0; None for the whole series.
        """
        unmarked = (0, False)
        whole = self._marks.get((series_uid, None), unmarked)
        if slice_index is not None:
            return max(whole, self._marks.get((series_uid, slice_index), unmarked))[1]
        later = (
            is_read
            for (uid, _), (seq, is_read) in self._marks.items()
            if uid == series_uid and seq > whole[0]
        )
        return whole[1] and all(later)

    def read_in_full(self) -> dict[MarkKey, bool]:
        """Every mark that was set, on a slice or (None) on a series."""
        return {key: is_read for key, (_, is_read) in self._marks.items()}

    def on_slice(self, series_uid: str, slice_index: int) -> list[Finding]:
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
        ids = self._on_slice.get((series_uid, slice_index), ())
        return [self.findings[i] for i in sorted(ids, key=self.arrivals.__getitem__)]

    def files(self) -> list[RecordedEvent]:
        """The events that took a file up, in their order; without those that are undone."""
        return [recorded for recorded in self._files if recorded.seq not in self._switched_off]

    def first_gesture(self, finding_id: str) -> RecordedEvent | None:
        """The first gesture on a finding that is not undone.

        Parameters
        ----------
        finding_id : str
            Id of the finding.

        Returns
        -------
        RecordedEvent | None
            None where nobody has made one.
        """
        on = self._on(finding_id)
        return next((recorded for recorded in on if isinstance(recorded.event, Gesture)), None)

    def said_beside(self, prior_key: str) -> Statements:
        """What was said of lesions beside those of an earlier study.

        Parameters
        ----------
        prior_key : str
            Key of the earlier study.

        Returns
        -------
        Statements
            Without what is undone.
        """
        statements = Statements()
        for recorded in self._followed:
            event = recorded.event
            is_on = recorded.seq not in self._switched_off
            if isinstance(event, Following) and event.prior_key == prior_key and is_on:
                event.state(statements)
        return statements

    def _tell_reading(self, recorded: RecordedEvent, is_on: bool) -> bool:
        before = self.reading.shown
        recorded.event.tell_reading(self.reading, recorded, is_on)
        return self.reading.shown != before

    def _switch(self, gesture: RecordedEvent, at: str, is_on: bool) -> Change:
        (self.undoable if is_on else self.redoable).append(gesture)
        (self._switched_off.discard if is_on else self._switched_off.add)(gesture.seq)
        for key in gesture.event.marks:
            self._marks.pop(key, None)
            for recorded in self._on(key):
                self._marks[key] = recorded.seq, recorded.event.is_read
        ids = gesture.event.findings
        before = [self.findings.get(i) for i in ids]
        for finding_id in ids:
            finding = None
            for recorded in self._on(finding_id):
                finding = recorded.event.apply(finding, self._target(recorded, finding_id))
            self._put(finding_id, finding)
        for uid in gesture.event.drawn(self):
            one = None
            for recorded in self._on(uid):
                one = recorded.event.redrawn(uid, one)
            self._draw(uid, one)
        is_read_otherwise = self._tell_reading(replace(gesture, at=at), is_on)
        return self._change(ids, before, gesture.event, is_read_otherwise)

    def _on(self, key: Hashable) -> list[RecordedEvent]:
        return [e for e in self._concerning[key] if e.seq not in self._switched_off]

    def _target(self, recorded: RecordedEvent, finding_id: str) -> Target:
        return Target(finding_id, self.arrivals[finding_id], recorded.at, recorded.reader, self)

    def _put(self, finding_id: str, finding: Finding | None) -> None:
        before = self.findings.get(finding_id)
        if before is not None:
            for i in before.boxes.keys() | before.original_boxes.keys():
                self._on_slice[before.series_uid, i].discard(finding_id)
        if finding is None:
            self.findings.pop(finding_id, None)
            return
        self.findings[finding_id] = finding
        self.reviewed.add(finding.series_uid)
        for i in finding.boxes.keys() | finding.original_boxes.keys():
            self._on_slice[finding.series_uid, i].add(finding_id)

    def _draw(self, uid: str, one: OfSeries | None) -> None:
        if one is None:
            self.annotations.pop(uid, None)
            return
        self.annotations[uid] = one
        self.drawn_on[one.place][uid] = None
        self.reviewed.add(one.series_uid)

    def _change(
        self,
        ids: Sequence[str],
        before: Sequence[Finding | None],
        event: Event,
        is_read_otherwise: bool,
    ) -> Change:
        now = [(i, old, self.findings.get(i)) for i, old in zip(ids, before, strict=True)]
        return Change(
            appeared=tuple(i for i, old, new in now if old is None and new is not None),
            changed=tuple(i for i, old, new in now if old and new and old != new),
            vanished=tuple(i for i, old, new in now if old is not None and new is None),
            read_marks=bool(event.marks),
            annotations=bool(event.drawn(self)),
            reading=is_read_otherwise,
            follow_up=isinstance(event, Following),
        )


def replay(events: Iterable[RecordedEvent]) -> State:
    """The state after the events of a journal.

    Parameters
    ----------
    events : Iterable[RecordedEvent]
        From the first on.

    Returns
    -------
    State
        To which further events can be applied.
    """
    state = State()
    for event in events:
        state.apply(event)
    return state
