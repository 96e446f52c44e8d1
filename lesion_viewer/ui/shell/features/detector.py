"""The detector: its panel, its progress, and which slices it has searched."""

from lesion_viewer.text import Text
from lesion_viewer.ui.detector.chosen_detector import ChosenDetector
from lesion_viewer.ui.detector.detection_panel import DetectionPanel
from lesion_viewer.ui.detector.sweep_controller import SweepController
from lesion_viewer.ui.detector.unlike_watch import UnlikeWatch
from lesion_viewer.ui.shell.docks import Shown
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame


class DetectorFeature(Feature):
    """Runs the detector on the series on show.

    Parameters
    ----------
    window : Frame
        It gets the detector's panel.

    Attributes
    ----------
    panel : DetectionPanel
        Chooses and runs a detector.
    chosen : ChosenDetector
        The detector that the reader chose.
    sweep : SweepController
        The detector's work.
    unlike : UnlikeWatch
        Says in what the series on show is unlike what the detector has seen.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self._reading = window.feature(ReadingFeature)
        self._review = review = window.feature(ReviewFeature).review
        self.panel = DetectionPanel(window.actions_by_id["detect.run"])
        self.chosen = ChosenDetector(window.settings)
        self.sweep = SweepController(
            self._reading.viewer, review, self.chosen, window.settings, window
        )
        self.unlike = UnlikeWatch(self._reading.viewer, window)
        self.unlike.changed.connect(self.panel.set_unlike)
        window.docks.add(Text("Detector"), self.panel, place=20, shown=Shown.OPEN)
        self._set_up_panel()
        self.sweep.progressed.connect(window.status_line.show_sweep)
        self.sweep.swept_changed.connect(self._show_slice_progress)
        self.sweep.swept_changed.connect(self._look)
        self.sweep.running_changed.connect(lambda _: self._look())
        self._reading.viewer.slices_read.connect(lambda _: self._look())
        review.reading_changed.connect(self._show_slice_progress)
        self._reading.viewer.slices_read.connect(lambda _: self._show_slice_progress())
        self.sweep.errored.connect(window.message_bar.show_error)
        self.sweep.noticed.connect(window.message_bar.show_notice)

    def stop(self) -> None:
        """End the sweep and the detector's process."""
        self.sweep.shut_down()

    def _set_up_panel(self) -> None:
        panel, sweep = self.panel, self.sweep
        panel.set_models([detector.info() for detector in sweep.installed], sweep.row)
        is_everywhere = self.window.settings.search_everywhere
        self.window.actions_by_id["detect.everywhere"].setChecked(is_everywhere)
        if sweep.unavailable:
            panel.set_unavailable(sweep.unavailable)
        panel.model_chosen.connect(sweep.choose)
        sweep.running_changed.connect(panel.set_running)
        sweep.progressed.connect(panel.set_progress)
        sweep.started_on.connect(panel.set_where)

    def _look(self) -> None:
        has_ended = bool(self.sweep.swept) and not self.sweep.is_running
        self.unlike.look(self.sweep.info, self.sweep.livers, has_ended)

    def _show_slice_progress(self) -> None:
        """Colour the slider: loaded, unreadable and searched slices, and those with liver."""
        shown = self._reading.viewer
        if shown.volume is not None:
            self._reading.slider.set_progress(
                shown.volume.is_loaded, shown.unreadable, self.sweep.swept
            )
            is_hidden = self._review.reading.are_marks_hidden
            self._reading.slider.set_liver(() if is_hidden else self.sweep.liver)
