"""The threads on which headers, reviews and slices are read."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Collection, Series, Study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.loading import VolumeLoader
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.csv_records import header_names, table_of
from lesion_viewer.exchange.deeplesion.slice_geometry import with_annotated_geometry
from lesion_viewer.exchange.imports.changing import take
from lesion_viewer.exchange.imports.parsing import Meaning, parse, studies_in
from lesion_viewer.exchange.imports.wording import imported_text
from lesion_viewer.review.review_files import ReviewFiles
from lesion_viewer.review.study_reviews import StudyReviews, begin_review
from lesion_viewer.screening.plan import screening_at
from lesion_viewer.screening.searched_unit import SearchedUnit
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Batcher, Worker


class StudyReader(Worker):
    """Reads the headers of a path.

    Parameters
    ----------
    path : Path
        File or folder.
    searched : SearchedUnit | None
        What a screening found there, which is read as well.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    opened : all headers are read; the Collection
    list_found : the path holds no images but the results of a screening; their folder
    progressed : more headers were read, at most every 0.1 s; files read, and in total
    """

    opened = Signal(object)
    list_found = Signal(object)
    progressed = Signal(int, int)

    def __init__(self, path: Path, searched: SearchedUnit | None, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._path, self._searched = path, searched

    def work(self) -> None:
        """Read the headers."""
        if results := screening_at(self._path):
            if not self.is_cancelled:
                self.list_found.emit(results)
            return
        if self._searched is not None:
            self._searched.read()
        steps = Batcher(lambda batch: self.progressed.emit(*batch[-1]))
        found = open_collection(self._path, lambda done, total: steps.add((done, total)))
        if not self.is_cancelled:
            self.opened.emit(found)


class ReviewOpener(Worker):
    """Opens the reviews of one study of a collection, and takes up an annotation file.

    Parameters
    ----------
    found : Collection
        Whose headers were read.
    study : Study | None
        One of its studies; None for the one that was worked on last, or that the labels are of.
    session_file : Path | None
        A file that was named for the review; None for the usual place.
    reader : str
        Name that is written into decisions.
    annotations : Path | None
        File of labels, for whichever studies it has some; None for none.
    labels : str
        Those of a label volume that are taken; empty takes what looks like lesions.
    searched : SearchedUnit | None
        What a screening found, which is taken up; None for nothing.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    opened : the review is open, or cannot be; the Collection, the Study, its StudyReviews (None
        without a review), a sentence about what could not be opened or taken up (mostly empty),
        and a sentence about what was taken up
    """

    opened = Signal(object, object, object, str, str)

    def __init__(
        self,
        found: Collection,
        study: Study | None,
        session_file: Path | None,
        reader: str,
        annotations: Path | None,
        labels: str,
        searched: SearchedUnit | None,
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._searched = searched
        self._found, self._session_file, self._reader = found, session_file, reader
        self._annotations, self._labels = annotations, labels
        self._is_wanted = study is not None
        self._study = study or max(found.studies, key=lambda s: max(x.shape[0] for x in s.series))
        self._said: list[str] = []
        self._problems: list[str] = []
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
        reviews = self._open()
        if self.is_cancelled and reviews is not None:
            reviews.close()
        elif not self.is_cancelled:
            problem, said = " ".join(self._problems), " ".join(self._said)
            self.opened.emit(self._found, self._study, reviews, problem, said)

    def _open(self) -> StudyReviews | None:
        try:
            files = ReviewFiles(self._found, self._session_file)
            self._said += filter(None, [files.take_apart()])
            if not self._is_wanted:
                self._study = files.latest()
                self._take_up_elsewhere(files)
            reviews = StudyReviews.open(files.of(self._study), self._study, self._reader)
        except LesionViewerError as error:
            self._problems = [tr("Without review: {error}", error=error)]
            return None
        try:
            self._take_up_labels(reviews)
            self._take_up_geometry(reviews)
            if self._searched is not None:
                self._said += filter(None, [tr(self._searched.take_up(reviews, self._study))])
        except LesionViewerError as error:
            self._problems.append(str(error))
        self._problems += reviews.problems
        return reviews

    def _take_up_elsewhere(self, files: ReviewFiles) -> None:
        """Take labels up into the reviews of all studies that they are of, but that on show."""
        if self._annotations is None or len(self._found.studies) == 1:
            return
        try:
            of_labels = studies_in(self._annotations, self._found, self._labels)
        except LesionViewerError:
            return  # the study on show tells what is wrong with them
        if not of_labels:
            return
        self._study = files.latest(of_labels)
        for study in of_labels:
            if study is not self._study and not self.is_cancelled:
                reviews = StudyReviews.open(files.of(study), study, self._reader)
                try:
                    self._take(reviews, study)
                finally:
                    reviews.close()

    def _take_up_labels(self, reviews: StudyReviews) -> None:
        if self._annotations is not None:
            self._take(reviews, self._study)

    def _take(self, reviews: StudyReviews, study: Study) -> None:
        own = reviews.series_of(reviews.base, study)
        if self._annotations is not None and own.series:
            read = parse(self._annotations, own, Meaning.LABELS, self._labels)
            self._said.append(imported_text(take(reviews.base, read)))

    def _take_up_geometry(self, reviews: StudyReviews) -> None:
        """Take the spacing that an imported annotation file states of the study's slices."""
        labels = b"".join(reviews.base.files.label_rows())
        if labels and "File_name" in header_names(labels):
            table = table_of(reviews.base.path, labels.decode())
            self._study = with_annotated_geometry(self._study, table)
            if not reviews.base.read_only:
                reviews.base.pictures.describe(reviews.series_of(reviews.base, self._study))


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
                take(session, parse(self._annotations, own, Meaning.LABELS))
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
