"""Studies: opening them, the list of their series, and what is kept of the view."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from lesion_viewer.ct.study import Collection
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.text import Text
from lesion_viewer.ui.shell.docks import LEFT, Opened, Shown
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.study.arriving import ArrivingController
from lesion_viewer.ui.study.controller import StudyController
from lesion_viewer.ui.study.series_list import SeriesList, study_names
from lesion_viewer.ui.study.thumbnails import ThumbnailReader
from lesion_viewer.viewing.reviewed_pictures import ReviewedPictures

SAVE_VIEW_MS = 1500
SERIES_PX = 240


class StudiesFeature(Feature):
    """Opens studies and shows one series of them.

    Parameters
    ----------
    window : Frame
        It gets the list of series.

    Attributes
    ----------
    series_list : SeriesList
        The series of the study.
    study : StudyController
        The study on show.
    arriving : ArrivingController
        Shows a study of which not all is there.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reading = window.feature(ReadingFeature)
        self._viewer = reading.viewer
        self._review = window.feature(ReviewFeature).review
        self.series_list = SeriesList()
        self._thumbnails: ThumbnailReader | None = None
        pictures = ReviewedPictures(self._review)
        self.study = StudyController(self._viewer, self._review, pictures, window.settings, window)
        self.arriving = ArrivingController(self._viewer, self._review, self.study.close, window)
        pictures.errored.connect(self.show_reading_error)
        window.docks.add(
            Text("Series"), self.series_list, LEFT, place=0, width_px=SERIES_PX, shown=Shown.STUDY
        )
        self.series_list.series_wanted.connect(self.study.show_row)
        self._viewer.volume_changed.connect(self._mark_series)
        self.study.opened.connect(self._take_study)
        self.arriving.begun.connect(self.study.opened)
        self.arriving.grown.connect(self._take_more)
        self.study.left.connect(reading.volume.stop)
        self.study.review_begun.connect(window.feature(DetectorFeature).sweep.take_new_review)
        self._connect_messages()
        self._save_view_later()

    def show_reading_error(self, text: str) -> None:
        """Say that reading has failed, in place of how far it is.

        Parameters
        ----------
        text : str
            One sentence.
        """
        self.window.status_line.show_reading("")
        self.window.message_bar.show_error(text)

    def stop(self) -> None:
        """Keep the view and close the study."""
        self._view_timer.stop()
        self._stop_thumbnails()
        self.study.close()

    def _connect_messages(self) -> None:
        bar, study = self.window.message_bar, self.study
        study.progressed.connect(self.window.status_line.show_reading)
        study.errored.connect(self.show_reading_error)
        study.noticed.connect(self._show_left_out)
        bar.details_wanted.connect(study.show_left_out)
        bar.offer_taken.connect(study.begin_review)

    def _save_view_later(self) -> None:
        """Keep slice and window on show once they have not changed for a while."""
        self._view_timer = QTimer(self.window, singleShot=True, interval=SAVE_VIEW_MS)
        self._view_timer.timeout.connect(self.study.save_view)
        self._viewer.slice_changed.connect(lambda _: self._view_timer.start())
        self._viewer.window_changed.connect(lambda _: self._view_timer.start())

    def _take_study(self, found: Collection) -> None:
        self.window.message_bar.hide()
        self.window.docks.show_for(Opened.STUDY)
        self.series_list.set_series(found.series, study_names(found))
        self._read_thumbnails(found)

    def _take_more(self, found: Collection) -> None:
        self.series_list.show_more(found.series, study_names(found))
        self._read_thumbnails(found)

    def _read_thumbnails(self, found: Collection) -> None:
        self._stop_thumbnails()
        self._thumbnails = ThumbnailReader(
            found.series, self._viewer.usual_window, self.study.errored
        )
        self._thumbnails.made.connect(self._show_thumbnail)
        self._thumbnails.begin()

    def _show_thumbnail(self, uid: str, picture: QImage) -> None:
        self.series_list.set_thumbnail(uid, picture)

    def _stop_thumbnails(self) -> None:
        if self._thumbnails is not None:
            self._thumbnails.cancel()
            self._thumbnails = None

    def _mark_series(self, volume: CTVolume) -> None:
        self.series_list.set_current(self._review.row)

    def _show_left_out(self, text: str) -> None:
        self.window.message_bar.show_notice(text, self.study.has_left_out)
