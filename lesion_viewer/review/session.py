"""A reader at work on a study: gestures in, findings out, every step in the journal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from lesion_viewer.ct.study import Study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.errors import ReviewError, ReviewNotWritable
from lesion_viewer.review.finding import Finding, Origin, Status
from lesion_viewer.review.interpolation import interpolated
from lesion_viewer.review.journal.encoding import (
    decode_window,
    encode_axes,
    encode_box,
    encode_detection,
    encode_finding,
    encode_origin,
    encode_window,
)
from lesion_viewer.review.journal.event_replay import apply_event
from lesion_viewer.review.journal.journal_file import Event, Journal, undamaged
from lesion_viewer.review.journal.renumbering import RENUMBERED, renumbered, renumbering
from lesion_viewer.review.journal.review_state import REPLACED, Change, Run, State, replay
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.reconciliation import Proposals, reconcile, replaced_by
from lesion_viewer.review.series_record import SeriesRecord

GESTURE_TEXTS = {
    "accepted": "accept",
    "rejected": "reject",
    "marked_unsure": "mark as unsure",
    "reset": "reset",
    "box_changed": "change box",
    "box_added": "add box",
    "box_removed": "remove box",
    "axes_set": "change axes",
    "boxes_interpolated": "boxes between",
    "added": "new finding",
    "noted": "note",
    "reason_given": "reason",
    "typed": "lesion type",
    "read_marked": "mark as read",
    "review_imported": "import of a review",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader sees while deciding: the window in HU, and the score threshold."""

    window: Window | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class ViewState:
    """What was on screen of a series."""

    series_uid: str
    slice_index: int
    window: Window | None = None
    threshold: float | None = None


class Session:
    """A review that is open: its findings, and the gestures that change them.

    Every gesture is on the disk when its method returns. A gesture that changes nothing is not
    recorded, so that one undo always takes back something that can be seen.

    For one thread at a time (in the window: a worker that opens it and hands it to the GUI thread).
    A detector's results come here through queued signals.

    Attributes
    ----------
    reader : who makes the gestures
    context : what is on screen; the window keeps it current, every gesture records it
    findings : id -> finding, kept current, not to be changed
    read_only : why nothing can be recorded, as a clause; empty where it can
    """

    def __init__(self, journal: Journal, reader: str) -> None:
        self.reader, self.read_only = reader, journal.read_only
        self.context = Context()
        self._journal = journal
        self._state = _replayed(journal, journal.events())
        self._subscribers: list[Callable[[Change], None]] = []
        self.findings: Mapping[str, Finding] = MappingProxyType(self._state.findings)

    @classmethod
    def open(cls, path: Path, study_key: str | None, reader: str) -> Self:
        """The review in the file ``path``, made where it is missing.

        Parameters
        ----------
        path : the journal's file
        study_key : of the study that is reviewed; None for whichever the file is of
        reader : who makes the gestures

        Raises
        ------
        ReviewError
            Where the file is damaged, of another study, or not a review; a ReviewNotWritable
            where it is open elsewhere or read-only.
        """
        return cls._over(Journal.open(path, study_key), reader)

    @classmethod
    def open_or_read(cls, path: Path, study_key: str | None, reader: str) -> Self:
        """The review in ``path``; where it cannot be written, as it stands by now, read-only.

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
    def _over(cls, journal: Journal, reader: str) -> Self:
        try:
            return cls(journal, reader)
        except ReviewError:
            journal.close()
            raise

    def close(self) -> None:
        """Release the file; nothing is left to be saved."""
        self._journal.close()

    def journal_copy(self) -> Journal:
        """All that is recorded by now, from which another thread can open a session to read."""
        return self._journal.copied()

    @property
    def path(self) -> Path:
        """The journal's file."""
        return self._journal.path

    @property
    def study_key(self) -> str:
        """The key of the study that is reviewed."""
        return self._journal.study_key

    def subscribe(self, callback: Callable[[Change], None]) -> None:
        """Call ``callback`` after every change, with the ids of what is different."""
        self._subscribers.append(callback)

    def describe(self, study: Study) -> None:
        """Keep what an export needs to know of the study's series, so that it needs no images."""
        self._journal.save_series({s.uid: SeriesRecord.of(s).encoded() for s in study.series})

    def describe_series(self, digest: str, records: Callable[[], Sequence[SeriesRecord]]) -> None:
        """Keep these descriptions; ``records`` is not asked where those of ``digest`` are kept."""
        if self._journal.noted("series_sha256") != digest:
            self._journal.save_series({record.uid: record.encoded() for record in records()})
            self._journal.note("series_sha256", digest)

    def series(self) -> dict[str, SeriesRecord]:
        """The series that ``describe`` was told of, by uid."""
        with undamaged(self.path):
            return {uid: SeriesRecord.decoded(d) for uid, d in self._journal.series().items()}

    # Which pictures are reviewed.

    def has_reviewed(self, series_uid: str) -> bool:
        """Whether anything was ever found, drawn, imported or marked on the series."""
        return series_uid in self._state.reviewed

    def digests(self, series_uid: str) -> dict[Name, str]:
        """What the pixels of some slices of a series are known by, by the slice's name."""
        return self._journal.digests(series_uid)

    def keep_digests(self, series_uid: str, digests: Mapping[Name, str]) -> None:
        """Keep what the pixels of some slices are known by, so that others are recognised."""
        self._journal.save_digests(series_uid, digests)

    def forget_digests(self, series_uids: Iterable[str]) -> None:
        """Keep no digest of these series any more: they are about to be another picture."""
        self._journal.forget_digests(series_uids)

    def renew_image(self, series_uid: str, slice_index: int) -> None:
        """Begin anew on a slice whose image was replaced by another one.

        Labels are undecided again; what was drawn or proposed there goes, and the mark that the
        slice was read in full too. It is no gesture and cannot be undone: what was said of the
        former image does not hold for this one.
        """
        ids = [f.id for f in self.all_findings_on(series_uid, slice_index)]
        payload = {"series": series_uid, "slice": slice_index, "is_read": False, "findings": ids}
        self._record(REPLACED, payload)

    def renumber(self, record: SeriesRecord, places: Sequence[int]) -> None:
        """Give every slice of a series its index of now; before anybody subscribes.

        Events, the description and the slice that was on screen change together or not at all.
        Where nothing can be recorded it holds until the session is closed.

        Parameters
        ----------
        record : SeriesRecord
            The series as its slices are counted now.
        places : Sequence[int]
            For each slice that was described, by its former index, the new one.

        Raises
        ------
        ReviewError
            Where it could not be saved.
        """
        payload = renumbering(record.uid, places, record.shape[0])
        event = Event(0, "", self.reader, RENUMBERED, payload)
        # Replayed before it is recorded: a journal that it does not fit can still be opened.
        state = _replayed(self._journal, [*self._journal.events(), event])
        shown, views = self.view(record.uid), {}
        if shown is not None and 0 <= shown.slice_index < len(places):
            shown = replace(shown, slice_index=places[shown.slice_index])
            views[record.uid] = _view_fields(shown)
        described = {record.uid: record.encoded()}
        self._journal.append_renumbering(self.reader, (RENUMBERED, payload), described, views)
        self._state = state
        self.findings = MappingProxyType(self._state.findings)

    # Gestures on findings.

    def accept(self, finding_id: str) -> None:
        """A lesion: accepted as it came, corrected where a box was changed, else added."""
        self._decide(finding_id, "accepted")

    def accept_all(self, finding_ids: Sequence[str]) -> None:
        """Lesions, each as ``accept`` makes it; one gesture."""
        changed = [
            finding_id
            for finding_id in finding_ids
            if not self._changes_nothing(
                self._finding(finding_id), "accepted", {"seen": self._seen()}
            )
        ]
        if changed:
            # One after the other: in a file findings are told apart by the time of their decision.
            order = {finding_id: n for n, finding_id in enumerate(changed)}
            self._record("accepted", {"findings": order, "seen": self._seen()})

    def reject(self, finding_id: str, reason: str = "") -> None:
        """Not a lesion."""
        self._decide(finding_id, "rejected", reason=reason)

    def mark_unsure(self, finding_id: str) -> None:
        """The reader cannot tell."""
        self._decide(finding_id, "marked_unsure")

    def reset(self, finding_id: str) -> None:
        """The finding as it came, with nothing decided; a drawn one goes."""
        self._decide(finding_id, "reset")

    def change_box(self, finding_id: str, slice_index: int, box: Box) -> None:
        """Move or resize the finding's box on a slice.

        Raises
        ------
        ReviewError
            Where the finding has no box on the slice.
        """
        self._box_on(finding_id, slice_index)
        self._decide(finding_id, "box_changed", slice=slice_index, box=encode_box(box))

    def add_box(self, finding_id: str, slice_index: int, box: Box) -> None:
        """Give the finding a box on one more slice.

        Raises
        ------
        ReviewError
            Where the finding has a box on the slice already.
        """
        if slice_index in self._finding(finding_id).boxes:
            raise ReviewError(f"the finding already has a box on slice {slice_index + 1}")
        self._decide(finding_id, "box_added", slice=slice_index, box=encode_box(box))

    def remove_box(self, finding_id: str, slice_index: int) -> None:
        """Take the finding's box from a slice.

        With its last box a drawn finding goes; another one is rejected and keeps the box.

        Raises
        ------
        ReviewError
            Where the finding has no box on the slice.
        """
        self._box_on(finding_id, slice_index)
        self._decide(finding_id, "box_removed", slice=slice_index)

    def copy_box(self, finding_id: str, from_slice: int, to_slice: int) -> None:
        """Give the finding the same box on another slice.

        Raises
        ------
        ReviewError
            Where the finding has no box on the one slice, or has one on the other.
        """
        self.add_box(finding_id, to_slice, self._box_on(finding_id, from_slice))

    def interpolate(self, finding_id: str, first_slice: int, last_slice: int) -> None:
        """Give the finding boxes on the slices between two of its boxes; one gesture.

        Raises
        ------
        ReviewError
            Where it has no box on one of the two, or no slice lies between them.
        """
        ends = sorted((first_slice, last_slice))
        low, high = (self._box_on(finding_id, i) for i in ends)
        between = interpolated(low, high, ends[0], ends[1])
        if not between:
            raise ReviewError("no slice lies between the two boxes")
        boxes = {str(i): encode_box(box) for i, box in between.items()}
        self._decide(finding_id, "boxes_interpolated", boxes=boxes)

    def set_axes(self, finding_id: str, slice_index: int, axes: Axes) -> None:
        """Give the finding's box on a slice these RECIST axes; the box becomes their extent.

        Raises
        ------
        ReviewError
            Where the finding has no box on the slice.
        """
        self._box_on(finding_id, slice_index)
        self._decide(finding_id, "axes_set", slice=slice_index, axes=encode_axes(axes))

    def add(self, series_uid: str, slice_index: int, box: Box) -> str:
        """Id of a new finding that the reader drew."""
        finding_id = f"f{self._state.created + 1}"
        payload = {"finding": finding_id, "series": series_uid, "slice": slice_index}
        self._record("added", {**payload, "box": encode_box(box), "seen": self._seen()})
        return finding_id

    def set_note(self, finding_id: str, text: str) -> None:
        """Replace the finding's note."""
        self._decide(finding_id, "noted", text=text)

    def set_type(self, finding_id: str, lesion_type: str) -> None:
        """Say what kind of lesion the finding is; its status stays.

        Parameters
        ----------
        finding_id : str
            Of the finding.
        lesion_type : str
            Free text, taken as ``lesion_type_in`` reads it; empty for none.
        """
        self._decide(finding_id, "typed", text=lesion_type_in(lesion_type))

    def set_reason(self, finding_id: str, text: str) -> None:
        """Replace the reason for the finding's status."""
        self._decide(finding_id, "reason_given", text=text)

    # Marks of slices that were read in full.

    def mark_read_in_full(self, series_uid: str, slice_index: int | None, is_read: bool) -> None:
        """Mark a slice, or with None the series, as read in full, or take the mark back."""
        if self.is_read_in_full(series_uid, slice_index) == is_read:
            return
        payload = {"series": series_uid, "slice": slice_index, "is_read": is_read}
        self._record("read_marked", {**payload, "seen": self._seen()})

    def mark_all_read(self, places: Iterable[tuple[str, int]]) -> None:
        """Mark slices (series uid, slice index) as read in full; one gesture."""
        new = [list(place) for place in places if not self.is_read_in_full(*place)]
        if new:
            self._record("read_marked", {"places": new, "is_read": True, "seen": self._seen()})

    def read_in_full(self) -> dict[tuple[str, int | None], bool]:
        """Every mark that was set: (series uid, slice index, or None for the series) -> is read."""
        return self._state.read_in_full()

    def is_read_in_full(self, series_uid: str, slice_index: int | None) -> bool:
        """Whether a slice, or with None all of the series, is marked as read in full."""
        return self._state.is_read_in_full(series_uid, slice_index)

    # Undo and redo.

    @property
    def can_undo(self) -> bool:
        """Whether there is a gesture to take back."""
        return bool(self._state.undoable)

    @property
    def can_redo(self) -> bool:
        """Whether there is a gesture to do again."""
        return bool(self._state.redoable)

    @property
    def undo_text(self) -> str:
        """What the next undo takes back; empty for nothing."""
        return GESTURE_TEXTS[self._state.undoable[-1].kind] if self.can_undo else ""

    @property
    def redo_text(self) -> str:
        """What the next redo does again; empty for nothing."""
        return GESTURE_TEXTS[self._state.redoable[-1].kind] if self.can_redo else ""

    def undo(self) -> str | None:
        """Take back the last gesture; its text, or None where there is none."""
        return self._switch("undone", self._state.undoable)

    def redo(self) -> str | None:
        """Do again what was last undone; its text, or None where there is none."""
        return self._switch("redone", self._state.redoable)

    # A detector's results.

    def begin_run(self, series_uid: str, origin: Origin) -> str:
        """Id of a detector's run over a series; the former run of the same weights is continued.

        Candidates of other models that no reader has touched make room for this one's.
        """
        run = self._run_of(series_uid, origin)
        if run is not None and run.id == self._state.latest_runs[series_uid]:
            return run.id
        if run is None:
            run = Run(f"r{len(self._state.runs) + 1}", series_uid, origin)
        proposals = reconcile(self._state, run, run.slices, run.slices)
        vanished = replaced_by(self._state, run) + proposals.vanished
        payload = {"run": run.id, "series": series_uid, "origin": encode_origin(origin)}
        self._record("run_begun", {**payload, "proposed": proposals.proposed, "vanished": vanished})
        return run.id

    def record_detections(self, run_id: str, batch: Sequence[SliceDetections]) -> None:
        """Take up what the detector found on some slices, as one step.

        A slice that the run has answered before is passed over. What a run finds after another one
        was begun on its series is kept for when it is continued.

        Raises
        ------
        ReviewError
            For a run that was not begun.
        """
        run = self._state.runs.get(run_id)
        if run is None:
            raise ReviewError(f"there is no run {run_id} in {self.path}")
        new = {
            found.slice_index: tuple(dict.fromkeys(found.detections))
            for found in batch
            if found.slice_index not in run.slices
        }
        if not new:
            return
        is_latest = run_id == self._state.latest_runs[run.series_uid]
        slices = {**run.slices, **new}
        proposals = reconcile(self._state, run, slices, new) if is_latest else Proposals()
        answers = {str(i): [encode_detection(d) for d in found] for i, found in new.items()}
        payload = {"run": run_id, "slices": answers, "proposed": proposals.proposed}
        self._record("swept", {**payload, "vanished": proposals.vanished})

    def swept_slices(self, series_uid: str, origin: Origin | None = None) -> frozenset[int]:
        """Slices of the series that a model (the latest one, when left out) has answered."""
        latest = self._state.runs.get(self._state.latest_runs.get(series_uid, ""))
        run = latest if origin is None else self._run_of(series_uid, origin)
        return frozenset(run.slices if run else ())

    def detections_on(self, series_uid: str, slice_index: int) -> tuple[Detection, ...]:
        """All that the latest model found on the slice, whatever became of it."""
        run = self._state.runs.get(self._state.latest_runs.get(series_uid, ""))
        return run.slices.get(slice_index, ()) if run else ()

    def answers(
        self, places: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], tuple[Detection, ...]]:
        """All that the latest model found on each of these slices which it has answered."""
        runs, latest = self._state.runs, self._state.latest_runs
        found = {}
        for place in places:
            run = runs.get(latest.get(place[0], ""))
            if run is not None and place[1] in run.slices:
                found[place] = run.slices[place[1]]
        return found

    def answers_mark(self) -> int:
        """A number that is another one once ``answers`` may be others."""
        runs, latest = self._state.runs, self._state.latest_runs
        answered = sum(len(run.slices) for run in runs.values())
        return hash((answered, frozenset(latest.items())))

    def all_findings_on(self, series_uid: str, slice_index: int) -> list[Finding]:
        """Findings with a box on the slice, or with one as they came; oldest first."""
        return self._state.on_slice(series_uid, slice_index)

    # Files that were imported, and what was on screen.

    def findings_on(self, series_uid: str, slice_index: int) -> list[Finding]:
        """Findings with a box on the slice, oldest first."""
        found = self._state.on_slice(series_uid, slice_index)
        return [f for f in found if slice_index in f.boxes]

    def import_labels(
        self,
        name: str,
        sha256: str,
        rows: Iterable[bytes],
        labels: Mapping[int, tuple[str, int, Box]],
        axes: Mapping[int, Axes] = MappingProxyType({}),
        types: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        """Take up an annotation file: its records verbatim, and a finding for each label.

        Parameters
        ----------
        name, sha256 : of the file
        rows : its records with their line ends, the header first
        labels : data row (0-based) -> series uid, slice index, box
        axes : data row -> RECIST axes, of the labels that have them
        types : data row -> lesion type, of the labels that have one

        Raises
        ------
        ReviewError
            Where another file was imported before; the same one again changes nothing.
        """
        imported = self.imported_labels
        if imported is not None and imported[1] == sha256:
            return
        if imported is not None:
            raise ReviewError(f"{self.path}: already holds the labels of {imported[0]}")
        first = self._state.created + 1
        findings = {
            f"f{n}": [
                series_uid,
                slice_index,
                encode_box(box),
                row,
                *([encode_axes(axes[row])] if row in axes else ()),
            ]
            for n, (row, (series_uid, slice_index, box)) in enumerate(labels.items(), first)
        }
        typed = {f"f{n}": types[row] for n, row in enumerate(labels, first) if types.get(row)}
        payload = {"name": name, "sha256": sha256, "findings": findings}
        payload |= {"types": typed} if typed else {}
        self._apply(self._journal.append_all(self.reader, [("labels_imported", payload)], rows))

    @property
    def imported_labels(self) -> tuple[str, str] | None:
        """Name and SHA-256 of the annotation file that was imported."""
        return self._state.imported_labels

    def label_rows(self) -> list[bytes]:
        """The records of the imported annotation file, byte for byte, its header first."""
        return self._journal.label_rows()

    def import_boxes(self, name: str, sha256: str, findings: Sequence[Finding]) -> bool:
        """Take up the findings of a file of boxes or of labels once; False where it was before.

        Unlike the labels of ``import_labels`` they leave an export as rows of this review.

        Parameters
        ----------
        name : str
            Of the file.
        sha256 : str
            Of its content, and of what was chosen of it.
        findings : Sequence[Finding]
            All of them new; their ids do not matter.
        """
        if sha256 in self._state.imported_boxes:
            return False
        first = self._state.created + 1
        encoded = {f"f{n}": encode_finding(finding) for n, finding in enumerate(findings, first)}
        self._record("boxes_imported", {"name": name, "sha256": sha256, "findings": encoded})
        return True

    def has_boxes_of(self, sha256: str) -> bool:
        """Whether ``import_boxes`` has taken up the file that this names.

        Parameters
        ----------
        sha256 : str
            As ``import_boxes`` was given it.
        """
        return sha256 in self._state.imported_boxes

    def lesion_types(self) -> set[str]:
        """Every lesion type that a finding has, or came with."""
        findings = self.findings.values()
        return {text for f in findings for text in (f.lesion_type, f.original_type) if text}

    def import_findings(self, name: str, findings: Sequence[Finding]) -> None:
        """Take up findings as they stand in a file, as one gesture.

        A finding whose id is one of the review's takes its place; others are new, their ids too.
        """
        encoded = {}
        created = self._state.created
        for finding in findings:
            finding_id = finding.id
            if finding_id not in self.findings:
                created += 1
                finding_id = f"f{created}"
            encoded[finding_id] = encode_finding(finding)
        if encoded:
            payload = {"name": name, "findings": encoded, "seen": self._seen()}
            self._record("review_imported", payload)

    def save_view(self, shown: ViewState) -> None:
        """Keep what is on screen for the next start, where anything can be kept."""
        if self.read_only:
            return
        self._journal.save_view(shown.series_uid, _view_fields(shown))

    def view(self, series_uid: str) -> ViewState | None:
        """What was last on screen of a series."""
        return self._views().get(series_uid)

    def last_view(self) -> ViewState | None:
        """What was last on screen of all."""
        return next(reversed(self._views().values()), None)

    def _views(self) -> dict[str, ViewState]:
        with undamaged(self.path):
            return {
                uid: ViewState(uid, int(v["slice"]), decode_window(v["window"]), v["threshold"])
                for uid, v in self._journal.views().items()
            }

    def _decide(self, finding_id: str, kind: str, **details: Any) -> None:
        finding = self._finding(finding_id)
        seen = {
            **self._seen(),
            "origin": encode_origin(finding.origin),
            "score": finding.score,
        }
        payload = {"finding": finding_id, **details, "seen": seen}
        if not self._changes_nothing(finding, kind, payload):
            self._record(kind, payload)

    def _changes_nothing(self, finding: Finding, kind: str, payload: Mapping[str, Any]) -> bool:
        """Whether the finding would stay as it is, apart from the time of the decision."""
        after = apply_event(finding, Event(0, "", self.reader, kind, payload), finding.id)
        if after is None or _content(after) != _content(finding):
            return False
        if finding.decision is None:
            return after.status is Status.UNDECIDED
        return after.decision is not None and after.decision.reader == finding.decision.reader

    def _record(self, kind: str, payload: Mapping[str, Any]) -> None:
        self._apply([self._journal.append(self.reader, kind, payload)])

    def _switch(self, kind: str, gestures: Sequence[Event]) -> str | None:
        if not gestures:
            return None
        gesture = gestures[-1]
        self._record(kind, {"gesture": gesture.seq})
        return GESTURE_TEXTS[gesture.kind]

    def _apply(self, events: Iterable[Event]) -> None:
        for event in events:
            change = self._state.apply(event)
            if not change.is_empty:
                for callback in self._subscribers:
                    callback(change)

    def _seen(self) -> dict[str, Any]:
        context = self.context
        return {"threshold": context.threshold, "window": encode_window(context.window)}

    def _finding(self, finding_id: str) -> Finding:
        if finding_id not in self.findings:
            raise ReviewError(f"there is no finding {finding_id} in {self.path}")
        return self.findings[finding_id]

    def _box_on(self, finding_id: str, slice_index: int) -> Box:
        boxes = self._finding(finding_id).boxes
        if slice_index not in boxes:
            raise ReviewError(f"the finding has no box on slice {slice_index + 1}")
        return boxes[slice_index]

    def _run_of(self, series_uid: str, origin: Origin) -> Run | None:
        runs = self._state.runs_on.get(series_uid, ())
        return next((r for r in runs if r.origin == origin and not r.is_over), None)


def _view_fields(shown: ViewState) -> dict[str, Any]:
    return {
        "slice": shown.slice_index,
        "window": encode_window(shown.window),
        "threshold": shown.threshold,
    }


def _content(finding: Finding) -> tuple[object, ...]:
    given = finding.reason, finding.note, finding.lesion_type
    return finding.status, finding.boxes, finding.axes, *given


def _replayed(journal: Journal, events: Iterable[Event]) -> State:
    try:
        return replay(renumbered(events))
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise ReviewError(f"{journal.path}: the review is damaged ({error!r})") from error
