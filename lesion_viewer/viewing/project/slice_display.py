"""Slices of a project on screen, each through its own window or the one that the reader chose."""

from lesion_viewer.ct.values.window import Window
from lesion_viewer.review.worklist.work_list import WorkList
from lesion_viewer.viewing.viewer_model import ViewerModel


class SliceDisplay:
    """Shows slices of several series; a window that the reader chose stays from slice to slice.

    Parameters
    ----------
    viewer : ViewerModel
        Shows them.
    """

    def __init__(self, viewer: ViewerModel) -> None:
        self._viewer = viewer
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
        shown = self._viewer.series
        if shown is not None and shown.uid == series_uid:
            self._viewer.show_slice(slice_index)
            return
        series = project.series(series_uid)
        is_own = self._given_window in (None, self._viewer.window)
        window = None if is_own else self._viewer.window
        self._viewer.show_series(series, slice_index, window, project.present(series_uid))
        if is_own:
            self._given_window = self._viewer.window
