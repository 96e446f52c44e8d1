"""The widget that shows a plane through the volume on show."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lesion_viewer.ct.planes.grids import PlaneGrid
from lesion_viewer.ct.planes.picture import PlanePicture, Shows
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.turn import AS_STORED
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.picture_text import window_lines
from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.planes.places import place_of
from lesion_viewer.ui.planes.plane_drawer import PlaneDrawer, Wanted
from lesion_viewer.ui.planes.plane_text import place_text, plane_lines, plane_name
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.views.plane_view import FITTED, Framing, PlaneView

READ_MS = 150
"""Shortest time between two pictures of a plane whose slices are being read."""
NO_VOXELS = {
    Shows.OUTSIDE: 0x000000,
    Shows.UNREAD: 0x20262E,
    Shows.UNREADABLE: 0x4A2323,
    Shows.GAP: 0x20262E,
}
"""Colours of pixels that show no voxels."""


class PlaneCanvas(PictureView):
    """Draws a view of the volume on show; positions that it is told and tells are u, v in mm.

    They count from the point of the view's section. A picture is computed when it is painted:
    nothing is done for a view that is not seen, and at most once for a frame on screen; one that
    takes longer than a frame is computed on a thread, while the former one stays with its text.

    Parameters
    ----------
    view : PlaneView
        What it draws, and never changes.
    parent : QWidget | None
        Widget that holds it.

    Attributes
    ----------
    view : PlaneView
        What it draws.

    Signals
    -------
    framed : the reader has zoomed or moved the picture; the Framing
    errored : a picture could not be computed; one sentence
    """

    framed = Signal(object)
    errored = Signal(str)

    def __init__(self, view: PlaneView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self._picture: PlanePicture | None = None
        self._grid: PlaneGrid | None = None
        self._grey: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._is_stale = True
        self._lines: list[str] = []
        self._drawer = PlaneDrawer(self)
        self._drawer.drawn.connect(self._take_drawn)
        self._drawer.errored.connect(self.errored)
        self._later = QTimer(self, singleShot=True, interval=READ_MS)
        self._later.timeout.connect(self._redraw)
        self.setMinimumSize(120, 120)
        viewer = view.viewer
        viewer.window_changed.connect(lambda _: self._show_grey())
        viewer.inverted_changed.connect(lambda _: self._show_grey())
        view.section_changed.connect(lambda _: self._take_section())
        view.slab_changed.connect(lambda _: self._redraw())
        view.interpolated_changed.connect(self._interpolate)
        view.framing_changed.connect(self._frame)
        view.slices_read.connect(self._take_read)
        self._take_section()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks.

        Parameters
        ----------
        marks : Sequence[Mark]
            Their boxes are in mm.
        """
        if self._grid is not None:
            grid = self._grid
            marks = [replace(mark, box=_in_pixels(mark.box, grid)) for mark in marks]
            self._repaint_marks(self._layer.put(marks))

    def set_crosshair(self, position: tuple[float, float] | None) -> None:
        """Show the crosshair at a position, or none.

        Parameters
        ----------
        position : tuple[float, float] | None
            u, v in mm; None for no crosshair.
        """
        if position is not None and self._grid is not None:
            position = self._grid.pixel(*position)
        super().set_crosshair(position)

    @property
    def framing(self) -> Framing:
        """How the picture lies on the widget now."""
        if self._view.is_fitted or self._grid is None:
            return FITTED
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        return Framing(self._view.zoom / self._grid.column_mm, *self._position(middle))

    # What a picture has of its own.

    @property
    def _is_empty(self) -> bool:
        return self._grid is None

    @property
    def _window(self) -> Window:
        return self.view.viewer.window

    @property
    def _index(self) -> int:
        return place_of(self.view)[0]

    def _take_window(self, window: Window) -> None:
        """The window is the viewer's; it comes back as a change of it."""

    def _put_crosshair(self, point: QPointF) -> None:
        self.crosshair_placed.emit(*self._position(point))

    def _hovered(self, point: QPointF) -> str:
        section, picture = self.view.section, self._picture
        if section is None or picture is None:
            return ""
        at = self._position(point)
        hu = picture.hu_at(*at)
        if hu is None:
            return ""
        x, y, z = section.points(np.array([at]))[0].tolist()
        return tr("{place}   {hu} HU", place=place_text((x, y, z)), hu=hu)

    def _position(self, point: QPointF) -> tuple[float, float]:
        """The position on the section under a point of the widget: u, v in mm."""
        assert self._grid is not None
        at = self._view.to_image(point)
        return self._grid.position(at.x(), at.y())

    # Drawing.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        if self._is_stale:
            self._is_stale = False
            if self.view.is_slow:
                self._drawer.draw(Wanted.by(self.view))
            else:
                self._drawer.drop()
                self._take_picture(self.view.picture)
        super().paintEvent(event)

    def _take_drawn(self, picture: PlanePicture | None, wanted: Wanted) -> None:
        """Show a picture that came from a thread, unless the view shows another thing by now."""
        if wanted.is_of(self.view):
            self._take_picture(picture)

    def _take_picture(self, picture: PlanePicture | None) -> None:
        self._picture = picture
        self._lines = plane_lines(self.view, picture) if picture is not None else []
        self._show_grey()

    def _take_section(self) -> None:
        """Show another plane; one of another volume or direction whole."""
        section, grid = self.view.section, self.view.grid
        is_other = (_size(grid), section and section.letters) != (
            _size(self._grid),
            self._overlay.letters,
        )
        self._grid = grid
        if is_other:
            self.cancel()
            self._layer.put(())
            self._overlay.letters = section.letters if section else ("", "", "", "")
            self.setAccessibleName(plane_name(self.view))
        if is_other and grid is not None:
            stretch = grid.row_mm / grid.column_mm
            self._view.set_image(grid.rows, grid.columns, stretch, AS_STORED)
        self._redraw()

    def _redraw(self) -> None:
        self._is_stale = True
        self._later.stop()
        self.viewport().update()

    def _take_read(self, slices: Collection[int]) -> None:
        """Show slices that were read, where there was nothing yet; not for each of them at once."""
        is_whole = self._picture is not None and self._picture.is_whole
        if not is_whole and not self._later.isActive():
            self._later.start()

    def _interpolate(self, is_interpolated: bool) -> None:
        self.set_interpolated(is_interpolated)
        self._redraw()

    def _frame(self, framing: Framing) -> None:
        """Take size and place that the view was given, by whomever."""
        if self._grid is None or framing == self.framing:
            return
        if framing.points_per_mm is None:
            self._view.fit()
        else:
            self._view.zoom = framing.points_per_mm * self._grid.column_mm
            self._view.centre_on(*self._grid.pixel(framing.u, framing.v))
        self._place_image()

    def _show_grey(self) -> None:
        self.viewport().update()
        picture, viewer = self._picture, self.view.viewer
        self._image.setVisible(picture is not None)
        if picture is None:
            return
        if self._grey.shape != picture.hu.shape:
            self._grey = np.zeros(picture.hu.shape, np.uint8)
        to_display(picture.hu, viewer.window, self._grey)
        if viewer.is_inverted:
            np.subtract(255, self._grey, out=self._grey)
        self._image.set_grey(self._grey)
        if not picture.is_whole:
            for shows, colour in NO_VOXELS.items():
                self._image.paint_over(picture.shows == shows, colour)

    def _place_image(self) -> None:
        self._image.setTransform(self._view.transform())
        self.viewport().update()
        if self.framing != self.view.framing:
            self.framed.emit(self.framing)

    def _draw_overlay(self, painter: QPainter, area: QRectF) -> None:
        px_per_mm = 0.0
        if self._picture is not None:
            viewer = self.view.viewer
            px_per_mm = self._view.zoom / self._picture.grid.column_mm
            shown = window_lines(viewer.window, self._view.zoom, viewer.is_inverted)
            self._overlay.corners = (self._lines, [], shown, [])
        self._overlay.draw(painter, area, px_per_mm, "mm")


def _in_pixels(box: Box, grid: PlaneGrid) -> Box:
    return Box(*grid.pixel(box.x1, box.y1), *grid.pixel(box.x2, box.y2))


def _size(grid: PlaneGrid | None) -> tuple[float, ...] | None:
    return None if grid is None else (grid.rows, grid.columns, grid.row_mm, grid.column_mm)
