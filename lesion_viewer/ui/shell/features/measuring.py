"""Measurements: the tools that draw them, and their list."""

from PySide6.QtCore import Qt

from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Profile,
    Rectangle,
)
from lesion_viewer.text import Text
from lesion_viewer.ui.measuring.controller import MeasuringController
from lesion_viewer.ui.measuring.measurements_panel import MeasurementsPanel
from lesion_viewer.ui.measuring.measuring_layer import MeasuringLayer
from lesion_viewer.ui.measuring.outline_controller import OutlineController
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.docks import LEFT, Shown
from lesion_viewer.ui.shell.features.findings import FindingsFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.measurements_on_show import MeasurementsOnShow

TITLE = Text("Measurements")
PLACE = 20
"""Of the dock: under the series, or the queue."""


class MeasuringFeature(Feature):
    """Draws measurements on the picture, keeps them in the review and lists them.

    Parameters
    ----------
    window : Frame
        It gets the list, which is shown as long as there is a measurement.

    Attributes
    ----------
    shown : MeasurementsOnShow
        The measurements of the series on show.
    panel : MeasurementsPanel
        Their list.
    layer : MeasuringLayer
        They on the picture.
    outlines : OutlineController
        Finds the pixels of a finding.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reading, reviewing = window.feature(ReadingFeature), window.feature(ReviewFeature)
        self._marks, self._review = window.feature(FindingsFeature).marks, reviewing.review
        self.shown = MeasurementsOnShow(reviewing.review, reviewing.gestures)
        self.shown.noticed.connect(window.message_bar.show_notice)
        self.panel = MeasurementsPanel()
        self.layer = MeasuringLayer(reading.canvas, reading.viewer, self.shown, window)
        self.layer.sketched.connect(window.status_line.show_reading)
        self._viewer, self._canvas = reading.viewer, reading.canvas
        window.docks.add(TITLE, self.panel, LEFT, place=PLACE, shown=Shown.FILLED)
        self._controller = MeasuringController(
            reviewing.review, self.shown, self.layer, self.panel, self._offer
        )
        self._marks.editing_changed.connect(lambda _: self._take_edited())
        self.outlines = OutlineController(reviewing.review, reviewing.gestures, window)
        self.outlines.noticed.connect(window.message_bar.show_notice)
        self.outlines.errored.connect(window.message_bar.show_error)
        window.add_actions(SPECS, self)

    def take_tool(self, kind: str) -> None:
        """Let the next strokes on the picture draw a measurement.

        Parameters
        ----------
        kind : str
            Of its shape.
        """
        if self._viewer.volume is None:
            self.window.message_bar.show_notice(tr("Open a study first."))
            return
        if self._viewer.volume.series.is_arriving:
            self._review.tell_none()
            return
        if not self._canvas.isVisible():
            text = tr("Measurements are drawn on the slices, which this layout does not show.")
            self.window.message_bar.show_notice(text)
            return
        self._marks.end_editing()
        self.layer.take_tool(kind)

    def cancel(self) -> None:
        """Choose no measurement, and outline nothing."""
        self.shown.select(None)
        self.outlines.stop()

    def stop(self) -> None:
        """Outline nothing any more."""
        self.outlines.stop()

    def _offer(self, has_any: bool) -> None:
        self.window.docks.show_filled(TITLE, has_any)
        if has_any:
            dock, half = self.window.docks[TITLE], self.window.height() // 2
            self.window.resizeDocks([dock], [half], Qt.Orientation.Vertical)

    def _take_edited(self) -> None:
        self.layer.edited_id = self._marks.edited_id
        self.layer.update()


A = ActionSpec[MeasuringFeature]
SPECS = (
    A(
        "view.measure",
        Text("Measure a distance"),
        ("M",),
        "View",
        lambda feature: feature.take_tool(Line.kind),
    ),
    A(
        "measure.diameters",
        Text("Measure a RECIST pair"),
        ("Shift+M",),
        "View",
        lambda feature: feature.take_tool(Diameters.kind),
    ),
    A(
        "measure.angle",
        Text("Measure an angle"),
        ("V",),
        "View",
        lambda feature: feature.take_tool(Angle.kind),
    ),
    A(
        "measure.ellipse",
        Text("HU in an ellipse"),
        ("K",),
        "View",
        lambda feature: feature.take_tool(Ellipse.kind),
    ),
    A(
        "measure.rectangle",
        Text("HU in a rectangle"),
        ("Shift+K",),
        "View",
        lambda feature: feature.take_tool(Rectangle.kind),
    ),
    A(
        "measure.profile",
        Text("HU along a line"),
        ("Shift+V",),
        "View",
        lambda feature: feature.take_tool(Profile.kind),
    ),
    A(
        "measure.outline",
        Text("Outline the finding, for its volume"),
        ("Shift+S",),
        "Findings",
        lambda feature: feature.outlines.begin(),
    ),
    A(
        "measure.remove",
        Text("Remove the chosen measurement"),
        ("Shift+Del",),
        "View",
        lambda feature: feature.shown.remove(),
    ),
)
