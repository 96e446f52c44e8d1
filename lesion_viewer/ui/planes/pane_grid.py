"""The pictures side by side, as the arrangement of views says."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.viewing.views.arrangement import Arrangement, Layout
from lesion_viewer.viewing.views.plane_view import PlaneView

BETWEEN_PX = 2

# Row, column, rows and columns of each picture.
PLACES: Mapping[Layout, Sequence[tuple[int, int, int, int]]] = {
    Layout.ONE: [(0, 0, 1, 1)],
    Layout.ONE_AND_TWO: [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)],
    Layout.TWO_BY_TWO: [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)],
}
# Shares of the first and the second column, and of the rows.
SHARES = {
    Layout.ONE: ((1, 0), (1, 0)),
    Layout.ONE_AND_TWO: ((2, 1), (1, 1)),
    Layout.TWO_BY_TWO: ((1, 1), (1, 1)),
}


class PaneGrid(QWidget):
    """Pictures of the views that are seen; the active one has a frame where there are several.

    Parameters
    ----------
    arrangement : Arrangement
        Which views are seen, and how they share the widget.
    parent : QWidget | None
        Widget that holds it.
    """

    def __init__(self, arrangement: Arrangement, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrangement = arrangement
        self._panes: dict[PlaneView, PictureView] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(BETWEEN_PX)
        arrangement.shown_changed.connect(lambda _: self._arrange())
        arrangement.active_changed.connect(lambda _: self._show_frame())

    def add(self, view: PlaneView, pane: PictureView) -> None:
        """Take the picture of a view.

        Parameters
        ----------
        view : PlaneView
            One of the arrangement.
        pane : PictureView
            Shows it.
        """
        self._panes[view] = pane
        pane.setParent(self)
        self._arrange()

    @property
    def all(self) -> tuple[PictureView, ...]:
        """The pictures of all views, seen or not."""
        return tuple(self._panes.values())

    def pane(self, view: PlaneView) -> PictureView:
        """The picture of a view.

        Parameters
        ----------
        view : PlaneView
            One whose picture was added.

        Returns
        -------
        PictureView
            As it was added.
        """
        return self._panes[view]

    def _arrange(self) -> None:
        seen = [view for view in self._arrangement.shown if view in self._panes]
        layout = Layout.ONE if len(seen) == 1 else self._arrangement.layout
        for view, pane in self._panes.items():
            self._grid.removeWidget(pane)
            pane.setVisible(view in seen)
        for view, place in zip(seen, PLACES[layout], strict=False):
            self._grid.addWidget(self._panes[view], *place)
        columns, rows = SHARES[layout]
        for at in (0, 1):
            self._grid.setColumnStretch(at, columns[at])
            self._grid.setRowStretch(at, rows[at])
        self._show_frame()

    def _show_frame(self) -> None:
        arrangement = self._arrangement
        for view, pane in self._panes.items():
            pane.set_active(view is arrangement.active and len(arrangement.shown) > 1)
