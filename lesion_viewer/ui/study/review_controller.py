"""The review on screen: the chosen finding, the marks, and gestures that become calls."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.on_screen import Context
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import OTHER_IMAGE, StudyReviews
from lesion_viewer.ui.study.volume_controller import VolumeController

log = logging.getLogger(__name__)


class ReviewController(QObject):
    """Holds the session, the chosen finding and which findings are shown.

    Attributes
    ----------
    reviews : the reviews of the study; None where there is none, or it cannot be opened
    selected_id : id of the chosen finding
    order : ids in the order in which N and P walk through them
    threshold : score from which undecided candidates are shown

    Signals
    -------
    findings_changed : findings or what is hidden are different
    threshold_changed : another threshold is set
    selection_changed : another finding is chosen, or the chosen one is different
    decided : the reader is done with the chosen finding, or with the slice on show
    elsewhere : a Finding is to be shown that lies in a series which is not on show
    read_marks_changed : a slice or series was marked as read, or no longer
    read_only_changed : why nothing can be recorded now, as a clause; empty where it can
    differs : what is on show is another picture than the one that was reviewed; one sentence, empty
        where it is that one again
    noticed : one sentence about a gesture that had no effect
    errored : a gesture could not be recorded; one sentence
    """

    findings_changed = Signal()
    threshold_changed = Signal()
    selection_changed = Signal()
    decided = Signal()
    elsewhere = Signal(object)
    read_marks_changed = Signal()
    read_only_changed = Signal(str)
    differs = Signal(str)
    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, volume: VolumeController, parent: QObject) -> None:
        super().__init__(parent)
        self._volume = volume
        self.reviews: StudyReviews | None = None
        self.selected_id: str | None = None
        self.order: Callable[[], list[str]] = list
        self.threshold = 0.0
        self._is_hidden = False
        self._is_rejected_shown = False
        self._is_selection_revealed = False
        self._changed: tuple[str, ...] = ()
        self._told_read_only = self._told_difference = ""
        self._other_images: set[tuple[str, int]] = set()
        volume.window_shown.connect(self._keep_window)
        volume.series_shown.connect(self._take_series)
        volume.slice_shown.connect(self._tell_difference)

    # The session and what is chosen of it.

    @property
    def session(self) -> Session | None:
        """The review of the series on show; None where none was made on its picture."""
        series, reviews = self._volume.series, self.reviews
        if reviews is None:
            return None
        return reviews.base if series is None else reviews.session_of(series.uid)

    def set_reviews(self, reviews: StudyReviews | None) -> None:
        """Review another study; the former reviews are closed."""
        self.select(None)
        if self.reviews is not None:
            self.reviews.close()
        self.reviews = reviews
        self._other_images.clear()
        self._told_difference = ""
        for session in reviews.sessions if reviews is not None else ():
            self._attend(session)
        self._show_session()

    def take_review(self, series_uid: str, session: Session) -> None:
        """Review a series anew, in a review that was begun on its picture."""
        if self.reviews is None:
            session.close()
            return
        if session not in self.reviews.sessions:
            self._attend(session)
        self.reviews.take(series_uid, session)
        self._show_session()
        self._tell_difference()

    def set_other_image(self, series_uid: str, slice_index: int) -> None:
        """Take an image of a project for another one than was reviewed: its findings go unseen."""
        self._other_images.add((series_uid, slice_index))
        self.select(None)
        self.findings_changed.emit()
        self._tell_difference()

    def renew_image(self, series_uid: str, slice_index: int, digests: Mapping[Name, str]) -> None:
        """Review an image anew that replaced the one reviewed; ``digests`` tell it from now on."""
        session = self.session
        if session is None:
            return
        self._other_images.discard((series_uid, slice_index))
        try:
            session.renew_image(series_uid, slice_index)
            session.keep_digests(series_uid, digests)
        except ReviewError as error:
            self._other_images.add((series_uid, slice_index))
            self.errored.emit(str(error))
        self.findings_changed.emit()
        self._tell_difference()

    def is_other_image(self, series_uid: str, slice_index: int) -> bool:
        """Whether the image was found to be another one than was reviewed under its name."""
        return (series_uid, slice_index) in self._other_images

    @property
    def difference(self) -> str:
        """How what is on show differs from the picture that was reviewed; empty for the same."""
        series = self._volume.series
        if self.reviews is None or series is None:
            return ""
        if self.is_other_image(series.uid, self._volume.slice_index):
            return OTHER_IMAGE
        return self.reviews.sentence(series.uid)

    def tell_none(self) -> None:
        """Say why nothing can be done to a review of what is on show, with what can be done."""
        if self.difference:
            self.differs.emit(self.difference)
        else:
            self.noticed.emit("There is no review: open a study first.")

    def _attend(self, session: Session) -> None:
        session.context = Context(self._volume.window, self.threshold)
        session.subscribe(self._on_session_changed)

    def _show_session(self) -> None:
        self.findings_changed.emit()
        self.read_marks_changed.emit()
        self._told_read_only = self.read_only
        self.read_only_changed.emit(self.read_only)

    def _take_series(self, series: Series) -> None:
        """Go on in the review that the series belongs to."""
        if self.session is not None:
            self.session.context = Context(self._volume.window, self.threshold)
        if self.read_only != self._told_read_only:
            self._told_read_only = self.read_only
            self.read_only_changed.emit(self.read_only)
        joined = self.reviews.joined.pop(series.uid, 0) if self.reviews is not None else 0
        if joined:
            self.noticed.emit(
                f"{joined} more {'slice' if joined == 1 else 'slices'} than when this series was"
                " reviewed; what was found stays on its slices."
            )

    def _tell_difference(self) -> None:
        if self.difference != self._told_difference:
            self._told_difference = self.difference
            self.differs.emit(self.difference)

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded, as a clause; empty where it can, or there is no review."""
        return self.session.read_only if self.session is not None else ""

    def set_threshold(self, score: float) -> None:
        """Show undecided candidates from this score on."""
        self.threshold = score
        if self.session is not None:
            self.session.context = replace(self.session.context, threshold=score)
        self.threshold_changed.emit()

    @property
    def selected(self) -> Finding | None:
        """The chosen finding."""
        return self.session.findings.get(self.selected_id or "") if self.session else None

    def findings(self) -> dict[str, Finding]:
        """Findings of the series on show, oldest first."""
        series = self._volume.series
        if self.session is None or series is None:
            return {}
        return {i: f for i, f in self.session.findings.items() if f.series_uid == series.uid}

    def is_over_threshold(self, finding: Finding) -> bool:
        """Whether the finding is shown at this threshold: decided ones and labels always are."""
        is_proposed = finding.origin.kind is OriginKind.MODEL and finding.score is not None
        is_candidate = finding.status is Status.UNDECIDED and is_proposed
        return not is_candidate or (finding.score or 0.0) >= self.threshold

    def findings_on_screen(self) -> list[Finding]:
        """Findings whose box on the slice on show is to be drawn."""
        series = self._volume.series
        if self.session is None or series is None or self._is_hidden:
            return []
        if self.is_other_image(series.uid, self._volume.slice_index):
            return []
        found = self.session.findings_on(series.uid, self._volume.slice_index)
        return [f for f in found if self._is_drawn(f)]

    def candidate_count(self) -> int:
        """Candidates of a model in the series on show that the threshold leaves, decided or not."""
        models = (f for f in self.findings().values() if f.origin.kind is OriginKind.MODEL)
        return sum((f.score or 0.0) >= self.threshold for f in models)

    def select(self, finding_id: str | None) -> None:
        """Choose a finding, or none; the slice on show stays."""
        self.selected_id = finding_id
        self._is_selection_revealed = True
        self.selection_changed.emit()

    def go_to(self, finding_id: str) -> None:
        """Choose a finding and show the slice to look at first."""
        self.select(finding_id)
        finding, series = self.selected, self._volume.series
        if finding is None:
            return
        if series is None or finding.series_uid != series.uid:
            self.elsewhere.emit(finding)
        else:
            self._volume.show_slice(finding.key_slice)

    def go_next(self) -> None:
        """Choose the next undecided finding."""
        self._go(1)

    def go_previous(self) -> None:
        """Choose the previous undecided finding."""
        self._go(-1)

    def set_hidden(self, is_hidden: bool) -> None:
        """Hide all marks, or show them again."""
        self._is_hidden = is_hidden
        self.findings_changed.emit()

    def set_rejected_shown(self, is_shown: bool) -> None:
        """Draw rejected findings too."""
        self._is_rejected_shown = is_shown
        self.findings_changed.emit()

    # Gestures on the chosen finding.

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
        """Reject the chosen finding; its box goes from the image."""
        self._is_selection_revealed = False
        self._conclude(lambda session, i: session.reject(i, reason))

    def mark_unsure(self) -> None:
        """Leave the chosen finding unsure."""
        self._conclude(lambda session, i: session.mark_unsure(i))

    def reset(self) -> None:
        """Make the chosen finding undecided again."""
        self.decide(lambda session, i: session.reset(i))

    def set_reason(self, reason: str) -> None:
        """Give the reason for the reject."""
        self.decide(lambda session, i: session.set_reason(i, reason))

    def set_note(self, text: str) -> None:
        """Write the chosen finding's note."""
        if self.selected is not None and text != self.selected.note:
            self.decide(lambda session, i: session.set_note(i, text))

    def decide(self, gesture: Callable[[Session, str], object]) -> bool:
        """Make a gesture on the chosen finding, given the session and its id; whether it was."""
        finding = self.selected
        if self.difference:
            self.tell_none()
            return False
        if finding is None:
            self.noticed.emit("Choose a finding first (N for the next undecided one).")
            return False
        return self.record(lambda session: gesture(session, finding.id))

    def record(self, gesture: Callable[[Session], object]) -> bool:
        """Make a gesture; one that cannot be recorded is told. Whether it could be."""
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
        """Mark the slice on show as read in full."""
        if self._mark_read(self._volume.slice_index, is_read) and is_read:
            self.decided.emit()

    def set_series_read(self, is_read: bool) -> None:
        """Mark the series on show as read in full."""
        self._mark_read(None, is_read)

    def is_read_in_full(self) -> tuple[bool, bool]:
        """Whether the slice and the series on show are marked as read in full."""
        series = self._volume.series
        if self.session is None or series is None:
            return False, False
        uid = series.uid
        read = self.session.is_read_in_full
        return read(uid, self._volume.slice_index), read(uid, None)

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

    def _is_drawn(self, finding: Finding) -> bool:
        is_revealed = self._is_selection_revealed and finding.id == self.selected_id
        if finding.status is Status.REJECTED:
            return self._is_rejected_shown or is_revealed
        return self.is_over_threshold(finding) or is_revealed

    def _conclude(self, gesture: Callable[[Session, str], object]) -> None:
        if self.decide(gesture):
            self.decided.emit()

    def _mark_read(self, slice_index: int | None, is_read: bool) -> bool:
        series, is_recorded = self._volume.series, False
        if series is not None:
            uid = series.uid
            is_recorded = self.record(lambda s: s.mark_read_in_full(uid, slice_index, is_read))
        self.read_marks_changed.emit()
        return is_recorded

    def _keep_window(self, window: Window) -> None:
        if self.session is not None:
            self.session.context = replace(self.session.context, window=window)

    def _on_session_changed(self, change: Change) -> None:
        self._changed = change.appeared + change.changed
        is_selection_concerned = self.selected_id in change.changed + change.vanished
        if self.selected_id in change.vanished:
            self.selected_id = None
        if change.appeared or change.changed or change.vanished:
            self.findings_changed.emit()
        if is_selection_concerned:
            self.selection_changed.emit()
        if change.read_marks:
            self.read_marks_changed.emit()
