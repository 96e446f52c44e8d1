"""A feature is added to the window by one entry in the list of features."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.bindings import Binding, bindings
from lesion_viewer.ui.shell.docks import LEFT, Opened, Shown
from lesion_viewer.ui.shell.features import FEATURES
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.workers import stop_all_workers
from lesion_viewer.viewing.viewer_model import ViewerModel
from tests.ui.conftest import MakeWindow


class SliceCounter(QObject):
    """Counts the slices that were shown."""

    def __init__(self, viewer: ViewerModel, label: QLabel, parent: QObject) -> None:
        super().__init__(parent)
        self.count, self._label = 0, label
        viewer.slice_changed.connect(lambda _: self.set_count(self.count + 1))

    def begin_anew(self) -> None:
        self.set_count(0)

    def set_count(self, count: int) -> None:
        self.count = count
        self._label.setText(f"{count} slices shown")


class CounterFeature(Feature):
    """A panel with a controller and an action of its own."""

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self.label = QLabel()
        self.counter = SliceCounter(window.feature(ReadingFeature).viewer, self.label, window)
        self.is_cancelled = self.is_stopped = False
        reset = ActionSpec[CounterFeature](
            "counter.reset", "Count anew", ("Ctrl+0",), "View", lambda own: own.counter.begin_anew()
        )
        window.add_actions([reset], self)
        window.docks.add("Counter", self.label)

    def cancel(self) -> None:
        self.is_cancelled = True

    def stop(self) -> None:
        self.is_stopped = True


class ProjectOnlyFeature(Feature):
    """A panel that only a labelling project needs."""

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        window.docks.add("Notes", QLabel(), LEFT, shown=Shown.PROJECT)


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window with two features more; ``make_window`` brings the fake detectors and the style."""
    settings = Settings(reader="tester", notice_accepted=True, detect_on_opening=False)
    window = MainWindow(settings, (*FEATURES, CounterFeature, ProjectOnlyFeature))
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
    stop_all_workers()


def dock_of(window: MainWindow, name: str) -> QDockWidget:
    dock = window.findChild(QDockWidget, name)
    assert isinstance(dock, QDockWidget)
    return dock


def test_a_feature_added_to_the_list_has_a_dock_and_its_toggle_in_the_view_menu(
    window: MainWindow,
) -> None:
    dock = dock_of(window, "counter")
    assert dock.isVisible()
    assert window.dockWidgetArea(dock) is Qt.DockWidgetArea.RightDockWidgetArea
    texts = [action.text() for action in window.menus["View"].actions()]
    shown = [
        "Series",
        "Queue",
        "Measurements",
        "Follow-up",
        "Notes",
        "Findings",
        "Detector",
        "Decision",
        "Counter",
    ]
    assert texts[-len(shown) :] == shown
    window.menus["View"].actions()[-1].trigger()
    assert not dock.isVisible()


def test_the_panels_lie_from_top_to_bottom_in_their_order(window: MainWindow) -> None:
    window.docks.show_for(Opened.STUDY)
    names = ["findings", "detector", "decision", "counter"]
    tops = [dock_of(window, name).y() for name in names]
    assert tops == sorted(tops) and len(set(tops)) == len(tops)


def test_an_added_feature_follows_the_slices_that_another_one_shows(
    window: MainWindow, qtbot: QtBot
) -> None:
    feature = window.feature(CounterFeature)
    window.viewer.slice_changed.emit(3)
    window.viewer.slice_changed.emit(4)
    assert feature.label.text() == "2 slices shown"
    qtbot.keyClick(window.canvas, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert feature.label.text() == "0 slices shown"


def test_an_action_of_an_added_feature_has_its_key_its_menu_and_its_line_in_the_key_sheet(
    window: MainWindow, qtbot: QtBot
) -> None:
    action = window.actions_by_id["counter.reset"]
    assert action in window.menus["View"].actions()
    lines = list(bindings(window.actions_by_id))
    assert Binding("View", "Ctrl+0", "Count anew") in lines
    menus = [line.menu for line in lines]
    assert len({*menus}) == 1 + sum(a != b for a, b in zip(menus, menus[1:], strict=False))


def test_escape_and_closing_reach_an_added_feature(window: MainWindow, qtbot: QtBot) -> None:
    feature = window.feature(CounterFeature)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert feature.is_cancelled and not feature.is_stopped
    window.close()
    assert feature.is_stopped


def test_a_panel_of_projects_comes_and_goes_with_the_queue(window: MainWindow) -> None:
    window.docks.show_for(Opened.STUDY)
    assert not dock_of(window, "notes").isVisible() and dock_of(window, "series").isVisible()
    window.docks.show_for(Opened.PROJECT)
    assert dock_of(window, "notes").isVisible() and dock_of(window, "queue").isVisible()
    assert not dock_of(window, "series").isVisible() and dock_of(window, "counter").isVisible()
    window.docks.show_for(Opened.STUDY)
    assert not dock_of(window, "notes").isVisible() and dock_of(window, "series").isVisible()


def test_a_feature_before_the_one_that_it_uses_is_named(make_window: MakeWindow) -> None:
    with pytest.raises(LookupError, match="ReadingFeature stands later in the list of features"):
        MainWindow(Settings(), (CounterFeature, *FEATURES))


def test_an_action_of_an_id_that_is_taken_is_refused(window: MainWindow) -> None:
    taken = ActionSpec[CounterFeature]("view.fit", "Fit", (), "View", CounterFeature.stop)
    with pytest.raises(ValueError, match=r"already with the id view\.fit"):
        window.add_actions([taken], window.feature(CounterFeature))
