"""The threads on which headers, reviews and slices are read."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Series, Study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import VolumeLoader
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.csv_records import header_names, table_of
from lesion_viewer.exchange.deeplesion.slice_geometry import with_annotated_geometry
from lesion_viewer.exchange.label_files import read_label_file, take_label_file
from lesion_viewer.exchange.reviews.import_outcome import imported_text
from lesion_viewer.review.study_reviews import StudyReviews, begin_review
from lesion_viewer.ui.workers import Batcher, Worker


class StudyReader(Worker):
    """Reads the headers of a path.

    Parameters
    ----------
    path : Path
        File or folder.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    opened : all headers are read; the Study
    progressed : more headers were read, at most every 0.1 s; files read, and in total
    """

    opened = Signal(object)
    progressed = Signal(int, int)

    def __init__(self, path: Path, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._path = path

    def work(self) -> None:
        """Read the headers."""
        steps = Batcher(lambda batch: self.progressed.emit(*batch[-1]))
        study: Study = open_collection(self._path, lambda done, total: steps.add((done, total)))
        if not self.is_cancelled:
            self.opened.emit(study)


class ReviewOpener(Worker):
    """Opens the reviews of a study and takes up an annotation file.

    Parameters
    ----------
    study : Study
        Whose headers were read.
    path : Path
        Path of the review's file.
    reader : str
        Name that is written into decisions.
    annotations : Path | None
        File of labels; None for none.
    labels : str
        Those of a label volume that are taken; empty takes what looks like lesions.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    opened : the review is open, or cannot be; the Study, its StudyReviews (None without a review),
        a sentence about what could not be opened or taken up (mostly empty), and a sentence about
        what was taken up
    """

    opened = Signal(object, object, str, str)

    def __init__(
        self,
        study: Study,
        path: Path,
        reader: str,
        annotations: Path | None,
        labels: str,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._study, self._path, self._reader = study, path, reader
        self._annotations, self._labels = annotations, labels
        self._taken = ""
        self._former: ReviewOpener | None = None

    def follow(self, former: "ReviewOpener | None") -> None:
        """Open only after another opener has ended, which may still hold the same file.

        Parameters
        ----------
        former : ReviewOpener | None
            None for no wait.
        """
        self._former = former

    def work(self) -> None:
        """Open the review; after a cancel it is closed again."""
        if self._former is not None:
            self._former.wait()
            self._former = None
        reviews, problem = self._open()
        if self.is_cancelled and reviews is not None:
            reviews.close()
        elif not self.is_cancelled:
            self.opened.emit(self._study, reviews, problem, self._taken)

    def _open(self) -> tuple[StudyReviews | None, str]:
        try:
            reviews = StudyReviews.open(self._path, self._study, self._reader)
        except LesionViewerError as error:
            return None, f"Without review: {error}"
        try:
            self._take_up_labels(reviews)
        except LesionViewerError as error:
            return reviews, str(error)
        return reviews, " ".join(reviews.problems)

    def _take_up_labels(self, reviews: StudyReviews) -> None:
        session, file = reviews.base, self._annotations
        own = reviews.series_of(session, self._study)
        if file is not None and own.series:
            found = read_label_file(own, file, self._labels)
            self._taken = imported_text(file.name, take_label_file(session, file, found))
        labels = b"".join(session.label_rows())
        if labels and "File_name" in header_names(labels):
            table = table_of(self._path, labels.decode())
            self._study = with_annotated_geometry(self._study, table)
            if not session.read_only:
                session.describe(reviews.series_of(session, self._study))


class ReviewBeginner(Worker):
    """Begins a new review of a series that is another picture than the one that was reviewed.

    Parameters
    ----------
    reviews : StudyReviews
        Reviews of the study.
    study : Study
        The study on show.
    series : Series
        A series of the study.
    annotations : Path | None
        File of labels that the study was opened with; None for none.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    begun : the review stands ready; the StudyReviews, the Series, and the Session of the new review
    """

    begun = Signal(object, object, object)

    def __init__(
        self,
        reviews: StudyReviews,
        study: Study,
        series: Series,
        annotations: Path | None,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._reviews, self._study, self._series = reviews, study, series
        self._annotations = annotations

    def work(self) -> None:
        """Make the review's file, and take up the labels that the study was opened with."""
        session = begin_review(self._reviews, self._study, self._series)
        try:
            if self._annotations is not None:
                own = replace(self._study, series=(self._series,))
                found = read_label_file(own, self._annotations)
                take_label_file(session, self._annotations, found)
        except LesionViewerError as error:
            self.errored.emit(str(error))  # the review is begun without labels
        self.begun.emit(self._reviews, self._series, session)


class VolumeReader(Worker):
    """Reads the slices of a volume, those on screen first.

    Parameters
    ----------
    volume : CTVolume
        Volume that is filled.
    first : int
        Slice that is read first, from 0.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    loaded : more slices were read, or failed, at most every 0.05 s; the CTVolume and their indices
    """

    loaded = Signal(object, list)

    def __init__(self, volume: CTVolume, first: int, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._volume = volume
        self._loader = VolumeLoader(volume, first)

    def aim(self, slice_index: int) -> None:
        """Read a slice next, then those nearest to it.

        Parameters
        ----------
        slice_index : int
            Index of the slice, from 0.
        """
        self._loader.aim(slice_index)

    def cancel(self) -> None:
        """Stop reading after the slices that are being read."""
        super().cancel()
        self._loader.cancel()

    def work(self) -> None:
        """Read all slices."""
        slices = Batcher(lambda batch: self.loaded.emit(self._volume, batch), interval_s=0.05)
        self._loader.run(slices.add)
        slices.flush()
