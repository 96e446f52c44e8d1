"""The pictures side by side: layouts, the active one, and one that is maximised."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from lesion_viewer.ui.canvas.picture_view import PictureView

BETWEEN_PX = 2


class Layout(Enum):
    """How many pictures are shown; the value is kept in the settings."""

    ONE = "one"
    ONE_AND_TWO = "one_and_two"
    FOUR = "four"


# Row, column, rows and columns of each picture, and the stretch of rows and columns.
_PLACES: dict[Layout, Sequence[tuple[int, int, int, int]]] = {
    Layout.ONE: [(0, 0, 1, 1)],
    Layout.ONE_AND_TWO: [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)],
    Layout.FOUR: [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)],
}
_COLUMNS = {Layout.ONE: (1, 0), Layout.ONE_AND_TWO: (2, 1), Layout.FOUR: (1, 1)}
_ROWS = {Layout.ONE: (1, 0), Layout.ONE_AND_TWO: (1, 1), Layout.FOUR: (1, 1)}


class PaneGrid(QWidget):
    """Pictures in a layout; a double click shows one of them alone, another one all again.

    Parameters
    ----------
    main : PictureView
        The picture that every layout has.
    parent : QWidget | None
        Widget that holds it.

    Attributes
    ----------
    layout_shown : Layout
        The layout, also while one picture is maximised.
    active : PictureView
        The picture that keys and slider serve; it has a thin frame where there are several.

    Signals
    -------
    active_changed : another picture is active
    shown_changed : other pictures are visible
    """

    active_changed = Signal()
    shown_changed = Signal()

    def __init__(self, main: PictureView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layout_shown, self.active = Layout.ONE, main
        self._maximised: PictureView | None = None
        self._panes: list[PictureView] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(BETWEEN_PX)
        self.add(main)

    @property
    def shown(self) -> list[PictureView]:
        """The pictures that are visible."""
        if self._maximised is not None:
            return [self._maximised]
        return self._panes[: len(_PLACES[self.layout_shown])]

    def add(self, pane: PictureView) -> None:
        """Take a picture; those that were added first are in more layouts.

        Parameters
        ----------
        pane : PictureView
            It becomes active when the reader presses a button or turns the wheel on it.
        """
        self._panes.append(pane)
        pane.setParent(self)
        pane.activated.connect(lambda: self.activate(pane))
        pane.double_clicked.connect(lambda: self.toggle_maximised(pane))
        self._arrange()

    def set_layout_shown(self, layout: Layout) -> None:
        """Show the pictures of a layout; none is maximised.

        Parameters
        ----------
        layout : Layout
            How many pictures.
        """
        self.layout_shown, self._maximised = layout, None
        self._arrange()

    def toggle_maximised(self, pane: PictureView) -> None:
        """Show one picture alone, or all of the layout again.

        Parameters
        ----------
        pane : PictureView
            One of those that are visible.
        """
        self._maximised = None if len(self.shown) == 1 else pane
        self.activate(pane)
        self._arrange()

    def activate(self, pane: PictureView) -> None:
        """Let keys and slider serve a picture.

        Parameters
        ----------
        pane : PictureView
            One of those that were added.
        """
        if pane is not self.active:
            self.active = pane
            self._show_frame()
            self.active_changed.emit()

    def _arrange(self) -> None:
        shown, layout = self.shown, self.layout_shown
        if self._maximised is not None:
            layout = Layout.ONE
        for pane in self._panes:
            self._grid.removeWidget(pane)
            pane.setVisible(pane in shown)
        for pane, place in zip(shown, _PLACES[layout], strict=False):
            self._grid.addWidget(pane, *place)
        for at in (0, 1):
            self._grid.setColumnStretch(at, _COLUMNS[layout][at])
            self._grid.setRowStretch(at, _ROWS[layout][at])
        if self.active not in shown:
            self.activate(shown[0])
        self._show_frame()
        self.shown_changed.emit()

    def _show_frame(self) -> None:
        for pane in self._panes:
            pane.set_active(pane is self.active and len(self.shown) > 1)
