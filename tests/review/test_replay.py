"""However a review came about, its state is what replaying the journal gives."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.annotations.annotation import OfSeries
from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.finding import Decision, Finding, Origin, OriginKind, Status
from lesion_viewer.review.journal.review_state import replay
from lesion_viewer.review.reading_mode import ReadingMode
from lesion_viewer.review.recist import axes_of
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session

SERIES = ["S1", "S2"]
MODELS = [Origin(OriginKind.MODEL, "net", "1", "a"), Origin(OriginKind.MODEL, "net", "2", "b")]
# Few places on few slices, so that boxes meet, link and collide.
boxes = st.builds(
    lambda x, d: Box(x, x, x + 20 + d, x + 20), st.sampled_from([0, 10, 14, 40]), st.integers(0, 3)
)
masks = st.sampled_from([None, SliceMask.of(np.eye(7, dtype=bool), 3, 12)])
detections = st.lists(
    st.builds(Detection, boxes, st.sampled_from([0.1, 0.5, 0.9]), st.just(""), masks),
    max_size=3,
    unique=True,
).map(tuple)
slice_indices = st.integers(0, 8)
batches = st.lists(
    st.builds(SliceDetections, slice_indices, detections, st.just(None), masks), max_size=4
)
texts = st.sampled_from(["", "vessel", "=1+1"])
SHAPES = [
    Line((0, 0), (3, 4.5)),
    Ellipse((5, 5), (2, 3), 0.25),
    Mask.of(np.eye(11, dtype=bool)[2:]),
    Angle((1, 1), (2, 4.5), (6, 1)),
    Diameters(axes_of(Box(1, 1, 7.5, 5))),
    Profile((0, 0), (3, 4.5)),
    Rectangle(Box(1, 2, 3.5, 4)),
]
Drawn = tuple[dict[str, Finding], dict[str, OfSeries]]
NAMES = [f"1.2.{n}" for n in range(9)]


def described(names: list[str]) -> SeriesRecord:
    uids, files = tuple(names), ("",) * 9
    return SeriesRecord("S2", "1", "CT", (9, 64, 64), None, uids, files, None, frames=(0,) * 9)


class Review(RuleBasedStateMachine):
    """A session under any sequence of gestures, results, undo, redo and restarts."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "a.review"
        self._open("ann")
        self.names = NAMES
        self.session.pictures.describe_series("first", lambda: [described(NAMES)])
        self.before: list[Drawn] = []  # states that undo leads back to

    def _open(self, reader: str) -> None:
        self.session = Session.open(self.path, "study", reader)
        # What a power cut leaves is not the question here, and every sync takes milliseconds.
        self.session.journal._connection.execute("PRAGMA synchronous = OFF")

    def teardown(self) -> None:
        self.session.close()
        self.folder.cleanup()

    @rule(series=st.sampled_from(SERIES), model=st.sampled_from(MODELS), batch=batches)
    def sweep(self, series: str, model: Origin, batch: list[SliceDetections]) -> None:
        touched = {i: f for i, f in self.session.findings.items() if f.decision}
        run = self.session.proposals.begin_run(series, model)
        self.session.proposals.record_detections(run, batch)
        for finding_id, finding in touched.items():
            after = self.session.findings[finding_id]
            assert (after.status, after.decision) == (finding.status, finding.decision)
            assert after.boxes.items() >= finding.boxes.items()
        self.before.clear()

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), gesture=st.sampled_from(["accept", "mark_unsure", "reset"]))
    def decide(self, data: st.DataObject, gesture: str) -> None:
        self._gesture(lambda: getattr(self.session, gesture)(self._pick(data).id))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), gesture=st.sampled_from(["reject", "set_note", "set_reason"]), text=texts)
    def say(self, data: st.DataObject, gesture: str, text: str) -> None:
        self._gesture(lambda: getattr(self.session, gesture)(self._pick(data).id, text))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), box=boxes)
    def change_box(self, data: st.DataObject, box: Box) -> None:
        finding = self._pick(data)
        self._gesture(lambda: self.session.change_box(finding.id, finding.key_slice, box))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data())
    def remove_box(self, data: st.DataObject) -> None:
        finding = self._pick(data)
        self._gesture(lambda: self.session.remove_box(finding.id, finding.key_slice))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), box=boxes)
    def add_box(self, data: st.DataObject, box: Box) -> None:
        finding = self._pick(data)
        free = max(finding.boxes) + 1
        if free < len(NAMES):
            self._gesture(lambda: self.session.add_box(finding.id, free, box))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), box=boxes)
    def set_axes(self, data: st.DataObject, box: Box) -> None:
        finding = self._pick(data)
        self._gesture(lambda: self.session.set_axes(finding.id, finding.key_slice, axes_of(box)))

    @precondition(lambda self: any(len(f.boxes) > 1 for f in self.session.findings.values()))
    @rule(data=st.data())
    def interpolate(self, data: st.DataObject) -> None:
        several = [f for f in self.session.findings.values() if len(f.boxes) > 1]
        finding = data.draw(st.sampled_from(several))
        low, high = min(finding.boxes), max(finding.boxes)
        if high > low + 1:
            self._gesture(lambda: self.session.interpolate(finding.id, low, high))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data())
    def accept_all(self, data: st.DataObject) -> None:
        ids = data.draw(
            st.lists(st.sampled_from(sorted(self.session.findings, key=self._arrival)), unique=True)
        )
        self._gesture(lambda: self.session.accept_all(ids))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), slice_index=slice_indices, shape=st.sampled_from(SHAPES))
    def annotate(self, data: st.DataObject, slice_index: int, shape: Shape) -> None:
        finding = self._pick(data)
        uid = data.draw(st.sampled_from(["", *finding.annotations]))
        self._gesture(lambda: self.session.annotate(finding.id, slice_index, shape, uid))

    @precondition(lambda self: any(f.annotations for f in self.session.findings.values()))
    @rule(data=st.data())
    def remove_annotation(self, data: st.DataObject) -> None:
        marked = [f for f in self.session.findings.values() if f.annotations]
        finding = data.draw(st.sampled_from(sorted(marked, key=lambda f: f.arrival)))
        uid = next(iter(finding.annotations))
        self._gesture(lambda: self.session.remove_annotation(finding.id, uid))

    @rule(series=st.sampled_from(SERIES), slice_index=slice_indices, shape=st.sampled_from(SHAPES))
    def annotate_series(self, series: str, slice_index: int, shape: Shape) -> None:
        self._gesture(lambda: self.session.annotate_series(series, slice_index, shape))

    @precondition(lambda self: self.session.series_annotations)
    @rule(shape=st.sampled_from(SHAPES))
    def change_series_annotation(self, shape: Shape) -> None:
        uid, one = next(iter(self.session.series_annotations.items()))
        place = one.series_uid, one.annotation.slice_index
        self._gesture(lambda: self.session.annotate_series(*place, shape, uid))

    @precondition(lambda self: self.session.series_annotations)
    @rule()
    def remove_series_annotation(self) -> None:
        uid = next(iter(self.session.series_annotations))
        self._gesture(lambda: self.session.remove_series_annotation(uid))

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), slice_index=slice_indices, box=boxes)
    def measure_axes(self, data: st.DataObject, slice_index: int, box: Box) -> None:
        finding = self._pick(data)
        self._gesture(lambda: self.session.measure_axes(finding.id, slice_index, axes_of(box)))

    @rule(slice_index=slice_indices)
    def renew_image(self, slice_index: int) -> None:
        self.session.pictures.renew_image("S1", slice_index)
        assert not self.session.is_read_in_full("S1", slice_index)
        left = self.session.series_annotations.values()
        assert ("S1", slice_index) not in [one.place for one in left]
        self.before.clear()

    @rule()
    def turn(self) -> None:
        """Count the slices of a series from its other end."""
        self.names = self.names[::-1]
        before = {i: f for i, f in self.session.findings.items() if f.series_uid == "S2"}
        self.session.pictures.renumber(described(self.names), range(8, -1, -1))
        for finding_id, finding in before.items():
            after = self.session.findings[finding_id]
            assert {8 - i: box for i, box in finding.boxes.items()} == after.boxes
        self.before.clear()

    @rule(series=st.sampled_from(SERIES), slice_index=slice_indices, box=boxes)
    def draw(self, series: str, slice_index: int, box: Box) -> None:
        self._gesture(lambda: self.session.add(series, slice_index, box))

    @rule(index=st.none() | slice_indices, is_read=st.booleans())
    def mark(self, index: int | None, is_read: bool) -> None:
        self._gesture(lambda: self.session.mark_read_in_full("S1", index, is_read))

    @rule(box=boxes, slice_index=slice_indices)
    def import_labels(self, box: Box, slice_index: int) -> None:
        self.session.files.import_labels(
            "a.csv", "c", [b"x\n"], {0: ("S1", slice_index, box)}, {0: axes_of(box)}
        )
        self.before.clear()

    @precondition(lambda self: self.session.findings)
    @rule(data=st.data(), status=st.sampled_from(Status))
    def import_findings(self, data: st.DataObject, status: Status) -> None:
        decision = Decision("eve", "2020-01-01T00:00:00+00:00", 0.5, Window(400, 40))
        known = replace(self._pick(data), decision=decision, status=status)
        new = replace(known, id="")
        self._gesture(lambda: self.session.files.import_findings("b.csv", [known, new]))

    @rule(mode=st.sampled_from(ReadingMode))
    def choose_mode(self, mode: ReadingMode) -> None:
        self.session.reading.choose(mode)

    @rule()
    def declare_first_read(self) -> None:
        self._gesture(self.session.reading.declare_first_read)

    @rule()
    def undo(self) -> None:
        if self.session.undo() is not None and self.before:
            assert self._drawn() == self.before.pop()

    @rule()
    def redo(self) -> None:
        self.session.redo()
        self.before.clear()

    @rule(reader=st.sampled_from(["ann", "bob"]))
    def restart(self, reader: str) -> None:
        before = self._seen()
        self.session.close()
        self._open(reader)
        assert self._seen() == before

    @invariant()
    def state_is_what_the_journal_replays_to(self) -> None:
        if not hasattr(self, "session"):
            return
        journal = self.session.journal
        replayed = replay(journal.events())
        assert (replayed.findings, replayed.annotations) == self._drawn()
        assert replayed.read_in_full() == self.session.state.read_in_full()
        for entry, recorded in zip(journal.entries(), journal.events(), strict=True):
            again = recorded.event.encode(journal.slices)
            assert json.loads(json.dumps(again)) == entry.payload, entry.kind

    @invariant()
    def every_finding_can_be_shown(self) -> None:
        if not hasattr(self, "session"):
            return
        for finding in self.session.findings.values():
            assert finding.key_slice in finding.boxes
            shown = self.session.findings_on(finding.series_uid, finding.key_slice)
            assert finding in shown
            assert (finding.decision is None) <= (finding.status is Status.UNDECIDED)

    def _gesture(self, gesture: object) -> None:
        before, undo_text = self._drawn(), self.session.can_undo
        events = len(self.session.journal.events())
        gesture()
        if len(self.session.journal.events()) > events:
            self.before.append(before)
            assert not self.session.can_redo
        else:
            assert self.session.can_undo == undo_text
            assert self._drawn() == before

    def _drawn(self) -> Drawn:
        return dict(self.session.findings), dict(self.session.series_annotations)

    def _pick(self, data: st.DataObject) -> Finding:
        return self.session.findings[
            data.draw(st.sampled_from(sorted(self.session.findings, key=self._arrival)))
        ]

    def _arrival(self, finding_id: str) -> int:
        return self.session.findings[finding_id].arrival

    def _seen(self) -> tuple[object, ...]:
        s = self.session
        marks = [s.is_read_in_full("S1", i) for i in (None, *range(9))]
        swept = [s.proposals.swept_slices(uid, model) for uid in SERIES for model in MODELS]
        reading = s.reading.state
        read = reading.mode, reading.first_read, dict(reading.marks_seen_at)
        return self._drawn(), marks, swept, read, s.undo_text, s.redo_text


def test_state_is_what_the_journal_replays_to() -> None:
    run_state_machine_as_test(
        Review,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
