"""An earlier study beside the one on show, and the growth of its lesions."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QSplitter

from lesion_viewer.text import Text
from lesion_viewer.ui.followup.growth_panel import GrowthPanel
from lesion_viewer.ui.followup.prior_controller import PriorController
from lesion_viewer.ui.followup.prior_pane import PriorPane
from lesion_viewer.ui.followup.wording import why_no_growth
from lesion_viewer.ui.shell.action_spec import ActionSpec, Spec, ToggleSpec
from lesion_viewer.ui.shell.docks import Shown
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.study.volume_controller import VolumeController
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.followup.follow_up import FollowUp
from lesion_viewer.viewing.viewer_model import ViewerModel

OF_LINK = {
    "prior.link": Text("Link"),
    "prior.register": Text("Register"),
    "prior.couple": Text("Couple"),
}
OF_LESIONS = {
    "prior.pair": Text("Pair"),
    "prior.alone": Text("New or gone"),
    "prior.by_place": Text("By place"),
    "prior.copy_table": Text("Copy"),
    "prior.save_table": Text("Save…"),
}
TITLE = Text("Follow-up")
PANEL_PX = 270
ALWAYS = {"file.open_prior", "file.open_prior_file"}


class FollowUpFeature(Feature):
    """Shows an earlier study at the right of the one on show, and their lesions in a table below.

    Parameters
    ----------
    window : Frame
        Its central widget gets room for the prior; it gets the panel of the follow-up.

    Attributes
    ----------
    follow_up : FollowUp
        The comparison.
    pane : PriorPane
        The prior.
    panel : GrowthPanel
        The table.
    controller : PriorController
        Opens and links the prior.
    volume : VolumeController
        Reads the prior's slices and has them drawn.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reading, reviewing = window.feature(ReadingFeature), window.feature(ReviewFeature)
        self.follow_up = FollowUp(
            reviewing.review, reviewing.gestures, ViewerModel(reading.viewer.window)
        )
        self._make_actions()
        actions = window.actions_by_id
        self.pane = PriorPane([actions[i] for i in OF_LINK], actions["prior.close"])
        self.panel = GrowthPanel([actions[i] for i in OF_LESIONS])
        self.controller = PriorController(
            self.follow_up, reviewing.review, self.pane, self._last_folder, window
        )
        self.volume = VolumeController(self.follow_up.viewer, self.pane.canvas, window)
        self._put_beside()
        self._add_panel()
        self._connect()
        self.set_linked(True)
        self._take_prior()

    def set_linked(self, is_linked: bool) -> None:
        """Let the two studies scroll together, or no longer.

        Parameters
        ----------
        is_linked : bool
            Whether one follows the other.
        """
        self.controller.set_linked(is_linked)
        text = tr("Linked") if is_linked else tr(OF_LINK["prior.link"])
        self.window.actions_by_id["prior.link"].setIconText(text)

    def copy_table(self) -> None:
        """Put the table and its sums on the clipboard, as text that a spreadsheet takes."""
        QGuiApplication.clipboard().setText(self.panel.as_text(self.pane.link_label.toolTip()))
        self.window.message_bar.show_notice(tr("Follow-up table copied."))

    def save_table(self) -> None:
        """Ask for a file and write the table into it."""
        growth, prior = self.follow_up.growth, self.follow_up.prior
        if growth is None or prior is None:
            self.window.message_bar.show_notice(tr("There is no follow-up table to save."))
            return
        path, _ = QFileDialog.getSaveFileName(
            self.window, tr("Save the follow-up table"), "follow-up.csv", "CSV (*.csv)"
        )
        if path:
            self.controller.save(Path(path), growth)

    def cancel(self) -> None:
        """End a registration."""
        self.controller.stop_registering()

    def stop(self) -> None:
        """End what is being read and registered, and close the prior."""
        self.controller.close()
        self.volume.stop()

    def _make_actions(self) -> None:
        window = self.window
        window.add_actions(SPECS, self)
        actions = window.actions_by_id
        for name, text in {**OF_LINK, **OF_LESIONS}.items():
            actions[name].setIconText(tr(text))
        actions["prior.close"].setIconText("✕")
        actions["prior.link"].setChecked(True)
        before = actions["file.open_project"]
        for name in sorted(ALWAYS):
            window.menus["File"].insertAction(before, actions[name])

    def _put_beside(self) -> None:
        """Give the picture's place to the picture and the prior."""
        middle = self.window.takeCentralWidget()
        assert middle is not None
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(middle)
        self._splitter.addWidget(self.pane)
        self.window.setCentralWidget(self._splitter)

    def _add_panel(self) -> None:
        """Put the panel below the picture, between the other panels."""
        corner, area = Qt.Corner, Qt.DockWidgetArea
        self.window.setCorner(corner.BottomLeftCorner, area.LeftDockWidgetArea)
        self.window.setCorner(corner.BottomRightCorner, area.RightDockWidgetArea)
        below = area.BottomDockWidgetArea
        self.window.docks.add(TITLE, self.panel, below, shown=Shown.FILLED)

    def _connect(self) -> None:
        window, follow_up, controller = self.window, self.follow_up, self.controller
        follow_up.prior_changed.connect(self._take_prior)
        follow_up.growth_changed.connect(self._show_growth)
        follow_up.chosen_changed.connect(lambda: self.panel.choose(follow_up.chosen))
        self.panel.rows_chosen.connect(follow_up.choose)
        self.panel.model.target_chosen.connect(follow_up.set_target)
        controller.noticed.connect(window.message_bar.show_notice)
        for teller in (controller, self.volume):
            teller.errored.connect(window.message_bar.show_error)
        controller.progressed.connect(window.status_line.show_reading)
        controller.registering_changed.connect(self._show_registering)
        self.pane.canvas.hu_hovered.connect(window.status_line.show_hu)
        window.actions_by_id["view.fit"].triggered.connect(self.pane.canvas.fit)
        pacs = window.actions_by_id["view.pacs_mouse"]
        pacs.toggled.connect(self._take_mouse_scheme)
        self._take_mouse_scheme(pacs.isChecked())

    def _take_mouse_scheme(self, is_pacs: bool) -> None:
        self.pane.canvas.set_mouse_scheme("pacs" if is_pacs else "default")

    def _take_prior(self) -> None:
        """Show pane and panel while there is a prior, and offer what can be done with it."""
        is_there = self.follow_up.prior is not None
        if not is_there:
            self.volume.stop()
        was_there = not self.pane.isHidden()
        self.pane.setVisible(is_there)
        self.window.docks.show_filled(TITLE, is_there)
        if is_there and not was_there:
            half = self._splitter.width() // 2
            self._splitter.setSizes([half, half])
        for spec in SPECS:
            if spec.id not in ALWAYS:
                self.window.actions_by_id[spec.id].setEnabled(is_there)

    def _show_growth(self) -> None:
        follow_up, had_table = self.follow_up, not self.panel.view.isHidden()
        self.panel.show_growth(follow_up.growth, why_no_growth(follow_up.prior))
        if follow_up.growth is not None and not had_table:
            dock = self.window.docks[TITLE]
            self.window.resizeDocks([dock], [PANEL_PX], Qt.Orientation.Vertical)
        self.panel.choose(follow_up.chosen)

    def _show_registering(self, is_running: bool) -> None:
        text = tr("Stop") if is_running else tr(OF_LINK["prior.register"])
        self.window.actions_by_id["prior.register"].setIconText(text)

    def _last_folder(self) -> str:
        recent = self.window.settings.recent
        return str(Path(recent[0][0]).parent) if recent else ""


SPECS: tuple[Spec[FollowUpFeature], ...] = (
    ActionSpec(
        "file.open_prior",
        Text("Open prior…"),
        ("Ctrl+Shift+P",),
        "File",
        lambda f: f.controller.choose_folder(),
    ),
    ActionSpec(
        "file.open_prior_file",
        Text("Open prior file…"),
        (),
        "File",
        lambda f: f.controller.choose_file(),
    ),
    ToggleSpec(
        "prior.link",
        Text("Scroll the prior along"),
        ("Ctrl+L",),
        "Prior",
        lambda f, is_on: f.set_linked(is_on),
    ),
    ActionSpec(
        "prior.register",
        Text("Register the prior, or stop"),
        ("Ctrl+Shift+R",),
        "Prior",
        lambda f: f.controller.toggle_registering(),
    ),
    ActionSpec(
        "prior.couple",
        Text("Couple the slices on show"),
        ("Ctrl+Shift+L",),
        "Prior",
        lambda f: f.controller.couple(),
    ),
    ActionSpec("prior.close", Text("Close the prior"), (), "Prior", lambda f: f.controller.close()),
    ActionSpec(
        "prior.pair", Text("Pair the chosen lesions"), (), "Prior", lambda f: f.follow_up.pair()
    ),
    ActionSpec(
        "prior.alone",
        Text("Lesion is new, or gone"),
        (),
        "Prior",
        lambda f: f.follow_up.say_alone(),
    ),
    ActionSpec(
        "prior.by_place",
        Text("Match the lesion by place again"),
        (),
        "Prior",
        lambda f: f.follow_up.match_by_place(),
    ),
    ActionSpec(
        "prior.copy_table", Text("Copy the follow-up table"), (), "Prior", lambda f: f.copy_table()
    ),
    ActionSpec(
        "prior.save_table", Text("Save the follow-up table…"), (), "Prior", lambda f: f.save_table()
    ),
)
