"""The marks on the picture: which are drawn, picked, edited and drawn anew."""

from PySide6.QtCore import QObject

from lesion_viewer.review.finding import Finding
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.review_controller import ReviewController
from lesion_viewer.ui.volume_controller import VolumeController


class MarksController(QObject):
    """Keeps the picture's marks as the review has them, and tells it what the reader does there."""

    def __init__(
        self,
        canvas: SliceView,
        volume: VolumeController,
        review: ReviewController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._volume, self._review = canvas, volume, review
        canvas.finding_picked.connect(self._pick)
        canvas.box_drawn.connect(review.take_drawn_box)
        canvas.box_changed.connect(review.change_box)
        volume.slice_shown.connect(self._leave_slice)
        review.findings_changed.connect(self.show_marks)
        review.selection_changed.connect(self.show_marks)
        review.drawing_wanted.connect(canvas.begin_drawing)
        review.editing_changed.connect(self._edit)

    def show_marks(self) -> None:
        """Draw the marks of the slice on show."""
        selected = self._review.selected_id
        self._canvas.set_marks(
            [
                _mark(f, self._volume.slice_index, selected)
                for f in self._review.findings_on_screen()
            ]
        )

    def nudge(self, step: tuple[int, int]) -> None:
        """Move the edited box by pixels (x, y)."""
        self._canvas.nudge(*step)

    def resize(self, step: tuple[int, int]) -> None:
        """Move the edited box's right and lower edge by pixels (x, y)."""
        self._canvas.stretch(*step)

    def _pick(self, finding_id: str) -> None:
        if finding_id != self._review.selected_id:
            self._review.select(finding_id or None)

    def _leave_slice(self, slice_index: int) -> None:
        self._review.end_editing()
        self.show_marks()

    def _edit(self, is_editing: bool) -> None:
        self.show_marks()
        self._canvas.edit(self._review.selected_id if is_editing else None)


def _mark(finding: Finding, slice_index: int, selected_id: str | None) -> Mark:
    score = finding.scores.get(slice_index, finding.score)
    label = "" if score is None else f"{score:.2f}"
    is_selected = finding.id == selected_id
    return Mark(finding.id, finding.boxes[slice_index], finding.status, label, is_selected)
