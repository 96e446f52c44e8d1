"""What a detector marks, outlined in all views, and the switch for it."""

from lesion_viewer.text import Text
from lesion_viewer.ui.action_button import call_by
from lesion_viewer.ui.outlines.controller import OutlinesController
from lesion_viewer.ui.settings import save_settings
from lesion_viewer.ui.shell.action_spec import ToggleSpec
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.planes import PlanesFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.outlines_on_show import OutlinesOnShow


class OutlinesFeature(Feature):
    """Outlines the liver and the candidates, as far as the detector marks their pixels.

    Parameters
    ----------
    window : Frame
        Its settings keep whether they are shown.

    Attributes
    ----------
    shown : OutlinesOnShow
        What is to be outlined.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reading, detector = window.feature(ReadingFeature), window.feature(DetectorFeature)
        review = window.feature(ReviewFeature).review
        self.shown = OutlinesOnShow(review)
        self._controller = OutlinesController(
            self.shown,
            review,
            reading.canvas,
            reading.arrangement,
            window.feature(PlanesFeature).planes.canvases,
            detector.panel,
            window,
        )
        window.add_actions(SPECS, self)
        action = window.actions_by_id["view.outlines"]
        call_by(detector.panel.outlines, action, lambda: tr("Outlines"))
        action.setChecked(window.settings.show_outlines)
        self.shown.is_shown = window.settings.show_outlines
        detector.sweep.swept_changed.connect(self.shown.renew)

    def show(self, is_shown: bool) -> None:
        """Outline what the detector marks, or not, also at the next start.

        Parameters
        ----------
        is_shown : bool
            Whether it is outlined.
        """
        self.shown.is_shown = is_shown
        self.window.settings.show_outlines = is_shown
        save_settings(self.window.settings)


SPECS = (
    ToggleSpec[OutlinesFeature](
        "view.outlines",
        Text("The detector's outlines"),
        ("Shift+O",),
        "View",
        lambda own, on: own.show(on),
    ),
)
