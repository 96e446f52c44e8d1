"""The picture in the middle: its slices, its slider and the mouse."""

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.planes.pane_grid import PaneGrid
from lesion_viewer.ui.planes.places import place_of, show_place
from lesion_viewer.ui.settings import save_settings
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.shell.welcome import Welcome
from lesion_viewer.ui.study.go_to_slice import GoToSliceDialog
from lesion_viewer.ui.study.slice_slider import SliceSlider
from lesion_viewer.ui.study.volume_controller import (
    DEFAULT_PRESET,
    VolumeController,
    preset_window,
)
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.viewer_model import ViewerModel
from lesion_viewer.viewing.views.arrangement import Arrangement


class ReadingFeature(Feature):
    """Shows the slices of a series, and until there is one how a study is opened.

    Parameters
    ----------
    window : Frame
        Its central widget becomes the picture with slider and messages.

    Attributes
    ----------
    canvas : SliceView
        The picture of the slices.
    arrangement : Arrangement
        The views of the volume; the first is the slices'.
    panes : PaneGrid
        The pictures of the views that are seen.
    slider : SliceSlider
        Beside the picture.
    sliders : QStackedWidget
        Holds it, and those that serve other pictures than the slices.
    viewer : ViewerModel
        The volume, slice, window and marks on show.
    volume : VolumeController
        Reads the slices and has them drawn.
    welcome : Welcome
        In place of the pictures until something is opened.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self.canvas = SliceView()
        self.viewer = ViewerModel(preset_window(DEFAULT_PRESET))
        self.arrangement = Arrangement(self.viewer)
        self.panes = PaneGrid(self.arrangement)
        self.panes.add(self.arrangement.views[0], self.canvas)
        self.slider, self.sliders = SliceSlider(), QStackedWidget()
        self.sliders.addWidget(self.slider)
        self.sliders.setSizePolicy(self.slider.sizePolicy())
        self.volume = VolumeController(self.viewer, self.canvas, window)
        self.welcome = Welcome(window.settings.recent)
        self._picture = QStackedWidget()
        self._picture.addWidget(self.welcome)
        self._picture.addWidget(self.panes)
        window.setCentralWidget(self._make_middle())
        self.slider.slice_wanted.connect(self.viewer.show_slice)
        self.canvas.hu_hovered.connect(window.status_line.show_hu)
        self.viewer.volume_changed.connect(self._take_volume)
        self.viewer.slice_changed.connect(self.slider.set_slice)
        self.volume.errored.connect(window.message_bar.show_error)
        self.volume.noticed.connect(window.message_bar.show_notice)
        self.set_pacs_mouse(window.settings.mouse_scheme == "pacs")

    def step(self, slices: int) -> None:
        """Show a slice further on, or another layer of the active plane.

        Parameters
        ----------
        slices : int
            Number of slices or layers to go on; negative goes back.
        """
        self.arrangement.active.step(slices)

    def show_end(self, is_last: bool) -> None:
        """Show the first or the last slice, or layer of the active plane.

        Parameters
        ----------
        is_last : bool
            Which of them.
        """
        view = self.arrangement.active
        if not view.is_of_slices:
            show_place(view, place_of(view)[1] - 1 if is_last else 0)
        elif is_last:
            self.viewer.show_last()
        else:
            self.viewer.show_first()

    def fit(self) -> None:
        """Show all of the active picture."""
        self.panes.pane(self.arrangement.active).fit()

    def go_to_slice(self) -> None:
        """Ask for a number, Im's or the file's, and show the slice that has it."""
        series = self.viewer.series
        if series is None:
            self.window.message_bar.show_notice(tr("No series is open."))
            return
        dialog = GoToSliceDialog(
            series, self.viewer.slice_index, self.viewer.is_present, self.window
        )
        dialog.slice_chosen.connect(self.viewer.show_slice)
        dialog.open()

    def set_pacs_mouse(self, is_pacs: bool) -> None:
        """Take the PACS-like mouse scheme, or the default one, and keep it in the settings.

        Parameters
        ----------
        is_pacs : bool
            Whether dragging with the right button changes the window.
        """
        scheme = "pacs" if is_pacs else "default"
        settings = self.window.settings
        self.window.actions_by_id["view.pacs_mouse"].setChecked(is_pacs)
        for pane in self.panes.all:
            pane.set_mouse_scheme(scheme)
        if scheme != settings.mouse_scheme:
            settings.mouse_scheme = scheme
            save_settings(settings)

    def cancel(self) -> None:
        """End what is being drawn, measured or played."""
        self.canvas.cancel()
        self.window.actions_by_id["view.cine"].setChecked(False)
        self.volume.set_cine(False)
        self.canvas.setFocus()

    def add_above(self, widget: QWidget) -> None:
        """Put a widget above the pictures, under the messages.

        Parameters
        ----------
        widget : QWidget
            It takes no room while it is hidden.
        """
        self._column.insertWidget(1, widget)

    def _make_middle(self) -> QWidget:
        """The picture with the slider at its right and the messages above."""
        middle = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._picture, 1)
        row.addWidget(self.sliders)
        self._column = column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.window.message_bar)
        column.addLayout(row, 1)
        return middle

    def _take_volume(self, volume: CTVolume) -> None:
        self._picture.setCurrentWidget(self.panes)
        self.canvas.setFocus()
        self.slider.set_count(len(volume))
