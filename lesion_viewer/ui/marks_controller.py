"""The boxes on the picture: which are drawn, picked, edited and added."""

from PySide6.QtCore import QObject, Signal

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.review_controller import ReviewController
from lesion_viewer.ui.volume_controller import VolumeController


class MarksController(QObject):
    """Keeps the picture's marks as the review has them, and records what is done to boxes there.

    Attributes
    ----------
    edited_id : id of the finding whose box on the slice on show is being edited; mostly None

    Signals
    -------
    editing_changed : a box is being edited, or no longer
    noticed : one sentence about a gesture that had no effect
    """

    editing_changed = Signal(bool)
    noticed = Signal(str)

    def __init__(
        self,
        canvas: SliceView,
        volume: VolumeController,
        review: ReviewController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._volume, self._review = canvas, volume, review
        self.edited_id: str | None = None
        self._extended_id: str | None = None
        canvas.finding_picked.connect(self._pick)
        canvas.box_drawn.connect(self.take_drawn_box)
        canvas.box_changed.connect(self.change_box)
        volume.slice_shown.connect(self._leave_slice)
        review.findings_changed.connect(self.show_marks)
        review.threshold_changed.connect(self.show_marks)
        review.selection_changed.connect(self._take_selection)

    def show_marks(self) -> None:
        """Draw the marks of the slice on show."""
        slice_index, selected = self._volume.slice_index, self._review.selected_id
        findings = self._review.findings_on_screen()
        self._canvas.set_marks([_mark(f, slice_index, selected) for f in findings])

    def begin_drawing(self) -> None:
        """Let the reader draw the box of a new finding."""
        self._begin_drawing(None)

    def begin_extending(self) -> None:
        """Let the reader draw the chosen finding's box on this slice."""
        if self._review.selected is None:
            self.noticed.emit("Choose a finding first, then draw its box on this slice.")
        else:
            self._begin_drawing(self._review.selected_id)

    def take_drawn_box(self, box: Box) -> None:
        """Take up the box that the reader drew: a new finding's, or the extended one's."""
        review, series, slice_index = self._review, self._volume.series, self._volume.slice_index
        extended, self._extended_id = self._extended_id, None
        if series is None:
            return
        if extended is None:
            review.record(lambda session: review.select(session.add(series.uid, slice_index, box)))
        elif review.selected is not None and slice_index in review.selected.boxes:
            self.change_box(extended, box)
        else:
            review.record(lambda session: session.add_box(extended, slice_index, box))

    def change_box(self, finding_id: str, box: Box) -> None:
        """Give a finding another box on the slice on show."""
        slice_index = self._volume.slice_index
        self._review.record(lambda session: session.change_box(finding_id, slice_index, box))

    def remove_box(self) -> None:
        """Take the chosen finding's box from the slice on show."""
        self.end_editing()
        slice_index = self._volume.slice_index
        self._review.decide(lambda session, i: session.remove_box(i, slice_index))

    def toggle_editing(self) -> None:
        """Edit the chosen finding's box on the slice on show, or end that."""
        selected = self._review.selected
        if self.edited_id is not None:
            self.end_editing()
        elif selected is None:
            self.noticed.emit("Choose a finding first, then edit its box.")
        else:
            if self._volume.slice_index not in selected.boxes:
                self._volume.show_slice(selected.key_slice)
            self._set_edited(selected.id)

    def end_editing(self) -> None:
        """Leave the box as it is now."""
        if self.edited_id is not None:
            self._set_edited(None)

    def nudge(self, step: tuple[int, int]) -> None:
        """Move the edited box by pixels (x, y)."""
        self._canvas.nudge(*step)

    def resize(self, step: tuple[int, int]) -> None:
        """Move the edited box's right and lower edge by pixels (x, y)."""
        self._canvas.stretch(*step)

    def _begin_drawing(self, extended_id: str | None) -> None:
        if self._review.session is None or self._volume.series is None:
            self.noticed.emit("Open a study first.")
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
        if finding_id != (self._review.selected_id or ""):
            self._review.select(finding_id or None)

    def _take_selection(self) -> None:
        if self.edited_id != self._review.selected_id:
            self.end_editing()
        self.show_marks()

    def _leave_slice(self, slice_index: int) -> None:
        self.end_editing()
        self.show_marks()


def _mark(finding: Finding, slice_index: int, selected_id: str | None) -> Mark:
    score = finding.scores.get(slice_index, finding.score)
    label = "" if score is None else f"{score:.2f}"
    is_selected = finding.id == selected_id
    return Mark(finding.id, finding.boxes[slice_index], finding.status, label, is_selected)
