"""The boxes of the lesions on the picture of the prior."""

from PySide6.QtCore import QObject

from lesion_viewer.review.finding import Finding
from lesion_viewer.review.followup.lesion import LESIONS
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.viewing.followup.follow_up import FollowUp
from lesion_viewer.viewing.viewer_model import ViewerModel


class PriorMarks(QObject):
    """Keeps the marks on the prior's picture as its review and the table of growth have them.

    Parameters
    ----------
    canvas : SliceView
        The prior's picture.
    follow_up : FollowUp
        The comparison.
    shown : ViewerModel
        The study on show, which says whether marks are hidden.
    parent : QObject
        The window.
    """

    def __init__(
        self, canvas: SliceView, follow_up: FollowUp, shown: ViewerModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._canvas, self._follow_up, self._shown = canvas, follow_up, shown
        canvas.finding_picked.connect(self._pick)
        follow_up.viewer.slice_changed.connect(lambda _: self._show())
        follow_up.growth_changed.connect(self._show)
        follow_up.chosen_changed.connect(self._take_chosen)
        shown.marks_changed.connect(lambda _: self._show())

    def _show(self) -> None:
        slice_index = self._follow_up.viewer.slice_index
        found = [] if self._shown.marks.is_hidden else self._lesions()
        self._canvas.set_marks(
            [self._mark(f, slice_index) for f in found if slice_index in f.boxes]
        )

    def _take_chosen(self) -> None:
        """Mark the chosen lesion, and move an enlarged picture so that it is in the middle."""
        self._show()
        chosen = self._follow_up.chosen
        here = self._follow_up.viewer.slice_index
        for finding in self._lesions():
            row = self._follow_up.lesion_at(finding.id)
            if chosen and row == chosen[-1] and here in finding.boxes:
                self._canvas.centre_on(*finding.boxes[here].centre)

    def _lesions(self) -> list[Finding]:
        prior, series = self._follow_up.prior, self._follow_up.viewer.series
        if prior is None or prior.reviews is None or series is None:
            return []
        return [f for f in prior.reviews.findings_of(series.uid) if f.status in LESIONS]

    def _mark(self, finding: Finding, slice_index: int) -> Mark:
        row = self._follow_up.lesion_at(finding.id)
        return Mark(
            finding.id,
            finding.boxes[slice_index],
            finding.status,
            "" if row is None else f"{row + 1}",
            row is not None and row in self._follow_up.chosen,
            finding.axes.get(slice_index),
        )

    def _pick(self, finding_id: str) -> None:
        row = self._follow_up.lesion_at(finding_id)
        if row is not None:
            self._follow_up.choose((row,))
