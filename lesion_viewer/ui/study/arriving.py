"""A study on show that still arrives: more of it takes the place of less."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ct.arriving import carried_over
from lesion_viewer.ct.study import Collection, Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import slice_name
from lesion_viewer.viewing.review_on_show import ReviewOnShow
from lesion_viewer.viewing.viewer_model import ViewerModel


class ArrivingController(QObject):
    """Shows what came of a study, without a review; the slice on show stays while others come.

    Indices of slices shift while more come. So nothing can be marked before the study is whole, and
    the slice on show is found again by its SOP Instance UID.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen.
    review : ReviewOnShow
        The study on show.
    leave : Callable[[], None]
        Closes the study on show before a part of another one takes its place.
    parent : QObject
        The window.

    Signals
    -------
    begun : a part of a study is on show, and no other; the Collection
    grown : more of it is on show; the Collection
    """

    begun = Signal(object)
    grown = Signal(object)

    def __init__(
        self,
        viewer: ViewerModel,
        review: ReviewOnShow,
        leave: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._viewer, self._review, self._leave = viewer, review, leave
        self._begun: Path | None = None

    def is_on_show(self, folder: Path) -> bool:
        """Whether what arrives in a folder is on show.

        Parameters
        ----------
        folder : Path
            Where the images lie until all have come.
        """
        found = self._review.collection
        return found is not None and found.path == folder

    def was_shown(self, folder: Path | None) -> bool:
        """Whether what arrives in a folder came on show, whatever is on show now.

        Parameters
        ----------
        folder : Path | None
            Where the images lie until all have come; None for nowhere.
        """
        return folder is not None and self._begun == folder

    def show(self, found: Collection, volume: CTVolume) -> None:
        """Show what is there; nothing happens where the reader went on to another study.

        Parameters
        ----------
        found : Collection
            What came so far, as ``open_arriving`` gives it.
        volume : CTVolume
            Volume of one of its series.
        """
        former = self._viewer.volume
        if self.is_on_show(found.path) and former is not None:
            if volume.series.uid != former.series.uid:  # the reader chose another one meanwhile
                volume = carried_over(former, found)
            place = place_in(volume.series, self._viewer)
            self._review.show_more(found, found.study_of(volume.series))
            self.grown.emit(found)
            self._viewer.show_volume(volume, place)
        elif self._begun != found.path:
            self._begun = found.path
            self._leave()
            self.begun.emit(found)
            self._review.show_study(found, found.study_of(volume.series), None)
            window = volume.series.file_window or self._viewer.usual_window
            self._viewer.show_volume(volume, None, window)


def place_in(series: Series, viewer: ViewerModel) -> int | None:
    """Where the slice on show is in a series, whatever its index was.

    Parameters
    ----------
    series : Series
        Of which the series on show may be a part.
    viewer : ViewerModel
        What is on screen.

    Returns
    -------
    int | None
        Index from 0; None where the slice is not in it.
    """
    if viewer.series is None:
        return None
    name = slice_name(viewer.series.slices[viewer.slice_index])
    return next((n for n, one in enumerate(series.slices) if slice_name(one) == name), None)
