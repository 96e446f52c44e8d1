"""Slices of a project on screen, each through its own window or the one that the reader chose."""

from lesion_viewer.ct.values.window import Window
from lesion_viewer.review.worklist.work_list import WorkList
from lesion_viewer.ui.study.volume_controller import VolumeController


class SliceDisplay:
    """Shows slices of several series; a window that the reader chose stays from slice to slice.

    Parameters
    ----------
    volume : VolumeController
        Shows them.
    """

    def __init__(self, volume: VolumeController) -> None:
        self._volume = volume
        self._given_window: Window | None = None

    def show(self, project: WorkList, series_uid: str, slice_index: int) -> None:
        """Show a slice, of the series on show or another one.

        Parameters
        ----------
        project : WorkList
            Gives the series, and which of its images are there.
        series_uid : str
            UID of the slice's series.
        slice_index : int
            Index of the slice, from 0.
        """
        shown = self._volume.series
        if shown is not None and shown.uid == series_uid:
            self._volume.show_slice(slice_index)
            return
        series = project.series(series_uid)
        is_own = self._given_window in (None, self._volume.window)
        window = None if is_own else self._volume.window
        self._volume.show_series(series, slice_index, window, project.present(series_uid))
        if is_own:
            self._given_window = self._volume.window
