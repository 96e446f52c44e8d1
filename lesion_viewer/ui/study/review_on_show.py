"""The review on show: which session records, which finding is chosen, and what is drawn of it."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.on_screen import Context
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import OTHER_IMAGE, StudyReviews
from lesion_viewer.viewing.viewer_model import ViewerModel


class ReviewOnShow(QObject):
    """Follows the series on show with its review, its chosen finding and its marks.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen.
    parent : QObject
        The window.

    Attributes
    ----------
    reviews : StudyReviews | None
        Reviews of the study; None where there is none, or it cannot be opened.
    selected_id : str | None
        Id of the chosen finding.
    threshold : float
        Score from which undecided candidates are shown, 0 to 1.

    Signals
    -------
    findings_changed : findings changed, or which of them are drawn
    threshold_changed : another threshold is set
    selection_changed : another finding is chosen, or the chosen one changed
    read_marks_changed : a slice or series was marked as read, or no longer
    read_only_changed : another review is on show, or one that cannot be written; why nothing can be
        recorded, as a clause, empty where it can
    differs : what is on show became another picture than the one that was reviewed, or that one
        again; one sentence, empty in the second case
    noticed : something about the review is to be told; one sentence
    errored : nothing was recorded of a gesture; one sentence
    """

    findings_changed = Signal()
    threshold_changed = Signal()
    selection_changed = Signal()
    read_marks_changed = Signal()
    read_only_changed = Signal(str)
    differs = Signal(str)
    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, viewer: ViewerModel, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self.reviews: StudyReviews | None = None
        self.selected_id: str | None = None
        self.threshold = 0.0
        self._is_selection_revealed = False
        self._changed: tuple[str, ...] = ()
        self._told_read_only = self._told_difference = ""
        self._other_images: set[tuple[str, int]] = set()
        viewer.window_changed.connect(self._keep_window)
        viewer.volume_changed.connect(self._take_volume)
        viewer.slice_changed.connect(lambda _: self._tell_difference())
        viewer.marks_changed.connect(lambda _: self.findings_changed.emit())

    @property
    def session(self) -> Session | None:
        """The review of the series on show; None where none was made on its picture."""
        series, reviews = self._viewer.series, self.reviews
        if reviews is None:
            return None
        return reviews.base if series is None else reviews.session_of(series.uid)

    def set_reviews(self, reviews: StudyReviews | None) -> None:
        """Review another study; the former reviews are closed.

        Parameters
        ----------
        reviews : StudyReviews | None
            None closes the study's reviews and opens none.
        """
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
        """Review a series anew, in a review that was begun on its picture.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        session : Session
            The new review; closed where no study is open any more.
        """
        if self.reviews is None:
            session.close()
            return
        if session not in self.reviews.sessions:
            self._attend(session)
        self.reviews.take(series_uid, session)
        self._show_session()
        self._tell_difference()

    def set_other_image(self, series_uid: str, slice_index: int) -> None:
        """Treat an image of a project as replaced since its review; its findings are not drawn.

        Parameters
        ----------
        series_uid : str
            UID of the image's series.
        slice_index : int
            Index of the slice, from 0.
        """
        self._other_images.add((series_uid, slice_index))
        self.select(None)
        self.findings_changed.emit()
        self._tell_difference()

    def renew_image(self, series_uid: str, slice_index: int, digests: Mapping[Name, str]) -> None:
        """Review an image anew that replaced the one reviewed.

        Parameters
        ----------
        series_uid : str
            UID of the image's series.
        slice_index : int
            Index of the slice, from 0.
        digests : Mapping[Name, str]
            Name of the slice -> digest of the new pixels, kept in place of the former one's.
        """
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
        """Whether the image was found to be another one than was reviewed under its name.

        Parameters
        ----------
        series_uid : str
            UID of the image's series.
        slice_index : int
            Index of the slice, from 0.
        """
        return (series_uid, slice_index) in self._other_images

    @property
    def difference(self) -> str:
        """How what is on show differs from the picture that was reviewed; empty for the same."""
        series = self._viewer.series
        if self.reviews is None or series is None:
            return ""
        if self.is_other_image(series.uid, self._viewer.slice_index):
            return OTHER_IMAGE
        return self.reviews.sentence(series.uid)

    def tell_none(self) -> None:
        """Tell why the review of what is on show takes no gesture, and what can be done."""
        if self.difference:
            self.differs.emit(self.difference)
        else:
            self.noticed.emit("There is no review: open a study first.")

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded, as a clause; empty where it can, or there is no review."""
        return self.session.read_only if self.session is not None else ""

    def set_threshold(self, score: float) -> None:
        """Show undecided candidates from this score on.

        Parameters
        ----------
        score : float
            0 to 1.
        """
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
        series = self._viewer.series
        if self.session is None or series is None:
            return {}
        return {i: f for i, f in self.session.findings.items() if f.series_uid == series.uid}

    def is_over_threshold(self, finding: Finding) -> bool:
        """Whether the finding is shown at this threshold: decided ones and labels always are.

        Parameters
        ----------
        finding : Finding
            A finding of the review on show.
        """
        is_proposed = finding.origin.kind is OriginKind.MODEL and finding.score is not None
        is_candidate = finding.status is Status.UNDECIDED and is_proposed
        return not is_candidate or (finding.score or 0.0) >= self.threshold

    def findings_on_screen(self) -> list[Finding]:
        """Findings whose box on the slice on show is to be drawn."""
        series = self._viewer.series
        if self.session is None or series is None or self._viewer.marks.is_hidden:
            return []
        if self.is_other_image(series.uid, self._viewer.slice_index):
            return []
        found = self.session.findings_on(series.uid, self._viewer.slice_index)
        return [f for f in found if self._is_drawn(f)]

    def candidate_count(self) -> int:
        """Candidates of a model in the series on show that the threshold leaves, decided or not."""
        models = (f for f in self.findings().values() if f.origin.kind is OriginKind.MODEL)
        return sum((f.score or 0.0) >= self.threshold for f in models)

    def select(self, finding_id: str | None) -> None:
        """Choose a finding, or none; the slice on show stays.

        Parameters
        ----------
        finding_id : str | None
            None for no finding.
        """
        self.selected_id = finding_id
        self._is_selection_revealed = True
        self.selection_changed.emit()

    def set_hidden(self, is_hidden: bool) -> None:
        """Hide all marks, or show them again.

        Parameters
        ----------
        is_hidden : bool
            Whether no mark is drawn.
        """
        self._viewer.marks = replace(self._viewer.marks, is_hidden=is_hidden)

    def set_rejected_shown(self, is_shown: bool) -> None:
        """Draw rejected findings too, or no longer.

        Parameters
        ----------
        is_shown : bool
            Whether they are drawn.
        """
        self._viewer.marks = replace(self._viewer.marks, is_rejected_shown=is_shown)

    def _attend(self, session: Session) -> None:
        session.context = Context(self._viewer.window, self.threshold)
        session.subscribe(self._on_session_changed)

    def _show_session(self) -> None:
        self.findings_changed.emit()
        self.read_marks_changed.emit()
        self._told_read_only = self.read_only
        self.read_only_changed.emit(self.read_only)

    def _take_volume(self, volume: CTVolume) -> None:
        """Go on in the review that the series belongs to."""
        if self.session is not None:
            self.session.context = Context(self._viewer.window, self.threshold)
        if self.read_only != self._told_read_only:
            self._told_read_only = self.read_only
            self.read_only_changed.emit(self.read_only)
        joined = self.reviews.joined.pop(volume.series.uid, 0) if self.reviews is not None else 0
        if joined:
            self.noticed.emit(
                f"{joined} more {'slice' if joined == 1 else 'slices'} than when this series was"
                " reviewed; what was found stays on its slices."
            )

    def _tell_difference(self) -> None:
        if self.difference != self._told_difference:
            self._told_difference = self.difference
            self.differs.emit(self.difference)

    def _is_drawn(self, finding: Finding) -> bool:
        is_revealed = self._is_selection_revealed and finding.id == self.selected_id
        if finding.status is Status.REJECTED:
            return self._viewer.marks.is_rejected_shown or is_revealed
        return self.is_over_threshold(finding) or is_revealed

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
