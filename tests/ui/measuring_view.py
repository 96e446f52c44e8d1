"""A layer of measurements over a canvas that no window holds."""

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.measuring.measuring_layer import MeasuringLayer
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.measurements_on_show import MeasurementsOnShow
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.viewer_model import ViewerModel


def measuring_layer(view: SliceView, volume: CTVolume) -> MeasuringLayer:
    """The layer, on the first slice of the volume that the canvas shows."""
    viewer = ViewerModel(Window(400, 40))
    viewer.show_volume(volume, 0)
    review = ReviewModel(viewer)
    return MeasuringLayer(view, viewer, MeasurementsOnShow(review, Gestures(review)), view)
