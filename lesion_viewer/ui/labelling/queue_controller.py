"""The queue in its panel, and the dialogs that belong to it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from lesion_viewer.review.worklist.filters import Filter
from lesion_viewer.review.worklist.orders import orders_of
from lesion_viewer.review.worklist.work_list import What
from lesion_viewer.text import Text
from lesion_viewer.ui.labelling.queue.list_view import QueueRow
from lesion_viewer.ui.labelling.queue.panel import QueuePanel
from lesion_viewer.ui.labelling.queue.wording import progress_text, queue_row
from lesion_viewer.ui.labelling.sign_in import SignInDialog
from lesion_viewer.ui.settings import Settings, save_settings
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.project.open_project import OpenProject
from lesion_viewer.viewing.project.project_model import ProjectModel

ANNOTATIONS = Text("Annotations: CSV or COCO (*.csv *.tsv *.txt *.json)")


class QueueController(QObject):
    """Keeps the panel as the project's queue is, and passes on what is chosen there.

    Parameters
    ----------
    project : ProjectModel
        Has the queue.
    settings : Settings
        Hold the reader's name.
    actions : dict[str, QAction]
        The window's actions by id.
    window : QWidget
        Parent of the dialogs.

    Attributes
    ----------
    panel : QueuePanel
        Panel of the queue.

    Signals
    -------
    project_chosen : a project is to be opened; the paths of its images and of its annotations
    reader_chosen : another reader goes on; the name
    """

    project_chosen = Signal(object, object)
    reader_chosen = Signal(str)

    def __init__(
        self,
        project: ProjectModel,
        settings: Settings,
        actions: dict[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._project, self._settings, self._window = project, settings, window
        self.panel = QueuePanel(self.describe, actions["reader.sign_in"])
        self.panel.order_chosen.connect(self._order)
        self.panel.filters.filter_chosen.connect(self._filter)
        self.panel.list.item_wanted.connect(project.show_number)
        project.opened.connect(self._take)
        project.queue_changed.connect(self._show_queue)
        project.item_shown.connect(lambda _: self._show_item())
        project.progress_changed.connect(self._show_progress)

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
        opened = self._project.open_project
        assert opened is not None
        item, queue = opened.project.items[number], opened.queue
        found = queue.findings_of(item)
        if item.what is What.SLICE:
            found = opened.session.findings_on(item.series_uid, item.slice_index)
        marks = [group.name for group in opened.project.groups if len(group.values) == 1]
        return queue_row(item, queue.facts(item), queue.is_done(item), found, marks)

    def choose_project(self) -> None:
        """Ask for a folder of images and a file of annotations, and open them as a project."""
        images = QFileDialog.getExistingDirectory(self._window, tr("Folder of the images"))
        if not images:
            return
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, tr("Annotations of the images"), images, tr(ANNOTATIONS)
        )
        if chosen:
            self.project_chosen.emit(Path(images), Path(chosen))

    def choose_reader(self) -> None:
        """Ask who reads, and go on with that reader's own review."""
        dialog = SignInDialog(self._settings.reader, self._project.readers(), self._window)
        dialog.accepted.connect(lambda: self.sign_in(dialog.name))
        dialog.open()

    def sign_in(self, reader: str) -> None:
        """Go on as another reader.

        Parameters
        ----------
        reader : str
            The name; an empty one changes nothing.
        """
        if reader and reader != self._settings.reader:
            self.reader_chosen.emit(reader)
            save_settings(self._settings)
        self.panel.show_reader(self._settings.reader)

    def toggle_filters(self) -> None:
        """Show the fields of the filters, or hide them."""
        self._offer_types()
        self.panel.filter_button.toggle()

    def _take(self, opened: OpenProject) -> None:
        self.panel.show_reader(opened.session.reader)
        self.panel.offer_orders(orders_of(opened.project))
        self.panel.filters.offer_groups(opened.project.groups)
        self.panel.filters.reset()
        self._offer_types()

    def _offer_types(self) -> None:
        opened = self._project.open_project
        if opened is not None:
            self.panel.filters.offer_types(opened.session.lesion_types())

    def _order(self, order: str) -> None:
        self._project.arrange(order, self.panel.filters.filter)

    def _filter(self, chosen: Filter) -> None:
        queue = self._project.queue
        if queue is not None:
            self._project.arrange(queue.order, chosen)

    def _show_queue(self) -> None:
        queue = self._project.queue
        if queue is None:
            return
        self.panel.show_order(queue.order)
        self.panel.list.queue.set_numbers([item.number for item in queue.items])
        self._show_item()
        self._show_progress()

    def _show_item(self) -> None:
        item = self._project.item
        self.panel.list.set_current(item.number if item is not None else None)

    def _show_progress(self) -> None:
        progress = self._project.progress
        if progress is None:
            return
        text = progress_text(progress) if progress.left else self._project.remaining_text()
        self.panel.show_progress(progress.done, progress.done + progress.left, text)
        self.panel.list.viewport().update()
