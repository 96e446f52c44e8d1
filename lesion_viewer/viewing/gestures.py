"""Gestures on the review on show: decisions, marks of what was read, undo and redo."""

import logging
from collections.abc import Callable

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Status
from lesion_viewer.review.session import Session
from lesion_viewer.text import Text
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal

log = logging.getLogger(__name__)


class Gestures:
    """Turns what the reader does to findings into calls of the session.

    Parameters
    ----------
    review : ReviewModel
        The review on show, with the chosen finding.

    Attributes
    ----------
    decided : Signal[()]
        The reader is done with the chosen finding, or with the slice on show.
    noticed : Signal[str]
        A gesture had no effect, or was undone; one sentence.
    errored : Signal[str]
        Nothing was recorded of a gesture; one sentence.
    """

    def __init__(self, review: ReviewModel) -> None:
        self.decided: Signal[()] = Signal()
        self.noticed: Signal[str] = Signal()
        self.errored: Signal[str] = Signal()
        self._review, self._viewer = review, review.viewer

    def accept(self) -> None:
        """Accept the chosen finding."""
        self._conclude(lambda session, i: session.accept(i))

    def accept_all(self) -> None:
        """Accept every undecided finding that is drawn on the slice on show, as one gesture."""
        shown = self._review.findings_on_screen()
        ids = [f.id for f in shown if f.status is Status.UNDECIDED]
        if not ids:
            self.noticed.emit(Text("No undecided finding on this slice."))
        elif self.record(lambda session: session.accept_all(ids)):
            self.decided.emit()

    def reject(self, reason: str = "") -> None:
        """Reject the chosen finding; its box is no longer drawn.

        Parameters
        ----------
        reason : str
            One of the reasons offered; empty for none.
        """
        self._review.cover_selection()
        self._conclude(lambda session, i: session.reject(i, reason))

    def mark_unsure(self) -> None:
        """Leave the chosen finding unsure."""
        self._conclude(lambda session, i: session.mark_unsure(i))

    def reset(self) -> None:
        """Make the chosen finding undecided again."""
        self.decide(lambda session, i: session.reset(i))

    def set_reason(self, reason: str) -> None:
        """Give the reason for which the chosen finding is rejected.

        Parameters
        ----------
        reason : str
            Empty for none.
        """
        self.decide(lambda session, i: session.set_reason(i, reason))

    def set_note(self, text: str) -> None:
        """Write the chosen finding's note.

        Parameters
        ----------
        text : str
            The whole note.
        """
        finding = self._review.selected
        if finding is not None and text != finding.note:
            self.decide(lambda session, i: session.set_note(i, text))

    def decide(self, gesture: Callable[[Session, str], object]) -> bool:
        """Make a gesture on the chosen finding; tell where there is none.

        Parameters
        ----------
        gesture : Callable[[Session, str], object]
            Called with the session and the finding's id.

        Returns
        -------
        bool
            Whether it was recorded.
        """
        finding = self._review.selected
        if self._review.refusal:
            self._review.tell_none()
            return False
        if finding is None:
            self.noticed.emit(Text("Choose a finding first."))
            return False
        return self.record(lambda session: gesture(session, finding.id))

    def record(self, gesture: Callable[[Session], object]) -> bool:
        """Make a gesture; tell where it cannot be recorded.

        Parameters
        ----------
        gesture : Callable[[Session], object]
            Called with the session.

        Returns
        -------
        bool
            Whether it was recorded.
        """
        session = self._review.session
        if session is None or self._review.difference:
            self._review.tell_none()
            return False
        try:
            gesture(session)
        except ReviewError as error:
            log.warning("a gesture could not be recorded", exc_info=True)
            self.errored.emit(str(error))
            return False
        return True

    # Marks of what was read, undo and redo.

    def set_slice_read(self, is_read: bool) -> None:
        """Mark the slice on show as read in full, or no longer.

        Parameters
        ----------
        is_read : bool
            Whether it is read.
        """
        if self._mark_read(self._viewer.slice_index, is_read) and is_read:
            self.decided.emit()

    def set_series_read(self, is_read: bool) -> None:
        """Mark the series on show as read in full, or no longer.

        Parameters
        ----------
        is_read : bool
            Whether it is read.
        """
        self._mark_read(None, is_read)

    def undo(self) -> None:
        """Take back the last gesture and show what it was about."""
        self.record(lambda s: self._show_undone(s.undo()))

    def redo(self) -> None:
        """Do again what was last undone and show what it was about."""
        self.record(lambda s: self._show_redone(s.redo()))

    def _show_undone(self, what: str | None) -> None:
        if what is None:
            self.noticed.emit(Text("Nothing to undo."))
        else:
            self._show_switched(Text("Undone: {what}", what=what))

    def _show_redone(self, what: str | None) -> None:
        if what is None:
            self.noticed.emit(Text("Nothing to redo."))
        else:
            self._show_switched(Text("Done again: {what}", what=what))

    def _show_switched(self, said: Text) -> None:
        self.noticed.emit(said)
        review = self._review
        shown = [i for i in review.last_changed if review.session and i in review.session.findings]
        if shown and review.selected_id != shown[0]:
            review.go_to(shown[0])

    def _conclude(self, gesture: Callable[[Session, str], object]) -> None:
        if self.decide(gesture):
            self.decided.emit()

    def _mark_read(self, slice_index: int | None, is_read: bool) -> bool:
        series, is_recorded = self._viewer.series, False
        if series is not None:
            uid = series.uid
            is_recorded = self.record(lambda s: s.mark_read_in_full(uid, slice_index, is_read))
        self._review.read_marks_changed.emit()
        return is_recorded
