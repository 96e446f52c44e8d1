"""How long the study on show is actively read; it pauses without input and in the background."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.open_review.reading_record import ReadingTime
from lesion_viewer.review.session import Session
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal

log = logging.getLogger(__name__)

IDLE_S = 60.0
"""The time counts on for so long after the last key or movement of the mouse, and then pauses."""

KEEP_S = 60.0
"""The time is kept after so much more of it, at each pause, and when the study is closed."""


class ReadingTimer:
    """Counts the time in which the review on show is actively read, and keeps it with the review.

    Parameters
    ----------
    review : ReviewModel
        The review on show.
    clock : Callable[[], float]
        Seconds that only ever increase.

    Attributes
    ----------
    time : ReadingTime
        That of the reader on show, since the review was begun.
    errored : Signal[str]
        The time cannot be kept; one sentence, once until it can be kept again.
    """

    def __init__(self, review: ReviewModel, clock: Callable[[], float] = time.monotonic) -> None:
        self.errored: Signal[str] = Signal()
        self.time = ReadingTime()
        self._review, self._clock = review, clock
        self._session: Session | None = None
        self._is_active = self._is_hidden = self._has_failed = False
        self._counted_to = self._last_input = clock()
        self._kept = self.time
        review.closing.connect(self._leave)
        review.reviews_changed.connect(self._follow)
        review.review_begun.connect(self._follow)
        review.viewer.volume_changed.connect(lambda _: self._follow())
        review.reading_changed.connect(self._take_marks)

    @property
    def is_counting(self) -> bool:
        """Whether the time runs at this moment."""
        is_awake = self._clock() < self._last_input + IDLE_S
        return self._session is not None and self._is_active and is_awake

    def set_active(self, is_active: bool) -> None:
        """Go on in the foreground, or pause in the background.

        Parameters
        ----------
        is_active : bool
            Whether a window of the program has the keyboard.
        """
        if is_active != self._is_active:
            self._count()
            self._is_active = is_active
            if is_active:
                self._last_input = self._clock()
            else:
                self._keep()

    def note_input(self) -> None:
        """Take up that the reader pressed a key or moved the mouse."""
        now = self._clock()
        if now >= self._last_input + IDLE_S:
            self._count()
        self._last_input = now

    def tick(self) -> None:
        """Count the time until now; to be called every second or so."""
        self._count()
        is_paused = self.time != self._kept and not self.is_counting
        if is_paused or self.time.total_s >= self._kept.total_s + KEEP_S:
            self._keep()

    def keep(self) -> None:
        """Keep the time until now with the review."""
        self._count()
        self._keep()

    def _count(self) -> None:
        now = self._clock()
        until = min(now, self._last_input + IDLE_S)
        if self._session is not None and self._is_active and until > self._counted_to:
            read_s = until - self._counted_to
            if self._is_hidden:
                self.time = replace(self.time, hidden_s=self.time.hidden_s + read_s)
            else:
                self.time = replace(self.time, shown_s=self.time.shown_s + read_s)
        self._counted_to = now

    def _take_marks(self) -> None:
        self._count()
        self._is_hidden = self._review.reading.are_marks_hidden

    def _follow(self) -> None:
        """Count for the review on show, on from what was kept of it."""
        session = self._review.session if self._review.viewer.series is not None else None
        if session is not None and session.read_only:
            session = None
        if session is self._session:
            return
        self._leave()
        self._session, self._counted_to = session, self._clock()
        self._is_hidden = self._review.reading.are_marks_hidden
        self.time = self._kept = ReadingTime()
        if session is not None:
            try:
                self.time = session.reading.times().get(session.reader, self.time)
            except ReviewError as error:
                self.errored.emit(str(error))
            self._kept = self.time

    def _leave(self) -> None:
        self._count()
        self._keep()
        self._session = None

    def _keep(self) -> None:
        if self._session is None or self.time == self._kept:
            return
        try:
            self._session.reading.keep_time(self.time)
        except ReviewError as error:
            log.warning("the reading time could not be kept", exc_info=True)
            if not self._has_failed:
                self.errored.emit(str(error))
            self._has_failed = True
        else:
            self._has_failed, self._kept = False, self.time
