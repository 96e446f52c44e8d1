"""Measurements between the picture, the list and the review."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from lesion_viewer.review.annotations.shape import Shape
from lesion_viewer.review.annotations.shapes import Mask
from lesion_viewer.ui.measuring.measurements_list import ListedMeasurement
from lesion_viewer.ui.measuring.measurements_panel import MeasurementsPanel
from lesion_viewer.ui.measuring.measuring_layer import MeasuringLayer
from lesion_viewer.ui.measuring.wording import title_of, value_lines
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.measurements_on_show import Measurement, MeasurementsOnShow
from lesion_viewer.viewing.review_model import ReviewModel


class MeasuringController(QObject):
    """Keeps the list as the review is, and records what is drawn on the picture.

    Parameters
    ----------
    review : ReviewModel
        The review on show.
    shown : MeasurementsOnShow
        Its measurements.
    layer : MeasuringLayer
        They on the picture.
    panel : MeasurementsPanel
        They in a list.
    offer : Callable[[bool], None]
        Called with whether there is anything to list, where that changes.
    """

    def __init__(
        self,
        review: ReviewModel,
        shown: MeasurementsOnShow,
        layer: MeasuringLayer,
        panel: MeasurementsPanel,
        offer: Callable[[bool], None],
    ) -> None:
        super().__init__(panel)
        self._review, self._shown, self._layer, self._panel = review, shown, layer, panel
        self._offer, self._has_any = offer, False
        layer.shape_drawn.connect(self._take_shape)
        layer.shape_changed.connect(shown.change)
        layer.picked.connect(lambda uid: self._select(uid or None))
        panel.picked.connect(self._go_to)
        shown.changed.connect(self.show)
        shown.selection_changed.connect(self.show)
        review.viewer.volume_changed.connect(lambda _: self.show())

    def show(self) -> None:
        """List the measurements of the series on show; a finding's masks are its outline."""
        own = (one for one in self._shown.of_series() if not isinstance(one.shape, Mask))
        listed = [self._listed(one) for one in own]
        self._panel.show_measurements(listed, self._shown.selected_uid)
        self._panel.show_profile(self._shown.profile())
        if bool(listed) != self._has_any:
            self._has_any = bool(listed)
            self._offer(self._has_any)

    def _take_shape(self, shape: Shape) -> None:
        if not self._shown.add(shape):
            self._layer.leave(shape)

    def _go_to(self, uid: str) -> None:
        if uid != self._shown.selected_uid or self._is_elsewhere():
            self._shown.go_to(uid)

    def _is_elsewhere(self) -> bool:
        one = self._shown.selected
        return one is not None and one.slice_index != self._review.viewer.slice_index

    def _select(self, uid: str | None) -> None:
        self._shown.select(uid)

    def _listed(self, one: Measurement) -> ListedMeasurement:
        values = value_lines(one.shape.kind, self._shown.measured(one.slice_index, one.shape))
        title, place = title_of(one.shape.kind), tr("Im {n}", n=one.slice_index + 1)
        finding = self._review.findings().get(one.finding_id)
        owner = "" if finding is None else tr("finding of Im {n}", n=finding.key_slice + 1)
        return ListedMeasurement(one.uid, " · ".join(filter(None, (title, place, owner))), values)
