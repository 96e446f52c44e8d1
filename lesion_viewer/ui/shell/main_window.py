"""The main window: where things stand, and which signal goes where."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ct.study import Series, Study
from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.detector.detection_panel import DetectionPanel
from lesion_viewer.ui.detector.sweep_controller import SweepController
from lesion_viewer.ui.exchange.controller import ExchangeController
from lesion_viewer.ui.findings.controller import FindingsController, FindingsPanels
from lesion_viewer.ui.findings.decision_panel import DecisionPanel
from lesion_viewer.ui.findings.findings_table import FindingsTable
from lesion_viewer.ui.findings.marks_controller import MarksController
from lesion_viewer.ui.labelling.project_controller import ProjectController
from lesion_viewer.ui.labelling.proposals_controller import ProposalsController
from lesion_viewer.ui.labelling.queue_controller import QueueController
from lesion_viewer.ui.labelling.readers_controller import ReadersController
from lesion_viewer.ui.settings import Settings, load_settings, save_settings
from lesion_viewer.ui.shell.bindings import bindings, build_actions, fill_menus, set_editing
from lesion_viewer.ui.shell.diagnostics import diagnostics
from lesion_viewer.ui.shell.dialogs import AboutDialog, FirstStartDialog, SettingsDialog
from lesion_viewer.ui.shell.docks import Docks
from lesion_viewer.ui.shell.key_sheet import MOUSE, KeySheet
from lesion_viewer.ui.shell.message_bar import MessageBar
from lesion_viewer.ui.shell.recent_menu import RecentMenu
from lesion_viewer.ui.shell.status_line import StatusLine
from lesion_viewer.ui.shell.welcome import Welcome
from lesion_viewer.ui.study.controller import StudyController
from lesion_viewer.ui.study.review_controller import ReviewController
from lesion_viewer.ui.study.series_list import SeriesList
from lesion_viewer.ui.study.slice_slider import SliceSlider
from lesion_viewer.ui.study.volume_controller import VolumeController

TITLE = "Lesion Viewer"
SIZE_PX = (1280, 800)
SAVE_VIEW_MS = 1500


class MainWindow(QMainWindow):
    """One study on show, with its series, findings and detector.

    Attributes
    ----------
    canvas, slider, series_list, findings_table, decision_panel, detection_panel, message_bar :
        the widgets
    volume, review, sweep, study, projects, queue, proposals, readers, exchange, marks, findings :
        the controllers
    actions_by_id : every action of the table of actions
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or load_settings()
        self.setObjectName("mainWindow")
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.actions_by_id = build_actions(self)
        self.canvas = SliceView()
        self.slider = SliceSlider()
        self.message_bar = MessageBar()
        self.series_list = SeriesList()
        self.findings_table = FindingsTable()
        self.decision_panel = DecisionPanel(self.actions_by_id)
        self.detection_panel = DetectionPanel(self.actions_by_id["detect.run"])
        self.status_line = StatusLine()
        self.volume = VolumeController(self.canvas, self)
        self.review = ReviewController(self.volume, self)
        self.sweep = SweepController(self.volume, self.review, self.settings, self)
        self.study = StudyController(self.volume, self.review, self.settings, self)
        self.projects = ProjectController(self.study, self.volume, self.review, self.settings, self)
        self.queue = QueueController(self.projects, self.settings, self.actions_by_id, self)
        self.proposals = ProposalsController(self.projects, self.review, self.sweep, self)
        self.readers = ReadersController(self.projects, self.review, self)
        self.exchange = ExchangeController(self.study, self.review, self)
        self.marks = MarksController(self.canvas, self.volume, self.review, self)
        self._lay_out()
        self._connect_reading()
        self._connect_review()
        self._connect_sweep()
        self._connect_project()
        self._view_timer = QTimer(self, singleShot=True, interval=SAVE_VIEW_MS)
        self._view_timer.timeout.connect(self.study.save_view)
        self.set_pacs_mouse(self.settings.mouse_scheme == "pacs")
        self.canvas.setFocus()

    def open(
        self, path: Path, annotations: Path | None = None, session_file: Path | None = None
    ) -> None:
        """Open a study, or with annotations a labelling project; it is on show once it was read."""
        if annotations is None:
            self.projects.cancel()
            self.study.open(path, None, session_file)
        else:
            self.projects.open(path, annotations, session_file)

    def show_first_notice(self) -> None:
        """Say once that this is not a medical device; blocks nothing."""
        if not self.settings.notice_accepted:
            FirstStartDialog(self.settings, self).open()

    def show_settings(self) -> None:
        """Let the reader change the settings."""
        SettingsDialog(self.settings, self).open()

    def show_keys(self) -> None:
        """Show all keys and the mouse scheme."""
        sheet = KeySheet(bindings(self.actions_by_id), MOUSE[self.settings.mouse_scheme], self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def show_about(self) -> None:
        """Say what this is, and what it is not."""
        AboutDialog(self).open()

    def copy_diagnostics(self) -> None:
        """Put a text for those who help on the clipboard; it says nothing of studies or people."""
        names = [f"{card.name} {card.version}" for _, card in self.sweep.cards]
        QGuiApplication.clipboard().setText(diagnostics(self.settings, names))
        self.message_bar.show_notice("Diagnostics copied: no name, number or path of a study.")

    def focus_note(self) -> None:
        """Let the reader write the chosen finding's note."""
        self.decision_panel.note.setFocus()
        self.decision_panel.note.selectAll()

    def cancel(self) -> None:
        """End what is being drawn, edited, played or shown."""
        self.marks.end_editing()
        self.canvas.cancel()
        self.actions_by_id["view.cine"].setChecked(False)
        self.volume.set_cine(False)
        self.message_bar.hide()
        self.canvas.setFocus()

    def set_pacs_mouse(self, is_pacs: bool) -> None:
        """Take the PACS-like mouse scheme, or the default one."""
        scheme = "pacs" if is_pacs else "default"
        self.actions_by_id["view.pacs_mouse"].setChecked(is_pacs)
        self.canvas.set_mouse_scheme(scheme)
        if scheme != self.settings.mouse_scheme:
            self.settings.mouse_scheme = scheme
            save_settings(self.settings)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802, D102
        if _dropped_path(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802, D102
        path = _dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open(path)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802, D102
        self._view_timer.stop()
        self.proposals.stop()
        self.sweep.shut_down()
        self.projects.cancel()
        self.study.close()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        self.setCentralWidget(self._make_middle())
        self.setStatusBar(self.status_line)
        self.docks = Docks(
            self,
            series=self.series_list,
            queue=self.queue.panel,
            findings=self.findings_table,
            detector=self.detection_panel,
            decision=self.decision_panel,
        )
        menus = fill_menus(self, self.actions_by_id)
        RecentMenu(self.settings, self.open, menus["File"], self.actions_by_id["file.labels"])
        menus["View"].addSeparator()
        menus["View"].addActions(self.docks.toggles())
        self.resize(*SIZE_PX)
        self.docks.take_sizes()
        set_editing(self.actions_by_id, False)

    def _make_middle(self) -> QWidget:
        middle = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.picture = QStackedWidget()
        actions = self.actions_by_id
        self.picture.addWidget(Welcome(actions["file.open_folder"], actions["file.open_file"]))
        self.picture.addWidget(self.canvas)
        # A graphics view takes what is dropped on it, and does nothing with it.
        self.canvas.setAcceptDrops(False)
        self.canvas.viewport().setAcceptDrops(False)
        row.addWidget(self.picture, 1)
        row.addWidget(self.slider)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.message_bar)
        column.addLayout(row, 1)
        return middle

    def _connect_reading(self) -> None:
        self.series_list.series_wanted.connect(self.study.show_row)
        self.slider.slice_wanted.connect(self.volume.show_slice)
        self.canvas.hu_hovered.connect(self.status_line.show_hu)
        self.canvas.measured.connect(self.status_line.show_reading)
        self.volume.series_shown.connect(self._take_series)
        self.volume.slice_shown.connect(self._take_slice)
        self.volume.window_shown.connect(lambda _: self._view_timer.start())
        self.volume.slices_loaded.connect(self._show_slice_progress)
        self.volume.errored.connect(self.message_bar.show_error)
        self.volume.noticed.connect(self.message_bar.show_notice)
        self.study.opened.connect(self._take_study)
        self.study.progressed.connect(self.status_line.show_reading)
        self.study.errored.connect(self._show_reading_error)
        self.study.noticed.connect(self._show_left_out)
        self.exchange.noticed.connect(self.message_bar.show_notice)
        self.exchange.errored.connect(self.message_bar.show_error)
        self.message_bar.details_wanted.connect(self.study.show_left_out)

    def _connect_review(self) -> None:
        self.findings = FindingsController(
            self.volume,
            self.review,
            self.sweep,
            FindingsPanels(
                self.findings_table, self.decision_panel, self.detection_panel, self.slider
            ),
            self.actions_by_id,
            self,
        )
        self.marks.editing_changed.connect(self._set_editing)
        self.marks.noticed.connect(self.message_bar.show_notice)
        self.review.noticed.connect(self.message_bar.show_notice)
        self.review.errored.connect(self.message_bar.show_error)
        self.review.read_only_changed.connect(self._show_read_only)

    def _connect_sweep(self) -> None:
        panel, sweep = self.detection_panel, self.sweep
        panel.set_models([card for _, card in sweep.cards], sweep.row)
        self.actions_by_id["detect.everywhere"].setChecked(self.settings.search_everywhere)
        if sweep.unavailable:
            panel.set_unavailable(sweep.unavailable)
        panel.model_chosen.connect(sweep.choose)
        sweep.running_changed.connect(panel.set_running)
        sweep.progressed.connect(panel.set_progress)
        sweep.progressed.connect(self.status_line.show_sweep)
        sweep.swept_changed.connect(self._show_slice_progress)
        sweep.errored.connect(self.message_bar.show_error)
        sweep.noticed.connect(self.message_bar.show_notice)

    def _connect_project(self) -> None:
        projects = self.projects
        projects.opened.connect(self._take_project)
        projects.left.connect(partial(self.docks.show_project, False))
        projects.left.connect(partial(self.sweep.set_automatic, True))
        projects.progressed.connect(self.status_line.show_reading)
        projects.noticed.connect(self.message_bar.show_notice)
        projects.errored.connect(self._show_reading_error)
        self.proposals.progressed.connect(self.status_line.show_reading)
        for source in (self.proposals, self.readers):
            source.noticed.connect(self.message_bar.show_notice)
            source.errored.connect(self.message_bar.show_error)

    def _take_project(self) -> None:
        self.message_bar.hide()
        self._show_read_only(self.review.read_only)
        self.sweep.set_automatic(False)
        self.docks.show_project(True)

    def _take_study(self, study: Study) -> None:
        self.message_bar.hide()
        self.series_list.set_series(study.series)

    def _take_series(self, series: Series) -> None:
        self.picture.setCurrentWidget(self.canvas)
        self.canvas.setFocus()
        self.slider.set_count(series.shape[0])
        self.series_list.set_current(self.volume.row)
        self.review.select(None)

    def _take_slice(self, slice_index: int) -> None:
        self.slider.set_slice(slice_index)
        self._view_timer.start()

    def _show_slice_progress(self) -> None:
        volume = self.volume.volume
        if volume is not None:
            failed = self.volume.unreadable
            self.slider.set_progress(volume.is_loaded, failed, self.sweep.swept)

    def _set_editing(self, is_editing: bool) -> None:
        set_editing(self.actions_by_id, is_editing)
        self.canvas.setFocus()

    def _show_read_only(self, reason: str) -> None:
        self.setWindowTitle(f"{TITLE} (read-only)" if reason else TITLE)
        if reason:
            self.message_bar.show_error(
                f"Read-only: {reason}. The findings are shown as they stand now, and nothing that"
                " is done here is recorded."
            )

    def _show_reading_error(self, text: str) -> None:
        self.status_line.show_reading("")
        self.message_bar.show_error(text)

    def _show_left_out(self, text: str) -> None:
        has_list = self.study.study is not None and bool(self.study.study.left_out)
        self.message_bar.show_notice(text, has_list)


def _dropped_path(mime: QMimeData) -> Path | None:
    """The path that was dropped; of several files their folder."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(paths) > 1 and len({p.parent for p in paths}) == 1:
        return paths[0].parent
    return paths[0] if paths else None
