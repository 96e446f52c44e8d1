"""The walk through a labelling project: the slice on show, the next one, and what is left."""

from PySide6.QtCore import QObject, Signal

from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.worklist.filters import Filter
from lesion_viewer.review.worklist.work_list import Item, What
from lesion_viewer.ui.labelling.item_findings import (
    findings_on,
    undecided_on,
)
from lesion_viewer.ui.labelling.project_on_show import ProjectOnShow
from lesion_viewer.ui.labelling.project_opening import OpenProject
from lesion_viewer.ui.labelling.queue.list_view import QueueRow
from lesion_viewer.ui.labelling.queue.wording import end_text, queue_row
from lesion_viewer.ui.labelling.read_ahead import next_slices
from lesion_viewer.ui.labelling.slice_display import SliceDisplay
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.study.controller import StudyController
from lesion_viewer.ui.study.volume_controller import VolumeController
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel


class ProjectController(ProjectOnShow):
    """Walks through the slices of a project: a decision leads to what is to be decided next.

    Parameters
    ----------
    study : StudyController
        Takes the project's series and review.
    volume : VolumeController
        What is on screen.
    review : ReviewModel
        Holds the findings.
    gestures : Gestures
        Tell when the reader is done with something.
    settings : Settings
        Hold the reader's name.
    parent : QObject
        The window.

    Attributes
    ----------
    item : Item | None
        The slice that is worked on.

    Signals
    -------
    queue_changed : the queue holds other items, or has another order
    item_shown : another item is on show; the Item
    progress_changed : findings or marks of what was read changed, which may change what is left
    noticed : nothing is left, a key had no effect, or the project has notices; one sentence
    """

    queue_changed = Signal()
    item_shown = Signal(object)
    progress_changed = Signal()
    noticed = Signal(str)

    def __init__(
        self,
        study: StudyController,
        volume: VolumeController,
        review: ReviewModel,
        gestures: Gestures,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(study, review, settings, parent)
        self._volume = volume
        self._display = SliceDisplay(volume)
        self.item: Item | None = None
        self._was_done = False
        self.left.connect(self._forget_item)
        self.ready.connect(self._begin)
        gestures.decided.connect(self.go_on)
        review.findings_changed.connect(self._take_change)
        review.read_marks_changed.connect(self._take_change)
        review.read_marks_changed.connect(self._leave_what_is_read)
        review.elsewhere.connect(self._show_finding)
        volume.viewer.slice_changed.connect(self._follow)

    # The queue.

    def describe(self, number: int) -> QueueRow:
        """The row of an item in the list.

        Parameters
        ----------
        number : int
            Number of the item in the project.

        Returns
        -------
        QueueRow
            Sign, title and detail of the item.
        """
        project, queue, session = self.project, self.queue, self._review.session
        assert project is not None and queue is not None
        item = project.items[number]
        if item.what is not What.SLICE:
            found = queue.findings_of(item)
        else:
            found = session.findings_on(item.series_uid, item.slice_index) if session else []
        marks = [group.name for group in project.groups if len(group.values) == 1]
        return queue_row(item, queue.facts(item), queue.is_done(item), found, marks)

    def remaining_text(self) -> str:
        """The text for the end of the queue; empty where no project is open."""
        project, progress, session = self.project, self.progress, self._review.session
        if project is None or progress is None or session is None:
            return ""
        unsure = sum(f.status is Status.UNSURE for f in session.findings.values())
        return end_text(progress.done, unsure, project.missing)

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
        project = self.project
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
        if self.project is not None:
            self.show_item(self.project.items[number])

    def show_item(self, item: Item) -> None:
        """Show an item, with its first undecided finding chosen.

        Parameters
        ----------
        item : Item
            An item of the project.
        """
        project = self.project
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
            self.noticed.emit("Mark the series as read in full once you have read it.")
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
            self.noticed.emit("Open a labelling project first.")
            return
        items = self.queue.items
        place = self.queue.place_of(self.item) if self.item is not None else None
        wanted = (place + places) if place is not None else 0
        if not items or not 0 <= wanted < len(items):
            self.noticed.emit("The queue ends here.")
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
            self.noticed.emit("This is the last slice that is left.")
        else:
            self.show_item(item)

    # Inside.

    def _begin(self, opened: OpenProject) -> None:
        """Show the item that was last worked on, else the first that is left."""
        self.item = None
        self.queue_changed.emit()
        self.progress_changed.emit()
        view = opened.session.last_view()
        last = opened.project.item_at(view.series_uid, view.slice_index) if view else None
        first = last or opened.queue.next_left(None) or next(iter(opened.queue.items), None)
        if first is None:
            first = next(iter(opened.project.items))
        self.show_item(first)
        if notices := opened.project.notices:
            more = f" (and {len(notices) - 1:,} more)" if len(notices) > 1 else ""
            self.noticed.emit(f"{opened.paths.name}: {notices[0]}{more}")

    def _forget_item(self) -> None:
        self.item = None

    def _show_finding(self, finding: Finding) -> None:
        """Show a finding of a series that is not on show."""
        project = self.project
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
        project, series = self.project, self._volume.series
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
        project, queue = self.project, self.queue
        if project is not None and queue is not None:
            self._volume.prefetch(next_slices(project, queue, self.item))
