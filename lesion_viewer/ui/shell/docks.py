"""The panels round the picture, and which of them a study or a labelling project shows."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QMainWindow,
    QScrollArea,
    QStyle,
    QToolBar,
    QWidget,
)

from lesion_viewer.ui.texts import tr

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
LAST = 100
RIGHT_PX = 380
SHARE = 0.32
"""Share of the window's width up to which a side is made wider for its first panel."""

LEAST_LINES = 11
"""Least height of the first panel of a side in lines of text, where others would take all of it."""

LINE_PX = 16
"""Height of a line of text of the usual size, for which panels say their width."""


class Opened(Enum):
    """What is open."""

    NOTHING = "nothing"
    STUDY = "study"
    PROJECT = "project"


class Shown(Enum):
    """What must be open for a panel to be shown; the reader can show and hide it at any time."""

    ALWAYS = "always"
    OPEN = "open"  #: hidden while nothing is open
    STUDY = "study"  #: shown only while a study is open
    PROJECT = "project"  #: shown only while a labelling project is open
    FILLED = "filled"  #: shown by its feature once there is something in it

    def is_shown(self, opened: Opened) -> bool:
        """Whether a panel is shown.

        Parameters
        ----------
        opened : Opened
            What is open.
        """
        return {
            Shown.ALWAYS: True,
            Shown.OPEN: opened is not Opened.NOTHING,
            Shown.STUDY: opened is Opened.STUDY,
            Shown.PROJECT: opened is Opened.PROJECT,
            Shown.FILLED: False,
        }[self]


@dataclass(frozen=True, slots=True)
class _Panel:
    dock: QDockWidget
    area: Qt.DockWidgetArea
    place: int
    width_px: int
    shown: Shown


class PanelScroll(QScrollArea):
    """Room for a panel that may be smaller than the panel, which is then scrolled.

    Parameters
    ----------
    panel : QWidget
        The panel.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self._panel = panel
        self.setWidget(panel)

    def sizeHint(self) -> QSize:  # noqa: N802, D102
        return self._panel.sizeHint()

    def wanted_px(self, width_px: int) -> int:
        """Height that the panel needs at a width, over what ``sizeHint`` says.

        Parameters
        ----------
        width_px : int
            Width in points.

        Returns
        -------
        int
            In points; negative where it needs less.
        """
        if not self._panel.hasHeightForWidth():
            return 0
        return self._panel.heightForWidth(width_px) - self._panel.sizeHint().height()

    def minimumSizeHint(self) -> QSize:  # noqa: N802, D102
        line = self.fontMetrics().lineSpacing()
        return QSize(10 * line, 3 * line)


class Docks:
    """The docks of a window; features add them, ``lay_out`` puts them in their places.

    Parameters
    ----------
    window : QMainWindow
        The window round whose central widget the docks lie.
    """

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._panels: list[_Panel] = []
        self._opened = Opened.NOTHING
        self._before: QByteArray | None = None
        self._changed: dict[QDockWidget, bool] = {}

    def __getitem__(self, title: str) -> QDockWidget:
        """The dock that was added under this title."""
        return next(p.dock for p in self._panels if p.dock.objectName() == title.lower())

    @property
    def series(self) -> QDockWidget:
        """The dock of the list of series."""
        return self["Series"]

    @property
    def queue(self) -> QDockWidget:
        """The dock of a labelling project's queue."""
        return self["Queue"]

    def add(
        self,
        title: str,
        widget: QWidget,
        area: Qt.DockWidgetArea = RIGHT,
        place: int = LAST,
        width_px: int = RIGHT_PX,
        shown: Shown = Shown.ALWAYS,
    ) -> None:
        """Put a panel into a dock, with a toggle in the View menu.

        Parameters
        ----------
        title : str
            The dock's title, a ``Text``; in lower case its object name.
        widget : QWidget
            The panel; it is scrolled where it gets less room than it needs.
        area : Qt.DockWidgetArea
            Side of the picture: ``LEFT`` or ``RIGHT``.
        place : int
            Docks of one side lie in this order from top to bottom; those of one number in the
            order in which they are added.
        width_px : int
            Width at first, in logical pixels, where it is the first dock on its side.
        shown : Shown
            What must be open for the panel to be shown.
        """
        dock = QDockWidget(tr(title), self._window)
        dock.setObjectName(title.lower())
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        dock.setWidget(PanelScroll(widget))
        # Of a dock without a close button Qt disables the toggle, and refuses to close it.
        toggle = dock.toggleViewAction()
        toggle.setEnabled(True)
        toggle.triggered.connect(lambda is_wanted: dock.setVisible(is_wanted))
        self._panels.append(_Panel(dock, area, place, width_px, shown))

    def lay_out(self) -> None:
        """Put each dock at its side of the window, as while nothing is open."""
        self._panels.sort(key=lambda panel: (panel.area is RIGHT, panel.place))
        for panel in self._panels:
            self._window.addDockWidget(panel.area, panel.dock)
            panel.dock.setVisible(panel.shown.is_shown(self._opened))

    def in_order(self) -> list[QDockWidget]:
        """The docks as they lie, from the left to the right and from top to bottom."""
        return [panel.dock for panel in self._panels]

    def toggles(self) -> list[QAction]:
        """The actions that show and hide each panel."""
        return [panel.dock.toggleViewAction() for panel in self._panels]

    def take_sizes(self) -> None:
        """Give each side its width, its panels their heights, and its first one all that is left.

        Where the others leave the first one too little, each is given less, and is scrolled.
        """
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        for area in (LEFT, RIGHT):
            shown = [p for p in self._panels if p.area is area and not p.dock.isHidden()]
            if not shown:
                continue
            docks = [p.dock for p in shown]
            line_px = self._window.fontMetrics().lineSpacing()
            share = round(self._window.width() * SHARE)
            usual = max(shown[0].width_px, min(shown[0].width_px * line_px // LINE_PX, share))
            width = max(usual, min(docks[0].sizeHint().width(), share))
            self._window.resizeDocks(docks[:1], [width], across)
            heights = [_wanted_px(dock, width) for dock in docks[1:]]
            gap = QStyle.PixelMetric.PM_DockWidgetSeparatorExtent
            gaps = len(heights) * self._window.style().pixelMetric(gap, None, self._window)
            left = max(self._room_px() - sum(heights) - gaps, LEAST_LINES * line_px)
            self._window.resizeDocks(docks, [left, *heights], down)

    def show_for(self, opened: Opened) -> None:
        """Show the panels of what is open, and hide those of what was.

        A panel that belongs to both stays as the reader has it.

        Parameters
        ----------
        opened : Opened
            What is open now.
        """
        former, self._opened = self._opened, opened
        if former is opened:
            return
        for panel in self._panels:
            is_wanted = panel.shown.is_shown(opened)
            if is_wanted is not panel.shown.is_shown(former):
                self._set_visible(panel.dock, is_wanted)
        self.take_sizes()

    def show_filled(self, title: str, is_filled: bool) -> None:
        """Show a panel in which there is something now, or put it away.

        Parameters
        ----------
        title : str
            The dock's title, as it was added.
        is_filled : bool
            Whether there is something in it.
        """
        self._set_visible(self[title], is_filled)

    @property
    def is_bare(self) -> bool:
        """Whether all panels are put away."""
        return self._before is not None

    def set_bare(self, is_bare: bool) -> None:
        """Put all panels away, or bring back those that were there, as large as they were.

        Parameters
        ----------
        is_bare : bool
            Whether the picture has the window for itself.
        """
        if is_bare is self.is_bare:
            return
        if is_bare:
            self._before, self._changed = self._window.saveState(), {}
            for panel in self._panels:
                panel.dock.hide()
            return
        before, self._before = self._before, None
        assert before is not None
        self._window.restoreState(before)
        for dock, is_wanted in self._changed.items():
            dock.setVisible(is_wanted)

    def _room_px(self) -> int:
        """Height that the docks of a side have together, in points."""
        bars = (self._window.menuBar(), self._window.statusBar())
        tools = (t for t in self._window.findChildren(QToolBar) if t.parent() is self._window)
        taken = sum(bar.sizeHint().height() for bar in (*bars, *tools) if not bar.isHidden())
        return self._window.height() - taken

    def _set_visible(self, dock: QDockWidget, is_wanted: bool) -> None:
        if self.is_bare:
            self._changed[dock] = is_wanted
        else:
            dock.setVisible(is_wanted)


def _wanted_px(dock: QDockWidget, width_px: int) -> int:
    """Height that a dock needs at a width, with its title."""
    scroll = dock.widget()
    assert isinstance(scroll, PanelScroll)
    return dock.sizeHint().height() + scroll.wanted_px(width_px)
