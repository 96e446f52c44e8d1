"""The findings that are reviewed: their order, which are shown, and which one is chosen."""

from dataclasses import replace

from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.journal.review_state import Change
from lesion_viewer.review.on_screen import Context
from lesion_viewer.review.reading_mode import ReadingState
from lesion_viewer.review.session import Session
from lesion_viewer.text import Text
from lesion_viewer.viewing.finding_order import FindingFilter, FindingOrder, Scale, SortBy
from lesion_viewer.viewing.review_on_show import ReviewOnShow
from lesion_viewer.viewing.signals import Signal
from lesion_viewer.viewing.viewer_model import ViewerModel

MARKS_HIDDEN = Text(
    "Second reader: what the detector finds is hidden until you declare the first read done."
)


class ReviewModel(ReviewOnShow):
    """The state that table, picture and panels share of a review; a change is told to subscribers.

    For the GUI thread alone. It records nothing: what is done to a finding is a gesture.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen.

    Attributes
    ----------
    selected_id : str | None
        Id of the chosen finding.
    threshold : float
        Score from which undecided candidates are shown, 0 to 1.
    filter : FindingFilter
        Which findings are listed; it leaves alone which are gone through.
    last_changed : tuple[str, ...]
        Ids of the findings that the last gesture made or changed.
    findings_changed : Signal[()]
        Findings changed, or which of them are drawn.
    selection_changed : Signal[Finding | None]
        Another finding is chosen, or the chosen one changed.
    threshold_changed : Signal[float]
        A threshold was set.
    order_changed : Signal[FindingOrder]
        Another order was taken.
    filter_changed : Signal[FindingFilter]
        Others are listed.
    read_marks_changed : Signal[()]
        A slice or series was marked as read, or no longer.
    annotations_changed : Signal[()]
        What is drawn on slices and belongs to no finding changed.
    reading_changed : Signal[()]
        Marks of a detector, or scores, are to be hidden or shown now.
    elsewhere : Signal[Finding]
        A finding was gone to that lies in a series which is not on show.
    """

    def __init__(self, viewer: ViewerModel) -> None:
        super().__init__(viewer)
        self.findings_changed: Signal[()] = Signal()
        self.selection_changed: Signal[Finding | None] = Signal()
        self.threshold_changed: Signal[float] = Signal()
        self.order_changed: Signal[FindingOrder] = Signal()
        self.filter_changed: Signal[FindingFilter] = Signal()
        self.read_marks_changed: Signal[()] = Signal()
        self.annotations_changed: Signal[()] = Signal()
        self.reading_changed: Signal[()] = Signal()
        self.elsewhere: Signal[Finding] = Signal()
        self.selected_id: str | None = None
        self.threshold = 0.0
        self._order, self.filter = FindingOrder(), FindingFilter()
        self.last_changed: tuple[str, ...] = ()
        self._is_selection_revealed = False
        self._told_reading = ReadingState().shown
        self.session_opened.connect(self._attend)
        self.reviews_changed.connect(lambda: self.select(None))
        for event in (self.reviews_changed, self.review_begun):
            event.connect(self._show_session)
        self.image_changed.connect(self._take_image)
        viewer.window_changed.connect(self._keep_window)
        viewer.volume_changed.connect(self._leave_series)
        viewer.marks_changed.connect(lambda _: self.findings_changed.emit())

    # The findings.

    @property
    def scale(self) -> Scale:
        """Pixel size and turn of the series on show."""
        return Scale.of(self.viewer.series)

    @property
    def reading(self) -> ReadingState:
        """How what is on show is read; it is not to be changed."""
        return self.session.reading.state if self.session is not None else ReadingState()

    @property
    def order(self) -> FindingOrder:
        """In which findings are listed and gone through; never by score where that is hidden."""
        is_by_score = self._order.by is SortBy.SCORE
        if is_by_score and self.reading.are_scores_hidden:
            return FindingOrder(SortBy.SLICE, is_descending=False)
        return self._order

    def findings(self) -> dict[str, Finding]:
        """Findings of the series on show that the reader may see, oldest first."""
        series = self.viewer.series
        if self.session is None or series is None:
            return {}
        found, is_concealed = self.session.findings.items(), self.reading.conceals
        return {i: f for i, f in found if f.series_uid == series.uid and not is_concealed(f)}

    def in_order(self) -> list[Finding]:
        """Findings of the series on show that the threshold leaves, as they are gone through."""
        shown = filter(self.is_over_threshold, self.findings().values())
        return self.order.sort(shown, self.scale)

    def listed(self) -> list[Finding]:
        """Those of the findings in order that the filter passes."""
        return list(filter(self.filter.passes, self.in_order()))

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
        series = self.viewer.series
        if self.session is None or series is None or self.viewer.marks.is_hidden:
            return []
        if self.is_other_image(series.uid, self.viewer.slice_index):
            return []
        found = self.session.findings_on(series.uid, self.viewer.slice_index)
        return [f for f in found if self.is_drawn(f)]

    def is_drawn(self, finding: Finding) -> bool:
        """Whether what a finding has on the slice on show is drawn, unless all marks are hidden.

        Parameters
        ----------
        finding : Finding
            A finding of the review on show.
        """
        if self.reading.conceals(finding):
            return False
        is_revealed = self._is_selection_revealed and finding.id == self.selected_id
        if finding.status is Status.REJECTED:
            return self.viewer.marks.is_rejected_shown or is_revealed
        return self.is_over_threshold(finding) or is_revealed

    def drawn(self) -> list[Finding]:
        """Findings of the series on show whose marks are drawn, on whichever slice they are."""
        if self.viewer.marks.is_hidden:
            return []
        return [f for f in self.findings().values() if self.is_drawn(f)]

    def candidate_count(self) -> int:
        """Candidates of a model in the series on show that the threshold leaves, decided or not."""
        models = (f for f in self.findings().values() if f.origin.kind is OriginKind.MODEL)
        return sum((f.score or 0.0) >= self.threshold for f in models)

    def is_read_in_full(self) -> tuple[bool, bool]:
        """Whether the slice and the series on show are marked as read in full."""
        series = self.viewer.series
        if self.session is None or series is None:
            return False, False
        uid = series.uid
        read = self.session.is_read_in_full
        return read(uid, self.viewer.slice_index), read(uid, None)

    def slices_read_in_full(self) -> frozenset[int]:
        """Slices of the series on show that are marked as read in full, from 0."""
        series = self.viewer.series
        if self.session is None or series is None:
            return frozenset()
        marks = self.session.read_in_full().items()
        read = (place for place, is_read in marks if is_read and place[0] == series.uid)
        return frozenset(i for _, i in read if i is not None)

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
        self.threshold_changed.emit(score)

    def set_order(self, order: FindingOrder) -> None:
        """List findings, and go through them, in another order.

        Parameters
        ----------
        order : FindingOrder
            The one that is already taken changes nothing.
        """
        if order != self.order:
            self._order = order
            self.order_changed.emit(self.order)

    def set_filter(self, wanted: FindingFilter) -> None:
        """List other findings.

        Parameters
        ----------
        wanted : FindingFilter
            The one that is already set changes nothing.
        """
        if wanted != self.filter:
            self.filter = wanted
            self.filter_changed.emit(wanted)

    def set_hidden(self, is_hidden: bool) -> None:
        """Hide all marks, or show them again.

        Parameters
        ----------
        is_hidden : bool
            Whether no mark is drawn.
        """
        self.viewer.marks = replace(self.viewer.marks, is_hidden=is_hidden)

    def set_rejected_shown(self, is_shown: bool) -> None:
        """Draw rejected findings too, or no longer.

        Parameters
        ----------
        is_shown : bool
            Whether they are drawn.
        """
        self.viewer.marks = replace(self.viewer.marks, is_rejected_shown=is_shown)

    # The chosen finding.

    @property
    def selected(self) -> Finding | None:
        """The chosen finding."""
        return self._known(self.selected_id)

    def select(self, finding_id: str | None) -> None:
        """Choose a finding, or none; the slice on show stays.

        Parameters
        ----------
        finding_id : str | None
            None for no finding.
        """
        self.selected_id = finding_id if self._known(finding_id) else None
        self._is_selection_revealed = True
        self.selection_changed.emit(self.selected)

    def cover_selection(self) -> None:
        """Draw the chosen finding no longer where others of its status are not drawn."""
        self._is_selection_revealed = False

    def go_to(self, finding_id: str) -> None:
        """Choose a finding and show the slice to look at first.

        Parameters
        ----------
        finding_id : str
            Id of a finding of the review on show; nothing is done for one that is concealed.
        """
        finding, series = self._known(finding_id), self.viewer.series
        if finding is None:
            return
        is_here = series is not None and finding.series_uid == series.uid
        if is_here:
            self.viewer.show_slice(finding.key_slice)
        self.select(finding_id)
        if not is_here:
            self.elsewhere.emit(finding)

    def next_undecided(self) -> Finding | None:
        """The undecided finding that follows the chosen one in the order; round at the end."""
        return self._undecided(1)

    def previous_undecided(self) -> Finding | None:
        """The undecided finding before the chosen one in the order; round at the beginning."""
        return self._undecided(-1)

    def go_next(self) -> None:
        """Choose the next undecided finding; tell where there is none."""
        self._go_to(self.next_undecided())

    def go_previous(self) -> None:
        """Choose the previous undecided finding; tell where there is none."""
        self._go_to(self.previous_undecided())

    def _go_to(self, finding: Finding | None) -> None:
        if finding is None:
            is_hidden = self.reading.are_marks_hidden
            none = Text("No undecided finding in this series.")
            self.noticed.emit(MARKS_HIDDEN if is_hidden else none)
        else:
            self.go_to(finding.id)

    def _undecided(self, step: int) -> Finding | None:
        order = self.in_order()
        ids = [f.id for f in order]
        start = ids.index(self.selected_id) if self.selected_id in ids else -min(step, 0) - 1
        around = (order[(start + step * n) % len(order)] for n in range(1, len(order) + 1))
        return next((f for f in around if f.status is Status.UNDECIDED), None)

    def _known(self, finding_id: str | None) -> Finding | None:
        """A finding of the review that the reader may see."""
        finding = self.session.findings.get(finding_id or "") if self.session else None
        return None if finding is None or self.reading.conceals(finding) else finding

    # What happens to the review and the picture.

    def _attend(self, session: Session) -> None:
        session.context = Context(self.viewer.window, self.threshold)
        session.subscribe(self._on_session_changed)

    def _show_session(self) -> None:
        self._tell_reading()
        self.findings_changed.emit()
        self.read_marks_changed.emit()

    def _take_image(self) -> None:
        if self.difference:
            self.select(None)
        self.findings_changed.emit()

    def _leave_series(self, volume: CTVolume) -> None:
        if self.session is not None:
            self.session.context = Context(self.viewer.window, self.threshold)
        self.select(None)
        self._tell_reading()

    def _keep_window(self, window: Window) -> None:
        if self.session is not None:
            self.session.context = replace(self.session.context, window=window)

    def _on_session_changed(self, change: Change) -> None:
        self.last_changed = change.appeared + change.changed
        is_selection_concerned = self.selected_id in change.changed + change.vanished
        if self.selected_id in change.vanished:
            self.selected_id = None
        if change.appeared or change.changed or change.vanished:
            self.findings_changed.emit()
        if is_selection_concerned:
            self.selection_changed.emit(self.selected)
        if change.annotations:
            self.annotations_changed.emit()
        if change.read_marks:
            self.read_marks_changed.emit()
        if change.reading:
            if self.selected is None:
                self.select(None)
            self._tell_reading()
            self.findings_changed.emit()

    def _tell_reading(self) -> None:
        if self.reading.shown != self._told_reading:
            self._told_reading = self.reading.shown
            self.reading_changed.emit()
