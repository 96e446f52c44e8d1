"""How the study on show is read: its mode, its first read, and the time that reading takes."""

import logging
from collections.abc import Callable

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.reading_mode import ReadingMode
from lesion_viewer.review.session import Session
from lesion_viewer.text import Text
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal

log = logging.getLogger(__name__)

NOT_IN_PROJECTS = Text(
    "Studies alone can be read so: the queue of a labelling project tells what the detector found."
)


class ReadingModes:
    """Chooses the mode of the study on show, and takes its first read as done.

    A study with several reviews is read in one mode: what is chosen is recorded in each of them.

    Parameters
    ----------
    review : ReviewModel
        The review on show.
    gestures : Gestures
        Record what the reader does.
    usual : Callable[[], ReadingMode]
        Gives the mode of a study that nobody has begun to review.

    Attributes
    ----------
    noticed : Signal[str]
        What the reader sees from now on, or why nothing is done; one sentence.
    """

    def __init__(
        self, review: ReviewModel, gestures: Gestures, usual: Callable[[], ReadingMode]
    ) -> None:
        self.noticed: Signal[str] = Signal()
        self._review, self._gestures, self._usual = review, gestures, usual
        review.session_opened.connect(self._begin)

    @property
    def mode(self) -> ReadingMode:
        """The mode of what is on show."""
        return self._review.reading.mode

    def choose(self, mode: ReadingMode) -> None:
        """Read the study on show in another mode from now on.

        Parameters
        ----------
        mode : ReadingMode
            Only concurrent in a labelling project.
        """
        if mode is not ReadingMode.CONCURRENT and self._review.is_project:
            self.noticed.emit(NOT_IN_PROJECTS)
        elif self._gestures.record(lambda session: session.reading.choose(mode)):
            self._choose_in_others(mode)

    def declare_first_read(self) -> None:
        """Take the first read of the study on show as done, which shows the detector's marks."""
        reading = self._review.reading
        if reading.mode is not ReadingMode.SECOND_READER:
            self.noticed.emit(Text("Only a second reader's first read is declared done."))
        elif reading.first_read is not None:
            self.noticed.emit(Text("The first read has been declared done."))
        elif self._gestures.record(lambda session: session.reading.declare_first_read()):
            self.noticed.emit(
                Text(
                    "First read declared done: the detector's marks are shown. Undo takes it back."
                )
            )

    def _choose_in_others(self, mode: ReadingMode) -> None:
        reviews = self._review.reviews
        for session in reviews.sessions if reviews is not None else ():
            if session is not self._review.session and not session.read_only:
                session.reading.choose(mode)

    def _begin(self, session: Session) -> None:
        """Read a study that nobody has begun in the usual mode, or as its first review is read."""
        reviews, mode = self._review.reviews, self._usual()
        if session.read_only or session.reading.is_begun or self._review.is_project:
            return
        if reviews is not None and session is not reviews.base:
            mode = reviews.base.reading.state.mode
        try:
            session.reading.choose(mode)
        except ReviewError:
            log.warning("the reading mode could not be recorded", exc_info=True)
