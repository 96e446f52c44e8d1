"""What is on screen: the series, the slice and the window, and the keys that change them."""

import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window, window_presets
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.study.prefetching import Prefetcher, Wanted
from lesion_viewer.ui.study.reading_workers import VolumeReader

log = logging.getLogger(__name__)

CINE_MS = 100
DEFAULT_PRESET = "soft_tissue"


class VolumeController(QObject):
    """Shows the slices of a study's series and reads them in the order in which they are wanted.

    Parameters
    ----------
    canvas : SliceView
        Shows the slices.
    parent : QObject
        The window.

    Attributes
    ----------
    series_list : tuple[Series, ...]
        Series of the study, in the order of the list.
    volume : CTVolume | None
        The volume on show; None before a study is opened.
    slice_index : int
        Index of the slice on show, from 0.
    window : Window
        Window through which the slice is shown.

    Signals
    -------
    series_shown : another series is on show, whose slices are still to be read; the Series
    slice_shown : another slice is on show; its index from 0
    window_shown : another window is on show, by key, menu or mouse; the Window
    slices_loaded : more slices were read, or found unreadable
    errored : all slices were tried and some cannot be read; one sentence
    noticed : a key had no effect, or one of several windows was taken; one sentence
    """

    series_shown = Signal(object)
    slice_shown = Signal(int)
    window_shown = Signal(object)
    slices_loaded = Signal()
    errored = Signal(str)
    noticed = Signal(str)

    def __init__(self, canvas: SliceView, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._reader: VolumeReader | None = None
        self._prefetcher = Prefetcher(self)
        self._prefetcher.errored.connect(self.errored)
        self._cine = QTimer(self, interval=CINE_MS)
        self._cine.timeout.connect(self._step_cine)
        self.series_list: tuple[Series, ...] = ()
        self.volume: CTVolume | None = None
        self.slice_index = 0
        self._present: frozenset[int] = frozenset()
        self.window = preset_window(DEFAULT_PRESET)
        canvas.slice_wanted.connect(self.approach)
        canvas.window_changed.connect(self._window_dragged)

    @property
    def series(self) -> Series | None:
        """The series on show."""
        return self.volume.series if self.volume else None

    @property
    def row(self) -> int:
        """Place of the series on show in the list; -1 for none."""
        uids = [s.uid for s in self.series_list]
        return uids.index(self.series.uid) if self.series and self.series.uid in uids else -1

    @property
    def unreadable(self) -> dict[int, str]:
        """Slices that are there and cannot be read, with the reasons."""
        failures = self.volume.failures if self.volume else {}
        return {i: why for i, why in failures.items() if i in self._present}

    def show_series(
        self,
        series: Series,
        slice_index: int | None = None,
        window: Window | None = None,
        present: frozenset[int] | None = None,
    ) -> None:
        """Show a series at a slice through a window.

        Parameters
        ----------
        series : Series
            A series of the study or project.
        slice_index : int | None
            Index of the slice, from 0; None for the middle one.
        window : Window | None
            None for the file's, else for the default preset.
        present : frozenset[int] | None
            Slices whose images are there, None for all; scrolling skips the others.
        """
        self.stop()
        self._present = frozenset(range(series.shape[0])) if present is None else present
        self.volume = self._prefetcher.take(series)
        self.slice_index = series.shape[0] // 2 if slice_index is None else slice_index
        self.slice_index = min(max(self.slice_index, 0), series.shape[0] - 1)
        self._canvas.show_volume(self.volume)
        self.show_window(window or series.file_window or preset_window(DEFAULT_PRESET))
        self._canvas.show_slice(self.slice_index)
        log.info("a series of %d slices of %d x %d is on show", *series.shape)
        self.series_shown.emit(series)
        self.slice_shown.emit(self.slice_index)
        self._reader = VolumeReader(self.volume, self.slice_index, self.errored)
        self._reader.loaded.connect(self._loaded)
        self._reader.finished.connect(self._name_failures)
        self._reader.begin()

    def prefetch(self, wanted: Sequence[Wanted]) -> None:
        """Read slices of other series ahead, so that they are shown at once.

        Parameters
        ----------
        wanted : Sequence[Wanted]
            Series, and the slice of each that will be shown first.
        """
        self._prefetcher.fetch(wanted)

    def stop(self) -> None:
        """Stop reading and playing."""
        self._cine.stop()
        if self._reader is not None:
            self._reader.cancel()

    def show_slice(self, slice_index: int) -> None:
        """Show a slice; one beyond the ends is the first or the last.

        Parameters
        ----------
        slice_index : int
            Index of the slice, from 0.
        """
        if self.volume is None:
            return
        slice_index = min(max(slice_index, 0), len(self.volume) - 1)
        if slice_index == self.slice_index:
            return
        self.slice_index = slice_index
        if self._reader is not None:
            self._reader.aim(slice_index)
        self._canvas.show_slice(slice_index)
        self.slice_shown.emit(slice_index)

    def step(self, slices: int) -> None:
        """Show a slice further on; slices whose image is missing are skipped.

        Parameters
        ----------
        slices : int
            Number of slices to go on; negative goes back.
        """
        wanted = self.slice_index + slices
        ahead = [i for i in self._present if (i - self.slice_index) * slices > 0]
        if ahead:
            self.show_slice(min(ahead, key=lambda i: abs(i - wanted)))

    def approach(self, slice_index: int) -> None:
        """Show the slice nearest to a wanted one, in its direction, whose image is there.

        Parameters
        ----------
        slice_index : int
            Index that is wanted, possibly beyond the ends.
        """
        self.step(slice_index - self.slice_index)

    def is_present(self, slice_index: int) -> bool:
        """Whether the image of a slice is there.

        Parameters
        ----------
        slice_index : int
            Index of the slice, from 0.

        Returns
        -------
        bool
            False in a labelling project for a slice whose file is missing.
        """
        return slice_index in self._present

    def neighbour(self, step: int) -> int | None:
        """The next slice whose image is there, or the one before.

        Parameters
        ----------
        step : int
            1 for the next, -1 for the one before.

        Returns
        -------
        int | None
            Index from 0; None at the end.
        """
        ahead = [i for i in self._present if (i - self.slice_index) * step > 0]
        return min(ahead, key=lambda i: abs(i - self.slice_index), default=None)

    def go_first(self) -> None:
        """Show the first slice."""
        self.show_slice(min(self._present, default=0))

    def go_last(self) -> None:
        """Show the last slice."""
        self.show_slice(max(self._present, default=0))

    def show_window(self, window: Window) -> None:
        """Show the slice through ``window``.

        Parameters
        ----------
        window : Window
            Width and level in HU.
        """
        self._canvas.set_window(window)
        self._window_dragged(window)

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
        if self.series is None:
            return
        source = self.series.slices[self.slice_index]
        first = source.window or self.series.file_window
        if first is None:
            self.noticed.emit("The file gives no window of its own.")
            return
        windows = (first, *source.further_windows)
        number = (windows.index(self.window) + 1) % len(windows) if self.window in windows else 0
        self.show_window(windows[number])
        if len(windows) > 1:
            self.noticed.emit(f"Window {number + 1} of {len(windows)} that the file gives.")

    def set_inverted(self, is_inverted: bool) -> None:
        """Show white as black, or no longer.

        Parameters
        ----------
        is_inverted : bool
            Whether high values are dark.
        """
        self._canvas.set_inverted(is_inverted)

    def set_cine(self, is_playing: bool) -> None:
        """Play the slices in a loop, or stop.

        Parameters
        ----------
        is_playing : bool
            Whether they are played.
        """
        if is_playing:
            self._cine.start()
        else:
            self._cine.stop()

    def _step_cine(self) -> None:
        if self.volume is not None:
            following = self.neighbour(1)
            self.show_slice(min(self._present, default=0) if following is None else following)

    def _window_dragged(self, window: Window) -> None:
        self.window = window
        self.window_shown.emit(window)

    def _loaded(self, volume: CTVolume, slices: list[int]) -> None:
        if volume is not self.volume:
            return
        if self.slice_index in slices:
            self._canvas.show_slice(self.slice_index)
        self.slices_loaded.emit()

    def _name_failures(self) -> None:
        failures = self.unreadable
        if self.volume is not None and self.sender() is self._reader and failures:
            index, reason = min(failures.items())
            self.errored.emit(
                f"{len(failures)} of {len(self.volume)} slices cannot be read;"
                f" the first is Im {index + 1}: {reason}"
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
