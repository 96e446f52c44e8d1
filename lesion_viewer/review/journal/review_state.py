"""The state of a review, all of which the replay of its journal gives."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lesion_viewer.detection.candidates import Detection
from lesion_viewer.review.finding import Finding, Origin
from lesion_viewer.review.journal.encoding import decode_detection, decode_origin
from lesion_viewer.review.journal.event import Event
from lesion_viewer.review.journal.event_replay import (
    CHANGING,
    CREATING,
    apply_event,
    propose,
    without_slice,
)

MarkKey = tuple[str, int | None]  #: series uid and slice index; None for the whole series
DetectionKey = tuple[int, int]  #: slice index, and position among the slice's detections
REPLACED = "image_replaced"
"""Kind of the event after which a slice shows another image, and nothing is decided on it."""
IMPORTS = frozenset(CREATING.keys() - {"added"})
"""Kinds of event that take a file up."""
GESTURES = frozenset({*CHANGING, "added", "review_imported", "read_marked"})
KINDS = frozenset({*CHANGING, *CREATING, "run_begun", "swept", REPLACED, "slices_renumbered"})


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
    """

    appeared: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    read_marks: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        return not (self.appeared or self.changed or self.vanished or self.read_marks)


@dataclass(slots=True)
class Run:
    """A detector's run over a series.

    Attributes
    ----------
    id : str
        Its UID.
    series_uid : str
        UID of the series.
    origin : Origin
        The model.
    slices : dict[int, tuple[Detection, ...]]
        Slice index -> all that it found there; an answer never changes.
    partners : dict[tuple[int, int], list[list[int]]]
        Slices (i, j) -> for each box of i the places of those boxes of j that may link to it;
        computed once, when it is needed.
    is_over : bool
        Whether an image of the series was replaced since, so that a new run has to begin.
    """

    id: str
    series_uid: str
    origin: Origin
    slices: dict[int, tuple[Detection, ...]] = field(default_factory=dict)
    partners: dict[tuple[int, int], list[list[int]]] = field(default_factory=dict)
    is_over: bool = False


class State:
    """Findings, read marks and runs after a number of events.

    Undo and redo are events too: they switch an earlier gesture off and on, and the findings it
    touched are replayed from the events that are on. A new gesture clears what can be redone.

    Attributes
    ----------
    findings : dict[str, Finding]
        Id -> finding.
    runs : dict[str, Run]
        Id -> run.
    runs_on : dict[str, list[Run]]
        Series UID -> the runs on it, in the order in which they began.
    latest_runs : dict[str, str]
        Series UID -> id of the run that was begun or continued last.
    touched : set[str]
        Ids of findings that a gesture has ever changed; a detector removes none of them.
    proposals : dict[str, tuple[DetectionKey, ...]]
        Id -> the detections last proposed for the finding.
    owners : dict[tuple[str, int, int], str]
        Run id, slice index, position -> id of the finding that the detection was proposed for.
    undoable : list[Event]
        Gestures that can be undone, the next one last.
    redoable : list[Event]
        Gestures that can be redone, the next one last.
    arrivals : dict[str, int]
        Id -> place of the finding among all that the journal ever had, from 1.
    imported_labels : tuple[str, str] | None
        Name and SHA-256 of the annotation file whose labels are among the findings.
    reviewed : set[str]
        UIDs of the series on which anything was ever found, drawn, imported or marked.
    imported_boxes : set[str]
        SHA-256 of each file of boxes or labels whose findings were taken up.
    revision : int
        Number of the last event; 0 before the first one.
    """

    def __init__(self) -> None:
        self.findings: dict[str, Finding] = {}
        self.runs: dict[str, Run] = {}
        self.runs_on: dict[str, list[Run]] = defaultdict(list)
        self.latest_runs: dict[str, str] = {}
        self.touched: set[str] = set()
        self.proposals: dict[str, tuple[DetectionKey, ...]] = {}
        self.owners: dict[tuple[str, int, int], str] = {}
        self.undoable: list[Event] = []
        self.redoable: list[Event] = []
        self.arrivals: dict[str, int] = {}
        self.imported_labels: tuple[str, str] | None = None
        self.reviewed: set[str] = set()
        self.imported_boxes: set[str] = set()
        self._marks: dict[MarkKey, tuple[int, bool]] = {}
        self._on_slice: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._concerning: dict[Hashable, list[Event]] = defaultdict(list)
        self._switched_off: set[int] = set()
        self._imports: list[Event] = []
        self.revision = 0

    def apply(self, event: Event) -> Change:
        """Apply the next event of the journal.

        Parameters
        ----------
        event : Event
            After all that were applied before.

        Returns
        -------
        Change
            What is different.
        """
        self.revision = event.seq
        if event.kind == "undone":
            return self._switch(self.undoable.pop(), is_on=False)
        if event.kind == "redone":
            return self._switch(self.redoable.pop(), is_on=True)
        if event.kind in GESTURES:
            self.undoable.append(event)
            self.redoable.clear()
        if event.kind == "read_marked":
            return self._mark(event)
        if event.kind == REPLACED:
            self._end_runs(event.payload["series"])
        if event.kind == REPLACED or _is_marking(event):
            return replace(self._take(event), read_marks=self._mark(event).read_marks)
        return self._take(event)

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

    def _take(self, event: Event) -> Change:
        p = event.payload
        if event.kind == "run_begun":
            run = Run(p["run"], p["series"], decode_origin(p["origin"]))
            if run.id not in self.runs:
                self.runs[run.id] = run
                self.runs_on[run.series_uid].append(run)
            self.latest_runs[run.series_uid] = run.id
            self.reviewed.add(run.series_uid)
        if event.kind == "swept":
            self.runs[p["run"]].slices.update(
                {int(i): tuple(map(decode_detection, found)) for i, found in p["slices"].items()}
            )
        if event.kind == "labels_imported":
            self.imported_labels = p["name"], p["sha256"]
        if event.kind in IMPORTS:
            self._imports.append(event)
        if event.kind == "boxes_imported":
            self.imported_boxes.add(str(p["sha256"]))
        for finding_id, keys in p.get("proposed", {}).items():
            self.proposals[finding_id] = tuple((i, n) for i, n in keys)
            self.owners.update({(p["run"], i, n): finding_id for i, n in keys})
        ids = concerned(event)
        if event.kind in CHANGING and not self.arrivals.keys() >= set(ids):
            raise LookupError(f"a finding that never came, of {ids}")
        if event.kind not in KINDS:
            raise LookupError(f"an event of kind {event.kind}")
        if event.kind in GESTURES:
            self.touched.update(ids)
        for finding_id in ids:
            self.arrivals.setdefault(finding_id, len(self.arrivals) + 1)
        before = [self.findings.get(i) for i in ids]
        for finding_id in ids:
            self._concerning[finding_id].append(event)
            self._put(finding_id, self._fold(self.findings.get(finding_id), event, finding_id))
        return self._change(ids, before)

    def _mark(self, event: Event) -> Change:
        for key in _marked(event):
            self._concerning[key].append(event)
            self._marks[key] = event.seq, event.payload["is_read"]
            self.reviewed.add(key[0])
        return Change(read_marks=True)

    def _switch(self, gesture: Event, is_on: bool) -> Change:
        (self.undoable if is_on else self.redoable).append(gesture)
        (self._switched_off.discard if is_on else self._switched_off.add)(gesture.seq)
        has_marks = _is_marking(gesture)
        if has_marks:
            for key in _marked(gesture):
                self._marks.pop(key, None)
                for event in self._on(key):
                    self._marks[key] = event.seq, event.payload["is_read"]
        if gesture.kind == "read_marked":
            return Change(read_marks=True)
        ids = concerned(gesture)
        before = [self.findings.get(i) for i in ids]
        for finding_id in ids:
            finding = None
            for event in self._on(finding_id):
                finding = self._fold(finding, event, finding_id)
            self._put(finding_id, finding)
        return replace(self._change(ids, before), read_marks=has_marks)

    def imports(self) -> list[Event]:
        """The events that took a file up, in their order; without those that are undone."""
        return [event for event in self._imports if event.seq not in self._switched_off]

    def _end_runs(self, series_uid: str) -> None:
        self.latest_runs.pop(series_uid, None)
        for run in self.runs_on.get(series_uid, ()):
            run.is_over = True

    def _on(self, key: Hashable) -> list[Event]:
        return [e for e in self._concerning[key] if e.seq not in self._switched_off]

    def _fold(self, finding: Finding | None, event: Event, finding_id: str) -> Finding | None:
        if event.kind == REPLACED:
            return None if finding is None else without_slice(finding, event.payload["slice"])
        if event.kind not in ("swept", "run_begun"):
            return apply_event(finding, event, finding_id, self.arrivals[finding_id])
        if finding_id not in event.payload["proposed"]:
            return None
        run = self.runs[event.payload["run"]]
        keys = event.payload["proposed"][finding_id]
        proposal = {i: run.slices[i][n] for i, n in keys}
        arrival = self.arrivals[finding_id]
        return propose(finding, finding_id, run.series_uid, run.origin, proposal, arrival)

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

    def _change(self, ids: Sequence[str], before: Sequence[Finding | None]) -> Change:
        now = [(i, old, self.findings.get(i)) for i, old in zip(ids, before, strict=True)]
        return Change(
            appeared=tuple(i for i, old, new in now if old is None and new is not None),
            changed=tuple(i for i, old, new in now if old and new and old != new),
            vanished=tuple(i for i, old, new in now if old is not None and new is None),
        )


def replay(events: Iterable[Event]) -> State:
    """The state after the events of a journal.

    Parameters
    ----------
    events : Iterable[Event]
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


def _is_marking(event: Event) -> bool:
    """Whether an event sets read marks, alone or with the findings of a file."""
    is_import = event.kind == "review_imported" and "places" in event.payload
    return is_import or event.kind == "read_marked"


def _marked(event: Event) -> list[MarkKey]:
    """What an event that sets read marks sets them on."""
    p = event.payload
    places = p["places"] if "places" in p else [(p["series"], p["slice"])]
    return [(series_uid, slice_index) for series_uid, slice_index in places]


def concerned(event: Event) -> tuple[str, ...]:
    """Ids of the findings that an event acts on.

    Parameters
    ----------
    event : Event
        No undo or redo, and no read mark.

    Returns
    -------
    tuple[str, ...]
        In the event's order.
    """
    payload: Mapping[str, Iterable[str] | str] = event.payload
    if "finding" in payload:
        return (str(payload["finding"]),)
    proposed_and_vanished = [*payload.get("proposed", ()), *payload.get("vanished", ())]
    return tuple(payload.get("findings", proposed_and_vanished))
