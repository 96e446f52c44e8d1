"""The boxes on the picture: which are drawn, picked, edited and added."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QObject, Signal

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.recist import Axes, axes_of
from lesion_viewer.review.snapping import snap
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel

READING = "/"  # between a finding's id and the reader whose box a mark is


class MarksController(QObject):
    """Keeps the picture's marks as the review has them, and records what is done to boxes there.

    Parameters
    ----------
    canvas : SliceView
        Shows the marks.
    review : ReviewModel
        The findings, and what is on screen.
    gestures : Gestures
        Take what is done to boxes.
    parent : QObject
        The window.

    Attributes
    ----------
    edited_id : str | None
        Id of the finding whose box on the slice on show is edited; mostly None.

    Signals
    -------
    editing_changed : the editing of a box began or ended; whether one is edited
    noticed : a gesture had no effect; one sentence
    """

    editing_changed = Signal(bool)
    noticed = Signal(str)

    def __init__(
        self,
        canvas: SliceView,
        review: ReviewModel,
        gestures: Gestures,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._viewer, self._review = canvas, review.viewer, review
        self._gestures = gestures
        self.edited_id: str | None = None
        self._extended_id: str | None = None
        canvas.finding_picked.connect(self._pick)
        canvas.box_drawn.connect(self.take_drawn_box)
        canvas.box_changed.connect(self.change_box)
        canvas.axes_changed.connect(self.change_axes)
        review.viewer.slice_changed.connect(self._leave_slice)
        review.findings_changed.connect(self.show_marks)
        review.threshold_changed.connect(lambda _: self.show_marks())
        review.selection_changed.connect(lambda _: self._take_selection())

    def show_marks(self) -> None:
        """Draw the marks of the slice on show."""
        slice_index, selected = self._viewer.slice_index, self._review.selected_id
        findings = self._review.findings_on_screen()
        has_score = not self._review.reading.are_scores_hidden
        marks = [_mark(f, slice_index, selected, has_score) for f in findings]
        chosen = next((f for f in findings if f.id == selected), None)
        readings = _reading_marks(chosen, slice_index) if chosen else []
        self._canvas.set_marks([*marks, *readings])

    def begin_drawing(self) -> None:
        """Let the reader draw the box of a new finding."""
        self._begin_drawing(None)

    def begin_extending(self) -> None:
        """Let the reader draw the chosen finding's box on this slice."""
        if self._review.selected is None:
            self.noticed.emit(tr("Choose a finding first, then draw its box on this slice."))
        else:
            self._begin_drawing(self._review.selected_id)

    def take_drawn_box(self, box: Box) -> None:
        """Record a box that the reader drew, for a new finding or the one that is extended.

        Parameters
        ----------
        box : Box
            Edges in stored pixels.
        """
        review, series, slice_index = self._review, self._viewer.series, self._viewer.slice_index
        extended, self._extended_id = self._extended_id, None
        if series is None:
            return
        if extended is None:
            self._gestures.record(
                lambda session: review.select(session.add(series.uid, slice_index, box))
            )
        elif review.selected is not None and slice_index in review.selected.boxes:
            self.change_box(extended, box)
        else:
            self._gestures.record(lambda session: session.add_box(extended, slice_index, box))

    def change_box(self, finding_id: str, box: Box) -> None:
        """Give a finding another box on the slice on show.

        Parameters
        ----------
        finding_id : str
            Id of a finding of the review on show.
        box : Box
            Edges in stored pixels.
        """
        slice_index = self._viewer.slice_index
        self._gestures.record(lambda session: session.change_box(finding_id, slice_index, box))

    def zoom_to(self) -> None:
        """Enlarge the image about the chosen finding, on its own slice where it has no box here."""
        finding = self._review.selected
        if finding is None:
            self.noticed.emit(tr("Choose a finding first, then enlarge it."))
            return
        if self._viewer.slice_index not in finding.boxes:
            self._viewer.show_slice(finding.key_slice)
        self._canvas.show_box(finding.boxes[self._viewer.slice_index])

    def change_axes(self, finding_id: str, axes: Axes) -> None:
        """Give a finding other axes on the slice on show; its box follows.

        Parameters
        ----------
        finding_id : str
            Id of a finding of the review on show.
        axes : Axes
            Long and short axis, in stored pixels.
        """
        slice_index = self._viewer.slice_index
        self._gestures.record(lambda session: session.set_axes(finding_id, slice_index, axes))

    def edit_axes(self) -> None:
        """Edit the chosen finding's axes on the slice on show; one without any gets its box's."""
        if self.edited_id is None:
            self.toggle_editing()
        finding, slice_index = self._review.selected, self._viewer.slice_index
        if finding is None or self.edited_id is None or slice_index in finding.axes:
            return
        self.change_axes(finding.id, axes_of(finding.boxes[slice_index]))

    def snap(self) -> None:
        """Fit the chosen finding's box on the slice on show to the lesion's edge."""
        finding, volume = self._review.selected, self._viewer.volume
        slice_index = self._viewer.slice_index
        if finding is None or volume is None or slice_index not in finding.boxes:
            self.noticed.emit(tr("Choose a finding that has a box on this slice, then snap it."))
        elif not volume.is_loaded[slice_index]:
            self.noticed.emit(tr("The slice is still being read."))
        else:
            box = snap(volume.voxels[slice_index], finding.boxes[slice_index])
            if box is None:
                self.noticed.emit(tr("No clear edge of a lesion there; the box is unchanged."))
            else:
                self.change_box(finding.id, box)

    def copy_box(self, step: int) -> None:
        """Copy the chosen finding's box to the slice beside, and show that slice.

        Parameters
        ----------
        step : int
            1 for the next slice, -1 for the one before.
        """
        finding, here = self._review.selected, self._viewer.slice_index
        there = self._viewer.neighbour(step)
        if finding is None or here not in finding.boxes:
            self.noticed.emit(tr("Choose a finding that has a box on this slice, then copy it."))
        elif there is None:
            self.noticed.emit(tr("There is no further slice."))
        elif there in finding.boxes:
            self.noticed.emit(tr("The finding already has a box on Im {n}.", n=there + 1))
            self._viewer.show_slice(there)
        elif self._gestures.record(lambda session: session.copy_box(finding.id, here, there)):
            self._viewer.show_slice(there)

    def interpolate(self) -> None:
        """Fill the slices between the chosen finding's two boxes around the slice on show.

        Where the finding has a box on that slice, the first gap after it is filled, else the last
        one before.
        """
        finding = self._review.selected
        gap = _gap(sorted(finding.boxes), self._viewer.slice_index) if finding else None
        if finding is None or gap is None:
            self.noticed.emit(
                tr("Choose a finding with boxes on two slices that are not adjacent.")
            )
            return
        first, last = gap
        self._gestures.record(lambda session: session.interpolate(finding.id, first, last))

    def remove_box(self) -> None:
        """Take the chosen finding's box from the slice on show."""
        self.end_editing()
        slice_index = self._viewer.slice_index
        self._gestures.decide(lambda session, i: session.remove_box(i, slice_index))

    def toggle_editing(self) -> None:
        """Edit the chosen finding's box on the slice on show, or end the editing."""
        selected = self._review.selected
        if self.edited_id is not None:
            self.end_editing()
        elif selected is None:
            self.noticed.emit(tr("Choose a finding first, then edit its box."))
        else:
            if self._viewer.slice_index not in selected.boxes:
                self._viewer.show_slice(selected.key_slice)
            self._set_edited(selected.id)

    def end_editing(self) -> None:
        """End the editing; the box stays as it is shown."""
        if self.edited_id is not None:
            self._set_edited(None)

    def _begin_drawing(self, extended_id: str | None) -> None:
        if self._review.refusal:
            self._review.tell_none()
            return
        if self._review.session is None or self._viewer.series is None:
            self.noticed.emit(tr("Open a study first."))
            return
        self.end_editing()
        self._extended_id = extended_id
        self._canvas.begin_drawing()

    def _set_edited(self, finding_id: str | None) -> None:
        self.edited_id = finding_id
        self.show_marks()
        self._canvas.edit(finding_id)
        self.editing_changed.emit(finding_id is not None)

    def _pick(self, finding_id: str) -> None:
        finding_id = finding_id.partition(READING)[0]
        if finding_id != (self._review.selected_id or ""):
            self._review.select(finding_id or None)

    def _take_selection(self) -> None:
        if self.edited_id != self._review.selected_id:
            self.end_editing()
        self.show_marks()

    def _leave_slice(self, slice_index: int) -> None:
        self.end_editing()
        self.show_marks()


def _mark(finding: Finding, slice_index: int, selected_id: str | None, has_score: bool) -> Mark:
    score = finding.scores.get(slice_index, finding.score)
    label = f"{score:.2f}" if has_score and score is not None else ""
    box, axes = finding.boxes[slice_index], finding.axes.get(slice_index)
    return Mark(finding.id, box, finding.status, label, finding.id == selected_id, axes)


def _reading_marks(finding: Finding, slice_index: int) -> list[Mark]:
    """What each of two readers drew, where a third reading has to settle it."""
    return [
        Mark(
            f"{finding.id}{READING}{reading.reader}",
            reading.boxes[slice_index],
            reading.status,
            reading.reader,
        )
        for reading in finding.readings
        if slice_index in reading.boxes and reading.boxes[slice_index] != finding.boxes[slice_index]
    ]


def _gap(slices: Sequence[int], here: int) -> tuple[int, int] | None:
    """The two neighbours in ``slices`` with others between them that are nearest to ``here``."""
    gaps = [(a, b) for a, b in pairwise(slices) if b - a > 1]
    following = [gap for gap in gaps if gap[1] > here]
    return following[0] if following else gaps[-1] if gaps else None
