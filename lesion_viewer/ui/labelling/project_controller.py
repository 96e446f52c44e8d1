"""A labelling project at work: which slice is on show, what comes next, and what is left."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.labelling.project import Item, Project
from lesion_viewer.review.labelling.queue import Filter, Order, Progress, Queue
from lesion_viewer.review.user_folders import reader_file
from lesion_viewer.ui.labelling.project_opening import OpenProject, ProjectPaths
from lesion_viewer.ui.labelling.project_starter import ProjectStarter
from lesion_viewer.ui.labelling.queue.list_view import QueueRow
from lesion_viewer.ui.labelling.queue.wording import end_text, queue_row
from lesion_viewer.ui.labelling.read_ahead import next_slices
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.study.controller import StudyController
from lesion_viewer.ui.study.review_controller import ReviewController
from lesion_viewer.ui.study.volume_controller import VolumeController


class ProjectController(QObject):
    """Walks through the slices of a project: a decision leads to what is to be decided next.

    Attributes
    ----------
    open_project : the project that is open; None while a study is on show, or nothing
    item : the slice that is being worked on

    Signals
    -------
    opened : a project stands ready
    left : no project is open any more
    queue_changed : the queue holds other items, or in another order
    item_shown : another item is on show
    progress_changed : what is decided is different
    progressed : one sentence about the opening
    noticed : one sentence, such as that nothing is left
    errored : a project cannot be opened, or its queue not be sorted; one sentence
    """

    opened = Signal(object)
    left = Signal()
    queue_changed = Signal()
    item_shown = Signal(object)
    progress_changed = Signal()
    progressed = Signal(str)
    noticed = Signal(str)
    errored = Signal(str)

    def __init__(
        self,
        study: StudyController,
        volume: VolumeController,
        review: ReviewController,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._study, self._volume, self._review = study, volume, review
        self._settings = settings
        self._starter = ProjectStarter(settings, self)
        self._starter.opened.connect(self._take)
        self._starter.declined.connect(self._open_as_study)
        self._starter.progressed.connect(self.progressed)
        self._starter.errored.connect(self.errored)
        self._labels = ""
        self._given_window: Window | None = None
        self.open_project: OpenProject | None = None
        self.item: Item | None = None
        study.opened.connect(self._leave)
        review.decided.connect(self.go_on)
        review.findings_changed.connect(self._take_change)
        review.read_marks_changed.connect(self._take_change)
        review.elsewhere.connect(self._show_finding)
        volume.slice_shown.connect(self._follow)

    # Opening.

    def open(
        self,
        images: Path,
        annotations: Path,
        session_file: Path | None,
        is_own_file: bool = False,
        labels: str = "",
    ) -> None:
        """Open a project; what is no project is opened as a study with these labels.

        ``is_own_file`` takes the reader's own file beside ``session_file``, not that file itself.
        """
        self.cancel()
        self._labels = labels
        # The reader's file may be the one that is open now.
        if self.open_project is not None:
            self._study.close()
        self._starter.open(ProjectPaths(images, annotations, session_file), is_own_file)

    def sign_in(self, reader: str) -> None:
        """Go on as another reader, in a file of their own."""
        self._settings.reader = reader
        opened = self.open_project
        if opened is not None:
            self.open(opened.paths.images, opened.paths.annotations, opened.base_file, True)
        elif self._review.session is not None:
            self._review.session.reader = reader

    def open_as(self, reader: str, session_file: Path) -> None:
        """Go on with another review of the project that is open, as this reader."""
        if self.open_project is not None:
            paths = self.open_project.paths
            self._settings.reader = reader
            self.open(paths.images, paths.annotations, session_file)

    def cancel(self) -> None:
        """Forget a project that is still being opened."""
        self._starter.cancel()

    # What is open.

    @property
    def project(self) -> Project | None:
        """The project that is open."""
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
        if self.open_project is None:
            return []
        base = self.open_project.base_file
        files = set(base.parent.glob(f"{base.stem}.*{base.suffix}"))
        names = {file.name[len(base.stem) + 1 : -len(base.suffix)] for file in files}
        return sorted(name for name in names if reader_file(base, name) in files)

    def describe(self, number: int) -> QueueRow:
        """How an item is shown in the list."""
        project, queue, session = self.project, self.queue, self._review.session
        assert project is not None and queue is not None
        item = project.items[number]
        found = session.findings_on(item.series_uid, item.slice_index) if session else []
        return queue_row(item, queue.facts(item), queue.is_done(item), found)

    def remaining_text(self) -> str:
        """What there is to say at the end of the queue."""
        project, progress, session = self.project, self.progress, self._review.session
        if project is None or progress is None or session is None:
            return ""
        unsure = sum(f.status is Status.UNSURE for f in session.findings.values())
        return end_text(progress.done, unsure, project.missing)

    def arrange(self, order: Order, chosen: Filter) -> None:
        """Sort the queue anew; the item on show stays."""
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
        """Show a slice of the project, mostly an item's."""
        project = self.project
        if project is None:
            return
        item = project.item_at(series_uid, slice_index)
        if item is not None:
            self.show_item(item)
        else:
            self._show_slice(project, series_uid, slice_index)

    def show_number(self, number: int) -> None:
        """Show the item of this number."""
        if self.project is not None:
            self.show_item(self.project.items[number])

    def show_item(self, item: Item) -> None:
        """Show an item, with its first undecided finding chosen."""
        project = self.project
        if project is None:
            return
        self.item = item
        self._show_slice(project, item.series_uid, item.slice_index)
        pending = self._pending() or self._on_slice()
        self._review.select(pending[0].id if pending else None)
        self.item_shown.emit(item)
        self._read_ahead()

    def go_on(self) -> None:
        """Go to what is to be decided next: on this slice, else on the next one."""
        if self.queue is None or self.item is None:
            return
        is_read, _ = self._review.is_read_in_full()
        pending = [] if is_read and self.queue.is_done(self.item) else self._pending()
        if pending:
            self._review.select(pending[0].id)
        else:
            self._show_next_left()

    def go_next(self) -> None:
        """Choose the next undecided finding; in a project also on the slices that follow."""
        self._go(1)

    def go_previous(self) -> None:
        """Choose the previous undecided finding; in a project also on the slices before."""
        self._go(-1)

    def step(self, places: int) -> None:
        """Show the item so many places further down the queue, decided or not."""
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

    def _take(self, opened: OpenProject) -> None:
        self._study.take_project(opened.study, opened.session)
        self.open_project, self.item = opened, None
        self.opened.emit(opened)
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
            self.noticed.emit(f"{opened.paths.annotations.name}: {notices[0]}{more}")

    def _open_as_study(self, paths: ProjectPaths) -> None:
        self._study.open(paths.images, paths.annotations, paths.session_file, self._labels)

    def _leave(self) -> None:
        """A study is on show now."""
        if self.open_project is not None:
            self.open_project = self.item = None
            self.left.emit()

    def _show_slice(self, project: Project, series_uid: str, slice_index: int) -> None:
        shown = self._volume.series
        if shown is not None and shown.uid == series_uid and self.item is not None:
            self._volume.show_slice(slice_index)
            return
        series = project.series(series_uid)
        # The slice's own window, until the reader takes another one.
        is_own = self._given_window in (None, self._volume.window)
        window = None if is_own else self._volume.window
        self._volume.show_series(series, slice_index, window, project.present(series_uid))
        if is_own:
            self._given_window = self._volume.window

    def _show_finding(self, finding: Finding) -> None:
        """Show a finding of a series that is not on show."""
        project = self.project
        if project is None:
            return
        item = project.item_at(finding.series_uid, finding.key_slice)
        if item is not None:
            self.show_item(item)
        else:
            self._show_slice(project, finding.series_uid, finding.key_slice)
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

    def _on_slice(self) -> list[Finding]:
        """Findings that are drawn on the item's slice, labels first."""
        session, item = self._review.session, self.item
        if session is None or item is None:
            return []
        if self._review.is_other_image(item.series_uid, item.slice_index):
            return []
        found = session.findings_on(item.series_uid, item.slice_index)
        shown = [f for f in found if self._review.is_over_threshold(f)]
        return sorted(shown, key=lambda f: f.origin.kind is OriginKind.MODEL)

    def _pending(self) -> list[Finding]:
        return [f for f in self._on_slice() if f.status is Status.UNDECIDED]

    def _take_change(self) -> None:
        if self.queue is not None:
            self.progress_changed.emit()

    def _read_ahead(self) -> None:
        project, queue = self.project, self.queue
        if project is not None and queue is not None:
            self._volume.prefetch(next_slices(project, queue, self.item))
