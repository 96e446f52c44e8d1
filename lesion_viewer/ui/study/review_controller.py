"""Gestures on the review on show: decisions, walks, marks of what was read, undo and redo."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Status
from lesion_viewer.review.session import Session
from lesion_viewer.ui.study.review_on_show import ReviewOnShow
from lesion_viewer.viewing.viewer_model import ViewerModel

log = logging.getLogger(__name__)


class ReviewController(ReviewOnShow):
    """Turns what the reader does to findings into calls of the session.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen.
    parent : QObject
        The window.

    Attributes
    ----------
    order : Callable[[], list[str]]
        Gives the ids in the order in which N and P walk through them.

    Signals
    -------
    decided : the reader is done with the chosen finding, or with the slice on show
    elsewhere : a finding was gone to that lies in a series which is not on show; the Finding
    """

    decided = Signal()
    elsewhere = Signal(object)

    def __init__(self, viewer: ViewerModel, parent: QObject) -> None:
        super().__init__(viewer, parent)
        self.order: Callable[[], list[str]] = list

    def go_to(self, finding_id: str) -> None:
        """Choose a finding and show the slice to look at first.

        Parameters
        ----------
        finding_id : str
            Id of a finding of the review on show.
        """
        self.select(finding_id)
        finding, series = self.selected, self._viewer.series
        if finding is None:
            return
        if series is None or finding.series_uid != series.uid:
            self.elsewhere.emit(finding)
        else:
            self._viewer.show_slice(finding.key_slice)

    def go_next(self) -> None:
        """Choose the next undecided finding."""
        self._go(1)

    def go_previous(self) -> None:
        """Choose the previous undecided finding."""
        self._go(-1)

    def accept(self) -> None:
        """Accept the chosen finding."""
        self._conclude(lambda session, i: session.accept(i))

    def accept_all(self) -> None:
        """Accept every undecided finding that is drawn on the slice on show, as one gesture."""
        shown = self.findings_on_screen()
        ids = [f.id for f in shown if f.status is Status.UNDECIDED]
        if not ids:
            self.noticed.emit("No undecided finding on this slice.")
        elif self.record(lambda session: session.accept_all(ids)):
            self.decided.emit()

    def reject(self, reason: str = "") -> None:
        """Reject the chosen finding; its box is no longer drawn.

        Parameters
        ----------
        reason : str
            One of the reasons offered; empty for none.
        """
        self._is_selection_revealed = False
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
        if self.selected is not None and text != self.selected.note:
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
        finding = self.selected
        if self.difference:
            self.tell_none()
            return False
        if finding is None:
            self.noticed.emit("Choose a finding first (N for the next undecided one).")
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
        if self.session is None or self.difference:
            self.tell_none()
            return False
        try:
            gesture(self.session)
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

    def is_read_in_full(self) -> tuple[bool, bool]:
        """Whether the slice and the series on show are marked as read in full."""
        series = self._viewer.series
        if self.session is None or series is None:
            return False, False
        uid = series.uid
        read = self.session.is_read_in_full
        return read(uid, self._viewer.slice_index), read(uid, None)

    def undo(self) -> None:
        """Take back the last gesture and show what it was about."""
        self.record(lambda s: self._show_switched(s.undo(), "Nothing to undo.", "Undone"))

    def redo(self) -> None:
        """Do again what was last undone and show what it was about."""
        self.record(lambda s: self._show_switched(s.redo(), "Nothing to redo.", "Done again"))

    def _show_switched(self, text: str | None, nothing: str, done: str) -> None:
        if text is None:
            self.noticed.emit(nothing)
            return
        self.noticed.emit(f"{done}: {text}")
        shown = [i for i in self._changed if self.session and i in self.session.findings]
        if shown and self.selected_id != shown[0]:
            self.go_to(shown[0])

    def _go(self, step: int) -> None:
        findings = self.findings()
        order = [i for i in self.order() if i in findings]
        undecided = [i for i in order if findings[i].status is Status.UNDECIDED]
        if not undecided:
            self.noticed.emit("No undecided finding in the table.")
            return
        start = order.index(self.selected_id) if self.selected_id in order else -min(step, 0) - 1
        places = [(start + step * n) % len(order) for n in range(1, len(order) + 1)]
        self.go_to(next(order[p] for p in places if order[p] in undecided))

    def _conclude(self, gesture: Callable[[Session, str], object]) -> None:
        if self.decide(gesture):
            self.decided.emit()

    def _mark_read(self, slice_index: int | None, is_read: bool) -> bool:
        series, is_recorded = self._viewer.series, False
        if series is not None:
            uid = series.uid
            is_recorded = self.record(lambda s: s.mark_read_in_full(uid, slice_index, is_read))
        self.read_marks_changed.emit()
        return is_recorded
