"""The series on show: its slices are read and drawn, and keys change its slice and window."""

import logging
from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ct.values.window import Window, window_presets
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.study.cine import Cine
from lesion_viewer.ui.study.prefetching import Prefetcher
from lesion_viewer.ui.study.reading_workers import VolumeReader
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.viewer_model import ViewerModel

log = logging.getLogger(__name__)

DEFAULT_PRESET = "soft_tissue"


class VolumeController(QObject):
    """Reads the series on show in the order in which its slices are wanted, and has them drawn.

    Parameters
    ----------
    viewer : ViewerModel
        What is on show; the picture follows it.
    canvas : SliceView
        Shows the slices.
    parent : QObject
        The window.

    Attributes
    ----------
    cine : Cine
        Plays the slices.

    Signals
    -------
    errored : all slices were tried and some cannot be read; one sentence
    noticed : a key had no effect, or one of several windows was taken; one sentence
    """

    errored = Signal(str)
    noticed = Signal(str)

    def __init__(self, viewer: ViewerModel, canvas: SliceView, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer, self._canvas = viewer, canvas
        self._reader: VolumeReader | None = None
        self._prefetcher = Prefetcher(viewer.ahead, self)
        self._prefetcher.errored.connect(self.errored)
        self.cine = Cine(viewer, self)
        canvas.slice_wanted.connect(viewer.approach)
        canvas.window_changed.connect(self.show_window)
        viewer.volume_changed.connect(self._take_volume)
        viewer.slice_changed.connect(self._draw_slice)
        viewer.slices_read.connect(self._draw_read)
        viewer.window_changed.connect(canvas.set_window)
        viewer.inverted_changed.connect(canvas.set_inverted)
        viewer.as_stored_changed.connect(canvas.set_as_stored)

    def stop(self) -> None:
        """Stop reading and playing."""
        self.cine.is_playing = False
        if self._reader is not None:
            self._reader.cancel()

    def show_window(self, window: Window) -> None:
        """Show the slice through ``window``.

        Parameters
        ----------
        window : Window
            Width and level in HU.
        """
        self._viewer.window = window

    def apply_preset(self, preset_id: str) -> None:
        """Show the slice through the preset of this id.

        Parameters
        ----------
        preset_id : str
            Such as "liver".
        """
        self.show_window(preset_window(preset_id))

    def apply_file_window(self) -> None:
        """Show the slice through the window of its file, or the next one where it has several."""
        viewer = self._viewer
        if viewer.series is None:
            return
        source = viewer.series.slices[viewer.slice_index]
        first = source.window or viewer.series.file_window
        if first is None:
            self.noticed.emit(tr("The file gives no window of its own."))
            return
        windows, shown = (first, *source.further_windows), viewer.window
        number = (windows.index(shown) + 1) % len(windows) if shown in windows else 0
        viewer.window = windows[number]
        if len(windows) > 1:
            self.noticed.emit(
                tr("Window {n} of {total} that the file gives.", n=number + 1, total=len(windows))
            )

    def set_inverted(self, is_inverted: bool) -> None:
        """Show white as black, or no longer.

        Parameters
        ----------
        is_inverted : bool
            Whether high values are dark.
        """
        self._viewer.is_inverted = is_inverted

    def set_as_stored(self, is_as_stored: bool) -> None:
        """Show the slices as the file has them, or in standard orientation.

        Parameters
        ----------
        is_as_stored : bool
            Whether rows and columns lie as in the file.
        """
        self._viewer.is_as_stored = is_as_stored

    def set_cine(self, is_playing: bool) -> None:
        """Play the slices, or stop.

        Parameters
        ----------
        is_playing : bool
            Whether they are played.
        """
        self.cine.is_playing = is_playing

    def _take_volume(self, volume: CTVolume) -> None:
        """Draw another volume, and read what is not read of it."""
        self.stop()
        log.info("a series of %d slices of %d x %d is on show", *volume.series.shape)
        self._canvas.show_volume(volume)
        self._canvas.set_window(self._viewer.window)
        self._reader = VolumeReader(volume, self._viewer.slice_index, self.errored)
        self._reader.loaded.connect(self._take_read)
        self._reader.finished.connect(self._name_failures)
        self._reader.begin()

    def _draw_slice(self, slice_index: int) -> None:
        if self._reader is not None:
            self._reader.aim(slice_index)
        self._canvas.show_slice(slice_index)

    def _take_read(self, volume: CTVolume, slices: list[int]) -> None:
        # A slot of a QObject: Qt calls it on the GUI thread, to which the model belongs.
        self._viewer.tell_read(volume, slices)

    def _draw_read(self, slices: Collection[int]) -> None:
        if self._viewer.slice_index in slices:
            self._canvas.show_slice(self._viewer.slice_index)

    def _name_failures(self) -> None:
        failures, volume = self._viewer.unreadable, self._viewer.volume
        if volume is None or volume.series.is_arriving:
            return  # its own mark says that slices are missing
        if self.sender() is self._reader and failures:
            index, reason = min(failures.items())
            self.errored.emit(
                tr(
                    "{count} of {total} slices cannot be read; the first is Im {n}: {reason}",
                    count=len(failures),
                    total=len(volume),
                    n=index + 1,
                    reason=reason,
                )
            )


def preset_window(preset_id: str) -> Window:
    """The window of a preset.

    Parameters
    ----------
    preset_id : str
        Such as "liver".

    Returns
    -------
    Window
        Width and level in HU.
    """
    return next(p.window for p in window_presets() if p.id == preset_id)
