"""The widget that shows a plane through the volume on show."""

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QWidget

from lesion_viewer.ct.planes.picture import PlanePicture, Shows
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.geometry.turn import AS_STORED
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.planes.plane_text import hu_text, plane_lines, plane_name, shown_lines
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
    """Draws a view of the volume on show; positions that it is told and tells are mm on it.

    They are u, v from the point of the view's section. A picture is computed when it is painted:
    nothing is done for a view that is not seen, and at most once for a frame on screen.

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
    """

    def __init__(self, view: PlaneView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self._picture: PlanePicture | None = None
        self._grey: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._origin = QPointF()
        self._is_stale = True
        self._place = 0, 0
        self._later = QTimer(self, singleShot=True, interval=READ_MS)
        self._later.timeout.connect(self._redraw)
        self.setMinimumSize(120, 120)
        viewer = view.viewer
        viewer.volume_changed.connect(lambda _: self._take_volume())
        viewer.window_changed.connect(lambda _: self._show_grey())
        viewer.inverted_changed.connect(lambda _: self._show_grey())
        view.section_changed.connect(lambda _: self._redraw())
        view.slab_changed.connect(lambda _: self._redraw())
        view.interpolated_changed.connect(self._interpolate)
        view.framing_changed.connect(self._frame)
        view.slices_read.connect(self._take_read)
        self._take_volume()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks.

        Parameters
        ----------
        marks : Sequence[Mark]
            Boxes in mm on the section.
        """
        self._repaint_marks(self._layer.put(marks))

    @property
    def framing(self) -> Framing:
        """How the picture lies on the widget now."""
        if self._view.is_fitted:
            return FITTED
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        at = self._view.to_image(middle)
        return Framing(self._view.zoom, at.x(), at.y())

    # What a picture has of its own.

    @property
    def _is_empty(self) -> bool:
        return self.view.section is None

    @property
    def _window(self) -> Window:
        return self.view.viewer.window

    @property
    def _index(self) -> int:
        return self.view.place[0]

    def _take_window(self, window: Window) -> None:
        """The window is the viewer's; it comes back as a change of it."""

    def _hovered(self, point: QPointF) -> str:
        at = self._view.to_image(point)
        return hu_text(self._picture, at.x(), at.y()) if self._picture else ""

    # Drawing.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        if self._is_stale:
            self._is_stale = False
            self._picture = self.view.picture
            self._show_grey()
            self._lay_image()
        super().paintEvent(event)

    def _take_volume(self) -> None:
        """Show a plane of another volume, whole."""
        self.cancel()
        self._layer.put(())
        grid, section = self.view.grid, self.view.section
        self._overlay.letters = section.letters if section else ("", "", "", "")
        self.setAccessibleName(plane_name(self.view))
        if grid is not None:
            u1, v1, u2, v2 = grid.extent
            self._view.set_image(math.ceil(v2 - v1), math.ceil(u2 - u1), 1.0, AS_STORED)
            self._view.set_origin(u1, v1)
        self._redraw()

    def _redraw(self) -> None:
        self._is_stale = True
        self._later.stop()
        self.viewport().update()

    def _take_read(self, slices: Collection[int]) -> None:
        """Show slices that were read, where there was nothing yet; not for each of them at once."""
        if self._picture is None or not self._picture.is_whole:
            if not self._later.isActive():
                self._later.start()

    def _interpolate(self, is_interpolated: bool) -> None:
        self.set_interpolated(is_interpolated)
        self._redraw()

    def _frame(self, framing: Framing) -> None:
        """Take what the view was told of size and place, by whoever it was."""
        if framing == self.framing:
            return
        if framing.points_per_mm is None:
            self._view.fit()
        else:
            self._view.zoom = framing.points_per_mm
            self._view.centre_on(framing.u, framing.v)
        self._place_image()

    def _show_grey(self) -> None:
        picture, viewer = self._picture, self.view.viewer
        self._image.setVisible(picture is not None)
        self.viewport().update()
        if picture is None or self._is_stale:
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
        self._lay_image()
        self.viewport().update()

    def _lay_image(self) -> None:
        if self._picture is not None:
            grid = self._picture.grid
            on_section = QTransform.fromTranslate(grid.u, grid.v)
            on_section.scale(grid.column_mm, grid.row_mm)
            self._image.setTransform(on_section * self._view.stored_transform())

    def _draw_overlay(self, painter: QPainter, area: QRectF) -> None:
        px_per_mm = 0.0
        if self._picture is not None:
            px_per_mm, grid, viewer = self._view.zoom, self._picture.grid, self.view.viewer
            shown = shown_lines(viewer.window, px_per_mm * grid.column_mm, viewer.is_inverted)
            self._overlay.corners = (plane_lines(self.view, self._picture), [], shown, [])
        self._overlay.draw(painter, area, px_per_mm, "mm")
