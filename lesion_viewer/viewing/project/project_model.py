"""The walk through a labelling project: the slice on show, the next one, and what is left."""

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.worklist.filters import Filter
from lesion_viewer.review.worklist.queue import Progress, Queue
from lesion_viewer.review.worklist.work_list import Item, What, WorkList
from lesion_viewer.text import Text
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.project.item_findings import findings_on, undecided_on
from lesion_viewer.viewing.project.open_project import OpenProject
from lesion_viewer.viewing.project.read_ahead import next_slices
from lesion_viewer.viewing.project.slice_display import SliceDisplay
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal


class ProjectModel:
    """Walks through the slices of a project: a decision leads to what is to be decided next.

    Parameters
    ----------
    review : ReviewModel
        The review on show, which becomes that of the project.
    gestures : Gestures
        Tell when the reader is done with something.

    Attributes
    ----------
    open_project : OpenProject | None
        None while a study is on show, or nothing.
    item : Item | None
        The slice that is worked on.
    opened : Signal[OpenProject]
        A project stands ready, of which nothing is on screen yet.
    left : Signal[()]
        A study came on show in place of the project.
    queue_changed : Signal[()]
        The queue holds other items, or has another order.
    item_shown : Signal[Item]
        Another item is on show.
    progress_changed : Signal[()]
        Findings or marks of what was read changed, which may change what is left.
    noticed : Signal[str]
        Nothing is left, a key had no effect, or the project has notices; one sentence.
    errored : Signal[str]
        The queue cannot be sorted; one sentence.
    """

    def __init__(self, review: ReviewModel, gestures: Gestures) -> None:
        self.opened: Signal[OpenProject] = Signal()
        self.left: Signal[()] = Signal()
        self.queue_changed: Signal[()] = Signal()
        self.item_shown: Signal[Item] = Signal()
        self.progress_changed: Signal[()] = Signal()
        self.noticed: Signal[str] = Signal()
        self.errored: Signal[str] = Signal()
        self._review, self._viewer = review, review.viewer
        self._display = SliceDisplay(review.viewer)
        self.open_project: OpenProject | None = None
        self.item: Item | None = None
        self._was_done = False
        gestures.decided.connect(self.go_on)
        review.findings_changed.connect(self._take_change)
        review.read_marks_changed.connect(self._take_change)
        review.read_marks_changed.connect(self._leave_what_is_read)
        review.elsewhere.connect(self._show_finding)
        review.viewer.slice_changed.connect(self._follow)

    # The project.

    def take(self, opened: OpenProject) -> None:
        """Work on a project: on the item that was last worked on, else the first that is left.

        Parameters
        ----------
        opened : OpenProject
            Its review becomes the one on show.
        """
        self._review.show_project(opened.study, opened.session)
        self.open_project = opened
        self.opened.emit(opened)
        self._begin(opened)

    def leave(self) -> None:
        """Forget the project: a study is on show now."""
        if self.open_project is not None:
            self.open_project = self.item = None
            self.left.emit()

    @property
    def work_list(self) -> WorkList | None:
        """The slices and labels of the project that is open."""
        return self.open_project.project if self.open_project else None

    @property
    def queue(self) -> Queue | None:
        """Its slices in order."""
        return self.open_project.queue if self.open_project else None

    @property
    def progress(self) -> Progress | None:
        """How far the reader is."""
        return self.queue.progress() if self.queue is not None else None

    def readers(self) -> list[str]:
        """Names of the readers who have a review of the project beside its usual file."""
        return self.open_project.readers() if self.open_project is not None else []

    # The queue.

    def remaining_text(self) -> str:
        """The text for the end of the queue; empty where no project is open."""
        project, progress, session = self.work_list, self.progress, self._review.session
        if project is None or progress is None or session is None:
            return ""
        unsure = sum(f.status is Status.UNSURE for f in session.findings.values())
        return _end_text(progress.done, unsure, project.missing)

    def arrange(self, order: str, chosen: Filter) -> None:
        """Sort the queue anew; the item on show stays.

        Parameters
        ----------
        order : str
            Order of the items, by its name.
        chosen : Filter
            Which items are in the queue.
        """
        if self.queue is None:
            return
        try:
            self.queue.arrange(order, chosen)
        except LesionViewerError as error:
            self.errored.emit(str(error))
        self.queue_changed.emit()
        self._read_ahead()

    def rearrange(self) -> None:
        """Sort the queue by what is known by now, in its order and under its filters."""
        if self.queue is not None:
            self.arrange(self.queue.order, self.queue.filter)

    # Walking.

    def show_place(self, series_uid: str, slice_index: int) -> None:
        """Show a slice of the project.

        Parameters
        ----------
        series_uid : str
            UID of the slice's series.
        slice_index : int
            Index of the slice, from 0; it need not be an item's.
        """
        project = self.work_list
        if project is None:
            return
        item = project.item_at(series_uid, slice_index)
        if item is not None:
            self.show_item(item)
        else:
            self._display.show(project, series_uid, slice_index)

    def show_number(self, number: int) -> None:
        """Show an item.

        Parameters
        ----------
        number : int
            Number of the item in the project.
        """
        if self.work_list is not None:
            self.show_item(self.work_list.items[number])

    def show_item(self, item: Item) -> None:
        """Show an item, with its first undecided finding chosen.

        Parameters
        ----------
        item : Item
            An item of the project.
        """
        project = self.work_list
        if project is None:
            return
        self.item = item
        self._was_done = self.queue is not None and self.queue.is_done(item)
        self._display.show(project, item.series_uid, item.slice_index)
        pending = self._pending() or findings_on(self._review, item)
        self._review.select(pending[0].id if pending else None)
        self.item_shown.emit(item)
        self._read_ahead()

    def go_on(self) -> None:
        """Go to what is to be decided next: on this slice, else on the next one."""
        if self.queue is None or self.item is None:
            return
        is_read, is_series_read = self._review.is_read_in_full()
        is_whole = self.item.what is not What.SLICE
        is_read = is_series_read if is_whole else is_read
        is_done = self.queue.is_done(self.item)
        pending = [] if is_read and is_done else self._pending()
        if pending:
            self._review.select(pending[0].id)
        elif is_whole and not is_done:
            self.noticed.emit(Text("Mark the series as read in full once you have read it."))
        else:
            self._show_next_left()

    def go_next(self) -> None:
        """Choose the next undecided finding; in a project also on the slices that follow."""
        self._go(1)

    def go_previous(self) -> None:
        """Choose the previous undecided finding; in a project also on the slices before."""
        self._go(-1)

    def step(self, places: int) -> None:
        """Show an item further down the queue, decided or not.

        Parameters
        ----------
        places : int
            Number of places down the list; negative goes up.
        """
        if self.queue is None:
            self.noticed.emit(Text("Open a labelling project first."))
            return
        items = self.queue.items
        place = self.queue.place_of(self.item) if self.item is not None else None
        wanted = (place + places) if place is not None else 0
        if not items or not 0 <= wanted < len(items):
            self.noticed.emit(Text("The queue ends here."))
        else:
            self.show_item(items[wanted])

    def _go(self, places: int) -> None:
        if self.queue is None or self.item is None:
            (self._review.go_next if places > 0 else self._review.go_previous)()
            return
        pending = [f.id for f in self._pending()]
        chosen = self._review.selected_id
        if chosen in pending:
            place = pending.index(chosen) + places
        else:
            place = 0 if places > 0 else len(pending) - 1
        if 0 <= place < len(pending):
            self._review.select(pending[place])
        elif places > 0:
            self._show_next_left()
        else:
            self._show_left(self.queue.previous_left(self.item))

    def _show_next_left(self) -> None:
        assert self.queue is not None
        self._show_left(self.queue.next_left(self.item))

    def _show_left(self, item: Item | None) -> None:
        if item is None:
            self.noticed.emit(self.remaining_text())
        elif item is self.item and not self._pending():
            self.noticed.emit(Text("This is the last slice that is left."))
        else:
            self.show_item(item)

    # Inside.

    def _begin(self, opened: OpenProject) -> None:
        """Show the item that was last worked on, else the first that is left."""
        self.item = None
        self.queue_changed.emit()
        self.progress_changed.emit()
        view = opened.session.views.last_view()
        last = opened.project.item_at(view.series_uid, view.slice_index) if view else None
        first = last or opened.queue.next_left(None) or next(iter(opened.queue.items), None)
        if first is None:
            first = next(iter(opened.project.items))
        self.show_item(first)
        if notices := opened.project.notices:
            said = Text("{name}: {notice}", name=opened.paths.name, notice=notices[0])
            if more := len(notices) - 1:
                said = Text("{notice} (and {n:,} more)", notice=said, n=more)
            self.noticed.emit(said)

    def _show_finding(self, finding: Finding) -> None:
        """Show a finding of a series that is not on show."""
        project = self.work_list
        if project is None:
            return
        item = project.item_at(finding.series_uid, finding.key_slice)
        if item is not None:
            self.show_item(item)
        else:
            self._display.show(project, finding.series_uid, finding.key_slice)
        self._review.select(finding.id)

    def _follow(self, slice_index: int) -> None:
        """Work on the item whose slice came on show by scrolling, or by undo."""
        project, series = self.work_list, self._viewer.series
        if project is None or series is None or self.item is None:
            return
        item = project.item_at(series.uid, slice_index)
        if item is not None and item is not self.item:
            self.item = item
            self.item_shown.emit(item)

    def _pending(self) -> list[Finding]:
        return undecided_on(self._review, self.item)

    def _take_change(self) -> None:
        if self.queue is not None:
            self.progress_changed.emit()

    def _leave_what_is_read(self) -> None:
        """Go on from a series once it is read in full and nothing on it is undecided."""
        item, queue = self.item, self.queue
        if item is None or queue is None or item.what is What.SLICE or self._was_done:
            return
        if queue.is_done(item) and not self._pending():
            self._was_done = True
            self.go_on()

    def _read_ahead(self) -> None:
        project, queue = self.work_list, self.queue
        if project is not None and queue is not None:
            self._viewer.ahead.expect(next_slices(project, queue, self.item))


def _end_text(done: int, unsure: int, missing: int) -> Text:
    """One line where nothing is left, from how many slices, findings and items without image."""
    said = Text("All done: {n:,} slices are decided", n=done)
    if done == 1:
        said = Text("All done: 1 slice is decided")
    if unsure:
        said = Text("{text} · {n:,} unsure", text=said, n=unsure)
    if missing == 1:
        said = Text("{text} · 1 image missing", text=said)
    elif missing:
        said = Text("{text} · {n:,} images missing", text=said, n=missing)
    return said
