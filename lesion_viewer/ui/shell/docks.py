"""The panels round the picture, and which of them a study or a labelling project shows."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from lesion_viewer.ui.texts import tr

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
LAST = 100
RIGHT_PX = 424


class Shown(Enum):
    """What must be open for a panel to be shown; the reader can show and hide it at any time."""

    ALWAYS = "always"
    STUDY = "study"  #: hidden while a labelling project is open
    PROJECT = "project"  #: shown only while a labelling project is open
    FILLED = "filled"  #: shown by its feature once there is something in it


@dataclass(frozen=True, slots=True)
class _Panel:
    dock: QDockWidget
    area: Qt.DockWidgetArea
    place: int
    width_px: int
    shown: Shown


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
            The panel.
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
        dock.setWidget(widget)
        # Of a dock without a close button Qt disables the toggle, and refuses to close it.
        toggle = dock.toggleViewAction()
        toggle.setEnabled(True)
        toggle.triggered.connect(lambda is_wanted: dock.setVisible(is_wanted))
        self._panels.append(_Panel(dock, area, place, width_px, shown))

    def lay_out(self) -> None:
        """Put each dock at its side of the window, as for a study."""
        self._panels.sort(key=lambda panel: (panel.area is RIGHT, panel.place))
        for panel in self._panels:
            self._window.addDockWidget(panel.area, panel.dock)
            panel.dock.setHidden(panel.shown in (Shown.PROJECT, Shown.FILLED))

    def in_order(self) -> list[QDockWidget]:
        """The docks as they lie, from the left to the right and from top to bottom."""
        return [panel.dock for panel in self._panels]

    def toggles(self) -> list[QAction]:
        """The actions that show and hide each panel."""
        return [panel.dock.toggleViewAction() for panel in self._panels]

    def take_sizes(self) -> None:
        """Give each side its width, and the right side's first panel all height that is left."""
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        left, right = (
            [p for p in self._panels if p.area is area and not p.dock.isHidden()]
            for area in (LEFT, RIGHT)
        )
        first = [*left[:1], *right[:1]]
        self._window.resizeDocks([p.dock for p in first], [p.width_px for p in first], across)
        heights = [self._window.height(), *(1 for _ in right[1:])]
        self._window.resizeDocks([p.dock for p in right], heights[: len(right)], down)

    def show_project(self, is_project: bool) -> None:
        """Show the panels of a labelling project in place of those of a study, or back.

        Parameters
        ----------
        is_project : bool
            Whether a labelling project is open.
        """
        unwanted = Shown.STUDY if is_project else Shown.PROJECT
        for panel in self._panels:
            if panel.shown in (Shown.STUDY, Shown.PROJECT):
                panel.dock.setVisible(panel.shown is not unwanted)
        self.take_sizes()
