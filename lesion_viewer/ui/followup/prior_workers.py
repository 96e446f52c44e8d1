"""The threads on which a prior is opened, registered and its table saved."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.registration.registering import register
from lesion_viewer.ct.study import Study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.errors import CTError, LesionViewerError
from lesion_viewer.review.followup.identity import identity_of
from lesion_viewer.review.review_files import ReviewFiles
from lesion_viewer.review.study_reviews import StudyReviews
from lesion_viewer.text import Text
from lesion_viewer.ui.workers import Batcher, Worker
from lesion_viewer.viewing.followup.prior import Prior, chosen_prior, days_between


class PriorOpener(Worker):
    """Reads the headers of a path, and the review of the study in it that is the prior.

    Parameters
    ----------
    path : Path
        File or folder.
    current : Study
        The study on show.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Attributes
    ----------
    current : Study
        The study on show when the work began.

    Signals
    -------
    opened : the headers are read; the Prior, and a sentence about a review that cannot be read,
        mostly empty
    progressed : more headers were read, at most every 0.1 s; files read, and in total
    """

    opened = Signal(object, str)
    progressed = Signal(int, int)

    def __init__(self, path: Path, current: Study, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._path, self.current = path, current

    def work(self) -> None:
        """Read the headers and the review, which is neither locked nor changed.

        Raises
        ------
        CTError
            Where nothing can be read, or no other study is there.
        """
        steps = Batcher(lambda batch: self.progressed.emit(*batch[-1]))
        found = open_collection(self._path, lambda done, total: steps.add((done, total)))
        study = chosen_prior(found, self.current)
        if study is None:
            raise CTError(Text("The opened path holds no other study than the one on show."))
        reviews, problem = None, ""
        try:
            file = ReviewFiles(found).of(study)
            if file.is_file():
                reviews = StudyReviews.read(file, study)
        except LesionViewerError as error:
            problem = str(error)
        prior = Prior(
            study, reviews, identity_of(study, self.current), days_between(study, self.current)
        )
        if self.is_cancelled and reviews is not None:
            reviews.close()
        elif not self.is_cancelled:
            self.opened.emit(prior, problem)


class Registrar(Worker):
    """Registers the two volumes on show.

    Parameters
    ----------
    current, prior : CTVolume
        Their slices may still be read.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Attributes
    ----------
    current, prior : CTVolume
        The two volumes.

    Signals
    -------
    registered : the work is done; the Registration
    progressed : what is being done, and the share that is done, 0 to 1
    """

    registered = Signal(object)
    progressed = Signal(str, float)

    def __init__(self, current: CTVolume, prior: CTVolume, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self.current, self.prior = current, prior

    def work(self) -> None:
        """Register them; a cancel ends it at its next step."""
        found = register(
            self.current, self.prior, self.progressed.emit, lambda: not self.is_cancelled
        )
        if found is not None and not self.is_cancelled:
            self.registered.emit(found)


class GrowthSaver(Worker):
    """Writes the table of growth.

    Parameters
    ----------
    save : Callable[[], None]
        Writes it.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    saved : the file is written
    """

    saved = Signal()

    def __init__(self, save: Callable[[], None], on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._save = save

    def work(self) -> None:
        """Write it."""
        self._save()
        self.saved.emit()
