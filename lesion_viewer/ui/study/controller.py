"""Opening studies: their headers, their reviews, and what was last on screen of them."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from lesion_viewer.ct.study import Collection, Series, Study
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.on_screen import ViewState
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import StudyReviews
from lesion_viewer.screening.searched_unit import SearchedUnit
from lesion_viewer.ui.settings import Settings, save_settings
from lesion_viewer.ui.study.arriving import place_in
from lesion_viewer.ui.study.choosing import chosen_file, chosen_folder
from lesion_viewer.ui.study.left_out_dialog import LeftOutDialog, left_out_text
from lesion_viewer.ui.study.reading_workers import ReviewBeginner, ReviewOpener, StudyReader
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.reviewed_pictures import ReviewedPictures
from lesion_viewer.viewing.viewer_model import ViewerModel


class StudyController(QObject):
    """Opens what a path holds; the study on show stays until another one was read.

    A path may hold several studies. Each has a review of its own, which is open while one of its
    series is on show.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen.
    review : ReviewModel
        The study on show, and its reviews.
    pictures : ReviewedPictures
        Keeps digests of the slices that were reviewed.
    settings : Settings
        Hold the reader's name, and remember what was opened.
    window : QWidget
        Parent of the dialogs.

    Attributes
    ----------
    searched : SearchedUnit | None
        What a screening found in what is opened; None for what no list asked for.

    Signals
    -------
    opened : a path was read, and a study of it is on show; the Collection
    list_found : a path holds the results of a screening, and no study; their folder
    left : what is on show needs to be read no further; its review is about to be closed
    review_begun : a new review of the series on show has begun
    progressed : the reading went on, or is over; one sentence, empty in the second case
    errored : a path or its review cannot be opened, or the view cannot be kept; one sentence
    noticed : labels were taken up, files were left out, or a key had no effect; one sentence
    """

    opened = Signal(object)
    list_found = Signal(object)
    left = Signal()
    review_begun = Signal()
    progressed = Signal(str)
    errored = Signal(str)
    noticed = Signal(str)

    def __init__(
        self,
        viewer: ViewerModel,
        review: ReviewModel,
        pictures: ReviewedPictures,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._viewer, self._review, self._settings = viewer, review, settings
        self._pictures = pictures
        self._window = window
        self._reader: StudyReader | None = None
        self._opener: ReviewOpener | None = None
        self._former_opener: ReviewOpener | None = None
        self._annotations: Path | None = None
        self._session_file: Path | None = None
        self._beginner: ReviewBeginner | None = None
        self._labels = ""
        self.searched: SearchedUnit | None = None
        self._wanted: tuple[Series, Finding | None] | None = None
        review.elsewhere.connect(self._show_finding)

    def open(
        self,
        path: Path,
        annotations: Path | None = None,
        session_file: Path | None = None,
        labels: str = "",
        searched: SearchedUnit | None = None,
    ) -> None:
        """Read what a path holds; its study that was looked at last is on show once it was read.

        Parameters
        ----------
        path : Path
            File or folder.
        annotations : Path | None
            File of labels to take up; None for none.
        session_file : Path | None
            File of the review; None for the usual place.
        labels : str
            Those of a label volume that are taken; empty takes what looks like lesions.
        searched : SearchedUnit | None
            What a screening found there: the series that it names is on show then.
        """
        self._cancel()
        self._labels, self.searched = labels, searched
        self._annotations, self._session_file = annotations, session_file
        self._reader = StudyReader(path, searched, self.errored)
        self._reader.opened.connect(self._take_headers)
        self._reader.list_found.connect(self.list_found)
        self._reader.progressed.connect(self._count)
        self.progressed.emit(tr("Reading the study …"))
        self._reader.begin()

    def begin_review(self) -> None:
        """Begin a new review of what is on show, where that is not the picture reviewed."""
        reviews, series, study = self._review.reviews, self._viewer.series, self._review.study
        if not self._review.difference or reviews is None or series is None or study is None:
            self.noticed.emit(
                tr("The review on show was made on this picture; no new one is needed.")
            )
        elif self._review.is_other_image(series.uid, self._viewer.slice_index):
            self._pictures.renew_image()
        elif self._beginner is None:
            self._beginner = ReviewBeginner(reviews, study, series, self._annotations, self.errored)
            self._beginner.begun.connect(self._take_begun)
            self._beginner.finished.connect(self._end_beginning)
            self._beginner.begin()

    def choose_folder(self) -> None:
        """Ask for a folder and open it."""
        if chosen := chosen_folder(self._window, self._settings):
            self.open(chosen)

    def choose_file(self) -> None:
        """Ask for a file and open it."""
        if chosen := chosen_file(self._window, self._settings):
            self.open(chosen)

    def show_left_out(self) -> None:
        """List the files that are part of no series."""
        found = self._review.collection
        if found is not None and found.left_out:
            LeftOutDialog(found.left_out, self._window).show()
        else:
            self.noticed.emit(tr("No file was left out."))

    @property
    def has_left_out(self) -> bool:
        """Whether files under the opened path are part of no series."""
        found = self._review.collection
        return found is not None and bool(found.left_out)

    def save_view(self) -> None:
        """Keep slice, window and threshold for the next start."""
        self._pictures.keep()
        session, series = self._review.session, self._viewer.series
        if session is None or series is None:
            return
        shown = ViewState(
            series.uid, self._viewer.slice_index, self._viewer.window, self._review.threshold
        )
        try:
            session.views.save_view(shown)
        except LesionViewerError as error:
            self.errored.emit(str(error))

    def close(self) -> None:
        """Keep what is on screen and close the review; what is still being read is dropped."""
        self._cancel()
        self.save_view()
        self.left.emit()
        self._review.close()

    def _take_headers(self, found: Collection) -> None:
        """Close the former review, which may be of a study found here, and have one opened."""
        if self.sender() is self._reader:
            self.close()
            self._wanted = None
            place = self.searched.series_in(found) if self.searched is not None else None
            self._open_review(found, place[0] if place else None, self._annotations)

    def _open_review(
        self, found: Collection, study: Study | None, annotations: Path | None
    ) -> None:
        self.progressed.emit(tr("Opening the review …"))
        self._opener = ReviewOpener(
            found,
            study,
            self._session_file,
            self._settings.reader,
            annotations,
            self._labels,
            self.searched,
            self.errored,
        )
        self._opener.follow(self._former_opener)
        self._opener.opened.connect(self._take_review)
        self._opener.begin()

    def _take_review(
        self,
        found: Collection,
        study: Study,
        reviews: StudyReviews | None,
        problem: str,
        said: str,
    ) -> None:
        if self.sender() is self._opener:
            self._opener = None
            self.progressed.emit("")
            self._show(found.with_study(study), study, reviews)
            if problem:
                self.errored.emit(problem)
            if said:
                self.noticed.emit(said)
        elif reviews is not None:
            reviews.close()

    def _take_begun(self, reviews: StudyReviews, series: Series, session: Session) -> None:
        if reviews is not self._review.reviews:
            session.close()
            return
        self._review.take_review(series.uid, session)
        if series is self._viewer.series:
            self._pictures.keep()
            self.review_begun.emit()

    def _end_beginning(self) -> None:
        self._beginner = None

    def _show(self, found: Collection, study: Study, reviews: StudyReviews | None) -> None:
        is_other_study, wanted = self._wanted is not None, self._wanted
        self._wanted = None
        if not is_other_study:
            self.opened.emit(found)
        self._review.show_study(found, study, reviews)
        if wanted is not None:
            self._show_wanted(*wanted)
            return
        if self.searched is None:
            self._settings.remember(found.path)
            save_settings(self._settings)
            self._show_first(study)
        else:
            self._show_searched(self.searched, study)
        if found.left_out:
            self.noticed.emit(left_out_text(len(found.left_out)))

    def _show_wanted(self, series: Series, finding: Finding | None) -> None:
        """Show the series for which its study's review was opened, at a finding or as it was."""
        present = {s.uid: s for s in self._review.series_list}[series.uid]
        if finding is None:
            self._show_as_left(present)
        else:
            self._viewer.show_series(present, finding.key_slice)
            self._review.select(finding.id)

    def _show_first(self, study: Study) -> None:
        """Show what was last on screen, else the first finding, else the largest series.

        Where a part of the study is on show, its slice and window stay.
        """
        reviews, part = self._review.reviews, self._viewer.series
        if part is not None and part.is_arriving:
            for one in study.series:
                if (place := place_in(one, self._viewer)) is not None:
                    self._viewer.show_series(one, place, self._viewer.window)
                    return
        series = {s.uid: s for s in study.series}
        view = reviews.base.views.last_view() if reviews is not None else None
        if view is not None and view.series_uid in series:
            self._show_as_left(series[view.series_uid])
            return
        found = reviews.base.reading.findings() if reviews is not None else ()
        labelled = [f for f in found if f.series_uid in series]
        if labelled:
            first = labelled[0]
            self._viewer.show_series(series[first.series_uid], first.key_slice)
            return
        self._viewer.show_series(max(study.series, key=lambda s: s.shape[0]))

    def show_searched(self, searched: SearchedUnit) -> None:
        """Show a series that a screening has searched, at its best candidate.

        Parameters
        ----------
        searched : SearchedUnit
            Where it is; what was opened last is not read again.
        """
        found, study = self._review.collection, self._review.study
        is_read = self.searched is not None and found is not None and found.path == searched.path
        if is_read and study is not None and searched.is_in(study):
            self._cancel()
            self.save_view()
            self.searched = searched
            self._show_searched(searched, study)
        else:
            self.open(searched.path, searched=searched)

    def _show_searched(self, searched: SearchedUnit, study: Study) -> None:
        series = next((s for s in study.series if s.uid == searched.series_uid), None)
        if series is None:
            self._show_first(study)
            return
        self._review.set_threshold(searched.min_score)
        self._show_as_left(series)
        reviews = self._review.reviews
        finding = searched.best_finding(reviews) if reviews is not None else None
        if finding is not None:
            self._review.go_to(finding.id)

    def show_row(self, row: int) -> None:
        """Show a series of the list as it was left; nothing happens where it is on show.

        Where it is of another study, that study's review is opened first.

        Parameters
        ----------
        row : int
            Place in the list, from 0; one beyond the ends is ignored.
        """
        if 0 <= row < len(self._review.series_list) and row != self._review.row:
            series = self._review.series_list[row]
            if not self._has_gone_to_study_of(series, None):
                self.save_view()
                self._show_as_left(series)

    def _has_gone_to_study_of(self, series: Series, finding: Finding | None) -> bool:
        """Have the review of a series' study opened, where another study is on show."""
        found, shown = self._review.collection, self._review.study
        if found is None or shown is None:
            return False
        study = found.study_of(series)
        if study.series[0].uid == shown.series[0].uid:
            return False
        self._cancel()
        self.save_view()
        self.left.emit()
        self._review.close()
        self._wanted = series, finding
        self._open_review(found, study, None)
        return True

    def step_series(self, places: int) -> None:
        """Show a series further down the list, or further up.

        Parameters
        ----------
        places : int
            Number of places down the list; negative goes up.
        """
        self.show_row(self._review.row + places)

    def _show_as_left(self, series: Series) -> None:
        """Show a series at the slice and through the window that were last on screen."""
        reviews = self._review.reviews
        session = reviews.session_of(series.uid) if reviews is not None else None
        view = session.views.view(series.uid) if session is not None else None
        if view is None:
            self._viewer.show_series(series)
        else:
            self._viewer.show_series(series, view.slice_index, view.window)
            if view.threshold is not None:
                self._review.set_threshold(view.threshold)

    def _show_finding(self, finding: Finding) -> None:
        """Show a finding of another series of the study."""
        series = {s.uid: s for s in self._review.series_list}.get(finding.series_uid)
        if series is not None and not self._has_gone_to_study_of(series, finding):
            self.save_view()
            self._viewer.show_series(series, finding.key_slice)
            self._review.select(finding.id)

    def _cancel(self) -> None:
        for worker in (self._reader, self._opener):
            if worker is not None:
                worker.cancel()
        self._former_opener = self._opener or self._former_opener
        self._reader = self._opener = None

    def _count(self, done: int, total: int) -> None:
        if self.sender() is self._reader and total:
            self.progressed.emit(
                tr("Reading headers: {done} of {total} files", done=done, total=total)
            )
