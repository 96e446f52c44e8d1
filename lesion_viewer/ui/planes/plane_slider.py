"""The slider of the active view: that of the slices, or one over the layers of another plane."""

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from lesion_viewer.ui.planes.places import place_of, show_place
from lesion_viewer.ui.study.slice_slider import SliceSlider
from lesion_viewer.viewing.views.arrangement import Arrangement


class PlaneSlider(QObject):
    """Shows a slider of its own while the active view is not of the slices.

    Parameters
    ----------
    arrangement : Arrangement
        The views, and which is active.
    sliders : QStackedWidget
        Holds the slider of the slices, and gets the other one.

    Attributes
    ----------
    slider : SliceSlider
        Over the layers of the active plane.
    """

    def __init__(self, arrangement: Arrangement, sliders: QStackedWidget) -> None:
        super().__init__(sliders)
        self._arrangement, self._sliders = arrangement, sliders
        self.slider = SliceSlider()
        sliders.addWidget(self.slider)
        self.slider.slice_wanted.connect(self._show_place)
        arrangement.active_changed.connect(lambda _: self._follow())
        for view in arrangement.views:
            view.section_changed.connect(lambda _: self._follow())
        arrangement.views[0].slices_read.connect(lambda _: self._follow())

    def _show_place(self, number: int) -> None:
        show_place(self._arrangement.active, number)

    def _follow(self) -> None:
        view = self._arrangement.active
        self._sliders.setCurrentIndex(0 if view.is_of_slices else 1)
        if not view.is_of_slices:
            number, count = place_of(view)
            volume = view.viewer.volume
            # A layer crosses all slices: it is there once they all are.
            is_loaded = volume is not None and bool(volume.is_loaded.all())
            self.slider.set_count(count)
            self.slider.set_progress(np.full(count, is_loaded), (), ())
            self.slider.set_slice(number)
