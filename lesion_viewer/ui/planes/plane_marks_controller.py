"""Findings in all views: their marks on the planes, and views that go to the chosen one."""

from functools import partial

from PySide6.QtCore import QObject

from lesion_viewer.review.finding import Finding
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.planes.plane_canvas import PlaneCanvas
from lesion_viewer.ui.planes.plane_marks import PlaneMarks
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.views.arrangement import Arrangement
from lesion_viewer.viewing.views.plane_view import PlaneView

NEW = "new"
"""In place of the id of a finding that is being drawn."""


class PlaneMarksController(QObject):
    """Draws the findings that each plane cuts, and brings the chosen one into all views.

    Parameters
    ----------
    arrangement : Arrangement
        The views.
    canvas : SliceView
        Picture of the slices, whose marks are another controller's.
    canvases : dict[PlaneView, PlaneCanvas]
        Pictures of the planes.
    review : ReviewModel
        The findings, and which of them is chosen.
    parent : QObject
        The window.
    """

    def __init__(
        self,
        arrangement: Arrangement,
        canvas: SliceView,
        canvases: dict[PlaneView, PlaneCanvas],
        review: ReviewModel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._arrangement, self._canvas, self._review = arrangement, canvas, review
        self._viewer = review.viewer
        self._canvases = canvases
        self._marks = {view: PlaneMarks(view) for view in canvases}
        self._picked: tuple[QObject, str] | None = None
        self._centred_id: str | None = None
        self._chosen_before: str | None = None
        for view, plane in canvases.items():
            for event in (view.section_changed, view.slab_changed):
                event.connect(partial(self._show, view))
            plane.finding_picked.connect(partial(self._pick, plane))
        for pane in (canvas, *canvases.values()):
            pane.activated.connect(self._remember_chosen)
            pane.double_clicked.connect(self._choose_again)
        # Before the canvas' own controller chooses the finding.
        canvas.finding_picked.connect(partial(self._remember, canvas))
        canvas.box_drawn.connect(lambda _: self._remember(canvas, NEW))
        arrangement.shown_changed.connect(lambda _: self._show_all())
        review.findings_changed.connect(self._show_all)
        review.threshold_changed.connect(lambda _: self._show_all())
        review.selection_changed.connect(self._take_selection)

    def _show_all(self) -> None:
        for view in self._canvases:
            self._show(view)

    def _show(self, view: PlaneView, _: object = None) -> None:
        if view in self._arrangement.shown:
            review, has_scores = self._review, not self._review.reading.are_scores_hidden
            marks = self._marks[view].of(review.drawn(), review.selected_id, has_scores)
            self._canvases[view].set_marks(marks)

    def _remember(self, canvas: QObject, finding_id: str) -> None:
        """Keep in which picture a finding is picked or drawn: that one stays as it is."""
        self._picked = canvas, finding_id

    def _pick(self, canvas: QObject, finding_id: str) -> None:
        self._remember(canvas, finding_id)
        if finding_id != (self._review.selected_id or ""):
            self._review.select(finding_id or None)

    def _remember_chosen(self) -> None:
        self._chosen_before = self._review.selected_id

    def _choose_again(self) -> None:
        """Choose what the first click of a double click beside all marks has let go."""
        if self._review.selected_id is None and self._chosen_before is not None:
            self._centred_id = self._chosen_before
            self._review.select(self._chosen_before)

    def _take_selection(self, finding: Finding | None) -> None:
        former, self._centred_id = self._centred_id, finding.id if finding else None
        if finding is not None and finding.id != former:
            self._go_to(finding)
        self._picked = None
        self._show_all()

    def _go_to(self, finding: Finding) -> None:
        """Put the cursor into the middle of a finding, and that into the middle of the views."""
        series, here = self._viewer.series, self._viewer.slice_index
        if series is None or finding.series_uid != series.uid or not finding.boxes:
            return
        slice_index = here if here in finding.boxes else finding.key_slice
        x, y = finding.boxes[slice_index].centre
        self._viewer.look_at(slice_index, x - 0.5, y - 0.5)
        is_picked = self._picked is not None and self._picked[1] in (NEW, finding.id)
        picked_in = self._picked[0] if self._picked and is_picked else None
        for view, plane in self._canvases.items():
            if plane is not picked_in:
                view.centre()
        if self._canvas is not picked_in:
            self._canvas.centre_on(x, y)
